import Foundation
import Testing

/// Tables of the documents show as tables: a bar within a cell, as in H(T|X), is escaped.
@Suite struct TableTests {
    @Test func everyRowHasAsManyCellsAsItsHead() throws {
        let docs = CopiedBook.repository.appendingPathComponent("docs")
        let pages = try FileManager.default.subpathsOfDirectory(atPath: docs.path).filter { $0.hasSuffix(".md") }
        #expect(!pages.isEmpty)
        for page in pages {
            let text = try String(contentsOf: docs.appendingPathComponent(page), encoding: .utf8)
            var bars: Int?
            var isCode = false
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                if line.hasPrefix("```") { isCode.toggle() }
                guard !isCode, line.hasPrefix("|") else {
                    bars = nil
                    continue
                }
                let found = line.replacing("\\|", with: "").count { $0 == "|" }
                let expected = bars ?? found
                #expect(found == expected, "docs/\(page):\(index + 1): \(found) bars, \(expected) in the table's head")
                bars = expected
            }
        }
    }
}
