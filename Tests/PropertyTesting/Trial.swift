/// What a law says about one case: it compares, labels, and discards through this object.
public final class Trial {
    /// Why a case failed: the comparison in words, with both sides and the tolerance.
    private(set) var failures: [String] = []
    private(set) var labels: Set<String> = []
    private(set) var isDiscarded = false

    init() {}

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
        if !condition { failures.append(explanation()) }
    }

    /// Requires |left − right| ≤ tolerance. NaN on either side fails.
    public func equal(_ left: Double, _ right: Double, within tolerance: Double, _ what: @autoclosure () -> String) {
        if !((left - right).magnitude <= tolerance) && left != right {
            record(what(), left, "=", right, tolerance)
        }
    }

    /// Requires left ≤ right + tolerance. NaN on either side fails.
    public func atMost(_ left: Double, _ right: Double, within tolerance: Double, _ what: @autoclosure () -> String) {
        if !(left <= right + tolerance) { record(what(), left, "≤", right, tolerance) }
    }

    /// Requires every element of the two arrays to agree; names the first that does not.
    public func equal(
        _ left: [Double], _ right: [Double], within tolerance: Double, _ what: @autoclosure () -> String
    ) {
        guard left.count == right.count else {
            failures.append("\(what()): \(left.count) elements on the left, \(right.count) on the right")
            return
        }
        for index in left.indices where !((left[index] - right[index]).magnitude <= tolerance) {
            if left[index] == right[index] { continue }
            record("\(what()), element \(index)", left[index], "=", right[index], tolerance)
            return
        }
    }

    private func record(_ what: String, _ left: Double, _ relation: String, _ right: Double, _ tolerance: Double) {
        failures.append("\(what): left \(left), right \(right), expected left \(relation) right within \(tolerance)")
    }

    func fail(with error: any Error) {
        failures.append("the law threw: \(error)")
    }
}
