import AugmentationChannel
import Autodiff
import GSLNumerics
import PropertyTesting
import Proposition1
import Tensors

/// What the laws are checked on: the library, or the library with one planted fault.
///
/// Laws ask for evaluations by ``evaluate(_:shift:settings:_:)`` alone, which checks that the reported errors are of use.
struct Subject: Sendable {
    /// Every quantity of a channel under settings. The last argument is a constant that is added to βS throughout.
    var evaluator: @Sendable (FiniteChannel, QuadratureSettings, Double) throws -> Evaluation
    /// The settings under which the laws evaluate.
    var settings = Subject.settings
    /// The most scores that an evaluation in three dimensions may take.
    var maximumScoresInThreeDimensions = Subject.settings.maximumScores
    /// Two views of one image.
    var viewPairs: @Sendable (FiniteChannel) throws -> ViewPairs = { ViewPairs($0) }
    /// The right side of (3) for a critic.
    var variationalBound: @Sendable (ViewPairs, [[Double]]) -> Double = { $0.bound(critic: $1) }
    /// The simCLR objective (20) of `[image][dimension]` anchors and positives.
    var simCLR: @Sendable ([[Double]], [[Double]], Similarity, Double) -> Double = {
        anchors, positives, similarity, beta in
        simCLRObjective(
            anchors: Subject.matrix(anchors), positives: Subject.matrix(positives), similarity: similarity, beta: beta
        ).value.scalars[0]
    }
    /// log C_β.
    var logNormaliser: @Sendable (NoiseFamily) -> Double = { $0.logNormaliser() }
    /// The factor between h and the mean of p(z|h).
    var meanFactor: @Sendable (NoiseFamily) -> Double = { $0.meanFactor }
    /// The leading coefficient of the bias of (19) with Ñ positives, and of (20) where Ñ = 1.
    var bias: @Sendable (FiniteChannel, SampledEquation) -> Double = { channel, equation in
        switch equation {
        case .equation19(let positives): SampledObjectives(channel).bias(positives: positives)
        case .equation20: SampledObjectives(channel).simCLRBias
        }
    }
    /// (19) or (20) averaged over batches that are drawn.
    var average: @Sendable (FiniteChannel, SampledEquation, Batches) throws -> SampledObjectives.Average = {
        channel, equation, batches in
        let sampler = SampledObjectives(channel)
        var generator = PhiloxGenerator(seed: batches.seed, purpose: "batches")
        switch equation {
        case .equation19(let positives):
            return sampler.sampled(
                images: batches.images, positives: positives, batches: batches.count, using: &generator)
        case .equation20:
            return sampler.simCLR(images: batches.images, batches: batches.count, using: &generator)
        }
    }

    /// Fast settings for laws: seven digits, four in three dimensions, and errors that say so.
    static let settings: QuadratureSettings = {
        var settings = QuadratureSettings()
        settings.relativeTolerance = 1e-7
        settings.relativeToleranceOfRank3 = 1e-4
        return settings
    }()

    /// The library.
    static let reference = Subject(evaluator: { channel, settings, shift in
        shift == 0
            ? try Evaluation(channel, settings: settings)
            : try Evaluation(
                channel, settings: settings, equations: ShiftedEquations(base: PaperEquations(), shift: shift))
    })

    static func matrix(_ rows: [[Double]]) -> Variable<Double> {
        Variable(Tensor(shape: [rows.count, rows[0].count], scalars: rows.flatMap { $0 }))
    }

    /// Evaluates a channel for a law, which takes the reported errors for its tolerances: each must be of use.
    func evaluate(
        _ channel: FiniteChannel, shift: Double = 0, settings: QuadratureSettings? = nil, _ trial: Trial
    ) throws -> Evaluation {
        let evaluation = try evaluator(channel, settings ?? self.settings, shift)
        for quantity in ComparedQuantity.all {
            trial.useful(
                tolerance: evaluation[keyPath: quantity.path].error, atMost: quantity.limit(evaluation, channel),
                "the error of \(quantity.name)")
        }
        return evaluation
    }
}

/// (19) with Ñ positives for an anchor and all of them in the denominator, or (20).
enum SampledEquation: Sendable, Equatable, CustomStringConvertible {
    case equation19(positives: Int)
    case equation20

    /// Ñ.
    var positives: Int {
        switch self {
        case .equation19(let positives): positives
        case .equation20: 1
        }
    }
    var description: String {
        switch self {
        case .equation19(let positives): "(19) with \(positives) positives"
        case .equation20: "(20)"
        }
    }
}

/// Batches to be drawn.
struct Batches: Sendable {
    /// N.
    var images: Int
    var count: Int
    var seed: UInt64
}

/// An estimate in an evaluation, with the error at which a comparison with it would say nothing.
struct ComparedQuantity: Sendable {
    /// What the quantity is as small as.
    private enum Scale {
        /// As small as itself, where noise hides everything.
        case itself
        /// As small as the upper end of Liao and Berg's interval; the ends are not smooth, and are integrated less well.
        case upperEnd
        /// As a nat, or a score where scores are small: its values are of either sign.
        case score
    }

    let name: String
    let path: WritableKeyPath<Evaluation, Estimate> & Sendable
    private let scale: Scale

    /// All that laws compare.
    static let all = [
        ComparedQuantity(name: "I(X;Z) by definition", path: \.informationByDefinition, scale: .itself),
        ComparedQuantity(name: "I(X;Z) by (2)", path: \.informationByEquation2, scale: .itself),
        ComparedQuantity(name: "the Jensen gap", path: \.jensenGap, scale: .itself),
        ComparedQuantity(name: "the gap's lower end", path: \.jensenGapLowerEnd, scale: .upperEnd),
        ComparedQuantity(name: "the gap's upper end", path: \.jensenGapUpperEnd, scale: .upperEnd),
        ComparedQuantity(name: "the bound (16)", path: \.jensenBound, scale: .score),
        ComparedQuantity(name: "the mean of the integrand of (16)", path: \.meanJensenInformation, scale: .score),
        ComparedQuantity(name: "the mean of the integrand of (2)", path: \.meanPointwiseInformation, scale: .score),
        ComparedQuantity(name: "the numerator", path: \.numerator, scale: .score),
        ComparedQuantity(name: "the denominator", path: \.denominator, scale: .score),
        ComparedQuantity(name: "H(Z)", path: \.entropyZ, scale: .score),
        ComparedQuantity(name: "H(Z|X)", path: \.entropyZGivenX, scale: .score),
    ]

    /// Whether the quantity vanishes with what it measures, its error with it.
    var isRelative: Bool { scale == .itself }

    /// The largest error with which the quantity says something: a hundred-thousandth of its scale (of I(X;Z) by (2), where
    /// codes lie in two dimensions or fewer, a millionth), a thousandth in three dimensions, a tenth where it is sampled.
    func limit(_ evaluation: Evaluation, _ channel: FiniteChannel) -> Double {
        let isCoarse = evaluation.method == .quadrature(rank: 3) || scale == .upperEnd
        let isSharp = path == \.informationByEquation2 && channel.family.dimension <= 2
        let share = evaluation.isSampled ? 0.1 : isCoarse ? 1e-3 : isSharp ? 1e-6 : 1e-5
        // What no sample met is reported with a share of H(X), however small the value is.
        let floor = evaluation.isSampled ? 2e-4 : 1e-12
        let value = evaluation[keyPath: path].value.magnitude
        switch scale {
        case .itself: return share * value + floor
        case .upperEnd: return share * evaluation.jensenGapUpperEnd.value.magnitude + floor
        case .score:
            let largestScore = channel.family.kind == .vonMisesFisher ? channel.family.beta : 1
            return share * (min(1, largestScore) + value) + floor
        }
    }
}

extension Evaluation {
    /// Whether the integrals were sampled.
    var isSampled: Bool {
        if case .sampling = method { true } else { false }
    }
}

/// Equations with a constant added to every βS; C_β takes it up, so that nothing may change.
struct ShiftedEquations<Base: Equations>: Equations {
    let base: Base
    let shift: Double

    func score(
        _ similarity: Similarity, _ z: UnsafeBufferPointer<Double>, _ h: UnsafeBufferPointer<Double>, beta: Double
    ) -> Double {
        base.score(similarity, z, h, beta: beta) + shift
    }
    func logConditional(own: ScoreRow<Double>, weights: UnsafeBufferPointer<Double>) -> Double {
        base.logConditional(own: own, weights: weights)
    }
    func jensenLogConditional(own: ScoreRow<Double>, weights: UnsafeBufferPointer<Double>) -> Double {
        base.jensenLogConditional(own: own, weights: weights)
    }
    func logMarginal(all: ScoreRow<Double>, weights: UnsafeBufferPointer<Double>) -> Double {
        base.logMarginal(all: all, weights: weights)
    }
    func pointwise(conditional: Double, marginal: Double) -> Double {
        base.pointwise(conditional: conditional, marginal: marginal)
    }
    func logNormaliser(_ family: NoiseFamily) -> Double { base.logNormaliser(family) - shift }
    func meanFactor(_ family: NoiseFamily) -> Double { base.meanFactor(family) }
    func jensenGap(own: ScoreRow<Double>, weights: UnsafeBufferPointer<Double>) -> JensenGapIntegrand {
        base.jensenGap(own: own, weights: weights)
    }
}
