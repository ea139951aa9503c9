import Autodiff
import Diagnostics
import Tensors

/// By which moments normalisation layers standardise.
public enum NormalizationMoments<Scalar: TensorScalar>: Sendable {
    /// Those of the population, which the layers keep.
    case population
    /// Those of the batch, in which each example counts as often as its weight says, `[example]`.
    case batch(weights: Tensor<Scalar>)
}

/// Batch normalisation: every channel less its mean, divided by its standard deviation, times γ plus β.
///
/// While the layer's own network is trained the moments are those of the batch, and gradients flow through them; elsewhere
/// they are those of the population, a running mean over the batches. Ioffe and Szegedy, *Batch normalization*, ICML 2015;
/// defaults and running mean as PyTorch's `BatchNorm`.
public struct BatchNormalization<Scalar: TensorScalar>: Module {
    /// γ, `[channel]`.
    public var scale: Variable<Scalar>
    /// β, `[channel]`.
    public var shift: Variable<Scalar>
    /// The running mean of each channel's mean, `[channel]`.
    public var populationMean: Tensor<Scalar>
    /// The running mean of each channel's variance, the batch's divided by one less than the rows counted, `[channel]`.
    public var populationVariance: Tensor<Scalar>

    /// Added to the variance.
    public static var epsilon: Scalar { 1e-5 }
    /// What a batch counts in the running means.
    public static var momentum: Scalar { 0.1 }

    /// γ = 1, β = 0; a population of mean 0 and variance 1 until there is a batch.
    public init(channels: Int) {
        scale = Variable(Tensor(shape: [channels], repeating: 1))
        shift = Variable(.zeros([channels]))
        populationMean = .zeros([channels])
        populationVariance = Tensor(shape: [channels], repeating: 1)
    }

    /// The layer's output.
    ///
    /// - Parameters:
    ///   - input: `[example, …, channel]`.
    ///   - moments: which ones; those of a batch go into the running means.
    ///   - rectified: whether max(·, 0) of the output is returned.
    /// - Returns: of the input's shape.
    public mutating func callAsFunction(
        _ input: Variable<Scalar>, by moments: NormalizationMoments<Scalar>, rectified: Bool = false
    ) -> Variable<Scalar> {
        input.standardizingColumns(by: standards(of: input, by: moments), rectified: rectified)
    }

    /// What the layer standardises its input by, for an operation that does it on its way.
    ///
    /// - Parameters:
    ///   - input: `[example, …, channel]`.
    ///   - moments: which ones; those of a batch go into the running means.
    public mutating func standards(
        of input: Variable<Scalar>, by moments: NormalizationMoments<Scalar>
    ) -> ColumnStandards<Scalar> {
        switch moments {
        case .population:
            return ColumnStandards(
                mean: populationMean, variance: populationVariance, scale: scale, shift: shift, epsilon: Self.epsilon)
        case .batch(let weights):
            let moments = input.value.columnMoments(weights: weights)
            observe(moments)
            return ColumnStandards(
                moments: moments, weights: weights, scale: scale, shift: shift, epsilon: Self.epsilon)
        }
    }

    /// Takes the moments of a batch into the running means.
    ///
    /// - Precondition: more than one row was counted; of one alone no variance can be estimated.
    private mutating func observe(_ moments: ColumnMoments<Scalar>) {
        require(moments.count > 1, "the variance of a population from \(moments.count) row of a batch")
        let unbiased = moments.variance.scaled(by: moments.count / (moments.count - 1))
        populationMean =
            populationMean.scaled(by: 1 - Self.momentum) + moments.mean.scaled(by: Self.momentum)
        populationVariance =
            populationVariance.scaled(by: 1 - Self.momentum) + unbiased.scaled(by: Self.momentum)
    }

    /// Visits `scale` and `shift`.
    public mutating func visitParameters(_ body: (String, inout Variable<Scalar>) throws -> Void) rethrows {
        try body("scale", &scale)
        try body("shift", &shift)
    }

    /// Visits `populationMean` and `populationVariance`.
    public mutating func visitStatistics(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {
        try body("populationMean", &populationMean)
        try body("populationVariance", &populationVariance)
    }
}
