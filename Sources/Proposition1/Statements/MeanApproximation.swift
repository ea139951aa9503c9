import AugmentationChannel

/// (17): the outer expectation over Z is replaced by one over the means h(T(X)), in the integrand of (16).
struct MeanApproximation<E: Equations> {
    private let channel: FiniteChannel
    private let equations: E

    init(_ channel: FiniteChannel, _ equations: E) {
        self.channel = channel
        self.equations = equations
    }

    /// E_{X,T}[E_{T'|X} βS(z, h(T'(X))) − log E exp βS(z, h(T''(X̃)))] at z = `meanFactor` · h(T(X)).
    ///
    /// With a factor of 1 it is the paper's (17); with A_d(β) on the sphere, z is the mean of p(z|T(x)) indeed.
    func value(meanFactor: Double) -> Double {
        let beta = channel.family.beta
        let embeddings = channel.encoder.flatMap { $0 }
        let weights = channel.viewProbabilities
        var total = 0.0
        for image in 0..<channel.images {
            let own = channel.augmentation[image]
            for view in 0..<channel.views where own[view] * channel.prior[image] > 0 {
                let z = channel.encoder[image][view].map { meanFactor * $0 }
                let scores = embeddings.map { equations.score(channel.family.similarity, z, $0, beta: beta) }
                let ownScores = Array(scores[image * channel.views..<(image + 1) * channel.views])
                let value = equations.pointwise(
                    conditional: reduce(ownScores, own, equations.jensenLogConditional),
                    marginal: reduce(scores, weights, equations.logMarginal))
                total += channel.prior[image] * own[view] * value
            }
        }
        return total
    }

    private func reduce(
        _ scores: [Double], _ weights: [Double],
        _ equation: (ScoreRow<Double>, UnsafeBufferPointer<Double>) -> Double
    ) -> Double {
        scores.withUnsafeBufferPointer { scores in
            weights.withUnsafeBufferPointer { equation(ScoreRow(scores), $0) }
        }
    }
}
