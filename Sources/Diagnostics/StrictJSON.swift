import Foundation

/// JSON from a file that may be damaged or hostile, read with failures that name the file and the place in it.
///
/// Foundation keeps one of two equal keys and says nothing; here an object with two equal keys is refused, because
/// whichever was meant, the other was meant too.
public enum StrictJSON {
    /// Decodes a value from UTF-8 text.
    ///
    /// - Parameters:
    ///   - data: the text.
    ///   - name: the file's name for messages.
    ///   - expected: what the file should hold, such as "a configuration", for messages.
    ///   - advice: what to do about a wrong file, for messages.
    /// - Throws: `Failure` of kind `.badData`: not UTF-8, not JSON, two equal keys in an object, or not of this type.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from data: Data, named name: String, expecting expected: String,
        advice: String
    ) throws -> Value {
        func failure(_ found: String) -> Failure {
            Failure(.badData, "\(name): expected \(expected), found \(found); \(advice)")
        }
        // A zero byte is never valid; without it Foundation cannot take the text for UTF-16 or UTF-32.
        guard !data.contains(0), String(data: data, encoding: .utf8) != nil else { throw failure("text not in UTF-8") }
        let value: Value
        do {
            let decoder = JSONDecoder()
            decoder.nonConformingFloatDecodingStrategy = .convertFromString(
                positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
            value = try decoder.decode(type, from: data)
        } catch let error as DecodingError {
            throw failure(explanation(error, of: data))
        }
        if let key = firstRepeatedKey(in: data) { throw failure("the key \"\(key)\" twice in one object") }
        return value
    }

    /// The first key that occurs a second time in one object.
    ///
    /// - Precondition: `json` is valid JSON in UTF-8, as Foundation has accepted it.
    static func firstRepeatedKey(in json: Data) -> String? {
        // One entry for each open object or array; an array has no keys.
        var open: [Set<String>?] = []
        var expectsKey = false
        var start: Data.Index?
        var escaped = false
        for (index, byte) in zip(json.indices, json) {
            if let begin = start {
                switch byte {
                case _ where escaped: escaped = false
                case UInt8(ascii: "\\"): escaped = true
                case UInt8(ascii: "\""):
                    start = nil
                    if expectsKey, let key = try? JSONDecoder().decode(String.self, from: json[begin...index]),
                        open[open.count - 1]?.insert(key).inserted == false
                    {
                        return key
                    }
                default: break
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): start = index
            case UInt8(ascii: "{"):
                open.append([])
                expectsKey = true
            case UInt8(ascii: "["):
                open.append(nil)
                expectsKey = false
            case UInt8(ascii: "}"), UInt8(ascii: "]"): open.removeLast()
            case UInt8(ascii: ":"): expectsKey = false
            case UInt8(ascii: ","): expectsKey = open.last.map { $0 != nil } ?? false
            default: break
            }
        }
        return nil
    }

    private static func explanation(_ error: DecodingError, of data: Data) -> String {
        func place(_ path: [any CodingKey]) -> String {
            let steps = path.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }
            return steps.isEmpty ? "at the top level" : "at \(steps.joined().drop { $0 == "." })"
        }
        switch error {
        case .keyNotFound(let key, let context):
            return "no key \"\(key.stringValue)\" \(place(context.codingPath))"
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            return "something other than a value of type \(type) \(place(context.codingPath))"
        case .dataCorrupted(let context):
            return context.codingPath.isEmpty
                // Foundation calls a number out of range invalid JSON, and does not say where it stands.
                ? syntaxError(in: data) ?? "a number out of range"
                : "\(context.debugDescription) \(place(context.codingPath))"
        @unknown default:
            return "\(error)"
        }
    }

    /// What is no JSON, and where: the decoder does not tell, the older parser does.
    private static func syntaxError(in data: Data) -> String? {
        do {
            _ = try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
            return nil
        } catch {
            let reason = (error as NSError).userInfo["NSDebugDescription"] as? String
            guard let reason else { return "invalid JSON" }
            return "invalid JSON (\(reason.trimmingCharacters(in: ["."]).lowercased()))"
        }
    }
}
