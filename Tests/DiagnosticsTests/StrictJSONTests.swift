import Diagnostics
import Foundation
import TestSupport
import Testing

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
        #expect(try decode([Double].self, #"[1e-3, "NaN", "-Infinity"]"#).last == -.infinity)
        #expect(try decode([Int].self, "\u{feff}[1]") == [1])
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
        expectFailure(.badData, mentioning: "invalid JSON (line 2, column 6: expected a value, found NaN)") {
            _ = try decode([String: Int].self, "{\n\"a\": NaN}")
        }
        expectFailure(.badData, mentioning: #"found "2" instead of a whole number in the range of Int at a[1]"#) {
            _ = try decode([String: [Int]].self, #"{"a":[1,"2"]}"#)
        }
        expectFailure(.badData, mentioning: "1e400 instead of a number in the range of Double at a[1]") {
            _ = try decode([String: [Double]].self, #"{"a":[1,1e400]}"#)
        }
        expectFailure(.badData, mentioning: "end of the text") { _ = try decode([Int].self, "[1, 2") }
        expectFailure(.badData, mentioning: "an empty text") { _ = try decode([Int].self, "") }
        expectFailure(.badData, mentioning: "nested more than") {
            _ = try decode([Int].self, String(repeating: "[", count: 100_000))
        }
        for bytes in [Data([0x5b, 0xff, 0x5d]), "[1]".data(using: .utf16LittleEndian) ?? Data()] {
            expectFailure(.badData, mentioning: "not in UTF-8") {
                _ = try StrictJSON.decode([Int].self, from: bytes, named: "a", expecting: "numbers", advice: "none")
            }
        }
    }

    // MARK: Content whose form is not known

    private func element(_ text: String) throws -> JSONElement {
        let value = try StrictJSON.value(
            of: Data(text.utf8), named: "a.json", expecting: "numbers", advice: "correct the file")
        return JSONElement(value, named: "the file")
    }

    @Test("what is expected is read")
    func elements() throws {
        let document = try element(#"{"a": {"b": [1, 2.5]}, "c": ["x"], "d": 1e2}"#)
        try document.requireKeys(["a", "c", "d", "e"])
        #expect(try document.member("a").member("b").numbers() == [1, 2.5])
        #expect(try document.member("c").elements().map { try $0.string() } == ["x"])
        #expect(try document.member("d").integer(as: UInt8.self) == 100)
        #expect(try document.members().map(\.key) == ["a", "c", "d"])
    }

    @Test("what is not expected is named with its place, as typed")
    func mismatches() throws {
        let document = try element(#"{"a": {"b": [1, "2", 1e400, [], null]}, "\n": 7}"#)
        func expect(_ message: String, _ body: () throws -> Void) {
            let error = #expect(throws: JSONMismatch.self) { try body() }
            #expect(error?.description == message)
        }
        let list = try document.member("a").member("b")
        expect(#""a"."b"[1] is "2"; expected a number"#) { _ = try list.numbers() }
        expect(#""a"."b"[2] is 1e400; expected a number within the range of a double"#) {
            _ = try Array(list.elements())[2].number()
        }
        expect(#""a"."b"[3] is []; expected a string"#) { _ = try Array(list.elements())[3].string() }
        expect(#""a"."b"[4] is null; expected a whole number"#) {
            _ = try Array(list.elements())[4].integer(as: Int.self)
        }
        expect(#""a"."b" is [1, "2", 1e400, [], null]; expected an object"#) { _ = try list.member("c") }
        expect(#""\n" is 7; expected an array"#) { _ = try document.member("\n").elements() }
        expect(#""a" lacks the key "c""#) { _ = try document.member("a").member("c") }
        expect(#"the file has the unknown key "\n"; expected only "a""#) { try document.requireKeys(["a"]) }
        expectFailure(.badData, mentioning: "a.json: expected numbers", "found 007", "correct the file") {
            _ = try element("007")
        }
    }
}
