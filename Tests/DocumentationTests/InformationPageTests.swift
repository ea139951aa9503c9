import Foundation
import Testing

/// The numbers of docs/information.md are those of the files that it names.
@Suite struct InformationPageTests {
    private static let documents = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../docs").standardizedFileURL

    private struct Quantity: Decodable { let value, error: Double }
    private struct Row: Decodable {
        let beta: Double
        let information, jensenBound, meanApproximation, expansion, divergenceBound: Quantity
    }
    private struct Information: Decodable {
        let codes, images: Int
        let entropyOfImages, betweenImages, withinImages: Double
        let trainingObjective: Quantity
        let rows: [Row]
    }

    private func information(_ method: String) throws -> Information {
        let file = Self.documents.appendingPathComponent("results/information/\(method)/information.json")
        return try JSONDecoder().decode(Information.self, from: Data(contentsOf: file))
    }

    private func page() throws -> String {
        try String(contentsOf: Self.documents.appendingPathComponent("information.md"), encoding: .utf8)
    }

    /// A number as the page prints it: −2.15·10⁻⁴.
    private func number(_ text: Substring) throws -> Double {
        var plain = text.replacing("−", with: "-").replacing("·10", with: "e").replacing(",", with: "")
        for (digit, raised) in "⁰¹²³⁴⁵⁶⁷⁸⁹".enumerated() { plain = plain.replacing("\(raised)", with: "\(digit)") }
        return try #require(Double(plain.replacing("⁻", with: "-")), "\(text)")
    }

    /// Three significant digits.
    private func agree(_ printed: Double, _ value: Double) -> Bool {
        guard value != 0 else { return printed == 0 }
        let unit = pow(10, floor(log10(value.magnitude)) - 2)
        return (printed - value).magnitude <= 0.5001 * unit
    }

    @Test func theTableIsThatOfTheFiles() throws {
        let rows = try zip(information("ours").rows, information("simclr").rows).enumerated()
            .filter { $0.offset % 2 == 0 }.map(\.element)
        let lines = try page().split(separator: "\n").filter { $0.contains("±") && $0.hasPrefix("|") }
        #expect(lines.count == rows.count && rows.count == 7)
        for (line, (ours, simCLR)) in zip(lines, rows) {
            let numbers = try line.split(separator: "|").flatMap { $0.split(separator: "±") }
                .map { $0.split(separator: " ").joined() }.filter { !$0.isEmpty }.map { try number($0[...]) }
            let expected =
                [ours.beta]
                + [ours, simCLR].flatMap { row in
                    [
                        row.information.value, row.information.error, row.jensenBound.value,
                        row.meanApproximation.value, row.expansion.value,
                    ]
                }
            #expect(numbers.count == expected.count && zip(numbers, expected).allSatisfy(agree), "\(line)")
        }
    }

    @Test func theProseIsThatOfTheFiles() throws {
        let (ours, simCLR) = (try information("ours"), try information("simclr"))
        let page = try page().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        /// That the page has a sentence whose numbers, rounded as printed, are these.
        func says(_ pattern: Regex<AnyRegexOutput>, _ values: Double...) throws {
            let match = try #require(page.firstMatch(of: pattern), "no such sentence")
            let printed = match.output.dropFirst().compactMap(\.substring)
            #expect(printed.count == values.count)
            for (text, value) in zip(printed, values) {
                let decimals = text.split(separator: ".").dropFirst().first?.count ?? 0
                #expect(
                    (try number(text) - value).magnitude <= 0.5001 * pow(10, -Double(decimals)), "\(text): \(value)")
            }
        }
        func shares(_ row: Row) -> Double { 100 * row.jensenBound.value / row.information.value }
        let (first, last) = (try #require(ours.rows.first), try #require(ours.rows.last))
        let simFirst = try #require(simCLR.rows.first)
        try says(
            try Regex(#"have ([\d,]+) codes; H\(X\) = ([\d.]+) nats"#), Double(ours.codes), ours.entropyOfImages)
        try says(
            try Regex(#"I\(X;Z\) = ([\d.]+) nats of ([\d.]+), and (\d+)% of the ([\d.]+) that"#),
            first.information.value, ours.entropyOfImages,
            100 * first.information.value / first.divergenceBound.value, first.divergenceBound.value)
        try says(
            try Regex(#"objective of ([\d.]+), and \(17\) is ([\d.]+): (\d+) times"#), ours.trainingObjective.value,
            first.meanApproximation.value, first.meanApproximation.value / first.information.value)
        let little = ours.rows.filter { $0.beta < 16 }.map(shares)
        let fifty = try #require(ours.rows.first { $0.beta == 50 })
        try says(
            try Regex(#"Ours: (\d+) to (\d+)% of I\(X;Z\) up to β = 16, (\d+)% at 50"#), try #require(little.min()),
            try #require(little.max()), shares(fifty))
        let crossing = zip(ours.rows, ours.rows.dropFirst()).first {
            $0.jensenBound.value > 0 && $1.jensenBound.value <= 0
        }
        try says(
            try Regex(#"falls below 0 between (\d+) and (\d+), when"#), try #require(crossing?.0.beta),
            try #require(crossing?.1.beta))
        try says(
            try Regex(#"lie farther apart \(([\d.]+)\) than its images \(([\d.]+)\)"#), simCLR.withinImages,
            simCLR.betweenImages)
        for (information, pattern) in [
            (ours, #"Ours: between β = ([\d.]+) and ([\d.]+) it passes"#),
            (simCLR, #"simCLR: between ([\d.]+) and ([\d.]+)\. At"#),
        ] {
            let passing = zip(information.rows, information.rows.dropFirst()).first {
                $0.meanApproximation.value > $0.information.value && $1.meanApproximation.value <= $1.information.value
            }
            try says(try Regex(pattern), try #require(passing?.0.beta), try #require(passing?.1.beta))
        }
        try says(
            try Regex(
                #"Ours has (\d+) times the information of simCLR there, ([\d.]+) against ([\d.]+) nats; at 500, ([\d.]+) nats against (\d+\.\d+)"#
            ),
            first.information.value / simFirst.information.value, first.information.value, simFirst.information.value,
            last.information.value, try #require(simCLR.rows.last?.information.value))
        func miss(_ information: Information) throws -> Double {
            let row = try #require(information.rows.last { $0.beta <= 5.01 })
            return 100 * (row.expansion.value / row.information.value - 1).magnitude
        }
        let (oursMisses, simMisses) = (try miss(ours), try miss(simCLR))
        let match = try #require(page.firstMatch(of: /within (\d+)% for ours, (\d+)% for simCLR/))
        #expect(try number(match.1) >= oursMisses && number(match.2) >= simMisses, "\(oursMisses), \(simMisses)")
        #expect(simCLR.rows.allSatisfy { $0.jensenBound.value < 0 })
        #expect(try #require(ours.rows.first { $0.expansion.value > ours.entropyOfImages }).beta <= 50)
    }
}
