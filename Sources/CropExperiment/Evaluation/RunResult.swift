/// The two methods that the paper compares.
public enum RunMethod: String, Codable, CaseIterable, Sendable {
    /// Algorithm 1: h and P(T|X) trained in turn.
    case ours
    /// The same objective with uniform P(T|X) and no P-phase.
    case simclr
}

/// The numbers of one training run and its evaluation.
public struct RunResult: Codable, Equatable, Sendable {
    /// Which method was trained.
    public var method: RunMethod
    /// The seed that every random choice of the run follows from.
    public var seed: UInt64
    /// Iterations of Algorithm 1 that were done.
    public var steps: Int
    /// The sampled objective (19) at the end of training, in nats; 0 at collapse. The mean of the last ten records, one every ten
    /// steps; of a run of fewer than ten steps, the first step's.
    public var objective: Double
    /// The sampled objective of h under P(T|X), both as trained, over training images, with views of its own, in nats: the paper's
    /// "lowest contrastive loss on the training set" is the highest of these.
    public var trainingObjective: Double
    /// The same over the test images.
    public var testObjective: Double
    /// Section 3.1's linear evaluation: one score for each representation that applies to the run.
    public var linearEvaluation: [RepresentationScore]
    /// P(T|X)'s mass on crops that meet the digit, over the test images, in [0, 1].
    public var nonTrivialMass: MeanAndDeviation
    /// The average pairwise Gaussian potential of the representations at t = 2, in (0, 1]; lower is more uniform.
    public var uniformity: Double
    /// The participation ratio 1/Σλ² of the eigenvalues λ of E[ẑẑᵀ], Σλ = 1, over the test images' representations ẑ: how
    /// many directions they use, in [1, d].
    public var effectiveRank: Double
    /// ‖ẑ − h(blank crop)‖ over the test images, in [0, 2]; near 0 where the representation has collapsed onto the blank crop's.
    public var blankDistance: MeanAndDeviation
    /// The mean entropy of P(T|x) over the test images, in nats, in [0, log of the number of crops].
    public var entropy: Double
    /// What the offsets of the crops that P(T|x) picks tell of the test images.
    public var offsetInformation: OffsetInformation
    /// Wall-clock seconds of training and evaluation.
    public var seconds: Double
    /// Every hyperparameter of the run.
    public var configuration: ExperimentConfiguration

    /// Collects the numbers of a run.
    public init(
        method: RunMethod, seed: UInt64, steps: Int, objective: Double, trainingObjective: Double,
        testObjective: Double, linearEvaluation: [RepresentationScore], nonTrivialMass: MeanAndDeviation,
        uniformity: Double, effectiveRank: Double,
        blankDistance: MeanAndDeviation, entropy: Double, offsetInformation: OffsetInformation, seconds: Double,
        configuration: ExperimentConfiguration
    ) {
        self.method = method
        self.seed = seed
        self.steps = steps
        self.objective = objective
        self.trainingObjective = trainingObjective
        self.testObjective = testObjective
        self.linearEvaluation = linearEvaluation
        self.nonTrivialMass = nonTrivialMass
        self.uniformity = uniformity
        self.effectiveRank = effectiveRank
        self.blankDistance = blankDistance
        self.entropy = entropy
        self.offsetInformation = offsetInformation
        self.seconds = seconds
        self.configuration = configuration
    }

    /// The score of one representation; `nil` where it does not apply to the run.
    public func score(of layer: RepresentationScore.Layer, over crops: CropWeighting) -> ClassifierScore? {
        linearEvaluation.first { $0.layer == layer && $0.crops == crops }?.classifier
    }
}

/// How well a linear classifier on some features tells the classes apart, and whether it was trained to its optimum.
public struct ClassifierScore: Codable, Equatable, Sendable {
    /// The share of test images whose class it predicts, in [0, 1].
    public var accuracy: Double
    /// The same of the training images: the paper's second rule selects by it.
    public var trainingAccuracy: Double
    /// Whether training met its stopping rule. If not, the iterations ran out, and the accuracy is that of a classifier on
    /// its way, which may be far from the optimum's.
    public var hasConverged: Bool
    /// Iterations of L-BFGS.
    public var iterations: Int

    /// Collects what was measured.
    public init(accuracy: Double, trainingAccuracy: Double, hasConverged: Bool, iterations: Int) {
        self.accuracy = accuracy
        self.trainingAccuracy = trainingAccuracy
        self.hasConverged = hasConverged
        self.iterations = iterations
    }
}

/// The score of a classifier on one of the representations that section 3.1 evaluates.
public struct RepresentationScore: Codable, Equatable, Sendable {
    /// Which output of the networks is averaged.
    public enum Layer: String, Codable, CaseIterable, Sendable {
        /// h = g ∘ f, the projection head's; the average is normalised to the sphere.
        case h
        /// f, the intermediate encoder's.
        case f
    }

    /// Which output of the networks.
    public var layer: Layer
    /// Over which crops it is averaged.
    public var crops: CropWeighting
    /// The classifier's score.
    public var classifier: ClassifierScore

    /// Collects what was measured.
    public init(_ layer: Layer, over crops: CropWeighting, _ classifier: ClassifierScore) {
        self.layer = layer
        self.crops = crops
        self.classifier = classifier
    }
}

/// A mean and the standard deviation of the values around it.
public struct MeanAndDeviation: Codable, Equatable, Sendable {
    /// The mean.
    public var mean: Double
    /// The standard deviation; not below 0.
    public var std: Double

    /// Pairs a mean with a standard deviation.
    public init(mean: Double, std: Double) {
        self.mean = mean
        self.std = std
    }
}
