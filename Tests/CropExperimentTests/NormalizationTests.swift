import Autodiff
import Digits
import Foundation
import NeuralNetworks
import TensorReference
import Tensors
import Testing

@testable import CropExperiment

/// Batch normalisation in f and g: each distinct crop counts as often as it was drawn, and P's update and evaluation see the
/// running means.
@Suite struct NormalizationTests {
    private func configuration(_ method: RunMethod = .ours) -> ExperimentConfiguration {
        var configuration = ExperimentConfiguration()
        configuration.method = method
        configuration.seed = 2
        configuration.intermediateEncoder.channels = [3, 5]
        configuration.intermediateEncoder.features = 9
        configuration.intermediateEncoder.normalization = .batch
        configuration.projectionHead.hidden = 7
        configuration.projectionHead.dimension = 4
        configuration.projectionHead.normalization = .batch
        configuration.augmentation.channels = 3
        configuration.augmentation.initialScale = 1
        configuration.training.batchSize = 8
        configuration.training.views = 4
        configuration.training.augmentationViews = 4
        return configuration
    }

    private func dataset(_ count: Int = 8) throws -> CanvasDataset {
        CanvasDataset(
            try EmbeddedDigits.load(reason: "a test").train.prefix(count), geometry: CropGeometry(), seed: 4,
            split: .training)
    }

    /// Views of the images of a data set: inside the digit's cell, some twice, and some blank.
    private func views(_ dataset: CanvasDataset) -> SampledViews {
        let crops = (0..<dataset.count).flatMap { image in
            let inside = dataset.geometry.cropsInside(cell: Int(dataset.cells[image]))
            // Of images with odd numbers the last view is the first again; of the others it is far from the digit.
            let elsewhere = inside.contains(0) ? dataset.geometry.cropCount - 1 : 0
            return [
                inside[image % 9], inside[4], inside[8 - image % 9], image % 2 == 1 ? inside[image % 9] : elsewhere,
            ]
        }
        return SampledViews(crops: crops, views: 4) { dataset.isBlank(image: $0, crop: $1) }
    }

    @Test func multiplicitiesCountTheViewsOfEachContent() throws {
        let views = try views(dataset())
        let counts = views.multiplicities(of: Double.self)
        #expect(counts.shape == [views.distinct.count])
        #expect(counts.sum() == 32)
        for row in views.distinct.indices { #expect(Int(counts[row]) == views.rows.count { $0 == row }) }
        #expect(counts.scalars.contains(4), "the blank crop of four images")
        #expect(counts.scalars.contains(2) && counts.scalars.contains(1))
    }

    /// The statement that makes weights exact: the codes of distinct crops, weighted by how often each was drawn, are those of
    /// all drawn crops; so are the running means and every gradient. Without weights none of them is.
    @Test func distinctCropsWithWeightsAreAllDrawnCrops() throws {
        // Values of the size of 1 after a dozen sums of up to 200 terms; gradients are sums over 32 crops of these.
        try check(Double.self, tolerance: 1e-12)
        try check(Float.self, tolerance: 2e-4)
    }

    private func check<Scalar: TensorScalar>(_ type: Scalar.Type, tolerance: Double) throws {
        let dataset = try dataset()
        let views = views(dataset)
        let algorithm = Algorithm1<Scalar>(configuration())
        let distinct: Tensor<Scalar> = dataset.cropTensor(
            views, of: Array(0..<dataset.count), scale: algorithm.scale)
        let drawn: Tensor<Scalar> = dataset.cropTensor(
            views.crops.enumerated().map { ($0 / 4, $1) }, scale: algorithm.scale)
        #expect(drawn.shape[0] == 32 && distinct.shape[0] < 32)

        func encode(
            _ crops: Tensor<Scalar>, _ weights: Tensor<Scalar>, rows: [Int]
        ) -> (codes: Tensor<Scalar>, results: [Tensor<Scalar>]) {
            var network = algorithm.representation.tracked()
            let parameters = network.parameters.map(\.value)
            let codes = network(Variable(crops), by: .batch(weights: weights)).gatheringRows(rows)
            var generator = PhiloxGenerator(seed: 1, purpose: "cotangent")
            let cotangent = Tensor<Double>.normal(codes.shape, using: &generator).converted(to: Scalar.self)
            let gradients = (codes * Variable(cotangent)).sum().gradient(withRespectTo: parameters)
            return (codes.value, network.statistics.map(\.value) + gradients.map(\.value))
        }
        func largestShare(_ a: [Tensor<Scalar>], _ b: [Tensor<Scalar>]) -> Double {
            guard a.count == b.count else { return .infinity }
            return largest(
                zip(a, b).map { a, b in
                    largestDifference(a.scalars, b.scalars) / b.scalars.reduce(1) { max($0, Double(abs($1))) }
                })
        }
        let all = encode(drawn, Tensor(shape: [32], repeating: 1), rows: Array(0..<32))
        let weighted = encode(distinct, views.multiplicities(of: Scalar.self), rows: views.rows)
        #expect(weighted.results.count == 6 + algorithm.representation.parameters.count)
        #expect(largestShare([weighted.codes], [all.codes]) < tolerance, "\(type)")
        #expect(largestShare(weighted.results, all.results) < tolerance, "\(type)")

        let unweighted = encode(distinct, Tensor(shape: [distinct.shape[0]], repeating: 1), rows: views.rows)
        #expect(largestShare([unweighted.codes], [all.codes]) > 1e-2, "\(type)")
        for (index, result) in unweighted.results.enumerated() where index < 6 {
            #expect(largestShare([result], [all.results[index]]) > 1e-3, "statistic \(index), \(type)")
        }
    }

    /// What is added to a hidden unit of g is taken away again by its mean: without normalisation there is a bias, with it none.
    @Test func normalizedHiddenUnitsHaveNoBias() {
        let names = Algorithm1<Float>(configuration()).representation.parameters.map(\.name)
        #expect(names.contains("projectionHead.hidden.weights") && !names.contains("projectionHead.hidden.bias"))
        #expect(names.filter { $0.hasSuffix(".scale") }.count == 3)
        var plain = configuration()
        plain.projectionHead.normalization = .none
        plain.intermediateEncoder.normalization = .none
        let representation = Algorithm1<Float>(plain).representation
        #expect(representation.parameters.contains { $0.name == "projectionHead.hidden.bias" })
        #expect(representation.statistics.isEmpty)
    }

    /// The code of a crop under the running means depends on no other crop, and is f and g with affine maps for their
    /// normalised layers.
    @Test func evaluationSeesTheRunningMeans() throws {
        let dataset = try dataset(20)
        var algorithm = Algorithm1<Float>(configuration())
        for step in 0..<5 { _ = algorithm.iterate(step: step, images: Array(0..<8), dataset: dataset) }
        let extractor = FeatureExtractor(
            representation: algorithm.representation, augmentation: algorithm.distribution, scale: algorithm.scale,
            topCount: 8, negligibleMass: 0)
        let features = try extractor.features(of: dataset, weightings: [.oracle]) { _ in }
        let encoder = try #require(features.f[.oracle])
        let network = algorithm.representation
        for image in [0, 19] {
            let crops = dataset.geometry.cropsInside(cell: Int(dataset.cells[image]))
            let single = crops.map { crop -> Tensor<Float> in
                let pixels: Tensor<Float> = dataset.cropTensor([(image, crop)], scale: algorithm.scale)
                return f(network.intermediateEncoder, pixels)
            }
            for feature in 0..<9 {
                let mean = single.reduce(Float(0)) { $0 + $1[0, feature] } / 9
                // Features of the size of 1 after three layers in single precision.
                #expect(abs(encoder[image, feature] - mean) < 1e-4, "image \(image), feature \(feature)")
            }
        }
        // A batch of its own gives another code.
        var copy = network
        let crops: Tensor<Float> = dataset.cropTensor(
            (0..<20).map { ($0, dataset.geometry.cropsInside(cell: Int(dataset.cells[$0]))[4]) }, scale: algorithm.scale
        )
        let (batch, population) = (
            copy(Variable(crops), by: .batch(weights: Tensor(shape: [20], repeating: 1))).value,
            network(Variable(crops)).value
        )
        #expect(zip(batch.scalars, population.scalars).contains { abs($0 - $1) > 1e-2 })
        // Evaluation leaves the running means alone.
        #expect(extractor.representation.statistics.map(\.value) == algorithm.representation.statistics.map(\.value))
    }

    /// f from its layers and running means, element by element.
    private func f(_ encoder: IntermediateEncoder<Float>, _ crops: Tensor<Float>) -> Tensor<Float> {
        func normalized(_ maps: Variable<Float>, _ layer: BatchNormalization<Float>) -> Variable<Float> {
            let channels = maps.value.lastExtent
            return Variable(
                Tensor(
                    shape: maps.shape,
                    scalars: maps.value.scalars.enumerated().map { index, x in
                        let channel = index % channels
                        let deviation = (layer.populationVariance[channel] + 1e-5).squareRoot()
                        return (x - layer.populationMean[channel]) / deviation * layer.scale.value[channel]
                            + layer.shift.value[channel]
                    }))
        }
        let first = normalized(encoder.first.rectifiedAndPooled(Variable(crops)), encoder.normalizations[0])
        let second = normalized(encoder.second.rectifiedAndPooled(first), encoder.normalizations[1])
        return encoder.third.rectifiedAndPooled(second).value.reshaped([crops.shape[0], 9])
    }

    /// The update of P leaves the running means alone: its draws are uniform, and h is not trained on them.
    @Test func onlyTheUpdateOfHMovesTheRunningMeans() throws {
        let dataset = try dataset()
        var algorithm = Algorithm1<Float>(configuration())
        let statistics = { (algorithm: Algorithm1<Float>) in algorithm.representation.statistics.map(\.value) }
        let initial = statistics(algorithm)
        _ = algorithm.iterate(step: 0, images: Array(0..<8), dataset: dataset, phases: .augmentation)
        #expect(statistics(algorithm) == initial)
        _ = algorithm.iterate(step: 0, images: Array(0..<8), dataset: dataset, phases: .representation)
        let moved = statistics(algorithm)
        #expect(zip(moved, initial).allSatisfy { $0 != $1 })
        _ = algorithm.iterate(step: 1, images: Array(0..<8), dataset: dataset, phases: .augmentation)
        #expect(statistics(algorithm) == moved)
    }
}
