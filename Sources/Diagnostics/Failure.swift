/// A failure that its reader can act on: one line that names what, where, expected, found and what to do.
public struct Failure: Error, CustomStringConvertible, Equatable, Sendable {
    /// The kinds of failure, each with the exit status of `sysexits.h` that the command line answers with.
    public enum Kind: Int32, Sendable {
        /// The command line or the configuration asks for something that has no meaning.
        case usage = 64
        /// A file was read, and its content is not what it claims to be.
        case badData = 65
        /// A file or folder that was asked for does not exist or cannot be opened.
        case missingInput = 66
        /// A download did not succeed.
        case download = 69
        /// A defect of this program.
        case software = 70
        /// Reading or writing failed in the operating system: a full disk, a folder without write permission.
        case inputOutput = 74
        /// Another process is at it; the same may succeed later.
        case busy = 75
    }

    /// What sort of failure this is, and so the exit status of the process.
    public let kind: Kind
    /// The one line.
    public let message: String

    /// Creates a failure.
    ///
    /// - Parameters:
    ///   - kind: what sort of failure it is.
    ///   - message: one line: what, where, expected, found, what to do. Line breaks are replaced by spaces.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// The message alone.
    public var description: String { message }
}
