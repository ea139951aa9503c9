/// What a law says about one case: it compares, labels, and discards through this object.
public final class Trial {
    /// What failed, in the order of the comparisons.
    private(set) var failures: [Failure] = []
    private(set) var labels: Set<String> = []
    private(set) var isDiscarded = false
    private let extraTolerance: Double

    init(extraTolerance: Double = 0) { self.extraTolerance = extraTolerance }

    /// Counts this case under `label`; a property can require how often a label occurs.
    public func label(_ label: String, if condition: Bool = true) {
        if condition { labels.insert(label) }
    }

    /// Leaves this case out: it lacks a hypothesis of the law. Return from the law afterwards.
    public func discard() {
        isDiscarded = true
    }

    /// Requires `condition`; `explanation` should name the values.
    public func holds(_ condition: Bool, _ explanation: @autoclosure () -> String) {
        if !condition { failures.append(Failure(explanation: explanation(), kind: .statement)) }
    }

    /// Requires |left − right| ≤ tolerance. NaN on either side fails.
    public func equal(_ left: Double, _ right: Double, within tolerance: Double, _ what: @autoclosure () -> String) {
        let widened = tolerance + extraTolerance
        if !((left - right).magnitude <= widened) && left != right {
            record(what(), left, "=", right, (left - right).magnitude, widened)
        }
    }

    /// Requires left ≤ right + tolerance. NaN on either side fails.
    public func atMost(_ left: Double, _ right: Double, within tolerance: Double, _ what: @autoclosure () -> String) {
        let widened = tolerance + extraTolerance
        if !(left <= right + widened) { record(what(), left, "≤", right, left - right, widened) }
    }

    /// Requires every element of the two arrays to agree; names the first that does not.
    public func equal(
        _ left: [Double], _ right: [Double], within tolerance: Double, _ what: @autoclosure () -> String
    ) {
        let text = what()
        guard left.count == right.count else {
            return holds(false, "\(text): \(left.count) elements on the left, \(right.count) on the right")
        }
        let former = failures.count
        for index in left.indices where failures.count == former {
            equal(left[index], right[index], within: tolerance, "\(text), element \(index)")
        }
    }

    /// Requires a tolerance that was itself computed, such as the reported error of an integral, to be `limit` at most:
    /// within a tolerance that is too wide everything agrees, and the comparison says nothing. NaN fails.
    public func useful(tolerance: Double, atMost limit: Double, _ what: @autoclosure () -> String) {
        guard !(tolerance <= limit) else { return }
        failures.append(
            Failure(
                explanation: "\(what()): a tolerance of \(tolerance), expected \(limit) at most, beyond which the "
                    + "comparison says nothing", kind: .uselessTolerance(tolerance: tolerance, limit: limit)))
    }

    private func record(
        _ what: String, _ left: Double, _ relation: String, _ right: Double, _ difference: Double, _ tolerance: Double
    ) {
        failures.append(
            Failure(
                explanation:
                    "\(what): left \(left), right \(right), expected left \(relation) right within \(tolerance)",
                kind: .comparison(difference: difference, tolerance: tolerance)))
    }

    func fail(with error: any Error) {
        failures.append(Failure(explanation: "the law threw: \(error)", kind: .statement))
    }
}

extension Trial {
    /// One thing that a law required and that did not hold.
    public struct Failure: Equatable, Sendable, CustomStringConvertible {
        /// What was required.
        public enum Kind: Equatable, Sendable {
            /// A comparison of two numbers. The difference is |left − right| for an equality and left − right for an
            /// inequality; NaN where a side is not a number.
            case comparison(difference: Double, tolerance: Double)
            /// A tolerance within which the comparison would say something.
            case uselessTolerance(tolerance: Double, limit: Double)
            /// A condition without numbers; or the law threw an error.
            case statement
        }

        /// The requirement in words, with both sides and the tolerance.
        public let explanation: String
        /// What was required, in numbers.
        public let kind: Kind

        /// By how much a comparison exceeds its tolerance, in tolerances: 0 is just beyond, ∞ where the tolerance is zero.
        /// `nil` where nothing was measured: a side is not a number, the tolerance is infinite, or this is not a comparison.
        public var margin: Double? {
            guard case .comparison(let difference, let tolerance) = kind, !difference.isNaN, tolerance < .infinity
            else {
                return nil
            }
            return tolerance > 0 ? (difference - tolerance) / tolerance : .infinity
        }

        /// Whether a tolerance was so wide that the comparison says nothing.
        public var isUselessTolerance: Bool {
            if case .uselessTolerance = kind { true } else { false }
        }

        /// The explanation.
        public var description: String { explanation }
    }
}
