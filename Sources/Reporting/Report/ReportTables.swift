import CropExperiment
import Digits
import Drawing
import Foundation
import Reproduction

/// The report's tables.
enum ReportTables {
    /// Table 1 or 2, with what sections 3.1 and 3.2 report beside it.
    static func comparison(_ table: ComparisonTable) -> Markup {
        let counts = Dictionary(
            table.accuracies.compactMap { row in row.here.map { (row.group, $0.count) } }, uniquingKeysWith: max)
        let runs = RunMethod.allCases.compactMap { method in
            counts[method.name].map { "\(method.name): n = \($0)" }
        }
        let spread =
            counts.values.contains { $0 > 1 }
            ? " Mean ± standard deviation over seeds (n − 1 in the denominator)." : " One run each, so no spread."
        let paper = table.showsPaper ? " The paper's values are means over 4 seeds." : ""
        let unconverged =
            table.accuracies.contains { $0.unconverged > 0 }
            ? " †: a classifier was given up before it reached its optimum, and its accuracy may be far from the "
                + "optimum's; raise evaluation.maximumIterations." : ""
        let leftOut =
            table.leftOut > 0
            ? " \(table.leftOut) run\(table.leftOut == 1 ? "" : "s") with other settings than the first of the same method "
                + "stand under “Runs” only." : ""
        let accuracies = rendered(
            table.accuracies, heading: "Representation", table: table,
            caption: "Linear evaluation accuracy on the test images, as in the paper's Table \(table.number). "
                + (runs.isEmpty ? "No runs yet." : runs.joined(separator: ", ") + "." + spread) + leftOut + paper
                + unconverged)
        guard !table.measures.isEmpty else { return accuracies }
        let measures = rendered(
            table.measures, heading: "Quantity", table: table,
            caption: "What sections 3.1 and 3.2 measure besides. The average pairwise Gaussian potential is lower for "
                + "more uniform representations; it is 1 when all of them coincide.")
        return .fragment([accuracies, measures])
    }

    private static func rendered(
        _ rows: [ComparisonTable.Row], heading: String, table: ComparisonTable, caption: String
    ) -> Markup {
        let head = [heading] + (table.showsPaper ? ["Paper", "Here", "Difference"] : ["Here"])
        let numbers = 1...(head.count - 1)
        var group = ""
        var groups: [[Markup]] = []
        for row in rows {
            if row.group != group {
                group = row.group
                groups.append([
                    .element(
                        "tr", [:],
                        [.element("th", ["scope": "rowgroup", "colspan": String(head.count)], text: group)])
                ])
            }
            var cells: [Markup] = [.text(row.label)]
            if table.showsPaper {
                cells.append(.text(row.paper?.printed.replacingOccurrences(of: "± ", with: "±\u{A0}") ?? "–"))
            }
            cells.append(.element("span", ["class": "best"], text: row.text))
            if table.showsPaper {
                cells.append(.text(row.difference.map { Format.signed($0, decimals: 4) } ?? "–"))
            }
            groups[groups.count - 1].append(.element("tr", [:], HTML.cells(cells, numbers: numbers)))
        }
        return HTML.table(caption: caption, head: head, numbers: numbers, groups: groups)
    }

    /// Every run by itself.
    static func runs(_ runs: [RunResult]) -> Markup {
        HTML.table(
            caption: "Every run of this report; d is the dimension of h. Two-dimensional runs are for figure 6 and do "
                + "not enter the tables above.",
            head: [
                "Method", "Seed", "d", "Steps", "Objective, nats", "h", "f", "Entropy, nats", "Non-trivial mass",
                "Potential", "Time",
            ],
            numbers: 1...10,
            runs.map { run in
                [
                    run.method.name, String(run.seed), String(run.configuration.representationDimension),
                    Format.count(run.steps), Format.fixed(run.objective, decimals: 4),
                    accuracy(run, .h), accuracy(run, .f),
                    Format.fixed(run.entropy, decimals: 2), Format.fixed(run.nonTrivialMass.mean, decimals: 4),
                    Format.fixed(run.uniformity, decimals: 4), Format.duration(run.seconds),
                ].map { .text($0) }
            })
    }

    /// The hyperparameters, with who chose each.
    static func configuration(_ rows: [Hyperparameter]) -> Markup {
        HTML.table(
            caption: "Every hyperparameter of the first run; others may differ from it. "
                + "“paper” marks a value that the paper states; “ours” marks a choice that "
                + "the paper leaves open, or a departure from it.",
            head: ["Hyperparameter", "Value", "Chosen by", "Note"], numbers: nil,
            rows.map { row in
                [
                    .element("code", text: row.name), .text(row.value),
                    HTML.mark(row.origin.rawValue, text: row.origin.rawValue), .text(row.note),
                ]
            })
    }

    /// Where the data come from.
    static func data(_ data: DataProvenance, isComparable: Bool) -> Markup {
        let rows: [(String, String)] = [
            ("Data", data.name), ("Origin", data.provenance),
            (
                "Variant",
                data.variant == .derived
                    ? "derived: each digit in one of the cells of a larger, blank image (section 3)"
                    : "original images (appendix 5.4)"
            ),
            ("Training images", Format.count(data.trainingCount)), ("Test images", Format.count(data.testCount)),
            ("Comparable with the paper", isComparable ? "yes: all of MNIST" : "no"),
        ]
        let hashes = (data.sha256 ?? [:]).sorted { $0.key < $1.key }
        return HTML.table(
            caption: "The data behind every number of this page.", head: ["Property", "Value"], numbers: nil,
            rows.map { [.text($0.0), .text($0.1)] }
                + hashes.map { name, hash in
                    [.text("SHA-256, \(name)"), .element("code", ["class": "hash"], text: hash)]
                })
    }

    private static func accuracy(_ run: RunResult, _ layer: RepresentationScore.Layer) -> String {
        guard let score = run.score(of: layer, over: .expectation) else { return "–" }
        return Format.fixed(score.accuracy, decimals: 4) + (score.hasConverged ? "" : " †")
    }
}
