import Foundation
import Testing

/// docs/statements.md says where each statement of the paper is computed, tested and proved; this keeps it true.
@Suite struct StatementIndexTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardizedFileURL

    private func contents(_ path: String) throws -> String {
        try String(contentsOf: StatementIndexTests.root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The cells of the table's rows; `\|` stands for a bar inside a cell.
    private func rows() throws -> [[String]] {
        try contents("docs/statements.md").split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst(2).map {
            line in
            line.replacingOccurrences(of: "\\|", with: "\u{0}").split(separator: "|").map {
                $0.trimmingCharacters(in: .whitespaces).replacingOccurrences(of: "\u{0}", with: "|")
            }
        }
    }

    /// A path and the name in backquotes behind it.
    private func reference(_ cell: String) throws -> (path: String, name: String) {
        let match = try #require(cell.wholeMatch(of: /(\S+) `(.+)`/), "expected a path and a name, found \(cell)")
        return (String(match.1), String(match.2))
    }

    @Test func everyRowPointsAtWhatExists() throws {
        let rows = try rows()
        #expect(rows.count >= 19)
        for row in rows {
            try #require(row.count == 5, "expected five cells, found \(row)")
            for cell in row[1...2] {
                let (path, name) = try reference(cell)
                #expect(try contents(path).contains(name), "\(row[0]): \(path) does not contain \(name)")
            }
            #expect(["integrated", "exact", "sampled"].contains(row[3]), "\(row[0]): status \(row[3])")
            guard row[4] != "—" else { continue }
            let (path, theorem) = try reference(row[4])
            #expect(
                try contents(path).contains("Theorem \(theorem) "), "\(row[0]): \(path) has no theorem \(theorem)")
        }
    }

    @Test func everyEquationHasARow() throws {
        let first = try rows().map { $0[0] }.joined(separator: " ")
        for equation in 1...20 { #expect(first.contains("(\(equation))"), "equation (\(equation)) has no row") }
    }

    /// Where the proofs list their theorems, those of the index are on the list.
    @Test func theoremsAreOnTheProofsList() throws {
        guard let list = try? contents("Proofs/theorems.txt") else { return }
        let names = Set(list.split(separator: "\n").compactMap { $0.split(separator: "\t").first.map(String.init) })
        for row in try rows() where row[4] != "—" {
            let theorem = try reference(row[4]).name
            #expect(names.contains { $0 == theorem || $0.hasSuffix("." + theorem) }, "\(theorem) is not on the list")
        }
    }
}
