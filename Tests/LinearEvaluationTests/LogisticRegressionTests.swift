import CropExperiment
import Diagnostics
import Digits
import Foundation
import TensorReference
import Tensors
import TestSupport
import Testing

@testable import LinearEvaluation

@Suite("Multinomial logistic regression")
struct EvaluationLogisticRegressionTests {
    /// A problem solved by scikit-learn (Fixtures/logistic-regression/make_golden.py).
    struct Golden: Decodable {
        let columnCount: Int
        let values: [Float]
        let labels: [UInt8]
        let coefficients: [Double]
        let intercepts: [Double]
        let objective: Double
        let accuracy: Double

        var dense: DenseRows { DenseRows(values, columnCount: columnCount) }
        var sparse: SparseByteRows {
            SparseByteRows(dense: values.map { UInt8($0) }, columnCount: columnCount)
        }
        var classCount: Int { intercepts.count }
    }

    let dense: Golden
    let bytes: Golden

    init() throws {
        let golden = try JSONDecoder().decode(
            [String: Golden].self, from: fixture("logistic-regression/golden.json"))
        dense = try #require(golden["dense"])
        bytes = try #require(golden["bytes"])
    }

    /// Near the least that Double allows: below it, rounding of the loss hides any descent.
    private static let tight = 1e-12

    /// The tolerance of the fit bounds ½‖∇F‖² by 1e-12·F, F < 50, so ‖∇F‖ by 1e-5; the coefficients' error is at most
    /// the gradient's divided by the least curvature: 1 for weights, and here above 0.1 for the intercepts.
    private func check(_ model: LogisticRegression, _ golden: Golden, _ features: some LinearFeatures) {
        #expect(model.converged)
        #expect(model.gradientNorm < 1e-5)
        #expect(largestDifference(model.coefficients, golden.coefficients) < 1e-5)
        #expect(largestDifference(model.intercepts, golden.intercepts) < 1e-4)
        // ½‖∇F‖² bounds the excess.
        #expect(abs(model.objective - golden.objective) < 1e-12 * golden.objective)
        #expect(model.accuracy(on: features, labels: golden.labels) == golden.accuracy)
    }

    @Test("scikit-learn's coefficients, intercepts, loss and accuracy on dense features")
    func goldenDense() throws {
        let model = try LogisticRegression.fit(
            dense.dense, labels: dense.labels, classCount: dense.classCount, tolerance: Self.tight)
        check(model, dense, dense.dense)
    }

    @Test("and on sparse bytes, which are read as fractions of 255; the same bytes as dense features")
    func goldenSparse() throws {
        let model = try LogisticRegression.fit(
            bytes.sparse, labels: bytes.labels, classCount: bytes.classCount, tolerance: Self.tight)
        check(model, bytes, bytes.sparse)
        let scaled = DenseRows(bytes.values.map { $0 / 255 }, columnCount: bytes.columnCount)
        let other = try LogisticRegression.fit(
            scaled, labels: bytes.labels, classCount: bytes.classCount, tolerance: Self.tight)
        // Both are within 1e-5 of their optima; bytes divided by 255 are rounded to Float, 6e-8 relative.
        #expect(largestDifference(model.coefficients, other.coefficients) < 3e-5)
    }

    @Test("the gradient is that of the objective, along random directions")
    func gradient() {
        let objective = MultinomialObjective(dense.dense, labels: dense.labels, classCount: dense.classCount)
        var generator = PhiloxGenerator(seed: 4)
        var unused = [Double](repeating: 0, count: objective.parameterCount)
        for _ in 0..<10 {
            let point = Tensor<Double>.normal([objective.parameterCount], using: &generator).scalars.map { $0 * 0.1 }
            let direction = Tensor<Double>.normal([objective.parameterCount], using: &generator).scalars
            var gradient = unused
            _ = objective.evaluate(point, gradient: &gradient)
            func value(_ step: Double) -> Double {
                objective.evaluate(zip(point, direction).map { $0 + step * $1 }, gradient: &unused)
            }
            // Central differences of fourth order: truncation about step⁴, rounding about 1e-13/step, both below 1e-8
            // of values near 1e3.
            let step = 1e-4
            let estimate = (8 * (value(step) - value(-step)) - (value(2 * step) - value(-2 * step))) / (12 * step)
            let slope = dot(gradient, direction)
            #expect(abs(estimate - slope) < 1e-7 * max(1, abs(slope)), "\(estimate) against \(slope)")
        }
    }

    @Test("the same bits for any number of threads, and unused lanes stay out")
    func threads() throws {
        let digits = try EmbeddedDigits.load(reason: "in a test").train
        let rows = CanvasDataset(digits, geometry: .derived, seed: 0, split: .training).sparsePixels()
        func evaluate(_ threads: Int) -> (Double, [Double]) {
            Parallel.$threadCount.withValue(threads) {
                let objective = MultinomialObjective(rows, labels: digits.labels, classCount: 10)
                var gradient = [Double](repeating: 0, count: objective.parameterCount)
                let point = (0..<objective.parameterCount).map { Double($0 % 17) * 1e-3 }
                let value = objective.evaluate(point, gradient: &gradient)
                return (value, gradient)
            }
        }
        let (value, gradient) = evaluate(1)
        let (parallelValue, parallelGradient) = evaluate(3)
        #expect(value == parallelValue && gradient == parallelGradient)
    }

    @Test("at weights of zero the loss is n·ln K")
    func start() {
        let objective = MultinomialObjective(bytes.sparse, labels: bytes.labels, classCount: 16)
        var gradient = [Double](repeating: 0, count: objective.parameterCount)
        let value = objective.evaluate(gradient, gradient: &gradient)
        // Fifty sums of rounded terms.
        #expect(abs(value - 50 * log(16)) < 1e-11)
    }

    @Test("the second moments, dense and by components of sparse columns")
    func secondMoments() {
        let sparse = SparseByteRows(dense: [51, 0, 0, 0, 0, 255, 102, 0, 255, 0, 0, 0], columnCount: 4)
        let moments = SecondMoments(sparse)
        // Columns 1 and 2 occur together; the ones of a column are the rows.
        #expect(moments.blocks.map(\.columns) == [[0], [1, 2], [3], [4]])
        let expected: [[Double]] = [[0.04 + 1], [1, 0.4, 0.16], [0], [3]]
        for (block, expected) in zip(moments.blocks, expected) {
            #expect(largestDifference(block.lower, expected) < 1e-15)
        }
        let dense = SecondMoments(DenseRows([1, 2, 3, 4], columnCount: 2))
        #expect(dense.blocks.map(\.lower) == [[10, 14, 20, 4, 6, 2]])
    }

    @Test("the preconditioner inverts s·X̃ᵀX̃ + I")
    func preconditioner() {
        let moments = SecondMoments(DenseRows([1, 2, 3, 4], columnCount: 2))
        let preconditioner = CurvaturePreconditioner(moments, curvature: 0.5, classCount: 2)
        let matrix: [[Double]] = [[6, 7, 2], [7, 11, 3], [2, 3, 1]]
        let solution: [Double] = [1, -2, 3, 0.5, -4, 6]
        var vector = (0..<6).map { (index: Int) -> Double in
            let row = matrix[index / 2]
            return (0..<3).reduce(0.0) { (sum: Double, k: Int) -> Double in sum + row[k] * solution[k * 2 + index % 2] }
        }
        preconditioner.apply(to: &vector)
        // Single precision times a condition number near 100.
        #expect(largestDifference(vector, solution) < 1e-4)
    }

    @Test("separable classes, an absent class, one row")
    func degenerate() throws {
        let rows = DenseRows([-2, -1, 1, 2], columnCount: 1)
        let model = try LogisticRegression.fit(rows, labels: [0, 0, 2, 2], classCount: 3, tolerance: 1e-12)
        #expect(model.converged)
        #expect(model.predictions(for: rows) == [0, 0, 2, 2])
        let single = try LogisticRegression.fit(DenseRows([1], columnCount: 1), labels: [1], classCount: 2)
        #expect(single.accuracy(on: DenseRows([5], columnCount: 1), labels: [1]) == 1)
    }

    @Test("features that are not finite", arguments: [Float.nan, .infinity, -.infinity])
    func notFinite(value: Float) {
        expectFailure(.badData, mentioning: "row 1, column 2", "diverged") {
            _ = try LogisticRegression.fit(
                DenseRows([0, 1, 2, 3, 4, value, 6, 7, 8], columnCount: 3), labels: [0, 1, 0], classCount: 2)
        }
    }

    @Test("features whose squares are beyond single precision: no classifier could be told from chance")
    func huge() {
        expectFailure(.badData, mentioning: "sums of squares below 3e38", "diverged") {
            _ = try LogisticRegression.fit(
                DenseRows([0, 1, 2, 3, 4, 1e20, 6, 7, 8], columnCount: 3), labels: [0, 1, 0], classCount: 2)
        }
    }

    /// A mutation test of the golden values: another objective's optimum is far from them.
    @Test("the intercept is free, so moving the features moves nothing else; another C would not pass")
    func objective() throws {
        let moved = try LogisticRegression.fit(
            DenseRows(dense.values.map { $0 + 4 }, columnCount: 5), labels: dense.labels,
            classCount: dense.classCount, tolerance: Self.tight)
        // Features near 100 lose 4e-6 to rounding when 4 is added.
        #expect(largestDifference(moved.coefficients, dense.coefficients) < 1e-4)
        let doubled = DenseRows(dense.values + dense.values, columnCount: 5)
        let weaker = try LogisticRegression.fit(
            doubled, labels: dense.labels + dense.labels, classCount: dense.classCount, tolerance: Self.tight)
        #expect(largestDifference(weaker.coefficients, dense.coefficients) > 1e-2)
    }
}

extension SparseByteRows {
    /// The entries of a dense matrix that are not zero.
    init(dense values: [UInt8], columnCount: Int) {
        var (starts, columns, kept): ([Int], [UInt16], [UInt8]) = ([0], [], [])
        for (index, value) in values.enumerated() {
            if value != 0 {
                columns.append(UInt16(index % columnCount))
                kept.append(value)
            }
            if (index + 1) % columnCount == 0 { starts.append(kept.count) }
        }
        self.init(columnCount: columnCount, rowStarts: starts, columns: columns, values: kept)
    }
}
