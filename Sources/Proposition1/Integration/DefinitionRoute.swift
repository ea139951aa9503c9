import Foundation
import GSLNumerics
import Tensors

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
    /// - Parameters:
    ///   - scale: the expected size of the result; it sets the absolute tolerance of tails.
    ///   - rounding: what rounding does to the result; nothing finer is asked for.
    func integrate(scale: Double, rounding: Double) throws -> Estimate {
        let geometry = ComponentGeometry(
            family: channel.family, rank: channel.rank, depth: settings.depth(for: channel))
        let logNormaliser = equations.logNormaliser(channel.family)
        let integrals = try Parallel.map(channel.means.count) { mean in
            let density = DefinitionIntegrand(
                integrand: ComponentIntegrand(NodeEvaluator(channel, equations), mean: mean), geometry: geometry,
                logNormaliser: logNormaliser)
            return channel.meanWeights[mean] * (try density.integrate(settings, scale: scale, rounding: rounding))
        }
        return integrals.reduce(.exactly(0), +)
    }
}

/// The integrand around one mean.
private struct DefinitionIntegrand<E: Equations> {
    let integrand: ComponentIntegrand<E>
    let geometry: ComponentGeometry
    let logNormaliser: Double

    /// The outermost coordinate is integrated adaptively, an inner one by the trapezoidal rule where that converges
    /// geometrically, else adaptively too. The errors of inner levels count with the extent of those around them.
    func integrate(_ settings: QuadratureSettings, scale: Double, rounding: Double) throws -> Estimate {
        // In three dimensions the errors of the inner levels weigh as much again; 2e-8 keeps the sum below 1e-7.
        let wanted = geometry.rank == 3 ? 2 * settings.relativeToleranceOfRank3 : settings.relativeTolerance
        let absolute = max(wanted * scale, rounding, 1e-30)
        // The integrand is never negative, so that its rounding error in proportion is that of every inner integral too.
        // Where that leaves no useful result, rules would go to their limits in vain.
        let tolerance = min(1, absolute / scale)
        let isOfUse = rounding <= Evaluation.Method.quadrature(rank: geometry.rank).largestUsefulError(of: scale)
        let axes = geometry.axes
        // How far the levels around each one reach.
        var extents = [1.0]
        for axis in axes {
            extents.append(extents[extents.count - 1] * (axis.window.upperBound - axis.window.lowerBound))
        }
        var largestErrors = [Double](repeating: 0, count: axes.count)
        var point = SIMD3<Double>.zero

        func level(_ index: Int) throws -> Estimate {
            guard index < axes.count else { return .exactly(density(point)) }
            func inner(_ x: Double) throws -> Double {
                point[index] = x
                let estimate = try level(index + 1)
                if index + 1 < axes.count { largestErrors[index + 1] = max(largestErrors[index + 1], estimate.error) }
                return estimate.value
            }
            // Inner levels are asked for a third of the tolerance each; the trapezoidal rule's last value is far better.
            let share = index == 0 ? 1 : 1.0 / 3
            let (absolute, relative) = (absolute * share / max(1, extents[index]), max(tolerance * share, 1e-13))
            if index > 0, axes[index].suitsTrapezoid {
                var rule = PeriodicTrapezoid(
                    absoluteTolerance: absolute, relativeTolerance: relative, initialNodes: 8,
                    maximumNodes: isOfUse ? 4096 : 16)
                rule.acceptsUnreachedTolerance = true
                return try rule.integrate(over: axes[index].window, inner)
            }
            var rule = AdaptiveQuadrature(
                absoluteTolerance: absolute, relativeTolerance: relative,
                // The longest rule is the cheapest for many digits, and a short one for few.
                rule: wanted < 1e-7 ? .points61 : .points21, maximumSubintervals: isOfUse ? 400 : 1)
            rule.acceptsUnreachedTolerance = true
            let window = axes[index].window
            let whole = try rule.integrate(over: window, inner)
            guard index == 0, geometry.rank < 3 else { return whole }
            // GSL's estimate is too small where the rule has just begun to converge. It shows in a second partition, which
            // does not cut in the middle, where the first one does.
            let cut = window.lowerBound + 0.38 * (window.upperBound - window.lowerBound)
            var parts =
                try rule.integrate(over: window.lowerBound...cut, inner)
                + rule.integrate(over: cut...window.upperBound, inner)
            parts.error = max(parts.error, 2 * (parts.value - whole.value).magnitude)
            return parts
        }

        var result = try level(0)
        guard !axes.isEmpty else { return result }
        for index in axes.indices.dropFirst() { result.error += largestErrors[index] * extents[index] }
        // Nothing finer is claimed than was asked for.
        result.error = max(result.error, absolute)
        return result
    }

    /// C_β e^(βS(z, h)) · volume element · Σ_i p_i (e^L·L − e^L + 1).
    private func density(_ point: SIMD3<Double>) -> Double {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 6) { buffer in
            buffer.initialize(repeating: 0)
            guard let coordinates = buffer.baseAddress else { return .nan }
            for index in 0..<3 { coordinates[index] = point[index] }
            geometry.place(coordinates, into: coordinates + 3)
            let (divergence, score) = integrand.normalisedDivergence(
                at: coordinates + 3, logNormaliser: logNormaliser)
            var logVolume = geometry.logComplement
            for index in geometry.axes.indices { logVolume += geometry.axes[index].logVolume(coordinates[index]) }
            return exp(logNormaliser + score + logVolume) * divergence
        }
    }
}
