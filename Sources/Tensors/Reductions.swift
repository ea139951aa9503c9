import Diagnostics

// Sums and their adjoints, the explicit repetitions. A tensor is read as a matrix: its rows are all axes but the last.

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func totalOf<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Scalar {
    // Fixed blocks, their sums added in order: the same bits for any number of threads.
    let grain = 1 << 15
    let blocks = (x.count + grain - 1) / grain
    let partial = Scratch<Scalar>(blocks)
    x.withPointer { source in
        Parallel.forRanges(x.count, grain: grain) { range in
            partial.pointer[range.lowerBound / grain] = rowSum(source + range.lowerBound, range.count)
        }
    }
    return (0..<blocks).reduce(0) { $0 + partial.pointer[$1] }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func normalizeRows<Scalar: TensorScalar>(_ x: Tensor<Scalar>, _ epsilon: Scalar) -> Tensor<Scalar> {
    let length = x.lastExtent
    return Tensor(shape: x.shape) { out in
        x.withPointer { source in
            forRows(of: x) { row in
                _ = normalizeRow(source + row * length, length, epsilon, into: out + row * length)
            }
        }
    }
}

/// Divides a row by √(Σ x² + ε), in place if it is its own target.
///
/// - Returns: one over the root.
@inline(__always)
func normalizeRow<Scalar: TensorScalar>(
    _ row: UnsafePointer<Scalar>, _ length: Int, _ epsilon: Scalar, into out: UnsafeMutablePointer<Scalar>
) -> Scalar {
    let lanes = Scalar.Vector64.scalarCount
    var squares = Scalar.Vector64.zero
    var i = 0
    while i + lanes <= length {
        let values = Scalar.Vector64(loading: row + i)
        squares.addProduct(values, values)
        i += lanes
    }
    var sum = squares.sum() + epsilon
    while i < length {
        sum.addProduct(row[i], row[i])
        i += 1
    }
    // Where the sum overflows the direction is lost: NaN and not zero, so that a diverging training is noticed.
    let inverse = sum < .infinity ? 1 / sum.squareRoot() : .nan
    i = 0
    while i + lanes <= length {
        (Scalar.Vector64(loading: row + i) * inverse).store(out + i)
        i += lanes
    }
    while i < length {
        out[i] = row[i] * inverse
        i += 1
    }
    return inverse
}

@inline(__always)
private func rowSum<Scalar: TensorScalar>(_ row: UnsafePointer<Scalar>, _ count: Int) -> Scalar {
    let lanes = Scalar.Vector64.scalarCount
    var sums = Scalar.Vector64.zero
    var i = 0
    while i + lanes <= count {
        sums += Scalar.Vector64(loading: row + i)
        i += lanes
    }
    var sum = sums.sum()
    while i < count {
        sum += row[i]
        i += 1
    }
    return sum
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func sumsAlong<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    let length = x.lastExtent
    return Tensor(shape: Array(x.shape.dropLast())) { out in
        x.withPointer { source in
            forRows(of: x) { row in out[row] = rowSum(source + row * length, length) }
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func sumOver<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    let length = x.lastExtent
    var result = Tensor<Scalar>.zeros([length])
    let grain = rowGrain(length)
    let blocks = (x.rowCount + grain - 1) / grain
    let partial = Tensor<Scalar>(shape: [blocks, length]) { partial in
        x.withPointer { source in
            Parallel.forRanges(x.rowCount, grain: grain) { rows in
                let sums = partial + rows.lowerBound / grain * length
                let lanes = Scalar.Vector64.scalarCount
                var column = 0
                while column + lanes <= length {
                    var sum = Scalar.Vector64.zero
                    var values = source + (rows.lowerBound * length + column)
                    for _ in rows {
                        sum += Scalar.Vector64(loading: values)
                        values += length
                    }
                    sum.store(sums + column)
                    column += lanes
                }
                while column < length {
                    sums[column] = 0
                    for row in rows { sums[column] += source[row * length + column] }
                    column += 1
                }
            }
        }
    }
    result.withMutablePointer { out in
        partial.withPointer { sums in
            for block in 0..<blocks { for i in 0..<length { out[i] += sums[block * length + i] } }
        }
    }
    return result
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func addRow<Scalar: TensorScalar>(_ x: Tensor<Scalar>, _ row: Tensor<Scalar>) -> Tensor<Scalar> {
    let length = x.lastExtent
    return Tensor(shape: x.shape) { out in
        x.withPointer { source in
            row.withPointer { addend in
                forRows(of: x) { row in
                    let (from, to) = (source + row * length, out + row * length)
                    var i = 0
                    while i + Scalar.Vector64.scalarCount <= length {
                        (Scalar.Vector64(loading: from + i) + Scalar.Vector64(loading: addend + i)).store(to + i)
                        i += Scalar.Vector64.scalarCount
                    }
                    while i < length {
                        to[i] = from[i] + addend[i]
                        i += 1
                    }
                }
            }
        }
    }
}

/// Calls `body` with each row's number, on several threads.
@inline(__always)
private func forRows<Scalar: TensorScalar>(of x: Tensor<Scalar>, _ body: (_ row: Int) -> Void) {
    Parallel.forRanges(x.rowCount, grain: rowGrain(x.lastExtent)) { rows in
        for row in rows { body(row) }
    }
}

/// How many rows of so many elements make a block.
///
/// The partial sums of ``sumOver(_:)`` are those of blocks: another number gives other roundings.
@inline(__always)
private func rowGrain(_ length: Int) -> Int { max(1, 32768 / max(length, 1)) }

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func scaleRows<Scalar: TensorScalar>(_ x: Tensor<Scalar>, _ factors: Tensor<Scalar>) -> Tensor<Scalar> {
    let length = x.lastExtent
    return Tensor(shape: x.shape) { out in
        x.withPointer { source in
            factors.withPointer { factors in
                forRows(of: x) { row in
                    let factor = Scalar.Vector64(repeating: factors[row])
                    let (from, to) = (source + row * length, out + row * length)
                    var i = 0
                    while i + Scalar.Vector64.scalarCount <= length {
                        (Scalar.Vector64(loading: from + i) * factor).store(to + i)
                        i += Scalar.Vector64.scalarCount
                    }
                    while i < length {
                        to[i] = from[i] * factors[row]
                        i += 1
                    }
                }
            }
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func repeatRow<Scalar: TensorScalar>(_ row: Tensor<Scalar>, _ shape: [Int]) -> Tensor<Scalar> {
    let length = row.count
    return Tensor(shape: shape) { out in
        row.withPointer { source in
            Parallel.forRanges(shape.dropLast().reduce(1, *), grain: rowGrain(length)) { rows in
                for row in rows { (out + row * length).initialize(from: source, count: length) }
            }
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func repeatElements<Scalar: TensorScalar>(_ x: Tensor<Scalar>, _ count: Int) -> Tensor<Scalar> {
    Tensor(shape: x.shape + [count]) { out in
        x.withPointer { source in
            Parallel.forRanges(x.count, grain: rowGrain(count)) { elements in
                for i in elements { (out + i * count).initialize(repeating: source[i], count: count) }
            }
        }
    }
}

extension Tensor {
    /// The sum of all elements.
    public func sum() -> Scalar { totalOf(self) }

    /// The sum of each row: the last axis is summed away.
    ///
    /// - Precondition: rank at least 1.
    public func sumAlongLastAxis() -> Tensor {
        require(rank >= 1, "a tensor of shape \(shape) has no last axis")
        return sumsAlong(self)
    }

    /// The sum of all rows: every axis but the last is summed away.
    ///
    /// - Precondition: rank at least 1.
    public func sumOverRows() -> Tensor {
        require(rank >= 1, "a tensor of shape \(shape) has no rows")
        return sumOver(self)
    }

    /// `row` added to every row.
    ///
    /// - Precondition: `row` is of shape `[lastExtent]`.
    public func addingToRows(_ row: Tensor) -> Tensor {
        require(row.shape == [lastExtent], "a row of shape \(row.shape) for a tensor of shape \(shape)")
        return addRow(self, row)
    }

    /// Each row times its own factor.
    ///
    /// - Precondition: the shape of `factors` is this one's without its last axis.
    public func multiplyingRows(by factors: Tensor) -> Tensor {
        require(
            factors.shape == Array(shape.dropLast()),
            "factors of shape \(factors.shape) for the rows of a tensor of shape \(shape)")
        return scaleRows(self, factors)
    }

    /// Each row divided by √(Σ x² + ε): a point of the unit sphere where Σ x² is much greater than ε, zero if the row is and ε is
    /// positive, NaN where Σ x² overflows.
    ///
    /// - Parameter epsilon: ε ≥ 0. With ε = 0 a row of zeros, which has no direction, becomes NaN.
    /// - Precondition: rank at least 1.
    public func normalizedAlongLastAxis(epsilon: Scalar) -> Tensor {
        require(rank >= 1, "a tensor of shape \(shape) has no last axis")
        return normalizeRows(self, epsilon)
    }

    /// Each element `count` times along a new last axis: the adjoint of ``sumAlongLastAxis()``.
    public func repeatedAlongLastAxis(_ count: Int) -> Tensor {
        repeatElements(self, count)
    }

    /// This row, of shape `[lastExtent]`, as every row of a tensor of the given shape: the adjoint of ``sumOverRows()``.
    ///
    /// - Precondition: the last extent of `shape` is this one's.
    public func repeatedAsRows(of shape: [Int]) -> Tensor {
        require(self.shape == shape.suffix(1), "a row of shape \(self.shape) repeated as the rows of \(shape)")
        return repeatRow(self, shape)
    }
}
