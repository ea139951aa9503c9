import Testing

@testable import tac_reference

@Suite("TerminalProgress") struct TerminalProgressTests {
    private final class Output {
        var text = ""
        var writes: [String] = []
        func write(_ piece: String) {
            text += piece
            writes.append(piece)
        }
    }

    private let start = ContinuousClock.now

    private func run(
        _ style: TerminalStyle, columns: @escaping () -> Int = { 100 }, total: Int = 1_000, from: Int = 0,
        secondsPerStep: Double, task: String = "ours"
    ) -> Output {
        let output = Output()
        var progress = TerminalProgress(
            task, total: total, completed: from, style: style, columns: columns, now: start, write: output.write)
        for step in from + 1...total {
            let now = start + .seconds(Double(step - from) * secondsPerStep)
            progress.update(completed: step, objective: 0.4213, now: now)
        }
        progress.finish(now: start + .seconds(Double(total - from) * secondsPerStep))
        return output
    }

    private let terminal = TerminalStyle(isInteractive: true, usesColor: true, usesUnicode: true)
    private let pipe = TerminalStyle(isInteractive: false, usesColor: false, usesUnicode: true)

    @Test("a terminal shows rate, time left and objective in one line that is drawn again")
    func terminalLine() throws {
        let output = run(terminal, secondsPerStep: 0.05)
        let middle = try #require(output.writes.first { $0.contains(" 50%") })
        #expect(middle.contains("20 steps/s") && middle.contains("25 s left"), "\(middle)")
        #expect(middle.contains("objective 0.4213") && middle.contains("\u{1B}[36m") && middle.hasPrefix("\r"))
        #expect(output.text.count { $0 == "\n" } == 1, "only the last line ends")
        // 50 seconds at 10 drawings a second.
        #expect(output.writes.count <= 502)
        #expect(output.writes.last?.contains("1,000 steps in 50 s, 20 steps/s, objective 0.4213") == true)
    }

    @Test("a pipe gets plain lines, not too many and not too few")
    func plainLines() {
        let fast = run(pipe, secondsPerStep: 0.05).text
        #expect(!fast.contains("\u{1B}") && !fast.contains("\r"))
        #expect((8...12).contains(fast.count { $0 == "\n" }), "\(fast)")
        #expect(fast.contains("ours: 100/1,000 steps (10%), 20 steps/s, 45 s left, objective 0.4213"), "\(fast)")
        // 3,000 seconds: a line at least every 30.
        #expect((99...112).contains(run(pipe, secondsPerStep: 3).text.count { $0 == "\n" }))
        #expect(run(pipe, secondsPerStep: 0.0001).text.count { $0 == "\n" } == 1, "a short task has a last line only")
    }

    @Test("the rate of a resumed task counts this session's steps alone")
    func resumed() throws {
        let output = run(pipe, from: 900, secondsPerStep: 1)
        let line = try #require(output.writes.first)
        #expect(line.contains("930/1,000 steps (93%), 1 steps/s, 1 min 10 s left"), "\(line)")
        #expect(output.writes.last?.contains("100 steps in 1 min 40 s") == true)
    }

    @Test("no drawing is wider than its terminal, whatever the width, the task and the alphabet")
    func width() {
        for width in [1, 2, 4, 7, 12, 19, 20, 21, 30, 45, 60, 80, 200] {
            for task in ["", "ours", String(repeating: "long name ", count: 20)] {
                for unicode in [false, true] {
                    let style = TerminalStyle(isInteractive: true, usesColor: false, usesUnicode: unicode)
                    for piece in run(style, columns: { width }, total: 50, secondsPerStep: 0.3, task: task).writes
                        .dropLast()
                    {
                        let shown = piece.dropFirst().replacingOccurrences(of: "\u{1B}[K", with: "")
                        #expect(shown.count < max(width, 2), "\(width): \(shown)")
                        #expect(width < 5 || shown.contains("%"), "\(width): \(shown)")
                        #expect(unicode || shown.allSatisfy { $0.isASCII })
                    }
                }
            }
        }
    }

    @Test("a window that is made smaller or larger gets the next drawing in its size")
    func resize() {
        var sizes = [100, 60, 12, 200].flatMap { Array(repeating: $0, count: 40) }
        let widths = sizes
        let output = run(
            terminal, columns: { sizes.isEmpty ? 200 : sizes.removeFirst() }, total: widths.count, secondsPerStep: 0.3)
        for (piece, width) in zip(output.writes.dropLast(), widths) {
            let shown = piece.dropFirst().replacing(/\u{1B}\[[0-9]*[mK]/, with: "")
            #expect(shown.count < width, "\(width): \(shown)")
            #expect(width < 60 || shown.count > width / 3, "\(width): \(shown)")
        }
    }

    @Test("the environment decides on bar, colours and alphabet")
    func style() {
        func style(_ isTerminal: Bool, _ environment: [String: String]) -> TerminalStyle {
            TerminalStyle(isTerminal: isTerminal, environment: environment)
        }
        #expect(style(true, [:]).usesColor && style(true, [:]).isInteractive)
        #expect(!style(true, ["NO_COLOR": "1"]).usesColor && style(true, ["NO_COLOR": "1"]).isInteractive)
        #expect(style(true, ["NO_COLOR": ""]).usesColor, "no-color.org: an empty value does not count")
        #expect(!style(true, ["TERM": "dumb"]).isInteractive && !style(false, [:]).isInteractive)
        #expect(style(true, ["LANG": "en_US.UTF-8"]).usesUnicode)
        #expect(!style(true, ["LC_ALL": "C", "LANG": "en_US.UTF-8"]).usesUnicode)
    }

    @Test("without colours no colour is written")
    func noColor() {
        let style = TerminalStyle(isInteractive: true, usesColor: false, usesUnicode: false)
        #expect(!run(style, secondsPerStep: 0.05).text.contains("\u{1B}[36m"))
    }

    @Test("the task's name is that of the moment")
    func changingTask() {
        let output = Output()
        var left = 3
        var progress = TerminalProgress("ours, \(left) left", total: 10, style: pipe, now: start, write: output.write)
        progress.update(completed: 5, now: start + .seconds(10))
        left = 2
        progress.finish(now: start + .seconds(20))
        #expect(output.writes.map { $0.prefix(13) } == ["ours, 3 left:", "ours, 2 left:"])
    }

    @Test("other text can follow an ended line")
    func endLine() {
        let output = Output()
        var progress = TerminalProgress("ours", total: 10, style: terminal, now: start, write: output.write)
        progress.endLine()
        #expect(output.text.isEmpty)
        progress.update(completed: 1, objective: .nan, now: start + .seconds(1))
        progress.endLine()
        progress.endLine()
        #expect(output.text.hasSuffix("\n") && !output.text.hasSuffix("\n\n"))
        #expect(output.text.contains("objective –"))
    }
}
