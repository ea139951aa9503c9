import CropExperiment
import Drawing
import Reproduction

/// The numbers of an artefact as a table: a row for each of its rows, a column for each heading.
struct ArtefactTable {
    /// A number with how it is written.
    typealias Number = (measure: Measure, cell: ArtefactResult.Cell)

    /// The artefact's heading.
    let title: String
    /// The headings of the columns, in the order in which they come up.
    let headings: [String]
    /// For each row its label, the number of seeds, and the number of each column.
    let rows: [(label: String, count: Int, numbers: [Number?])]

    init(_ artefact: Artefact, _ result: ArtefactResult) {
        title = result.title
        var headings: [String] = []
        for heading in artefact.rows.flatMap(\.headings) where !headings.contains(heading) { headings.append(heading) }
        self.headings = headings
        rows = zip(artefact.rows, result.rows).map { row, values in
            let numbers = headings.map { heading -> Number? in
                guard let index = row.headings.firstIndex(of: heading) else { return nil }
                let measure = row.measures[index]
                return values.cells.first { $0.measure == measure.key }.map { (measure, $0) }
            }
            return (row.label, numbers.compactMap { $0?.cell.values.count }.max() ?? 0, numbers)
        }
    }

    /// As HTML; `nil` for a table without numbers.
    func markup() -> Markup? {
        guard rows.contains(where: { $0.count > 0 }) else { return nil }
        let body = rows.map { row in
            [.text(row.label), .text(String(row.count))]
                + row.numbers.map { number -> Markup in
                    guard let (measure, cell) = number else { return .text("–") }
                    var parts: [Markup] = [.element("span", ["class": "best"], text: Self.text(cell, measure))]
                    if let paper = cell.paper {
                        for line in Self.comparison(cell, paper) {
                            parts.append(.element("br", [:], []))
                            parts.append(.element("span", ["class": "fine"], text: line))
                        }
                    }
                    return .fragment(parts)
                }
        }
        return HTML.table(
            label: title, caption: caption, head: ["", "n"] + headings, numbers: 1...(headings.count + 1), body)
    }

    private var caption: String {
        let cells = rows.flatMap(\.numbers).compactMap { $0?.cell }
        var parts = ["Mean ± standard deviation over n seeds (n − 1 in the denominator)."]
        if cells.contains(where: { $0.paper != nil }) {
            parts.append(
                "Below: the paper's number, and our mean less the paper's in standard errors of the difference.")
        }
        if cells.contains(where: { $0.unconverged > 0 }) {
            parts.append(Self.unconverged)
        }
        return parts.joined(separator: " ")
    }

    /// What the mark of such numbers means.
    private static let unconverged = "†: from a classifier that was given up before its optimum."

    /// "0.9729 ± 0.0014".
    static func text(_ cell: ArtefactResult.Cell, _ measure: Measure) -> String {
        let spread = cell.std.map { " ±\u{A0}\(Format.fixed($0, decimals: measure.decimals))" } ?? ""
        return Format.fixed(cell.mean, decimals: measure.decimals) + spread + (cell.unconverged > 0 ? " †" : "")
    }

    /// Two short lines, so that a table with the paper's numbers fits the page.
    private static func comparison(_ cell: ArtefactResult.Cell, _ paper: String) -> [String] {
        // Beyond a hundred the number says no more than that the spread is tiny.
        let errors = cell.standardErrors.map { errors in
            errors.magnitude > 100 ? "over 100 s.e." : "\(Format.signed(errors, decimals: 1)) s.e."
        }
        return ["paper \(paper)", [errors, cell.verdict?.rawValue].compactMap { $0 }.joined(separator: "; ")]
    }

    /// As Markdown, with a heading row, and the meaning of a mark below.
    func markdown() -> String {
        func line(_ cells: [String]) -> String {
            "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
        }
        let head = ["", "n"] + headings
        let body = rows.map { row in
            [row.label, String(row.count)]
                + row.numbers.map { number in
                    guard let (measure, cell) = number else { return "–" }
                    return Self.text(cell, measure)
                        + (cell.paper.map { " (paper \($0), \(cell.verdict?.rawValue ?? ""))" } ?? "")
                }
        }
        let isMarked = rows.flatMap(\.numbers).contains { ($0?.cell.unconverged ?? 0) > 0 }
        return ([line(head), line(head.map { _ in "---" })] + body.map(line)).joined(separator: "\n") + "\n"
            + (isMarked ? "\n\(Self.unconverged)\n" : "")
    }

    /// As comma-separated values, a line for each number; quoted as in RFC 4180, lines ended by a line feed.
    static func commaSeparated(_ results: ReproductionResults) -> String {
        func field(_ text: String) -> String {
            text.contains { "\",\n".contains($0) } ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
        }
        let head = "kind,artefact,group,label,measure,n,mean,std,paper,standardErrors,verdict"
        let lines = results.artefacts.flatMap { artefact in
            artefact.rows.flatMap { row in row.cells.map { fields(artefact, row, $0).map(field).joined(separator: ",") }
            }
        }
        return ([head] + lines).joined(separator: "\n") + "\n"
    }

    private static func fields(
        _ artefact: ArtefactResult, _ row: ArtefactResult.Row, _ cell: ArtefactResult.Cell
    ) -> [String] {
        func text(_ number: Double?) -> String { number.map { "\($0)" } ?? "" }
        return [
            artefact.kind.rawValue, artefact.name, row.group, row.label, cell.measure, String(cell.values.count),
            text(cell.mean), text(cell.std), cell.paper ?? "", text(cell.standardErrors), cell.verdict?.rawValue ?? "",
        ]
    }
}
