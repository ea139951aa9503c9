import CropExperiment
import Foundation
import Tensors
import Testing

@Suite("Metrics of representations")
struct EvaluationMetricsTests {
    private static func unitVectors(_ count: Int, _ dimension: Int) -> Tensor<Float> {
        var generator = PhiloxGenerator(seed: 9)
        let vectors = Tensor<Float>.normal([count, dimension], using: &generator)
        return Tensor(shape: [count, dimension]) { target in
            for row in 0..<count {
                let length = (0..<dimension).reduce(Float(0)) { $0 + vectors[row, $1] * vectors[row, $1] }.squareRoot()
                for index in 0..<dimension { target[row * dimension + index] = vectors[row, index] / length }
            }
        }
    }

    /// Counts around the borders of blocks (64) and registers (16). Squared distances in Float are right to 1e-6.
    @Test("the Gaussian potential, pair by pair in Double", arguments: [2, 3, 15, 16, 17, 63, 64, 65, 130, 257])
    func gaussianPotential(count: Int) {
        let vectors = Self.unitVectors(count, 7)
        var sum = 0.0
        for first in 0..<count {
            for second in 0..<first {
                let square = (0..<7).reduce(0.0) { sum, index in
                    let difference = Double(vectors[first, index]) - Double(vectors[second, index])
                    return sum + difference * difference
                }
                sum += exp(-2 * square)
            }
        }
        let expected = sum / Double(count * (count - 1) / 2)
        let found = RepresentationMetrics.gaussianPotential(vectors)
        #expect(abs(found - expected) < 1e-5 * expected, "\(found), expected \(expected)")
    }

    @Test("collapsed: 1. An orthonormal basis: exp(−2t). Antipodes: exp(−4t)")
    func knownValues() {
        let collapsed = Tensor<Float>(shape: [100, 4], repeating: 0.5)
        #expect(RepresentationMetrics.gaussianPotential(collapsed) == 1)
        let basis = Tensor<Float>(shape: [20, 20]) { target in
            for index in 0..<400 { (target + index).initialize(to: index % 21 == 0 ? 1 : 0) }
        }
        #expect(abs(RepresentationMetrics.gaussianPotential(basis) - exp(-4)) < 1e-15)
        #expect(abs(RepresentationMetrics.gaussianPotential(basis, t: 0.5) - exp(-1)) < 1e-15)
        let antipodes = Tensor<Float>(shape: [2, 2], scalars: [0, 1, 0, -1])
        #expect(abs(RepresentationMetrics.gaussianPotential(antipodes) - exp(-8)) < 1e-15)
    }

    @Test("the same bits for any number of threads")
    func threads() {
        let vectors = Self.unitVectors(500, 50)
        let single = Parallel.$threadCount.withValue(1) { RepresentationMetrics.gaussianPotential(vectors) }
        let several = Parallel.$threadCount.withValue(3) { RepresentationMetrics.gaussianPotential(vectors) }
        #expect(single == several)
    }

    @Test("inner products of distinct rows, ascending, each pair as likely as any other")
    func absoluteInnerProducts() {
        // Rows e₁, −2e₁, e₂: the pairs give 2, 0 and 0; a row with itself would give 1 or 4.
        let vectors = Tensor<Float>(shape: [3, 2], scalars: [1, 0, -2, 0, 0, 1])
        var generator = PhiloxGenerator(seed: 2)
        let products = RepresentationMetrics.absoluteInnerProducts(vectors, pairs: 3000, using: &generator)
        #expect(products.count == 3000)
        #expect(zip(products, products.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(Set(products) == [0, 2])
        // 1000 ± 26 expected; six standard deviations, with a fixed seed.
        #expect(abs(products.count { $0 == 2 } - 1000) < 155)
        var again = PhiloxGenerator(seed: 2)
        #expect(products == RepresentationMetrics.absoluteInnerProducts(vectors, pairs: 3000, using: &again))
    }

    @Test("the participation ratio: along one line 1, an orthonormal basis its size, shares as they are")
    func effectiveRank() {
        let line = Tensor<Float>(shape: [3, 2], scalars: [0.6, 0.8, -0.6, -0.8, 0.6, 0.8])
        #expect(abs(RepresentationMetrics.effectiveRank(line) - 1) < 1e-6)
        let basis = Tensor<Float>(shape: [20, 20], scalars: (0..<400).map { $0 % 21 == 0 ? 1 : 0 })
        #expect(RepresentationMetrics.effectiveRank(basis) == 20)
        // e₁ three times, e₂ once: eigenvalues 3/4 and 1/4, 1/(9/16 + 1/16).
        let unequal = Tensor<Float>(shape: [4, 3], scalars: [1, 0, 0, -1, 0, 0, 0, 1, 0, 1, 0, 0])
        #expect(abs(RepresentationMetrics.effectiveRank(unequal) - 1.6) < 1e-12)
    }

    /// Σ_ij ⟨u_i, u_j⟩² / n² is Σλ² too: another route to it, pair by pair in Double.
    @Test("the participation ratio by pairs of vectors", arguments: [2, 17, 130])
    func effectiveRankByPairs(count: Int) {
        let vectors = Self.unitVectors(count, 7)
        var sum = 0.0
        for first in 0..<count {
            for second in 0..<count {
                let product = (0..<7).reduce(0.0) { $0 + Double(vectors[first, $1]) * Double(vectors[second, $1]) }
                sum += product * product
            }
        }
        let expected = Double(count * count) / sum
        let found = RepresentationMetrics.effectiveRank(vectors)
        // Second moments in Float are right to 1e-6.
        #expect(abs(found - expected) < 1e-5 * expected, "\(found), expected \(expected)")
        #expect(found >= 1 && found <= 7)
    }

    @Test("Euclidean distances of rows to a point")
    func distances() {
        let vectors = Tensor<Float>(shape: [3, 2], scalars: [3, 4, 0, 0, -1, 1])
        let origin = Tensor<Float>(shape: [1, 2], scalars: [0, 0])
        #expect(RepresentationMetrics.distances(of: vectors, to: origin) == [5, 0, 2.0.squareRoot()])
        let point = Tensor<Float>(shape: [1, 2], scalars: [3, 0])
        #expect(RepresentationMetrics.distances(of: vectors, to: point) == [4, 3, 17.0.squareRoot()])
    }
}
