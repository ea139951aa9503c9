import Foundation

/// Bounds on what rounding, and leaving out the tails, do to the quantities.
///
/// Every constant is a count of roundings; u = 2⁻⁵³ is the largest relative error of one operation, `ulpOfOne` is 2u.
///
/// - A score s = β⟨z, h⟩ has r products, after each coordinate of z has been rotated by r more: (3r + 6)u of the largest
///   score S, with β, the sines and cosines of z, and the sum. The same for −β‖z − h‖²/2.
/// - log E e^s over k codes is right to (8 + k)u: two ulps of the exponential, the sum, the logarithm. Where scores are
///   closer than 1/8 it is right to as much of 8 times their spread, at most 16 S.
///
/// Together they make δ. The pointwise information L is then wrong by 2δ at most, and I(X;Z), a mean of
/// e^L·L − e^L + 1 with the derivative L e^L, by 2δ E|L| ≤ 2δ (√(2I) + I), by Pinsker's inequality. The gap is the divergence
/// of the weights from those tilted by e^s, so that errors of the scores reach it through the difference of the two: δ
/// times √(2·gap), by Pinsker again, and at most 2δ.
struct RoundingBounds {
    /// u: the largest relative error of one operation.
    private static let unit = Double.ulpOfOne / 2
    /// S.
    private let largestScore: Double
    /// δ.
    private let delta: Double
    /// What the rounding of the nodes' weights does to a mean, relative to its size.
    private let relativeErrorOfWeights: Double
    /// How much of the distribution lies beyond the nodes, times how many times the integrands may be larger there.
    private let tails: Double
    private let values: Moments

    /// - Parameter depth: the logarithm of the largest weight over the least.
    init(_ channel: ReducedChannel, _ values: Moments, depth: Double) {
        let family = channel.family
        let unit = RoundingBounds.unit
        let rank = Double(channel.rank)
        switch family.kind {
        case .vonMisesFisher: largestScore = family.beta
        case .gaussian:
            // Half the squared distance between a node, 9 standard deviations out on each axis, and any mean.
            let radius = channel.means.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }.max() ?? 0
            let reach = 2 * radius * family.beta.squareRoot() + 9 * max(1, rank).squareRoot()
            largestScore = reach * reach / 2
        }
        let codes = Double(channel.means.count)
        delta = unit * ((3 * rank + 6) * largestScore + (8 + codes) * min(1, 16 * largestScore))
        // A weight is the exponential of a sum of powers of sines: d times the rounding of log sin θ, which is 4.3 in size
        // where the density is largest (β ≤ 1e4), for two angles; and of β(cos θ − 1), about d/2 there. Gauss–Legendre
        // weights and the sums add a few dozen roundings.
        relativeErrorOfWeights = unit * (64 + 16 * Double(family.dimension))
        // Scores are larger in the tails by about as much as the logarithm of the density is smaller.
        tails = exp(-depth) * 2 * depth * max(1, rank)
        self.values = values
    }

    /// That of log C_β: a Bessel function or a series, lgamma and two logarithms, each right to a few roundings.
    func errorOfLogNormaliser(_ logNormaliser: Double) -> Double {
        8 * RoundingBounds.unit * (logNormaliser.magnitude + largestScore)
    }

    /// That of the information from normalised densities, whose logarithms contain log C_β.
    func errorOfDefinition(_ logNormaliser: Double) -> Double {
        ofInformation(delta + errorOfLogNormaliser(logNormaliser)) + ofWeights(.information)
    }

    private func ofInformation(_ delta: Double) -> Double {
        let information = values[.information].magnitude
        return 2 * delta * ((2 * information).squareRoot() + information) + delta * delta
    }

    private func ofWeights(_ quantity: Moments.Quantity) -> Double {
        (relativeErrorOfWeights + tails) * values[quantity].magnitude
    }

    /// That of a quantity by the route of equation (2).
    func error(of quantity: Moments.Quantity) -> Double {
        switch quantity {
        case .information:
            return ofInformation(delta) + ofWeights(quantity)
        case .gap, .gapLowerEnd, .gapUpperEnd:
            let gap = values[.gap].magnitude
            return delta * min(2, (2 * gap).squareRoot()) + delta * delta + ofWeights(quantity)
        case .pointwise, .jensen, .logConditional, .logMarginal:
            // Values of either sign, which vary by a few nats, or by a few scores where these are small.
            return 2 * delta + ofWeights(quantity) + 4 * (relativeErrorOfWeights + tails) * min(1, largestScore)
        }
    }
}
