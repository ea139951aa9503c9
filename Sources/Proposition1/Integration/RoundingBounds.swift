import Foundation
import GSLNumerics

/// Bounds on what rounding, and leaving out the tails, do to the quantities.
///
/// Every constant is a count of roundings; u = 2⁻⁵³ is the largest relative error of one operation, `ulpOfOne` is 2u.
/// Where terms cancel, the bound scales with the terms and not with their sum. What ``ReducedChannel`` drops, components of codes
/// below 1e-13 of the largest, is not counted.
///
/// - A score s = β⟨z, h⟩ has r products, of coordinates of z that have r products with sines and cosines each, and of
///   coordinates of h from a basis that is orthonormal to a few roundings: (2r + 12)u of the largest score S. The same for
///   −β‖z − h‖²/2.
/// - log E e^s over k codes is right to (8 + k)u: two ulps of the exponential, the sum, the logarithm. Where all scores lie
///   within 1/8 of one another the error is smaller in proportion: (8 + k)u times 8 times their spread, which is at most 2S.
///   So it is (8 + k)u·min(1, 16 S) in both cases, apart from a constant:
/// - weights that are probabilities up to rounding sum to 1 up to (4 + k)u, and the log of their sum is added to every
///   log E e^s. This is an ulp of 1 or so whatever the size of the scores. It does not depend on z.
///
/// The first two make δ, the third c. The pointwise information L is then wrong by 2δ + 2c at most. I(X;Z) is a mean of
/// e^L·L − e^L + 1. Its derivative L e^L has the mean E|L| under p(x, z), so that what depends on z adds 2δ E|L|; and L e^L
/// alone has the mean I, so that the constant adds only 2cI; the second order adds squares.
///
/// E|L| ≤ I + 2 Σ p_i TV_i with the total variation TV_i of p(z|x_i) and p(z), because E_i L⁻ = E_i (log p(z)/p(z|x_i))⁺ ≤
/// E_i (p(z)/p(z|x_i) − 1)⁺. The sum is at most √(I/2), by Pinsker's inequality, and at most Σ p_i (1 − p_i), because the
/// difference of the two densities is Σ_{j≠i} p_j (p(z|x_j) − p(z|x_i)): less where all images but one are rare.
///
/// The gap is the divergence of the weights from those tilted by e^s, so that errors of the scores reach it through the
/// difference of the two: δ times √(2·gap), by Pinsker again, and at most 2δ.
struct RoundingBounds {
    /// u: the largest relative error of one operation.
    private static let unit = Double.ulpOfOne / 2
    private let channel: ReducedChannel
    private let geometry: ComponentGeometry
    private let values: Moments
    /// S.
    private let largestScore: Double
    /// δ.
    private let delta: Double
    /// c.
    private let massDefect: Double
    /// What the rounding of the nodes' weights does to a mean, relative to its size.
    private let relativeErrorOfWeights: Double
    /// How much of the distribution lies beyond the nodes, times how many times the integrands may be larger there.
    private let tails: Double
    /// What of the information lies beyond the nodes: the integrand is below 1 − log p of the rarest image, and below the square
    /// of the largest difference of scores where that is small.
    private let tailOfInformation: Double
    /// The same of the gap, whose integrand is below the largest difference of scores.
    private let tailOfGap: Double
    /// Σ p_i (1 − p_i).
    private let diversity: Double

    init(_ channel: ReducedChannel, _ values: Moments, geometry: ComponentGeometry) {
        let unit = RoundingBounds.unit
        let rank = Double(channel.rank)
        let codes = Double(channel.means.count)
        self.channel = channel
        self.geometry = geometry
        self.values = values
        largestScore = channel.largestScore
        delta = unit * ((2 * rank + 12) * largestScore + (8 + codes) * min(1, 16 * largestScore))
        massDefect = unit * (4 + codes)
        // Gauss–Legendre weights and the sums add a few dozen roundings to those of the weight functions.
        relativeErrorOfWeights = 64 * unit + geometry.axes.reduce(0) { $0 + $1.errorOfLogWeight }
        // Scores are larger in the tails by about as much as the logarithm of the density is smaller.
        tails = exp(-geometry.depth) * 2 * geometry.depth * max(1, rank)
        let difference = channel.largestDifferenceOfScores(atDepth: geometry.depth)
        let divergence = difference * difference * exp(difference)
        let leastPrior = channel.prior.filter { $0 > 0 }.min() ?? 1
        let mass = exp(-geometry.depth) * max(1, rank)
        tailOfInformation = mass * min(1 - log(leastPrior), divergence)
        tailOfGap = mass * min(difference, divergence)
        diversity = channel.prior.indices.reduce(0) { sum, image in
            let others = channel.prior.indices.reduce(0) { $1 == image ? $0 : $0 + channel.prior[$1] }
            return sum + channel.prior[image] * others
        }
    }

    /// That of the information from normalised densities, whose logarithms contain log C_β.
    func errorOfDefinition(_ logNormaliser: Double) -> Double {
        // log C_β is added to the numerator and to the denominator, and rounded: its own error cancels in L.
        let ofSums = 2 * RoundingBounds.unit * (logNormaliser.magnitude + largestScore)
        // The density is the exponential of a sum of large terms: log C_β, the score, the volume element.
        let ofDensity =
            channel.family.errorOfLogNormaliser + geometry.errorOfLogComplement + delta
            + 4 * RoundingBounds.unit
            * (logNormaliser.magnitude + largestScore + geometry.logComplement.magnitude + geometry.sizeOfLogVolume)
        return ofInformation(delta + ofSums) + ofDensity * values[.information].magnitude + ofWeights(.information)
    }

    private func ofInformation(_ delta: Double) -> Double {
        let information = values[.information].magnitude
        let square = (delta + massDefect) * (delta + massDefect)
        let deviation = information + min((2 * information).squareRoot(), 2 * diversity)
        return 2 * delta * deviation + 2 * massDefect * information + 2 * square + tailOfInformation
    }

    private func ofWeights(_ quantity: Moments.Quantity) -> Double {
        (relativeErrorOfWeights + tails) * values[quantity].magnitude
    }

    /// That of a quantity by the route of equation (2).
    func error(of quantity: Moments.Quantity) -> Double {
        let information = values[.information].magnitude
        switch quantity {
        case .information:
            return ofInformation(delta) + ofWeights(quantity)
        case .gap, .gapLowerEnd, .gapUpperEnd:
            let gap = values[.gap].magnitude
            return delta * min(2, (2 * gap).squareRoot()) + delta * delta + ofWeights(quantity) + tailOfGap
        case .pointwise, .jensen:
            // Of either sign: what is positive of the integrand of (2) has a mean of I + √(2I) at most.
            let spread = 2 * (information + (2 * information).squareRoot())
            return 2 * (delta + massDefect) + ofWeights(quantity) + (relativeErrorOfWeights + tails) * spread
        case .logConditional, .logMarginal:
            // The score of z with its own mean is −χ²/2 with d degrees of freedom or fewer, up to a constant.
            let spread = min(largestScore, 4 + Double(channel.family.dimension).squareRoot())
            return delta + massDefect + ofWeights(quantity) + (relativeErrorOfWeights + tails) * spread
        }
    }
}
