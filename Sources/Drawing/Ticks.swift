import Diagnostics
import Foundation

/// Round numbers for an axis, in steps of 1, 2 or 5 times a power of ten (1, 10, 100, … on a logarithmic axis).
public struct Ticks: Equatable, Sendable {
    /// How positions follow from values.
    public enum Scale: Sendable {
        /// In proportion to the value.
        case linear
        /// In proportion to the value's logarithm; values are positive.
        case logarithmic
    }

    /// Ascending values. The first is at most the range's lower bound, the last at least its upper bound.
    public let values: [Double]
    /// What is written beside each value.
    public let labels: [String]

    /// Ticks that cover `range`, so that an axis from the first to the last holds all of it.
    ///
    /// The number of ticks is near `count` and at most three times it. A range without extent is widened first.
    /// Preconditions: finite bounds, `count` ≥ 2; positive bounds on a logarithmic scale.
    public init(covering range: ClosedRange<Double>, scale: Scale = .linear, count: Int = 6) {
        require(
            range.lowerBound.isFinite && range.upperBound.isFinite && count >= 2,
            "ticks need finite bounds and at least two of them, not \(range) and \(count)")
        switch scale {
        case .linear: self.init(linear: range, count: count)
        case .logarithmic: self.init(logarithmic: range, count: count)
        }
    }

    private init(linear range: ClosedRange<Double>, count: Int) {
        // Beyond these bounds neither an extent nor a step can be represented; no axis of ours comes near them.
        var low = max(range.lowerBound, -1e300)
        var high = min(range.upperBound, 1e300)
        let magnitude = max(abs(low), abs(high))
        if high - low < max(magnitude * 1e-10, 1e-290) {
            let margin = magnitude < 1e-280 ? 1 : magnitude * 0.1
            (low, high) = (low - margin, high + margin)
        }
        let rough = (high - low) / Double(count)
        let power = pow(10, floor(log10(rough)))
        let multiple = [1, 2, 5, 10].first { $0 * power >= rough * (1 - 1e-9) } ?? 10
        let step = multiple * power
        let first = (low / step).rounded(.down)
        let last = (high / step).rounded(.up)
        var values = (0...Int(last - first)).map { (first + Double($0)) * step }
        // Rounding may leave an end inside the range by an ulp.
        if let end = values.first, end > range.lowerBound { values[0] = range.lowerBound }
        if let end = values.last, end < range.upperBound { values[values.count - 1] = range.upperBound }
        self.values = values
        let decimals = max(0, -Int(floor(log10(step) + 1e-9)))
        let isPlain = decimals <= 4 && max(abs(low), abs(high)) < 1e6
        labels = values.map { value in
            isPlain ? Format.fixed(value, decimals: decimals) : Format.significant(abs(value) < step / 2 ? 0 : value)
        }
    }

    private init(logarithmic range: ClosedRange<Double>, count: Int) {
        require(range.lowerBound > 0, "a logarithmic axis needs positive bounds, not \(range)")
        let first = Int(floor(log10(range.lowerBound)))
        let last = max(Int(ceil(log10(range.upperBound))), first + 1)
        let stride = max(1, Int((Double(last - first) / Double(count)).rounded(.up)))
        let exponents = (0...((last - first + stride - 1) / stride)).map { first + $0 * stride }
        var values = exponents.map { pow(10, Double($0)) }
        // The power of ten below the least or above the greatest number is none: the range's own end stands for it.
        if values[0] > range.lowerBound || values[0] == 0 { values[0] = range.lowerBound }
        if values[values.count - 1] < range.upperBound || values[values.count - 1].isInfinite {
            values[values.count - 1] = range.upperBound
        }
        self.values = values
        let isPlain = exponents.allSatisfy { (-3...3).contains($0) }
        labels = exponents.map { exponent in
            isPlain || exponent == 0
                ? Format.fixed(pow(10, Double(exponent)), decimals: max(0, -exponent))
                : "10" + Format.superscript(exponent)
        }
    }
}
