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
    /// - Returns: `[row, column]`.
    /// - Precondition: both are of rank 2 and the inner extents agree.
    public func matrixProduct(
        _ other: Tensor, left: Transposition = .none, right: Transposition = .none
    ) -> Tensor {
        require(
            rank == 2 && other.rank == 2, "matrix product of shapes \(shape) and \(other.shape): both must be matrices")
        let (rows, depth) = left == .none ? (shape[0], shape[1]) : (shape[1], shape[0])
        let (inner, columns) = right == .none ? (other.shape[0], other.shape[1]) : (other.shape[1], other.shape[0])
        require(
            depth == inner,
            "matrix product of shapes \(shape)\(left == .none ? "" : "ᵀ") and \(other.shape)\(right == .none ? "" : "ᵀ"): inner extents \(depth) and \(inner) differ"
        )
        return Tensor(shape: [rows, columns]) { c in
            withPointer { a in
                other.withPointer { b in
                    Tensors.matrixProduct(
                        Self.view(a, shape[1], left), Self.view(b, other.shape[1], right), into: c, stride: columns,
                        rows: rows, columns: columns, depth: depth, accumulating: false)
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
