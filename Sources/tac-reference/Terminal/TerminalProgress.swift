import Diagnostics
import Drawing
import Foundation

/// Shows how far a long task is: a bar with rate, time left and the current objective on a terminal, and a plain line
/// now and then elsewhere.
///
/// A value without shared state: its owner calls `update` as often as it likes, and little is written. The rate is that
/// of the last seconds, so that a resumed task and a slow start do not spoil the time left.
public struct TerminalProgress {
    /// How many units there are.
    public let total: Int
    /// What is counted, in the plural.
    public let unit: String
    private let task: () -> String
    private let style: TerminalStyle
    private let columns: () -> Int
    private let write: (String) -> Void
    private var completed: Int
    private var objective: Double?
    private var rate: Double?
    private let start: (completed: Int, time: ContinuousClock.Instant)
    private var lastSample: (completed: Int, time: ContinuousClock.Instant)
    private var lastWrite: ContinuousClock.Instant?
    private var lastLineCompleted: Int
    private var isLineOpen = false

    /// Time between two drawings of the bar.
    static let redrawInterval = Duration.milliseconds(100)
    /// The least time between two plain lines, and the time after which one comes in every case.
    static let lineIntervals = (least: Duration.seconds(5), most: Duration.seconds(30))
    /// The least number of columns for a line with a bar.
    private static let leastBarLine = 19
    /// The time over which the rate forgets, in seconds.
    private static let memory = 8.0

    /// Begins a task; nothing is written yet.
    ///
    /// - Parameters:
    ///   - task: what is being done, such as "ours, seed 0"; asked for at each drawing, so that it can hold a time.
    ///   - total: how many units there are; positive.
    ///   - completed: how many were done before, in a resumed task; in 0...total.
    ///   - unit: what is counted, in the plural.
    ///   - style: what the output can show.
    ///   - columns: tells the columns of a line, which change when the terminal's window does.
    ///   - now: the time.
    ///   - write: writes to the output; standard error if none is given.
    public init(
        _ task: @autoclosure @escaping () -> String, total: Int, completed: Int = 0, unit: String = "steps",
        style: TerminalStyle = .standardError(), columns: @escaping () -> Int = TerminalStyle.standardErrorColumns,
        now: ContinuousClock.Instant = .now,
        write: @escaping (String) -> Void = TerminalProgress.writeToStandardError
    ) {
        require(
            total > 0 && (0...total).contains(completed), "\(completed) of \(total) \(unit) is no state of progress")
        self.task = task
        self.total = total
        self.unit = unit
        self.style = style
        self.columns = columns
        self.write = write
        self.completed = completed
        start = (completed, now)
        lastSample = (completed, now)
        lastLineCompleted = completed
    }

    /// Notes that `completed` units are done, and shows it where it is time to.
    ///
    /// - Parameters:
    ///   - completed: units done, those of former sessions included; held to 0...total.
    ///   - objective: the current objective in nats; `nil` keeps the former one.
    ///   - now: the time.
    public mutating func update(
        completed: Int, objective: Double? = nil, now: ContinuousClock.Instant = .now
    ) {
        self.completed = min(max(completed, 0), total)
        if let objective { self.objective = objective }
        sampleRate(now)
        let sinceWrite = lastWrite.map { $0.duration(to: now) } ?? start.time.duration(to: now)
        if style.isInteractive {
            if lastWrite == nil || sinceWrite >= Self.redrawInterval { draw(now) }
        } else {
            let isTenth = (self.completed - lastLineCompleted) * 10 >= total
            if sinceWrite >= Self.lineIntervals.most || (isTenth && sinceWrite >= Self.lineIntervals.least) {
                draw(now)
            }
        }
    }

    /// Ends the bar's line, so that other text can follow; the next `update` draws a new bar.
    public mutating func endLine() {
        if isLineOpen { write("\n") }
        isLineOpen = false
    }

    /// Says that the task ended, how long it took, and with what objective; on a terminal in place of the bar.
    public mutating func finish(now: ContinuousClock.Instant = .now) {
        let elapsed = seconds(start.time.duration(to: now))
        let count = completed - start.completed
        var parts = ["\(Format.count(count)) \(unit) in \(Format.duration(elapsed))"]
        if elapsed > 0 && count > 0 { parts.append(rateText(Double(count) / elapsed)) }
        if let objective { parts.append("objective \(Format.fixed(objective, decimals: 4))") }
        let text = "\(task()): \(parts.joined(separator: ", "))"
        show(encoded(text), isFinal: true)
    }

    /// Writes to standard error, whole, whatever becomes of it.
    public static func writeToStandardError(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }

    private mutating func sampleRate(_ now: ContinuousClock.Instant) {
        let elapsed = seconds(lastSample.time.duration(to: now))
        guard elapsed >= 0.2, completed > lastSample.completed else { return }
        let current = Double(completed - lastSample.completed) / elapsed
        let weight = 1 - exp(-elapsed / Self.memory)
        rate = rate.map { $0 + weight * (current - $0) } ?? current
        lastSample = (completed, now)
    }

    private mutating func draw(_ now: ContinuousClock.Instant) {
        lastWrite = now
        lastLineCompleted = completed
        show(style.isInteractive ? bar() : plainLine(), isFinal: false)
    }

    private mutating func show(_ line: String, isFinal: Bool) {
        if style.isInteractive {
            write("\r\(line)\u{1B}[K" + (isFinal ? "\n" : ""))
            isLineOpen = !isFinal
        } else {
            write(line + "\n")
        }
    }

    private func plainLine() -> String {
        let percent = Int(100 * Double(completed) / Double(total))
        let count = "\(Format.count(completed))/\(Format.count(total)) \(unit) (\(percent)%)"
        return encoded("\(task()): \(([count] + details()).joined(separator: ", "))")
    }

    /// The line of a terminal: as many details as fit beside a bar of at least ten columns, and no bar where there is no
    /// room for one.
    private func bar() -> String {
        let (share, task) = (Double(completed) / Double(total), self.task())
        let percent = "\(Int(100 * share))%"
        var details = [percent, "\(Format.count(completed))/\(Format.count(total))"] + self.details()
        // One column stays free: some terminals break a line that fills the last one.
        let room = max(columns() - 1, 1)
        guard room >= Self.leastBarLine else { return String(encoded("\(percent) \(task)").prefix(room)) }
        func width(_ details: [String]) -> Int {
            task.count + 2 + details.reduce(0) { $0 + $1.count + 2 }
        }
        while details.count > 1 && width(details) + 10 > room {
            details.remove(at: details.count > 2 ? 1 : details.count - 1)
        }
        let name = String(task.prefix(max(room - 10 - percent.count - 4, 0)))
        let barWidth = min(max(room - name.count - 2 - details.reduce(0) { $0 + $1.count + 2 }, 1), 32)
        let drawn = style.usesColor ? "\u{1B}[36m\(blocks(share, barWidth))\u{1B}[0m" : blocks(share, barWidth)
        return "\(encoded(name))  \(drawn)  \(encoded(details.joined(separator: "  ")))"
    }

    private func blocks(_ share: Double, _ width: Int) -> String {
        let full = min(max(Int((share * Double(width)).rounded(.down)), 0), width)
        let (done, rest) = style.usesUnicode ? ("█", "░") : ("#", ".")
        return String(repeating: done, count: full) + String(repeating: rest, count: width - full)
    }

    private func details() -> [String] {
        var parts: [String] = []
        if let rate {
            parts.append(rateText(rate))
            parts.append("\(Format.duration(Double(total - completed) / rate)) left")
        }
        if let objective { parts.append("objective \(Format.fixed(objective, decimals: 4))") }
        return parts
    }

    private func rateText(_ rate: Double) -> String { "\(Format.significant(rate, digits: 3)) \(unit)/s" }

    /// The text with ASCII in place of our minus and dash where the output shows no more.
    private func encoded(_ text: String) -> String {
        if style.usesUnicode { return text }
        return text.map { character in
            switch character {
            case "−", "–": "-"
            case "∞": "inf"
            default: character.isASCII ? String(character) : "?"
            }
        }.joined()
    }

    private func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }
}
