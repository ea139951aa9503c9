import RealModule
import Tensors

/// The average pairwise Gaussian potential, the mean of exp(−t‖u − v‖²) over pairs of different rows: in (0, 1], lower is
/// more uniform, 1 for a single point.
///
/// Wang and Isola, *Understanding contrastive representation learning through alignment and uniformity on the
/// hypersphere*, ICML 2020, whose loss is its logarithm; the paper (section 3.1, appendix 5.5) gives it for t = 2.
///
/// - Parameters:
///   - rows: unit vectors, `[image, dimension]`.
///   - t: the inverse squared width; positive.
/// - Precondition: at least two rows.
public func averagePairwiseGaussianPotential(_ rows: Tensor<Float>, t: Float = 2) -> Double {
    precondition(rows.rank == 2 && rows.shape[0] >= 2, "pairs of the rows of a tensor of shape \(rows.shape)")
    let count = rows.shape[0]
    var sum = 0.0
    var diagonal = 0.0
    for start in stride(from: 0, to: count, by: 512) {
        let block = rows.rows(start..<min(count, start + 512))
        // ‖u − v‖² = 2 − 2⟨u, v⟩ for unit vectors
        let potentials = block.matrixProduct(rows, right: .transposed).scaled(by: 2 * t, plus: -2 * t).exponential()
        for row in 0..<block.shape[0] { diagonal += Double(potentials[row, start + row]) }
        for partial in potentials.sumAlongLastAxis().scalars { sum += Double(partial) }
    }
    return (sum - diagonal) / (Double(count) * Double(count - 1))
}

/// |⟨u, v⟩| of random pairs of different rows, ascending: figure 8.
///
/// - Parameters:
///   - rows: unit vectors, `[image, dimension]`.
///   - count: how many pairs.
/// - Precondition: at least two rows.
public func absoluteInnerProducts(
    _ rows: Tensor<Float>, count: Int, using generator: inout some RandomNumberGenerator
) -> [Float] {
    precondition(rows.rank == 2 && rows.shape[0] >= 2, "pairs of the rows of a tensor of shape \(rows.shape)")
    let (images, dimension) = (rows.shape[0], rows.shape[1])
    return (0..<count).map { _ in
        let first = Int.random(in: 0..<images, using: &generator)
        let other = Int.random(in: 0..<images - 1, using: &generator)
        let second = other < first ? other : other + 1
        return abs(
            (0..<dimension).reduce(Float(0)) {
                $0 + rows.scalars[first * dimension + $1] * rows.scalars[second * dimension + $1]
            })
    }.sorted()
}

extension MeanAndDeviation {
    /// Mean and standard deviation (n − 1) of some values; the deviation of a single value is 0.
    ///
    /// - Precondition: at least one value.
    public init(of values: [Double]) {
        precondition(!values.isEmpty, "the mean of no values")
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        self.init(mean: mean, std: (squares / Double(max(1, values.count - 1))).squareRoot())
    }
}
