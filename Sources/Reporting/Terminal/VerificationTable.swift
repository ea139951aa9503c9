import Foundation
import GSLNumerics
import Proposition1

extension VerificationReport {
    /// The table for a terminal, with what its errors are and what fails below.
    ///
    /// - Parameter isColoured: whether verdicts are green and red by ANSI escapes; a pipe or a file wants them plain.
    public func table(isColoured: Bool) -> String {
        var table = TextTable(columns: [
            .left("channel"), .right("I by definition"), .right("error"), .right("I by (2)"), .right("error"),
            .right("difference"), .right("bound (16)"), .right("approx. (17)"), .left("route"), .left("errors"),
            .left("verdict"),
        ])
        for verdict in verdicts {
            let evaluation = verdict.evaluation
            let (definition, equation) = (evaluation.informationByDefinition, evaluation.informationByEquation2)
            table.add([
                verdict.name, Self.digits(definition.value), Self.size(definition.error), Self.digits(equation.value),
                Self.size(equation.error), Self.size((definition.value - equation.value).magnitude),
                Self.short(evaluation.jensenBound.value), Self.short(evaluation.meanApproximation),
                "\(evaluation.method.name), \(evaluation.method.rank)D",
                definition.kind.combined(with: equation.kind).name, verdict.holds ? "holds" : "FAILS",
            ])
        }
        let lines = table.lines
        let rows = zip(lines.dropFirst(2), verdicts).map { isColoured ? Self.coloured($0, $1.holds) : $0 }
        return (lines.prefix(2) + rows + footnotes()).joined(separator: "\n") + "\n"
    }

    private func footnotes() -> [String] {
        var lines = [
            "", "All quantities in nats; the route says how many dimensions the codes span.",
            "A rounding bound is certain; a quadrature estimate is a multiple of the last refinement's change or GSL's estimate, "
                + "with a rounding bound added.",
        ]
        for verdict in verdicts {
            if case .sampling(_, let standardError) = verdict.evaluation.method,
                case .statistical(let confidence) = verdict.evaluation.informationByEquation2.kind
            {
                lines.append(
                    "\(verdict.name): sampled; the standard error of I by (2) is \(Self.size(standardError)), the error six "
                        + "of them and a term for what no sample met, with a confidence of \(Self.percentage(confidence))."
                )
            }
            lines += verdict.failures.map { "\(verdict.name) FAILS: \($0)" }
        }
        let passed = verdicts.count(where: \.holds)
        lines.append("Proposition 1 holds for \(passed) of \(verdicts.count) channels.")
        return lines
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

    private static func percentage(_ share: Double) -> String { String(format: "%.4f%%", 100 * share) }
}
