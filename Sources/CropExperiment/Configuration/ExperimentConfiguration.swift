import AugmentationChannel
import Digits

/// Every hyperparameter of one run: data, networks, objective, training, evaluation.
///
/// The values of `ExperimentConfiguration()` are the paper's where it states one and ours where it leaves one open;
/// ``settings`` tells which is which, and where the paper says so. Two runs with equal configurations on equal data
/// give equal bits.
public struct ExperimentConfiguration: Codable, Hashable, Sendable {
    /// Trainable P(T|X), or simCLR's uniform one.
    public var method = RunMethod.ours
    /// Fixes every random choice: placement of the digits, initial weights, batches and crops.
    public var seed: UInt64 = 0
    /// Images and crops.
    public var canvas = Canvas()
    /// f.
    public var intermediateEncoder = IntermediateEncoderSettings()
    /// g.
    public var projectionHead = ProjectionHeadSettings()
    /// P(T|X).
    public var augmentation = AugmentationSettings()
    /// What is maximised.
    public var objective = Objective()
    /// How it is maximised.
    public var training = Training()
    /// Section 3.1's protocol.
    public var evaluation = Evaluation()

    /// The paper's main experiment, on the derived data of section 3.
    public init() {}

    /// Appendix 5.4's experiment on the original MNIST: one cell, β = 1; and P(T|X) moves more slowly, or it would gather on the
    /// most discriminating of the nine crops.
    public static var original: ExperimentConfiguration {
        var configuration = ExperimentConfiguration()
        configuration.canvas.cellsPerSide = 1
        configuration.objective.beta = 1
        configuration.training.augmentationLearningRate = 1e-5
        configuration.training.weightDecay = 0
        return configuration
    }

    /// Images and crops.
    public struct Canvas: Codable, Hashable, Sendable {
        /// Cells of 28 × 28 pixels along a side of the canvas: 3 for the derived data, 1 for the original MNIST.
        public var cellsPerSide = 3
        /// Side of a crop, in pixels.
        public var cropSide = 20
        /// Distance between neighbouring crops, in pixels.
        public var cropStride = 4
        /// Subtracted from pixels in [0, 1].
        public var pixelMean = 0.1307
        /// Divides the difference.
        public var pixelDeviation = 0.3081
    }

    /// How an encoder reduces its last maps to one number each.
    public enum Pooling: String, Codable, CaseIterable, Sendable {
        /// The largest value wherever it stands, so that the features do not tell where in the crop the digit lies.
        case globalMax
        /// None: the last filters cover the whole map, and the features tell where in the crop the digit lies.
        case none
    }

    /// Where P(T|X) comes from.
    public enum AugmentationTraining: String, Codable, CaseIterable, Sendable {
        /// A network that ascends what h ascends, with the entropy bonus: Algorithm 1.
        case cooperative
        /// A network that descends what h ascends, with the entropy bonus: the paper's reference [15].
        case adversarial
        /// A Gaussian about the digit, which is not trained.
        case fixed
    }

    /// The order of the two updates of an iteration.
    public enum Alternation: String, Codable, CaseIterable, Sendable {
        /// That of h, then that of P(T|X), each with views of its own: Algorithm 1.
        case inTurn
        /// Both at once, by one gradient of one objective.
        case together
    }

    /// What is done about the scale of activations.
    public enum Normalization: String, Codable, CaseIterable, Sendable {
        /// Nothing.
        case none
        /// Batch normalisation.
        case batch
    }

    /// f.
    public struct IntermediateEncoderSettings: Codable, Hashable, Sendable {
        /// Outputs of the first two convolutions of f.
        public var channels = [16, 32]
        /// Outputs of f.
        public var features = 200
        /// How f's last maps are reduced.
        public var pooling = Pooling.globalMax
        /// Rows of the filters of f's third layer, where its maps are pooled.
        public var filterSide = 3
        /// Zeros around the maps that f's third layer reads, in pixels, where they are pooled.
        public var padding = 2
        /// Of the pooled maps of the first two convolutions.
        public var normalization = Normalization.none
    }

    /// g.
    public struct ProjectionHeadSettings: Codable, Hashable, Sendable {
        /// Hidden units of g.
        public var hidden = 200
        /// Of the hidden units, before max(·, 0).
        public var normalization = Normalization.batch
        /// Outputs of g, the dimension d of the sphere's space.
        public var dimension = 50
    }

    /// P(T|X).
    public struct AugmentationSettings: Codable, Hashable, Sendable {
        /// Where P(T|X) comes from.
        public var training = AugmentationTraining.cooperative
        /// The standard deviation of the Gaussian that P(T|X) is where it is fixed, in strides.
        public var gaussianWidth = 0.7
        /// How many times as wide that Gaussian is after the training as at its first step.
        public var gaussianWidening = 1.0
        /// The power of the distance in that Gaussian's exponent, which makes it flat in the middle where it is above 2.
        public var gaussianExponent = 2.0
        /// Outputs of its network's first two convolutions.
        public var channels = 32
        /// The factor of its last filters at the start: 0 for a P(T|X) that starts uniform.
        public var initialScale = 0.0
    }

    /// What is maximised.
    public struct Objective: Codable, Hashable, Sendable {
        /// The concentration β of p(Z|T(X)).
        public var beta = 0.5
        /// The coefficient λ of H(T|X) in the update of P(T|X).
        public var lambda = 0.0025
        /// The views in the denominator of (19), in the update of h.
        public var negatives = Negatives.allViews
        /// The views in the numerator of (19), in the update of P(T|X).
        public var augmentationPositives = Positives.otherViews
        /// The views in the denominator of (19), in the update of P(T|X).
        public var augmentationNegatives = Negatives.otherImages
    }

    /// How learning rates change along a run.
    public enum LearningRateSchedule: String, Codable, CaseIterable, Sendable {
        /// Not at all.
        case constant
        /// To 0 along half a period of the cosine.
        case cosine
    }

    /// How the objective is maximised.
    public struct Training: Codable, Hashable, Sendable {
        /// Iterations of Algorithm 1.
        public var steps = 3_000
        /// Whether h and P(T|X) are updated in turn.
        public var alternation = Alternation.inTurn
        /// Images of one iteration.
        public var batchSize = 256
        /// m in the update of h.
        public var views = 8
        /// m in the update of P(T|X).
        public var augmentationViews = 8
        /// Adam's step size for h.
        public var learningRate = 3e-3
        /// Adam's step size for P(T|X).
        public var augmentationLearningRate = 3e-4
        /// How both change along the run.
        public var learningRateSchedule = LearningRateSchedule.cosine
        /// Adam's β₁, the decay of the running mean.
        public var adamBeta1 = 0.9
        /// Adam's β₂, the decay of the running mean square.
        public var adamBeta2 = 0.999
        /// Adam's ε.
        public var adamEpsilon = 1e-8
        /// What each step of h takes from its weights and filters, as a share times the learning rate.
        public var weightDecay = 0.5
        /// Steps before the first update of P(T|X).
        public var augmentationStart = 0
        /// The share of the steps after which P(T|X) is left as it is; 1 for never.
        public var augmentationEnd = 1.0
        /// The share of the steps, from the first one on, over which P(T|X)'s learning rate grows in proportion to their number.
        public var augmentationWarmUp = 0.0
        /// The share of the steps after which h begins anew, with other weights, while P(T|X) goes on; 0 for never.
        public var representationRestart = 0.0
    }

    /// Section 3.1's protocol.
    public struct Evaluation: Codable, Hashable, Sendable {
        /// How many of the most probable crops "topn" averages over.
        public var topCrops = 8
        /// The regression is done when its objective exceeds the minimum by at most this share.
        public var tolerance = 1e-6
        /// Iterations of L-BFGS after which the regression is given up as it is.
        public var maximumIterations = 10_000
    }
}

extension ExperimentConfiguration {
    /// The dimension d of the representation h(T(x)).
    public var representationDimension: Int { projectionHead.dimension }

    /// The step, counted from 0, before which h begins anew; 0 where it never does.
    var representationRestartStep: Int {
        Int((training.representationRestart * Double(training.steps)).rounded(.down))
    }

    /// The step, counted from 0, from which on P(T|X) is not updated any more.
    var augmentationEndStep: Int {
        max(1, Int((training.augmentationEnd * Double(training.steps)).rounded(.down)))
    }

    /// The steps over which P(T|X)'s learning rate grows; 0 where it does not.
    var augmentationWarmUpSteps: Int {
        Int((training.augmentationWarmUp * Double(training.steps)).rounded(.down))
    }

    /// Whether P(T|X) is a network that is trained: neither uniform nor fixed.
    public var isAugmentationTrained: Bool { method == .ours && augmentation.training != .fixed }

    /// Whether P(T|X) is a Gaussian, which is not trained.
    var isAugmentationGaussian: Bool { method == .ours && augmentation.training == .fixed }

    /// This configuration with seed 0.
    public var withoutSeed: ExperimentConfiguration {
        var copy = self
        copy.seed = 0
        return copy
    }

    /// The canvas and its crops.
    ///
    /// - Precondition: the configuration is valid, see ``validate(trainingCount:)``.
    public var geometry: CropGeometry {
        CropGeometry(cellsPerSide: canvas.cellsPerSide, cropSide: canvas.cropSide, stride: canvas.cropStride)
    }

    /// How the images are presented to the networks.
    public var variant: DataProvenance.Variant { canvas.cellsPerSide == 1 ? .original : .derived }
}
