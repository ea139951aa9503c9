import TensorReference
import Tensors
import Testing

/// The vector exponential, which softmax, log-sum-exp and `exponential()` share.
@Suite struct ExponentialTests {
    /// The documented accuracy; the reference's own error is below 0.001 units where it is wider than the scalar.
    private let allowedUlps = 2.0

    @Test func floatIsWithinTwoUlpsOverTheWholeRange() {
        // Every 1,999th of all Floats between the ends, of both signs: primes meet every pattern of low bits.
        let last = Float(88.722_83).bitPattern
        let positive = stride(from: UInt32(0), through: last, by: 1_999).map { Float(bitPattern: $0) }
        let lowest = (-Float(87.336_54)).magnitude.bitPattern
        let negative = stride(from: UInt32(0), through: lowest, by: 1_999).map { -Float(bitPattern: $0) }
        let error = exponentialError(positive + negative)
        #expect(error.ulps <= allowedUlps, "\(error)")
    }

    @Test func doubleIsWithinTwoUlpsOverTheWholeRange() {
        var generator = PhiloxGenerator(seed: 1, purpose: "exponential")
        let uniform = (0..<400_000).map { _ in generator.number(in: -708.39...709.78) }
        // All magnitudes down to the subnormal numbers.
        let small = (0..<200_000).map { _ in
            let magnitude = Double(bitPattern: generator.uniformInteger(below: Double(64).bitPattern))
            return generator.coin() ? magnitude : -magnitude
        }
        let error = exponentialError(uniform + small)
        #expect(error.ulps <= allowedUlps, "\(error)")
    }

    @Test func everyFloatNextToAReductionBoundaryIsAccurate() {
        // Where x/ln 2 is half an integer, the reduction changes its mind.
        var arguments: [Float] = []
        for n in -126...127 {
            var x = (Float(n) + 0.5) * 0.693_147_2
            for _ in 0..<20 { x = x.nextDown }
            for _ in 0..<40 {
                if x > -87.336_54 && x < 88.722_83 { arguments.append(x) }
                x = x.nextUp
            }
        }
        let error = exponentialError(arguments)
        #expect(error.ulps <= allowedUlps, "\(error)")
    }

    @Test func theEndsOfTheRange() {
        ends(Float.self, lowest: -87.336_54, highest: 88.722_83)
        ends(Double.self, lowest: -708.396_418_532_264_1, highest: 709.782_712_893_384)
    }

    private func exponentials<Scalar: TensorScalar>(_ arguments: [Scalar]) -> [Scalar] {
        Tensor(shape: [arguments.count], scalars: arguments).exponential().scalars
    }

    private func ends<Scalar: TensorScalar>(_ type: Scalar.Type, lowest: Scalar, highest: Scalar) {
        // The last arguments whose results are normal or finite, as the type's own exponential tells.
        #expect(Scalar.exp(lowest) >= .leastNormalMagnitude && Scalar.exp(lowest.nextDown) < .leastNormalMagnitude)
        #expect(Scalar.exp(highest).isFinite && Scalar.exp(highest.nextUp) == .infinity)
        let arguments: [Scalar] = [
            lowest, lowest.nextDown, lowest - 10, -.greatestFiniteMagnitude, -.infinity,
            highest, highest.nextUp, .greatestFiniteMagnitude, .infinity,
        ]
        let results = exponentials(arguments)
        #expect(results[0] >= .leastNormalMagnitude && results[0] <= 2 * .leastNormalMagnitude)
        #expect(results[1...4].allSatisfy { $0 == 0 })
        #expect(results[5].isFinite && results[5] > .greatestFiniteMagnitude / 2)
        #expect(results[6...].allSatisfy { $0 == .infinity })
        #expect(exponentialError([lowest, highest]).ulps <= allowedUlps)
    }

    @Test func exactAndSpecialValues() {
        specials(Float.self)
        specials(Double.self)
    }

    private func specials<Scalar: TensorScalar>(_ type: Scalar.Type) {
        let ones = exponentials([
            0, -0.0, Scalar.leastNonzeroMagnitude, -Scalar.leastNonzeroMagnitude, .leastNormalMagnitude,
            .ulpOfOne / 4, -.ulpOfOne / 8,
        ])
        #expect(ones.allSatisfy { $0 == 1 }, "\(ones)")
        #expect(exponentials([Scalar.nan])[0].isNaN)
        #expect(exponentials([-Scalar.nan])[0].isNaN)
        // A special lane leaves its neighbours alone.
        let lanes = exponentials([Scalar.nan, 1, .infinity, 1, -.infinity, 1])
        #expect(lanes[1] == lanes[3] && lanes[3] == lanes[5] && abs(lanes[1] - .exp(1)) <= 2 * Scalar.exp(1).ulp)
    }

    @Test func orderIsKeptUpToTheError() {
        var generator = PhiloxGenerator(seed: 2, purpose: "exponential")
        let sorted = (0..<100_000).map { _ in Float(generator.number(in: -87...88)) }.sorted()
        let results = exponentials(sorted)
        // Two values that are each off by 2 units may change places by 4.
        #expect(zip(results, results.dropFirst()).allSatisfy { $0 <= $1 + 4 * $1.ulp })
    }
}
