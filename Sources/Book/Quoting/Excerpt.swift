import Foundation

/// Parts of text files.
package enum Excerpt {
    /// The lines that contain one of some words.
    static func lines(containing words: [String], in text: String) -> String {
        text.split(separator: "\n").filter { line in words.contains { line.contains($0) } }.joined(separator: "\n")
    }

    /// What stands under a heading of a Markdown text, up to the next one of the same level or a higher one.
    ///
    /// - Returns: `nil` where there is no such heading.
    package static func section(_ heading: String, of text: String) -> String? {
        let lines = Lines(text)
        func level(_ line: Substring) -> Int? {
            // Most lines are no headings, and bytes are looked at faster than characters.
            let marks = line.utf8.prefix { $0 == UInt8(ascii: "#") }.count
            return marks > 0 && line.dropFirst(marks).hasPrefix(" ") ? marks : nil
        }
        guard
            let start = lines.firstIndex(where: { line in
                level(line).map { line.dropFirst($0 + 1) == heading } ?? false
            }), let own = level(lines[start])
        else { return nil }
        let rest = lines[(start + 1)...]
        let end = rest.firstIndex { level($0).map { $0 <= own } ?? false } ?? lines.endIndex
        return rest[..<end].joined(separator: "\n").trimmingCharacters(in: .newlines)
    }
}
