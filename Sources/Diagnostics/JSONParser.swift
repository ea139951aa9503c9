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

    private let bytes: [UInt8]
    private let keepsValues: Bool
    private var position = 0
    private var depth = 0

    /// A parser at the beginning of a text.
    ///
    /// - Parameter keepsValues: whether the values are wanted; without them the text is only checked.
    init(_ text: Data, keepsValues: Bool) {
        bytes = Array(text)
        self.keepsValues = keepsValues
    }

    /// The one value of the text; null where values are not kept.
    mutating func document() throws(JSONSyntaxError) -> JSONValue {
        // A zero byte is never valid; in UTF-16 and UTF-32 every second one is.
        guard !bytes.contains(0), isUTF8 else { throw JSONSyntaxError(finding: "text not in UTF-8") }
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
        skipSpace()
        guard position < bytes.count else { throw JSONSyntaxError(finding: "no JSON, only an empty text") }
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw invalid("expected the end of the text, found \(word(position))") }
        return value
    }

    private var isUTF8: Bool {
        do {
            _ = try UTF8Span(validating: bytes.span)
            return true
        } catch {
            return false
        }
    }

    private mutating func value() throws(JSONSyntaxError) -> JSONValue {
        switch peek ?? 0 {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""):
            let string = try string()
            return keepsValues ? .string(string) : .null
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return try number()
        default:
            let start = position
            while let byte = peek, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) { position += 1 }
            if isAtWordEnd {
                switch bytes[start..<position] {
                case let word where word.elementsEqual("null".utf8): return .null
                case let word where word.elementsEqual("true".utf8): return .boolean(true)
                case let word where word.elementsEqual("false".utf8): return .boolean(false)
                default: break
                }
            }
            throw invalid("expected a value, found \(word(start))", at: start)
        }
    }

    /// Goes into the array or object whose bracket is next.
    private mutating func enter() throws(JSONSyntaxError) {
        guard depth < Self.maximumDepth else {
            throw invalid("arrays and objects nested more than \(Self.maximumDepth) deep")
        }
        depth += 1
        position += 1
    }

    private mutating func array() throws(JSONSyntaxError) -> JSONValue {
        try enter()
        defer { depth -= 1 }
        var values: [JSONValue] = []
        skipSpace()
        if take("]") { return .array([]) }
        while true {
            skipSpace()
            let value = try value()
            if keepsValues { values.append(value) }
            skipSpace()
            if take("]") { return .array(values) }
            guard take(",") else { throw invalid("expected a comma or ], found \(word(position))") }
        }
    }

    private mutating func object() throws(JSONSyntaxError) -> JSONValue {
        try enter()
        defer { depth -= 1 }
        var members: [JSONValue.Member] = []
        var keys: Set<String> = []
        skipSpace()
        if take("}") { return .object([]) }
        while true {
            skipSpace()
            let start = position
            guard peek == UInt8(ascii: "\"") else { throw invalid("expected a key in quotes, found \(word(position))") }
            let key = try string()
            guard keys.insert(key).inserted else {
                throw JSONSyntaxError(finding: "the key \(JSONValue.quoted(key)) twice in one object (\(place(start)))")
            }
            skipSpace()
            guard take(":") else { throw invalid("expected a colon after a key, found \(word(position))") }
            skipSpace()
            let value = try value()
            if keepsValues { members.append(JSONValue.Member(key, value)) }
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { throw invalid("expected a comma or }, found \(word(position))") }
        }
    }

    // MARK: Numbers

    private mutating func number() throws(JSONSyntaxError) -> JSONValue {
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
        return keepsValues ? .number(JSONNumber(String(decoding: bytes[start..<position], as: UTF8.self))) : .null
    }

    private mutating func takeDigits() -> Int {
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return position - start
    }

    // MARK: Strings

    /// The string whose opening quote is next.
    private mutating func string() throws(JSONSyntaxError) -> String {
        let opening = position
        position += 1
        var decoded: [UInt8] = []
        // What has not been copied yet.
        var start = position
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                defer { position += 1 }
                if decoded.isEmpty { return String(decoding: bytes[start..<position], as: UTF8.self) }
                return String(decoding: decoded + bytes[start..<position], as: UTF8.self)
            case UInt8(ascii: "\\"):
                decoded += bytes[start..<position]
                decoded += String(try escape()).utf8
                start = position
            case 0..<0x20:
                throw invalid("a string with a bare control character or line break")
            default: position += 1
            }
        }
        throw invalid("a string without its closing quote", at: opening)
    }

    private static let escapes: [UInt8: Unicode.Scalar] = [
        UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
        UInt8(ascii: "f"): "\u{c}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]

    /// The character of an escape sequence whose backslash is next; two sequences for one beyond the basic plane.
    private mutating func escape() throws(JSONSyntaxError) -> Character {
        let start = position
        position += 1
        if let byte = peek, let scalar = Self.escapes[byte] {
            position += 1
            return Character(scalar)
        }
        guard let first = takeCodeUnit() else { throw invalid("an unknown escape sequence", at: start) }
        var units = [first]
        if UTF16.isLeadSurrogate(first), take("\\"), let second = takeCodeUnit() { units.append(second) }
        guard let text = String(validating: units, as: UTF16.self), let character = text.first else {
            throw invalid("half a surrogate pair", at: start)
        }
        return character
    }

    /// The code unit of "u" and four hexadecimal digits; `nil` where something else is next.
    private mutating func takeCodeUnit() -> UInt16? {
        guard take("u"), position + 4 <= bytes.count else { return nil }
        let digits = bytes[position..<position + 4]
        // The standard library's conversion would take a sign.
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        position += 4
        return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
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
