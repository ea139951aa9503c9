import Diagnostics
import Digits
import Foundation

/// One run of the paper's experiment: training by Algorithm 1, resumable, and evaluation by section 3.1's protocol.
public struct Experiment: Sendable {
    /// Every hyperparameter.
    public let configuration: ExperimentConfiguration
    /// The images to train on, placed on their canvases.
    public let trainingSet: CanvasDataset
    /// The images to test on.
    public let testSet: CanvasDataset
    /// Which data these are.
    public let data: DataProvenance
    /// Where checkpoint and configuration lie.
    public let folder: URL

    /// Prepares a run; nothing is written yet.
    ///
    /// - Throws: `Failure` of kind `.usage` for a configuration that has no meaning for these data.
    public init(configuration: ExperimentConfiguration, digits: LabelledDigits, folder: URL) throws {
        try configuration.validate(trainingCount: digits.train.count)
        self.configuration = configuration
        self.folder = folder
        trainingSet = CanvasDataset(
            digits.train, geometry: configuration.geometry, seed: configuration.seed, split: .training)
        testSet = CanvasDataset(digits.test, geometry: configuration.geometry, seed: configuration.seed, split: .test)
        data = digits.description(variant: configuration.variant)
    }

    /// What training reports after each iteration.
    public struct Progress: Sendable {
        /// Iterations done.
        public let step: Int
        /// Iterations to do.
        public let steps: Int
        /// The objective of the update of h, in nats.
        public let objective: Double
        /// H(T|X) in nats; `nil` for simCLR.
        public let entropy: Double?
    }

    /// How training ended.
    public enum Outcome: Sendable {
        /// All iterations are done.
        case finished(TrainedRun)
        /// It was asked to stop; the checkpoint holds so many iterations.
        case interrupted(step: Int)
    }

    /// Iterations between records of the training curves; the first one is recorded too, so that every run has an objective.
    static let recordInterval = 10

    /// Seconds between checkpoints; they cost about a tenth of a second.
    static let checkpointInterval = Duration.seconds(20)

    private var store: CheckpointStore { CheckpointStore(folder: folder, configuration: configuration, data: data) }

    /// Trains, from the folder's checkpoint if there is one.
    ///
    /// However often it is stopped — by `shouldStop`, or killed at any moment — and started again, the final checkpoint
    /// has the same bits but for its seconds.
    ///
    /// - Parameters:
    ///   - progress: called after each iteration.
    ///   - shouldStop: asked after each iteration; when it answers yes, the state is saved and training ends.
    ///   - beforeWriting: called before each write into the folder; what it throws ends the training.
    /// - Throws: `Failure`: more memory than there is, a checkpoint that does not fit or is damaged, a folder that cannot
    ///   be written, or a diverging run, whose last good checkpoint is kept.
    public func train(
        progress: (Progress) -> Void = { _ in }, shouldStop: () -> Bool = { false },
        beforeWriting: () throws -> Void = {}
    ) throws -> Outcome {
        // Of a finished run there is no step to be done.
        if CheckpointStore.steps(in: folder) < configuration.training.steps { try configuration.requireMemory() }
        var algorithm = Algorithm1<Float>(configuration)
        var state = try resume(&algorithm)
        try beforeWriting()
        try configuration.write(to: folder)
        var schedule = BatchSchedule(
            seed: configuration.seed, images: trainingSet.count, batchSize: configuration.training.batchSize)
        // Not the date, which may be set back.
        let start = ContinuousClock.now
        let earlier = state.seconds
        var lastSave = start
        while state.step < configuration.training.steps {
            let record = algorithm.iterate(
                step: state.step, images: schedule.batch(at: state.step), dataset: trainingSet)
            state.step += 1
            state.seconds = earlier + start.duration(to: .now) / .seconds(1)
            guard record.isFinite else { throw store.divergence(at: state.step) }
            if state.step == 1 || state.step % Self.recordInterval == 0 {
                state.curves.points.append(record.point(at: state.step))
            }
            progress(
                Progress(
                    step: state.step, steps: configuration.training.steps, objective: record.representationObjective,
                    entropy: record.entropy))
            let stops = shouldStop()
            if stops || lastSave.duration(to: .now) > Self.checkpointInterval
                || state.step == configuration.training.steps
            {
                algorithm.store(in: &state)
                try beforeWriting()
                try store.save(state)
                lastSave = .now
            }
            if stops && state.step < configuration.training.steps { return .interrupted(step: state.step) }
        }
        return .finished(TrainedRun(algorithm: algorithm, state: state))
    }

    /// The state of the folder's checkpoint, or of a beginning, and its networks in `algorithm`.
    private func resume(_ algorithm: inout Algorithm1<Float>) throws -> TrainingState {
        if let saved = try load(into: &algorithm) { return saved }
        var fresh = TrainingState()
        algorithm.store(in: &fresh)
        return fresh
    }

    /// The state of the folder's checkpoint, and its networks in `algorithm`; `nil` where there is none.
    private func load(into algorithm: inout Algorithm1<Float>) throws -> TrainingState? {
        var fresh = TrainingState()
        algorithm.store(in: &fresh)
        guard let saved = try store.load(like: fresh) else { return nil }
        algorithm.restore(from: saved)
        return saved
    }

    /// What the folder's checkpoint holds: the networks of a run that was trained before, or has been in part.
    ///
    /// - Throws: `Failure` of kind `.missingInput` where the folder has no checkpoint, `.badData` or `.usage` for one that is
    ///   damaged or does not fit.
    public func loadTrained() throws -> TrainedRun {
        var algorithm = Algorithm1<Float>(configuration)
        guard let saved = try load(into: &algorithm) else {
            throw Failure(
                .missingInput,
                "\(store.file.path): expected the checkpoint of a trained run, found none; train first, or name the "
                    + "folder of a run")
        }
        return TrainedRun(algorithm: algorithm, state: saved)
    }
}

/// The networks of a run with the state of their training: what evaluation needs, whether it comes from the training that
/// has just ended or from a checkpoint.
public struct TrainedRun: Sendable {
    /// The networks and their optimisers.
    package let algorithm: Algorithm1<Float>
    /// How far training came, and what was recorded on the way. Its tensors are those of the last checkpoint.
    public let state: TrainingState
}

extension Algorithm1<Float> {
    /// Puts networks and optimisers into a training state.
    func store(in state: inout TrainingState) {
        state.store(representation, representationOptimizer, named: "representation")
        if let augmentation, let augmentationOptimizer {
            state.store(augmentation, augmentationOptimizer, named: "augmentation")
        }
    }

    /// Takes networks and optimisers out of a training state.
    mutating func restore(from state: TrainingState) {
        let restart = configuration.representationRestartStep
        // The checkpoint of the restart's own step holds h as it was before.
        state.restore(
            &representation, &representationOptimizer, named: "representation", from: state.step > restart ? restart : 0
        )
        steps = state.step
        if var network = augmentation, var optimizer = augmentationOptimizer {
            state.restore(
                &network, &optimizer, named: "augmentation", from: configuration.training.augmentationStart,
                to: configuration.augmentationEndStep)
            (augmentation, augmentationOptimizer) = (network, optimizer)
        }
    }
}

extension Algorithm1.Record {
    /// The record as a point of the training curves.
    func point(at step: Int) -> TrainingCurves.Point {
        TrainingCurves.Point(
            step: step, representationObjective: representationObjective, augmentationObjective: augmentationObjective,
            entropy: entropy, nonBlankShare: nonBlankShare)
    }
}
