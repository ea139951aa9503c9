import Proposition1

extension VerificationReport {
    /// The verdict in a few words.
    public var summary: String {
        let failed = verdicts.filter { !$0.holds }.map(\.name)
        return failed.isEmpty
            ? "holds for all \(verdicts.count) channels"
            : "does not hold for \(failed.joined(separator: ", ")); see tac-reference verify"
    }
}
