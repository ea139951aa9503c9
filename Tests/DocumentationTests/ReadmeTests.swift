import Foundation
import Testing

/// The README's numbers are those of the committed results.
@Suite struct ReadmeTests {
    private func text(_ path: String) throws -> String {
        let root = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test func tableOneIsWhatTheReproductionMeasured() throws {
        // kind, artefact, group, label, measure, n, mean, std, paper, errors, verdict; a label may hold a comma.
        let rows = try text("docs/results/reproduction/numbers.csv").split(separator: "\n")
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        func numbers(_ group: String, _ measure: String) throws -> [String] {
            let row = try #require(rows.first { $0[0] == "table" && $0[2] == group && $0.suffix(7).first == measure })
            return Array(row.suffix(6))
        }
        func cell(_ group: String, _ measure: String) throws -> String {
            let numbers = try numbers(group, measure)
            let (mean, deviation) = (try #require(Double(numbers[1])), try #require(Double(numbers[2])))
            let paper = numbers[3].split(separator: " ").first ?? ""
            return String(format: "%.4f ± %.4f (", mean, deviation) + paper + ")"
        }
        let readme = try text("README.md")
        for (label, group, measures) in [
            ("ours", "derived-ours", ["h", "f"]), ("ours, 8 most probable crops", "derived-ours", ["hTop", "fTop"]),
            ("simCLR", "derived-simclr", ["h", "f"]),
            ("simCLR, oracle crops", "derived-simclr", ["hOracle", "fOracle"]),
        ] {
            let seeds = Set(try measures.map { try numbers(group, $0)[0] })
            #expect(seeds.count == 1, "\(label): \(seeds)")
            let line =
                "| \(label) | \(seeds.first ?? "") | "
                + (try measures.map { try cell(group, $0) }.joined(separator: " | ")) + " |\n"
            #expect(readme.contains(line), "expected the line \(line)")
        }
    }
}
