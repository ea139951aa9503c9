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
    /// The verification as the report shows it, with the curves against β and the dimension.
    init(_ report: VerificationReport) throws {
        let rows = report.verdicts.map { verdict in
            let evaluation = verdict.evaluation
            return Row(
                channel: verdict.name, byDefinition: evaluation.informationByDefinition.value,
                byEquation2: evaluation.informationByEquation2.value,
                bound: evaluation.informationByDefinition.error + evaluation.informationByEquation2.error,
                jensenBound: evaluation.jensenBound.value, passes: verdict.holds)
        }
        let figures = [
            Figure(
                Chart(try PropositionFigures.againstBeta()),
                caption: "The mean approximation, which the sampled objective estimates, exceeds I(X;Z) at the paper's "
                    + "β = 0.5 and d = 50; the Jensen bound stays below."),
            Figure(
                Chart(try PropositionFigures.againstDimension()),
                caption: "The same at β = 0.5 against the dimension: the higher it is, the less Z says of X."),
        ]
        self.init(rows: rows, figures: figures)
    }
}

extension Chart {
    /// A chart of some curves.
    init(_ data: FigureData) {
        self.init(
            title: data.title, description: "\(data.title): \(data.yLabel) against \(data.xLabel)",
            horizontal: Axis(data.xLabel, scale: data.hasLogarithmicX ? .logarithmic : .linear),
            vertical: Axis(data.yLabel, scale: data.hasLogarithmicY ? .logarithmic : .linear),
            lines: data.curves.enumerated().map { index, curve in
                Line(curve.name, zip(curve.x, curve.y).map { Point($0, $1) }, color: index)
            })
    }
}
