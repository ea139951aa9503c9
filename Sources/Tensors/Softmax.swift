import Diagnostics
import RealModule

// Softmax and log-sum-exp of rows, with weights or without. An element of weight zero counts for nothing, whatever it is:
// ∞ and NaN too.

/// The largest element of a row whose weight is not zero; −∞ for none.
@inline(__always)
private func maximum<Scalar: TensorScalar>(
    _ row: UnsafePointer<Scalar>, _ weights: UnsafePointer<Scalar>?, _ count: Int
) -> Scalar {
    let lanes = Scalar.Vector64.scalarCount
    var largest = -Scalar.infinity
    var i = 0
    if count >= lanes {
        var vector = Scalar.Vector64(repeating: -Scalar.infinity)
        while i + lanes <= count {
            let x = Scalar.Vector64(loading: row + i)
            vector = vector.maximum(weights.map { x.withoutMass(whereZero: .init(loading: $0 + i)) } ?? x)
            i += lanes
        }
        for lane in 0..<lanes where beats(vector[lane], largest) { largest = vector[lane] }
    }
    while i < count {
        if weights?[i] != 0, beats(row[i], largest) { largest = row[i] }
        i += 1
    }
    return largest
}

/// Σ w e^{x − shift} over a row; with `out`, writes the summands there.
@inline(__always)
private func sumOfExponentials<Scalar: TensorScalar>(
    _ row: UnsafePointer<Scalar>, _ weights: UnsafePointer<Scalar>?, _ count: Int, shift: Scalar,
    out: UnsafeMutablePointer<Scalar>?
) -> Scalar {
    let lanes = Scalar.Vector64.scalarCount
    var sums = Scalar.Vector64.zero
    var i = 0
    while i + lanes <= count {
        let e = (Scalar.Vector64(loading: row + i) - shift).exponential
        if let weights {
            let w = Scalar.Vector64(loading: weights + i)
            if let out { e.weighted(by: w).store(out + i) }
            sums.addWeighted(e, w)
        } else {
            if let out { e.store(out + i) }
            sums += e
        }
        i += lanes
    }
    var sum = sums.sum()
    if i < count {
        var rest = Scalar.Vector64(repeating: -Scalar.infinity)
        for lane in 0..<count - i { rest[lane] = row[i + lane] - shift }
        var e = rest.exponential
        if let weights {
            var w = Scalar.Vector64.zero
            for lane in 0..<count - i { w[lane] = weights[i + lane] }
            e = e.weighted(by: w)
        }
        for lane in 0..<count - i {
            sum += e[lane]
            if let out { out[i + lane] = e[lane] }
        }
    }
    return sum
}

@inline(__always)
private func logSumExp<Scalar: TensorScalar>(
    _ row: UnsafePointer<Scalar>, _ weights: UnsafePointer<Scalar>?, _ count: Int
) -> Scalar {
    let largest = maximum(row, weights, count)
    // All −∞, or +∞ or NaN somewhere: the shift itself is the answer.
    guard largest.isFinite else { return largest }
    return largest + Scalar.log(sumOfExponentials(row, weights, count, shift: largest, out: nil))
}

// The two that other modules call row by row are bodies of their own: inlined beside the choice of a specialisation, the
// generic code has its metadata looked up at every call, which was two fifths of the time of a verification.

@inline(never)
private func plainLogSumExp<Scalar: TensorScalar>(_ row: UnsafePointer<Scalar>, _ count: Int) -> Scalar {
    logSumExp(row, nil, count)
}

@inline(never)
private func weightedLogSumExp<Scalar: TensorScalar>(
    _ row: UnsafePointer<Scalar>, _ weights: UnsafePointer<Scalar>, _ count: Int
) -> Scalar {
    logSumExp(row, weights, count)
}

/// log Σᵢ e^{xᵢ} of one row, without overflow: the largest term is factored out. −∞ for no terms or all −∞.
///
/// In nats when the elements are. Tensors and scalar code take the log-sum-exp of every row of scores from here. Sums of another
/// form are written where they are needed: over groups of scattered elements, over the columns of a Gram matrix, over classes in the
/// lanes of a vector, of scores that hardly differ (`Scores`), and the normalisation of a fixed Gaussian.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func logSumExp<Scalar: TensorScalar>(_ row: UnsafePointer<Scalar>, count: Int) -> Scalar {
    plainLogSumExp(row, count)
}

/// log Σᵢ wᵢ e^{xᵢ} of one row, for weights wᵢ ≥ 0; an element of weight zero counts for nothing, whatever it is.
///
/// In nats when the elements are. −∞ when every weight is zero. Elements more than 87 (`Float`) or 708 (`Double`) below the greatest
/// of positive weight count for nothing, which is right as long as the weight of that one is not so small that they would matter.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func logSumExp<Scalar: TensorScalar>(
    _ row: UnsafePointer<Scalar>, weights: UnsafePointer<Scalar>, count: Int
) -> Scalar {
    weightedLogSumExp(row, weights, count)
}

/// Writes w e^{x − log Σ w eˣ} of one row to `out`, times `factor` if there is one.
@inline(__always)
private func softmax<Scalar: TensorScalar>(
    _ row: UnsafePointer<Scalar>, _ weights: UnsafePointer<Scalar>?, _ count: Int, times factor: Scalar?,
    out: UnsafeMutablePointer<Scalar>
) {
    let largest = maximum(row, weights, count)
    let sum = sumOfExponentials(row, weights, count, shift: largest, out: out)
    guard let factor else {
        for i in 0..<count { out[i] /= sum }
        return
    }
    // One division instead of one for each element, unless the weights are so small that the quotient overflows.
    let quotient = factor / sum
    if quotient.isFinite {
        for i in 0..<count { out[i] *= quotient }
    } else {
        for i in 0..<count { out[i] = out[i] / sum * factor }
    }
}

/// Calls `body` for each row of `x` with its number, its elements and its weights, on several threads.
@inline(__always)
private func forRows<Scalar: TensorScalar>(
    of x: Tensor<Scalar>, _ weights: Tensor<Scalar>,
    _ body: (_ row: Int, _ values: UnsafePointer<Scalar>, _ weights: UnsafePointer<Scalar>) -> Void
) {
    let length = x.lastExtent
    let stride = weights.rank == 1 ? 0 : length
    weights.withPointer { weights in
        forRows(of: x) { row, values in body(row, values, weights + row * stride) }
    }
}

/// Calls `body` for each row of `x` with its number and its elements, on several threads.
@inline(__always)
private func forRows<Scalar: TensorScalar>(
    of x: Tensor<Scalar>, _ body: (_ row: Int, _ values: UnsafePointer<Scalar>) -> Void
) {
    let length = x.lastExtent
    x.withPointer { values in
        Parallel.forRanges(x.rowCount, grain: max(1, 4096 / max(length, 1))) { rows in
            for row in rows { body(row, values + row * length) }
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func logSumExpRows<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    Tensor(shape: Array(x.shape.dropLast())) { out in
        forRows(of: x) { row, values in out[row] = logSumExp(values, nil, x.lastExtent) }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func logSumExpRows<Scalar: TensorScalar>(_ x: Tensor<Scalar>, _ weights: Tensor<Scalar>) -> Tensor<Scalar> {
    Tensor(shape: Array(x.shape.dropLast())) { out in
        forRows(of: x, weights) { row, values, weights in out[row] = logSumExp(values, weights, x.lastExtent) }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func softmaxRows<Scalar: TensorScalar>(_ x: Tensor<Scalar>, times factors: Tensor<Scalar>?) -> Tensor<Scalar> {
    let length = x.lastExtent
    return Tensor(shape: x.shape) { out in
        withOptionalPointer(factors) { factors in
            forRows(of: x) { row, values in
                softmax(values, nil, length, times: factors?[row], out: out + row * length)
            }
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func softmaxRows<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>, _ weights: Tensor<Scalar>, times factors: Tensor<Scalar>?
) -> Tensor<Scalar> {
    let length = x.lastExtent
    return Tensor(shape: x.shape) { out in
        withOptionalPointer(factors) { factors in
            forRows(of: x, weights) { row, values, weights in
                softmax(values, weights, length, times: factors?[row], out: out + row * length)
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

    /// log Σ w eˣ along the last axis, which is summed away, for weights w ≥ 0: the logarithm of an expectation.
    ///
    /// - Parameter weights: `[lastExtent]`, the same for every row, or of this tensor's shape.
    /// - Precondition: the shapes fit.
    public func logSumExpAlongLastAxis(weights: Tensor) -> Tensor {
        requireWeights(weights)
        return logSumExpRows(self, weights)
    }

    /// eˣ / Σ eˣ along the last axis. A row that is −∞ throughout gives NaN: there is no such distribution.
    ///
    /// - Parameter factors: what each row is multiplied by, `[row]`; 1 if not given.
    /// - Precondition: rank at least 1, and a factor for each row.
    public func softmaxAlongLastAxis(times factors: Tensor? = nil) -> Tensor {
        require(rank >= 1, "a tensor of shape \(shape) has no last axis")
        requireFactors(factors)
        return softmaxRows(self, times: factors)
    }

    /// w eˣ / Σ w eˣ along the last axis, for weights w ≥ 0: the distribution w tilted by eˣ.
    ///
    /// 0 where the weight is zero, whatever the element is. A row without mass gives NaN: there is no such distribution.
    ///
    /// - Parameters:
    ///   - weights: `[lastExtent]`, the same for every row, or of this tensor's shape.
    ///   - factors: what each row is multiplied by, `[row]`; 1 if not given.
    /// - Precondition: the shapes fit.
    public func softmaxAlongLastAxis(weights: Tensor, times factors: Tensor? = nil) -> Tensor {
        requireWeights(weights)
        requireFactors(factors)
        return softmaxRows(self, weights, times: factors)
    }

    private func requireFactors(_ factors: Tensor?) {
        guard let factors else { return }
        require(
            factors.count == rowCount, "factors of shape \(factors.shape) for the rows of a tensor of shape \(shape)")
    }

    private func requireWeights(_ weights: Tensor) {
        require(
            rank >= 1 && (weights.shape == [lastExtent] || weights.shape == shape),
            "weights of shape \(weights.shape) for a tensor of shape \(shape)")
    }
}
