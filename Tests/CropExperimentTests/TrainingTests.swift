import AugmentationChannel
import Autodiff
import Diagnostics
import Digits
import Foundation
import GradientChecking
import TensorReference
import Tensors
import Testing

@testable import CropExperiment

/// Algorithm 1 on a handful of embedded digits with a small network.
@Suite struct TrainingTests {
    private func configuration(
        _ method: RunMethod = .ours, steps: Int = 6, _ normalization: ExperimentConfiguration.Normalization = .none
    ) -> ExperimentConfiguration {
        var configuration = ExperimentConfiguration()
        configuration.method = method
        configuration.seed = 3
        configuration.intermediateEncoder.channels = [4, 8]
        configuration.intermediateEncoder.features = 12
        configuration.projectionHead.hidden = 10
        configuration.projectionHead.dimension = 6
        configuration.augmentation.channels = 4
        configuration.augmentation.initialScale = 1
        configuration.training.batchSize = 16
        configuration.training.views = 3
        configuration.training.augmentationViews = 4
        configuration.training.steps = steps
        configuration.training.learningRate = 1e-3
        configuration.training.learningRateSchedule = .constant
        configuration.intermediateEncoder.normalization = normalization
        configuration.projectionHead.normalization = normalization
        return configuration
    }

    private func digits() throws -> LabelledDigits {
        try EmbeddedDigits.load(reason: "a test").prefix(train: 60, test: 40)
    }

    private func temporaryFolder() -> URL {
        FileManager.default.temporaryDirectory.appendingPathComponent("tac-\(UUID().uuidString)")
    }

    private func checkpoint(
        _ folder: URL, _ normalization: ExperimentConfiguration.Normalization
    ) throws -> TrainingState {
        let experiment = try Experiment(
            configuration: configuration(.ours, normalization), digits: digits(), folder: folder)
        var state = try experiment.loadTrained().state
        state.seconds = 0
        return state
    }

    /// The step after which training stopped; `nil` where it finished.
    private func stepOfInterruption(_ outcome: Experiment.Outcome) -> Int? {
        switch outcome {
        case .finished: nil
        case .interrupted(let step): step
        }
    }

    /// However a run is cut into parts, it ends with the same bits: those of the running means of normalised layers too.
    @Test(arguments: ExperimentConfiguration.Normalization.allCases)
    func anInterruptedRunEndsWithTheSameBits(normalization: ExperimentConfiguration.Normalization) throws {
        let configuration = configuration(.ours, normalization)
        let (whole, parts) = (temporaryFolder(), temporaryFolder())
        defer { for folder in [whole, parts] { try? FileManager.default.removeItem(at: folder) } }
        let uninterrupted = try Experiment(configuration: configuration, digits: digits(), folder: whole)
        #expect(stepOfInterruption(try uninterrupted.train()) == nil)
        let resumed = try Experiment(configuration: configuration, digits: digits(), folder: parts)
        var done = 0
        #expect(
            stepOfInterruption(try resumed.train(progress: { done = $0.step }, shouldStop: { done == 2 })) == 2)
        #expect(
            stepOfInterruption(try resumed.train(progress: { done = $0.step }, shouldStop: { done == 5 })) == 5)
        #expect(stepOfInterruption(try resumed.train()) == nil)
        let state = try checkpoint(whole, normalization)
        #expect(try state == checkpoint(parts, normalization))
        let means = state.tensors.filter { $0.key.hasSuffix(".populationMean") }
        #expect(means.count == (normalization == .batch ? 3 : 0))
        #expect(means.values.allSatisfy { $0 != .zeros($0.shape) })
    }

    /// One thread, two and five give the same parameters.
    @Test(arguments: ExperimentConfiguration.Normalization.allCases)
    func theNumberOfThreadsChangesNoBit(normalization: ExperimentConfiguration.Normalization) throws {
        let states = try [1, 2, 5].map { threads in
            let folder = temporaryFolder()
            defer { try? FileManager.default.removeItem(at: folder) }
            let experiment = try Experiment(
                configuration: configuration(.ours, normalization), digits: digits(), folder: folder)
            try Parallel.$threadCount.withValue(threads) { _ = try experiment.train() }
            return try checkpoint(folder, normalization)
        }
        #expect(states[0] == states[1])
        #expect(states[0] == states[2])
    }

    /// P(T|X) keeps its initial weights until its start, and a run that is cut before, at and after it ends with the same bits:
    /// the corrections of Adam for P count from its first update.
    @Test func aLateStartSurvivesInterruption() throws {
        var configuration = configuration()
        configuration.training.augmentationStart = 3
        let initial = try #require(Algorithm1<Float>(configuration).augmentation).parameters.map(\.value.value)
        try expectSameBits(configuration, stoppingAt: [2, 3, 4]) { algorithm, stop in
            let augmentation = try #require(algorithm.augmentation)
            #expect((augmentation.parameters.map(\.value.value) == initial) == (stop <= 3), "after step \(stop)")
        }
    }

    /// P(T|X) keeps the weights that it has at its end, and a run that is cut before, at and after it ends with the same bits.
    @Test func anEarlyEndSurvivesInterruption() throws {
        var configuration = configuration()
        configuration.training.augmentationEnd = 0.5
        var weights: [Int: [Tensor<Float>]] = [:]
        try expectSameBits(configuration, stoppingAt: [2, 3, 4]) { algorithm, stop in
            let augmentation = try #require(algorithm.augmentation)
            weights[stop] = augmentation.parameters.map(\.value.value)
            #expect(algorithm.augmentationOptimizer?.step == min(stop, 3), "after step \(stop)")
        }
        #expect(weights[2] != weights[3] && weights[3] == weights[4])
    }

    /// h begins anew at its restart, and a run that is cut before, at and after it ends with the same bits: Adam's corrections
    /// count from there, and the moments of normalisation are a beginner's again.
    @Test func aRestartSurvivesInterruption() throws {
        var configuration = configuration()
        configuration.projectionHead.normalization = .batch
        configuration.training.representationRestart = 0.5
        try expectSameBits(configuration, stoppingAt: [2, 3, 4]) { algorithm, stop in
            #expect(algorithm.representationOptimizer.step == (stop <= 3 ? stop : stop - 3), "after step \(stop)")
        }
    }

    /// A run that is stopped after some steps, and resumed, ends with the bits of one that is not.
    ///
    /// - Parameter body: is given the networks as they are after each stop, and its step.
    private func expectSameBits(
        _ configuration: ExperimentConfiguration, stoppingAt stops: [Int],
        _ body: (Algorithm1<Float>, Int) throws -> Void
    ) throws {
        let (whole, parts) = (temporaryFolder(), temporaryFolder())
        defer { for folder in [whole, parts] { try? FileManager.default.removeItem(at: folder) } }
        let uninterrupted = try Experiment(configuration: configuration, digits: digits(), folder: whole)
        _ = try uninterrupted.train()
        let resumed = try Experiment(configuration: configuration, digits: digits(), folder: parts)
        for stop in stops {
            var done = 0
            _ = try resumed.train(progress: { done = $0.step }, shouldStop: { done == stop })
            try body(resumed.loadTrained().algorithm, stop)
        }
        _ = try resumed.train()
        var (a, b) = (try uninterrupted.loadTrained().state, try resumed.loadTrained().state)
        (a.seconds, b.seconds) = (0, 0)
        #expect(a == b)
    }

    /// simCLR is Algorithm 1 without the second phase: no network for P(T|X), and none of its records.
    @Test func simCLRHasNoSecondPhase() throws {
        let data = try digits()
        let dataset = CanvasDataset(data.train, geometry: CropGeometry(), seed: 1, split: .training)
        var algorithm = Algorithm1<Float>(configuration(.simclr))
        #expect(algorithm.augmentation == nil)
        let record = algorithm.iterate(step: 0, images: Array(0..<16), dataset: dataset)
        #expect(record.augmentationObjective == nil && record.entropy == nil)
        // One crop in six shows part of a digit.
        #expect(record.nonBlankShare > 0.02 && record.nonBlankShare < 0.5)
    }

    /// The network reads the digit and one blank crop; on the whole canvas it gives the same P(T|x).
    @Test func theDigitGivesTheDistributionOfTheWholeCanvas() throws {
        let data = try digits()
        let dataset = CanvasDataset(data.train, geometry: CropGeometry(), seed: 1, split: .training)
        let scale = PixelScale(mean: 0.13, deviation: 0.3)
        var generator = PhiloxGenerator(seed: 2, purpose: "test network")
        let network = AugmentationNetwork<Double>(channels: 4, using: &generator)
        let images = Array(0..<20)
        let canvases = Tensor<Double>(
            shape: [20, 84, 84, 1],
            scalars: images.flatMap { dataset.canvas(of: $0).map { (Double($0) / 255 - 0.13) / 0.3 } })
        let whole = network(Variable(canvases)).reshaped([20, 289]).logSoftmaxAlongLastAxis()
        let gathered = logProbabilities(network, dataset, images, scale: scale)
        // Sums of 288 products in another order: a hundred roundings of logits up to about 10.
        #expect(largestDifference(whole.value.scalars, gathered.value.scalars) < 2e-13)
        #expect(Set(images.map { dataset.cells[$0] }).count > 3)
    }

    /// The whole loss of both phases — crops, networks, objective, entropy — against finite differences in Double; with
    /// batch normalisation through the moments of the batch.
    @Test(
        arguments: [Negatives.allViews, .otherImages],
        [(ExperimentConfiguration.Normalization.none, 0), (.none, 2), (.batch, 0), (.batch, 2)])
    func theWholeLossHasTheRightGradient(
        negatives: Negatives, networks: (normalization: ExperimentConfiguration.Normalization, padding: Int)
    ) throws {
        let normalization = networks.normalization
        let data = try digits()
        let dataset = CanvasDataset(data.train, geometry: CropGeometry(), seed: 1, split: .training)
        let images = Array(0..<5)
        var settings = configuration(.ours, normalization)
        settings.intermediateEncoder.padding = networks.padding
        let algorithm = Algorithm1<Double>(settings)
        let views = SampledViews(
            crops: images.flatMap { image in dataset.geometry.cropsInside(cell: Int(dataset.cells[image])).prefix(4) },
            views: 4, isBlank: { dataset.isBlank(image: images[$0], crop: $1) })
        let augmentation = try #require(algorithm.augmentation)
        // P's last bias moves all logits alike, which changes no probability; what f's adds to a feature that is positive for
        // every crop is taken away by normalisation in g. Their derivatives are rounding errors of larger terms.
        func isVaried(_ name: String) -> Bool {
            name != "third.bias" && !(normalization == .batch && name == "intermediateEncoder.third.bias")
        }
        let point = (algorithm.representation.parameters + augmentation.parameters)
            .filter { isVaried($0.name) }.map(\.value.value)
        // Kinks of max(·, 0) are far apart on this scale.
        var checker = GradientChecker()
        checker.step = 2.5e-5
        // The loss's roundings, divided by the step, are 3e-10; with padding the derivatives of g's last biases are 5e-4 only.
        if networks.padding == 2 { checker.sensitivity = 1e-6 }
        // Normalised activations are larger, and so are the loss's roundings, which the step divides; a longer one meets kinks.
        if normalization == .batch { checker.sensitivity = 2e-6 }
        try checker.checkFirstOrder(
            { arguments in
                var representation = algorithm.representation
                var network = augmentation
                var remaining = arguments[...]
                representation.visitParameters { name, parameter in
                    if isVaried(name) { parameter = remaining.removeFirst() }
                }
                #expect(remaining.count == 5)
                network.visitParameters { name, parameter in
                    if isVaried(name) { parameter = remaining.removeFirst() }
                }
                #expect(remaining.isEmpty)
                let logP = logProbabilities(network, dataset, images, scale: algorithm.scale)
                let indices = views.crops.enumerated().map { $0 / 4 * dataset.geometry.cropCount + $1 }
                let embeddings = representation(
                    Variable(dataset.cropTensor(views, of: images, scale: algorithm.scale)),
                    by: .batch(weights: views.multiplicities(of: Double.self)))
                return algorithm.objective(
                    embeddings, views, logWeights: logP.gatheringElements(indices, shape: [5, 4]), negatives: negatives)
                    + meanEntropy(logP).scaled(by: 0.0025)
            }, at: point)
    }

    /// Ascent ascends: on one batch the objective of h rises, and P(T|X) leaves the uniform distribution.
    @Test func trainingRaisesTheObjective() throws {
        let data = try digits()
        let dataset = CanvasDataset(data.train, geometry: CropGeometry(), seed: 1, split: .training)
        var configuration = configuration(steps: 150)
        configuration.intermediateEncoder.channels = [8, 16]
        configuration.intermediateEncoder.features = 48
        configuration.projectionHead.hidden = 48
        configuration.projectionHead.dimension = 16
        configuration.augmentation.channels = 16
        configuration.training.augmentationViews = 8
        configuration.training.augmentationLearningRate = 1e-3
        var algorithm = Algorithm1<Float>(configuration)
        let records = (0..<150).map { algorithm.iterate(step: $0, images: Array(0..<32), dataset: dataset) }
        #expect(records[149].representationObjective > records[0].representationObjective + 0.05)
        #expect(try #require(records[149].entropy) < log(289) - 0.5)
        #expect(records[149].nonBlankShare > records[0].nonBlankShare + 0.3)
    }

    /// What training hands over is what its checkpoint holds.
    @Test func theTrainedRunIsTheCheckpoints() throws {
        let folder = temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let experiment = try Experiment(configuration: configuration(), digits: digits(), folder: folder)
        guard case .finished(let run) = try experiment.train() else {
            Issue.record("the run did not finish")
            return
        }
        let loaded = try experiment.loadTrained()
        #expect(run.state == loaded.state)
        #expect(try experiment.evaluate(run).result.uniformity == experiment.evaluate(loaded).result.uniformity)
    }

    /// A classifier that is given up says so while it is trained, and in its score.
    @Test func anUnconvergedClassifierIsReported() throws {
        let folder = temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        for (limit, converges) in [(1, false), (10_000, true)] {
            var configuration = configuration(steps: 1)
            configuration.evaluation.maximumIterations = limit
            let experiment = try Experiment(configuration: configuration, digits: digits(), folder: folder)
            guard case .finished(let run) = try experiment.train() else {
                Issue.record("the run did not finish")
                return
            }
            var warnings = 0
            let result = try experiment.evaluate(run) { stage in
                if case .unconvergedClassifier(_, iterations: limit) = stage { warnings += 1 }
            }.result
            #expect(warnings == (converges ? 0 : 4))
            #expect(result.linearEvaluation.count == 4)
            #expect(result.linearEvaluation.allSatisfy { $0.classifier.hasConverged == converges })
            #expect(try experiment.rawScore().hasConverged == converges)
        }
    }

    /// Tested on the images that it was trained on, a classifier has one score; with other labels on the test images only that of
    /// the test images changes, to the share of images that it then hits.
    @Test func theTrainingAccuracyIsThatOfTheTrainingImages() throws {
        let folder = temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        var configuration = configuration(steps: 1)
        configuration.canvas.cellsPerSide = 1
        configuration.evaluation.topCrops = 4
        // Without convergence some training images stay on the wrong side.
        configuration.evaluation.maximumIterations = 2
        let train = try digits().train
        func rawScore(test: DigitImages) throws -> ClassifierScore {
            let data = LabelledDigits(source: .embeddedDigits, provenance: "a test", train: train, test: test)
            return try Experiment(configuration: configuration, digits: data, folder: folder).rawScore()
        }
        let same = try rawScore(test: train)
        #expect(same.trainingAccuracy == same.accuracy)
        #expect(same.accuracy > 0.3 && same.accuracy < 1, "\(same)")
        let other = try rawScore(
            test: DigitImages(images: train.images, labels: train.labels.map { ($0 + 1) % 10 }, named: "other labels"))
        #expect(other.trainingAccuracy == same.trainingAccuracy)
        #expect(other.accuracy < 0.3)
    }
}
