import Tensors

/// An approximation of the inverse Hessian of the logistic objective, the same for each class: (s·X̃ᵀX̃ + I)⁻¹, where the
/// penalty's I leaves out the intercept.
///
/// The Hessian of class k with itself is X̃ᵀ diag(pₖ(1 − pₖ)) X̃ + I; s stands for the mean of pₖ(1 − pₖ). Features that
/// are correlated or differ in scale cost L-BFGS thousands of iterations, of which this leaves about a tenth. The
/// optimum does not depend on it, so single precision is enough.
struct CurvaturePreconditioner: Sendable {
    /// One value for each class.
    private typealias Lanes = SIMD16<Float>

    /// The factor of one block.
    private struct Factor {
        let columns: [Int]
        /// L of the block's matrix LLᵀ, the rows of its lower triangle one after the other.
        let lower: [Float]
    }

    private let classCount: Int
    private let factors: [Factor]

    /// Factorises.
    ///
    /// - Parameters:
    ///   - moments: of the features; their memory is freed on the way.
    ///   - curvature: s, positive.
    ///   - classCount: number of classes, at most 16.
    init(_ moments: consuming SecondMoments, curvature: Double, classCount: Int) {
        self.classCount = classCount
        var moments = moments
        let intercept = moments.blocks.reduce(0) { max($0, $1.columns.max() ?? 0) }
        var factors = moments.blocks.map { Factor(columns: $0.columns, lower: []) }
        factors.withUnsafeMutableBufferPointer { factors in
            let factors = factors
            moments.consumeBlocks { index, columns, lower in
                factors[index] = Factor(
                    columns: columns,
                    lower: Self.choleskyFactor(
                        of: lower, columns: columns, curvature: curvature, intercept: intercept))
            }
        }
        self.factors = factors
    }

    /// Multiplies a vector [column, class] by the approximation.
    func apply(to vector: inout [Double]) {
        vector.withUnsafeMutableBufferPointer { vector in
            let vector = vector
            Parallel.forEach(factors.count) { index in
                let factor = factors[index]
                var lanes = factor.columns.map { column in
                    var lanes = Lanes.zero
                    for label in 0..<classCount { lanes[label] = Float(vector[column * classCount + label]) }
                    return lanes
                }
                solve(factor.lower, &lanes)
                for (column, lanes) in zip(factor.columns, lanes) {
                    for label in 0..<classCount { vector[column * classCount + label] = Double(lanes[label]) }
                }
            }
        }
    }

    /// Solves LLᵀx = b in place.
    private func solve(_ lower: [Float], _ vector: inout [Lanes]) {
        let size = vector.count
        vector.withUnsafeMutableBufferPointer { vector in
            lower.withUnsafeBufferPointer { lower in
                var start = 0
                for row in 0..<size {
                    var sum = vector[row]
                    for column in 0..<row { sum.addProduct(vector[column], -lower[start + column]) }
                    vector[row] = sum / lower[start + row]
                    start += row + 1
                }
                for row in (0..<size).reversed() {
                    start -= row + 1
                    let solved = vector[row] / lower[start + row]
                    vector[row] = solved
                    for column in 0..<row { vector[column].addProduct(solved, -lower[start + column]) }
                }
            }
        }
    }

    /// The lower factor of s·moments + I, as the moments the rows of its lower triangle one after the other.
    ///
    /// A pivot that rounding made too small is replaced by a small one, which keeps the factor regular.
    private static func choleskyFactor(
        of moments: consuming [Double], columns: [Int], curvature: Double, intercept: Int
    ) -> [Float] {
        let size = columns.count
        var lower = moments
        lower.withUnsafeMutableBufferPointer { lower in
            guard var line = lower.baseAddress, var other = lower.baseAddress else { return }
            let start = other
            for row in 0..<size {
                other = start
                for column in 0...row {
                    let penalty = row == column && columns[row] != intercept ? 1.0 : 0
                    let entry = curvature * line[column] + penalty
                    let rest = entry - dot(line, other, count: column)
                    line[column] = column < row ? rest / other[column] : max(rest, 1e-6 * entry).squareRoot()
                    other += column + 1
                }
                line += row + 1
            }
        }
        return lower.map { Float($0) }
    }
}
