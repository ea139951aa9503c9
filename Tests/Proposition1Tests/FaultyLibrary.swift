import AugmentationChannel
import Foundation
import GSLNumerics
import Proposition1

/// The library taken apart at its seams, where a fault can be planted; as it stands it is the library itself.
///
/// The faulty library and the control, the one without a fault, are made by the same code and run under the same settings.
struct FaultyLibrary: Sendable {
    /// Equations that replace the paper's.
    var equations = FaultyEquations()
    /// The channel that is evaluated for the one that is asked about.
    var channel: @Sendable (FiniteChannel) throws -> FiniteChannel = { $0 }
    /// The settings of the quadrature.
    var settings: @Sendable (inout QuadratureSettings) -> Void = { _ in }
    /// What is done to an evaluation of a channel before anyone sees it.
    var evaluation: @Sendable (inout Evaluation, FiniteChannel) throws -> Void = { _, _ in }
    /// What is done to the functions beside the evaluation.
    var functions: @Sendable (inout Subject) -> Void = { _ in }

    /// A wrong integrand may not converge at all; it need not be given the time to. What is left is enough for the library
    /// itself: the control runs under it.
    static let maximumScores = 1e6
    /// The same in three dimensions.
    static let maximumScoresInThreeDimensions = 5e6

    /// The library that the laws are checked on.
    var subject: Subject {
        let library = self
        var subject = Subject(evaluator: { channel, settings, shift in
            var settings = settings
            library.settings(&settings)
            var evaluation = try library.equations.evaluate(
                try library.channel(channel), settings: settings, shift: shift)
            try library.evaluation(&evaluation, channel)
            return evaluation
        })
        subject.settings.maximumScores = FaultyLibrary.maximumScores
        subject.maximumScoresInThreeDimensions = FaultyLibrary.maximumScoresInThreeDimensions
        subject.logNormaliser = { library.equations.logNormaliser($0) }
        subject.meanFactor = { library.equations.meanFactor($0) }
        library.functions(&subject)
        return subject
    }
}

/// The paper's equations, each of which can be replaced.
struct FaultyEquations: Equations {
    /// Evaluates a channel by these equations, with a constant added to βS.
    ///
    /// Where none is replaced the library runs by itself, which is much faster: `theControlsEquationsAreThePapers` ties the two.
    func evaluate(_ channel: FiniteChannel, settings: QuadratureSettings, shift: Double) throws -> Evaluation {
        if isPaper { return try Subject.reference.evaluator(channel, settings, shift) }
        var equations = self
        equations.ownLogNormaliser = channel.family.logNormaliser()
        return try Evaluation(
            channel, settings: settings, equations: ShiftedEquations(base: equations, shift: shift))
    }

    /// Whether no equation is replaced.
    private var isPaper: Bool {
        scoreFault == nil && conditionalFault == nil && jensenFault == nil && marginalFault == nil
            && pointwiseFault == nil && normaliserFault == nil && meanFactorFault == nil && gapFault == nil
    }

    typealias Weights = UnsafeBufferPointer<Double>
    typealias Reduction = @Sendable (_ scores: ScoreRow<Double>, _ weights: Weights, _ logNormaliser: Double) -> Double

    /// βS for the right βS, under β.
    var scoreFault: (@Sendable (_ score: Double, _ beta: Double) -> Double)?
    var conditionalFault: Reduction?
    var jensenFault: Reduction?
    var marginalFault: Reduction?
    /// The pointwise information for the right one.
    var pointwiseFault: (@Sendable (Double) -> Double)?
    var normaliserFault: (@Sendable (NoiseFamily) -> Double)?
    var meanFactorFault: (@Sendable (NoiseFamily) -> Double)?
    /// The gap for the right one.
    var gapFault:
        (@Sendable (_ gap: JensenGapIntegrand, _ own: ScoreRow<Double>, _ weights: Weights) -> JensenGapIntegrand)?
    /// log C_β of the channel that is evaluated, which is in the way of equations in which it should have cancelled.
    var ownLogNormaliser = 0.0

    private let paper = PaperEquations()

    func score(
        _ similarity: Similarity, _ z: UnsafeBufferPointer<Double>, _ h: UnsafeBufferPointer<Double>, beta: Double
    ) -> Double {
        let score = paper.score(similarity, z, h, beta: beta)
        return scoreFault?(score, beta) ?? score
    }
    func logConditional(own: ScoreRow<Double>, weights: Weights) -> Double {
        conditionalFault?(own, weights, ownLogNormaliser) ?? paper.logConditional(own: own, weights: weights)
    }
    func jensenLogConditional(own: ScoreRow<Double>, weights: Weights) -> Double {
        jensenFault?(own, weights, ownLogNormaliser) ?? paper.jensenLogConditional(own: own, weights: weights)
    }
    func logMarginal(all: ScoreRow<Double>, weights: Weights) -> Double {
        marginalFault?(all, weights, ownLogNormaliser) ?? paper.logMarginal(all: all, weights: weights)
    }
    func pointwise(conditional: Double, marginal: Double) -> Double {
        let value = paper.pointwise(conditional: conditional, marginal: marginal)
        return pointwiseFault?(value) ?? value
    }
    func logNormaliser(_ family: NoiseFamily) -> Double {
        normaliserFault?(family) ?? paper.logNormaliser(family)
    }
    func meanFactor(_ family: NoiseFamily) -> Double { meanFactorFault?(family) ?? paper.meanFactor(family) }
    func jensenGap(own: ScoreRow<Double>, weights: Weights) -> JensenGapIntegrand {
        let gap = paper.jensenGap(own: own, weights: weights)
        return gapFault?(gap, own, weights) ?? gap
    }
}
