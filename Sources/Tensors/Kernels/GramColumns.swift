import CTargetFeatures

// Scores s = β⟨xⱼ, xᵢ⟩ of rows with each other, a few columns at a time. Of N rows there are N² scores: in a training step more
// than the caches hold, and each is wanted once, for its exponential. So a thread computes the columns of a register tile,
// [j, i], consumes them while they are in its second-level cache, and computes them again for the gradient.

/// Rows whose scores with each other are wanted.
struct GramRows<Scalar: TensorScalar> {
    /// The rows, [row, dimension].
    let rows: UnsafePointer<Scalar>
    let count: Int
    let dimension: Int
    /// β.
    let scale: Scalar

    /// Whether no score exceeds 16, nor falls below −16, because no row's product with itself does: exponentials of such scores
    /// need no shift.
    @inline(__always)
    fileprivate var isNarrow: Bool {
        (0..<count).allSatisfy { row in
            let own = rows + row * dimension
            return (scale * innerProduct(own, own, dimension)).magnitude <= 16
        }
    }

    /// Columns that are computed together.
    fileprivate static var width: Int { TileShape.columns(of: Scalar.self) }

    /// Calls `body` with the columns of each block and a table of as many columns as one thread computes together, filled with
    /// their scores with all rows, [row, column]. Columns beyond the last row are those of zeros.
    @inline(__always)
    fileprivate func forColumns(_ body: (_ columns: Range<Int>, _ scores: UnsafeMutablePointer<Scalar>) -> Void) {
        let width = Self.width
        let zeros: Scratch<Scalar> = zeroed(width)
        Parallel.forEach((count + width - 1) / width) {
            (scores: Scratch<Scalar>(count * width), scaled: Scratch<Scalar>(dimension * width))
        } _: { block, scratch in
            let columns = block * width..<min(count, (block + 1) * width)
            let (scores, scaled) = (scratch.scores.pointer, scratch.scaled.pointer)
            pack(
                rows + columns.lowerBound * dimension, across: dimension, along: 1, columns.count, dimension, width,
                into: scaled)
            for i in 0..<dimension * width { scaled[i] *= scale }
            multiplyBlock(
                .inPlace(rows, stride: dimension), scaled, zeros.pointer, scores, width, count, width, dimension, false)
            body(columns, scores)
        }
    }
}

/// log Σⱼ wⱼ e^{s} of each column.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func gramLogSumExp<Scalar: TensorScalar>(
    _ gram: GramRows<Scalar>, _ weights: UnsafePointer<Scalar>, into out: UnsafeMutablePointer<Scalar>
) {
    let shifted = !gram.isNarrow
    gram.forColumns { columns, scores in
        switch TargetFeatures.vectorBytes {
        case 64: logSumExp(Scalar.Vector64.self, scores, weights, gram.count, columns, shifted, into: out)
        case 32: logSumExp(Scalar.Vector32.self, scores, weights, gram.count, columns, shifted, into: out)
        default: logSumExp(Scalar.Vector16.self, scores, weights, gram.count, columns, shifted, into: out)
        }
    }
}

@inline(__always)
private func logSumExp<Vector: SIMD>(
    _ type: Vector.Type, _ scores: UnsafePointer<Vector.Scalar>, _ weights: UnsafePointer<Vector.Scalar>, _ count: Int,
    _ columns: Range<Int>, _ shifted: Bool, into out: UnsafeMutablePointer<Vector.Scalar>
) where Vector.Scalar: TensorScalar {
    let lanes = Vector.scalarCount
    for start in Swift.stride(from: columns.lowerBound, to: columns.upperBound, by: lanes) {
        let scores = scores + (start - columns.lowerBound)
        var shift = Vector(repeating: shifted ? -.infinity : 0)
        // A row of weight zero counts for nothing, whatever its scores are.
        if shifted {
            for row in 0..<count where weights[row] != 0 {
                shift = shift.maximum(Vector(loading: scores + row * 2 * lanes))
            }
        }
        var sums = Vector.zero
        for row in 0..<count where weights[row] != 0 {
            let exponents = Vector(loading: scores + row * 2 * lanes) - shift
            sums = sums.addingProduct(Vector(repeating: weights[row]), exponents.exponential)
        }
        for lane in 0..<min(lanes, columns.upperBound - start) {
            // All −∞, or +∞ or NaN somewhere: the shift itself is the answer.
            out[start + lane] =
                shift[lane].isFinite ? shift[lane] + Vector.Scalar.log(sums[lane]) : shift[lane]
        }
    }
}

/// Numbers for each row that the gradient of Σᵢ cᵢ log Σⱼ wⱼ e^{s} takes.
struct GramCotangents<Scalar: TensorScalar> {
    /// w.
    let weights: UnsafePointer<Scalar>
    /// l = log Σⱼ wⱼ e^{s}.
    let logSums: UnsafePointer<Scalar>
    /// c.
    let factors: UnsafePointer<Scalar>
}

/// The same where exponentials need no shift: c e⁻ˡ is at hand, and each score has one exponential instead of two.
private struct NarrowCotangents<Scalar: TensorScalar> {
    /// w.
    let weights: UnsafePointer<Scalar>
    /// u = c e⁻ˡ.
    let factors: Scratch<Scalar>

    init(_ cotangents: GramCotangents<Scalar>, count: Int) {
        weights = cotangents.weights
        factors = Scratch(count)
        for row in 0..<count {
            factors.pointer[row] = cotangents.factors[row] * Scalar.exponential(-cotangents.logSums[row])
        }
    }
}

/// The gradient of Σᵢ cᵢ log Σⱼ wⱼ e^{s} with respect to the rows, [row, dimension].
///
/// s of rows i and j stands in the sums of both, so that ∂/∂xᵢ = β Σⱼ dⱼᵢ xⱼ with dⱼᵢ = cᵢ wⱼ e^{s − lᵢ} + cⱼ wᵢ e^{s − lⱼ}.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func gramGradient<Scalar: TensorScalar>(
    _ gram: GramRows<Scalar>, _ cotangents: GramCotangents<Scalar>, into out: UnsafeMutablePointer<Scalar>
) {
    let (dimension, width) = (gram.dimension, GramRows<Scalar>.width)
    let transposed = Scratch<Scalar>(dimension * gram.count)
    transpose(gram.rows, gram.count, dimension, into: transposed.pointer)
    let zeros: Scratch<Scalar> = zeroed(width)
    let narrow = gram.isNarrow ? NarrowCotangents(cotangents, count: gram.count) : nil
    gram.forColumns { columns, scores in
        switch TargetFeatures.vectorBytes {
        case 64: cotangents.replaceScores(Scalar.Vector64.self, scores, gram.count, columns, narrow)
        case 32: cotangents.replaceScores(Scalar.Vector32.self, scores, gram.count, columns, narrow)
        default: cotangents.replaceScores(Scalar.Vector16.self, scores, gram.count, columns, narrow)
        }
        let gradient = Scratch<Scalar>(dimension * width)
        // [dimension, row] · [row, column]: the table is packed as a tile reads it.
        multiplyBlock(
            .inPlace(transposed.pointer, stride: gram.count), scores, zeros.pointer, gradient.pointer, width, dimension,
            width, gram.count, false)
        for (i, column) in columns.enumerated() {
            for k in 0..<dimension { out[column * dimension + k] = gram.scale * gradient.pointer[k * width + i] }
        }
    }
}

extension GramCotangents {
    /// Replaces the scores of some columns by d.
    @inline(__always)
    fileprivate func replaceScores<Vector: SIMD>(
        _ type: Vector.Type, _ scores: UnsafeMutablePointer<Scalar>, _ count: Int, _ columns: Range<Int>,
        _ narrow: NarrowCotangents<Scalar>?
    ) where Vector.Scalar == Scalar {
        for start in Swift.stride(from: columns.lowerBound, to: columns.upperBound, by: Vector.scalarCount) {
            let (target, limit) = (scores + (start - columns.lowerBound), columns.upperBound - start)
            if let narrow {
                narrow.replaceScores(type, target, count, start, limit)
            } else {
                replaceScores(type, target, count, start, limit)
            }
        }
    }

    /// The same for one vector of them.
    @inline(__always)
    private func replaceScores<Vector: SIMD>(
        _ type: Vector.Type, _ scores: UnsafeMutablePointer<Scalar>, _ count: Int, _ start: Int, _ limit: Int
    ) where Vector.Scalar == Scalar {
        let ownWeights = Vector(loading: weights + start, limit: limit)
        let ownLogSums = Vector(loading: logSums + start, limit: limit)
        let ownFactors = Vector(loading: factors + start, limit: limit)
        var target = scores
        for row in 0..<count {
            let score = Vector(loading: target)
            let others = (score - logSums[row]).exponential.weighted(by: ownWeights) * factors[row]
            if weights[row] == 0 {
                others.store(target)
            } else {
                let factors = ownFactors * weights[row]
                others.addingProduct(factors, (score - ownLogSums).exponential).store(target)
            }
            target += 2 * Vector.scalarCount
        }
    }
}

extension NarrowCotangents {
    /// Replaces a vector of columns of scores by d = eˢ (uᵢ wⱼ + uⱼ wᵢ).
    @inline(__always)
    fileprivate func replaceScores<Vector: SIMD>(
        _ type: Vector.Type, _ scores: UnsafeMutablePointer<Scalar>, _ count: Int, _ start: Int, _ limit: Int
    ) where Vector.Scalar == Scalar {
        let ownWeights = Vector(loading: weights + start, limit: limit)
        let ownFactors = Vector(loading: factors.pointer + start, limit: limit)
        var target = scores
        for row in 0..<count {
            let factor = (ownFactors * weights[row]).addingProduct(ownWeights, factors.pointer[row])
            (Vector(loading: target).exponential * factor).store(target)
            target += 2 * Vector.scalarCount
        }
    }
}
