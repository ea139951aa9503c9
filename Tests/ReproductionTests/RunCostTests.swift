import CropExperiment
import Foundation
import NeuralNetworks
import Testing

@testable import Reproduction

/// The arithmetic of a run, counted by hand for small networks.
///
/// Crops of 20 × 20 pixels pass f and g (2 operations a product; forwards a third of them where minimal filtering does it, that is
/// in pooled layers of more than one input; backwards twice as many, at one pixel of each pooling window):
///
/// | layer | positions | operations | forwards | backwards |
/// | --- | --- | --- | --- | --- |
/// | 3 × 3, 1 → 2, padded by 1, windows of 2 × 2 | 20² | 2·9·2·400 = 14,400 | 14,400 | 28,800 / 4 = 7,200 |
/// | 3 × 3, 2 → 3, padded by 1, windows of 2 × 2 | 10² | 2·9·6·100 = 10,800 | 3,600 | 21,600 / 4 = 5,400 |
/// | 3 × 3, 3 → 5, padded by 2, one window | 7² | 2·9·15·49 = 13,230 | 4,410 | 26,460 / 49 = 540 |
/// | 5 → 7 → 4 | | 2·(35 + 28) = 126 | 126 | 252 |
/// | all | | | 22,536 | 13,392 |
///
/// P(T|X) sees images of 28 × 28 pixels, on blank ground padded by 2, by layers of 4 × 4 at stride 4, 1 → 6, and 3 × 3, 6 → 6 and
/// 6 → 1: 2·16·6·7² + 2·9·36·9² + 2·9·6·11² = 74,964 operations.
@Suite struct RunCostTests {
    private static func configuration(
        _ method: RunMethod, _ base: ExperimentConfiguration = ExperimentConfiguration()
    ) throws -> ExperimentConfiguration {
        var configuration = base
        configuration.method = method
        configuration.intermediateEncoder.channels = [2, 3]
        configuration.intermediateEncoder.features = 5
        configuration.projectionHead.hidden = 7
        configuration.projectionHead.dimension = 4
        configuration.augmentation.channels = 6
        configuration.training.steps = 100
        configuration.training.batchSize = 10
        configuration.training.views = 4
        configuration.training.augmentationViews = 3
        try configuration.validate(trainingCount: 1_347)
        return configuration
    }

    /// A dozen roundings.
    private func agree(_ found: Double, _ expected: Double) -> Bool { abs(found - expected) <= 12 * expected.ulp }

    /// Of a batch of 10 with 4 views of h and 3 of P(T|X), four fifths of h's crops are distinct, of the uniform ones the 47 of 289
    /// that have ink; P(T|X) is passed forwards and, as dear as twice that, backwards.
    @Test func anIterationOfOurs() throws {
        let found = try Self.configuration(.ours).operationsOfIteration
        let (forH, forP) = (0.8 * 40 * (22_536 + 13_392), 30.0 * 47 / 289 * 22_536)
        #expect(agree(found, forH + forP + 3 * 10 * 74_964), "\(found)")
    }

    /// All views are uniform. Of the nine crops of an original image none is blank.
    @Test func anIterationOfSimCLR() throws {
        let found = try Self.configuration(.simclr).operationsOfIteration
        #expect(agree(found, 40.0 * 47 / 289 * (22_536 + 13_392)), "\(found)")
        let original = try Self.configuration(.simclr, .original).operationsOfIteration
        #expect(agree(original, 40 * (22_536 + 13_392)), "\(original)")
    }

    /// The features of 70,000 images, 47 crops each or all nine, P(T|X) where there is one, and the classifiers' 1.5·10¹².
    @Test func theEvaluation() throws {
        let ours = try Self.configuration(.ours).operationsOfEvaluation(images: 70_000)
        #expect(agree(ours, 70_000 * (47 * 22_536 + 74_964) + 1.5e12), "\(ours)")
        let simCLR = try Self.configuration(.simclr).operationsOfEvaluation(images: 70_000)
        #expect(agree(simCLR, 70_000 * 47 * 22_536 + 1.5e12), "\(simCLR)")
        let original = try Self.configuration(.simclr, .original).operationsOfEvaluation(images: 70_000)
        #expect(agree(original, 70_000 * 9 * 22_536 + 1.5e12), "\(original)")
    }

    /// 100 iterations and the evaluation, at the speed; of raw pixels a classifier alone.
    @Test func theSecondsOfARun() throws {
        let cost = RunCost(speed: 1e9)
        let ours = try RunGroup("ours", "Ours", base: try Self.configuration(.ours)).run(seed: 3)
        let iteration = 0.8 * 40 * 35_928 + 30.0 * 47 / 289 * 22_536 + 2_248_920
        #expect(agree(cost.seconds(of: ours), 0.1e-6 * iteration + 1_579.390_92), "\(cost.seconds(of: ours))")
        let raw = try RunGroup("raw", "Raw", kind: .rawPixels, base: try Self.configuration(.simclr)).run(seed: 3)
        #expect(cost.seconds(of: raw) == 400)
        #expect(agree(RunCost(speed: 1e9, images: 35_000).seconds(of: raw), 200))
    }

    /// Iterations that a checkpoint has behind it cost nothing, however many there are; raw pixels have none.
    @Test func theSecondsAfterACheckpoint() throws {
        let cost = RunCost(speed: 1e9)
        let ours = try RunGroup("ours", "Ours", base: try Self.configuration(.ours)).run(seed: 3)
        let whole = cost.seconds(of: ours)
        let iteration = ours.configuration.operationsOfIteration / 1e9
        #expect(agree(cost.seconds(of: ours, trained: 40), whole - 40 * iteration))
        #expect(agree(cost.seconds(of: ours, trained: 200), whole - 100 * iteration))
        let raw = try RunGroup("raw", "Raw", kind: .rawPixels, base: try Self.configuration(.simclr)).run(seed: 3)
        #expect(cost.seconds(of: raw, trained: 40) == 400)
    }

    /// How far a run's checkpoint is counts where the run will be done.
    @Test func theSecondsOfARunThatGoesOn() throws {
        let cost = RunCost(speed: 1e9)
        let folder = RunFolders()
        let run = try RunGroup("ours", "Ours", base: try Self.configuration(.ours)).run(seed: 3)
        let place = RunArchive().folder(of: run, in: folder.url)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        #expect(cost.seconds(of: run, RunArchive(), in: folder.url) == cost.seconds(of: run))
        try SafetensorsFile(tensors: [:], metadata: ["training": #"{"step":40}"#])
            .write(to: place.appendingPathComponent(CheckpointStore.fileName))
        #expect(cost.seconds(of: run, RunArchive(), in: folder.url) == cost.seconds(of: run, trained: 40))
    }

    /// What there is already costs nothing, and an analysis that is still to be made costs something.
    @Test func theSecondsOfWhatIsLeft() throws {
        let cost = RunCost(speed: 1e9)
        let group = try RunGroup("ours", "Ours", base: try Self.configuration(.ours)).with(.information)
        let folder = RunFolders()
        try folder.write(group.run(seed: 0))
        try folder.write(group.run(seed: 1))
        let archive = try RunArchive(of: [folder.url])
        let (first, second) = (group.run(seed: 0), group.run(seed: 1))
        #expect(cost.seconds(of: first, known: archive.record(of: first)) == 17_000)
        #expect(cost.seconds(of: second, known: archive.record(of: second)) == 0)
        #expect(agree(cost.seconds(of: first), cost.seconds(of: second) + 17_000))
    }
}
