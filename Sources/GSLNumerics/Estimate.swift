import Diagnostics

/// A number that was computed, with a bound on its distance to the number that was meant.
///
/// Sums and differences add the bounds, so that a quantity put together from several integrals carries the sum of their
/// errors. That is a worst case: errors that happen to cancel are not credited.
public struct Estimate: Equatable, Sendable, CustomStringConvertible {
    /// The computed number.
    public var value: Double
    /// A bound on the absolute error of `value`; never negative.
    public var error: Double

    /// Creates an estimate of `value`, known up to ± `error`.
    ///
    /// - Precondition: `error` is not negative (it may be NaN where nothing is known).
    public init(value: Double, error: Double) {
        require(!(error < 0), "an error bound is not negative, found \(error)")
        self.value = value
        self.error = error
    }

    /// A number that is known exactly.
    public static func exactly(_ value: Double) -> Estimate { Estimate(value: value, error: 0) }

    /// The smallest number that the bound allows.
    public var lowerEnd: Double { value - error }
    /// The largest number that the bound allows.
    public var upperEnd: Double { value + error }
    /// `error / |value|`; infinite at zero unless the error is zero as well.
    public var relativeError: Double { error == 0 ? 0 : error / value.magnitude }

    /// Whether the bounds of the two leave room for the same number, up to `slack`.
    public func agrees(with other: Estimate, slack: Double = 0) -> Bool {
        (value - other.value).magnitude <= error + other.error + slack
    }

    /// Sum; the bounds add.
    public static func + (left: Estimate, right: Estimate) -> Estimate {
        Estimate(value: left.value + right.value, error: left.error + right.error)
    }

    /// Difference; the bounds add.
    public static func - (left: Estimate, right: Estimate) -> Estimate {
        Estimate(value: left.value - right.value, error: left.error + right.error)
    }

    /// Product with an exact factor.
    public static func * (factor: Double, estimate: Estimate) -> Estimate {
        Estimate(value: factor * estimate.value, error: factor.magnitude * estimate.error)
    }

    /// The value and its bound, as text.
    public var description: String { "\(value) ± \(error)" }
}
