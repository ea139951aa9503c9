import Diagnostics
import Foundation
import GSLNumerics

/// Every quantity of Proposition 1 and its proof for one channel, in nats, each with a bound on its error.
public struct Evaluation: Sendable, Equatable {
    /// How the integrals were computed.
    public enum Method: Sendable, Equatable {
        /// Quadrature over `rank` dimensions; the errors are bounds.
        case quadrature(rank: Int)
        /// Randomised quasi-Monte Carlo over `rank` dimensions; the errors are six standard errors and a little more.
        case sampling(rank: Int, standardError: Double)
    }

    /// How the integrals were computed.
    public var method: Method
    /// I(X;Z) = Σ p(x) ∫ p(z|x) ln(p(z|x)/p(z)) dz with normalised densities. In [0, H(X)].
    public var informationByDefinition: Estimate
    /// I(X;Z) by equation (2), from unnormalised densities. In [0, H(X)].
    public var informationByEquation2: Estimate
    /// H(Z), differential entropy: with respect to surface measure on the sphere; may be negative.
    public var entropyZ: Estimate
    /// H(Z|X); may be negative.
    public var entropyZGivenX: Estimate
    /// E log E_{T'|X} exp βS: the numerator of the proof, −H(Z|X) − log C_β.
    public var numerator: Estimate
    /// E log E exp βS: the denominator of the proof, −H(Z) − log C_β.
    public var denominator: Estimate
    /// The right side of (16); never above I(X;Z), may be negative.
    public var jensenBound: Estimate
    /// I(X;Z) − the right side of (16), from its closed integrand; never negative.
    public var jensenGap: Estimate
    /// Liao and Berg's lower end for the gap.
    public var jensenGapLowerEnd: Estimate
    /// Liao and Berg's upper end for the gap.
    public var jensenGapUpperEnd: Estimate
    /// Mean of the integrand of (2) as the paper has it, of either sign: a third way to I(X;Z), accurate to rounding of 1.
    public var meanPointwiseInformation: Estimate
    /// (17): z replaced by h(T(x)), the paper's mean approximation. Exact.
    public var meanApproximation: Double
    /// (17) with the true mean A_d(β)·h on the sphere. Exact; equal to ``meanApproximation`` for the Gaussian.
    public var trueMeanApproximation: Double
    /// The limit of the simCLR objective (20) for many samples; present when P(T|x) is uniform. Equal to (17).
    public var simCLR: Double?
    /// H(X), the most that I(X;Z) can be.
    public var entropyX: Double

    /// The interval that holds I(X;Z), from (16) and Liao and Berg's bounds alone.
    public var certifiedInterval: ClosedRange<Double> {
        let lower = jensenBound.value + jensenGapLowerEnd.value
        let upper = jensenBound.value + jensenGapUpperEnd.value
        let slack = jensenBound.error + max(jensenGapLowerEnd.error, jensenGapUpperEnd.error)
        return (lower - slack)...(max(lower, upper) + slack)
    }
}

extension Evaluation {
    /// Evaluates `channel`.
    ///
    /// Relative accuracy of the information and the gap: 1e-9 for means that span one or two dimensions and 1e-7 for
    /// three, for β from 1e-6 to 1e4; where that is not reached the error says so. Beyond three dimensions the values
    /// are sampled.
    ///
    /// - Throws: `GSLError` when a Bessel function or a quadrature fails, `Failure` when a quantity is not finite.
    public init(_ channel: FiniteChannel, settings: QuadratureSettings = QuadratureSettings()) throws {
        try self.init(channel, settings: settings, equations: PaperEquations())
    }

    /// The same with other equations: for the mutation tests.
    package init<E: Equations>(_ channel: FiniteChannel, settings: QuadratureSettings, equations: E) throws {
        let reduced = ReducedChannel(channel)
        let product = ProductQuadrature(reduced, equations, settings)
        let raw: RawEvaluation
        if product.isAffordable {
            let result = try product.converge()
            try Evaluation.requireFinite(result.values[.information], channel.family)
            let rounding = RoundingBounds(reduced, result.values, depth: settings.depth(rank: reduced.rank))
                .errorOfDefinition(try equations.logNormaliser(channel.family))
            let definition = try DefinitionRoute(channel: reduced, equations: equations, settings: settings)
                .integrate(scale: result.values[.information].magnitude, rounding: rounding)
            raw = RawEvaluation(
                values: result.values, errors: result.errors, definition: definition,
                method: .quadrature(rank: reduced.rank))
        } else {
            raw = try RawEvaluation.sampled(reduced, equations, settings)
        }
        try self.init(channel, reduced, raw, equations, settings)
    }

    private init<E: Equations>(
        _ channel: FiniteChannel, _ reduced: ReducedChannel, _ raw: RawEvaluation, _ equations: E,
        _ settings: QuadratureSettings
    ) throws {
        let family = channel.family
        let logNormaliser = try equations.logNormaliser(family)
        let bounds = RoundingBounds(reduced, raw.values, depth: settings.depth(rank: reduced.rank))
        func estimate(_ quantity: Moments.Quantity) -> Estimate {
            Estimate(value: raw.values[quantity], error: raw.errors[quantity] + bounds.error(of: quantity))
        }
        // What the coordinates outside the span add to a Gaussian score, on average.
        let outside = family.kind == .gaussian ? -Double(family.dimension - reduced.rank) / 2 : 0
        let information = estimate(.information)
        let gap = estimate(.gap)
        method = raw.method
        informationByDefinition = Estimate(
            value: raw.definition.value, error: raw.definition.error + bounds.errorOfDefinition(logNormaliser))
        informationByEquation2 = information
        numerator = estimate(.logConditional) + .exactly(outside)
        denominator = estimate(.logMarginal) + .exactly(outside)
        let minusLogNormaliser = Estimate(value: -logNormaliser, error: bounds.errorOfLogNormaliser(logNormaliser))
        entropyZGivenX = minusLogNormaliser - numerator
        entropyZ = minusLogNormaliser - denominator
        let direct = estimate(.jensen)
        let byGap = information - gap
        jensenBound = direct.error < byGap.error ? direct : byGap
        jensenGap = gap
        jensenGapLowerEnd = estimate(.gapLowerEnd)
        jensenGapUpperEnd = estimate(.gapUpperEnd)
        meanPointwiseInformation = estimate(.pointwise)
        let approximation = MeanApproximation(channel, equations)
        meanApproximation = approximation.value(meanFactor: 1)
        try Evaluation.requireFinite(meanApproximation, family)
        trueMeanApproximation = approximation.value(meanFactor: equations.meanFactor(family))
        simCLR = channel.hasUniformAugmentation ? meanApproximation : nil
        entropyX = channel.prior.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
        for estimate in [
            informationByDefinition, informationByEquation2, entropyZ, entropyZGivenX, jensenBound, jensenGap,
            jensenGapLowerEnd, jensenGapUpperEnd, meanPointwiseInformation,
        ] {
            try Evaluation.requireFinite(estimate.value, family)
            try Evaluation.requireFinite(estimate.error, family)
        }
    }
}

extension Evaluation {
    /// Scores beyond the range or the digits of a double leave no density to integrate.
    fileprivate static func requireFinite(_ value: Double, _ family: NoiseFamily) throws {
        guard value.isFinite else {
            throw Failure(
                .badData,
                "channel: expected finite quantities, found \(value.isNaN ? "one that is not a number" : "\(value)"): with "
                    + "\"beta\" = \(family.beta) its scores leave the range of a double; choose one from 1e-6 to 1e4, and "
                    + "codes of similar size")
        }
    }
}

/// What integration returns, before constants are added.
private struct RawEvaluation {
    let values: Moments
    let errors: Moments
    let definition: Estimate
    let method: Evaluation.Method

    static func sampled<E: Equations>(
        _ channel: ReducedChannel, _ equations: E, _ settings: QuadratureSettings
    ) throws -> RawEvaluation {
        let route = SampledRoute(channel: channel, equations: equations, settings: settings)
        let (values, standardErrors) = try route.moments()
        let definition = try route.information()
        // What no sample met has a probability of 3/n at most, with 95% confidence, and the spread says nothing of it.
        let unseen = 3 / route.points
        let entropy = channel.prior.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
        var errors = Moments()
        for quantity in Moments.Quantity.allCases {
            errors[quantity] =
                SampledRoute<E>.reportedStandardErrors * standardErrors[quantity]
                + unseen * max(values[quantity].magnitude, entropy)
        }
        return RawEvaluation(
            values: values, errors: errors,
            definition: Estimate(
                value: definition.value,
                error: SampledRoute<E>.reportedStandardErrors * definition.standardError + unseen * entropy),
            method: .sampling(rank: channel.rank, standardError: standardErrors[.information]))
    }
}
