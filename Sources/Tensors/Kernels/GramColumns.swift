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
    gram.forColumns { columns, scores in
        switch TargetFeatures.vectorBytes {
        case 64: logSumExp(Scalar.Vector64.self, scores, weights, gram.count, columns, into: out)
        case 32: logSumExp(Scalar.Vector32.self, scores, weights, gram.count, columns, into: out)
        default: logSumExp(Scalar.Vector16.self, scores, weights, gram.count, columns, into: out)
        }
    }
}

@inline(__always)
private func logSumExp<Vector: SIMD>(
    _ type: Vector.Type, _ scores: UnsafePointer<Vector.Scalar>, _ weights: UnsafePointer<Vector.Scalar>, _ count: Int,
    _ columns: Range<Int>, into out: UnsafeMutablePointer<Vector.Scalar>
) where Vector.Scalar: TensorScalar {
    let lanes = Vector.scalarCount
    var largest = (Vector(repeating: -.infinity), Vector(repeating: -.infinity))
    // A row of weight zero counts for nothing, whatever its scores are.
    for row in 0..<count where weights[row] != 0 {
        largest.0 = largest.0.maximum(Vector(loading: scores + row * 2 * lanes))
        largest.1 = largest.1.maximum(Vector(loading: scores + (row * 2 + 1) * lanes))
    }
    var sums = (Vector.zero, Vector.zero)
    for row in 0..<count where weights[row] != 0 {
        let weight = Vector(repeating: weights[row])
        sums.0 = sums.0.addingProduct(weight, (Vector(loading: scores + row * 2 * lanes) - largest.0).exponential)
        sums.1 = sums.1.addingProduct(weight, (Vector(loading: scores + (row * 2 + 1) * lanes) - largest.1).exponential)
    }
    for (i, column) in columns.enumerated() {
        let (shift, sum) = i < lanes ? (largest.0[i], sums.0[i]) : (largest.1[i - lanes], sums.1[i - lanes])
        // All −∞, or +∞ or NaN somewhere: the shift itself is the answer.
        out[column] = shift.isFinite ? shift + Vector.Scalar.log(sum) : shift
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
    gram.forColumns { columns, scores in
        switch TargetFeatures.vectorBytes {
        case 64: cotangents.replaceScores(Scalar.Vector64.self, scores, gram.count, columns)
        case 32: cotangents.replaceScores(Scalar.Vector32.self, scores, gram.count, columns)
        default: cotangents.replaceScores(Scalar.Vector16.self, scores, gram.count, columns)
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
        _ type: Vector.Type, _ scores: UnsafeMutablePointer<Scalar>, _ count: Int, _ columns: Range<Int>
    ) where Vector.Scalar == Scalar {
        let lanes = Vector.scalarCount
        for start in Swift.stride(from: columns.lowerBound, to: columns.upperBound, by: lanes) {
            let limit = columns.upperBound - start
            let own = (
                weights: Vector(loading: weights + start, limit: limit),
                logSums: Vector(loading: logSums + start, limit: limit),
                factors: Vector(loading: factors + start, limit: limit)
            )
            var target = scores + (start - columns.lowerBound)
            for row in 0..<count {
                let score = Vector(loading: target)
                let others = (score - logSums[row]).exponential.weighted(by: own.weights) * factors[row]
                if weights[row] == 0 {
                    others.store(target)
                } else {
                    let factors = own.factors * weights[row]
                    others.addingProduct(factors, (score - own.logSums).exponential).store(target)
                }
                target += 2 * lanes
            }
        }
    }
}
