// Selections by index and their adjoints.

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func gatherRows<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>, _ rows: [Int], _ shape: [Int]
) -> Tensor<Scalar> {
    let length = shape.last ?? 1
    return Tensor(shape: shape) { out in
        x.withPointer { source in
            Parallel.forRanges(rows.count, grain: max(1, (1 << 14) / max(length, 1))) { range in
                copyRows(source, x.shape, rows, range, length: length, to: out)
            }
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func copyRows<Scalar: TensorScalar>(
    _ source: UnsafePointer<Scalar>, _ shape: [Int], _ rows: [Int], _ range: Range<Int>, length: Int,
    to out: UnsafeMutablePointer<Scalar>
) {
    let limit = shape[0]
    for i in range {
        let row = rows[i]
        require(row >= 0 && row < limit, "row \(row) is outside a tensor of shape \(shape)")
        // A call of `memmove` takes longer than a single element.
        if length == 1 {
            out[i] = source[row]
        } else {
            (out + i * length).update(from: source + row * length, count: length)
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func scatterRows<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>, _ rows: [Int], _ shape: [Int], _ length: Int
) -> Tensor<Scalar> {
    var result = Tensor<Scalar>.zeros(shape)
    let limit = shape[0]
    result.withMutablePointer { out in
        x.withPointer { source in
            for (i, row) in rows.enumerated() {
                require(row >= 0 && row < limit, "row \(row) is outside a tensor of shape \(shape)")
                // Single elements are spared the set-up of a vectorised loop.
                if length == 1 {
                    out[row] += source[i]
                } else {
                    for k in 0..<length { out[row * length + k] += source[i * length + k] }
                }
            }
        }
    }
    return result
}

extension Tensor {
    /// The rows (slices along the first axis) with the given indices, in that order; repetitions are allowed.
    ///
    /// - Precondition: every index is inside the first axis.
    public func gatheringRows(_ rows: [Int]) -> Tensor {
        require(rank >= 1, "a tensor of shape \(shape) has no first axis")
        let inner = Array(shape.dropFirst())
        let length = inner.reduce(1, *)
        return gatherRows(reshaped([shape[0], length]), rows, [rows.count, length]).reshaped([rows.count] + inner)
    }

    /// Adds row i to row `rows[i]` of a zero tensor with `count` rows: the adjoint of ``gatheringRows(_:)``.
    ///
    /// Rows are added in order, so the result's bits are fixed.
    public func scatteringRows(_ rows: [Int], count: Int) -> Tensor {
        require(
            rank >= 1 && shape[0] == rows.count, "\(rows.count) row indices for a tensor of shape \(shape)")
        let inner = Array(shape.dropFirst())
        let length = inner.reduce(1, *)
        return scatterRows(reshaped([rows.count, length]), rows, [count, length], length).reshaped([count] + inner)
    }

    /// The elements at the given positions of the row-major order, in a new shape.
    ///
    /// - Precondition: as many indices as `shape` holds, each inside the tensor.
    public func gatheringElements(_ indices: [Int], shape: [Int]) -> Tensor {
        require(shape.reduce(1, *) == indices.count, "\(indices.count) indices for the shape \(shape)")
        return gatherRows(reshaped([count, 1]), indices, [indices.count, 1]).reshaped(shape)
    }

    /// Adds element i to element `indices[i]` of a zero tensor: the adjoint of ``gatheringElements(_:shape:)``.
    public func scatteringElements(_ indices: [Int], shape: [Int]) -> Tensor {
        require(indices.count == count, "\(indices.count) indices for a tensor of shape \(self.shape)")
        let total = shape.reduce(1, *)
        return scatterRows(reshaped([count, 1]), indices, [total, 1], 1).reshaped(shape)
    }

    /// `self` followed by `other` along the first axis.
    ///
    /// - Precondition: the other axes agree.
    public func concatenated(with other: Tensor) -> Tensor {
        require(
            rank >= 1 && other.rank >= 1 && shape.dropFirst() == other.shape.dropFirst(),
            "concatenation of shapes \(shape) and \(other.shape): all axes but the first must agree")
        return Tensor(shape: [shape[0] + other.shape[0]] + shape.dropFirst(), scalars: scalars + other.scalars)
    }

    /// The rows in `range` along the first axis.
    ///
    /// - Precondition: the range is inside the first axis.
    public func rows(_ range: Range<Int>) -> Tensor {
        require(
            rank >= 1 && range.lowerBound >= 0 && range.upperBound <= shape[0],
            "rows \(range) of a tensor of shape \(shape)")
        let length = shape.dropFirst().reduce(1, *)
        return Tensor(
            shape: [range.count] + shape.dropFirst(),
            scalars: Array(scalars[range.lowerBound * length..<range.upperBound * length]))
    }
}
