/// A value of JSON together with its place in the document, for readers that know which form it should have.
public struct JSONElement: Sendable {
    /// The value.
    public let value: JSONValue
    /// Its place for messages: `"encoder"[0][1]`, or what the document is called.
    public let place: String
    private let isDocument: Bool

    /// The whole document, under the name that messages give it, such as "the channel".
    public init(_ document: JSONValue, named name: String) {
        value = document
        place = name
        isDocument = true
    }

    private init(_ value: JSONValue, at place: String) {
        self.value = value
        self.place = place
        isDocument = false
    }

    /// That this value is not what was expected, such as "a number".
    public func mismatch(_ expected: String) -> JSONMismatch {
        JSONMismatch(description: "\(place) is \(value); expected \(expected)")
    }

    // MARK: Objects

    /// The members of an object in the order of the text, each made when its turn comes.
    public func members() throws(JSONMismatch) -> some Sequence<(key: String, element: JSONElement)> {
        guard case .object(let members) = value.form else { throw mismatch("an object") }
        return members.lazy.map { (key: $0.key, element: member($0.value, named: $0.key)) }
    }

    /// The member of an object that has the given key.
    public func member(_ key: String) throws(JSONMismatch) -> JSONElement {
        guard case .object(var members) = value.form else { throw mismatch("an object") }
        guard let value = members.find(key) else {
            throw JSONMismatch(description: "\(place) lacks the key \(JSONValue.quoted(key))")
        }
        return member(value, named: key)
    }

    /// Makes sure that an object has no other keys than these.
    public func requireKeys(_ known: [String]) throws(JSONMismatch) {
        guard case .object(let members) = value.form else { throw mismatch("an object") }
        if let unknown = members.first(where: { !known.contains($0.key) }) {
            let list = known.map { JSONValue.quoted($0) }.joined(separator: ", ")
            throw JSONMismatch(
                description: "\(place) has the unknown key \(JSONValue.quoted(unknown.key)); expected only \(list)")
        }
    }

    private func member(_ value: JSONValue, named key: String) -> JSONElement {
        let key = JSONValue.quoted(key)
        return JSONElement(value, at: isDocument ? key : "\(place).\(key)")
    }

    // MARK: Arrays

    /// The elements of an array, each made when its turn comes.
    public func elements() throws(JSONMismatch) -> some Sequence<JSONElement> {
        guard case .array(let values) = value.form else { throw mismatch("an array") }
        return values.enumerated().lazy.map { JSONElement($1, at: "\(place)[\($0)]") }
    }

    /// The numbers of an array that has nothing else.
    public func numbers() throws(JSONMismatch) -> [Double] {
        guard case .array(let values) = value.form else { throw mismatch("an array") }
        var numbers: [Double] = []
        numbers.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            if case .number(let number) = value.form, let double = number.double {
                numbers.append(double)
            } else {
                // Only where it is wanted: a place is longer to write than a number to read.
                numbers.append(try JSONElement(value, at: "\(place)[\(index)]").number())
            }
        }
        return numbers
    }

    // MARK: Single values

    /// A number.
    public func number() throws(JSONMismatch) -> Double {
        guard case .number(let number) = value.form else { throw mismatch("a number") }
        guard let double = number.double else { throw mismatch("a number within the range of a double") }
        return double
    }

    /// A whole number, exactly.
    public func integer<Value: FixedWidthInteger>(as type: Value.Type = Value.self) throws(JSONMismatch) -> Value {
        guard case .number(let number) = value.form, let integer: Value = number.integer() else {
            throw mismatch("a whole number")
        }
        return integer
    }

    /// A string.
    public func string() throws(JSONMismatch) -> String {
        guard case .string(let string) = value.form else { throw mismatch("a string") }
        return string
    }
}

/// A value of JSON that is not what its reader expects.
public struct JSONMismatch: Error, Equatable, CustomStringConvertible, Sendable {
    /// The place, what was found there and what was expected.
    public let description: String
}
