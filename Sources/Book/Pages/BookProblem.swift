/// Something on a page that does not hold any more.
public struct BookProblem: Equatable, Sendable, CustomStringConvertible {
    /// The page, as a path within the project.
    public let file: String
    /// The line, counted from 1.
    public let line: Int
    /// What should stand there.
    public let expected: String
    /// What stands there.
    public let found: String

    init(_ file: String, _ line: Int, expected: String, found: String) {
        (self.file, self.line) = (file, line)
        (self.expected, self.found) = (BookProblem.brief(expected), BookProblem.brief(found))
    }

    /// One line: the place, what was expected, what was found.
    public var description: String { "\(file):\(line): expected \(expected), found \(found)" }

    /// One line of at most 200 characters.
    private static func brief(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.count > 200 ? line.prefix(200) + "…" : line
    }
}
