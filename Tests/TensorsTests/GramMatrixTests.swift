import TensorReference
import Tensors
import Testing

/// What is computed of a Gram matrix a few columns at a time, against the definition.
@Suite struct GramMatrixTests {
    /// Nothing, one, and both sides of a block's columns (8, 16, 32 by the machine and the type) and of the tiles' rows.
    private static let counts = [0, 1, 2, 7, 8, 9, 13, 16, 17, 31, 32, 33, 48, 67, 100]

    @Test(arguments: [1, 3, 16, 50]) func randomRowsAgreeWithTheDefinition(dimension: Int) {
        for count in Self.counts {
            for scale in [0.5, 30] {
                check(Float.self, count, dimension, scale)
                check(Double.self, count, dimension, scale)
            }
        }
    }

    private func check<Scalar: TensorScalar>(_ type: Scalar.Type, _ count: Int, _ dimension: Int, _ scale: Double) {
        var generator = PhiloxGenerator(seed: UInt64(count * 64 + dimension), purpose: "Gram matrices")
        let x = Tensor<Scalar>.normal([count, dimension], using: &generator).normalizedAlongLastAxis(epsilon: 1e-12)
        let drawn = Tensor<Scalar>.normal([count], using: &generator)
        // A third of the weights, and some factors, are zero.
        let weights = Tensor(
            shape: [count], scalars: drawn.scalars.enumerated().map { $0 % 3 == 1 ? 0 : $1 * $1 + 0.01 })
        let factors = Tensor(shape: [count], scalars: drawn.scalars.enumerated().map { $0 % 5 == 2 ? 0 : $1 })
        let sums = x.gramLogSumExp(weights: weights, scale: Scalar(scale))
        let gradient = x.gramLogSumExpGradient(
            weights: weights, factors: factors, logSumExp: sums, scale: Scalar(scale))
        let reference = GramReference(
            x: x.converted(to: Double.self), weights: weights.scalars.map { Double($0) },
            factors: factors.scalars.map { Double($0) }, scale: scale)
        let epsilon = Double(Scalar.ulpOfOne)
        // An exponent s − l is off by what its sum of products, β times a row's norm at most, is, and by what it is rounded to;
        // the sum of exponentials by 2 units for each and one for each addition.
        let exponentError = (Double(dimension + 4) * scale + 4 * scale) * epsilon
        let sumError = Double(count + 6) * epsilon
        let name = "\(type), \(count) rows of \(dimension), scale \(scale)"
        let problem = firstDisagreement(sums, reference.logSums) { _ in exponentError + 2 * sumError }
        #expect(problem == nil, "\(name): log-sum-exp: \(problem ?? "")")
        let (expected, magnitudes) = reference.gradient()
        let relative = 2 * exponentError + 4 * sumError + Double(count + 8) * epsilon
        let other = firstDisagreement(gradient, expected) { relative * magnitudes.scalars[$0] }
        #expect(other == nil, "\(name): gradient: \(other ?? "")")
    }

    /// A row of weight zero counts for nothing, whatever it is; its own sum is what it makes of the others.
    @Test func rowsOfWeightZeroCountForNothing() {
        for count in [2, 20, 40] {
            var x = Tensor<Float>(shape: [count, 2], repeating: 1)
            x[1, 0] = .nan
            var weights = Tensor<Float>(shape: [count], repeating: 1 / Float(count - 1))
            weights[1] = 0
            let sums = x.gramLogSumExp(weights: weights, scale: 1)
            for row in 0..<count {
                if row == 1 { #expect(sums[row].isNaN) } else { #expect((sums[row] - 2).magnitude < 1e-5) }
            }
            // Where all weights are zero there is no mass.
            #expect(x.gramLogSumExp(weights: .zeros([count]), scale: 1).scalars.allSatisfy { $0 == -.infinity })
        }
    }

    /// Scores whose exponentials overflow.
    @Test func largeScoresStayFinite() {
        var generator = PhiloxGenerator(seed: 3, purpose: "Gram matrices")
        let x = Tensor<Float>.normal([40, 5], using: &generator).normalizedAlongLastAxis(epsilon: 1e-12)
        let weights = Tensor<Float>(shape: [40], repeating: 0.025)
        let sums = x.gramLogSumExp(weights: weights, scale: 1000)
        // Each row's score with itself exceeds all others by far.
        for sum in sums.scalars { #expect((sum - (1000 - Float.log(40))).magnitude < 0.01) }
        #expect(
            x.gramLogSumExpGradient(weights: weights, factors: weights, logSumExp: sums, scale: 1000).isFinite)
    }
}

/// Sums and gradient by their formulas, in double precision, pair by pair.
private struct GramReference {
    let x: Tensor<Double>
    let weights: [Double]
    let factors: [Double]
    let scale: Double

    private var count: Int { x.shape[0] }
    private var dimension: Int { x.shape[1] }

    private func score(_ i: Int, _ j: Int) -> Double {
        scale * (0..<dimension).reduce(0) { $0 + x[i, $1] * x[j, $1] }
    }

    var logSums: Tensor<Double> {
        Tensor(
            shape: [count],
            scalars: (0..<count).map { i in
                Double.log((0..<count).reduce(0) { $0 + weights[$1] * Double.exp(score(i, $1)) })
            })
    }

    /// ∂/∂x Σᵢ cᵢ log Σⱼ wⱼ e^{s}: for each pair what it adds to both of its rows; and the sums of the magnitudes of that.
    func gradient() -> (value: Tensor<Double>, magnitudes: Tensor<Double>) {
        var (value, magnitudes) = (Tensor<Double>.zeros(x.shape), Tensor<Double>.zeros(x.shape))
        let sums = logSums
        for i in 0..<count {
            for j in 0..<count {
                let share = scale * factors[i] * weights[j] * Double.exp(score(i, j) - sums[i])
                for (row, other) in [(i, j), (j, i)] {
                    for k in 0..<dimension {
                        value[row, k] += share * x[other, k]
                        magnitudes[row, k] += (share * x[other, k]).magnitude
                    }
                }
            }
        }
        return (value, magnitudes)
    }
}
