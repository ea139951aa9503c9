import Foundation

/// A page's text with everything taken out that is not prose, on the same lines.
struct Prose: Sendable {
    /// Prose without code, comments and the content of regions.
    let text: String
    /// Code between backquotes, with its line.
    let code: [(text: String, line: Int)]
    /// Fenced blocks outside regions, with the line of their first line of content.
    let fences: [(language: String, text: String, line: Int)]

    init(_ page: Page) {
        var text = page.text
        for region in page.regions.reversed() {
            text.replaceSubrange(region.body, with: Prose.blank(text[region.body]))
        }
        var code: [(String, Int)] = []
        var fences: [(String, String, Int)] = []
        var kept = ""
        var fence: (language: String, lines: [String], line: Int)?
        for (index, line) in Lines(text).enumerated() {
            if index > 0 { kept += "\n" }
            if line.hasPrefix("```") {
                if let open = fence {
                    fences.append((open.language, open.lines.joined(separator: "\n"), open.line))
                    fence = nil
                } else {
                    fence = (String(line.dropFirst(3)), [], index + 2)
                }
            } else if fence != nil {
                fence?.lines.append(String(line))
            } else {
                let (prose, spans) = Prose.separated(Prose.withoutComments(String(line)))
                kept += prose
                code += spans.map { ($0, index + 1) }
            }
        }
        self.text = kept
        self.code = code
        self.fences = fences
    }

    /// The same number of lines, without content.
    private static func blank(_ text: Substring) -> String { text.filter(\.isNewline) }

    private static func withoutComments(_ line: String) -> String {
        var (kept, rest) = ("", line[...])
        while let open = rest.firstRange(of: "<!--"), let close = rest[open.upperBound...].firstRange(of: "-->") {
            kept += rest[..<open.lowerBound]
            rest = rest[close.upperBound...]
        }
        return kept + rest
    }

    /// A line without its code spans, and those. Formulas, `` $`…`$ ``, stay: their numbers are to be accounted for.
    private static func separated(_ line: String) -> (prose: String, spans: [String]) {
        var prose = ""
        var spans: [String] = []
        var rest = line[...]
        while let open = rest.firstIndex(of: "`") {
            guard let close = rest[rest.index(after: open)...].firstIndex(of: "`") else { break }
            let span = rest[rest.index(after: open)..<close]
            let before = rest[..<open]
            let isFormula = before.hasSuffix("$") && rest[rest.index(after: close)...].hasPrefix("$")
            prose += before
            if isFormula { prose += span } else { spans.append(String(span)) }
            rest = rest[rest.index(after: close)...]
        }
        return (prose + rest, spans)
    }
}
