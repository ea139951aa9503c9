import AugmentationChannel

/// The equations that an evaluation integrates, one requirement each.
///
/// There is one conformance, ``PaperEquations``, and it only calls `AugmentationChannel`, where each equation is written
/// once for quadrature and training. The protocol exists for the mutation tests, which replace one equation by a wrong
/// one and require the property suite to notice.
package protocol Equations: Sendable {
    /// βS(z, h).
    func score(
        _ similarity: Similarity, _ z: UnsafeBufferPointer<Double>, _ h: UnsafeBufferPointer<Double>, beta: Double
    ) -> Double
    /// log p(z|x) − log C_β, line (6).
    func logConditional(own: ScoreRow<Double>, weights: UnsafeBufferPointer<Double>) -> Double
    /// The lower bound of it by Jensen's inequality, line (10).
    func jensenLogConditional(own: ScoreRow<Double>, weights: UnsafeBufferPointer<Double>) -> Double
    /// log p(z) − log C_β, line (12).
    func logMarginal(all: ScoreRow<Double>, weights: UnsafeBufferPointer<Double>) -> Double
    /// The difference of a conditional and the marginal: the integrands of (2) and (16).
    func pointwise(conditional: Double, marginal: Double) -> Double
    /// log C_β.
    func logNormaliser(_ family: NoiseFamily) -> Double
    /// The factor between h and the mean of p(z|h).
    func meanFactor(_ family: NoiseFamily) -> Double
    /// The integrand of the Jensen gap with the two ends of Liao and Berg's bound.
    func jensenGap(own: ScoreRow<Double>, weights: UnsafeBufferPointer<Double>) -> JensenGapIntegrand
}

/// The paper's equations.
package struct PaperEquations: Equations {
    package init() {}
}

extension Equations {
    package func score(
        _ similarity: Similarity, _ z: UnsafeBufferPointer<Double>, _ h: UnsafeBufferPointer<Double>, beta: Double
    ) -> Double {
        similarity.score(z, h, beta: beta)
    }

    /// βS of one z with one h, in nats, of equal dimensions.
    func score(_ similarity: Similarity, _ z: [Double], _ h: [Double], beta: Double) -> Double {
        z.withUnsafeBufferPointer { z in h.withUnsafeBufferPointer { score(similarity, z, $0, beta: beta) } }
    }

    package func logConditional(own: ScoreRow<Double>, weights: UnsafeBufferPointer<Double>) -> Double {
        unnormalizedLogConditional(own: own, weights: weights)
    }

    package func jensenLogConditional(own: ScoreRow<Double>, weights: UnsafeBufferPointer<Double>) -> Double {
        AugmentationChannel.jensenLogConditional(own: own, weights: weights)
    }

    package func logMarginal(all: ScoreRow<Double>, weights: UnsafeBufferPointer<Double>) -> Double {
        unnormalizedLogMarginal(all: all, weights: weights)
    }

    package func pointwise(conditional: Double, marginal: Double) -> Double {
        ScoreRow<Double>.difference(conditional, marginal)
    }

    package func logNormaliser(_ family: NoiseFamily) -> Double { family.logNormaliser() }

    package func meanFactor(_ family: NoiseFamily) -> Double { family.meanFactor }

    package func jensenGap(own: ScoreRow<Double>, weights: UnsafeBufferPointer<Double>) -> JensenGapIntegrand {
        JensenGapIntegrand(own: own, weights: weights)
    }
}
