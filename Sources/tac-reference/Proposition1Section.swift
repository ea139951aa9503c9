import Foundation
import Proposition1
import Reporting

extension VerificationReport {
    /// The verdict in a few words.
    var summary: String {
        let failed = verdicts.filter { !$0.holds }.map(\.name)
        return failed.isEmpty
            ? "holds for all \(verdicts.count) channels"
            : "does not hold for \(failed.joined(separator: ", ")); see tac-reference verify"
    }
}

extension Proposition1Summary {
    /// The verification as the report shows it.
    init(_ report: VerificationReport) {
        self.init(
            rows: report.verdicts.map { verdict in
                let evaluation = verdict.evaluation
                return Row(
                    channel: verdict.name, byDefinition: evaluation.informationByDefinition.value,
                    byEquation2: evaluation.informationByEquation2.value,
                    bound: evaluation.informationByDefinition.error + evaluation.informationByEquation2.error,
                    jensenBound: evaluation.jensenBound.value, passes: verdict.holds)
            })
    }
}
