import Digits
import Foundation
import TensorReference
import Tensors
import Testing

@testable import CropExperiment

/// Averages over crops and the measures of section 3.1.
@Suite struct EvaluationTests {
    private func dataset() throws -> CanvasDataset {
        CanvasDataset(
            try EmbeddedDigits.load(reason: "a test").train.prefix(30), geometry: CropGeometry(), seed: 4,
            split: .training)
    }

    /// - Parameter sharpness: factor of the logits of P(T|x), which untrained is nearly uniform.
    private func extractor(negligibleMass: Float, sharpness: Float = 1) -> FeatureExtractor {
        var configuration = ExperimentConfiguration()
        configuration.intermediateEncoder.channels = [4, 8]
        configuration.intermediateEncoder.features = 12
        configuration.projectionHead.dimension = 6
        configuration.augmentation.channels = 4
        configuration.augmentation.initialScale = 1
        var algorithm = Algorithm1<Float>(configuration)
        if let filters = algorithm.augmentation?.third.filters {
            algorithm.augmentation?.third.filters = filters.scaled(by: sharpness)
        }
        return FeatureExtractor(
            representation: algorithm.representation, augmentation: algorithm.distribution, scale: algorithm.scale,
            topCount: 8, negligibleMass: negligibleMass)
    }

    /// Encoding each distinct crop once gives the sum over all 289.
    @Test func expectationsAreThoseOverEveryCrop() throws {
        let dataset = try dataset()
        let extractor = extractor(negligibleMass: 0)
        let features = try extractor.features(of: dataset, weightings: [.expectation]) { _ in }
        let encoder = try #require(features.f[.expectation])
        let head = try #require(features.h[.expectation])
        for image in [0, 7, 29] {
            let probabilities = extractor.probabilities(dataset, [image])
            let crops: Tensor<Float> = dataset.cropTensor(
                (0..<289).map { (image, $0) }, scale: extractor.scale)
            let f = extractor.representation.intermediateEncoder(.init(crops))
            let h = extractor.representation.projectionHead(f).value
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

    /// Leaving out crops of some probability moves no feature by more than twice that share of its range; and crops are
    /// left out, in most images, when P(T|x) is sharp.
    @Test(arguments: [1e-2, 1e-4] as [Float]) func negligibleCropsAreNegligible(mass: Float) throws {
        let dataset = try dataset()
        let (all, most) = (
            extractor(negligibleMass: 0, sharpness: 40), extractor(negligibleMass: mass, sharpness: 40)
        )
        var imagesThatLose = 0
        for image in 0..<dataset.count {
            func crops(_ extractor: FeatureExtractor) -> WeightedCrops {
                WeightedCrops(
                    .expectation, probabilities: extractor.probabilities(dataset, [image]).scalars[...], image: image,
                    dataset: dataset, topCount: 8, negligibleMass: extractor.negligibleMass)
            }
            let (kept, every) = (crops(most), crops(all))
            #expect(Set(kept.crops.map(\.crop)).isSubset(of: every.crops.map(\.crop)))
            let total = kept.crops.reduce(kept.blankWeight) { $0 + $1.weight }
            // A sum of 289 weights in single precision.
            #expect(abs(total - 1) < 2e-5)
            imagesThatLose += kept.crops.count < every.crops.count ? 1 : 0
        }
        #expect(imagesThatLose > dataset.count / 2, "\(imagesThatLose) of \(dataset.count)")
        let exact = try all.features(of: dataset, weightings: [.expectation]) { _ in }
        let short = try most.features(of: dataset, weightings: [.expectation]) { _ in }
        let a = try #require(exact.f[.expectation]).scalars
        let b = try #require(short.f[.expectation]).scalars
        // Features are not negative; the largest of any image is below that of any crop, which bounds the range.
        let largest = try #require(largestFeature(all, dataset))
        let moved = largestDifference(a, b)
        #expect(moved > 0 && moved < Double(2 * mass * largest + 2e-5), "\(moved), features up to \(largest)")
    }

    /// The largest element of f over all crops of all images.
    private func largestFeature(_ extractor: FeatureExtractor, _ dataset: CanvasDataset) -> Float? {
        (0..<dataset.count).compactMap { image in
            let crops: Tensor<Float> = dataset.cropTensor((0..<289).map { (image, $0) }, scale: extractor.scale)
            return extractor.representation.intermediateEncoder(.init(crops)).value.scalars.max()
        }.max()
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
