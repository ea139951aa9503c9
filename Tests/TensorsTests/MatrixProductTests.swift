import TensorReference
import Tensors
import Testing

@Suite struct MatrixProductTests {
    /// Nothing, one, primes, both sides of the register tiles (6, 12 rows; 16, 32 columns) and of the row block (72).
    private static let extents = [0, 1, 2, 3, 5, 6, 7, 11, 12, 13, 16, 17, 31, 32, 33, 47, 71, 72, 73]

    private static let transpositions: [(Transposition, Transposition)] = [
        (.none, .none), (.transposed, .none), (.none, .transposed), (.transposed, .transposed),
    ]

    @Test func randomShapesAgreeWithTheDefinition() {
        randomShapes(Float.self)
        randomShapes(Double.self)
    }

    private func randomShapes<Scalar: TensorScalar>(_ type: Scalar.Type) {
        var generator = PhiloxGenerator(seed: 1, purpose: "matrix products")
        for trial in 0..<160 {
            let extents = (0..<3).map { _ in Self.extents.randomElement(using: &generator) ?? 0 }
            let (left, right) = Self.transpositions[trial % 4]
            check(type, extents[0], extents[1], extents[2], left, right, &generator)
        }
    }

    /// Each side of the blocks in depth (256) and width (2048), every transposition.
    @Test(arguments: [
        [13, 5, 255], [13, 5, 256], [13, 5, 257], [7, 33, 513], [3, 2047, 2], [3, 2048, 2], [3, 2049, 2],
        [2, 2080, 257], [145, 3, 2], [288, 17, 3], [1, 1, 1021], [1, 2053, 1], [509, 1, 1],
    ])
    func blockEdgesAgreeWithTheDefinition(extents: [Int]) {
        var generator = PhiloxGenerator(seed: 2, purpose: "matrix products")
        for (left, right) in Self.transpositions {
            check(Float.self, extents[0], extents[1], extents[2], left, right, &generator)
            check(Double.self, extents[0], extents[1], extents[2], left, right, &generator)
        }
    }

    private func check<Scalar: TensorScalar>(
        _ type: Scalar.Type, _ rows: Int, _ columns: Int, _ depth: Int, _ left: Transposition, _ right: Transposition,
        _ generator: inout PhiloxGenerator
    ) {
        let reference = MatrixProductReference(rows: rows, columns: columns, depth: depth, left: left, right: right)
        let (leftShape, rightShape, _) = reference.shapes
        // Integers: a wrong, missing or doubled product cannot hide in a tolerance.
        let (i, j) = (
            Tensor<Scalar>.integers(leftShape, using: &generator),
            Tensor<Scalar>.integers(rightShape, using: &generator)
        )
        let exact = reference.result(i.converted(to: Double.self), j.converted(to: Double.self)).value
        let product = i.matrixProduct(j, left: left, right: right)
        #expect(
            firstDisagreement(product, exact) { _ in 0 } == nil,
            "\(type) [\(rows), \(depth)]·[\(depth), \(columns)], \(left), \(right)")
        let (a, b) = (
            Tensor<Scalar>.normal(leftShape, using: &generator), Tensor<Scalar>.normal(rightShape, using: &generator)
        )
        let rounded = reference.result(a.converted(to: Double.self), b.converted(to: Double.self))
        #expect(
            rounded.disagreement(with: a.matrixProduct(b, left: left, right: right)) == nil,
            "\(type) [\(rows), \(depth)]·[\(depth), \(columns)], \(left), \(right)")
    }

    @Test func notFiniteElementsReachTheirRowAndColumnOnly() {
        // Tiles are padded with zeros, and 0·∞ must not leak out of the padding or over a row.
        var a = Tensor<Float>(shape: [13, 7], repeating: 1)
        let b = Tensor<Float>(shape: [7, 5], repeating: 1)
        a[12, 6] = .nan
        a[3, 0] = .infinity
        let product = a.matrixProduct(b)
        for row in 0..<13 {
            for column in 0..<5 {
                switch row {
                case 12: #expect(product[row, column].isNaN)
                case 3: #expect(product[row, column] == .infinity)
                default: #expect(product[row, column] == 7)
                }
            }
        }
    }

    @Test func transposeExchangesRowsAndColumns() {
        var generator = PhiloxGenerator(seed: 3, purpose: "matrix products")
        for shape in [[0, 4], [4, 0], [1, 7], [7, 1], [5, 3], [17, 33]] {
            let matrix = Tensor<Float>.normal(shape, using: &generator)
            let transposed = matrix.matrixTransposed()
            #expect(transposed.shape == [shape[1], shape[0]])
            for row in 0..<shape[0] {
                for column in 0..<shape[1] { #expect(transposed[column, row] == matrix[row, column]) }
            }
        }
    }
}
