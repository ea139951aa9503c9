import Autodiff
import Digits
import Foundation
import Tensors
import TestSupport
import Testing

@testable import CropExperiment

/// The sampled objective of trained networks, which the paper's selection rule compares.
@Suite struct TrainedObjectiveTests {
    private func algorithm(_ assignments: [String]) throws -> Algorithm1<Double> {
        var configuration = ExperimentConfiguration()
        for assignment in [
            "seed=3", "intermediateEncoder.channels=4,8", "intermediateEncoder.features=12", "projectionHead.hidden=10",
            "projectionHead.dimension=6", "augmentation.channels=4", "training.batchSize=8", "training.views=3",
            "projectionHead.normalization=batch",
        ] + assignments { try configuration.set(assignment) }
        return Algorithm1<Double>(configuration)
    }

    private func dataset(_ count: Int) throws -> CanvasDataset {
        CanvasDataset(
            try EmbeddedDigits.load(reason: "a test").train.prefix(count), geometry: CropGeometry(), seed: 1,
            split: .training)
    }

    /// (19) by its definition with plain numbers: every view encoded by itself, every pair written out.
    ///
    /// - Parameter purpose: what the views are drawn for.
    private func expected(
        _ algorithm: Algorithm1<Double>, _ dataset: CanvasDataset, batch: Int, images: [Int],
        purpose: String = "views for the objective of the trained networks"
    ) -> Double {
        let (m, beta, side) = (3, algorithm.configuration.objective.beta, dataset.geometry.cropsPerSide)
        var generator = PhiloxGenerator(seed: 3, purpose: purpose, step: batch)
        let logP = algorithm.distribution.logProbabilities(dataset, images, scale: algorithm.scale)?.value
        let crops =
            if let logP {
                sampleCrops(logP.exponential(), count: m, using: &generator)
            } else { sampleUniformCrops(images: images.count, crops: side * side, count: m, using: &generator) }
        let h = crops.enumerated().map { index, crop in
            algorithm.representation(
                Variable(dataset.cropTensor([(images[index / m], crop)], scale: algorithm.scale))
            ).value.scalars
        }
        func score(_ a: Int, _ b: Int) -> Double { beta * zip(h[a], h[b]).reduce(0) { $0 + $1.0 * $1.1 } }
        var sum = 0.0
        for anchor in h.indices {
            let image = anchor / m
            let positives = (image * m..<(image + 1) * m).filter { $0 != anchor }.map { score(anchor, $0) }
            let marginal = h.indices.map { exp(score(anchor, $0)) }.reduce(0, +) / Double(h.count)
            sum += positives.reduce(0, +) / Double(m - 1) - log(marginal)
        }
        return sum / Double(h.count)
    }

    /// 20 images in batches of 8: two batches, four images left out.
    @Test(arguments: [[], ["method=simclr"], ["augmentation.training=fixed"]])
    func itIsTheDefinitionOnItsOwnDraws(assignments: [String]) throws {
        var algorithm = try algorithm(assignments)
        let dataset = try dataset(20)
        // So that the population's moments are not those at the start.
        for step in 0..<3 { _ = algorithm.iterate(step: step, images: Array(8..<16), dataset: dataset) }
        let found = algorithm.objectiveEstimate(over: dataset)
        func mean(purpose: String = "views for the objective of the trained networks", first: Int = 0) -> Double {
            let batches = (0..<2).map { batch in
                expected(
                    algorithm, dataset, batch: batch,
                    images: Array(first + batch * 8..<first + (batch + 1) * 8), purpose: purpose)
            }
            return batches.reduce(0, +) / 2
        }
        // A hundred roundings of numbers below 1.
        #expect(abs(found - mean()) < 1e-13)
        // Draws of the training, or other images, would be noticed.
        #expect(abs(found - mean(purpose: "views for h")) > 1e-6)
        #expect(abs(found - mean(first: 4)) > 1e-6)
        #expect(algorithm.objectiveEstimate(over: dataset) == found)
    }

    /// Fewer images than a batch are one batch.
    @Test func fewImagesAreOneBatch() throws {
        let algorithm = try algorithm([])
        let dataset = try dataset(5)
        let found = algorithm.objectiveEstimate(over: dataset)
        #expect(abs(found - expected(algorithm, dataset, batch: 0, images: Array(0..<5))) < 1e-13)
    }
}
