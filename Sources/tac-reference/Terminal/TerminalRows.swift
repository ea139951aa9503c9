import Foundation
import Tensors

/// The bars of several tasks at once on a terminal, one below the other, and above them all lines that stay.
///
/// Each bar is written as if it had the terminal for itself; here it is put into its row. All threads may write.
final class TerminalRows: Sendable {
    private let state: Guarded<State>

    private struct State {
        let write: (String) -> Void
        /// How many rows the terminal has; `nil` where that is not known.
        let height: () -> Int?
        var rows: [Int: String] = [:]
        /// Rows that the terminal shows above the cursor.
        var drawn = 0

        /// Takes the rows off the terminal, writes a line that stays, and draws the rows below it; all in one piece, so that the
        /// terminal never shows a part of it.
        mutating func draw(below line: String? = nil) {
            var bars = rows.sorted { $0.key < $1.key }.map(\.value)
            // What has left the terminal above cannot be taken off it. The last row of the terminal is the cursor's.
            if let most = height().map({ max(1, $0 - 1) }), bars.count > most {
                bars = bars.prefix(most - 1) + ["and \(bars.count - most + 1) more"]
            }
            write(erasure + ([line].compactMap(\.self) + bars).map { $0 + "\n" }.joined())
            drawn = bars.count
        }

        /// Back to the first row, and nothing from there on.
        var erasure: String { drawn > 0 ? "\u{1B}[\(drawn)A\r\u{1B}[J" : "" }
    }

    /// No rows yet.
    ///
    /// - Parameters:
    ///   - height: how many rows the terminal has; that of standard error if none is given.
    ///   - write: writes to the terminal; to standard error if none is given.
    init(
        height: @escaping @Sendable () -> Int? = TerminalStyle.standardErrorRows,
        write: @escaping @Sendable (String) -> Void = TerminalProgress.writeToStandardError
    ) {
        state = Guarded(State(write: write, height: height))
    }

    /// Takes what the bar of a row wrote: "\r", the line and the code that clears what is behind it, with "\n" at the end of a
    /// line that stays; or "\n" alone where the line as it is stays.
    func write(_ piece: String, row: Int) {
        let line = piece.replacing("\u{1B}[K", with: "").trimmingCharacters(in: .newlines)
        state.withLock { state in
            if !line.isEmpty { state.rows[row] = line }
            state.draw(below: piece.hasSuffix("\n") ? state.rows.removeValue(forKey: row) : nil)
        }
    }

    /// Writes a line that stays.
    func note(_ line: String) { state.withLock { $0.draw(below: line) } }

    /// Does what writes lines of its own, such as the answer to standard output.
    ///
    /// - Throws: what it throws.
    func withoutRows<Result>(_ body: () throws -> Result) throws -> Result {
        let result = state.withLock { state in
            state.write(state.erasure)
            state.drawn = 0
            defer { state.draw() }
            return Swift.Result { try body() }
        }
        return try result.get()
    }
}
