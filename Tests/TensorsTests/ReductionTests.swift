import TensorReference
import Tensors
import Testing

@Suite struct ReductionTests {
    /// [row, column] extents: empty both ways, one, primes, and enough for several blocks of 2¹⁵ elements.
    private static let shapes = [
        [0, 5], [5, 0], [0, 0], [1, 1], [1, 17], [17, 1], [7, 13], [33, 16], [3, 40_009], [9001, 7], [70_001, 1],
    ]

    @Test func sumsAgreeWithTheDefinition() {
        check(Float.self)
        check(Double.self)
    }

    private func check<Scalar: TensorScalar>(_ type: Scalar.Type) {
        var generator = PhiloxGenerator(seed: 1, purpose: "reductions")
        for shape in Self.shapes {
            let (rows, columns) = (shape[0], shape[1])
            // A sum is a product with ones, so the bounds of a matrix product hold. Integers first: exact.
            for x in [Tensor<Scalar>.integers(shape, using: &generator), .normal(shape, using: &generator)] {
                let isExact = x.scalars.allSatisfy { $0 == $0.rounded() }
                let y = x.converted(to: Double.self)
                func expect(_ result: Tensor<Scalar>, _ reference: SumOfProducts, _ what: String) {
                    let problem =
                        isExact
                        ? firstDisagreement(result, reference.value) { _ in 0 } : reference.disagreement(with: result)
                    #expect(problem == nil, "\(what) of \(shape), \(type)")
                }
                expect(
                    x.sumAlongLastAxis().reshaped([rows, 1]),
                    product(y, .init(shape: [columns, 1], repeating: 1)), "sums of the rows")
                expect(
                    x.sumOverRows().reshaped([1, columns]),
                    product(.init(shape: [1, rows], repeating: 1), y), "sum of all rows")
                expect(
                    Tensor(x.sum()).reshaped([1, 1]),
                    product(y.reshaped([1, x.count]), .init(shape: [x.count, 1], repeating: 1)), "sum")
            }
        }
    }

    private func product(_ a: Tensor<Double>, _ b: Tensor<Double>) -> SumOfProducts {
        MatrixProductReference(
            rows: a.shape[0], columns: b.shape[1], depth: a.shape[1], left: .none, right: .none
        ).result(a, b)
    }

    @Test(arguments: [1, 2, 15, 16, 17, 50, 70]) func normalizedRowsHaveNormOne(length: Int) {
        var generator = PhiloxGenerator(seed: 2, purpose: "reductions")
        let x = Tensor<Double>.normal([9, length], using: &generator)
        let unit = x.normalizedAlongLastAxis(epsilon: 0)
        for row in 0..<9 {
            let norm = (0..<length).reduce(0) { $0 + x[row, $1] * x[row, $1] }.squareRoot()
            // Sum, root, quotient and product round, each by an ulp of 1 at most, the sum once an element.
            for column in 0..<length {
                #expect(abs(unit[row, column] - x[row, column] / norm) <= Double(length + 4) * .ulpOfOne)
            }
        }
        #expect(Tensor<Float>.zeros([2, length]).normalizedAlongLastAxis(epsilon: 1e-12) == .zeros([2, length]))
        // Where the sum overflows there is no direction left.
        let large = Tensor<Float>(shape: [1, length], repeating: 1e20).normalizedAlongLastAxis(epsilon: 1e-12)
        #expect(!large.scalars.contains { !$0.isNaN })
    }

    /// Zero divided by its norm is no number, and stays zero only with ε > 0.
    @Test func aRowOfZerosHasNoDirection() {
        let x = Tensor<Float>(shape: [2, 2], scalars: [0, 0, 3, 4])
        let identity = Tensor<Float>(shape: [2, 2], scalars: [1, 0, 0, 1])
        let product = x.normalizedMatrixProduct(identity, bias: .zeros([2]), epsilon: 0)
        for unit in [x.normalizedAlongLastAxis(epsilon: 0), product.rows] {
            #expect(unit[0, 0].isNaN && unit[0, 1].isNaN)
            #expect(abs(unit[1, 0] - 0.6) <= .ulpOfOne && abs(unit[1, 1] - 0.8) <= .ulpOfOne)
        }
    }

    @Test func higherRanksAreReadAsMatrices() {
        var generator = PhiloxGenerator(seed: 2, purpose: "reductions")
        let x = Tensor<Float>.integers([2, 3, 4], using: &generator)
        let matrix = x.reshaped([6, 4])
        #expect(x.sumAlongLastAxis() == matrix.sumAlongLastAxis().reshaped([2, 3]))
        #expect(x.sumOverRows() == matrix.sumOverRows())
        let row = Tensor<Float>(shape: [4], scalars: [1, 2, 3, 4])
        #expect(x.addingToRows(row) == matrix.addingToRows(row).reshaped([2, 3, 4]))
        let factors = Tensor<Float>(shape: [2, 3], scalars: [1, 2, 3, 4, 5, 6])
        let scaled = matrix.multiplyingRows(by: factors.reshaped([6]))
        #expect(x.multiplyingRows(by: factors) == scaled.reshaped([2, 3, 4]))
        // A vector is one row.
        let vector = Tensor<Float>(shape: [3], scalars: [1, 2, 3])
        #expect(vector.sumAlongLastAxis() == Tensor(6) && vector.sumOverRows() == vector)
        #expect(vector.multiplyingRows(by: Tensor(2)).scalars == [2, 4, 6])
    }

    @Test func rowOperationsElementByElement() {
        var generator = PhiloxGenerator(seed: 3, purpose: "reductions")
        for shape in Self.shapes {
            let x = Tensor<Double>.normal(shape, using: &generator)
            let row = Tensor<Double>.normal([shape[1]], using: &generator)
            let factors = Tensor<Double>.normal([shape[0]], using: &generator)
            let (sum, scaled) = (x.addingToRows(row), x.multiplyingRows(by: factors))
            let (asRows, along) = (row.repeatedAsRows(of: shape), factors.repeatedAlongLastAxis(shape[1]))
            let positions = (0..<x.count).map { ($0, $0 / max(shape[1], 1), $0 % max(shape[1], 1)) }
            #expect(sum.scalars == positions.map { x.scalars[$0.0] + row.scalars[$0.2] })
            #expect(scaled.scalars == positions.map { x.scalars[$0.0] * factors.scalars[$0.1] })
            #expect(asRows.scalars == positions.map { row.scalars[$0.2] })
            #expect(along.scalars == positions.map { factors.scalars[$0.1] })
            #expect([sum, scaled, asRows, along].allSatisfy { $0.shape == shape })
        }
    }

    /// ⟨Ax, y⟩ = ⟨x, Aᵀy⟩, exactly, on integers.
    @Test func repetitionsAreTheAdjointsOfTheSums() {
        var generator = PhiloxGenerator(seed: 4, purpose: "reductions")
        for shape in [[3, 5], [1, 7], [0, 4], [4, 0], [31, 2]] {
            let x = Tensor<Double>.integers(shape, using: &generator)
            let rows = Tensor<Double>.integers([shape[0]], using: &generator)
            let columns = Tensor<Double>.integers([shape[1]], using: &generator)
            #expect(
                innerProduct(x.sumAlongLastAxis(), rows) == innerProduct(x, rows.repeatedAlongLastAxis(shape[1])))
            #expect(innerProduct(x.sumOverRows(), columns) == innerProduct(x, columns.repeatedAsRows(of: shape)))
        }
    }

    @Test func notFiniteElementsAreNotLost() {
        for position in [0, 20, 40_000] {
            var x = Tensor<Float>(shape: [40_001], repeating: 1)
            x[position] = .nan
            #expect(x.sum().isNaN && x.sumAlongLastAxis().scalar.isNaN && x.sumOverRows()[position].isNaN)
        }
    }
}
