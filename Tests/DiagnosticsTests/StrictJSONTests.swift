import Foundation
import TestSupport
import Testing

@testable import Diagnostics

@Suite("Strict JSON")
struct StrictJSONTests {
    private func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try StrictJSON.decode(
            type, from: Data(text.utf8), named: "a.json", expecting: "numbers", advice: "correct the file")
    }

    @Test("what is valid decodes, also where one key occurs in several objects")
    func valid() throws {
        #expect(try decode([[String: Int]].self, #"[{"a": 1, "b": 2}, {"a": 3}]"#) == [["a": 1, "b": 2], ["a": 3]])
        #expect(try decode([String: [String: String]].self, #"{"a": {"a": "a"}}"#) == ["a": ["a": "a"]])
        #expect(try decode([String: String].self, #"{"a": "{\"a\":1,", "b\"": ",\"a\":"}"#).count == 2)
    }

    @Test(
        "two equal keys in one object",
        arguments: [
            (#"{"a": 1, "a": 2}"#, "a"), (#"{"a": 1, "\u0061": 2}"#, "a"), (#"{"a": [1, {}], "b": {}, "a": 2}"#, "a"),
            (#"[{}, {"x": {"y": ["y", "y"], "z": 1, "y": 0}}]"#, "y"), (#"{"\"": 1, "b": ",", "\"": 2}"#, "\""),
            // Composed and decomposed: two spellings of one Swift string, so of one key of a Swift dictionary.
            ("{\"\u{e9}\": 1, \"e\u{301}\": 2}", "\u{e9}"),
        ])
    func repeatedKey(text: String, key: String) {
        #expect(StrictJSON.firstRepeatedKey(in: Data(text.utf8)) == key)
    }

    @Test("a repeated key is refused where Foundation would take one of the two")
    func repeatedKeyIsRefused() throws {
        let text = #"{"a": 1, "a": 2}"#
        #expect(throws: Never.self) { try JSONDecoder().decode([String: Int].self, from: Data(text.utf8)) }
        expectFailure(.badData, mentioning: "a.json: expected numbers", "the key \"a\" twice", "correct the file") {
            _ = try decode([String: Int].self, text)
        }
    }

    @Test("not JSON, not UTF-8, not of the type: one line with the place")
    func invalid() {
        expectFailure(.badData, mentioning: "invalid JSON", "character 7") {
            _ = try decode([String: Int].self, "{\n\"a\": NaN}")
        }
        expectFailure(.badData, mentioning: "of type Int at a[1]") {
            _ = try decode([String: [Int]].self, #"{"a":[1,"2"]}"#)
        }
        expectFailure(.badData, mentioning: "end of file") { _ = try decode([Int].self, "[1, 2") }
        expectFailure(.badData, mentioning: "a.json") { _ = try decode([Int].self, "") }
        expectFailure(.badData, mentioning: "a.json") {
            _ = try decode([Int].self, String(repeating: "[", count: 100_000))
        }
        for bytes in [Data([0x5b, 0xff, 0x5d]), "[1]".data(using: .utf16LittleEndian) ?? Data()] {
            expectFailure(.badData, mentioning: "not in UTF-8") {
                _ = try StrictJSON.decode([Int].self, from: bytes, named: "a", expecting: "numbers", advice: "none")
            }
        }
    }
}
