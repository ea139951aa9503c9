import Foundation
import GSLNumerics
import Tensors

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

    /// The error that is reported, in standard errors.
    static var reportedStandardErrors: Double { 6 }

    /// The probability of a larger distance where the replicates' means are normal: P(|t| > 6) of Student's t with 31
    /// degrees of freedom, `2*scipy.stats.t.sf(6, 31)`.
    static var doubt: Double { 1.2270961952867e-6 }

    /// What the errors are. The spread of the replicates and what no sample met are exceeded with ``doubt`` each.
    static var errorKind: ErrorKind { .statistical(confidence: 1 - 2 * doubt) }

    /// How many points are drawn around each mean in a replicate.
    private var pointsPerMean: Int { max(256, settings.samplesPerReplicate / channel.means.count) }

    /// Draws what lies around a mean, as far out as the tails that ``RoundingBounds`` counts.
    private func directionSampler() throws -> DirectionSampler {
        try DirectionSampler(channel.family, rank: channel.rank, depth: settings.depth(for: channel))
    }

    /// How many points are drawn in all.
    var points: Double { Double(SampledRoute.replicates * pointsPerMean * channel.means.count) }

    /// The error of a quantity's mean: six standard errors, and a term for what no sample met.
    ///
    /// A set that none of n points met has a probability of q = log(1/α)/n at most, with confidence 1 − α, and the spread
    /// says nothing of it. The integrands are taken to be no larger there than the mean, or than H(X) and four times the
    /// largest value that was met; logarithms of densities to be no farther from their mean than half a χ² of d degrees of
    /// freedom is with probability q.
    func error(of quantity: Moments.Quantity, value: Double, standardError: Double, largestMet: Double) -> Double {
        let unseen = -log(SampledRoute.doubt) / points
        let entropy = shannonEntropy(channel.prior)
        let largest: Double
        switch quantity {
        case .information, .gap, .gapLowerEnd, .gapUpperEnd, .pointwise, .jensen:
            largest = max(value.magnitude, min(entropy, 4 * largestMet))
        case .logConditional, .logMarginal:
            // P(χ² ≥ d + 2√(dt) + 2t) ≤ e^(−t): Laurent and Massart, Annals of Statistics 28 (2000), lemma 1.
            let exponent = -log(unseen)
            let deviation = (Double(channel.family.dimension) * exponent).squareRoot() + exponent
            largest = min(entropy + deviation, 2 * channel.largestScore)
        }
        return SampledRoute.reportedStandardErrors * standardError + unseen * largest
    }

    /// What the samples say of every quantity by equation (2).
    struct Sample {
        let values: Moments
        let standardErrors: Moments
        /// The largest |integrand| that was met.
        let largest: Moments
    }

    /// The route by (2): C_β plays no part, since the weights of the points are divided by their own sum.
    func moments() throws -> Sample {
        let evaluator = NodeEvaluator(channel, equations)
        var replicates: [Moments] = []
        var largest = Moments()
        try forEachReplicate(purpose: "information by equation (2)") { points in
            var total = Moments()
            for mean in channel.means.indices {
                let integrand = ComponentIntegrand(evaluator, mean: mean)
                var values = Moments()
                var mass = 0.0
                try points { local, weight in
                    let moments = integrand.moments(at: local)
                    values.add(moments, weight: weight)
                    largest.raise(to: moments)
                    mass += weight
                }
                total.add(values, weight: channel.meanWeights[mean] / mass)
            }
            replicates.append(total)
        }
        var mean = Moments()
        var errors = Moments()
        for quantity in Moments.Quantity.allCases {
            let statistics = SampleStatistics(replicates.map { $0[quantity] })
            mean[quantity] = statistics.mean
            errors[quantity] = statistics.standardError
        }
        return Sample(values: mean, standardErrors: errors, largest: largest)
    }

    /// The information by definition, with normalised densities, from other points than ``moments()``.
    func information() throws -> SampleStatistics {
        let evaluator = NodeEvaluator(channel, equations)
        let logNormaliser = equations.logNormaliser(channel.family)
        let factor = exp(logNormaliser + (try directionSampler()).logVolume)
        var values: [Double] = []
        try forEachReplicate(purpose: "information by definition") { points in
            var total = 0.0
            for mean in channel.means.indices {
                let integrand = ComponentIntegrand(evaluator, mean: mean)
                var sum = 0.0
                var count = 0.0
                try points { local, weight in
                    sum += weight * integrand.normalisedDivergence(at: local, logNormaliser: logNormaliser).divergence
                    count += 1
                }
                total += channel.meanWeights[mean] * factor * sum / count
            }
            values.append(total)
        }
        return SampleStatistics(values)
    }

    /// Visits the points around a mean, by another shift at each call: their coordinates and weights.
    private typealias Points = (_ body: (UnsafePointer<Double>, Double) throws -> Void) throws -> Void

    private func forEachReplicate(purpose: String, _ body: (Points) throws -> Void) throws {
        let sampler = try directionSampler()
        var generator = PhiloxGenerator(seed: settings.seed, purpose: purpose)
        let count = pointsPerMean
        for _ in 0..<SampledRoute.replicates {
            try body { visit in
                let shifts = (0..<sampler.variates).map { _ in Double.unitInterval(generator.next()) }
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
