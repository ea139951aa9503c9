import AugmentationChannel
import Diagnostics
import GSLNumerics
import Tensors

/// First and second moments of a channel's codes on the sphere, which the closed forms beside I(X;Z) are made of.
///
/// With h = h(T(X)), m_x = E[h|x] and m = E h: images lie `betweenImages` = E‖m_X − m‖² apart, the views of one image
/// `withinImages` = E‖h − m_X‖². The two and ‖m‖² sum to 1, because codes are unit vectors.
package struct CodeMoments: Sendable {
    /// m = E h(T(X)), `[dimension]`.
    package let mean: [Double]
    /// E (h − m)(h − m)ᵀ, `[dimension, dimension]`.
    package let covariance: Tensor<Double>
    /// E (m_X − m)(m_X − m)ᵀ, `[dimension, dimension]`.
    package let covarianceBetweenImages: Tensor<Double>
    /// E‖m_X − m‖², in [0, 1].
    package let betweenImages: Double
    /// E‖h − m_X‖², in [0, 1].
    package let withinImages: Double

    /// d.
    package var dimension: Int { mean.count }
    /// ‖m‖².
    package var squaredNormOfMean: Double { mean.reduce(0) { $0 + $1 * $1 } }
    /// E‖m_X‖².
    package var meanSquaredNorm: Double { betweenImages + squaredNormOfMean }

    /// The moments of a channel. The squares that are summed are those of differences from a mean.
    package init(_ channel: WeightedCodes) {
        let dimension = channel.dimension
        let firstImages = channel.blocks.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.images) }
        let parts = Parallel.map(channel.blocks.count) { BlockMeans(channel.blocks[$0]) }
        var mean = [Double](repeating: 0, count: dimension)
        for (index, part) in parts.enumerated() {
            for image in 0..<part.means.shape[0] {
                let prior = channel.prior[firstImages[index] + image]
                for k in 0..<dimension { mean[k] += prior * part.means[image, k] }
            }
        }
        let centre = Tensor(shape: [dimension], scalars: mean.map { -$0 })
        let sums = Parallel.map(channel.blocks.count) { index in
            let block = channel.blocks[index]
            let priors = (0..<block.images).map { channel.prior[firstImages[index] + $0] }
            let weights = (0..<block.images).flatMap { image in
                block.weights[block.offsets[image]..<block.offsets[image + 1]].map { priors[image] * $0 }
            }
            return (
                all: Self.secondMoments(block.codes.addingToRows(centre), weights),
                between: Self.secondMoments(parts[index].means.addingToRows(centre), priors),
                within: zip(priors, parts[index].spreads).reduce(0) { $0 + $1.0 * $1.1 }
            )
        }
        self.mean = mean
        covariance = sums.map(\.all).reduce(.zeros([dimension, dimension]), +)
        covarianceBetweenImages = sums.map(\.between).reduce(.zeros([dimension, dimension]), +)
        betweenImages = Self.trace(covarianceBetweenImages)
        withinImages = sums.reduce(0) { $0 + $1.within }
    }

    /// Σ w v vᵀ over the rows v.
    private static func secondMoments(_ rows: Tensor<Double>, _ weights: [Double]) -> Tensor<Double> {
        rows.multiplyingRows(by: Tensor(shape: [weights.count], scalars: weights))
            .matrixProduct(rows, left: .transposed)
    }

    private static func trace(_ matrix: Tensor<Double>) -> Double {
        (0..<matrix.lastExtent).reduce(0) { $0 + matrix[$1, $1] }
    }

    /// E zᵀBz for a symmetric B, where z has the density p(z) of the channel at β.
    ///
    /// Around a code h, z = t·h + √(1 − t²)·v with v uniform on the unit sphere orthogonal to h, and E t = A_d(β). By
    /// parts, β ∫ e^{βt} (1 − t²)^{(d−1)/2} dt = (d−1) ∫ t e^{βt} (1 − t²)^{(d−3)/2} dt, that is E(1 − t²) = (d−1)A_d/β. So
    /// E[zzᵀ|h] = (A_d/β)·1 + (1 − d·A_d/β)·hhᵀ; the mean of hhᵀ is the covariance of the codes plus mmᵀ.
    ///
    /// - Parameter meanLength: A_d(β).
    func expectedSquare(_ matrix: Tensor<Double>, beta: Double, meanLength: Double) -> Double {
        let share = 1 - Double(dimension) * meanLength / beta
        return meanLength / beta * Self.trace(matrix) + share * expectedSquareOfCodes(matrix)
    }

    /// E hᵀBh for a symmetric B.
    func expectedSquareOfCodes(_ matrix: Tensor<Double>) -> Double {
        let ofCovariance = zip(matrix.scalars, covariance.scalars).reduce(0) { $0 + $1.0 * $1.1 }
        return ofCovariance + mean.withUnsafeBufferPointer { square($0, matrix) }
    }

    /// vᵀBv.
    func square(_ vector: UnsafeBufferPointer<Double>, _ matrix: Tensor<Double>) -> Double {
        matrix.withPointer { matrix in
            var sum = 0.0
            for row in 0..<vector.count {
                var product = 0.0
                for column in 0..<vector.count { product += matrix[row * vector.count + column] * vector[column] }
                sum += vector[row] * product
            }
            return sum
        }
    }

    /// ⟨v, m⟩.
    func productWithMean(_ vector: UnsafeBufferPointer<Double>) -> Double {
        zip(vector, mean).reduce(0) { $0 + $1.0 * $1.1 }
    }
}

/// m_x of a block's images and how far their views lie from it.
private struct BlockMeans: Sendable {
    /// `[image, dimension]`.
    let means: Tensor<Double>
    /// E[‖h − m_x‖² | x], `[image]`.
    let spreads: [Double]

    init(_ block: WeightedCodes.Block) {
        let dimension = block.codes.lastExtent
        var means = [Double](repeating: 0, count: block.images * dimension)
        var spreads = [Double](repeating: 0, count: block.images)
        block.codes.withPointer { codes in
            for image in 0..<block.images {
                let own = block.offsets[image]..<block.offsets[image + 1]
                for code in own {
                    for k in 0..<dimension {
                        means[image * dimension + k] += block.weights[code] * codes[code * dimension + k]
                    }
                }
                for code in own {
                    for k in 0..<dimension {
                        let difference = codes[code * dimension + k] - means[image * dimension + k]
                        spreads[image] += block.weights[code] * difference * difference
                    }
                }
            }
        }
        self.means = Tensor(shape: [block.images, dimension], scalars: means)
        self.spreads = spreads
    }
}
