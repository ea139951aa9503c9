import Foundation
import PropertyTesting
import Testing

@testable import Diagnostics

@Suite("JSON")
struct JSONParserTests {
    private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Data(text.utf8)) }

    private func finding(_ text: String) -> String? {
        do {
            return "accepted as \(try parse(text))"
        } catch {
            return (error as? JSONSyntaxError)?.finding
        }
    }

    // MARK: What is JSON

    @Test("values of each kind")
    func kinds() throws {
        #expect(try Tree(parse(" null ")) == .null)
        #expect(try Tree(parse("[true,false]")) == .array([.boolean(true), .boolean(false)]))
        #expect(try Tree(parse("\n\t\r {} ")) == .object([]))
        #expect(try Tree(parse("[ ]")) == .array([]))
        #expect(
            try Tree(parse(#"{"b": [1, {"c": ""}, []], "a": -2.50e+1}"#))
                == .object([
                    .init("b", .array([.number("1"), .object([.init("c", .string(""))]), .array([])])),
                    .init("a", .number("-2.50e+1")),
                ]))
        #expect(try Tree(parse("\u{feff}[1]")) == .array([.number("1")]))
        #expect(Tree(.null) == .null)
    }

    @Test("members by their keys, from any place on and however a key is written; elements by their number")
    func members() throws {
        let value = try parse(#"{"a": 1, "\u0062": [2, {}], "\"\\": 3, "é": 4, "e": 5, "": 6, "ab": {"a": 7}}"#)
        let keys = ["a", "b", "\"\\", "é", "e\u{301}", "e", "", "ab"]
        let values = ["1", "[2, {}]", "3", "4", "4", "5", "6", #"{"a": 7}"#]
        for (key, expected) in zip(keys, values) { #expect("\(value[key] ?? .null)" == expected, "\(key)") }
        for key in ["c", "aa", "abc", "\"", "\\", "\u{301}", "b\u{301}"] { #expect(value[key] == nil, "\(key)") }
        #expect(try parse("{}")["a"] == nil && value[0] == nil)
        let list = try #require(value["b"])
        #expect(["\(list[0] ?? .null)", "\(list[1] ?? .null)"] == ["2", "{}"])
        #expect(list[2] == nil && list[-1] == nil && list["a"] == nil)

        guard case .object(var members) = value.form else { Issue.record("no object"); return }
        for key in ["e", "a", "none", "ab", "ab", "a", "e"] {
            #expect((members.find(key) == nil) == (key == "none"), "\(key)")
        }
        #expect(members.next()?.key == "")
    }

    /// Memory in proportion: eight bytes for a value, which takes two with its comma.
    @Test("the room that is set aside for values is enough for every text", arguments: [0, 1, 2, 1000, 4001])
    func room(count: Int) throws {
        let numbers = [String](repeating: "0", count: count).joined(separator: ",")
        let (opening, closing) = (String(repeating: "[", count: 511), String(repeating: "]", count: 511))
        for text in ["[\(numbers)]", opening + "[\(numbers)]" + closing] {
            var parser = JSONParser(Data(text.utf8))
            let tokens = try parser.document().tokens
            #expect(tokens.count <= text.utf8.count / 2 + JSONParser.maximumDepth)
            #expect(MemoryLayout<JSONText.Token>.stride == 8)
        }
    }

    @Test(
        "strings",
        arguments: [
            (#""""#, ""), (#""a/\/\\\"\b\f\n\r\t""#, "a//\\\"\u{8}\u{c}\n\r\t"), (#""\u00e9\u0000""#, "é\u{0}"),
            (#""\ud83d\uDE00!""#, "😀!"), ("\"😀é\"", "😀é"), (#""e\u0301""#, "e\u{301}"),
            ("\"\u{7f}\u{2028}\"", "\u{7f}\u{2028}"),
        ])
    func strings(text: String, value: String) throws {
        guard case .string(let found) = try parse(text).form else { Issue.record("no string"); return }
        #expect(Array(found.unicodeScalars) == Array(value.unicodeScalars))
    }

    @Test(
        "numbers: exact as integers, nearest as doubles, nothing out of range",
        arguments: [
            ("0", 0, 0), ("-0", 0, -0.0), ("-17", -17, -17), ("9007199254740993", 9_007_199_254_740_993, 0x1p53),
            ("9223372036854775807", .max, 0x1p63), ("-9223372036854775808", .min, -0x1p63),
            ("9223372036854775808", nil, 0x1p63), ("1.50e1", 15, 15), ("1500E-2", 15, 15), ("15.0", 15, 15),
            ("1.5", nil, 1.5), ("0.1", nil, 0.1), ("1e3", 1000, 1000), ("-1e-3", nil, -1e-3), ("1e400", nil, nil),
            ("-1e400", nil, nil), ("1e-400", nil, nil), ("0e-400", 0, 0), ("0.000e999999999999999999999", 0, 0),
            ("1e99999999999999999999999", nil, nil), ("9007199254740993.0", 9_007_199_254_740_993, 0x1p53),
            ("5e-324", nil, .leastNonzeroMagnitude), ("1.7976931348623157e308", nil, .greatestFiniteMagnitude),
            ("100000000000000000000e-19", 10, 10),
        ] as [(String, Int?, Double?)])
    func numbers(text: String, integer: Int?, double: Double?) throws {
        guard case .number(let number) = try parse(text).form else { Issue.record("no number"); return }
        #expect(number.text == text)
        #expect(number.integer() == integer)
        #expect(number.double == double)
        #expect(number.double?.sign == double?.sign)
    }

    @Test("whole numbers of other widths")
    func widths() throws {
        #expect(JSONNumber("18446744073709551615").integer(as: UInt64.self) == .max)
        #expect(JSONNumber("-1").integer(as: UInt64.self) == nil)
        #expect(JSONNumber("256").integer(as: UInt8.self) == nil)
        #expect(JSONNumber("2.56e2").integer(as: UInt16.self) == 256)
        // −exponent is no integer of 64 bits.
        #expect(JSONNumber("1e-9223372036854775808").integer(as: Int.self) == nil)
    }

    // MARK: What is none

    @Test(
        "what is wrong is quoted with its place",
        arguments: [
            ("007", "(line 1, column 1: expected a number, found 007, which begins with 0)"),
            ("[1,\n  1.]", "(line 2, column 3: expected a number, found 1., which lacks digits after the point)"),
            ("{\"é\": .5}", "(line 1, column 7: expected a number, found .5, which lacks digits before the point)"),
            ("+1", "found +1, which begins with +"), ("-", "found -, which lacks digits"),
            ("1e", "found 1e, which lacks digits after e"), ("1e+", "found 1e+, which lacks digits after e"),
            ("1_000", "found 1_000, which is none"), ("0x1F", "found 0x1F, which is none"),
            ("[0,001]", "found 001, which begins with 0"), ("0,001", "expected the end of the text, found ,001"),
            ("-Infinity", "found -Infinity, which lacks digits"),
            ("{\n\"a\": NaN}", "(line 2, column 6: expected a value, found NaN)"),
            ("nulls", "found nulls"), ("True", "found True"), ("tru", "found tru"), ("", "no JSON, only an empty text"),
            (" \n", "no JSON, only an empty text"), ("[1 2]", "expected a comma or ], found 2"),
            ("[1,]", "expected a value, found ]"), ("[,1]", "expected a value, found ,1"),
            ("[1", "found the end of the text"),
            ("{\"a\" 1}", "expected a colon after a key, found 1"), ("{a: 1}", "expected a key in quotes, found a"),
            ("{\"a\": 1,}", "expected a key in quotes, found }"),
            ("{\"a\": 1 \"b\": 2}", "expected a comma or }, found \"b\""),
            ("{'a': 1}", "found 'a'"), ("[1] // one", "expected the end of the text, found //"), ("]", "found ]"),
            ("\"a", "(line 1, column 1: a string without its closing quote)"), ("\"a\nb\"", "bare control character"),
            (#""\x""#, "(line 1, column 2: an unknown escape sequence)"), (#""\u12g4""#, "unknown escape"),
            (#""\u+123""#, "unknown escape"), (#""\ud800""#, "half a surrogate"), (#""\ud800\n""#, "half a surrogate"),
            (#""\udc00\ud800""#, "half a surrogate"), (#""\ud800\u0041""#, "half a surrogate"),
            (#""\"#, "unknown escape"),
            ("<!DOCTYPE html>", "expected a value, found <!DOCTYPE"),
            (String(repeating: "x", count: 99), "found " + String(repeating: "x", count: 30) + "…"),
            (#"{"a": 1, "a": 2}"#, "the key \"a\" twice in one object (line 1, column 10)"),
            (#"{"a": 1, "\u0061": 2}"#, "the key \"a\" twice"),
            (#"{"a": [1, {}], "b": {}, "a": 2}"#, "the key \"a\" twice"),
            (#"[{}, {"x": {"y": ["y", "y"], "z": 1, "y": 0}}]"#, "the key \"y\" twice"),
            (#"{"\"": 1, "b": ",", "\"": 2}"#, #"the key "\"" twice"#),
            // Composed and decomposed: two spellings of one Swift string.
            ("{\"\u{e9}\": 1, \"e\u{301}\": 2}", "twice in one object"),
            (String(repeating: "[", count: 100_000), "nested more than 512 deep"),
            (String(repeating: "{\"a\":", count: 100_000), "nested more than 512 deep"),
        ])
    func invalid(text: String, message: String) {
        let finding = finding(text)
        #expect(finding?.contains(message) == true, "\(finding ?? "another error")")
        #expect((finding?.utf8.count ?? 0) < 250)
    }

    @Test("the deepest nesting is read")
    func deepest() throws {
        let depth = JSONParser.maximumDepth
        _ = try parse(String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
        #expect(throws: JSONSyntaxError.self) {
            try parse(String(repeating: "[", count: depth + 1) + String(repeating: "]", count: depth + 1))
        }
    }

    @Test(
        "text that is not in UTF-8",
        arguments: [
            Data([0x5b, 0xff, 0x5d]), Data([0x22, 0xc0, 0x80, 0x22]), Data([0x22, 0xed, 0xa0, 0x80, 0x22]),
            Data([0x22, 0xe2, 0x82, 0x22]), Data("[1]".utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }),
            Data([0x5b, 0x00, 0x5d]),
        ])
    func notUTF8(bytes: Data) {
        let error = #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: bytes) }
        #expect(error?.finding == "text not in UTF-8")
    }

    // MARK: Descriptions

    @Test("a value is quoted as typed, in one line, cut when long")
    func descriptions() throws {
        for text in ["1e400", "\"2\"", "[16, \"a\"]", "{\"a\": [null, true], \"b\": {}}", "\"\\n\\u0007\\\"\\\\\""] {
            #expect("\(try parse(text))" == text)
        }
        let long = "\(try parse("[" + String(repeating: "true,", count: 100_000) + "true]"))"
        #expect(long.hasPrefix("[true, true, ") && long.hasSuffix("…") && long.count == 61)
        #expect("\(try parse("\"" + String(repeating: "é", count: 1000) + "\""))".count == 61)
    }

    // MARK: Against Foundation's parser

    /// Values with their texts; escapes, spaces and forms of numbers are drawn.
    private static func text(depth: Int) -> Generator<String> {
        Generator { source in
            func draw<Value>(_ generator: Generator<Value>) -> Value { generator.value(from: &source) }
            let space = draw(.element(of: ["", "", " ", "\n", "\t\r "]))
            let kind = draw(.element(of: depth > 0 ? [0, 1, 2, 3, 4, 4, 5, 5] : [0, 1, 2, 3]))
            let piece = Generator<String>.element(of: [
                "a", "é", "😀", "\\n", "\\u00e9", "\\ud83d\\ude00", "\\\\", "\\\"", "/",
            ])
            let text: String
            switch kind {
            case 0: text = draw(.element(of: ["null", "true", "false"]))
            case 1: text = "\(draw(Generator<Int>.integer(in: -1_000_000...1_000_000)))"
            case 2:
                let number = draw(Generator<Double>.anything)
                text =
                    number.isFinite
                    ? "\(number)".replacing("e+", with: draw(.element(of: ["e+", "E", "e"]))) : "0.5E-2"
            case 3: text = "\"" + draw(piece.array(count: 0...4)).joined() + "\""
            case 4:
                text = "[" + draw(Self.text(depth: depth - 1).array(count: 0...4)).joined(separator: ",") + space + "]"
            default:
                let values = draw(Self.text(depth: depth - 1).array(count: 0...4))
                let members = values.enumerated().map { "\"\($0)\(draw(piece))\"\(space):\($1)" }
                text = "{\(space)" + members.joined(separator: ",") + "}"
            }
            return space + text + draw(.element(of: ["", " ", "\n"]))
        }
    }

    @Test func validTextsMeanWhatFoundationReads() throws {
        try Property("JSON as Foundation reads it", Self.text(depth: 3), cases: 400) { text, trial in
            trial.label("nested", if: text.contains("[") && text.contains("{"))
            trial.label("escapes", if: text.contains("\\"))
            let data = Data(text.utf8)
            let other = try JSONDecoder().decode(Decoded.self, from: data)
            trial.holds(other.agrees(with: try JSONValue(parsing: data)), "another value: \(text)")
        }
        .requiring(["nested": 0.05, "escapes": 0.05])
        .check()
    }

    /// Damaged texts: whatever is accepted Foundation accepts too, and what only we refuse is refused for our reasons.
    @Test func damagedTextsAreRefusedAsFoundationRefusesThem() throws {
        let bytes = Array("{}[]\",:\\u0123456789eE+-. \ntrufalsn".utf8) + [0xc3, 0xa9, 0xff, 0x00, 0x1f, 0x7f]
        let damaged = Generator<[UInt8]> { source in
            var text = Array(Self.text(depth: 2).value(from: &source).utf8)
            for _ in 0..<Generator<Int>.integer(in: 1...3).value(from: &source) {
                let place = Generator<Int>.integer(in: 0...text.count).value(from: &source)
                let byte = Generator<UInt8>.element(of: bytes).value(from: &source)
                switch Generator<Int>.integer(in: 0...2).value(from: &source) {
                case 0: text.insert(byte, at: place)
                case 1 where place < text.count: text.remove(at: place)
                default: if place < text.count { text[place] = byte }
                }
            }
            return text
        }
        try Property("damaged JSON", damaged, cases: 3000) { bytes, trial in
            let data = Data(bytes)
            let foundations = (try? JSONDecoder().decode(Decoded.self, from: data)) != nil
            do {
                let value = try JSONValue(parsing: data)
                trial.label("accepted")
                trial.holds(
                    foundations || value.hasNumberOutOfRange,
                    "accepted alone: \(String(decoding: bytes, as: UTF8.self))")
            } catch let error as JSONSyntaxError {
                trial.label("refused")
                // Foundation takes a comma before a closing brace or bracket.
                let ours = [
                    "twice", "not in UTF-8", "surrogate", "expected a key in quotes, found }",
                    "expected a value, found ]",
                ]
                let isOurs = ours.contains { error.finding.contains($0) }
                trial.holds(
                    !foundations || isOurs, "refused alone, \(error.finding): \(String(decoding: bytes, as: UTF8.self))"
                )
            }
        }
        .requiring(["accepted": 0.05, "refused": 0.3])
        .check()
    }

    /// Bytes at random, and long texts of one kind: no crash, and time in proportion to the length.
    @Test func anyBytesAreSurvived() throws {
        let byte = Generator<UInt8> { source in UInt8(source.choose(upTo: 255)) }
        try Property("any bytes", byte.array(count: 0...60), cases: 3000) { bytes, _ in
            _ = try? JSONValue(parsing: Data(bytes))
        }.check()
        let count = 200_000
        for piece in [
            "[", "{\"a\":", "\"", "\\\"", "1", "-", "e", " ", "\n", "a", "\u{e9}", "\"a\",", "{\"", ":", "\\u12",
        ] {
            for start in ["", "[", "\"", "1", "{"] {
                _ = try? parse(start + String(repeating: piece, count: count))
            }
        }
        let keys = "{" + (0..<count).map { "\"\($0)\":0" }.joined(separator: ",") + "}"
        guard case .object(var members) = try parse(keys).form else { Issue.record("no object"); return }
        #expect(Array(members).count == count)
        // In the order of the text each is found at once.
        for key in 0..<count { #expect(members.find("\(key)") != nil) }
        let twice = keys.dropLast() + #","0":0,"1":0}"#
        #expect(finding(String(twice))?.contains(#"the key "0" twice"#) == true)
    }
}

/// A value with all that it contains, to be compared.
private enum Tree: Equatable {
    case null
    case boolean(Bool)
    case number(String)
    case string(String)
    case array([Tree])
    case object([Member])

    struct Member: Equatable {
        let key: String
        let value: Tree

        init(_ key: String, _ value: Tree) { (self.key, self.value) = (key, value) }
    }

    init(_ value: JSONValue) {
        self =
            switch value.form {
            case .null: .null
            case .boolean(let boolean): .boolean(boolean)
            case .number(let number): .number(number.text)
            case .string(let string): .string(string)
            case .array(let elements): .array(elements.map(Tree.init))
            case .object(let members): .object(members.map { Member($0.key, Tree($0.value)) })
            }
    }
}

/// Any JSON, decoded by Foundation.
private enum Decoded: Decodable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([Decoded])
    case object([String: Decoded])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode([String: Decoded].self) {
            self = .object(value)
        } else if let value = try? container.decode([Decoded].self) {
            self = .array(value)
        } else {
            self = .string(try container.decode(String.self))
        }
    }

    /// Whether a value is this one.
    func agrees(with value: JSONValue) -> Bool {
        switch (self, value.form) {
        case (.null, .null): return true
        case (.boolean(let own), .boolean(let other)): return own == other
        case (.number(let own), .number(let other)): return own == other.double
        case (.string(let own), .string(let other)): return Array(own.utf8) == Array(other.utf8)
        case (.array(let own), .array(let other)):
            return own.count == other.count && zip(own, other).allSatisfy { $0.agrees(with: $1) }
        case (.object(let own), .object(let other)):
            return own.count == Array(other).count && other.allSatisfy { own[$0.key]?.agrees(with: $0.value) == true }
        default: return false
        }
    }
}

extension JSONValue {
    fileprivate var hasNumberOutOfRange: Bool {
        switch form {
        case .number(let number): number.double == nil
        case .array(let values): values.contains(where: \.hasNumberOutOfRange)
        case .object(let members): members.contains(where: \.value.hasNumberOutOfRange)
        case .null, .boolean, .string: false
        }
    }
}
