import Foundation
import GSLNumerics

extension VerificationReport {
    /// The table for a terminal.
    ///
    /// - Parameter isColoured: whether verdicts are green and red by ANSI escapes; a pipe or a file wants them plain.
    public func table(isColoured: Bool) -> String {
        let header = [
            "channel", "I by definition", "error", "I by (2)", "error", "difference", "bound (16)", "approx. (17)",
            "verdict",
        ]
        let rows = verdicts.map { verdict in
            let evaluation = verdict.evaluation
            let (definition, equation) = (evaluation.informationByDefinition, evaluation.informationByEquation2)
            return [
                verdict.name, VerificationReport.digits(definition.value), VerificationReport.size(definition.error),
                VerificationReport.digits(equation.value), VerificationReport.size(equation.error),
                VerificationReport.size((definition.value - equation.value).magnitude),
                VerificationReport.short(evaluation.jensenBound.value),
                VerificationReport.short(evaluation.meanApproximation), verdict.holds ? "holds" : "FAILS",
            ]
        }
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        var lines = [VerificationReport.line(header, widths)]
        lines.append(widths.map { String(repeating: "─", count: $0) }.joined(separator: "  "))
        for (row, verdict) in zip(rows, verdicts) {
            let text = VerificationReport.line(row, widths)
            lines.append(isColoured ? VerificationReport.coloured(text, verdict.holds) : text)
        }
        lines += footnotes()
        return lines.joined(separator: "\n") + "\n"
    }

    private func footnotes() -> [String] {
        var lines = ["", "All quantities in nats. An error is a bound on the distance to the true value."]
        for verdict in verdicts {
            if case .sampling(let rank, let standardError) = verdict.evaluation.method {
                lines.append(
                    "\(verdict.name): \(rank) dimensions, sampled; standard error of I by (2) "
                        + "\(VerificationReport.size(standardError)), the error six of them and more.")
            }
            lines += verdict.failures.map { "\(verdict.name) FAILS: \($0)" }
        }
        let passed = verdicts.count(where: \.holds)
        lines.append("Proposition 1 holds for \(passed) of \(verdicts.count) channels.")
        return lines
    }

    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        zip(cells, widths).enumerated().map { column, pair in
            let padding = String(repeating: " ", count: pair.1 - pair.0.count)
            // Names and verdicts to the left, numbers to the right.
            return column == 0 || column == cells.count - 1 ? pair.0 + padding : padding + pair.0
        }.joined(separator: "  ")
    }

    private static func coloured(_ text: String, _ holds: Bool) -> String {
        let word = holds ? "holds" : "FAILS"
        let colour = holds ? "\u{1B}[32m" : "\u{1B}[31m"
        return text.replacingOccurrences(of: word, with: colour + word + "\u{1B}[0m")
    }

    private static func digits(_ value: Double) -> String {
        value.magnitude < 1e-4 ? String(format: "%.9e", value) : String(format: "%.12f", value)
    }

    private static func size(_ value: Double) -> String { String(format: "%.0e", value) }

    private static func short(_ value: Double) -> String { String(format: "%.4g", value) }
}
