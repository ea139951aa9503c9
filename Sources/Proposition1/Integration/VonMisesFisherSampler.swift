import Foundation
import Tensors

/// Draws z with the von Mises–Fisher density C_β e^{β⟨z, h⟩} on S^{d−1}, exactly and without weights.
///
/// z = w·h + √(1 − w²)·v: v is uniform on the unit sphere orthogonal to h; w has the density
/// ∝ e^{βw}(1 − w²)^{(d−3)/2} and comes from a Beta variate by rejection. The Beta variate (1 + t)/2 takes t from a
/// coordinate of a uniform unit vector. ``DirectionSampler`` draws by weights instead, so that its points may be a
/// quasi-random sequence, in as many dimensions as the codes span.
///
/// Reference: Wood, *Simulation of the von Mises Fisher distribution*, Comm. Statist. Simulation 23 (1994), algorithm VM*.
struct VonMisesFisherSampler {
    let dimension: Int
    let beta: Double
    /// Wood's b, in (0, 1].
    private let b: Double
    /// 1 − x₀ with Wood's x₀ = (1 − b)/(1 + b), the mode of the ratio of the densities.
    private let distanceOfMode: Double

    /// - Precondition: `dimension` ≥ 2, `beta` ≥ 0.
    init(dimension: Int, beta: Double) {
        self.dimension = dimension
        self.beta = beta
        let degrees = Double(dimension - 1)
        b = degrees / (2 * beta + hypot(2 * beta, degrees))
        distanceOfMode = 2 * b / (1 + b)
    }

    /// Writes a point around `mean` to `point`.
    ///
    /// - Precondition: `mean` is a unit vector of the dimension, `point` has room for as many coordinates.
    func draw(
        around mean: UnsafePointer<Double>, into point: UnsafeMutablePointer<Double>,
        using generator: inout some RandomNumberGenerator
    ) {
        let distance = drawDistance(using: &generator)
        // A normal vector without its part along the mean has a uniform direction; a second pass takes away what rounding left
        // of that part where the vector was nearly parallel to it.
        generator.fillWithNormals(UnsafeMutableBufferPointer(start: point, count: dimension))
        for _ in 0..<2 {
            var projection = 0.0
            for k in 0..<dimension { projection += point[k] * mean[k] }
            for k in 0..<dimension { point[k] -= projection * mean[k] }
        }
        var squares = 0.0
        for k in 0..<dimension { squares += point[k] * point[k] }
        let scale = (distance * (2 - distance) / squares).squareRoot()
        for k in 0..<dimension { point[k] = (1 - distance) * mean[k] + scale * point[k] }
    }

    /// 1 − w. Near h a cosine has no digits left, and its distance from 1 has.
    private func drawDistance(using generator: inout some RandomNumberGenerator) -> Double {
        let degrees = Double(dimension - 1)
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: dimension) { vector in
            while true {
                generator.fillWithNormals(vector)
                var squares = 0.0
                for k in 0..<dimension { squares += vector[k] * vector[k] }
                let variate = (1 + vector[0] / squares.squareRoot()) / 2
                // Rounding may exceed 2, the greatest distance, by a little.
                let distance = min(2 * b * variate / (1 - (1 - b) * variate), 2)
                // log of (density of w)/(envelope) relative to its largest value, at w = x₀.
                let ratio = (distanceOfMode + (1 - distanceOfMode) * distance) / (distanceOfMode * (2 - distanceOfMode))
                let logRatio = beta * (distanceOfMode - distance) + degrees * log(ratio)
                if logRatio >= log(1 - generator.unitInterval()) { return distance }
            }
        }
    }
}
