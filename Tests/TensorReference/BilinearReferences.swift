import Tensors

// Bilinear operations by their definition: a list of triples (index into the left operand, index into the right one,
// index into the result), one for each product. An operation and its adjoints walk the same list, so that the
// references of the gradients cannot disagree with that of the operation.

/// The products of a bilinear operation.
public protocol BilinearOperation: Sendable {
    /// Shapes of the left operand, the right operand and the result.
    var shapes: (left: [Int], right: [Int], result: [Int]) { get }
    /// Calls `body` for each product.
    func forEachProduct(_ body: (_ left: Int, _ right: Int, _ result: Int) -> Void)
}

extension BilinearOperation {
    /// The result of the operation.
    public func result(_ left: Tensor<Double>, _ right: Tensor<Double>) -> SumOfProducts {
        sum(left, right, into: shapes.result) { body in forEachProduct { body($0, $1, $2) } }
    }

    /// Its adjoint in the left operand, applied to a gradient of the result.
    public func leftGradient(_ gradient: Tensor<Double>, _ right: Tensor<Double>) -> SumOfProducts {
        sum(gradient, right, into: shapes.left) { body in forEachProduct { body($2, $1, $0) } }
    }

    /// Its adjoint in the right operand, applied to a gradient of the result.
    public func rightGradient(_ gradient: Tensor<Double>, _ left: Tensor<Double>) -> SumOfProducts {
        sum(gradient, left, into: shapes.right) { body in forEachProduct { body($2, $0, $1) } }
    }

    @inline(__always)
    private func sum(
        _ a: Tensor<Double>, _ b: Tensor<Double>, into shape: [Int], _ products: ((Int, Int, Int) -> Void) -> Void
    ) -> SumOfProducts {
        var value = Tensor<Double>.zeros(shape)
        var magnitude = value
        var terms = Tensor<Double>.zeros(shape)
        a.withPointer { a in
            b.withPointer { b in
                value.withMutablePointer { value in
                    magnitude.withMutablePointer { magnitude in
                        terms.withMutablePointer { terms in
                            products { i, j, k in
                                let product = a[i] * b[j]
                                value[k] += product
                                magnitude[k] += product.magnitude
                                terms[k] += 1
                            }
                        }
                    }
                }
            }
        }
        return SumOfProducts(value: value, magnitude: magnitude, terms: Int(terms.scalars.max() ?? 0))
    }
}

/// op(A)·op(B) for op(A) of `rows` × `depth` and op(B) of `depth` × `columns`.
public struct MatrixProductReference: BilinearOperation {
    let rows: Int
    let columns: Int
    let depth: Int
    let left: Transposition
    let right: Transposition

    /// Creates the operation from the extents of its factors as they are read.
    public init(rows: Int, columns: Int, depth: Int, left: Transposition, right: Transposition) {
        self.rows = rows
        self.columns = columns
        self.depth = depth
        self.left = left
        self.right = right
    }

    /// Shapes of both factors as they are stored, and of the product.
    public var shapes: (left: [Int], right: [Int], result: [Int]) {
        (
            left == .none ? [rows, depth] : [depth, rows], right == .none ? [depth, columns] : [columns, depth],
            [rows, columns]
        )
    }

    /// Calls `body` for each product that the operation sums.
    @inline(__always)
    public func forEachProduct(_ body: (Int, Int, Int) -> Void) {
        for row in 0..<rows {
            for k in 0..<depth {
                for column in 0..<columns {
                    body(
                        left == .none ? row * depth + k : k * rows + row,
                        right == .none ? k * columns + column : column * depth + k, row * columns + column)
                }
            }
        }
    }
}

extension ConvolutionShape: BilinearOperation {
    /// Shapes of the images, the filters and the output.
    public var shapes: (left: [Int], right: [Int], result: [Int]) { (inputShape, filterShape, outputShape) }

    /// Calls `body` for each product that the operation sums.
    @inline(__always)
    public func forEachProduct(_ body: (Int, Int, Int) -> Void) {
        for image in 0..<images {
            for outputRow in 0..<outputRows {
                for outputColumn in 0..<outputColumns {
                    let pixel = (image * outputRows + outputRow) * outputColumns + outputColumn
                    forEachTap(outputRow, outputColumn) { tap, row, column in
                        for input in 0..<inputChannels {
                            for output in 0..<outputChannels {
                                body(
                                    ((image * rows + row) * columns + column) * inputChannels + input,
                                    (tap * inputChannels + input) * outputChannels + output,
                                    pixel * outputChannels + output)
                            }
                        }
                    }
                }
            }
        }
    }

    /// The pixels of the image, not of its padding, that the filter covers at one position.
    private func forEachTap(
        _ outputRow: Int, _ outputColumn: Int, _ body: (_ tap: Int, _ row: Int, _ column: Int) -> Void
    ) {
        for filterRow in 0..<filterRows {
            let row = outputRow * stride + filterRow - padding
            guard 0..<rows ~= row else { continue }
            for filterColumn in 0..<filterColumns {
                let column = outputColumn * stride + filterColumn - padding
                guard 0..<columns ~= column else { continue }
                body(filterRow * filterColumns + filterColumn, row, column)
            }
        }
    }
}
