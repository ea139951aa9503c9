import Foundation

/// A page's text with everything taken out that is not prose, on the same lines.
package struct Prose: Sendable {
    /// Prose without code, comments and the content of regions.
    package let text: String
    /// Code between backquotes, with its line.
    let code: CodeSpans
    /// Fenced blocks outside regions, with the line of their first line of content.
    let fences: [(language: String, text: String, line: Int)]

    package init(_ page: Page) {
        var text = page.text
        for region in page.regions.reversed() {
            text.replaceSubrange(region.body, with: Prose.blank(text[region.body]))
        }
        let (kept, fences) = Prose.withoutFences(Lines(text))
        code = CodeSpans(kept)
        self.text = code.removed()
        self.fences = fences
    }

    /// The lines outside fenced blocks without their comments, and the blocks.
    private static func withoutFences(
        _ lines: Lines
    ) -> (kept: String, fences: [(language: String, text: String, line: Int)]) {
        var fences: [(String, String, Int)] = []
        var kept = ""
        var fence: (language: String, first: Int)?
        for (index, line) in lines.enumerated() {
            if index > 0 { kept += "\n" }
            if line.hasPrefix("```") {
                if let open = fence {
                    fences.append((open.language, lines[open.first..<index].joined(separator: "\n"), open.first + 1))
                    fence = nil
                } else {
                    fence = (String(line.dropFirst(3)), index + 1)
                }
            } else if fence == nil {
                kept += Prose.withoutComments(line)
            }
        }
        return (kept, fences)
    }

    /// The same number of lines, without content.
    private static func blank(_ text: Substring) -> String { text.filter(\.isNewline) }

    private static func withoutComments(_ line: Substring) -> String {
        var (kept, rest) = ("", line)
        while let open = rest.firstRange(of: "<!--"), let close = rest[open.upperBound...].firstRange(of: "-->") {
            kept += rest[..<open.lowerBound]
            rest = rest[close.upperBound...]
        }
        return kept + rest
    }
}

/// The code between backquotes in a text, found when it is asked for, with its line. Formulas, `` $`…`$ ``, are none: their numbers
/// are to be accounted for.
struct CodeSpans: Sequence, IteratorProtocol, Sendable {
    private let lines: Lines
    private var line = -1
    private var rest: Substring = ""

    /// The spans of a text without fenced blocks.
    init(_ text: String) { lines = Lines(text) }

    /// The next span that is no formula.
    mutating func next() -> (text: Substring, line: Int)? {
        while true {
            while let (_, content, isFormula) = CodeSpans.take(from: &rest) {
                if !isFormula { return (content, line + 1) }
            }
            line += 1
            guard line < lines.count else { return nil }
            rest = lines[line]
        }
    }

    /// The text without the spans; of formulas the content stays.
    func removed() -> String {
        var prose = ""
        for (index, line) in lines.enumerated() {
            if index > 0 { prose += "\n" }
            var rest = line
            while let (before, content, isFormula) = CodeSpans.take(from: &rest) {
                prose += before
                if isFormula { prose += content }
            }
            prose += rest
        }
        return prose
    }

    /// Goes behind the first pair of backquotes in the rest of a line.
    private static func take(from rest: inout Substring) -> (before: Substring, content: Substring, isFormula: Bool)? {
        guard let open = rest.firstIndex(of: "`") else { return nil }
        let content = rest.index(after: open)
        guard let close = rest[content...].firstIndex(of: "`") else { return nil }
        let (before, after) = (rest[..<open], rest[rest.index(after: close)...])
        defer { rest = after }
        return (before, rest[content..<close], before.hasSuffix("$") && after.hasPrefix("$"))
    }
}
