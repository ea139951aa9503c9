import Diagnostics

/// Mean and variance of every column of a matrix whose rows count several times: what batch normalisation divides by.
///
/// A tensor `[example, …, column]` is read as a matrix with a row for each example and position.
public struct ColumnMoments<Scalar: TensorScalar>: Equatable, Sendable {
    /// The weighted mean, `[column]`.
    public let mean: Tensor<Scalar>
    /// The weighted mean of the squared distance from ``mean``, `[column]`, not negative: the sum divided by ``count``, not by
    /// one less.
    public let variance: Tensor<Scalar>
    /// The sum of the weights of all rows.
    public let count: Scalar
}

extension Tensor {
    /// The moments of every column, each example counted as often as its weight says, in all its positions.
    ///
    /// - Parameter weights: of each example, `[example]`; positive.
    /// - Precondition: rank at least 2, a weight for each example, and at least one row.
    public func columnMoments(weights: Tensor) -> ColumnMoments<Scalar> {
        let strips = ColumnStrips(of: shape)
        require(
            weights.shape == [strips.examples] && rowCount > 0,
            "weights \(weights.shape) for the examples of a tensor of shape \(shape), which must have one at least")
        let place = weights.scalars.firstIndex { !($0 > 0) }
        require(
            place == nil,
            "weights of examples: expected positive ones, found \(weights.scalars[place ?? 0]) for example \(place ?? 0)"
        )
        return moments(of: self, strips, weights)
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func moments<Scalar: TensorScalar>(
    of x: Tensor<Scalar>, _ strips: ColumnStrips, _ weights: Tensor<Scalar>
) -> ColumnMoments<Scalar> {
    typealias Vector = Scalar.Vector64
    let (blocks, columns) = (strips.blocks, strips.columns)
    let counts = (0..<blocks).map { block in
        weights.scalars[block * strips.grain..<min(strips.examples, (block + 1) * strips.grain)]
            .reduce(0) { $0 + $1 * Scalar(strips.positions) }
    }
    // Of each block the means and, while its rows are in the cache, the squares about them: no cancellation.
    let partial = Scratch<Scalar>(blocks * 2 * columns)
    x.withPointer { x in
        weights.withPointer { weights in
            strips.forEachStrip(of: Scalar.self) { strip in
                var sum = Vector.zero
                strip.forEachRow { example, place in
                    sum.addProduct(
                        Vector(loading: x + place, limit: strip.width), Vector(repeating: weights[example]))
                }
                let mean = sum / counts[strip.block]
                var squares = Vector.zero
                strip.forEachRow { example, place in
                    let distance = Vector(loading: x + place, limit: strip.width) - mean
                    squares.addProduct(distance * distance, Vector(repeating: weights[example]))
                }
                let target = partial.pointer + (strip.block * 2 * columns + strip.column)
                mean.store(target, limit: strip.width)
                squares.store(target + columns, limit: strip.width)
            }
        }
    }
    // Chan, Golub, LeVeque, *Updating formulae and a pairwise algorithm for computing sample variances*, 1979.
    var count = counts[0]
    var mean = Array(UnsafeBufferPointer(start: partial.pointer, count: columns))
    var squares = Array(UnsafeBufferPointer(start: partial.pointer + columns, count: columns))
    for block in 1..<blocks {
        let (means, more) = (partial.pointer + block * 2 * columns, counts[block])
        let share = more / (count + more)
        for column in 0..<columns {
            let distance = means[column] - mean[column]
            mean[column] += distance * share
            squares[column] += means[columns + column] + distance * distance * count * share
        }
        count += more
    }
    return ColumnMoments(
        mean: Tensor(shape: [columns], scalars: mean),
        variance: Tensor(shape: [columns], scalars: squares.map { $0 / count }), count: count)
}
