import Digits
import Foundation
import Tensors
import Testing

@testable import CropExperiment

/// Averages over crops and the measures of section 3.1.
@Suite struct EvaluationTests {
    private func dataset() throws -> CanvasDataset {
        CanvasDataset(
            try EmbeddedDigits.load(reason: "a test").train.prefix(30), geometry: CropGeometry(), seed: 4,
            split: "training")
    }

    private func extractor(negligibleMass: Float) -> FeatureExtractor {
        var configuration = ExperimentConfiguration()
        configuration.encoder.channels = [4, 8]
        configuration.encoder.features = 12
        configuration.encoder.dimension = 6
        configuration.policy.channels = 4
        let algorithm = Algorithm1<Float>(configuration)
        return FeatureExtractor(
            representation: algorithm.representation, augmentation: algorithm.augmentation, scale: algorithm.scale,
            topCount: 8, negligibleMass: negligibleMass)
    }

    /// Encoding each distinct crop once gives the sum over all 289.
    @Test func expectationsAreThoseOverEveryCrop() throws {
        let dataset = try dataset()
        let extractor = extractor(negligibleMass: 0)
        let features = try extractor.features(of: dataset, weightings: [.expectation]) { _ in }
        let encoder = try #require(features.encoder[.expectation])
        let head = try #require(features.head[.expectation])
        for image in [0, 7, 29] {
            let probabilities = extractor.probabilities(dataset, [image])
            let crops: Tensor<Float> = dataset.cropTensor(
                (0..<289).map { (image, $0) }, scale: extractor.scale)
            let f = extractor.representation.encoder(.init(crops))
            let h = extractor.representation.head(f).value
            for feature in 0..<12 {
                let sum = (0..<289).reduce(0.0) {
                    $0 + Double(probabilities[0, $1]) * Double(f.value[$1, feature])
                }
                // 289 roundings of single precision, relative to a feature's size of about 1.
                #expect(abs(Double(encoder[image, feature]) - sum) < 2e-5)
            }
            let mean = (0..<6).map { k in
                (0..<289).reduce(0.0) { $0 + Double(probabilities[0, $1]) * Double(h[$1, k]) }
            }
            let norm = mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
            for k in 0..<6 { #expect(abs(Double(head[image, k]) - mean[k] / norm) < 2e-5) }
        }
    }

    /// Leaving out crops of 10⁻⁶ of the probability moves no feature by more than that share of its range.
    @Test func negligibleCropsAreNegligible() throws {
        let dataset = try dataset()
        let exact = try extractor(negligibleMass: 0).features(of: dataset, weightings: [.expectation]) { _ in }
        let short = try extractor(negligibleMass: 1e-6).features(of: dataset, weightings: [.expectation]) { _ in }
        let a = try #require(exact.encoder[.expectation]).scalars
        let b = try #require(short.encoder[.expectation]).scalars
        #expect(zip(a, b).allSatisfy { abs($0 - $1) < 2e-5 })
    }

    /// Eight crops of equal weight, the most probable ones; the oracle's nine inside the cell.
    @Test func weightingsTakeTheRightCrops() throws {
        let dataset = try dataset()
        var probabilities = [Float](repeating: 0, count: 289)
        let inside = dataset.geometry.cropsInside(cell: Int(dataset.cells[0]))
        #expect(inside.count == 9)
        for (rank, crop) in inside.enumerated() { probabilities[crop] = 0.2 - 0.02 * Float(rank) }
        func weights(_ weighting: CropWeighting) -> WeightedCrops {
            WeightedCrops(
                weighting, probabilities: probabilities[...], image: 0, dataset: dataset, topCount: 8, negligibleMass: 0
            )
        }
        #expect(weights(.mostProbable).crops.map(\.crop) == Array(inside.prefix(8)))
        #expect(weights(.mostProbable).crops.allSatisfy { $0.weight == 0.125 })
        #expect(weights(.oracle).crops.map(\.crop) == inside)
        #expect(weights(.oracle).blankWeight == 0)
    }
}
