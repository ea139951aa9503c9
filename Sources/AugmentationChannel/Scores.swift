import Autodiff
import Diagnostics
import RealModule
import Tensors

/// Scores s = βS(z, h) of one or many z against a list of embeddings h, of which expectations over the augmentation
/// T ~ P(T|x) are taken.
///
/// The equations of the paper are written once, against this protocol. ``ScoreRow`` makes them numbers, for one z: so
/// they are integrated. ``ScoreMatrix`` makes them differentiable, for many z at once: so they are trained.
public protocol Scores {
    /// Probabilities of the embeddings: non-negative, summing to 1 where an equation asks for an expectation.
    associatedtype Weights
    /// One number for each z.
    associatedtype Value

    /// E_w[s] = Σ_j w_j s_j, in nats.
    func expectation(_ weights: Weights) -> Value

    /// log E_w[eˢ] = log Σ_j w_j e^{s_j}, in nats; computed by log-sum-exp, so that it never overflows.
    func logExpectationOfExponential(_ weights: Weights) -> Value

    /// left − right.
    static func difference(_ left: Value, _ right: Value) -> Value
}

/// The scores of one z, as plain numbers in memory that the caller keeps alive.
///
/// Quadrature calls its functions from another module, millions of times, so they are `@inlinable`.
public struct ScoreRow<Scalar: TensorScalar>: Scores {
    /// s_j, one for each embedding.
    public let scores: UnsafeBufferPointer<Scalar>

    /// Wraps scores without copying them.
    @inlinable
    public init(_ scores: UnsafeBufferPointer<Scalar>) { self.scores = scores }

    /// Σ_j w_j s_j; an embedding of weight zero counts for nothing.
    ///
    /// - Precondition: one weight for each score.
    @inlinable
    public func expectation(_ weights: UnsafeBufferPointer<Scalar>) -> Scalar {
        requireOneWeightEach(weights)
        var sum: Scalar = 0
        for index in 0..<scores.count where weights[index] != 0 { sum.addProduct(weights[index], scores[index]) }
        return sum
    }

    /// log Σ_j w_j e^{s_j}.
    ///
    /// Log-sum-exp is right to an ulp of the larger of 1 and the scores. Where all scores lie within 1/8 of the first,
    /// s₀ + log1p(Σ w expm1(s − s₀) + (Σ w − 1)) takes its place, which is right to an ulp of their spread and one of s₀ but
    /// for a constant: the rounding of Σ w, an ulp of 1, the same for every z. Information, which vanishes like β² as β → 0, is
    /// not lost by it.
    ///
    /// - Returns: in nats; −∞ where there are no scores.
    /// - Precondition: one weight for each score.
    @inlinable
    public func logExpectationOfExponential(_ weights: UnsafeBufferPointer<Scalar>) -> Scalar {
        requireOneWeightEach(weights)
        guard let base = weights.baseAddress, let row = scores.baseAddress, !scores.isEmpty else { return -.infinity }
        let origin = row[0]
        var isNarrow = true
        for index in 0..<scores.count where !((row[index] - origin).magnitude < 0.125) { isNarrow = false }
        guard isNarrow else { return logSumExp(row, weights: base, count: scores.count) }
        var excess: Scalar = 0
        var mass: Scalar = 0
        for index in 0..<scores.count {
            excess.addProduct(base[index], Scalar.expMinusOne(row[index] - origin))
            mass += base[index]
        }
        return origin + Scalar.log(onePlus: excess + (mass - 1))
    }

    /// left − right.
    @inlinable
    public static func difference(_ left: Scalar, _ right: Scalar) -> Scalar { left - right }

    @inlinable
    func requireOneWeightEach(_ weights: UnsafeBufferPointer<Scalar>) {
        require(weights.count == scores.count, "\(weights.count) weights for \(scores.count) scores")
    }
}

/// The scores of many z, differentiable: `[z, embedding]`.
public struct ScoreMatrix<Scalar: TensorScalar>: Scores {
    /// βS(z, h) at `[z, embedding]`.
    public let scores: Variable<Scalar>

    /// Wraps a matrix of scores.
    ///
    /// - Precondition: rank 2.
    public init(_ scores: Variable<Scalar>) {
        require(scores.shape.count == 2, "scores of shape \(scores.shape): expected [z, embedding]")
        self.scores = scores
    }

    /// Σ_j w_j s_j for each z, `[z]`.
    ///
    /// - Parameter weights: `[embedding]`, the same for every z, or `[z, embedding]`.
    public func expectation(_ weights: Variable<Scalar>) -> Variable<Scalar> {
        let rows = weights.shape.count == 1 ? weights.repeatedAsRows(of: scores.shape) : weights
        return (scores * rows).sumAlongLastAxis()
    }

    /// log Σ_j w_j e^{s_j} for each z, `[z]`.
    ///
    /// - Parameter weights: `[embedding]`, the same for every z, or `[z, embedding]`.
    public func logExpectationOfExponential(_ weights: Variable<Scalar>) -> Variable<Scalar> {
        scores.logSumExpAlongLastAxis(weights: weights)
    }

    /// left − right.
    public static func difference(_ left: Variable<Scalar>, _ right: Variable<Scalar>) -> Variable<Scalar> {
        left - right
    }
}

/// The scores β⟨z, h⟩ of embeddings with each other, each as z and as h, differentiable.
///
/// A training step has a thousand distinct embeddings or more, and of the million scores wants only the expectations. The
/// scores themselves are never all in memory.
public struct GramScores<Scalar: TensorScalar>: Scores {
    /// h, `[embedding, dimension]`.
    public let embeddings: Variable<Scalar>
    /// β > 0.
    public let beta: Scalar

    /// The scores of embeddings under the similarity ``Similarity/dotProduct``.
    ///
    /// - Precondition: rank 2.
    public init(_ embeddings: Variable<Scalar>, beta: Scalar) {
        require(embeddings.shape.count == 2, "embeddings of shape \(embeddings.shape): expected [embedding, dimension]")
        self.embeddings = embeddings
        self.beta = beta
    }

    /// Σ_j w_j s_j for each z, `[z]`: β⟨z, Σ_j w_j h_j⟩.
    ///
    /// - Parameter weights: `[embedding]`.
    public func expectation(_ weights: Variable<Scalar>) -> Variable<Scalar> {
        let mean = weights.scaled(by: beta).reshaped([1, embeddings.shape[0]]).matrixProduct(embeddings)
        return embeddings.matrixProduct(mean, right: .transposed).reshaped([embeddings.shape[0]])
    }

    /// log Σ_j w_j e^{s_j} for each z, `[z]`.
    ///
    /// - Parameter weights: `[embedding]`.
    public func logExpectationOfExponential(_ weights: Variable<Scalar>) -> Variable<Scalar> {
        embeddings.gramLogSumExp(weights: weights, scale: beta)
    }

    /// left − right.
    public static func difference(_ left: Variable<Scalar>, _ right: Variable<Scalar>) -> Variable<Scalar> {
        left - right
    }
}
