/// What a run's configuration must tell its reader so that runs can be compared and reported.
public protocol RunConfiguration: Codable, Hashable, Sendable {
    /// The dimension d of the representation h(T(x)): 50 in the paper's tables, 2 in its figure 6. Positive.
    var representationDimension: Int { get }
    /// This configuration with the seed replaced by a fixed value: two runs that differ in their seed alone have
    /// equal values here, and may be averaged.
    var withoutSeed: Self { get }
}

/// The two methods that the paper compares.
public enum RunMethod: String, Codable, CaseIterable, Sendable {
    /// Algorithm 1: h and P(T|X) trained in turn.
    case ours
    /// The same objective with uniform P(T|X) and no P-phase.
    case simclr
}

/// The numbers of one training run and its evaluation.
public struct RunResult<Configuration: RunConfiguration>: Codable, Equatable, Sendable {
    /// Which method was trained.
    public var method: RunMethod
    /// The seed that every random choice of the run follows from.
    public var seed: UInt64
    /// Iterations of Algorithm 1 that were done.
    public var steps: Int
    /// The sampled objective (19) at the end of training, in nats; 0 at collapse.
    public var objective: Double
    /// Linear accuracy on the test images for each representation of section 3.1.
    public var linearAccuracy: LinearAccuracy
    /// P(T|X)'s mass on crops that meet the digit, over the test images, in [0, 1].
    public var nonTrivialMass: MeanAndDeviation
    /// The average pairwise Gaussian potential of the representations at t = 2, in (0, 1]; lower is more uniform.
    public var uniformity: Double
    /// The mean entropy of P(T|x) over the test images, in nats, in [0, log of the number of crops].
    public var entropy: Double
    /// Wall-clock seconds of training and evaluation.
    public var seconds: Double
    /// Every hyperparameter of the run.
    public var configuration: Configuration

    /// Collects the numbers of a run.
    public init(
        method: RunMethod, seed: UInt64, steps: Int, objective: Double, linearAccuracy: LinearAccuracy,
        nonTrivialMass: MeanAndDeviation, uniformity: Double, entropy: Double, seconds: Double,
        configuration: Configuration
    ) {
        self.method = method
        self.seed = seed
        self.steps = steps
        self.objective = objective
        self.linearAccuracy = linearAccuracy
        self.nonTrivialMass = nonTrivialMass
        self.uniformity = uniformity
        self.entropy = entropy
        self.seconds = seconds
        self.configuration = configuration
    }
}

/// Linear accuracies in [0, 1] under the protocol of section 3.1; `nil` where a representation does not apply to the
/// run, and then without a key in the file.
public struct LinearAccuracy: Codable, Equatable, Sendable {
    /// The projection head, Ẑ = E_{P(T|X)}[h(T(X))], normalised.
    public var h: Double?
    /// The encoder, E_{P(T|X)}[f(T(X))].
    public var f: Double?
    /// The projection head, averaged over the eight most probable crops.
    public var hTop8: Double?
    /// The encoder, averaged over the eight most probable crops.
    public var fTop8: Double?
    /// The projection head, averaged over the nine crops inside the digit's cell.
    public var hOracle: Double?
    /// The encoder, averaged over the nine crops inside the digit's cell.
    public var fOracle: Double?

    /// Collects the accuracies that apply.
    public init(
        h: Double? = nil, f: Double? = nil, hTop8: Double? = nil, fTop8: Double? = nil, hOracle: Double? = nil,
        fOracle: Double? = nil
    ) {
        self.h = h
        self.f = f
        self.hTop8 = hTop8
        self.fTop8 = fTop8
        self.hOracle = hOracle
        self.fOracle = fOracle
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
