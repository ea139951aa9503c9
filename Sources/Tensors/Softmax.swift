import RealModule

/// The largest element of a row; −∞ for none.
@inline(__always)
private func maximum<Scalar: TensorScalar>(_ row: UnsafePointer<Scalar>, _ count: Int) -> Scalar {
    let lanes = Scalar.Vector64.scalarCount
    var largest = -Scalar.infinity
    var i = 0
    if count >= lanes {
        var vector = Scalar.Vector64(repeating: -Scalar.infinity)
        while i + lanes <= count {
            vector = vector.maximum(UnsafeRawPointer(row + i).loadUnaligned(as: Scalar.Vector64.self))
            i += lanes
        }
        for lane in 0..<lanes where beats(vector[lane], largest) { largest = vector[lane] }
    }
    while i < count {
        if beats(row[i], largest) { largest = row[i] }
        i += 1
    }
    return largest
}

/// Σ e^{x − shift} over a row; with `out`, writes the summands there.
@inline(__always)
private func sumOfExponentials<Scalar: TensorScalar>(
    _ row: UnsafePointer<Scalar>, _ count: Int, shift: Scalar, out: UnsafeMutablePointer<Scalar>?
) -> Scalar {
    let lanes = Scalar.Vector64.scalarCount
    var sums = Scalar.Vector64.zero
    var i = 0
    while i + lanes <= count {
        let e = (UnsafeRawPointer(row + i).loadUnaligned(as: Scalar.Vector64.self) - shift).exponential
        if let out { UnsafeMutableRawPointer(out + i).storeBytes(of: e, as: Scalar.Vector64.self) }
        sums += e
        i += lanes
    }
    var sum = sums.sum()
    if i < count {
        var rest = Scalar.Vector64(repeating: -Scalar.infinity)
        for lane in 0..<count - i { rest[lane] = row[i + lane] - shift }
        let e = rest.exponential
        for lane in 0..<count - i {
            sum += e[lane]
            if let out { out[i + lane] = e[lane] }
        }
    }
    return sum
}

/// log Σᵢ e^{xᵢ} of one row, without overflow: the largest term is factored out. −∞ for no terms or all −∞.
///
/// In nats when the elements are. Tensors and scalar code take every log-sum-exp from here.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func logSumExp<Scalar: TensorScalar>(_ row: UnsafePointer<Scalar>, count: Int) -> Scalar {
    let largest = maximum(row, count)
    // All −∞, or +∞ or NaN somewhere: the shift itself is the answer.
    guard largest.isFinite else { return largest }
    return largest + Scalar.log(sumOfExponentials(row, count, shift: largest, out: nil))
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func logSumExpRows<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    let length = x.lastExtent
    return Tensor(shape: Array(x.shape.dropLast())) { out in
        x.withPointer { source in
            Parallel.forRanges(x.rowCount, grain: max(1, 4096 / max(length, 1))) { rows in
                for row in rows { out[row] = logSumExp(source + row * length, count: length) }
            }
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func softmaxRows<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    let length = x.lastExtent
    return Tensor(shape: x.shape) { out in
        x.withPointer { source in
            Parallel.forRanges(x.rowCount, grain: max(1, 4096 / max(length, 1))) { rows in
                for row in rows {
                    let values = source + row * length
                    let target = out + row * length
                    let largest = maximum(values, length)
                    let sum = sumOfExponentials(values, length, shift: largest, out: target)
                    for i in 0..<length { target[i] /= sum }
                }
            }
        }
    }
}

extension Tensor {
    /// log Σ eˣ along the last axis, which is summed away; never overflows.
    ///
    /// - Precondition: rank at least 1.
    public func logSumExpAlongLastAxis() -> Tensor {
        require(rank >= 1, "a tensor of shape \(shape) has no last axis")
        return logSumExpRows(self)
    }

    /// eˣ / Σ eˣ along the last axis. A row that is −∞ throughout gives NaN: there is no such distribution.
    ///
    /// - Precondition: rank at least 1.
    public func softmaxAlongLastAxis() -> Tensor {
        require(rank >= 1, "a tensor of shape \(shape) has no last axis")
        return softmaxRows(self)
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func weightedLogSumExpRows<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>, _ weights: Tensor<Scalar>
) -> Tensor<Scalar> {
    let length = x.lastExtent
    let stride = weights.rank == 1 ? 0 : length
    return Tensor(shape: Array(x.shape.dropLast())) { out in
        x.withPointer { source in
            weights.withPointer { weights in
                Parallel.forRanges(x.rowCount, grain: max(1, 4096 / max(length, 1))) { rows in
                    for row in rows {
                        out[row] = logSumExp(source + row * length, weights: weights + row * stride, count: length)
                    }
                }
            }
        }
    }
}

/// log Σᵢ wᵢ e^{xᵢ} of one row, for weights wᵢ ≥ 0; an element of weight zero counts for nothing, whatever it is.
///
/// In nats when the elements are. −∞ when every weight is zero.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func logSumExp<Scalar: TensorScalar>(
    _ row: UnsafePointer<Scalar>, weights: UnsafePointer<Scalar>, count: Int
) -> Scalar {
    var largest = -Scalar.infinity
    for i in 0..<count {
        let x = weights[i] == 0 ? -Scalar.infinity : row[i]
        largest = beats(x, largest) ? x : largest
    }
    guard largest.isFinite else { return largest }
    let lanes = Scalar.Vector64.scalarCount
    var sums = Scalar.Vector64.zero
    var i = 0
    while i + lanes <= count {
        let e = (UnsafeRawPointer(row + i).loadUnaligned(as: Scalar.Vector64.self) - largest).exponential
        sums.addWeighted(e, UnsafeRawPointer(weights + i).loadUnaligned(as: Scalar.Vector64.self))
        i += lanes
    }
    var sum = sums.sum()
    while i < count {
        if weights[i] != 0 { sum += weights[i] * Scalar.exponential(row[i] - largest) }
        i += 1
    }
    return largest + Scalar.log(sum)
}

extension Tensor {
    /// log Σ w eˣ along the last axis, which is summed away, for weights w ≥ 0: the logarithm of an expectation.
    ///
    /// - Parameter weights: `[lastExtent]`, the same for every row, or of this tensor's shape.
    /// - Precondition: the shapes fit.
    public func logSumExpAlongLastAxis(weights: Tensor) -> Tensor {
        require(
            rank >= 1 && (weights.shape == [lastExtent] || weights.shape == shape),
            "weights of shape \(weights.shape) for a tensor of shape \(shape)")
        return weightedLogSumExpRows(self, weights)
    }
}
