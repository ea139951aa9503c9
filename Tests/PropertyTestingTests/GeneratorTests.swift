import Foundation
import PropertyTesting
import Tensors
import Testing

private func values<Value>(_ generator: Generator<Value>, count: Int = 2000) -> [Value] {
    (0..<count).map { index in
        var source = ChoiceSource(PhiloxGenerator(seed: 5, purpose: "generator", step: index))
        return generator.value(from: &source)
    }
}

@Suite struct GeneratorTests {
    @Test func edgeValuesComeMoreOftenThanChance() {
        let drawn = values(.real(in: 0...1))
        #expect(drawn.allSatisfy { (0...1).contains($0) })
        for edge in [0.0, 1] { #expect(drawn.count { $0 == edge } > 30) }
        let anything = values(.anything)
        #expect(anything.count(where: \.isNaN) > 20)
        #expect(anything.count { $0.isInfinite } > 40)
        #expect(anything.count { $0.magnitude > 1e100 } > 50)
        #expect(anything.count { $0 != 0 && $0.magnitude < 1e-100 } > 50)
        let whole = values(.integer(in: -3...900))
        #expect(whole.count { $0 == 900 } > 20 && whole.count { $0 == -3 } > 20 && whole.count { $0 == 0 } > 20)
    }

    @Test func probabilitiesSumToOneAndHaveZerosAndCertainties() {
        let drawn = values(.probabilities(count: 4))
        #expect(drawn.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-15 * 4 && $0.allSatisfy { $0 >= 0 } })
        #expect(drawn.count { $0.contains(0) } > 300)
        #expect(drawn.count { $0.contains(1) } > 50)
        #expect(drawn.count { $0 == [0.25, 0.25, 0.25, 0.25] } > 100)
        #expect(values(.probabilities(count: 1), count: 50).allSatisfy { $0 == [1] })
    }

    @Test func unitVectorsAndRotations() {
        for dimension in [1, 2, 7] {
            for vector in values(.unitVector(dimension: dimension), count: 200) {
                #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-14)
            }
        }
        for matrix in values(.orthogonalMatrix(dimension: 3), count: 100) {
            for row in 0..<3 {
                for other in 0..<3 {
                    let product = (0..<3).reduce(0) { $0 + matrix[3 * row + $1] * matrix[3 * other + $1] }
                    #expect(abs(product - (row == other ? 1 : 0)) < 1e-14)
                }
            }
        }
    }

    @Test func shapesStayWithinTheirLimits() {
        let shapes = values(.shape(ranks: 1...4, extents: 1...9, elements: 100))
        #expect(shapes.allSatisfy { (1...4).contains($0.count) && $0.reduce(1, *) <= 100 })
        #expect(shapes.count { $0.contains(1) } > 200 && Set(shapes.map(\.count)).count == 4)
    }

    @Test func permutationsAreUniformEnough() {
        let counts = Dictionary(grouping: values(.permutation(of: 3), count: 6000)) { $0 }.mapValues(\.count)
        // Six orders, 1000 expected of each, standard deviation 29: another seed leaves five of them once in 300,000 times.
        #expect(counts.count == 6 && counts.values.allSatisfy { abs($0 - 1000) < 145 })
    }

    @Test func combinatorsCompose() {
        let pairs = values(Generator<Int>.integer(in: 1...3).paired(with: .boolean), count: 300)
        #expect(Set(pairs.map { "\($0)" }).count == 6)
        let either = values(.oneOf([(3, .constant(1)), (1, .constant(2))]), count: 1000)
        #expect((150...350).contains(either.count { $0 == 2 }))
        #expect(values(.element(of: ["a"]), count: 3) == ["a", "a", "a"])
        let normal = values(.normal)
        // The mean of 2000 standard normal numbers has a standard error of 0.022: another seed leaves five of them once in
        // 1.7 million times.
        #expect(abs(normal.reduce(0, +) / 2000) < 0.11)
    }
}
