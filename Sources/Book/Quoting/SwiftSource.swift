/// Finds declarations in Swift source text.
package enum SwiftSource {
    private static let keywords = [
        "func", "struct", "enum", "protocol", "class", "extension", "typealias", "case", "static let", "static var",
        "let", "var", "init",
    ]

    /// The declaration of a name with its documentation and attributes, as it stands but for its indentation.
    ///
    /// - Parameter name: a function's, type's, property's or case's; the first declaration of this name in the text.
    /// - Returns: `nil` where the text declares no such name.
    package static func declaration(of name: String, in text: String) -> String? {
        let lines = Lines(text)
        guard let first = lines.firstIndex(where: { declares(name, $0) }) else { return nil }
        var start = first
        while start > 0 {
            let above = lines[start - 1].drop { $0 == " " }
            guard above.hasPrefix("///") || above.hasPrefix("@") else { break }
            start -= 1
        }
        let end = lastLine(of: lines, from: first)
        let found = lines[start...end]
        let indentation = found.lazy.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        return found.lazy.map { $0.dropFirst(indentation) }.joined(separator: "\n")
    }

    private static func declares(_ name: String, _ line: Substring) -> Bool {
        let code = line.drop { $0 == " " }
        guard !code.hasPrefix("//"), code.contains(" \(name)") else { return false }
        return keywords.contains { keyword in
            guard let range = code.firstRange(of: keyword + " " + name) else { return false }
            let before = code[..<range.lowerBound]
            let after = code[range.upperBound...].first
            let isWord = after.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
            return !isWord && before.allSatisfy { $0.isLetter || $0 == " " || $0 == "(" || $0 == ")" || $0 == "@" }
        }
    }

    /// The line on which the declaration that begins on `first` ends: where every bracket is closed and its body, if
    /// the next lines bring one, is over.
    private static func lastLine(of lines: Lines, from first: Int) -> Int {
        var depth = 0
        var hadBody = false
        for index in first..<lines.count {
            for character in code(of: lines[index]) {
                switch character {
                case "{":
                    if depth == 0 { hadBody = true }
                    depth += 1
                case "(", "[": depth += 1
                case "}", ")", "]": depth -= 1
                default: break
                }
            }
            guard depth <= 0 else { continue }
            let next = index + 1 < lines.count ? lines[index + 1].drop { $0 == " " } : ""
            let continues = ["{", "where", "->", "?", ":", ".", "&&", "||", "+"].contains { next.hasPrefix($0) }
            let isOpen = lines[index].hasSuffix("=") || lines[index].hasSuffix(",")
            if hadBody || !(continues || isOpen) { return index }
        }
        return lines.count - 1
    }

    /// A line without comments and the content of string literals.
    private static func code(of line: Substring) -> String {
        var result = ""
        var isString = false
        var previous: Character = " "
        for character in line {
            if character == "\"", previous != "\\" { isString.toggle() }
            if !isString {
                if character == "/", previous == "/" { return result }
                result.append(character)
            }
            previous = character == "\\" && previous == "\\" ? " " : character
        }
        return result
    }
}
