import Foundation

/// What an output can show.
public struct TerminalStyle: Equatable, Sendable {
    /// Whether a line can be overwritten; if not, progress comes as plain lines.
    public var isInteractive: Bool
    /// Whether colours are wanted.
    public var usesColor: Bool
    /// Whether characters beyond ASCII are shown.
    public var usesUnicode: Bool
    /// Columns of a line; at least 20.
    public var width: Int

    /// Describes an output.
    public init(isInteractive: Bool, usesColor: Bool, usesUnicode: Bool, width: Int) {
        self.isInteractive = isInteractive
        self.usesColor = usesColor
        self.usesUnicode = usesUnicode
        self.width = max(width, 20)
    }

    /// What standard error can show.
    ///
    /// It is interactive where it is a terminal and `TERM` is not `dumb`; it has colours where it is interactive and
    /// `NO_COLOR` is unset or empty (no-color.org).
    public static func standardError(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> TerminalStyle {
        TerminalStyle(descriptor: STDERR_FILENO, environment: environment)
    }

    /// What standard output can show, by the same rules.
    public static func standardOutput(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> TerminalStyle {
        TerminalStyle(descriptor: STDOUT_FILENO, environment: environment)
    }

    private init(descriptor: Int32, environment: [String: String]) {
        var size = winsize()
        let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        self.init(
            isTerminal: isatty(descriptor) == 1, width: isKnown ? Int(size.ws_col) : nil, environment: environment)
    }

    init(isTerminal: Bool, width: Int?, environment: [String: String]) {
        let isInteractive = isTerminal && environment["TERM"] != "dumb"
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let name = locale.lowercased()
        self.init(
            isInteractive: isInteractive, usesColor: isInteractive && environment["NO_COLOR", default: ""].isEmpty,
            usesUnicode: name.contains("utf-8") || name.contains("utf8"), width: width ?? 80)
    }
}
