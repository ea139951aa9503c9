import Foundation

/// A channel in the r coordinates that its means span, each distinct mean once.
///
/// ⟨z, h⟩ and ‖z − h‖ depend on z only through its projection on the span of the means (their affine hull for the
/// Gaussian) and, for the Gaussian, on a distance that is the same for every mean and cancels in (2). The remaining
/// d − r coordinates integrate to a known constant, so an integral over S^(d−1) or ℝ^d is one over r coordinates at
/// most, exactly.
struct ReducedChannel: Sendable {
    let family: NoiseFamily
    /// r: how many coordinates the means span.
    let rank: Int
    /// The distinct means, `[mean][coordinate]`.
    let means: [[Double]]
    /// p(x), `[image]`; 0 for an image none of whose views counts.
    let prior: [Double]
    /// For each image the indices of its means, ascending; empty where no view counts.
    let ownMeans: [[Int]]
    /// P(mean|x) for those means, `[image][own mean]`.
    let ownWeights: [[Double]]
    /// P(mean) = Σ_x p(x) P(mean|x), `[mean]`; all positive.
    let meanWeights: [Double]

    /// The least p(x) P(mean|x).
    var leastProbability: Double {
        zip(prior, ownWeights).flatMap { prior, row in row.map { prior * $0 } }.min() ?? 1
    }

    /// The least p(x)P(T|x) that counts.
    ///
    /// A view below it can change no quantity by more than about 10⁻²⁸⁷, whatever it encodes; but its weight's inverse,
    /// to which density ratios grow near its code, and their products leave the range of a double.
    private static let leastWeight = 1e-290

    init(_ channel: FiniteChannel) {
        family = channel.family
        var distinct: [[Double]: Int] = [:]
        var vectors: [[Double]] = []
        var weights = [[Int: Double]](repeating: [:], count: channel.images)
        for image in 0..<channel.images {
            for view in 0..<channel.views
            where channel.prior[image] * channel.augmentation[image][view] >= ReducedChannel.leastWeight {
                // Adding zero makes −0 and 0 the same key.
                let vector = channel.encoder[image][view].map { $0 + 0 }
                let index = distinct[vector] ?? vectors.count
                if index == vectors.count {
                    distinct[vector] = index
                    vectors.append(vector)
                }
                weights[image][index, default: 0] += channel.augmentation[image][view]
            }
        }
        let prior = zip(channel.prior, weights).map { $1.isEmpty ? 0 : $0 }
        self.prior = prior
        ownMeans = weights.map { $0.keys.sorted() }
        ownWeights = weights.map { row in row.keys.sorted().map { row[$0] ?? 0 } }
        let meanWeights = vectors.indices.map { mean in
            zip(prior, weights).reduce(0) { $0 + $1.0 * ($1.1[mean] ?? 0) }
        }
        self.meanWeights = meanWeights
        if channel.family.kind == .gaussian {
            // The centroid is the origin, so that scores keep their digits wherever the means lie.
            let centroid = (0..<channel.family.dimension).map { axis in
                zip(meanWeights, vectors).reduce(0) { $0 + $1.0 * $1.1[axis] }
            }
            vectors = vectors.map { vector in zip(vector, centroid).map { $0 - $1 } }
        }
        (rank, means) = ReducedChannel.coordinates(of: vectors)
    }

    /// Coordinates of `vectors` in an orthonormal basis of their span, by Gram–Schmidt with pivoting.
    ///
    /// What is left of a vector after 1e-13 of the largest norm is taken for rounding, and is dropped.
    static func coordinates(of vectors: [[Double]]) -> (rank: Int, coordinates: [[Double]]) {
        // By a power of two the largest coordinate is brought near 1, exactly: no square leaves the range of a double.
        let largest = vectors.joined().map(\.magnitude).max() ?? 0
        let unit = Double(sign: .plus, exponent: largest > 0 ? largest.exponent : 0, significand: 1)
        var residuals = vectors.map { $0.map { $0 / unit } }
        var basis: [[Double]] = []
        let scale = residuals.map { compensatedDot($0, $0) }.max()?.squareRoot() ?? 0
        while let pivot = residuals.indices.max(by: {
            compensatedDot(residuals[$0], residuals[$0]) < compensatedDot(residuals[$1], residuals[$1])
        }) {
            let norm = compensatedDot(residuals[pivot], residuals[pivot]).squareRoot()
            guard norm > 1e-13 * scale, basis.count < vectors[pivot].count else { break }
            var axis = residuals[pivot].map { $0 / norm }
            // A second pass removes what rounding left along the former axes.
            for former in basis { axis = subtracting(former, from: axis) }
            let length = compensatedDot(axis, axis).squareRoot()
            axis = axis.map { $0 / length }
            basis.append(axis)
            residuals = residuals.map { subtracting(axis, from: $0) }
        }
        return (basis.count, vectors.map { vector in basis.map { compensatedDot($0, vector) } })
    }

    private static func subtracting(_ axis: [Double], from vector: [Double]) -> [Double] {
        let projection = compensatedDot(axis, vector)
        return zip(vector, axis).map { $0 - projection * $1 }
    }

    /// An orthogonal matrix, row-major, whose first column is the unit vector `mean`: a Householder reflection, up to the sign
    /// of that column.
    static func frame(firstAxis mean: [Double]) -> [Double] {
        let rank = mean.count
        // The reflection that carries ∓e₁ to the mean; the sign keeps v away from zero.
        let sign: Double = mean[0] > 0 ? -1 : 1
        var mirror = mean
        mirror[0] -= sign
        let squaredNorm = compensatedDot(mirror, mirror)
        var matrix = [Double](repeating: 0, count: rank * rank)
        for row in 0..<rank {
            for column in 0..<rank {
                let identity: Double = row == column ? 1 : 0
                let reflected = identity - 2 * mirror[row] * mirror[column] / squaredNorm
                matrix[row * rank + column] = column == 0 ? sign * reflected : reflected
            }
        }
        return matrix
    }
}
