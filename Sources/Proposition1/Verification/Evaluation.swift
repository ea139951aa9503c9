import Diagnostics
import Foundation
import GSLNumerics

/// Every quantity of Proposition 1 and its proof for one channel, in nats, each with its error and the error's kind.
public struct Evaluation: Sendable, Equatable {
    /// How the integrals were computed.
    public enum Method: Sendable, Equatable {
        /// Quadrature over the `rank` dimensions that the codes span.
        case quadrature(rank: Int)
        /// Randomised quasi-Monte Carlo over the `rank` dimensions that the codes span; the errors are six standard errors and a little more.
        case sampling(rank: Int, standardError: Double)

        /// `quadrature` or `sampling`.
        public var name: String {
            switch self {
            case .quadrature: "quadrature"
            case .sampling: "sampling"
            }
        }

        /// How many dimensions were integrated over.
        public var rank: Int {
            switch self {
            case .quadrature(let rank), .sampling(let rank, _): rank
            }
        }

        /// The error of an information beyond which it is of no use, in nats: agreement within a large error says nothing.
        ///
        /// A millionth of the value for a quadrature, 1e-4 in three dimensions, a tenth for samples. Differences below
        /// 1e-12 nats are beyond double precision.
        public func largestUsefulError(of information: Double) -> Double {
            let share =
                switch self {
                case .quadrature(let rank): rank == 3 ? 1e-4 : 1e-6
                case .sampling: 0.1
                }
            return max(share * information.magnitude, 1e-12)
        }
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
    /// Mean of the integrand of (16) as the paper has it, accurate to rounding of 1: ``jensenBound`` is this, or I(X;Z) less
    /// the gap where that is known better. Only this one is independent of the gap, so only its sum with the gap tests I(X;Z).
    public var meanJensenInformation: Estimate
    /// (17): z replaced by h(T(x)), the paper's mean approximation. Exact.
    public var meanApproximation: Double
    /// (17) with the true mean A_d(β)·h on the sphere. Exact; equal to ``meanApproximation`` for the Gaussian.
    public var trueMeanApproximation: Double
    /// The limit of the simCLR objective (20) for many samples; present when P(T|x) is uniform. Equal to (17).
    public var simCLR: Double?
    /// H(X), the most that I(X;Z) can be.
    public var entropyX: Double
    /// The largest |βS(z, h)| that counts, in nats: rounding errors are proportional to it.
    public var largestScore: Double

    /// The interval in which Liao and Berg's bounds on the gap, added to (16), put I(X;Z), up to the errors of both.
    public var liaoBergInterval: ClosedRange<Double> {
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
    /// - Throws: `GSLError` when a quadrature fails, `Failure` of kind `.badData` when a quantity is not finite.
    public init(_ channel: FiniteChannel, settings: QuadratureSettings = QuadratureSettings()) throws {
        try self.init(channel, settings: settings, equations: PaperEquations())
    }

    /// The same with other equations: for the mutation tests.
    package init<E: Equations>(_ channel: FiniteChannel, settings: QuadratureSettings, equations: E) throws {
        let reduced = ReducedChannel(channel)
        let product = ProductQuadrature(reduced, equations, settings)
        let raw =
            product.isAffordable
            ? try RawEvaluation.integrated(product) : try RawEvaluation.sampled(reduced, equations, settings)
        try self.init(channel, reduced, raw, product.geometry, equations)
    }

    private init<E: Equations>(
        _ channel: FiniteChannel, _ reduced: ReducedChannel, _ raw: RawEvaluation, _ geometry: ComponentGeometry,
        _ equations: E
    ) throws {
        let family = channel.family
        let logNormaliser = equations.logNormaliser(family)
        let bounds = RoundingBounds(reduced, raw.values, geometry: geometry)
        func estimate(_ quantity: Moments.Quantity) -> Estimate {
            Estimate(value: raw.values[quantity], error: raw.errors[quantity], kind: raw.kind)
                .widened(byRounding: bounds.error(of: quantity))
        }
        // What the coordinates outside the span add to a Gaussian score, on average.
        let outside = family.kind == .gaussian ? -Double(family.dimension - reduced.rank) / 2 : 0
        let information = estimate(.information)
        let gap = estimate(.gap)
        method = raw.method
        informationByDefinition = raw.definition.widened(byRounding: bounds.errorOfDefinition(logNormaliser))
        informationByEquation2 = information
        numerator = estimate(.logConditional) + .exactly(outside)
        denominator = estimate(.logMarginal) + .exactly(outside)
        let minusLogNormaliser = Estimate.exactly(-logNormaliser).widened(byRounding: family.errorOfLogNormaliser)
        func entropy(_ logDensity: Estimate) -> Estimate {
            // What the subtraction rounds off.
            (minusLogNormaliser - logDensity).widened(
                byRounding: .ulpOfOne * (logNormaliser.magnitude + logDensity.value.magnitude))
        }
        entropyZGivenX = entropy(numerator)
        entropyZ = entropy(denominator)
        let direct = estimate(.jensen)
        meanJensenInformation = direct
        let byGap = information - gap
        jensenBound = direct.error < byGap.error ? direct : byGap
        jensenGap = gap
        jensenGapLowerEnd = estimate(.gapLowerEnd)
        jensenGapUpperEnd = estimate(.gapUpperEnd)
        meanPointwiseInformation = estimate(.pointwise)
        let approximation = MeanApproximation(channel, equations)
        meanApproximation = approximation.value(meanFactor: 1)
        trueMeanApproximation = approximation.value(meanFactor: equations.meanFactor(family))
        simCLR = channel.hasUniformAugmentation ? meanApproximation : nil
        entropyX = shannonEntropy(channel.prior)
        largestScore = reduced.largestScore
        let estimates = [
            informationByDefinition, informationByEquation2, entropyZ, entropyZGivenX, jensenBound, jensenGap,
            jensenGapLowerEnd, jensenGapUpperEnd, meanPointwiseInformation, meanJensenInformation,
        ]
        for value in [meanApproximation, trueMeanApproximation] + estimates.flatMap({ [$0.value, $0.error] }) {
            try reduced.requireFinite(value)
        }
    }
}

/// What integration returns, before constants and rounding bounds are added.
private struct RawEvaluation {
    let values: Moments
    let errors: Moments
    /// What `errors` are.
    let kind: ErrorKind
    let definition: Estimate
    let method: Evaluation.Method

    static func integrated<E: Equations>(_ product: ProductQuadrature<E>) throws -> RawEvaluation {
        let (channel, equations) = (product.channel, product.equations)
        let result = try product.converge()
        try channel.requireFinite(result.values[.information])
        let rounding = RoundingBounds(channel, result.values, geometry: product.geometry)
            .errorOfDefinition(equations.logNormaliser(channel.family))
        let definition = try DefinitionRoute(channel: channel, equations: equations, settings: product.settings)
            .integrate(scale: result.values[.information].magnitude, rounding: rounding)
        return RawEvaluation(
            values: result.values, errors: result.errors,
            kind: product.geometry.axes.isEmpty ? .roundingBound : .quadratureEstimate, definition: definition,
            method: .quadrature(rank: channel.rank))
    }

    static func sampled<E: Equations>(
        _ channel: ReducedChannel, _ equations: E, _ settings: QuadratureSettings
    ) throws -> RawEvaluation {
        let route = SampledRoute(channel: channel, equations: equations, settings: settings)
        let sample = try route.moments()
        try channel.requireFinite(sample.values[.information])
        let definition = try route.information()
        try channel.requireFinite(definition.mean)
        var errors = Moments()
        for quantity in Moments.Quantity.allCases {
            errors[quantity] = route.error(
                of: quantity, value: sample.values[quantity], standardError: sample.standardErrors[quantity],
                largestMet: sample.largest[quantity])
        }
        return RawEvaluation(
            values: sample.values, errors: errors, kind: SampledRoute<E>.errorKind,
            definition: Estimate(
                value: definition.mean,
                error: route.error(
                    of: .information, value: definition.mean, standardError: definition.standardError,
                    largestMet: sample.largest[.information]), kind: SampledRoute<E>.errorKind),
            method: .sampling(rank: channel.rank, standardError: sample.standardErrors[.information]))
    }
}
