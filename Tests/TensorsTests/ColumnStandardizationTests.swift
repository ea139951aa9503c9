import PropertyTesting
import TensorReference
import Tensors
import Testing

/// Moments of columns and what batch normalisation does with them, against their definitions.
@Suite struct ColumnStandardizationTests {
    /// [example, …, column]: columns below a vector, a vector, one more, and many; one row; positions; several blocks of 2¹⁵
    /// scalars; an example that is more than a block.
    private static let shapes = [
        [1, 1], [1, 17], [2, 3], [5, 8], [7, 16], [9, 200], [4, 2, 3, 5], [3, 1, 2, 33], [45, 10, 10, 16],
        [700, 50], [70_001, 1], [3, 120, 100, 3],
    ]

    @Test(arguments: shapes) func momentsAreTheirDefinition(shape: [Int]) {
        var generator = PhiloxGenerator(seed: 1, purpose: "moments")
        #expect(momentProblems(Float.self, shape, offset: 0, using: &generator) == [])
        #expect(momentProblems(Double.self, shape, offset: 3, using: &generator) == [])
    }

    @Test func momentsOfRandomShapesAreTheirDefinition() throws {
        let cases = Generator<([Int], Int)> { source in
            func integer(_ range: ClosedRange<Int>) -> Int { Generator<Int>.integer(in: range).value(from: &source) }
            let positions = (0..<integer(0...2)).map { _ in integer(1...4) }
            let columns = Generator<Int>.element(of: [1, 3, 7, 8, 9, 15, 16, 17, 24, 31, 32, 50]).value(from: &source)
            return ([integer(1...30)] + positions + [columns], integer(0...1000))
        }
        try Property("moments of columns", cases, cases: 100) { given, trial in
            let (shape, seed) = given
            trial.label("one row", if: shape.dropLast().allSatisfy { $0 == 1 })
            trial.label("positions", if: shape.count > 2)
            trial.label("fewer columns than a vector of Double", if: shape[shape.count - 1] < 8)
            var generator = PhiloxGenerator(seed: UInt64(seed), purpose: "moments")
            for problem in momentProblems(Float.self, shape, offset: 1, using: &generator)
                + momentProblems(Double.self, shape, offset: 1, using: &generator)
            {
                trial.holds(false, problem)
            }
        }
        .requiring(["positions": 0.3, "fewer columns than a vector of Double": 0.1])
        .check()
    }

    private func momentProblems<Scalar: TensorScalar>(
        _ type: Scalar.Type, _ shape: [Int], offset: Scalar, using generator: inout PhiloxGenerator
    ) -> [String] {
        let x = Tensor<Scalar>.normal(shape, using: &generator).scaled(by: 1, plus: offset)
        let weights = Tensor<Scalar>(
            shape: [shape[0]], scalars: (0..<shape[0]).map { _ in Scalar(generator.integer(in: 1...9)) })
        let found = x.columnMoments(weights: weights)
        let exact = momentsByDefinition(x.converted(to: Double.self), weights: weights.converted(to: Double.self))
        // A sum of n terms in any order is off by nε/2 of their magnitudes. n: the rows of a block, and the blocks.
        let columns = shape[shape.count - 1]
        let inBlock = min(x.rowCount, max(x.rowCount / shape[0], (1 << 15) / columns))
        let terms = Double(inBlock + x.rowCount / inBlock + 8)
        let meanError = exact.magnitude.scaled(by: terms * Double(Scalar.ulpOfOne))
        var problems: [String] = []
        if let problem = firstDisagreement(found.mean, exact.mean, tolerance: { meanError.scalars[$0] }) {
            problems.append("mean, \(type), \(shape): \(problem)")
        }
        // Squares about a mean that is off by e are larger by e².
        let disagreement = firstDisagreement(found.variance, exact.variance) {
            2 * terms * Double(Scalar.ulpOfOne) * exact.variance.scalars[$0]
                + meanError.scalars[$0] * meanError.scalars[$0]
        }
        if let disagreement { problems.append("variance, \(type), \(shape): \(disagreement)") }
        if Double(found.count) != exact.count { problems.append("count \(found.count), expected \(exact.count)") }
        return problems
    }

    /// Around a mean of 10⁴ a mean of squares less the square of the mean would lose every digit of a variance of 2.
    @Test(arguments: [[40, 3], [3000, 17], [50, 10, 10, 16]]) func theVarianceDoesNotCancel(shape: [Int]) {
        let count = shape.reduce(1, *)
        let columns = shape[shape.count - 1]
        // −2 … 2 in turn along each column, whose rows are a multiple of five.
        let x = Tensor<Float>(
            shape: shape, scalars: (0..<count).map { 10_000 + Float(($0 / columns) % 5) - 2 })
        let moments = x.columnMoments(weights: Tensor(shape: [shape[0]], repeating: 3))
        let squares = (x * x).sumOverRows().scaled(by: 1 / Float(x.rowCount))
        let naive = squares[0] - moments.mean[0] * moments.mean[0]
        // The mean is rounded to 10⁻³, and squares about it are larger by the square of that.
        for column in 0..<columns {
            #expect(abs(moments.mean[column] - 10_000) < 2e-3)
            #expect(abs(moments.variance[column] - 2) < 1e-5)
        }
        #expect(abs(naive - 2) > 0.1, "the data no longer tell a good formula from a bad one: \(naive)")
    }

    /// A weight is a number of copies.
    @Test func aWeightIsANumberOfCopies() {
        var generator = PhiloxGenerator(seed: 2, purpose: "moments")
        let x = Tensor<Double>.normal([6, 2, 2, 9], using: &generator)
        let counts = [1, 4, 2, 1, 7, 3]
        let drawn = counts.indices.flatMap { [Int](repeating: $0, count: counts[$0]) }
        let copies = x.reshaped([6, 36]).gatheringRows(drawn).reshaped([18, 2, 2, 9])
        let weighted = x.columnMoments(weights: Tensor(shape: [6], scalars: counts.map { Double($0) }))
        let plain = copies.columnMoments(weights: Tensor(shape: [18], repeating: 1))
        #expect(weighted.count == 72 && plain.count == 72)
        // 72 terms of the size of 1.
        for (a, b) in [(weighted.mean, plain.mean), (weighted.variance, plain.variance)] {
            #expect(firstDisagreement(a, b) { _ in 1e-14 } == nil)
        }
        let forgotten = x.columnMoments(weights: Tensor(shape: [6], repeating: 1))
        #expect(firstDisagreement(forgotten.mean, plain.mean) { _ in 1e-3 } != nil)
    }

    /// Whole numbers and roots of squares make every result exact, so that both ways must agree to the last bit.
    @Test(arguments: shapes + [[0, 5], [0, 2, 2, 17], [4, 0]], [false, true])
    func mapAndAdjointAreTheirDefinition(shape: [Int], isRectified: Bool) {
        #expect(mapProblems(Float.self, shape, isRectified) == [])
        #expect(mapProblems(Double.self, shape, isRectified) == [])
    }

    private func mapProblems<Scalar: TensorScalar>(
        _ type: Scalar.Type, _ shape: [Int], _ isRectified: Bool
    ) -> [String] {
        var generator = PhiloxGenerator(seed: 3, purpose: "standardisation")
        let columns = shape[shape.count - 1]
        func wide(_ tensor: Tensor<Scalar>) -> Tensor<Double> { tensor.converted(to: Double.self) }
        let x = Tensor<Scalar>.integers(shape, using: &generator)
        let cotangent = Tensor<Scalar>.integers(shape, bound: 1, using: &generator)
        let mean = Tensor<Scalar>.integers([columns], bound: 1, using: &generator)
        // Variance + ε is 1 or 4.
        let square = Tensor<Scalar>(
            shape: [columns], scalars: (0..<columns).map { _ in generator.coin() ? 1 : 4 })
        let scale = Tensor<Scalar>.integers([columns], bound: 2, using: &generator)
        let shift = Tensor<Scalar>.integers([columns], bound: 2, using: &generator)
        let shares = Tensor<Scalar>(
            shape: [shape[0]], scalars: (0..<shape[0]).map { _ in generator.coin() ? 0.5 : 0.25 })
        let map = ColumnStandardization(
            mean: mean, variance: square.scaled(by: 1, plus: -0.5), epsilon: 0.5, scale: scale, shift: shift,
            isRectified: isRectified)
        let reference = StandardizationReference(
            mean: wide(mean), square: wide(square), scale: wide(scale), shift: wide(shift), isRectified: isRectified)
        var problems: [String] = []
        func compare(_ what: String, _ found: Tensor<Scalar>?, _ expected: Tensor<Double>) {
            guard let found else { return problems.append("no \(what)") }
            if let problem = firstDisagreement(found, expected, tolerance: { _ in 0 }) {
                problems.append("\(what), \(type): \(problem)")
            }
        }
        compare("output", map(x), reference.output(wide(x)))
        for shares in [nil, shares] {
            let found = map.gradients(cotangent, input: x, shares: shares, wantsInput: true)
            let expected = reference.gradients(
                wide(cotangent), wide(x), shares: wide(shares ?? .zeros([shape[0]])))
            compare("input's gradient", found.input, expected.input)
            compare("scale's gradient", found.scale, expected.scale)
            compare("shift's gradient", found.shift, expected.shift)
            let others = map.gradients(cotangent, input: x, shares: shares, wantsInput: false)
            if others.input != nil || others.scale != found.scale || others.shift != found.shift {
                problems.append("without the input's gradient the others differ")
            }
        }
        return problems
    }

    /// A diverging run is seen; an infinite sum does not reach inputs whose moments are constants.
    @Test func notFiniteElementsAreNotLost() {
        for columns in [3, 16, 17] {
            var x = Tensor<Float>(shape: [4, columns], repeating: 1)
            x[2, columns - 1] = .nan
            let weights = Tensor<Float>(shape: [4], repeating: 1)
            let moments = x.columnMoments(weights: weights)
            #expect(moments.mean[columns - 1].isNaN && moments.variance[columns - 1].isNaN && moments.mean[0] == 1)
            let ones = Tensor<Float>(shape: [columns], repeating: 1)
            let map = ColumnStandardization(
                mean: .zeros([columns]), variance: ones, epsilon: 1e-5, scale: ones, shift: ones, isRectified: true)
            #expect(map(x)[2, columns - 1].isNaN && map(x)[1, columns - 1] > 0)
            var cotangent = Tensor<Float>(shape: [4, columns], repeating: 1)
            cotangent[0, 0] = .infinity
            let gradient = map.gradients(cotangent, input: x, shares: nil, wantsInput: true)
            #expect(gradient.input?[1, 0].isFinite == true && gradient.shift[0] == .infinity)
        }
    }

    /// Columns that never vary are 0 before the shift, not NaN.
    @Test func aColumnWithoutVarianceIsItsShift() {
        let x = Tensor<Float>(shape: [5, 2], repeating: 7)
        let moments = x.columnMoments(weights: Tensor(shape: [5], repeating: 2))
        #expect(moments.mean.scalars == [7, 7] && moments.variance.scalars == [0, 0])
        let map = ColumnStandardization(
            mean: moments.mean, variance: moments.variance, epsilon: 1e-5, scale: Tensor(shape: [2], repeating: 3),
            shift: Tensor(shape: [2], scalars: [1, -2]))
        #expect(map(x).sumOverRows().scalars == [5, -10])
    }
}
