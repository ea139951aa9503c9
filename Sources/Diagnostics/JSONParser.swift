import Foundation

/// What is wrong with a text that should be JSON.
public struct JSONSyntaxError: Error, Equatable, Sendable {
    /// What was found, to follow the word "found": "invalid JSON (line 2, column 9: …)".
    public let finding: String
}

/// A parser for JSON by RFC 8259: nothing more is accepted, and what is wrong is quoted with its place.
///
/// Foundation's decoder keeps one of two equal keys and says nothing, calls a number that is out of range invalid, and
/// does not tell places; and what it decodes to has forgotten how a number was typed.
public struct JSONParser {
    /// The deepest nesting of arrays and objects: that of Foundation's decoder. Without a limit a hundred kilobytes of
    /// brackets would overflow the stack.
    public static let maximumDepth = 512
    /// The longest text, in bytes: what the 32 bits of a place can count.
    public static let longestText = Int(UInt32.max)

    private let bytes: [UInt8]
    private var tokens: [JSONText.Token] = []
    private var position = 0
    private var depth = 0

    /// A parser at the beginning of a text.
    init(_ text: Data) { bytes = Array(text) }

    /// The text with the places of its values.
    mutating func document() throws(JSONSyntaxError) -> JSONText {
        guard bytes.count <= Self.longestText else {
            throw JSONSyntaxError(finding: "\(bytes.count) bytes, more than the \(Self.longestText) that are read")
        }
        // A zero byte is never valid; in UTF-16 and UTF-32 every second one is.
        guard !bytes.contains(0), isUTF8 else { throw JSONSyntaxError(finding: "text not in UTF-8") }
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
        skipSpace()
        guard position < bytes.count else { throw JSONSyntaxError(finding: "no JSON, only an empty text") }
        // A value takes two bytes with what separates it from the next, but for the brackets that are open: room for all, and
        // no copy as their number grows.
        tokens.reserveCapacity(bytes.count / 2 + Self.maximumDepth)
        try skipValue()
        skipSpace()
        guard position == bytes.count else { throw invalid("expected the end of the text, found \(word(position))") }
        return JSONText(bytes, tokens: tokens)
    }

    private var isUTF8: Bool {
        do {
            _ = try UTF8Span(validating: bytes.span)
            return true
        } catch {
            return false
        }
    }

    /// Goes behind the value that is next, and keeps its place and those of what it contains.
    private mutating func skipValue() throws(JSONSyntaxError) {
        let token = beginToken()
        switch peek ?? 0 {
        case UInt8(ascii: "{"): try skipObject()
        case UInt8(ascii: "["): try skipArray()
        case UInt8(ascii: "\""): try skipString()
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "0")...UInt8(ascii: "9"):
            try skipNumber()
        default:
            let start = position
            while let byte = peek, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) { position += 1 }
            let word = bytes[start..<position]
            guard isAtWordEnd, ["null", "true", "false"].contains(where: { word.elementsEqual($0.utf8) }) else {
                throw invalid("expected a value, found \(self.word(start))", at: start)
            }
        }
        endToken(token)
    }

    private mutating func beginToken() -> Int {
        tokens.append(JSONText.Token(start: UInt32(position), next: 0))
        return tokens.count - 1
    }

    private mutating func endToken(_ token: Int) { tokens[token].next = UInt32(tokens.count) }

    /// Goes into the array or object whose bracket is next.
    private mutating func enter() throws(JSONSyntaxError) {
        guard depth < Self.maximumDepth else {
            throw invalid("arrays and objects nested more than \(Self.maximumDepth) deep")
        }
        depth += 1
        position += 1
    }

    private mutating func skipArray() throws(JSONSyntaxError) {
        try enter()
        defer { depth -= 1 }
        skipSpace()
        if take("]") { return }
        while true {
            skipSpace()
            try skipValue()
            skipSpace()
            if take("]") { return }
            guard take(",") else { throw invalid("expected a comma or ], found \(word(position))") }
        }
    }

    private mutating func skipObject() throws(JSONSyntaxError) {
        let first = tokens.count
        try enter()
        defer { depth -= 1 }
        skipSpace()
        if take("}") { return }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw invalid("expected a key in quotes, found \(word(position))") }
            let key = beginToken()
            try skipString()
            endToken(key)
            skipSpace()
            guard take(":") else { throw invalid("expected a colon after a key, found \(word(position))") }
            skipSpace()
            try skipValue()
            skipSpace()
            if take("}") { break }
            guard take(",") else { throw invalid("expected a comma or }, found \(word(position))") }
        }
        try requireDistinctKeys(from: first)
    }

    // MARK: Keys

    /// Makes sure that no two keys of the object that ends here are equal.
    ///
    /// Hashes are sorted and what has the same one compared: a set of strings would take several times the memory of the text.
    private func requireDistinctKeys(from first: Int) throws(JSONSyntaxError) {
        var keys: [UInt64] = []
        var key = first
        while key < tokens.count {
            // Half of the hash above, so that equal ones are neighbours, in the order of the text.
            keys.append(UInt64(UInt32(truncatingIfNeeded: string(key).hashValue)) << 32 | UInt64(key))
            key = Int(tokens[Int(tokens[key].next)].next)
        }
        keys.sort()
        var repeated: Int?
        var start = 0
        while start < keys.count {
            let end = keys[start...].firstIndex { $0 >> 32 != keys[start] >> 32 } ?? keys.count
            let equals = keys[start..<end].map { Int(UInt32(truncatingIfNeeded: $0)) }
            let second = equals.indices.dropFirst().first { index in
                equals[..<index].contains { string($0) == string(equals[index]) }
            }
            if let second { repeated = min(repeated ?? .max, equals[second]) }
            start = end
        }
        guard let repeated else { return }
        let place = place(Int(tokens[repeated].start))
        throw JSONSyntaxError(
            finding: "the key \(JSONValue.quoted(string(repeated))) twice in one object (\(place))")
    }

    private func string(_ token: Int) -> String { JSONText.string(in: bytes, at: Int(tokens[token].start)) }

    // MARK: Numbers

    private mutating func skipNumber() throws(JSONSyntaxError) {
        let start = position
        func wrong(_ reason: String) -> JSONSyntaxError {
            invalid("expected a number, found \(word(start)), \(reason)", at: start)
        }
        _ = take("-")
        let leadsWithZero = peek == UInt8(ascii: "0")
        let whole = takeDigits()
        guard whole > 0 else {
            throw wrong(peek == UInt8(ascii: "+") ? "which begins with +" : "which lacks digits before the point")
        }
        guard whole == 1 || !leadsWithZero else { throw wrong("which begins with 0") }
        if take(".") {
            guard takeDigits() > 0 else { throw wrong("which lacks digits after the point") }
        }
        if take("e") || take("E") {
            _ = take("+") || take("-")
            guard takeDigits() > 0 else { throw wrong("which lacks digits after e") }
        }
        guard isAtWordEnd else { throw wrong("which is none") }
    }

    private mutating func takeDigits() -> Int {
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return position - start
    }

    // MARK: Strings

    /// Goes behind the string whose opening quote is next.
    private mutating func skipString() throws(JSONSyntaxError) {
        let opening = position
        position += 1
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"):
                do throws(JSONText.EscapeFault) {
                    _ = try JSONText.escape(in: bytes, at: &position)
                } catch {
                    throw invalid(error.rawValue)
                }
            case 0..<0x20:
                throw invalid("a string with a bare control character or line break")
            default: position += 1
            }
        }
        throw invalid("a string without its closing quote", at: opening)
    }

    // MARK: Bytes

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: scalar) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, Self.isSpace(byte) { position += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\t")
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        isSpace(byte) || [UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ":")].contains(byte)
    }

    private var isAtWordEnd: Bool { peek.map(Self.endsWord) ?? true }

    // MARK: Messages

    /// What stands at a place, up to the next space or punctuation, for a message.
    private func word(_ start: Int) -> String {
        guard start < bytes.count else { return "the end of the text" }
        let rest = bytes[start...]
        let end = rest.dropFirst().firstIndex(where: Self.endsWord) ?? rest.endIndex
        let word = String(decoding: bytes[start..<end], as: UTF8.self)
        let shown = String(word.prefix(30).map { $0.isASCII && !($0 >= " " && $0 <= "~") ? "?" : $0 })
        return word.count > 30 ? shown + "…" : shown
    }

    private func place(_ position: Int) -> String {
        let before = bytes[..<position]
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return "line \(line), column \(String(decoding: bytes[start..<position], as: UTF8.self).count + 1)"
    }

    private func invalid(_ finding: String, at place: Int? = nil) -> JSONSyntaxError {
        JSONSyntaxError(finding: "invalid JSON (\(self.place(place ?? position)): \(finding))")
    }
}
