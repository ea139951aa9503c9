import AugmentationChannel
import Autodiff
import Foundation
import GSLNumerics
import Proposition1
import Tensors

/// What the laws are checked on: the library, or the library with one planted fault.
struct Subject: Sendable {
    /// Every quantity of a channel. The second argument is a constant that is added to βS throughout.
    var evaluate: @Sendable (FiniteChannel, Double) throws -> Evaluation
    /// The right side of (3) for a critic.
    var variationalBound: @Sendable (ViewPairs, [[Double]]) -> Double
    /// The simCLR objective (20) of `[image][dimension]` anchors and positives.
    var simCLR: @Sendable ([[Double]], [[Double]], Similarity, Double) -> Double
    /// log C_β.
    var logNormaliser: @Sendable (NoiseFamily) throws -> Double
    /// The factor between h and the mean of p(z|h).
    var meanFactor: @Sendable (NoiseFamily) -> Double

    /// Fast settings for laws: seven digits, four in three dimensions, and errors that say so.
    static let settings: QuadratureSettings = {
        var settings = QuadratureSettings()
        settings.relativeTolerance = 1e-7
        settings.relativeToleranceOfRank3 = 1e-4
        return settings
    }()

    /// The library.
    static let reference = Subject(
        evaluate: { channel, shift in
            try Evaluation(
                channel, settings: settings, equations: ShiftedEquations(base: PaperEquations(), shift: shift))
        },
        variationalBound: { $0.bound(critic: $1) },
        simCLR: { anchors, positives, similarity, beta in
            simCLRObjective(
                anchors: Subject.matrix(anchors), positives: Subject.matrix(positives), similarity: similarity,
                beta: beta
            ).value.scalars[0]
        },
        logNormaliser: { $0.logNormaliser() },
        meanFactor: { $0.meanFactor })

    static func matrix(_ rows: [[Double]]) -> Variable<Double> {
        Variable(Tensor(shape: [rows.count, rows[0].count], scalars: rows.flatMap { $0 }))
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
