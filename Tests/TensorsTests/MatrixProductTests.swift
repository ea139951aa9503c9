import PropertyTesting
import TensorReference
import Tensors
import Testing

@Suite struct MatrixProductTests {
    /// Nothing, one, primes, both sides of the register tiles (6, 12 rows; 16, 32 columns) and of some multiples.
    private static let extents = [0, 1, 2, 3, 5, 6, 7, 11, 12, 13, 16, 17, 31, 32, 33, 47, 71, 72, 73]

    private static let transpositions: [(Transposition, Transposition)] = [
        (.none, .none), (.transposed, .none), (.none, .transposed), (.transposed, .transposed),
    ]

    /// A product to be checked; small in the counterexamples that the harness prints.
    private struct Product {
        var (rows, columns, depth) = (0, 0, 0)
        var (left, right) = (Transposition.none, Transposition.none)
        var seed = 0

        static var generator: Generator<Product> {
            Generator { source in
                func integer(_ range: ClosedRange<Int>) -> Int {
                    Generator<Int>.integer(in: range).value(from: &source)
                }
                let extent = Generator<Int>.element(of: extents)
                var product = Product()
                product.rows = extent.value(from: &source)
                product.columns = extent.value(from: &source)
                product.depth = extent.value(from: &source)
                (product.left, product.right) = transpositions[integer(0...3)]
                product.seed = integer(0...999)
                return product
            }
        }
    }

    @Test func randomShapesAgreeWithTheDefinition() throws {
        try Property("matrix products are sums of products", Product.generator, cases: 160) { product, trial in
            trial.label("empty", if: product.rows * product.columns * product.depth == 0)
            trial.label("beyond a tile", if: product.rows > 12 && product.columns > 32)
            for problem in problems(Float.self, product) + problems(Double.self, product) {
                trial.holds(false, problem)
            }
        }
        .requiring(["empty": 0.03, "beyond a tile": 0.03])
        .check()
    }

    /// Each side of the blocks in depth (384 and 512, 768 and 1024, 1536 and 2048 by the machine; the larger for at most
    /// 1024 or 512 columns), height (96 KiB), width (2048), of the groups of slivers that are packed together (4), and of the
    /// rows that are read where they lie (4 KiB); every transposition.
    @Test(arguments: [
        [13, 5, 191], [126, 5, 384], [127, 17, 385], [61, 33, 384], [253, 17, 385], [13, 5, 511], [12, 5, 512],
        [7, 33, 513], [3, 7, 767], [131, 9, 768], [2, 7, 769], [14, 513, 513], [26, 5, 1023], [27, 17, 1024],
        [25, 33, 1025], [4, 1030, 770], [3, 7, 1536], [2, 7, 2049], [5, 64, 19], [5, 65, 19], [3, 2047, 2],
        [3, 2048, 2], [3, 2049, 2], [2, 2080, 257], [145, 3, 2], [288, 17, 3], [1, 1, 1021], [1, 2053, 1], [509, 1, 1],
    ])
    func blockEdgesAgreeWithTheDefinition(extents: [Int]) {
        for (left, right) in Self.transpositions {
            let product = Product(
                rows: extents[0], columns: extents[1], depth: extents[2], left: left, right: right, seed: 2)
            #expect(problems(Float.self, product) == [])
            #expect(problems(Double.self, product) == [])
        }
    }

    /// Of several matrices each by itself, also where they are many or empty; integers, so that nothing hides in a tolerance.
    @Test(arguments: [
        [0, 2, 3, 4], [1, 1, 1, 1], [3, 2, 5, 7], [5, 8, 8, 50], [2, 7, 33, 16], [4, 3, 0, 2], [300, 8, 8, 17],
    ])
    func severalMatricesAgreeWithTheDefinition(extents: [Int]) {
        checkSeveral(Float.self, extents)
        checkSeveral(Double.self, extents)
    }

    private func checkSeveral<Scalar: TensorScalar>(_ type: Scalar.Type, _ extents: [Int]) {
        let count = extents[0]
        var generator = PhiloxGenerator(seed: 4, purpose: "matrix products")
        for (left, right) in Self.transpositions {
            let reference = MatrixProductReference(
                rows: extents[1], columns: extents[2], depth: extents[3], left: left, right: right)
            let a = Tensor<Scalar>.integers([count] + reference.shapes.left, using: &generator)
            let b = Tensor<Scalar>.integers([count] + reference.shapes.right, using: &generator)
            let products = a.matrixProduct(b, left: left, right: right)
            #expect(products.shape == [count] + reference.shapes.result)
            for i in 0..<count {
                func own(_ tensor: Tensor<Scalar>) -> Tensor<Double> {
                    tensor.gatheringRows([i]).reshaped(Array(tensor.shape.dropFirst())).converted(to: Double.self)
                }
                #expect(own(products) == reference.result(own(a), own(b)).value, "\(left), \(right), matrix \(i)")
            }
        }
    }

    private func problems<Scalar: TensorScalar>(_ type: Scalar.Type, _ product: Product) -> [String] {
        let (left, right) = (product.left, product.right)
        let reference = MatrixProductReference(
            rows: product.rows, columns: product.columns, depth: product.depth, left: left, right: right)
        var generator = PhiloxGenerator(seed: UInt64(product.seed), purpose: "matrix products")
        let (leftShape, rightShape, _) = reference.shapes
        // Integers: a wrong, missing or doubled product cannot hide in a tolerance.
        let i = Tensor<Scalar>.integers(leftShape, using: &generator)
        let j = Tensor<Scalar>.integers(rightShape, using: &generator)
        let exact = reference.result(i.converted(to: Double.self), j.converted(to: Double.self)).value
        let a = Tensor<Scalar>.normal(leftShape, using: &generator)
        let b = Tensor<Scalar>.normal(rightShape, using: &generator)
        let rounded = reference.result(a.converted(to: Double.self), b.converted(to: Double.self))
        let bias = Tensor<Scalar>.integers([product.columns], bound: 30, using: &generator)
        let shifted = exact.addingToRows(bias.converted(to: Double.self))
        return [
            firstDisagreement(i.matrixProduct(j, left: left, right: right), exact) { _ in 0 },
            firstDisagreement(i.matrixProduct(j, left: left, right: right, bias: bias), shifted) { _ in 0 },
            firstDisagreement(
                i.matrixProduct(j, left: left, right: right, bias: bias, rectified: true), shifted.rectified()
            ) { _ in 0 },
            rounded.disagreement(with: a.matrixProduct(b, left: left, right: right)),
            left == .none && right == .none ? normalizationProblem(a, b, bias) : nil,
        ].compactMap { $0.map { "\(type) \(product): \($0)" } }
    }

    /// Rows normalised as they are stored have the bits of rows normalised afterwards.
    private func normalizationProblem<Scalar: TensorScalar>(
        _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, _ bias: Tensor<Scalar>
    ) -> String? {
        let product = a.matrixProduct(b, bias: bias)
        let (rows, inverseNorms) = a.normalizedMatrixProduct(b, bias: bias, epsilon: 0.5)
        if rows != product.normalizedAlongLastAxis(epsilon: 0.5) { return "rows normalised in the product differ" }
        let exact = product.converted(to: Double.self)
        let expected = (exact * exact).sumAlongLastAxis().scaled(by: 1, plus: 0.5).reciprocalSquareRoot()
        // A sum of squares in any order, a root and a quotient.
        let bound = Double(product.lastExtent + 4) * Double(Scalar.ulpOfOne)
        return firstDisagreement(inverseNorms, expected) { bound * expected.scalars[$0] }
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
