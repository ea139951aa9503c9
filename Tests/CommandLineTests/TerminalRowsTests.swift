import Synchronization
import Testing

@testable import tac_reference

@Suite("TerminalRows") struct TerminalRowsTests {
    /// A terminal that knows the four codes that rows consist of.
    private final class Screen: Sendable {
        private let state = Mutex((lines: [""], row: 0))

        /// What is shown, without the line of the cursor.
        var lines: [String] { state.withLock { Array($0.lines.dropLast()) } }

        @Sendable func write(_ text: String) {
            state.withLock { state in
                var rest = Substring(text)
                while !rest.isEmpty {
                    if let up = rest.prefixMatch(of: /\u{1B}\[(\d+)A/) {
                        state.row -= Int(up.1) ?? 0
                        rest = rest[up.range.upperBound...]
                    } else if rest.hasPrefix("\u{1B}[J") {
                        state.lines = Array(state.lines[..<state.row]) + [""]
                        rest = rest.dropFirst(3)
                    } else {
                        let character = rest.removeFirst()
                        if character == "\n" {
                            state.row += 1
                            if state.row == state.lines.count { state.lines.append("") }
                        } else if character != "\r" {
                            state.lines[state.row].append(character)
                        }
                    }
                }
            }
        }
    }

    private func bar(_ name: String, _ row: Int, of rows: TerminalRows, now: ContinuousClock.Instant)
        -> TerminalProgress
    {
        TerminalProgress(
            name, total: 100, style: TerminalStyle(isInteractive: true, usesColor: false, usesUnicode: false),
            columns: { 60 }, now: now, write: { rows.write($0, row: row) })
    }

    @Test("no more rows are drawn than the terminal has, and the last says how many there are besides")
    func height() {
        let screen = Screen()
        let rows = TerminalRows(height: { 4 }, write: screen.write)
        for row in 0..<6 { rows.write("\r\(row)", row: row) }
        #expect(screen.lines == ["0", "1", "and 4 more"], "\(screen.lines)")
        for row in 0..<3 { rows.write("\rdone\n", row: row) }
        #expect(screen.lines == ["done", "done", "done", "3", "4", "5"], "\(screen.lines)")
        let low = Screen()
        let single = TerminalRows(height: { 1 }, write: low.write)
        for row in 0..<2 { single.write("\r\(row)", row: row) }
        #expect(low.lines == ["and 2 more"], "\(low.lines)")
    }

    @Test("each bar is drawn in its row, and what stays stands above, in the order in which it came")
    func rows() throws {
        let screen = Screen()
        let rows = TerminalRows(write: screen.write)
        let start = ContinuousClock.now
        var (first, second) = (bar("a", 1, of: rows, now: start), bar("b", 2, of: rows, now: start))
        screen.write("before\n")
        second.update(completed: 10, now: start + .seconds(1))
        first.update(completed: 20, now: start + .seconds(1))
        #expect(screen.lines.map { String($0.prefix(1)) } == ["b", "a", "b"], "\(screen.lines)")
        #expect(screen.lines[1].contains("20%") && screen.lines[2].contains("10%"), "\(screen.lines)")

        rows.note("note")
        second.update(completed: 30, now: start + .seconds(2))
        #expect(screen.lines[0...1] == ["before", "note"] && screen.lines.count == 4, "\(screen.lines)")
        #expect(screen.lines[3].contains("30%"), "\(screen.lines)")

        try rows.withoutRows { screen.write("answer\n") }
        #expect(screen.lines[0...2] == ["before", "note", "answer"] && screen.lines.count == 5, "\(screen.lines)")

        second.finish(now: start + .seconds(4))
        #expect(screen.lines[3].hasPrefix("b: 30 steps in 4.0 s") && screen.lines[4].hasPrefix("a"), "\(screen.lines)")
        first.endLine()
        #expect(screen.lines.count == 5 && screen.lines[4].contains("20%"), "\(screen.lines)")
        rows.note("after")
        #expect(screen.lines.count == 6 && screen.lines[5] == "after", "\(screen.lines)")
    }

    @Test("an answer that cannot be written is an error, and the rows are drawn again")
    func failure() {
        struct Full: Error {}
        let screen = Screen()
        let rows = TerminalRows(write: screen.write)
        var first = bar("a", 1, of: rows, now: .now)
        first.update(completed: 20, now: .now + .seconds(1))
        #expect(throws: Full.self) { try rows.withoutRows { throw Full() } }
        #expect(screen.lines.count == 1 && screen.lines[0].hasPrefix("a"), "\(screen.lines)")
    }
}
