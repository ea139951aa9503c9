import Foundation
import TensorReference
import Tensors
import Testing

/// What is drawn from the words of a generator.
@Suite struct DrawsTests {
    /// Known answers made by another implementation of Philox and, in exact integers, from the publications:
    /// `python3 draws_golden.py`, randomgen 2.5.1 (Fixtures/Tensors).
    struct Golden: Decodable {
        struct Integers: Decodable {
            let bound: UInt64
            let values: [UInt64]
        }
        struct Case: Decodable {
            let seed: UInt64
            let purpose: String
            let step: Int
            let words: [UInt64]
            let integers: [Integers]
            let permutations: [[Int]]
            let units: [Double]
            let normals: [Double]

            var generator: PhiloxGenerator { PhiloxGenerator(seed: seed, purpose: purpose, step: step) }
        }
        let cases: [Case]

        static func load() throws -> Golden {
            let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../../Fixtures/Tensors/draws_golden.json")
            return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
        }
    }

    @Test func everyDrawIsTheKnownOne() throws {
        let cases = try Golden.load().cases
        #expect(cases.count == 4)
        for golden in cases {
            var generator = golden.generator
            #expect(golden.words.map { _ in generator.next() } == golden.words)
            for integers in golden.integers {
                generator = golden.generator
                #expect(
                    integers.values.map { _ in generator.uniformInteger(below: integers.bound) } == integers.values,
                    "below \(integers.bound)")
                generator = golden.generator
                #expect(
                    integers.values.map { _ in UInt64(generator.uniformInteger(below: Int(integers.bound))) }
                        == integers.values)
            }
            for permutation in golden.permutations {
                generator = golden.generator
                #expect(generator.permutation(of: permutation.count) == permutation)
            }
            generator = golden.generator
            #expect(golden.units.map { _ in generator.unitInterval() } == golden.units)
            generator = golden.generator
            let normals = Tensor<Double>.normal([golden.normals.count], using: &generator)
            // Logarithm, cosine and sine of two libraries, each right to an ulp or two, in numbers up to 8.
            #expect(largestDifference(normals.scalars, golden.normals) < 8e-15)
        }
    }

    /// Words that say what is to be drawn.
    private struct Scripted: RandomNumberGenerator {
        var words: [UInt64]
        mutating func next() -> UInt64 { words.removeFirst() }
    }

    /// Of the 2⁶⁴ words exactly 2⁶⁴ mod bound are rejected, those whose product with the bound has a lower half below that
    /// number: 2⁶² for the bound 3·2⁶¹.
    @Test func theIncompleteIntervalIsRejected() {
        let bound: UInt64 = 3 << 61
        // The lower half is 0 for the word 0, which is rejected, and 3·2⁶¹ for the word 1, which is not.
        var generator = Scripted(words: [0, 1, 8, 3 << 60 + 1])
        #expect(generator.uniformInteger(below: bound) == 0 && generator.words == [8, 3 << 60 + 1])
        // 8 · 3·2⁶¹ = 3·2⁶⁴: rejected too.
        #expect(generator.uniformInteger(below: bound) == 9 << 57 && generator.words.isEmpty)
        // A power of two rejects nothing.
        generator = Scripted(words: [0, .max])
        #expect(generator.uniformInteger(below: UInt64(1) << 40) == 0)
        #expect(generator.uniformInteger(below: UInt64(1) << 40) == 1 << 40 - 1 && generator.words.isEmpty)
    }

    /// χ² of 60,000 draws below 6 and of as many orders of four numbers: with k degrees of freedom it exceeds
    /// k + 2√(20k) + 40 with probability below e⁻²⁰ = 2·10⁻⁹ at a random seed (Laurent and Massart 2000, lemma 1).
    @Test func integersAndOrdersAreEquallyFrequent() {
        func statistic(_ counts: [Int]) -> Double {
            let expected = Double(counts.reduce(0, +)) / Double(counts.count)
            return counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        }
        var generator = PhiloxGenerator(seed: 21, purpose: "frequencies")
        var integers = [Int](repeating: 0, count: 6)
        var orders: [[Int]: Int] = [:]
        for _ in 0..<60_000 {
            integers[generator.uniformInteger(below: 6)] += 1
            orders[generator.permutation(of: 4), default: 0] += 1
        }
        #expect(statistic(integers) < 5 + 2 * (20 * 5.0).squareRoot() + 40)
        #expect(orders.count == 24 && statistic(Array(orders.values)) < 23 + 2 * (20 * 23.0).squareRoot() + 40)
        #expect(orders.keys.allSatisfy { $0.sorted() == [0, 1, 2, 3] })
    }
}
