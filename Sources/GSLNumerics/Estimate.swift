import Diagnostics

/// What an error says of the distance between a computed number and the number that was meant.
///
/// From strong to weak: a bound holds, an estimate is expected to hold, a statistical error holds with its confidence.
public enum ErrorKind: Hashable, Sendable {
    /// A bound: every rounding and every term that was left out is counted at its largest.
    case roundingBound
    /// A quadrature's estimate of its own error: the change of the last refinement, or what GSL reports. Larger than the
    /// error once the rule converges; no bound, since a rule that has missed something does not know it.
    case quadratureEstimate
    /// So many standard errors of independent replicates that a larger distance has the probability 1 − `confidence`.
    case statistical(confidence: Double)

    /// The kind in words, without the confidence.
    public var name: String {
        switch self {
        case .roundingBound: "rounding bound"
        case .quadratureEstimate: "quadrature estimate"
        case .statistical: "statistical"
        }
    }

    /// The kind of a sum's error: the weaker of the two.
    ///
    /// Two statistical errors can both be exceeded at different times: the probabilities of that add (Bonferroni).
    public func combined(with other: ErrorKind) -> ErrorKind {
        switch (self, other) {
        case (.statistical(let one), .statistical(let another)):
            .statistical(confidence: max(0, 1 - (1 - one) - (1 - another)))
        case (.statistical, _), (_, .roundingBound): self
        case (_, .statistical), (.roundingBound, _): other
        case (.quadratureEstimate, .quadratureEstimate): self
        }
    }
}

/// A number that was computed, with its error and the error's kind.
///
/// Sums and differences add the errors and have the weaker kind, so that a quantity put together from several integrals
/// carries the sum of their errors. That is a worst case: errors that happen to cancel are not credited.
public struct Estimate: Equatable, Sendable, CustomStringConvertible {
    /// The computed number.
    public var value: Double
    /// How far `value` may be from the number that was meant, in the sense of ``kind``; never negative.
    public var error: Double
    /// What the error is.
    public var kind: ErrorKind

    /// Creates an estimate of `value`, known up to ± `error`.
    ///
    /// - Precondition: `error` is not negative (it may be NaN where nothing is known).
    public init(value: Double, error: Double, kind: ErrorKind) {
        require(!(error < 0), "an error is not negative, found \(error)")
        self.value = value
        self.error = error
        self.kind = kind
    }

    /// A number that is known exactly.
    public static func exactly(_ value: Double) -> Estimate {
        Estimate(value: value, error: 0, kind: .roundingBound)
    }

    /// The smallest number within the error.
    public var lowerEnd: Double { value - error }
    /// The largest number within the error.
    public var upperEnd: Double { value + error }

    /// Whether the errors of the two leave room for the same number.
    public func agrees(with other: Estimate) -> Bool {
        (value - other.value).magnitude <= error + other.error
    }

    /// The same value with a rounding bound added to its error.
    public func widened(byRounding bound: Double) -> Estimate {
        self + Estimate(value: 0, error: bound, kind: .roundingBound)
    }

    /// Sum; the errors add.
    public static func + (left: Estimate, right: Estimate) -> Estimate {
        Estimate(
            value: left.value + right.value, error: left.error + right.error,
            kind: left.kind.combined(with: right.kind))
    }

    /// Difference; the errors add.
    public static func - (left: Estimate, right: Estimate) -> Estimate { left + -1 * right }

    /// Product with an exact factor.
    public static func * (factor: Double, estimate: Estimate) -> Estimate {
        Estimate(value: factor * estimate.value, error: factor.magnitude * estimate.error, kind: estimate.kind)
    }

    /// The value and its error, as text.
    public var description: String { "\(value) ± \(error)" }
}
