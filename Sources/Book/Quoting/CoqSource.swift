/// Finds statements in Coq source text.
package enum CoqSource {
    private static let keywords = ["Theorem", "Lemma", "Corollary", "Definition", "Let", "Hypothesis"]

    /// A statement without its proof, with the comment directly above it.
    ///
    /// - Returns: `nil` where the text has no statement of this name.
    package static func statement(of name: String, in text: String) -> String? {
        let lines = Lines(text)
        guard let first = lines.firstIndex(where: { states(name, $0) }) else { return nil }
        let start = first > 0 && lines[first - 1].hasPrefix("(*") ? first - 1 : first
        var end = first
        while end + 1 < lines.count, !lines[end].hasSuffix("."), !lines[end + 1].hasPrefix("Proof") { end += 1 }
        return lines[start...end].joined(separator: "\n")
    }

    private static func states(_ name: String, _ line: Substring) -> Bool {
        keywords.contains { keyword in
            guard line.hasPrefix(keyword + " " + name) else { return false }
            let next = line.dropFirst(keyword.count + 1 + name.count).first
            return next.map { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "'") } ?? true
        }
    }
}
