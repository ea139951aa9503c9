/// A valid text in JSON and the places where its values begin.
///
/// A tree of values takes 24 bytes and more for a value that takes two with its comma; here a value takes eight, and strings and
/// numbers stay in the text until they are asked for.
final class JSONText: Sendable {
    /// A value or the key of a member.
    struct Token {
        /// Where it begins in the text.
        let start: UInt32
        /// The token behind it and all that it contains.
        var next: UInt32
    }

    /// The text in UTF-8.
    let bytes: [UInt8]
    /// The values and keys in the order of the text: the whole value first, a key before its value.
    let tokens: [Token]

    /// - Precondition: the tokens are those of the text, which is valid.
    init(_ bytes: [UInt8], tokens: [Token]) {
        self.bytes = bytes
        self.tokens = tokens
    }

    /// The first byte of a value, which tells its kind.
    func firstByte(_ token: Int) -> UInt8 { bytes[Int(tokens[token].start)] }

    /// The string that a token stands for.
    func string(_ token: Int) -> String { JSONText.string(in: bytes, at: Int(tokens[token].start)) }

    /// The number that a token stands for, as it was typed.
    func number(_ token: Int) -> JSONNumber {
        let rest = bytes[Int(tokens[token].start)...]
        return JSONNumber(String(decoding: rest.prefix(while: JSONText.isNumeric), as: UTF8.self))
    }

    /// Whether the string of a token is the given one.
    func isString(_ token: Int, _ string: String) -> Bool {
        var position = Int(tokens[token].start) + 1
        for unit in string.utf8 {
            // What is escaped or beyond ASCII may be written in several ways.
            guard bytes[position] < 0x80, bytes[position] != UInt8(ascii: "\\"), unit < 0x80 else {
                return self.string(token) == string
            }
            // Also at the closing quote: no quote in a string goes without a backslash.
            guard bytes[position] == unit, unit != UInt8(ascii: "\"") else { return false }
            position += 1
        }
        return bytes[position] == UInt8(ascii: "\"")
    }

    private static func isNumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    // MARK: Strings

    /// The string whose opening quote is at `start`; what is no escape sequence is taken as it is.
    static func string(in bytes: [UInt8], at start: Int) -> String {
        var decoded: [UInt8] = []
        // What has not been copied yet.
        var kept = start + 1
        var position = kept
        while bytes[position] != UInt8(ascii: "\"") {
            guard bytes[position] == UInt8(ascii: "\\") else {
                position += 1
                continue
            }
            decoded += bytes[kept..<position]
            kept = position
            if let scalar = try? escape(in: bytes, at: &position) {
                decoded += String(scalar).utf8
                kept = position
            } else {
                position += 1
            }
        }
        if decoded.isEmpty { return String(decoding: bytes[kept..<position], as: UTF8.self) }
        decoded += bytes[kept..<position]
        return String(decoding: decoded, as: UTF8.self)
    }

    /// What is wrong with an escape sequence.
    enum EscapeFault: String, Error {
        case unknown = "an unknown escape sequence"
        case surrogate = "half a surrogate pair"
    }

    /// The character of an escape sequence whose backslash is next, two sequences for one beyond the basic plane; goes behind it.
    static func escape(in bytes: [UInt8], at position: inout Int) throws(EscapeFault) -> Unicode.Scalar {
        if position + 1 < bytes.count, let scalar = escapes[bytes[position + 1]] {
            position += 2
            return scalar
        }
        guard let first = codeUnit(in: bytes, at: position) else { throw .unknown }
        var units = [first]
        var end = position + escapeLength
        if UTF16.isLeadSurrogate(first), let second = codeUnit(in: bytes, at: end) {
            units.append(second)
            end += escapeLength
        }
        guard let text = String(validating: units, as: UTF16.self), let scalar = text.unicodeScalars.first else {
            throw .surrogate
        }
        position = end
        return scalar
    }

    private static let escapes: [UInt8: Unicode.Scalar] = [
        UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
        UInt8(ascii: "f"): "\u{c}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]

    /// The bytes of a backslash, "u" and four digits.
    private static let escapeLength = 6

    /// The code unit of a backslash, "u" and four hexadecimal digits; `nil` where something else is next.
    private static func codeUnit(in bytes: [UInt8], at position: Int) -> UInt16? {
        guard position + escapeLength <= bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { return nil }
        let digits = bytes[position + 2..<position + escapeLength]
        // The standard library's conversion would take a sign.
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
