import Autodiff
import Digits
import Foundation
import Tensors

/// Averaged features of every image of a data set, for each weighting of the crops.
public struct ExtractedFeatures: Sendable {
    /// E[f(T(X))], not normalised, `[image, feature]`.
    public var f: [CropWeighting: Tensor<Float>] = [:]
    /// E[h(T(X))], normalised to the unit sphere, `[image, dimension]`.
    public var h: [CropWeighting: Tensor<Float>] = [:]
    /// Σ P(T|x) over the crops that show something of the digit, for each image, in [0, 1].
    public var nonTrivialMass: [Double] = []
    /// H(T|x) of each image, in nats.
    public var entropies: [Double] = []
    /// What the offsets of the crops tell of the images.
    public var offsetInformation = OffsetInformation(image: 0, label: 0)
}

/// Encodes the crops of many images and averages them.
package struct FeatureExtractor: Sendable {
    /// h = g ∘ f, trained.
    let representation: Representation<Float>
    /// P(T|X).
    let augmentation: AugmentationDistribution<Float>
    /// How pixels become numbers.
    let scale: PixelScale
    /// How many crops ``CropWeighting/mostProbable`` takes.
    let topCount: Int
    /// See ``WeightedCrops``.
    let negligibleMass: Float

    /// Images whose crops are listed together, and crops that are encoded together.
    static let imagesAtOnce = 256
    private static let cropsAtOnce = 1024

    /// The features of a data set under some weightings; the crops that several of them need are encoded once.
    ///
    /// - Parameter progress: called with the number of images done.
    package func features(
        of dataset: CanvasDataset, weightings: [CropWeighting], progress: (Int) throws -> Void
    ) throws -> ExtractedFeatures {
        let blank = encode(dataset.blankCrop(scale: scale))
        var parts: [CropWeighting: (f: [Float], h: [Float])] = [:]
        var result = ExtractedFeatures()
        var offsets = OffsetStatistics(dataset.geometry, labels: DigitImages.classCount)
        for start in stride(from: 0, to: dataset.count, by: Self.imagesAtOnce) {
            let images = Array(start..<min(dataset.count, start + Self.imagesAtOnce))
            let probabilities = probabilities(dataset, images)
            appendStatistics(probabilities, images, dataset, to: &result)
            for (position, image) in images.enumerated() {
                offsets.add(image, of: dataset, probabilities: row(probabilities, position))
            }
            let weighted = weightings.map { weighting in
                images.enumerated().map { position, image in
                    WeightedCrops(
                        weighting, probabilities: row(probabilities, position), image: image, dataset: dataset,
                        topCount: topCount, negligibleMass: negligibleMass)
                }
            }
            let needed = images.indices.map { position in
                Array(Set(weighted.flatMap { $0[position].crops.map(\.crop) })).sorted()
            }
            let (f, h) = encode(dataset, images, needed)
            for (weighting, weights) in zip(weightings, weighted) {
                parts[weighting, default: ([], [])].f += average(f, blank.f, weights, needed)
                parts[weighting, default: ([], [])].h += average(h, blank.h, weights, needed)
            }
            try progress(images.count + start)
        }
        for (weighting, (f, h)) in parts {
            result.f[weighting] = Tensor(
                shape: [dataset.count, blank.f.lastExtent], scalars: f)
            let means = Tensor(shape: [dataset.count, blank.h.lastExtent], scalars: h)
            result.h[weighting] = Variable(means).normalizedAlongLastAxis().value
        }
        result.offsetInformation = offsets.information
        return result
    }

    /// P(T|x) of some images, `[image, crop]`.
    func probabilities(_ dataset: CanvasDataset, _ images: [Int]) -> Tensor<Float> {
        guard let logP = augmentation.logProbabilities(dataset, images, scale: scale) else {
            let crops = dataset.geometry.cropCount
            return Tensor(shape: [images.count, crops], repeating: 1 / Float(crops))
        }
        return logP.value.exponential()
    }

    private func row(_ matrix: Tensor<Float>, _ index: Int) -> ArraySlice<Float> {
        matrix.scalars[index * matrix.lastExtent..<(index + 1) * matrix.lastExtent]
    }

    private func appendStatistics(
        _ probabilities: Tensor<Float>, _ images: [Int], _ dataset: CanvasDataset, to result: inout ExtractedFeatures
    ) {
        for (position, image) in images.enumerated() {
            var mass = 0.0
            var entropy = 0.0
            for (crop, probability) in row(probabilities, position).enumerated() where probability > 0 {
                let p = Double(probability)
                entropy -= p * log(p)
                if !dataset.isBlank(image: image, crop: crop) { mass += p }
            }
            result.nonTrivialMass.append(mass)
            result.entropies.append(entropy)
        }
    }

    /// f and h of some crops.
    private func encode(
        _ crops: Tensor<Float>, repeating repeated: [RepeatedWindows] = []
    ) -> (f: Tensor<Float>, h: Tensor<Float>) {
        let features = representation.intermediateEncoder(Variable(crops), repeating: repeated)
        return (features.value, representation.projectionHead(features).value)
    }

    /// h of the blank crop, `[1, dimension]`.
    func blankRepresentation(_ dataset: CanvasDataset) -> Tensor<Float> { encode(dataset.blankCrop(scale: scale)).h }

    /// f and h of the needed crops of all images, one after the other.
    func encode(
        _ dataset: CanvasDataset, _ images: [Int], _ needed: [[Int]]
    ) -> (f: [Float], h: [Float]) {
        let all = zip(images, needed).flatMap { image, crops in crops.map { (image: image, crop: $0) } }
        var f: [Float] = []
        var h: [Float] = []
        for start in stride(from: 0, to: all.count, by: Self.cropsAtOnce) {
            let some = Array(all[start..<min(all.count, start + Self.cropsAtOnce)])
            let crops: CropImages<Float> = dataset.cropImages(
                some, scale: scale, for: representation.intermediateEncoder.designs)
            let encoded = encode(crops.pixels, repeating: crops.repeated)
            f += encoded.f.scalars
            h += encoded.h.scalars
        }
        return (f, h)
    }

    /// The weighted means of rows: those of each image's needed crops, and the blank crop's.
    private func average(
        _ rows: [Float], _ blank: Tensor<Float>, _ weights: [WeightedCrops], _ needed: [[Int]]
    ) -> [Float] {
        let length = blank.lastExtent
        var result = [Float](repeating: 0, count: weights.count * length)
        var first = 0
        for (position, weighted) in weights.enumerated() {
            let target = position * length
            for k in 0..<length { result[target + k] = weighted.blankWeight * blank.scalars[k] }
            var slot = 0
            for (crop, weight) in weighted.crops {
                // Both lists ascend, so one pass finds every crop.
                while needed[position][slot] != crop { slot += 1 }
                let source = (first + slot) * length
                for k in 0..<length { result[target + k] += weight * rows[source + k] }
            }
            first += needed[position].count
        }
        return result
    }
}

extension FeatureExtractor {
    /// An extractor with the networks of a training and the settings of its configuration.
    package init(_ algorithm: Algorithm1<Float>) {
        self.init(
            representation: algorithm.representation, augmentation: algorithm.distribution, scale: algorithm.scale,
            topCount: algorithm.configuration.evaluation.topCrops, negligibleMass: Experiment.negligibleMass)
    }
}
