import Diagnostics
import Foundation

/// The channel file: one JSON object that describes a ``FiniteChannel``.
///
/// ```json
/// { "family": {"kind": "vonMisesFisher", "dimension": 3, "beta": 2.0},
///   "prior": [0.5, 0.5],
///   "augmentation": [[0.3, 0.7], [1.0, 0.0]],
///   "encoder": [[[1,0,0],[0,1,0]], [[0,0,1],[0,0,1]]] }
/// ```
public enum ChannelFile {
    /// Reads the channel that `url` holds.
    ///
    /// - Throws: `Failure`: `.missingInput` or `.inputOutput` when there is no readable file, `.badData` when it is not a
    ///   channel.
    public static func read(_ url: URL) throws -> FiniteChannel {
        let data = try InputFile.contents(
            of: url, expecting: "a channel in JSON", advice: "give the path of a channel file")
        do {
            return try decode(data)
        } catch let failure as Failure {
            throw Failure(failure.kind, "\(url.path): \(failure.message)")
        }
    }

    /// The channel that JSON text describes.
    ///
    /// - Throws: `Failure` of kind `.badData` with the place, what was expected and what was found.
    public static func decode(_ data: Data) throws -> FiniteChannel {
        let root = try StrictJSON.decode(
            JSONValue.self, from: data, named: "channel", expecting: "one JSON object", advice: "correct the file")
        let object = try root.object("the channel", keys: ["family", "prior", "augmentation", "encoder"])
        let family = try object.value("family").object("\"family\"", keys: ["kind", "dimension", "beta"])
        return try FiniteChannel(
            family: NoiseFamily(
                kind: try kind(family), dimension: try family.value("dimension").wholeNumber("\"dimension\""),
                beta: try family.value("beta").number("\"beta\"")),
            prior: try object.value("prior").numbers("\"prior\""),
            augmentation: try object.value("augmentation").rows("\"augmentation\"").map { try $0.numbers($1) },
            encoder: try object.value("encoder").rows("\"encoder\"").map { image, place in
                try image.rows(place).map { try $0.numbers($1) }
            })
    }

    private static func kind(_ family: JSONObject) throws -> NoiseFamily.Kind {
        guard case .string(let name) = try family.value("kind"), let kind = NoiseFamily.Kind(rawValue: name) else {
            let known = NoiseFamily.Kind.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
            throw Failure(.badData, "channel: \"kind\" is \(try family.value("kind")); expected \(known)")
        }
        return kind
    }
}

/// An object whose keys have been checked.
private struct JSONObject {
    let name: String
    let members: [String: JSONValue]

    func value(_ key: String) throws -> JSONValue {
        guard let value = members[key] else {
            throw Failure(.badData, "channel: \(name) lacks the key \"\(key)\"")
        }
        return value
    }
}

/// Any JSON value; numbers and truth values are kept apart.
private enum JSONValue: Decodable, CustomStringConvertible {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Any key of an object.
    private struct AnyKey: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if var elements = try? decoder.unkeyedContainer() {
            // Not by `try?`: what is wrong inside should come out with its place.
            var values: [JSONValue] = []
            while !elements.isAtEnd { values.append(try elements.decode(JSONValue.self)) }
            self = .array(values)
        } else if (try? decoder.container(keyedBy: AnyKey.self)) != nil {
            self = .object(try container.decode([String: JSONValue].self))
        } else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a number beyond the range of a double")
        }
    }

    var description: String {
        switch self {
        case .null: "null"
        case .boolean(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let value): "\"\(value)\""
        case .array(let values): "an array of \(values.count)"
        case .object: "an object"
        }
    }

    func object(_ name: String, keys: [String]) throws -> JSONObject {
        guard case .object(let members) = self else {
            throw Failure(.badData, "channel: \(name) is \(self); expected an object")
        }
        let known = keys.map { "\"\($0)\"" }.joined(separator: ", ")
        if let unknown = members.keys.sorted().first(where: { !keys.contains($0) }) {
            throw Failure(.badData, "channel: \(name) has the unknown key \"\(unknown)\"; expected only \(known)")
        }
        return JSONObject(name: name, members: members)
    }

    func number(_ place: String) throws -> Double {
        guard case .number(let value) = self else {
            throw Failure(.badData, "channel: \(place) is \(self); expected a number")
        }
        return value
    }

    func wholeNumber(_ place: String) throws -> Int {
        guard let value = Int(exactly: try number(place)) else {
            throw Failure(.badData, "channel: \(place) is \(self); expected a whole number")
        }
        return value
    }

    /// The elements of an array, each with its place.
    func rows(_ place: String) throws -> [(JSONValue, String)] {
        guard case .array(let values) = self else {
            throw Failure(.badData, "channel: \(place) is \(self); expected an array")
        }
        return values.enumerated().map { ($1, "\(place)[\($0)]") }
    }

    func numbers(_ place: String) throws -> [Double] {
        try rows(place).map { try $0.number($1) }
    }
}
