import Foundation

/// What an output can show.
public struct TerminalStyle: Equatable, Sendable {
    /// Whether a line can be overwritten; if not, progress comes as plain lines.
    public var isInteractive: Bool
    /// Whether colours are wanted.
    public var usesColor: Bool
    /// Whether characters beyond ASCII are shown.
    public var usesUnicode: Bool

    /// Describes an output.
    public init(isInteractive: Bool, usesColor: Bool, usesUnicode: Bool) {
        self.isInteractive = isInteractive
        self.usesColor = usesColor
        self.usesUnicode = usesUnicode
    }

    /// What standard error can show.
    ///
    /// It is interactive where it is a terminal and `TERM` is not `dumb`; it has colours where it is interactive and
    /// `NO_COLOR` is unset or empty (no-color.org).
    public static func standardError(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> TerminalStyle {
        TerminalStyle(isTerminal: isatty(STDERR_FILENO) == 1, environment: environment)
    }

    /// What standard output can show, by the same rules.
    public static func standardOutput(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> TerminalStyle {
        TerminalStyle(isTerminal: isatty(STDOUT_FILENO) == 1, environment: environment)
    }

    /// Columns of a line on standard error, as its window is now; 80 where nobody knows.
    public static func standardErrorColumns() -> Int {
        var size = winsize()
        let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return isKnown ? Int(size.ws_col) : 80
    }

    /// Rows of the window of standard error, as it is now; `nil` where nobody knows.
    static func standardErrorRows() -> Int? {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_row > 0 ? Int(size.ws_row) : nil
    }

    init(isTerminal: Bool, environment: [String: String]) {
        let isInteractive = isTerminal && environment["TERM"] != "dumb"
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let name = locale.lowercased()
        self.init(
            isInteractive: isInteractive, usesColor: isInteractive && environment["NO_COLOR", default: ""].isEmpty,
            usesUnicode: name.contains("utf-8") || name.contains("utf8"))
    }
}
