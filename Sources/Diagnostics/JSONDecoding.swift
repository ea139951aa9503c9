import Foundation

/// Decodes values of Swift types from parsed JSON.
///
/// Foundation's decoder would read the text once more, hold more than ten bytes for a byte of it, and tell neither what was found
/// nor where a number is out of range.
enum JSONDecoding {
    /// The value of a type that a document stands for.
    ///
    /// - Throws: `DecodingError` with what was found.
    static func decode<Value: Decodable>(_ type: Value.Type, from document: JSONValue) throws -> Value {
        try JSONNode(document, at: nil).decode(type)
    }
}

/// A way from the top of a document to a value.
private final class CodingPath: Sendable {
    let parent: CodingPath?
    let key: JSONKey

    init(_ parent: CodingPath?, _ key: JSONKey) {
        self.parent = parent
        self.key = key
    }

    var keys: [any CodingKey] { (parent?.keys ?? []) + [key] }
}

/// A key of an object or an index of an array.
private enum JSONKey: CodingKey {
    case name(String)
    case index(Int)

    init(stringValue: String) { self = .name(stringValue) }
    init(intValue: Int) { self = .index(intValue) }

    var stringValue: String {
        switch self {
        case .name(let name): name
        case .index(let index): "\(index)"
        }
    }

    var intValue: Int? {
        guard case .index(let index) = self else { return nil }
        return index
    }
}

/// A value, read as a whole: the decoder that a `Decodable` type is given, and its container for one value.
private struct JSONNode: Decoder, SingleValueDecodingContainer {
    let value: JSONValue
    let path: CodingPath?
    var codingPath: [any CodingKey] { path?.keys ?? [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ value: JSONValue, at path: CodingPath?) {
        self.value = value
        self.path = path
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = value.form else { throw mismatch(type, "an object") }
        return KeyedDecodingContainer(JSONMembers<Key>(node: self, members: members))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = value.form else { throw mismatch([Any].self, "an array") }
        return JSONElements(node: self, elements: elements)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool {
        guard case .null = value.form else { return false }
        return true
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard let scalar = type as? any JSONScalar.Type else { return try Value(from: self) }
        guard let decoded = scalar.init(value) as? Value else { throw mismatch(type, scalar.expectation) }
        return decoded
    }

    func mismatch(_ type: Any.Type, _ expected: String) -> DecodingError {
        .typeMismatch(
            type, DecodingError.Context(codingPath: codingPath, debugDescription: "\(value) instead of \(expected)"))
    }
}

/// The members of an object.
private struct JSONMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let node: JSONNode
    /// Goes on from the member that was found last.
    private final class Place {
        var members: JSONValue.Members
        init(_ members: JSONValue.Members) { self.members = members }
    }
    private let place: Place
    var codingPath: [any CodingKey] { node.codingPath }

    init(node: JSONNode, members: JSONValue.Members) {
        self.node = node
        place = Place(members)
    }

    var allKeys: [Key] {
        guard case .object(let members) = node.value.form else { return [] }
        return members.compactMap { Key(stringValue: $0.key) }
    }

    func contains(_ key: Key) -> Bool { place.members.find(key.stringValue) != nil }

    private func member(_ key: Key) throws -> JSONNode {
        guard let value = place.members.find(key.stringValue) else {
            throw DecodingError.keyNotFound(
                key, DecodingError.Context(codingPath: codingPath, debugDescription: "no such key"))
        }
        return JSONNode(value, at: CodingPath(node.path, .name(key.stringValue)))
    }

    func decodeNil(forKey key: Key) throws -> Bool { try member(key).decodeNil() }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try member(key).decode(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { try member(key).container(keyedBy: type) }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try member(key).unkeyedContainer()
    }

    func superDecoder() -> any Decoder {
        JSONNode(place.members.find("super") ?? .null, at: CodingPath(node.path, .name("super")))
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }
}

/// The elements of an array.
private struct JSONElements: UnkeyedDecodingContainer {
    let node: JSONNode
    /// The elements that have not been decoded yet.
    var elements: JSONValue.Elements
    let count: Int?
    var currentIndex = 0
    var codingPath: [any CodingKey] { node.codingPath }
    var isAtEnd: Bool { currentIndex == count }

    init(node: JSONNode, elements: JSONValue.Elements) {
        self.node = node
        self.elements = elements
        count = elements.count
    }

    /// What is decoded from the next element; that is passed only where it could be.
    private mutating func taking<Result>(_ type: Any.Type, _ body: (JSONNode) throws -> Result) throws -> Result {
        var rest = elements
        guard let value = rest.next() else {
            throw DecodingError.valueNotFound(
                type, DecodingError.Context(codingPath: codingPath, debugDescription: "only \(currentIndex) elements"))
        }
        let result = try body(JSONNode(value, at: CodingPath(node.path, .index(currentIndex))))
        elements = rest
        currentIndex += 1
        return result
    }

    mutating func decodeNil() throws -> Bool {
        guard let next = elements.first(where: { _ in true }), JSONNode(next, at: nil).decodeNil() else { return false }
        return try taking(Never.self) { $0.decodeNil() }
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try taking(type) { try $0.decode(type) }
    }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try taking(type) { try $0.container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try taking([Any].self) { try $0.unkeyedContainer() }
    }

    mutating func superDecoder() throws -> any Decoder { try taking(Never.self) { $0 } }
}

/// A type whose values are single values of JSON.
private protocol JSONScalar {
    /// The value that JSON stands for; `nil` where it is none of this type.
    init?(_ value: JSONValue)
    /// What is expected, such as "a string".
    static var expectation: String { get }
}

extension Bool: JSONScalar {
    fileprivate init?(_ value: JSONValue) {
        guard case .boolean(let boolean) = value.form else { return nil }
        self = boolean
    }
    fileprivate static var expectation: String { "true or false" }
}

extension String: JSONScalar {
    fileprivate init?(_ value: JSONValue) {
        guard case .string(let string) = value.form else { return nil }
        self = string
    }
    fileprivate static var expectation: String { "a string" }
}

/// Bytes are a string in base 64.
extension Data: JSONScalar {
    fileprivate init?(_ value: JSONValue) {
        guard case .string(let string) = value.form else { return nil }
        self.init(base64Encoded: string)
    }
    fileprivate static var expectation: String { "a string in base 64" }
}

extension JSONScalar where Self: BinaryFloatingPoint & LosslessStringConvertible {
    fileprivate init?(_ value: JSONValue) {
        switch value.form {
        case .number(let number):
            // From the text: by way of the nearest double it may be rounded twice.
            guard number.double != nil, let nearest = Self(number.text), nearest.isFinite else { return nil }
            self = nearest
        case .string("NaN"): self = .nan
        case .string("Infinity"): self = .infinity
        case .string("-Infinity"): self = -.infinity
        default: return nil
        }
    }
    fileprivate static var expectation: String { "a number in the range of \(Self.self)" }
}
extension Double: JSONScalar {}
extension Float: JSONScalar {}

extension JSONScalar where Self: FixedWidthInteger {
    fileprivate init?(_ value: JSONValue) {
        guard case .number(let number) = value.form, let integer: Self = number.integer() else { return nil }
        self = integer
    }
    fileprivate static var expectation: String { "a whole number in the range of \(Self.self)" }
}
extension Int: JSONScalar {}
extension Int8: JSONScalar {}
extension Int16: JSONScalar {}
extension Int32: JSONScalar {}
extension Int64: JSONScalar {}
extension UInt: JSONScalar {}
extension UInt8: JSONScalar {}
extension UInt16: JSONScalar {}
extension UInt32: JSONScalar {}
extension UInt64: JSONScalar {}
