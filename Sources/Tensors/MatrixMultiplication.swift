import Diagnostics

/// How an operand of a matrix product is read.
public enum Transposition: Sendable {
    /// As it stands.
    case none
    /// With rows and columns exchanged.
    case transposed
}

extension Tensor {
    /// The matrix product op(self) · op(other).
    ///
    /// - Parameters:
    ///   - other: the right factor, a matrix.
    ///   - left: how `self` is read; `[row, k]`, or `[k, row]` transposed.
    ///   - right: how `other` is read; `[k, column]`, or `[column, k]` transposed.
    ///   - bias: added to every row, `[column]`; `nil` for none.
    ///   - rectified: whether max(·, 0) of the result is returned.
    /// - Returns: `[row, column]`.
    /// - Precondition: both are of rank 2, the inner extents agree, and the bias is one number a column.
    public func matrixProduct(
        _ other: Tensor, left: Transposition = .none, right: Transposition = .none, bias: Tensor? = nil,
        rectified: Bool = false
    ) -> Tensor {
        product(other, left, right, bias, rectified: rectified)
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
        let (rows, depth) = left == .none ? (shape[0], shape[1]) : (shape[1], shape[0])
        let (inner, columns) = right == .none ? (other.shape[0], other.shape[1]) : (other.shape[1], other.shape[0])
        require(
            depth == inner,
            "matrix product of shapes \(shape)\(left == .none ? "" : "ᵀ") and \(other.shape)\(right == .none ? "" : "ᵀ"): inner extents \(depth) and \(inner) differ"
        )
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
