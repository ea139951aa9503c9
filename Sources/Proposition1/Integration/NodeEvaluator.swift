import AugmentationChannel
import Foundation

/// Scores, conditionals and marginal at one z after the other, in buffers that are allocated once.
final class NodeEvaluator<E: Equations> {
    let channel: ReducedChannel
    let equations: E
    /// z in the r coordinates of the span.
    let point: UnsafeMutableBufferPointer<Double>
    /// log p(z|x_i) − log C_β, `[image]`.
    let conditionals: UnsafeMutableBufferPointer<Double>
    /// log p(z) − log C_β.
    private(set) var marginal = 0.0

    private let scores: UnsafeMutableBufferPointer<Double>
    private let means: UnsafeMutableBufferPointer<Double>
    private let allWeights: UnsafeMutableBufferPointer<Double>
    private let ownScores: UnsafeMutableBufferPointer<Double>
    private let ownWeights: UnsafeMutableBufferPointer<Double>
    private let ownIndices: [Int]
    /// Where each image's means begin in the own buffers, and after the last one where they end.
    private let offsets: [Int]
    private let similarity: Similarity

    init(_ channel: ReducedChannel, _ equations: E) {
        func buffer(_ values: [Double]) -> UnsafeMutableBufferPointer<Double> {
            let buffer = UnsafeMutableBufferPointer<Double>.allocate(capacity: values.count)
            _ = buffer.initialize(from: values)
            return buffer
        }
        self.channel = channel
        self.equations = equations
        similarity = channel.family.similarity
        point = buffer([Double](repeating: 0, count: channel.rank))
        conditionals = buffer([Double](repeating: 0, count: channel.prior.count))
        scores = buffer([Double](repeating: 0, count: channel.means.count))
        means = buffer(channel.means.flatMap { $0 })
        allWeights = buffer(channel.meanWeights)
        ownIndices = channel.ownMeans.flatMap { $0 }
        ownScores = buffer([Double](repeating: 0, count: ownIndices.count))
        ownWeights = buffer(channel.ownWeights.flatMap { $0 })
        offsets = channel.ownMeans.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    }

    deinit {
        for buffer in [point, conditionals, scores, means, allWeights, ownScores, ownWeights] {
            buffer.deallocate()
        }
    }

    /// βS(z, h) of the mean `index` at the point that was evaluated last.
    func score(ofMean index: Int) -> Double { scores[index] }

    /// Evaluates everything at ``point``.
    func evaluate() {
        let rank = channel.rank
        let z = UnsafeBufferPointer(point)
        for index in 0..<scores.count {
            let mean = UnsafeBufferPointer(rebasing: means[index * rank..<(index + 1) * rank])
            scores[index] = equations.score(similarity, z, mean, beta: channel.family.beta)
        }
        for index in 0..<ownScores.count { ownScores[index] = scores[ownIndices[index]] }
        marginal = equations.logMarginal(
            all: ScoreRow(UnsafeBufferPointer(scores)), weights: UnsafeBufferPointer(allWeights))
        for image in 0..<conditionals.count {
            let (own, weights) = self.own(image)
            guard weights.count > 0 else { continue }
            conditionals[image] = equations.logConditional(own: own, weights: weights)
        }
    }

    /// The Jensen gap of an image at the point that was evaluated last.
    func jensenGap(ofImage image: Int) -> JensenGapIntegrand {
        let (row, weights) = own(image)
        return equations.jensenGap(own: row, weights: weights)
    }

    /// The pointwise information of an image, the integrand of (2), at the point that was evaluated last.
    func pointwiseInformation(ofImage image: Int) -> Double {
        equations.pointwise(conditional: conditionals[image], marginal: marginal)
    }

    /// The integrand of (16).
    func jensenPointwiseInformation(ofImage image: Int) -> Double {
        let (row, weights) = own(image)
        return equations.pointwise(
            conditional: equations.jensenLogConditional(own: row, weights: weights), marginal: marginal)
    }

    private func own(_ image: Int) -> (ScoreRow<Double>, UnsafeBufferPointer<Double>) {
        let range = offsets[image]..<offsets[image + 1]
        return (
            ScoreRow(UnsafeBufferPointer(rebasing: ownScores[range])),
            UnsafeBufferPointer(rebasing: ownWeights[range])
        )
    }
}
