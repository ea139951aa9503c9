import Tensors

/// Mean and variance of every column, each row counted as often as its example's weight says, and the mean of the absolute
/// values, which bounds rounding: two passes over all rows, in Double.
///
/// - Parameters:
///   - x: `[example, …, column]`.
///   - weights: `[example]`.
public func momentsByDefinition(
    _ x: Tensor<Double>, weights: Tensor<Double>
) -> (mean: Tensor<Double>, variance: Tensor<Double>, magnitude: Tensor<Double>, count: Double) {
    let (columns, positions) = (x.lastExtent, x.rowCount / x.shape[0])
    func average(_ element: (_ row: Int, _ column: Int) -> Double) -> [Double] {
        (0..<columns).map { column in
            var sum = 0.0
            for row in 0..<x.rowCount { sum += weights.scalars[row / positions] * element(row, column) }
            return sum
        }
    }
    let count = (0..<x.rowCount).reduce(0) { $0 + weights.scalars[$1 / positions] }
    let mean = average { x.scalars[$0 * columns + $1] }.map { $0 / count }
    let variance = average { row, column in
        let distance = x.scalars[row * columns + column] - mean[column]
        return distance * distance
    }
    let magnitude = average { abs(x.scalars[$0 * columns + $1]) }
    return (
        Tensor(shape: [columns], scalars: mean), Tensor(shape: [columns], scalars: variance.map { $0 / count }),
        Tensor(shape: [columns], scalars: magnitude.map { $0 / count }), count
    )
}

/// A standardisation of columns as it is written in section 3 of Ioffe and Szegedy, *Batch normalization*, ICML 2015: one
/// element at a time, the chain rule through variance and mean.
public struct StandardizationReference {
    /// Of a column.
    public let mean: Tensor<Double>
    /// Variance + ε of a column.
    public let square: Tensor<Double>
    /// γ.
    public let scale: Tensor<Double>
    /// β.
    public let shift: Tensor<Double>
    /// Whether negative results become 0.
    public let isRectified: Bool

    /// A reference; all four tensors are `[column]`.
    public init(
        mean: Tensor<Double>, square: Tensor<Double>, scale: Tensor<Double>, shift: Tensor<Double>, isRectified: Bool
    ) {
        (self.mean, self.square, self.scale, self.shift) = (mean, square, scale, shift)
        self.isRectified = isRectified
    }

    private func affine(_ x: Double, _ column: Int) -> Double {
        (x - mean.scalars[column]) / square.scalars[column].squareRoot() * scale.scalars[column]
            + shift.scalars[column]
    }

    /// The result, of the shape of `x`.
    public func output(_ x: Tensor<Double>) -> Tensor<Double> {
        let columns = x.lastExtent
        return Tensor(
            shape: x.shape,
            scalars: x.scalars.enumerated().map { index, x in
                let y = affine(x, index % columns)
                return isRectified ? max(y, 0) : y
            })
    }

    /// The cotangents of input, scale and shift.
    ///
    /// - Parameter shares: of the rows of an example in the moments, `[example]`; zeros for constant moments.
    public func gradients(
        _ cotangent: Tensor<Double>, _ x: Tensor<Double>, shares: Tensor<Double>
    ) -> (input: Tensor<Double>, scale: Tensor<Double>, shift: Tensor<Double>) {
        let (columns, rows) = (x.lastExtent, x.rowCount)
        let positions = x.shape[0] == 0 ? 0 : rows / x.shape[0]
        var (input, scale, shift) = (Tensor<Double>.zeros(x.shape), Tensor<Double>.zeros([columns]), self.shift)
        for column in 0..<columns {
            let (square, factor) = (square.scalars[column], self.scale.scalars[column])
            let deviation = square.squareRoot()
            func place(_ row: Int) -> Int { row * columns + column }
            func centred(_ row: Int) -> Double { x.scalars[place(row)] - mean.scalars[column] }
            func passed(_ row: Int) -> Double {
                isRectified && affine(x.scalars[place(row)], column) <= 0 ? 0 : cotangent.scalars[place(row)]
            }
            var (ofScale, ofShift, ofVariance, ofMean) = (0.0, 0.0, 0.0, 0.0)
            for row in 0..<rows {
                ofShift += passed(row)
                ofScale += passed(row) * centred(row) / deviation
                ofVariance += passed(row) * factor * centred(row) * -0.5 / (square * deviation)
                ofMean -= passed(row) * factor / deviation
            }
            scale[column] = ofScale
            shift[column] = ofShift
            input.withMutablePointer { input in
                for row in 0..<rows {
                    let share = shares.scalars[row / positions]
                    input[place(row)] =
                        passed(row) * factor / deviation + ofVariance * 2 * share * centred(row) + ofMean * share
                }
            }
        }
        return (input, scale, shift)
    }
}
