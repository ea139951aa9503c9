import TensorReference
import Tensors
import Testing

/// The vector logarithm, `logarithm()`.
@Suite struct LogarithmTests {
    /// The documented accuracy; the reference's own error is below 0.001 units where it is wider than the scalar.
    private let allowedUlps = 1.0

    @Test func floatIsWithinOneUlpOverTheWholeRange() {
        // Every 1,999th of all positive Floats, subnormal ones too, and every 31st from ½ to 2, where the result passes
        // through zero: primes meet every pattern of low bits.
        let whole = stride(from: UInt32(1), through: Float.greatestFiniteMagnitude.bitPattern, by: 1_999)
        let middle = stride(from: Float(0.5).bitPattern, through: Float(2).bitPattern, by: 31)
        let error = logarithmError(whole.map { Float(bitPattern: $0) } + middle.map { Float(bitPattern: $0) })
        #expect(error.ulps <= allowedUlps, "\(error)")
    }

    @Test func doubleIsWithinOneUlpOverTheWholeRange() {
        var generator = PhiloxGenerator(seed: 1, purpose: "logarithm")
        let last = Double.greatestFiniteMagnitude.bitPattern
        let whole = (0..<400_000).map { _ in Double(bitPattern: 1 + generator.uniformInteger(below: last)) }
        let subnormal = (0..<100_000).map { _ in
            Double(bitPattern: 1 + generator.uniformInteger(below: Double.leastNormalMagnitude.bitPattern - 1))
        }
        let middle = (0..<400_000).map { _ in generator.number(in: 0.5...2) }
        // 1 ± all magnitudes down to an ulp.
        let nearOne = (0..<200_000).map { _ in
            let distance = Double.exp2(generator.number(in: -52 ... -2))
            return generator.coin() ? 1 + distance : 1 - distance
        }
        let error = logarithmError(whole + subnormal + middle + nearOne)
        #expect(error.ulps <= allowedUlps, "\(error)")
    }

    @Test func everyNumberNextToAReductionBoundaryIsAccurate() {
        boundaries(Float.self, exponents: -149...127)
        boundaries(Double.self, exponents: -1074...1023)
    }

    /// At √2·2ⁿ the reduction changes its mind, at 2ⁿ the format.
    private func boundaries<Scalar: TensorScalar>(_ type: Scalar.Type, exponents: ClosedRange<Int>) {
        var arguments: [Scalar] = []
        for n in exponents {
            for boundary in [1, Scalar(2).squareRoot()] {
                var x = Scalar(sign: .plus, exponent: Scalar.Exponent(n), significand: boundary)
                for _ in 0..<20 { x = x.nextDown }
                for _ in 0..<40 {
                    if x > 0 && x.isFinite { arguments.append(x) }
                    x = x.nextUp
                }
            }
        }
        arguments += [.leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude]
        let error = logarithmError(arguments)
        #expect(error.ulps <= allowedUlps, "\(type): \(error)")
    }

    @Test func exactAndSpecialValues() {
        specials(Float.self)
        specials(Double.self)
    }

    private func specials<Scalar: TensorScalar>(_ type: Scalar.Type) {
        func logarithms(_ arguments: [Scalar]) -> [Scalar] {
            Tensor(shape: [arguments.count], scalars: arguments).logarithm().scalars
        }
        let negative: [Scalar] = [
            -.leastNonzeroMagnitude, -.leastNormalMagnitude, -1, -.greatestFiniteMagnitude, -.infinity,
        ]
        let special = [0, -0.0, .infinity, .nan, -.nan, .signalingNaN] + negative
        // At the start, where vectors are full, and at the end, where they are not, among ones: a special lane leaves
        // its neighbours alone.
        for (before, after) in [(0, 64), (64, 1)] {
            let ones = { [Scalar](repeating: 1, count: $0) }
            let results = logarithms(ones(before) + special.flatMap { [$0, 1] } + ones(after))
            let found = stride(from: before, to: before + 2 * special.count, by: 2).map { results[$0] }
            #expect(found[0] == -.infinity && found[1] == -.infinity && found[2] == .infinity, "\(found)")
            #expect(found[3...].allSatisfy { $0.isNaN }, "\(found)")
            #expect(results.filter { $0 == 0 && $0.sign == .plus }.count == before + special.count + after)
        }
    }

    @Test func orderIsKeptUpToTheError() {
        var generator = PhiloxGenerator(seed: 2, purpose: "logarithm")
        let sorted = (0..<100_000).map { _ in Float(generator.number(in: 0...4)) }.sorted()
        let results = Tensor(shape: [sorted.count], scalars: sorted).logarithm().scalars
        // Two values that are each off by 1 unit may change places by 2.
        #expect(zip(results, results.dropFirst()).allSatisfy { $0 <= $1 + 2 * $1.ulp })
    }

    /// What measures the errors finds a single wrong result among many, however placed, and NaN.
    @Test func theMeasureFindsAMutant() {
        var generator = PhiloxGenerator(seed: 3, purpose: "logarithm")
        let arguments = (0..<1000).map { _ in Float(generator.number(in: 0.1...10)) }
        let right = arguments.map { Float.logarithm($0) }
        for place in [0, 500, 999] {
            for wrong in [right[place].nextUp.nextUp, right[place].nextDown.nextDown, .nan] {
                var results = right
                results[place] = wrong
                let error = ulpError(of: results, at: arguments, from: { .log($0) })
                #expect(!(error.ulps <= allowedUlps) && error.argument == Double(arguments[place]))
            }
        }
    }
}
