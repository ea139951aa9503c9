import Foundation

/// A value of JSON as it stands in a text, for content whose form is not known before it has been read.
///
/// It is a place in the text, which it keeps; strings and numbers are read when they are asked for.
public struct JSONValue: Sendable {
    private let text: JSONText
    private let token: Int

    private init(_ text: JSONText, _ token: Int) {
        self.text = text
        self.token = token
    }

    /// The value that a text in UTF-8 stands for, by RFC 8259 and no more than that; a byte order mark before it is
    /// skipped.
    ///
    /// - Throws: `JSONSyntaxError` where the text is not in UTF-8 or no JSON, where an object has two equal keys (as a
    ///   Swift `String` compares them), or where arrays and objects are nested more than ``JSONParser/maximumDepth`` deep.
    public init(parsing text: Data) throws(JSONSyntaxError) {
        var parser = JSONParser(text)
        self.init(try parser.document(), 0)
    }

    /// The null that stands for what is not there.
    public static let null = JSONValue(
        JSONText(Array("null".utf8), tokens: [JSONText.Token(start: 0, next: 1)]), 0)

    /// What a value is.
    public enum Form: Sendable {
        /// null.
        case null
        /// true or false.
        case boolean(Bool)
        /// A number. It keeps the characters that were typed, so that a message can quote them and whole numbers are exact.
        case number(JSONNumber)
        /// A string.
        case string(String)
        /// An array.
        case array(Elements)
        /// An object.
        case object(Members)
    }

    /// What the value is.
    public var form: Form {
        switch text.firstByte(token) {
        case UInt8(ascii: "n"): .null
        case UInt8(ascii: "t"): .boolean(true)
        case UInt8(ascii: "f"): .boolean(false)
        case UInt8(ascii: "\""): .string(text.string(token))
        case UInt8(ascii: "["): .array(Elements(text, token))
        case UInt8(ascii: "{"): .object(Members(text, token))
        default: .number(text.number(token))
        }
    }

    /// The elements of an array, in order.
    public struct Elements: Sequence, IteratorProtocol, Sendable {
        private let text: JSONText
        private var token: Int
        private let end: Int

        fileprivate init(_ text: JSONText, _ array: Int) {
            self.text = text
            token = array + 1
            end = Int(text.tokens[array].next)
        }

        /// The next element.
        public mutating func next() -> JSONValue? {
            guard token < end else { return nil }
            defer { token = Int(text.tokens[token].next) }
            return JSONValue(text, token)
        }

        /// The number of elements, which are counted.
        public var count: Int { reduce(0) { count, _ in count + 1 } }
        /// The number of elements: what is made of them is made without growing.
        public var underestimatedCount: Int { count }
    }

    /// The members of an object in the order of the text, no two with equal keys.
    public struct Members: Sequence, IteratorProtocol, Sendable {
        private let text: JSONText
        private let first: Int
        private var token: Int
        private let end: Int

        fileprivate init(_ text: JSONText, _ object: Int) {
            self.text = text
            first = object + 1
            token = first
            end = Int(text.tokens[object].next)
        }

        /// The next member.
        public mutating func next() -> (key: String, value: JSONValue)? {
            guard token < end else { return nil }
            let value = Int(text.tokens[token].next)
            defer { token = Int(text.tokens[value].next) }
            return (text.string(token), JSONValue(text, value))
        }

        /// Goes behind the member that has a key; looks from the present one on and then from the first one, so that a reader who
        /// asks in the order of the text finds each at once.
        ///
        /// - Returns: the member's value; `nil` where there is none.
        public mutating func find(_ key: String) -> JSONValue? {
            guard first < end else { return nil }
            let start = token < end ? token : first
            var candidate = start
            repeat {
                let value = Int(text.tokens[candidate].next)
                token = Int(text.tokens[value].next)
                if text.isString(candidate, key) { return JSONValue(text, value) }
                candidate = token < end ? token : first
            } while candidate != start
            return nil
        }
    }

    /// The value of an object's member; `nil` where this is no object or has no such member.
    public subscript(key: String) -> JSONValue? {
        guard case .object(var members) = form else { return nil }
        return members.find(key)
    }

    /// An element of an array; `nil` where this is no array or has no such element.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = form, index >= 0 else { return nil }
        return elements.dropFirst(index).first { _ in true }
    }
}

/// A number as it was typed.
public struct JSONNumber: Equatable, Sendable {
    /// The characters: a sign or none, digits, perhaps a fraction, perhaps an exponent.
    public let text: String

    /// - Precondition: the text is a number of JSON's grammar.
    init(_ text: String) { self.text = text }

    /// The nearest double; `nil` where the number is too large for one, or is not zero and nearer to zero than the
    /// smallest.
    public var double: Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        guard value == 0 else { return value }
        return text.prefix { $0 != "e" && $0 != "E" }.contains { ("1"..."9").contains($0) } ? nil : value
    }

    /// The number as an integer; `nil` where it is not whole or does not fit. Nothing is rounded: 1.50e1 is 15.
    public func integer<Value: FixedWidthInteger>(as type: Value.Type = Value.self) -> Value? {
        let parts = text.split(whereSeparator: { $0 == "e" || $0 == "E" })
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let fraction = mantissa.count > 1 ? mantissa[1] : ""
        var digits = String(mantissa[0]) + fraction
        guard digits.contains(where: { ("1"..."9").contains($0) }) else { return 0 }
        // An exponent beyond these bounds takes any number of digits that a text can have out of range.
        guard let exponent = parts.count > 1 ? Int(parts[1]) : 0, exponent.magnitude < 1 << 40 else { return nil }
        var zeros = exponent - fraction.count
        while zeros < 0, digits.last == "0" {
            digits.removeLast()
            zeros += 1
        }
        guard zeros == 0 || (1...40).contains(zeros) else { return nil }
        return Value(digits + String(repeating: "0", count: zeros))
    }
}

extension JSONValue: CustomStringConvertible {
    /// The value as JSON in one line, numbers as typed; beyond 60 characters cut short.
    public var description: String {
        var text = ""
        write(to: &text, limit: Self.descriptionLength)
        return text.count > Self.descriptionLength ? text.prefix(Self.descriptionLength) + "…" : text
    }

    private static let descriptionLength = 60

    /// Appends the value, and stops some time after `limit` characters.
    private func write(to text: inout String, limit: Int) {
        switch form {
        case .null: text += "null"
        case .boolean(let value): text += "\(value)"
        case .number(let number): text += number.text.prefix(limit + 1)
        case .string(let string): text += Self.quoted(string.prefix(limit + 1))
        case .array(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if text.utf8.count > 4 * limit { return }
                if index > 0 { text += ", " }
                value.write(to: &text, limit: limit)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if text.utf8.count > 4 * limit { return }
                text += (index > 0 ? ", " : "") + Self.quoted(member.key.prefix(limit + 1)) + ": "
                member.value.write(to: &text, limit: limit)
            }
            text += "}"
        }
    }

    /// A string as JSON writes it; line breaks and other control characters are escaped.
    public static func quoted(_ string: some StringProtocol) -> String {
        var text = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _
            where scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value)
                || [0x2028, 0x2029].contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
