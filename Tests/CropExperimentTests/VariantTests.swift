import Autodiff
import Digits
import Foundation
import NeuralNetworks
import TensorReference
import Tensors
import TestSupport
import Testing

@testable import CropExperiment

/// What the variants of Algorithm 1 do, on a handful of embedded digits.
@Suite struct VariantTests {
    private func configuration(_ assignments: [String] = []) throws -> ExperimentConfiguration {
        var configuration = ExperimentConfiguration()
        for assignment in [
            "seed=3", "intermediateEncoder.channels=4,8", "intermediateEncoder.features=12", "projectionHead.hidden=10",
            "projectionHead.dimension=6", "augmentation.channels=4", "augmentation.initialScale=1",
            "training.batchSize=16", "training.views=3",
            "training.augmentationViews=4", "training.steps=6", "training.learningRate=1e-3",
            "training.learningRateSchedule=constant", "projectionHead.normalization=none",
        ] + assignments { try configuration.set(assignment) }
        try configuration.validate()
        return configuration
    }

    private func dataset(cellsPerSide: Int = 3) throws -> CanvasDataset {
        CanvasDataset(
            try EmbeddedDigits.load(reason: "a test").train.prefix(60),
            geometry: CropGeometry(cellsPerSide: cellsPerSide),
            seed: 1, split: .training)
    }

    /// However a run of a variant is cut into parts, it ends with the same bits.
    @Test(arguments: [
        ["training.alternation=together", "training.augmentationStart=2", "projectionHead.normalization=batch"],
        ["augmentation.training=adversarial", "intermediateEncoder.pooling=none"],
        [
            "augmentation.training=fixed", "augmentation.gaussianWidening=3", "augmentation.gaussianExponent=4",
            "training.weightDecay=0.1", "intermediateEncoder.normalization=batch", "training.representationRestart=0.4",
        ],
    ]) func anInterruptedVariantEndsWithTheSameBits(assignments: [String]) throws {
        let digits = try EmbeddedDigits.load(reason: "a test").prefix(train: 60, test: 40)
        let states = try [[], [1, 3]].map { stops in
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tac-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            let experiment = try Experiment(configuration: configuration(assignments), digits: digits, folder: folder)
            for stop in stops {
                var done = 0
                _ = try experiment.train(progress: { done = $0.step }, shouldStop: { done == stop })
            }
            _ = try experiment.train()
            var state = try experiment.loadTrained().state
            state.seconds = 0
            return state
        }
        #expect(states[0] == states[1])
        #expect(states[0].step == 6)
    }

    /// P(T|X) that descends what h ascends leaves the digit for crops that show nothing or a trace of it, where all images look
    /// alike, and the objective is 0; one that ascends goes to the digit. Both begin at the same P. Without the entropy bonus:
    /// once the objective is 0 it would be alone, and take P half the way back to the uniform distribution.
    @Test func anAdversarialDistributionLeavesTheDigit() throws {
        let dataset = try dataset()
        func inkBeforeAndAfter(_ training: String) throws -> (before: Double, after: Double, objective: Double) {
            var algorithm = Algorithm1<Float>(
                try configuration([
                    "augmentation.training=\(training)", "intermediateEncoder.channels=8,16",
                    "intermediateEncoder.features=32", "projectionHead.hidden=32", "projectionHead.dimension=8",
                    "augmentation.channels=16", "training.views=8", "training.augmentationViews=8",
                    "training.augmentationLearningRate=1e-2", "training.learningRateSchedule=constant",
                    "projectionHead.normalization=none", "objective.lambda=0",
                ]))
            let before = shownInk(algorithm, dataset)
            var objective = 0.0
            for step in 0..<100 {
                objective =
                    algorithm.iterate(step: step, images: Array(0..<32), dataset: dataset).representationObjective
            }
            return (before, shownInk(algorithm, dataset), objective)
        }
        let (with, against) = (try inkBeforeAndAfter("cooperative"), try inkBeforeAndAfter("adversarial"))
        #expect(with.before == against.before && abs(with.before - 0.08) < 0.01, "\(with), \(against)")
        #expect(with.after > 0.7 && with.objective > 0.3, "\(with)")
        #expect(against.after < 0.02 && abs(against.objective) < 1e-3, "\(against)")
    }

    /// The share of a digit's ink that a crop from P(T|x) shows, on average.
    private func shownInk(_ algorithm: Algorithm1<Float>, _ dataset: CanvasDataset) -> Double {
        let (geometry, extractor) = (dataset.geometry, FeatureExtractor(algorithm))
        let probabilities = extractor.probabilities(dataset, Array(0..<32))
        let shares = (0..<32).map { image in
            let canvas = dataset.canvas(of: image).map(Double.init)
            let shown = (0..<geometry.cropCount).reduce(0.0) { sum, crop in
                let (row, column) = geometry.topLeft(ofCrop: crop)
                let ink = (0..<geometry.cropSide).reduce(0.0) { ink, line in
                    let first = (row + line) * geometry.canvasSide + column
                    return ink + canvas[first..<first + geometry.cropSide].reduce(0, +)
                }
                return sum + Double(probabilities[image, crop]) * ink
            }
            return shown / canvas.reduce(0, +)
        }
        return shares.reduce(0, +) / 32
    }

    /// A fixed P is not trained, and there is nothing of it in a checkpoint.
    @Test func aFixedDistributionHasNoNetwork() throws {
        let dataset = try dataset()
        var algorithm = Algorithm1<Float>(try configuration(["augmentation.training=fixed"]))
        #expect(algorithm.augmentation == nil)
        let record = algorithm.iterate(step: 0, images: Array(0..<16), dataset: dataset)
        #expect(record.augmentationObjective == nil)
        #expect(try #require(record.entropy) < 2.2)
        var state = TrainingState()
        algorithm.store(in: &state)
        #expect(state.tensors.keys.allSatisfy { $0.hasPrefix("representation.") })
    }

    /// A run that is stopped is evaluated with the Gaussian that its h was trained with last.
    @Test func aWideningGaussianIsAsWideAsItHasBecome() throws {
        let dataset = try dataset()
        var algorithm = Algorithm1<Double>(
            try configuration(["augmentation.training=fixed", "augmentation.gaussianWidening=4"]))
        for step in 0..<3 { _ = algorithm.iterate(step: step, images: Array(0..<16), dataset: dataset) }
        func logP(_ distribution: AugmentationDistribution<Double>) throws -> Tensor<Double> {
            try #require(distribution.logProbabilities(dataset, [0], scale: algorithm.scale)).value
        }
        let now = try logP(algorithm.distribution)
        #expect(try now == logP(algorithm.distribution(nil, at: 3)))
        #expect(try now != logP(algorithm.distribution(nil, at: 6)))
    }

    /// A P(T|X) that has no number any more for any image ends a training by its record, not the program.
    @Test func aDivergedTogetherUpdateEndsWithItsRecord() throws {
        var algorithm = Algorithm1<Float>(
            try configuration(["training.alternation=together", "projectionHead.normalization=batch"]))
        let bias = try #require(algorithm.augmentation?.third.bias)
        algorithm.augmentation?.third.bias = bias.scaled(by: .nan)
        let record = algorithm.iterate(step: 0, images: Array(0..<16), dataset: try dataset())
        #expect(!record.isFinite)
    }

    /// Updated together, the moments are those of all views with their weights P(T|x), normalised over an image's: computed from
    /// every view alone, the network detached from Algorithm 1. Counted as often as drawn they would be others.
    @Test func theMomentsOfATogetherUpdateAreWeightedByP() throws {
        let dataset = try dataset()
        let images = Array(0..<16)
        var algorithm = Algorithm1<Double>(
            try configuration(["training.alternation=together", "projectionHead.normalization=batch"]))
        // Far from uniform.
        if let filters = algorithm.augmentation?.third.filters {
            algorithm.augmentation?.third.filters = filters.scaled(by: 10)
        }
        let network = try #require(algorithm.augmentation)
        let views = algorithm.deferredDraws(step: 0, images: images, dataset: dataset).value.views
        let p = logProbabilities(network, dataset, images, scale: algorithm.scale).value.exponential()
        let crops = images.flatMap { image in views.crops[image * 4..<image * 4 + 4].map { (image: image, crop: $0) } }
        let hidden = algorithm.representation.projectionHead.hidden(
            algorithm.representation.intermediateEncoder(
                Variable(dataset.cropTensor(crops, scale: algorithm.scale)))
        ).value
        func runningMean(_ weight: (_ image: Int, _ crop: Int) -> Double) -> [Double] {
            var sums = [Double](repeating: 0, count: 10)
            for image in images {
                let weights = views.crops[image * 4..<image * 4 + 4].map { weight(image, $0) }
                let total = weights.reduce(0, +)
                for view in 0..<4 {
                    for unit in 0..<10 { sums[unit] += weights[view] / total * hidden[image * 4 + view, unit] }
                }
            }
            return sums.map { 0.1 * $0 / 16 }
        }
        _ = algorithm.iterate(step: 0, images: images, dataset: dataset)
        let found = try #require(algorithm.representation.projectionHead.normalization).populationMean.scalars
        // Means of 64 numbers of the size of 1.
        #expect(largestDifference(found, runningMean { p[$0, $1] }) < 1e-14)
        #expect(largestDifference(found, runningMean { _, _ in 1 }) > 1e-3)
    }

    /// Moved by a stride, a blot that stays inside the crop changes what f sees without pooling by as much as there is to see, the
    /// maxima of filters that stay inside the maps by a part of it, and those on padded maps by nothing: the filters meet
    /// every part of a blot wherever it is.
    @Test func withoutPoolingTheOffsetIsSeen() throws {
        func change(_ pooling: ExperimentConfiguration.Pooling, padding: Int) -> Double {
            let changes = (UInt64(0)..<8).map { seed in
                var generator = PhiloxGenerator(seed: seed, purpose: "pooling")
                var settings = ExperimentConfiguration().intermediateEncoder
                (settings.channels, settings.features) = ([8, 16], 32)
                (settings.pooling, settings.padding) = (pooling, padding)
                let encoder = IntermediateEncoder<Double>(settings, using: &generator)
                let crops = Tensor<Double>(
                    shape: [2, 20, 20, 1],
                    scalars: (0..<800).map { index in
                        let (row, column) = (index % 400 / 20 - 7, index % 20 - 5 - 4 * (index / 400))
                        return (0..<6).contains(row) && (0..<6).contains(column)
                            ? Double((row * 5 + column * 3) % 7) : 0
                    })
                let f = encoder(Variable(crops)).value
                func square(_ value: (Int) -> Double) -> Double { (0..<32).reduce(0) { $0 + value($1) * value($1) } }
                return (square { f[0, $0] - f[1, $0] } / square { f[0, $0] }).squareRoot()
            }
            return changes.reduce(0, +) / 8
        }
        let (pooled, plain) = (change(.globalMax, padding: 0), change(.none, padding: 0))
        #expect(plain > 0.7 && pooled < plain / 2, "\(pooled), \(plain)")
        // Roundings of minimal filtering differ with the place in a tile.
        #expect(change(.globalMax, padding: 2) < 1e-14)
    }
}
