import Autodiff
import Digits
import NeuralNetworks
import TensorReference
import Testing

@testable import CropExperiment
@testable import Tensors

/// Windows of overlapping and of blank crops that see the same are found, and f computed with that knowledge is f.
@Suite struct RepeatedCropWindowsTests {
    private static let designs = IntermediateEncoder<Float>.designs(.init())

    @Test func theFieldsOfTheLayers() {
        let fields = WindowField.ofLeading(Self.designs, onCropsOf: 20)
        #expect(
            fields == [
                WindowField(step: 2, before: 1, span: 4, count: 10, side: 20),
                WindowField(step: 4, before: 3, span: 10, count: 5, side: 20),
            ])
        #expect(fields[0].edges == [1, 0, 0, 0, 0, 0, 0, 0, 0, 2])
        #expect(fields[1].edges == [1, 0, 0, 0, 2])
        var positionAware = ExperimentConfiguration.IntermediateEncoderSettings()
        positionAware.pooling = .none
        #expect(WindowField.ofLeading(IntermediateEncoder<Float>.designs(positionAware), onCropsOf: 20).isEmpty)
    }

    /// The pixels that a window depends on and where padding takes their place are found by asking the layers: a change of that
    /// pixel of a crop is seen by no other window.
    @Test func theFieldsAreWhatTheLayersSee() {
        var generator = PhiloxGenerator(seed: 3, purpose: "fields of windows")
        let first = Convolution<Double>(Self.designs[0], using: &generator)
        let second = Convolution<Double>(Self.designs[1], using: &generator)
        func maps(_ crop: Tensor<Double>) -> [Tensor<Double>] {
            // Absolute values in place of filters of both signs, so that every pixel counts.
            func positive(_ layer: Convolution<Double>) -> Convolution<Double> {
                var layer = layer
                layer.filters = Variable(
                    Tensor(shape: layer.filters.shape, scalars: layer.filters.value.scalars.map(abs)))
                return layer
            }
            let one = positive(first).rectifiedAndPooled(Variable(crop))
            return [one.value, positive(second).rectifiedAndPooled(one).value]
        }
        let fields = WindowField.ofLeading(Self.designs, onCropsOf: 20)
        let zero = maps(.zeros([1, 20, 20, 1]))
        for pixel in [0, 1, 2, 3, 4, 9, 10, 13, 18, 19] {
            var crop = Tensor<Double>.zeros([1, 20, 20, 1])
            crop[0, pixel, 10, 0] = 1
            for (field, (found, before)) in zip(fields, zip(maps(crop), zero)) {
                let channels = found.shape[3]
                for window in 0..<field.count {
                    let row = window * field.count * channels..<(window + 1) * field.count * channels
                    let isSeen = found.scalars[row] != before.scalars[row]
                    #expect(
                        isSeen == (field.start(of: window)..<field.start(of: window) + field.span).contains(pixel),
                        "pixel \(pixel), window \(window) of \(field.count)")
                }
            }
        }
    }

    /// The crops of some digits: all that show something of them, or some drawn at random, twice the same among them, and a blank
    /// one in between.
    private func crops(_ dataset: CanvasDataset, all: Bool) -> [(image: Int, crop: Int)] {
        var generator = PhiloxGenerator(seed: 5, purpose: "crops")
        return (0..<dataset.count).flatMap { image -> [(image: Int, crop: Int)] in
            let inked = (0..<dataset.geometry.cropCount).filter { !dataset.isBlank(image: image, crop: $0) }
            if all { return inked.map { (image, $0) } }
            let blank = (0..<dataset.geometry.cropCount).first { dataset.isBlank(image: image, crop: $0) }
            let drawn = (0..<6).map { _ in inked[generator.uniformInteger(below: inked.count)] }
            return (drawn + [drawn[2]] + (image % 3 == 0 ? blank.map { [$0] } ?? [] : [])).map { (image, $0) }
        }
    }

    private func dataset(_ count: Int, _ geometry: CropGeometry) throws -> CanvasDataset {
        CanvasDataset(
            try EmbeddedDigits.load(reason: "a test").train.prefix(count), geometry: geometry, seed: 4, split: .training
        )
    }

    @Test(
        arguments: [CropGeometry.derived, .original, CropGeometry(cellsPerSide: 2, cropSide: 14, stride: 7)],
        [true, false])
    func windowsThatSeeTheSameAndNoOthers(geometry: CropGeometry, all: Bool) throws {
        let dataset = try dataset(all ? 4 : 30, geometry)
        let crops = crops(dataset, all: all)
        let canvases = (0..<dataset.count).map { dataset.canvas(of: $0) }
        for field in WindowField.ofLeading(Self.designs, onCropsOf: geometry.cropSide) {
            let repeated = dataset.repeatedWindows(crops, field)
            #expect(repeated.imageCount == crops.count)
            #expect(repeated.blocks.count > 1)
            for block in repeated.blocks {
                // No image's crops are in two blocks.
                if block.images.upperBound < crops.count {
                    #expect(crops[block.images.upperBound - 1].image != crops[block.images.upperBound].image)
                }
                // By the definition: what is seen, pixel by pixel, with -1 for padding; and of which image where, if it is anything.
                var first: [[Int]: Int32] = [:]
                for (index, number) in block.images.enumerated() {
                    let (image, crop) = crops[number]
                    let (top, left) = geometry.topLeft(ofCrop: crop)
                    for window in 0..<field.count * field.count {
                        let (row, column) = (
                            field.start(of: window / field.count), field.start(of: window % field.count)
                        )
                        let seen = (0..<field.span * field.span).map { pixel -> Int in
                            let (y, x) = (row + pixel / field.span, column + pixel % field.span)
                            guard (0..<field.side).contains(y), (0..<field.side).contains(x) else { return -1 }
                            return Int(canvases[image][(top + y) * geometry.canvasSide + left + x])
                        }
                        let isBlank = seen.allSatisfy { $0 <= 0 }
                        let place = isBlank ? [] : [image, top + row, left + column]
                        let own = Int32(index * field.count * field.count + window)
                        let expected = first[place + seen] ?? own
                        first[place + seen] = expected
                        let found = repeated.firsts[number * field.count * field.count + window]
                        #expect(found == expected, "crop \(number), window \(window) of \(field.count)²")
                    }
                }
            }
            let share = Double(repeated.firstCount) / Double(repeated.firsts.count)
            #expect(share < (all && geometry.stride == 4 ? 0.5 : 0.8), "\(share) of the windows are computed")
        }
    }

    /// The forward pass has the same bits, the gradients are the same sums in another order.
    @Test(arguments: [ExperimentConfiguration.Normalization.none, .batch], [[3, 5], [16, 32]])
    func theEncoderIsTheSame(normalization: ExperimentConfiguration.Normalization, channels: [Int]) throws {
        // Sums over 90 crops with up to 100 windows each, of numbers that normalisation has divided by their deviations.
        try checkEncoder(Double.self, normalization, channels, tolerance: 2e-12)
        try checkEncoder(Float.self, normalization, channels, tolerance: 1e-3)
    }

    private func checkEncoder<Scalar: TensorScalar>(
        _ type: Scalar.Type, _ normalization: ExperimentConfiguration.Normalization, _ channels: [Int],
        tolerance: Double
    ) throws {
        let dataset = try dataset(12, .derived)
        var configuration = ExperimentConfiguration()
        configuration.intermediateEncoder.channels = channels
        configuration.intermediateEncoder.features = 9
        configuration.intermediateEncoder.normalization = normalization
        let algorithm = Algorithm1<Scalar>(configuration)
        let images: CropImages<Scalar> = dataset.cropImages(
            crops(dataset, all: false), scale: algorithm.scale,
            for: algorithm.representation.intermediateEncoder.designs)
        #expect(images.repeated.count == 2)
        let weights = Tensor<Scalar>(
            shape: [images.pixels.shape[0]], scalars: (0..<images.pixels.shape[0]).map { Scalar(1 + $0 % 3) })
        func encode(_ repeated: [RepeatedWindows]) -> (codes: Tensor<Scalar>, gradients: [Tensor<Scalar>]) {
            var network = algorithm.representation.tracked()
            let parameters = network.parameters.map(\.value)
            let codes = network(Variable(images.pixels), repeating: repeated, by: .batch(weights: weights))
            var generator = PhiloxGenerator(seed: 1, purpose: "cotangent")
            let cotangent = Tensor<Double>.normal(codes.shape, using: &generator).converted(to: Scalar.self)
            let gradients = (codes * Variable(cotangent)).sum().gradient(withRespectTo: parameters)
            return (codes.value, gradients.map(\.value))
        }
        let (found, expected) = (encode(images.repeated), encode([]))
        let name: Comment = "\(type), \(normalization), \(channels)"
        #expect(haveSameBits(found.codes, expected.codes), name)
        for (found, expected) in zip(found.gradients, expected.gradients) {
            let size = expected.scalars.reduce(1) { max($0, Double(abs($1))) }
            #expect(largestDifference(found.scalars, expected.scalars) / size < tolerance, name)
        }
        // Told of windows that are not equal, it is another function.
        let wrong = RepeatedWindows(blocks: [0..<images.pixels.shape[0]], windowsPerImage: 100) { _, firsts in
            for window in firsts.indices { firsts[window] = Int32(window % 100) }
        }
        #expect(encode([wrong]).codes != expected.codes, name)
    }
}
