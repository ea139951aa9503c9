import Foundation
import GSLNumerics

/// Both routes by randomised quasi-Monte Carlo, for means that span more than three dimensions or are too many.
///
/// The angles of ``ComponentGeometry`` are drawn from piecewise linear densities and corrected by importance weights; the
/// direction ω and Gaussian coordinates come from normal variates. The points are a Richtmyer sequence (multiples of
/// square roots of primes) with a random shift for each replicate. The replicates' spread is the standard error.
struct SampledRoute<E: Equations> {
    let channel: ReducedChannel
    let equations: E
    let settings: QuadratureSettings

    /// The number of independent shifts.
    static var replicates: Int { 32 }

    /// The error that is reported, in standard errors; a term for what no sample met is added. With 31 degrees of freedom a true error is larger once in about
    /// a million evaluations.
    static var reportedStandardErrors: Double { 6 }

    /// How many points are drawn around each mean in a replicate.
    private var pointsPerMean: Int { max(256, settings.samplesPerReplicate / channel.means.count) }

    /// How many points are drawn in all.
    var points: Double { Double(SampledRoute.replicates * pointsPerMean * channel.means.count) }

    /// Means and standard errors of the route by (2).
    func moments() throws -> (values: Moments, standardErrors: Moments) {
        let evaluator = NodeEvaluator(channel, equations)
        var sum = Moments()
        var squares = Moments()
        try forEachReplicate(stream: 2) { points in
            var total = Moments()
            for mean in channel.means.indices {
                let integrand = ComponentIntegrand(evaluator, mean: mean)
                var values = Moments()
                var mass = 0.0
                try points(mean) { local, weight in
                    integrand.evaluate(at: local)
                    values.add(integrand.moments, weight: weight)
                    mass += weight
                }
                total.add(values, weight: channel.meanWeights[mean] / mass)
            }
            sum.add(total, weight: 1)
            squares.add(total.squared(), weight: 1)
        }
        let count = Double(SampledRoute.replicates)
        let mean = sum.divided(by: count)
        var errors = Moments()
        for quantity in Moments.Quantity.allCases {
            let variance = max(0, squares[quantity] / count - mean[quantity] * mean[quantity])
            errors[quantity] = (variance / (count - 1)).squareRoot()
        }
        return (mean, errors)
    }

    /// The information by definition, with normalised densities, from other points than ``moments()``.
    func information() throws -> (value: Double, standardError: Double) {
        let evaluator = NodeEvaluator(channel, equations)
        let logNormaliser = try equations.logNormaliser(channel.family)
        let sampler = try DirectionSampler(channel.family, rank: channel.rank, depth: settings.depth)
        let factor = exp(logNormaliser + sampler.logVolume)
        var values: [Double] = []
        try forEachReplicate(stream: 1) { points in
            var total = 0.0
            for mean in channel.means.indices {
                let integrand = ComponentIntegrand(evaluator, mean: mean)
                var sum = 0.0
                var count = 0.0
                try points(mean) { local, weight in
                    integrand.evaluate(at: local)
                    sum += weight * integrand.normalisedDivergence(logNormaliser: logNormaliser)
                    count += 1
                }
                total += channel.meanWeights[mean] * factor * sum / count
            }
            values.append(total)
        }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
        return (mean, (variance / Double(values.count)).squareRoot())
    }

    private typealias Points = (_ mean: Int, _ body: (UnsafePointer<Double>, Double) throws -> Void) throws -> Void

    private func forEachReplicate(stream: UInt64, _ body: (Points) throws -> Void) throws {
        let sampler = try DirectionSampler(channel.family, rank: channel.rank, depth: settings.depth)
        var generator = ShiftGenerator(seed: settings.seed &* 0x9E37_79B9 &+ stream)
        let count = pointsPerMean
        for _ in 0..<SampledRoute.replicates {
            try body { _, visit in
                let shifts = (0..<sampler.variates).map { _ in generator.nextUnit() }
                var uniforms = [Double](repeating: 0, count: sampler.variates)
                var local = [Double](repeating: 0, count: channel.rank)
                for index in 0..<count {
                    for variate in uniforms.indices {
                        let position = shifts[variate] + Double(index + 1) * sampler.steps[variate]
                        uniforms[variate] = position - position.rounded(.down)
                    }
                    let weight = sampler.place(uniforms, into: &local)
                    try local.withUnsafeBufferPointer { buffer in
                        if let base = buffer.baseAddress { try visit(base, weight) }
                    }
                }
            }
        }
    }
}

/// Uniform shifts from a 64-bit counter (SplitMix64).
private struct ShiftGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func nextUnit() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((mixed ^ (mixed >> 31)) >> 11) * 0x1p-53
    }
}

/// Turns uniform variates into a point around a mean, with its importance weight.
private struct DirectionSampler {
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
            // The polar weight is relative to e^β, the density at the mean; ω is uniform on S^(r−2).
            let logSurface = rank > 1 ? VonMisesFisherConstants.logSurface(dimension: rank - 1) : 0
            logVolume = geometry.logComplement + family.beta + logSurface
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

/// A piecewise linear density close to an axis's weight function.
private struct SampledAxis {
    private let axis: Axis
    private let step: Double
    private let heights: [Double]
    private let cumulative: [Double]

    init(_ axis: Axis) {
        self.axis = axis
        let cells = 512
        let step = (axis.window.upperBound - axis.window.lowerBound) / Double(cells)
        // A floor keeps every weight finite where the weight function vanishes.
        let heights = (0...cells).map { index in
            exp(axis.logWeight(axis.window.lowerBound + Double(index) * step) - axis.peak) + 1e-6
        }
        self.heights = heights
        self.step = step
        cumulative = (0..<cells).reduce(into: [0]) { sums, index in
            sums.append((sums.last ?? 0) + step * (heights[index] + heights[index + 1]) / 2)
        }
    }

    /// The point at a uniform variate, and the weight function over the sampling density there.
    func draw(_ uniform: Double) -> (point: Double, weight: Double) {
        let total = cumulative[cumulative.count - 1]
        let target = uniform * total
        var low = 0
        var high = heights.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if cumulative[middle] <= target { low = middle } else { high = middle }
        }
        // Within the cell the density is a + s·t, so that the area a·t + s·t²/2 has a closed inverse.
        let area = target - cumulative[low]
        let slope = (heights[low + 1] - heights[low]) / step
        let root = (heights[low] * heights[low] + 2 * slope * area).squareRoot()
        let offset = min(step, 2 * area / (heights[low] + root))
        let point = axis.window.lowerBound + Double(low) * step + offset
        let density = (heights[low] + slope * offset) / total
        return (point, exp(axis.logWeight(point)) / density)
    }
}
