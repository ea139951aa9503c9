import Foundation
import GSLNumerics

/// Turns uniform variates into a point around a mean, with its importance weight.
struct DirectionSampler {
    let rank: Int
    let isGaussian: Bool
    let scale: Double
    let axes: [SampledAxis]
    /// log of the volume that the sampling density leaves out, so that e^(log C_β + this) times a mean is an integral.
    let logVolume: Double
    /// How many uniform variates a point takes.
    let variates: Int
    /// The steps of the Richtmyer sequence: fractional parts of square roots of primes.
    let steps: [Double]

    init(_ family: NoiseFamily, rank: Int, depth: Double) throws {
        self.rank = rank
        isGaussian = family.kind == .gaussian
        scale = 1 / family.beta.squareRoot()
        let geometry = ComponentGeometry(family: family, rank: rank, depth: depth)
        if isGaussian {
            axes = []
            logVolume = geometry.logComplement + Double(rank) / 2 * log(2 * Double.pi)
        } else {
            let polar = Axis.Kind.polar(dimension: family.dimension, beta: family.beta, isFullCircle: false)
            let inclination = Axis.Kind.inclination(
                sinePower: rank - 2, cosinePower: family.dimension - rank - 1, isSymmetric: false)
            let hasInclination = rank > 1 && family.dimension > rank
            axes = ([polar] + (hasInclination ? [inclination] : [])).map { SampledAxis(Axis($0, depth: depth)) }
            // The polar weight is relative to e^β, the density at the mean, and every weight to its peak; ω is uniform on
            // S^(r−2).
            let logSurface = rank > 1 ? VonMisesFisherConstants.logSurface(dimension: rank - 1) : 0
            logVolume =
                geometry.logComplement + family.beta + axes.reduce(0) { $0 + $1.peak } + logSurface
        }
        let normals = isGaussian ? rank : rank - 1
        variates = axes.count + 2 * ((normals + 1) / 2)
        steps = DirectionSampler.primes(variates).map { Double($0).squareRoot() }.map { $0 - $0.rounded(.down) }
    }

    private static func primes(_ count: Int) -> [Int] {
        var primes: [Int] = []
        var candidate = 2
        while primes.count < count {
            if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
            candidate += 1
        }
        return primes
    }

    /// Writes the point and returns its weight.
    func place(_ uniforms: [Double], into point: inout [Double]) -> Double {
        if isGaussian {
            for index in 0..<rank { point[index] = scale * normal(index, uniforms, from: 0) }
            return 1
        }
        let (angle, polarWeight) = axes[0].draw(uniforms[0])
        var weight = polarWeight
        var radius = sin(angle)
        if axes.count == 2 {
            let (inclination, inclinationWeight) = axes[1].draw(uniforms[1])
            weight *= inclinationWeight
            radius *= sin(inclination)
        }
        point[0] = cos(angle)
        guard rank > 1 else { return weight }
        var norm = 0.0
        for index in 1..<rank {
            point[index] = normal(index - 1, uniforms, from: axes.count)
            norm += point[index] * point[index]
        }
        let factor = radius / norm.squareRoot()
        for index in 1..<rank { point[index] *= factor }
        return weight
    }

    /// Box and Muller; two normal variates from two uniform ones.
    private func normal(_ index: Int, _ uniforms: [Double], from start: Int) -> Double {
        let pair = start + index / 2 * 2
        let radius = (-2 * log(1 - uniforms[pair])).squareRoot()
        let angle = 2 * Double.pi * uniforms[pair + 1]
        return index % 2 == 0 ? radius * cos(angle) : radius * sin(angle)
    }
}
