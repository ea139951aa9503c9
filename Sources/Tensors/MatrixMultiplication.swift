import Diagnostics

/// How an operand of a matrix product is read.
public enum Transposition: Sendable {
    /// As it stands.
    case none
    /// With rows and columns exchanged.
    case transposed
}

extension Tensor {
    /// The matrix product op(self) · op(other); of tensors of rank 3 the products of as many matrices, each by itself, as the
    /// first axis counts, for which these are small.
    ///
    /// - Parameters:
    ///   - other: the right factor, a matrix or, like `self`, several.
    ///   - left: how `self` is read; `[row, k]`, or `[k, row]` transposed.
    ///   - right: how `other` is read; `[k, column]`, or `[column, k]` transposed.
    ///   - bias: added to every row, `[column]`; `nil` for none.
    ///   - rectified: whether max(·, 0) of the result is returned.
    /// - Returns: `[row, column]`, or `[matrix, row, column]`.
    /// - Precondition: both are of rank 2, the inner extents agree, and the bias is one number a column; or both are of rank 3,
    ///   of as many matrices whose inner extents agree, without a bias, not rectified.
    public func matrixProduct(
        _ other: Tensor, left: Transposition = .none, right: Transposition = .none, bias: Tensor? = nil,
        rectified: Bool = false
    ) -> Tensor {
        if rank == 3 && other.rank == 3 && bias == nil && !rectified { return products(other, left, right) }
        return product(other, left, right, bias, rectified: rectified)
    }

    /// The matrix product self · other plus a bias, each row divided by its norm √(Σ x² + ε) while it is in the cache.
    ///
    /// - Parameters:
    ///   - other: the right factor, `[k, column]`.
    ///   - bias: added to every row before it is divided, `[column]`.
    ///   - epsilon: ε ≥ 0. With ε = 0 a row of zeros, which has no direction, becomes NaN.
    /// - Returns: the rows, `[row, column]`, and one over each norm, `[row]`.
    /// - Precondition: as for ``matrixProduct(_:left:right:bias:rectified:)``.
    public func normalizedMatrixProduct(
        _ other: Tensor, bias: Tensor, epsilon: Scalar
    ) -> (rows: Tensor, inverseNorms: Tensor) {
        var inverseNorms = Tensor.zeros(Array(shape.prefix(1)))
        let rows = inverseNorms.withMutablePointer { product(other, .none, .none, bias, unitRows: (epsilon, $0)) }
        return (rows, inverseNorms)
    }

    private func product(
        _ other: Tensor, _ left: Transposition, _ right: Transposition, _ bias: Tensor?, rectified: Bool = false,
        unitRows: (epsilon: Scalar, inverseNorms: UnsafeMutablePointer<Scalar>)? = nil
    ) -> Tensor {
        require(
            rank == 2 && other.rank == 2, "matrix product of shapes \(shape) and \(other.shape): both must be matrices")
        let (rows, columns, depth) = extents(other, left, right)
        requireBias(bias, columns: columns)
        return Tensor(shape: [rows, columns]) { c in
            withPointer { a in
                other.withPointer { b in
                    withOptionalPointer(bias) { bias in
                        Tensors.matrixProduct(
                            Self.view(a, shape[1], left), Self.view(b, other.shape[1], right), bias: bias,
                            rectifying: rectified,
                            unitRows: unitRows.map {
                                UnitRows(
                                    product: c, length: columns, epsilon: $0.epsilon, inverseNorms: $0.inverseNorms)
                            }, into: c, rows: rows, columns: columns, depth: depth)
                    }
                }
            }
        }
    }

    private func products(_ other: Tensor, _ left: Transposition, _ right: Transposition) -> Tensor {
        require(
            shape[0] == other.shape[0],
            "matrix products of shapes \(shape) and \(other.shape): \(shape[0]) and \(other.shape[0]) matrices")
        let (rows, columns, depth) = extents(other, left, right)
        return Tensor(shape: [shape[0], rows, columns]) { c in
            withPointer { a in
                other.withPointer { b in
                    smallProducts(
                        shape[0], Self.view(a, lastExtent, left), Self.view(b, other.lastExtent, right), into: c,
                        rows: rows, columns: columns, depth: depth)
                }
            }
        }
    }

    /// Rows and columns of the product of matrices of the last two axes, and the terms of its sums.
    private func extents(
        _ other: Tensor, _ left: Transposition, _ right: Transposition
    ) -> (rows: Int, columns: Int, depth: Int) {
        func ordered(_ tensor: Tensor, _ transposition: Transposition) -> (Int, Int) {
            let (first, second) = (tensor.shape[tensor.rank - 2], tensor.lastExtent)
            return transposition == .none ? (first, second) : (second, first)
        }
        let (rows, depth) = ordered(self, left)
        let (inner, columns) = ordered(other, right)
        require(
            depth == inner,
            "matrix product of shapes \(shape)\(left == .none ? "" : "ᵀ") and \(other.shape)\(right == .none ? "" : "ᵀ"): inner extents \(depth) and \(inner) differ"
        )
        return (rows, columns, depth)
    }

    private static func view(
        _ base: UnsafePointer<Scalar>, _ stride: Int, _ transposition: Transposition
    ) -> MatrixView<Scalar> {
        transposition == .none
            ? MatrixView(base: base, rowStride: stride, columnStride: 1)
            : MatrixView(base: base, rowStride: 1, columnStride: stride)
    }
}

/// Stops the program unless a bias, if there is one, is a vector of `columns` numbers.
func requireBias<Scalar: TensorScalar>(_ bias: Tensor<Scalar>?, columns: Int) {
    require(bias.map { $0.shape == [columns] } ?? true, "bias \(bias?.shape ?? []) for \(columns) columns")
}

/// Calls `body` with the elements of a tensor, or with `nil` if there is none.
func withOptionalPointer<Scalar: TensorScalar, Result>(
    _ tensor: Tensor<Scalar>?, _ body: (UnsafePointer<Scalar>?) -> Result
) -> Result {
    guard let tensor else { return body(nil) }
    return tensor.withPointer(body)
}
