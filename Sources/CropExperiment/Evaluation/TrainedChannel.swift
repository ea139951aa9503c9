import AugmentationChannel
import Diagnostics
import Tensors

extension Experiment {
    /// The channel X → T(X) → Z that a run has learned, but for its β: X uniform on the first images of a split, P(T|x) and h
    /// as trained, uniform P(T|x) for simCLR.
    ///
    /// No crop is left out but those whose probability is 0 in single precision, that is below 10⁻³⁷: less in all than a
    /// double could tell from nothing. Each crop is encoded once; the blank ones are one code with their total weight.
    ///
    /// - Parameters:
    ///   - run: the run, of this experiment's configuration.
    ///   - split: whose images.
    ///   - imageCount: how many of them, from the first one on; in 1... the number of the split's images.
    ///   - progress: called with the number of images done.
    /// - Throws: `Failure` of kind `.badData` for an encoder whose outputs are no unit vectors and for a P(T|x) that is no
    ///   distribution, as damaged or diverged networks have them; what `progress` throws.
    public func weightedCodes(
        of run: TrainedRun, on split: CanvasDataset.Split, imageCount: Int, progress: (Int) throws -> Void = { _ in }
    ) throws -> WeightedCodes {
        try FeatureExtractor(run.algorithm).weightedCodes(
            of: dataset(split), imageCount: imageCount, progress: progress)
    }

    /// The images of a split.
    private func dataset(_ split: CanvasDataset.Split) -> CanvasDataset {
        switch split {
        case .training: trainingSet
        case .test: testSet
        }
    }
}

extension FeatureExtractor {
    /// Codes that a block of the channel has at least, if it is not the last one.
    private static let leastCodesOfBlock = 1024

    /// The channel of the first images of a data set: the codes of their crops with P(T|x).
    func weightedCodes(
        of dataset: CanvasDataset, imageCount: Int, progress: (Int) throws -> Void
    ) throws -> WeightedCodes {
        require((1...dataset.count).contains(imageCount), "the channel of \(imageCount) of \(dataset.count) images")
        let blank = blankRepresentation(dataset).converted(to: Double.self).scalars
        try requireUnitVectors(blank, blank.count)
        var blocks: [WeightedCodes.Block] = []
        var (codes, weights, counts): ([Double], [Double], [Int]) = ([], [], [])
        for start in stride(from: 0, to: imageCount, by: Self.imagesAtOnce) {
            let numbers = Array(start..<min(imageCount, start + Self.imagesAtOnce))
            let probabilities = probabilities(dataset, numbers)
            let shown = numbers.enumerated().map { position, image in
                (0..<probabilities.lastExtent).filter {
                    probabilities[position, $0] > 0 && !dataset.isBlank(image: image, crop: $0)
                }
            }
            let h = encode(dataset, numbers, shown).h
            let dimension = blank.count
            try requireUnitVectors(h, dimension)
            var first = 0
            for (position, image) in numbers.enumerated() {
                let own = shown[position]
                let total = try sumOfProbabilities(probabilities, position, image)
                codes += h[first * dimension..<(first + own.count) * dimension].map { Double($0) }
                weights += own.map { Double(probabilities[position, $0]) / total }
                first += own.count
                let blankWeight =
                    (0..<probabilities.lastExtent).reduce(0.0) { sum, crop in
                        dataset.isBlank(image: image, crop: crop) ? sum + Double(probabilities[position, crop]) : sum
                    } / total
                if blankWeight > 0 {
                    codes += blank
                    weights.append(blankWeight)
                }
                counts.append(own.count + (blankWeight > 0 ? 1 : 0))
                if weights.count >= Self.leastCodesOfBlock || image == imageCount - 1 {
                    let tensor = Tensor(shape: [weights.count, dimension], scalars: codes)
                    blocks.append(WeightedCodes.Block(codes: tensor, weights: weights, counts: counts))
                    (codes, weights, counts) = ([], [], [])
                }
            }
            try progress(start + numbers.count)
        }
        return WeightedCodes(blocks)
    }

    /// The sum of an image's probabilities: 1 but for the roundings of exponents in single precision, which grow with the
    /// logits.
    private func sumOfProbabilities(_ probabilities: Tensor<Float>, _ position: Int, _ image: Int) throws -> Double {
        let sum = (0..<probabilities.lastExtent).reduce(0.0) { $0 + Double(probabilities[position, $1]) }
        guard (sum - 1).magnitude <= 0.01 else {
            throw Failure(
                .badData,
                "the trained P(T|x): expected probabilities that sum to 1, found \(sum.isNaN ? "none" : "a sum of \(sum)") for "
                    + "image \(image); its logits have grown beyond single precision, train another run with a smaller "
                    + "training.augmentationLearningRate")
        }
        return sum
    }

    /// A network without any output, whose row of zeros cannot be normalised, has no channel on the sphere.
    private func requireUnitVectors(_ h: [some BinaryFloatingPoint], _ dimension: Int) throws {
        for start in stride(from: 0, to: h.count, by: dimension) {
            let norm = h[start..<start + dimension].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            guard (norm - 1).magnitude <= WeightedCodes.Block.tolerance else {
                throw Failure(
                    .badData,
                    "the trained encoder: expected representations of norm 1, found one of norm \(norm); its output "
                        + "has died, train another run")
            }
        }
    }
}
