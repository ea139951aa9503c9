import Diagnostics

// Selections by index and their adjoints.

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func gatherRows<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>, _ rows: [Int], _ shape: [Int]
) -> Tensor<Scalar> {
    let length = shape.last ?? 1
    return Tensor(shape: shape) { out in
        x.withPointer { source in
            Parallel.forRanges(rows.count, grain: max(1, (1 << 12) / max(length, 1))) { range in
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
    for i in range {
        let row = rows[i]
        requireRow(row, shape)
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
    addRows(of: x, to: &result, rows, shape, length)
    return result
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func addRows<Scalar: TensorScalar>(
    of x: Tensor<Scalar>, to result: inout Tensor<Scalar>, _ rows: [Int], _ shape: [Int], _ length: Int
) {
    result.withMutablePointer { out in
        x.withPointer { source in
            if length == 1 { return addEach(source, to: out, rows, shape) }
            for (i, row) in rows.enumerated() {
                requireRow(row, shape)
                for k in 0..<length { out[row * length + k] += source[i * length + k] }
            }
        }
    }
}

/// Adds single elements, without the set-up of a vectorised loop. What is added to one element several times in a row does
/// not go by way of memory each time.
@inline(__always)
private func addEach<Scalar: TensorScalar>(
    _ source: UnsafePointer<Scalar>, to out: UnsafeMutablePointer<Scalar>, _ rows: [Int], _ shape: [Int]
) {
    guard var place = rows.first else { return }
    requireRow(place, shape)
    var sum = out[place]
    for (i, row) in rows.enumerated() {
        if row != place {
            requireRow(row, shape)
            out[place] = sum
            (place, sum) = (row, out[row])
        }
        sum += source[i]
    }
    out[place] = sum
}

@inline(__always)
private func requireRow(_ row: Int, _ shape: [Int]) {
    require(row >= 0 && row < shape[0], "row \(row) is outside a tensor of shape \(shape)")
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

    /// Adds element i of another tensor to element `indices[i]` of this one, in order and in place.
    ///
    /// - Precondition: as many indices as elements, each inside this tensor.
    public mutating func addElements(_ elements: Tensor, at indices: [Int]) {
        require(indices.count == elements.count, "\(indices.count) indices for a tensor of shape \(elements.shape)")
        addRows(of: elements, to: &self, indices, [count, 1], 1)
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
