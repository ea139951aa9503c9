import CropExperiment
import Digits

/// What one run of the reproduction left behind.
public struct RunRecord: Equatable, Sendable {
    /// The run's name.
    public let name: String
    /// Which run.
    public let identity: RunIdentity
    /// On which data.
    public let data: DataProvenance
    /// The trained run's numbers; `nil` for raw pixels.
    public let result: RunResult?
    /// The score of raw pixels, where that was the run.
    public let raw: ClassifierScore?
    /// The data of the run's figures; `nil` for raw pixels.
    public private(set) var figures: RunFigures?
    /// What was measured on the trained run besides.
    public var analyses = RunAnalyses()

    /// Takes over from a record of the same measurement what is not here.
    mutating func complete(from other: RunRecord) {
        if figures?.isPictured != true { figures = other.figures ?? figures }
        analyses.complete(from: other.analyses)
    }

    /// Whether two records hold the same measurement: equal but for the run's name, the time that it took, and settings that it
    /// does not depend on.
    func isSameMeasurement(as other: RunRecord) -> Bool {
        var (one, two) = (result, other.result)
        one?.seconds = 0
        two?.seconds = 0
        one?.configuration = identity.configuration
        two?.configuration = other.identity.configuration
        return identity == other.identity && data.isSameMeasurement(as: other.data) && one == two && raw == other.raw
            && analyses.agree(with: other.analyses)
    }
}

extension RunFigures {
    /// Whether there is something to draw besides curves. Of a run that its page does not picture, published results have the
    /// curves alone.
    var isPictured: Bool { !samples.isEmpty }

    /// Whether they were made of these networks: the objective that the training ended with tells them from others.
    /// Data without curves say nothing of it.
    func isOf(_ result: RunResult) -> Bool { curves.points.isEmpty || curves.finalObjective == result.objective }
}

/// What makes two runs one: what they do, and every setting that they depend on.
public struct RunIdentity: Codable, Hashable, Sendable {
    /// What the run does.
    public let kind: RunGroup.Kind
    /// The settings, the seed among them; those that the run does not depend on have their defaults.
    public let configuration: ExperimentConfiguration

    /// The identity of a run with these settings.
    public init(kind: RunGroup.Kind, configuration: ExperimentConfiguration) {
        self.kind = kind
        self.configuration = Self.relevant(kind, configuration)
    }

    /// Pixels depend on no network, simCLR has no P(T|X), a fixed one is not trained, and without pooling nothing is padded for
    /// it: a change of the recipe for the one leaves the runs of the other what they are.
    private static func relevant(
        _ kind: RunGroup.Kind, _ configuration: ExperimentConfiguration
    ) -> ExperimentConfiguration {
        let defaults = ExperimentConfiguration()
        var relevant = configuration
        switch kind {
        case .rawPixels:
            relevant = defaults
            relevant.seed = configuration.seed
            relevant.canvas.cellsPerSide = configuration.canvas.cellsPerSide
            relevant.evaluation.tolerance = configuration.evaluation.tolerance
            relevant.evaluation.maximumIterations = configuration.evaluation.maximumIterations
        case .training where configuration.isAugmentationTrained:
            relevant.augmentation.gaussianWidth = defaults.augmentation.gaussianWidth
            relevant.augmentation.gaussianWidening = defaults.augmentation.gaussianWidening
            relevant.augmentation.gaussianExponent = defaults.augmentation.gaussianExponent
        case .training:
            relevant.augmentation = defaults.augmentation
            if configuration.method == .simclr {
                relevant.evaluation.topCrops = defaults.evaluation.topCrops
            } else {
                relevant.augmentation.training = configuration.augmentation.training
                relevant.augmentation.gaussianWidth = configuration.augmentation.gaussianWidth
                relevant.augmentation.gaussianWidening = configuration.augmentation.gaussianWidening
                relevant.augmentation.gaussianExponent = configuration.augmentation.gaussianExponent
            }
            relevant.objective.lambda = defaults.objective.lambda
            relevant.objective.augmentationPositives = defaults.objective.augmentationPositives
            relevant.objective.augmentationNegatives = defaults.objective.augmentationNegatives
            relevant.training.alternation = defaults.training.alternation
            relevant.training.augmentationViews = defaults.training.augmentationViews
            relevant.training.augmentationLearningRate = defaults.training.augmentationLearningRate
            relevant.training.augmentationStart = defaults.training.augmentationStart
            relevant.training.augmentationEnd = defaults.training.augmentationEnd
            relevant.training.augmentationWarmUp = defaults.training.augmentationWarmUp
        }
        if relevant.intermediateEncoder.pooling == .none {
            relevant.intermediateEncoder.filterSide = defaults.intermediateEncoder.filterSide
            relevant.intermediateEncoder.padding = defaults.intermediateEncoder.padding
        }
        return relevant
    }
}
