import Foundation
import Proposition1
import Testing

@testable import Reporting

@Suite("Tables for a terminal") struct TextTableTests {
    @Test("columns are as wide as their widest cell, in characters, and aligned; lines end without spaces")
    func layout() {
        var table = TextTable(columns: [.left("name"), .right("n"), .left("verdict")])
        table.add(["β", "1000", "holds"])
        table.add(["σ² → 0", "7", ""])
        #expect(
            table.lines == [
                "name       n  verdict", "──────  ────  ───────", "β       1000  holds", "σ² → 0     7",
            ])
    }

    @Test("a table without rows has its heading and rule")
    func empty() {
        #expect(TextTable(columns: [.right("a")]).lines == ["a", "─"])
    }

    @Test("the verification's table says route and kind of each channel, and what fails")
    func verification() throws {
        let named = try NamedChannel.all()
        func verdict(_ name: String, _ expectations: [NamedChannel.Expectation]) throws -> ChannelVerdict {
            let channel = try #require(named.first { $0.name == name })
            return try ChannelVerdict(
                name: name, purpose: "", channel: channel.channel, expectations: expectations)
        }
        let report = VerificationReport(verdicts: [
            try verdict("antipodal-codes", []), try verdict("collapsed-gaussian", []),
            try verdict("sampled-rank-4", []), try verdict("one-view", [.information(9, within: 0)]),
        ])
        let lines = report.table(isColoured: false).split(separator: "\n").map(String.init)
        func row(_ name: String) throws -> String { try #require(lines.first { $0.hasPrefix(name + " ") }) }
        #expect(try row("antipodal-codes").hasSuffix("quadrature, 1D  quadrature estimate  holds"))
        #expect(try row("collapsed-gaussian").hasSuffix("quadrature, 0D  rounding bound       holds"))
        #expect(try row("sampled-rank-4").hasSuffix("sampling, 4D    statistical          holds"))
        #expect(try row("one-view").hasSuffix("FAILS"))
        #expect(lines.contains { $0.hasPrefix("one-view FAILS: I(X;Z) = ") })
        #expect(lines.contains { $0.hasPrefix("sampled-rank-4: sampled") && $0.contains("confidence of 99.9998%") })
        #expect(lines.last == "Proposition 1 holds for 3 of 4 channels.")
        #expect(!lines.joined().contains("\u{1B}"))
        let coloured = report.table(isColoured: true)
        #expect(coloured.contains("\u{1B}[32mholds\u{1B}[0m") && coloured.contains("\u{1B}[31mFAILS\u{1B}[0m"))
    }
}
