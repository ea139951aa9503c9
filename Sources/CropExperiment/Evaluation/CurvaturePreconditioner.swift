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
    ///   - moments: of the features.
    ///   - curvature: s, positive.
    ///   - classCount: number of classes, at most 16.
    init(_ moments: SecondMoments, curvature: Double, classCount: Int) {
        self.classCount = classCount
        let intercept = moments.blocks.reduce(0) { max($0, $1.columns.max() ?? 0) }
        var factors = moments.blocks.map { Factor(columns: $0.columns, lower: []) }
        factors.withUnsafeMutableBufferPointer { factors in
            let factors = factors
            Parallel.forEach(moments.blocks.count) { index in
                let block = moments.blocks[index]
                factors[index] = Factor(
                    columns: block.columns,
                    lower: Self.choleskyFactor(of: block, curvature: curvature, intercept: intercept))
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

    /// The lower factor of s·moments + I, the rows of its lower triangle one after the other.
    ///
    /// A pivot that rounding made too small is replaced by a small one, which keeps the factor regular.
    private static func choleskyFactor(of block: SecondMoments.Block, curvature: Double, intercept: Int) -> [Float] {
        let size = block.columns.count
        var lower = block.matrix
        return lower.withUnsafeMutableBufferPointer { lower in
            guard let start = lower.baseAddress else { return [] }
            for row in 0..<size {
                for column in 0...row {
                    let penalty = row == column && block.columns[row] != intercept ? 1.0 : 0
                    let entry = curvature * lower[row * size + column] + penalty
                    let rest = entry - dot(start + row * size, start + column * size, count: column)
                    lower[row * size + column] =
                        column < row ? rest / lower[column * size + column] : max(rest, 1e-6 * entry).squareRoot()
                }
            }
            return (0..<size).flatMap { row in lower[row * size...row * size + row].map { Float($0) } }
        }
    }
}
