import PropertyTesting

/// Mutants of small inputs, made from the decisions of a source: the same decisions make the same mutant.
struct Mutation: Sendable {
    private let corpus: [[UInt8]]
    private let tokens: [[UInt8]]
    private let isText: Bool

    /// No mutant is longer.
    static let longest = 1 << 15

    private static let bytes: [UInt8] = [0, 1, 0x7f, 0x80, 0xff, 0x20, 0x0a, 0x22, 0x2c, 0x5b, 0x7b]
    private static let integers: [UInt64] = [
        0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000,
        0x0fff_ffff_ffff_ffff, 0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, 0xffff_ffff_ffff_fff8, .max,
    ]
    private static let numbers = [
        "0", "-1", "1", "-0", "1e308", "1e-320", "1e400", "-1e400", "0.5", "255", "256", "65536", "2147483647",
        "4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808", "18446744073709551616",
        "1e18", "1e19", "007", "1.", ".5", "NaN", "\"NaN\"", "\"Infinity\"", "null", "true", "[]", "{}", "\"\"",
    ]

    /// Mutants of a corpus.
    init(_ format: Format, found: [[UInt8]]) {
        corpus = format.corpus + found
        tokens = format.tokens.map { Array($0.utf8) }
        isText = format.isText
    }

    /// One mutant: an input of the corpus after one to six changes.
    func mutant(from source: inout ChoiceSource) -> [UInt8] {
        var input = corpus[Int(source.choose(upTo: UInt64(corpus.count - 1)))]
        for _ in 0...source.choose(upTo: 5) { change(&input, &source) }
        return Array(input.prefix(Self.longest))
    }

    private func change(_ input: inout [UInt8], _ source: inout ChoiceSource) {
        let place = Int(source.choose(upTo: UInt64(input.count)))
        let room = input.count - place
        let piece = place..<(place + Int(source.choose(upTo: UInt64(min(room, 64)))))
        switch source.choose(upTo: 10) {
        case 0 where room > 0: input[place] ^= 1 << UInt8(source.choose(upTo: 7))
        case 1 where room > 0: input[place] = element(of: Self.bytes, &source)
        case 2: input.removeSubrange(place...)
        case 3: input.removeSubrange(piece)
        case 4:
            input.insert(
                contentsOf: (0...source.choose(upTo: 7)).map { _ in UInt8(source.choose(upTo: 255)) }, at: place)
        case 5:
            // Long inputs are slow, and a few are enough.
            let copies =
                source.choose(upTo: 31) > 0 ? element(of: [1, 2, 16], &source) : element(of: [300, 4000], &source)
            let repeated = Array(input[piece].prefix(max(1, Self.longest / copies)))
            input.insert(contentsOf: (0..<copies).flatMap { _ in repeated }, at: place)
        case 6:
            let other = element(of: corpus, &source)
            let from = Int(source.choose(upTo: UInt64(other.count)))
            let length = Int(source.choose(upTo: UInt64(other.count - from)))
            input.replaceSubrange(piece, with: other[from..<from + length])
        case 7 where !tokens.isEmpty: input.replaceSubrange(piece.prefix(0), with: element(of: tokens, &source))
        case 8 where !tokens.isEmpty: input.replaceSubrange(piece, with: element(of: tokens, &source))
        default: changeNumber(&input, at: place, &source)
        }
    }

    /// Replaces the number that stands at a place, or behind it, by one at which readers fail.
    private func changeNumber(_ input: inout [UInt8], at place: Int, _ source: inout ChoiceSource) {
        let isDigit: (UInt8) -> Bool = { (0x30...0x39).contains($0) }
        if isText, let start = input[place...].firstIndex(where: isDigit) {
            let end = input[start...].firstIndex { !isDigit($0) && $0 != UInt8(ascii: ".") } ?? input.endIndex
            input.replaceSubrange(start..<end, with: Array(element(of: Self.numbers, &source).utf8))
        } else {
            let width = element(of: [1, 2, 4, 8], &source)
            let integer = element(of: Self.integers, &source)
            var bytes = (0..<width).map { UInt8(truncatingIfNeeded: integer >> (8 * UInt64($0))) }
            if source.choose(upTo: 1) == 1 { bytes.reverse() }
            input.replaceSubrange(place..<min(place + width, input.count), with: bytes)
        }
    }

    private func element<Value>(of values: [Value], _ source: inout ChoiceSource) -> Value {
        values[Int(source.choose(upTo: UInt64(values.count - 1)))]
    }
}
