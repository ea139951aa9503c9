import Diagnostics
import Foundation
import PropertyTesting
import TestSupport
import Testing

/// What `Decodable` types get from a text, beside what Foundation's decoder gives them.
@Suite("Decoding from JSON")
struct JSONDecodingTests {
    private struct Everything: Codable, Equatable {
        enum Kind: String, Codable { case first, second }
        enum Choice: Codable, Equatable {
            case number(Int)
            case words([String])
        }
        struct Inner: Codable, Equatable {
            var name: String
            var values: [Double]
        }
        final class Base: Codable, Equatable {
            let id: UInt8
            init(id: UInt8) { self.id = id }
            static func == (one: Base, other: Base) -> Bool { one.id == other.id }
        }

        var flag: Bool
        var kind: Kind
        var choice: Choice
        var whole: Int
        var small: Int8
        var large: UInt64
        var real: Double
        var single: Float
        var text: String
        var bytes: Data
        var inner: [Inner]
        var table: [[Float]]
        var byName: [String: Inner]
        var absent: Int?
        var maybe: [Double?]
        var base: Base
    }

    private func strict<Value: Decodable>(_ type: Value.Type, _ data: Data) throws -> Value {
        try StrictJSON.decode(type, from: data, named: "a.json", expecting: "values", advice: "none")
    }

    private static var reals: Generator<Double> {
        .element(of: [
            0, -0.5, 1e-300, 1e300, .infinity, -.infinity, 0.1, 12_345.678, .greatestFiniteMagnitude,
        ])
    }

    private static var everything: Generator<Everything> {
        Generator { source in
            func draw<Value>(_ generator: Generator<Value>) -> Value { generator.value(from: &source) }
            let word = Generator<String>.element(of: ["", "a", "é\n\"", "Infinity", "\u{1}😀", "e\u{301}"])
            func inner() -> Everything.Inner {
                Everything.Inner(name: draw(word), values: draw(reals.array(count: 0...3)))
            }
            let number = draw(Generator<Int>.integer(in: -1_000_000...1_000_000))
            return Everything(
                flag: number % 2 == 0, kind: number % 3 == 0 ? .first : .second,
                choice: number % 5 == 0 ? .number(number) : .words(draw(word.array(count: 0...2))), whole: number,
                small: Int8(truncatingIfNeeded: number), large: UInt64(bitPattern: Int64(number)), real: draw(reals),
                single: draw(.element(of: [0.1, -3e38, .leastNonzeroMagnitude, .infinity])), text: draw(word),
                bytes: Data(draw(word).utf8), inner: (0..<draw(Generator<Int>.integer(in: 0...2))).map { _ in inner() },
                table: (0..<draw(Generator<Int>.integer(in: 0...2))).map { _ in [1, 0.25] },
                byName: Dictionary(draw(word.array(count: 0...3)).map { ($0, inner()) }) { first, _ in first },
                absent: number % 2 == 0 ? nil : number, maybe: number % 7 == 0 ? [nil, 1, nil] : [],
                base: Everything.Base(id: UInt8(truncatingIfNeeded: number)))
        }
    }

    @Test func valuesComeBackFromWhatTheEncoderWrites() throws {
        try Property("a value written and read", Self.everything, cases: 200) { value, trial in
            for isPretty in [false, true] {
                let data = try StrictJSON.encoder(isPretty: isPretty).encode(value)
                trial.holds(try strict(Everything.self, data) == value, "read otherwise")
            }
        }.check()
    }

    /// One token of a valid text is replaced: what is still read is what Foundation reads.
    @Test func damagedValuesAreReadAsFoundationReadsThem() throws {
        let foundation = JSONDecoder()
        foundation.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        let damaged = Generator<Data> { source in
            let value = Self.everything.value(from: &source)
            let text = (try? StrictJSON.encoder(isPretty: false).encode(value)).map {
                String(decoding: $0, as: UTF8.self)
            }
            let words = (text ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            var changed = words
            let place = Generator<Int>.integer(in: 0...words.count - 1).value(from: &source)
            let start = words[place].lastIndex(of: ":").map { words[place].index(after: $0) } ?? words[place].startIndex
            let replacement = Generator<String>.element(of: [
                "null", "true", "1", "-1.5", "3.0", "300", "1e400", "1e39", "\"\"", "\"Infinity\"", "[]", "{}",
                "[null]",
                "\"first\"",
            ]).value(from: &source)
            changed[place] = words[place][..<start] + replacement
            return Data(changed.joined(separator: ",").utf8)
        }
        try Property("damaged values", damaged, cases: 1500) { data, trial in
            let expected = try? foundation.decode(Everything.self, from: data)
            do {
                let found = try strict(Everything.self, data)
                trial.label("accepted")
                trial.holds(found == expected, "read otherwise: \(String(decoding: data, as: UTF8.self))")
            } catch let failure as Failure {
                trial.label("refused")
                trial.holds(failure.kind == .badData && !failure.message.contains("\n"), failure.message)
                // The brackets of a damaged text may not match; where they do, Foundation refuses it too.
                trial.holds(
                    expected == nil || failure.message.contains("twice"),
                    "refused alone, \(failure.message): \(String(decoding: data, as: UTF8.self))")
            }
        }
        .requiring(["accepted": 0.05, "refused": 0.2])
        .check()
    }

    @Test(
        "what is wrong is quoted with its place",
        arguments: [
            (#"{"rows": [{"name": "a"}]}"#, #"no key "count" at rows[0]"#),
            (
                #"{"rows": [{"name": "a", "count": 1}, {"name": 7, "count": 1}]}"#,
                "7 instead of a string at rows[1].name"
            ),
            (
                #"{"rows": [{"name": "a", "count": 1.5}]}"#,
                "1.5 instead of a whole number in the range of UInt8 at rows[0].count"
            ),
            (#"{"rows": [{"name": "a", "count": 256}]}"#, "256 instead of a whole number in the range of UInt8"),
            (#"{"rows": [{"name": null, "count": 1}]}"#, "null instead of a string at rows[0].name"),
            (#"{"rows": {"a": []}}"#, #"{"a": []} instead of an array at rows"#),
            (#"{"rows": [[]]}"#, "[] instead of an object at rows[0]"),
            ("[1]", "[1] instead of an object at the top level"),
            (#"{"rows": [], "kind": "other"}"#, "at kind"),
            (#"{"rows": [], "bytes": "?"}"#, #""?" instead of a string in base 64 at bytes"#),
            (#"{"rows": [], "pair": [1]}"#, "only 1 elements at pair"),
        ])
    func mismatches(text: String, message: String) {
        struct Row: Decodable {
            let name: String
            let count: UInt8
        }
        struct Pair: Decodable {
            let sum: Double
            init(from decoder: any Decoder) throws {
                var container = try decoder.unkeyedContainer()
                sum = try container.decode(Double.self) + container.decode(Double.self)
            }
        }
        struct Rows: Decodable {
            let rows: [Row]
            let kind: Everything.Kind?
            let bytes: Data?
            let pair: Pair?
        }
        expectFailure(.badData, mentioning: "a.json: expected values, found", message) {
            _ = try strict(Rows.self, Data(text.utf8))
        }
    }

    @Test("the nearest number of the type, also where the nearest double lies between two of it")
    func rounding() throws {
        // Just above the middle of 1 and the next single-precision number; the nearest double is the middle.
        let above = "[1.000000059604644775390626]"
        #expect(try strict([Float].self, Data(above.utf8)) == [Float(1).nextUp])
        #expect(try strict([Double].self, Data(above.utf8)) == [0x1.000001p0])
    }

    private class Parent: Decodable {
        let name: String
        init(name: String) { self.name = name }
    }

    private final class Child: Parent {
        private enum Key: CodingKey { case age }
        let age: Int
        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            age = try container.decode(Int.self, forKey: .age)
            try super.init(from: container.superDecoder())
        }
    }

    @Test("what a class inherits stands under the key super")
    func inheritance() throws {
        let child = try strict(Child.self, Data(#"{"age": 3, "super": {"name": "a"}}"#.utf8))
        #expect(child.age == 3 && child.name == "a")
        expectFailure(.badData, mentioning: "null instead of an object at super") {
            _ = try strict(Child.self, Data(#"{"age": 3}"#.utf8))
        }
    }

    /// Containers that types in this project do not ask for, as `Decodable` promises them.
    @Test func nestedContainers() throws {
        struct Nested: Decodable {
            enum Key: String, CodingKey { case outer, list }
            let sum: Int
            let keys: [String]

            init(from decoder: any Decoder) throws {
                let top = try decoder.container(keyedBy: Key.self)
                let outer = try top.nestedContainer(keyedBy: Key.self, forKey: .outer)
                var list = try top.nestedUnkeyedContainer(forKey: .list)
                var inner = try list.nestedUnkeyedContainer()
                let object = try list.nestedContainer(keyedBy: Key.self)
                let last = try list.superDecoder().singleValueContainer().decode(Int.self)
                sum =
                    try outer.decode(Int.self, forKey: .list) + inner.decode(Int.self) + last
                    + object.decode(Int.self, forKey: .outer)
                    + (top.superDecoder(forKey: .outer)
                        .container(keyedBy: Key.self).decode(Int.self, forKey: .list))
                keys = top.allKeys.map(\.rawValue)
                #expect(inner.isAtEnd && list.isAtEnd && list.currentIndex == 3 && list.count == 3)
                #expect(try list.decodeNil() == false && !decoder.singleValueContainer().decodeNil())
                #expect(try top.decodeNil(forKey: .outer) == false && !outer.contains(.outer))
            }
        }
        let text = #"{"other": 0, "list": [[1], {"outer": 10}, 100], "outer": {"list": 1000}}"#
        let nested = try strict(Nested.self, Data(text.utf8))
        #expect(nested.sum == 2111 && nested.keys == ["list", "outer"])
    }
}
