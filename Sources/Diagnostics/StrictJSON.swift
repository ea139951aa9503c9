import Foundation

/// JSON from a file that may be damaged or hostile, read with failures that name the file and the place in it.
///
/// Foundation keeps one of two equal keys and says nothing; here an object with two equal keys is refused, because
/// whichever was meant, the other was meant too.
public enum StrictJSON {
    /// The value in a text whose form is not known, see ``JSONElement``.
    ///
    /// - Parameters:
    ///   - data: the text.
    ///   - name: the file's name for messages.
    ///   - expected: what the file should hold, such as "a configuration", for messages.
    ///   - advice: what to do about a wrong file, for messages.
    /// - Throws: `Failure` of kind `.badData`: not UTF-8, not JSON, or two equal keys in an object.
    public static func value(
        of data: Data, named name: String, expecting expected: String, advice: String
    ) throws -> JSONValue {
        do throws(JSONSyntaxError) {
            return try JSONValue(parsing: data)
        } catch {
            throw failure(error.finding, name, expected, advice)
        }
    }

    /// Decodes a value from UTF-8 text. Numbers that are not finite may be the strings "NaN", "Infinity" and
    /// "-Infinity".
    ///
    /// - Parameters:
    ///   - type: what to decode.
    ///   - data: the text.
    ///   - name: the file's name for messages.
    ///   - expected: what the file should hold, such as "a configuration", for messages.
    ///   - advice: what to do about a wrong file, for messages.
    /// - Throws: `Failure` of kind `.badData`: not UTF-8, not JSON, two equal keys in an object, or not of this type.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from data: Data, named name: String, expecting expected: String, advice: String
    ) throws -> Value {
        let document = try value(of: data, named: name, expecting: expected, advice: advice)
        do {
            return try JSONDecoding.decode(type, from: document)
        } catch let error as DecodingError {
            throw failure(explanation(error), name, expected, advice)
        }
    }

    private static func failure(_ found: String, _ name: String, _ expected: String, _ advice: String) -> Failure {
        Failure(.badData, "\(name): expected \(expected), found \(found); \(advice)")
    }

    private static func explanation(_ error: DecodingError) -> String {
        func place(_ path: [any CodingKey]) -> String {
            let steps = path.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }
            return steps.isEmpty ? "at the top level" : "at \(steps.joined().drop { $0 == "." })"
        }
        switch error {
        case .keyNotFound(let key, let context):
            return "no key \"\(key.stringValue)\" \(place(context.codingPath))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            return "\(context.debugDescription) \(place(context.codingPath))"
        @unknown default:
            return "\(error)"
        }
    }
}
