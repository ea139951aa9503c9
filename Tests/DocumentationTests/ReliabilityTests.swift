import Foundation
import Testing

/// The tables of docs/reliability.md are those of the campaign's figures, and nothing was lost.
@Suite struct ReliabilityTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardizedFileURL
    private static let figures = root.appendingPathComponent("docs/results/reliability")

    private struct Played: Decodable {
        let command: String
        let calls, attempts, absorbed, recovered, lost: Int
    }

    private struct Fuzzed: Decodable {
        let format: String
        let inputs, accepted: Int
    }

    private func load<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: Self.figures.appendingPathComponent(name)))
    }

    /// The rows of a region's table, without the commas in numbers.
    private func rows(_ region: String) throws -> [[String]] {
        let page = try String(contentsOf: Self.root.appendingPathComponent("docs/reliability.md"), encoding: .utf8)
        let start = try #require(page.range(of: "<!-- figures: \(region) -->\n")?.upperBound)
        let end = try #require(page.range(of: "<!-- end -->", range: start..<page.endIndex)?.lowerBound)
        return page[start..<end].split(separator: "\n").dropFirst(2).map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces).replacing(",", with: "") }
                .filter { !$0.isEmpty }
        }
    }

    private func withSums(_ rows: [(String, [Int])]) -> [[String]] {
        let sums = (rows.first?.1.indices ?? 0..<0).map { column in rows.reduce(0) { $0 + $1.1[column] } }
        return (rows + [("all", sums)]).map { name, numbers in [name] + numbers.map(String.init) }
    }

    @Test(arguments: ["faults", "kills"]) func disturbedCommandsLoseNothing(part: String) throws {
        let played = try load([Played].self, "\(part).json")
        #expect(played.count >= 5)
        for row in played {
            #expect(row.lost == 0 && row.absorbed + row.recovered == row.attempts, "\(row)")
        }
        let expected = withSums(
            played.map { ($0.command, [$0.calls, $0.attempts, $0.absorbed, $0.recovered, $0.lost]) })
        #expect(try rows(part) == expected)
    }

    private struct Loads: Decodable {
        struct Row: Decodable {
            let name: String
            let attempts, survived, lost: Int
        }
        let load: [Row]
    }

    @Test func loadChangesNothing() throws {
        let loads = try load(Loads.self, "load.json").load
        #expect(loads.count >= 2 && loads.allSatisfy { $0.lost == 0 && $0.survived == $0.attempts })
        #expect(try rows("load") == withSums(loads.map { ($0.name, [$0.attempts, $0.survived, $0.lost]) }))
    }

    private struct Sanitized: Decodable {
        let sanitizer, tests: String
        let run, findings: Int
    }

    /// The names of the files of figures that begin like this.
    private func names(_ beginning: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: Self.figures.path).sorted()
            .filter { $0.hasPrefix(beginning) }
    }

    @Test func sanitizersFindNothing() throws {
        let all = try names("sanitizer-").map { try load(Sanitized.self, $0) }
        #expect(all.allSatisfy { $0.run > 0 && $0.findings == 0 })
        #expect(Set(all.map(\.sanitizer)) == ["address", "thread"])
        #expect(try rows("sanitizers") == all.map { [$0.sanitizer, $0.tests, "\($0.run)", "\($0.findings)"] })
    }

    @Test func readersTakeEverything() throws {
        let fuzzed = try names("fuzz-").map { try load(Fuzzed.self, $0) }
        #expect(fuzzed.count == 9)
        let expected = withSums(fuzzed.map { ($0.format, [$0.inputs, $0.accepted, $0.inputs - $0.accepted, 0]) })
        #expect(try rows("fuzz") == expected)

        let guided = try names("guided-").map { try load(Fuzzed.self, $0) }
        #expect(guided.map(\.format) == fuzzed.map(\.format))
        let kept = try names("guided-").map { try load(Guided.self, $0).kept }
        #expect(
            try rows("guided")
                == withSums(
                    zip(guided, kept).map { ($0.format, [$0.inputs, $0.accepted, $0.inputs - $0.accepted, $1, 0]) }))
    }

    private struct Guided: Decodable { let kept: Int }
}
