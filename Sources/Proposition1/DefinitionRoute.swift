import Foundation
import GSLNumerics

/// The route by definition: I(X;Z) = Σ_i p_i ∫ p(z|x_i) ln(p(z|x_i)/p(z)) dz with normalised densities, C_β included,
/// by GSL's adaptive quadrature.
///
/// The integral is taken over each component of the mixture, in coordinates around its mean, in the form
/// ∫ p(z) Σ_i p_i (e^L·L − e^L + 1) dz, L = ln p(z|x_i) − ln p(z), which equals it because both densities integrate to
/// one: a wrong constant makes it wrong.
struct DefinitionRoute<E: Equations> {
    let channel: ReducedChannel
    let equations: E
    let settings: QuadratureSettings

    /// The information, for ranks up to 3.
    ///
    /// - Parameter scale: the expected size of the result; it sets the absolute tolerance of tails.
    func integrate(scale: Double) throws -> Estimate {
        let geometry = ComponentGeometry(
            family: channel.family, rank: channel.rank, depth: settings.depth(rank: channel.rank))
        let logNormaliser = try equations.logNormaliser(channel.family)
        let evaluator = NodeEvaluator(channel, equations)
        var total = Estimate.exactly(0)
        for mean in channel.means.indices {
            let integrand = ComponentIntegrand(evaluator, mean: mean)
            let density = DefinitionIntegrand(
                integrand: integrand, evaluator: evaluator, geometry: geometry, mean: mean,
                logNormaliser: logNormaliser)
            total = total + channel.meanWeights[mean] * (try density.integrate(settings, scale: scale))
        }
        return total
    }
}

/// The integrand around one mean.
private struct DefinitionIntegrand<E: Equations> {
    let integrand: ComponentIntegrand<E>
    let evaluator: NodeEvaluator<E>
    let geometry: ComponentGeometry
    let mean: Int
    let logNormaliser: Double

    func integrate(_ settings: QuadratureSettings, scale: Double) throws -> Estimate {
        let isRank3 = geometry.rank == 3
        let tolerance = isRank3 ? settings.relativeToleranceOfRank3 : settings.relativeTolerance
        var rule = AdaptiveQuadrature(
            absoluteTolerance: max(tolerance * scale, 1e-30), relativeTolerance: tolerance,
            rule: .points61, maximumSubintervals: 400)
        rule.acceptsUnreachedTolerance = true
        let windows = geometry.axes.map(\.window)
        let widths = windows.map { $0.upperBound - $0.lowerBound }
        switch windows.count {
        case 0: return .exactly(density(0, 0, 0))
        case 1: return try rule.integrate(over: windows[0]) { density($0, 0, 0) }
        case 2:
            rule.absoluteTolerance /= max(1, widths[1])
            return try NestedQuadrature(rule).integrate(over: windows[0], { _ in windows[1] }) { density($0, $1, 0) }
        default:
            rule.rule = .points31
            return try NestedQuadrature(rule).integrate(
                over: windows[0], { _ in windows[1] }, { _, _ in windows[2] }
            ) { density($0, $1, $2) }
        }
    }

    /// C_β e^(βS(z, h)) · volume element · Σ_i p_i (e^L·L − e^L + 1).
    private func density(_ first: Double, _ second: Double, _ third: Double) -> Double {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 6) { buffer in
            buffer.initialize(repeating: 0)
            guard let coordinates = buffer.baseAddress else { return .nan }
            (coordinates[0], coordinates[1], coordinates[2]) = (first, second, third)
            geometry.place(coordinates, into: coordinates + 3)
            integrand.evaluate(at: coordinates + 3)
            var logVolume = geometry.logComplement
            for index in geometry.axes.indices { logVolume += geometry.axes[index].logVolume(coordinates[index]) }
            return exp(logNormaliser + evaluator.score(ofMean: mean) + logVolume)
                * integrand.normalisedDivergence(logNormaliser: logNormaliser)
        }
    }
}
