import AugmentationChannel
import Diagnostics
import Foundation

/// Two views V₁ = T₁(X), V₂ = T₂(X) of the same image, T₁ and T₂ drawn independently, and the variational bound (3) on
/// I(V₁;V₂).
///
/// Views are told apart by their embeddings: V is the distinct vector h(T(x)). As printed, (3) lacks the logarithm.
public struct ViewPairs: Sendable {
    /// P(v₁, v₂) = Σ_x p(x) P(v₁|x) P(v₂|x), `[view][view]`.
    public let joint: [[Double]]
    /// P(v), `[view]`; both views have the same distribution.
    public let marginal: [Double]
    /// The distinct embeddings in the coordinates of their span, `[view][coordinate]`.
    public let embeddings: [[Double]]
    /// P(v|x), `[image][view]`.
    public let conditional: [[Double]]
    /// p(x), `[image]`.
    public let prior: [Double]
    private let family: NoiseFamily

    /// The view pairs of a channel.
    public init(_ channel: FiniteChannel) {
        let reduced = ReducedChannel(channel)
        family = channel.family
        embeddings = reduced.means
        marginal = reduced.meanWeights
        prior = channel.prior
        let count = reduced.means.count
        let conditional = zip(reduced.ownMeans, reduced.ownWeights).map { means, weights in
            var row = [Double](repeating: 0, count: count)
            for (mean, weight) in zip(means, weights) { row[mean] = weight }
            return row
        }
        self.conditional = conditional
        joint = (0..<count).map { first in
            (0..<count).map { second in
                zip(channel.prior, conditional).reduce(0) { $0 + $1.0 * $1.1[first] * $1.1[second] }
            }
        }
    }

    /// I(V₁;V₂), exactly; in nats, never negative.
    public var information: Double {
        var sum = 0.0
        for (first, row) in joint.enumerated() {
            for (second, probability) in row.enumerated() where probability > 0 {
                sum += probability * log(probability / marginal[first] / marginal[second])
            }
        }
        return max(0, sum)
    }

    /// I(X;V): what a view says of its image; at most H(X), at least I(X;Z).
    public var informationOfOneView: Double {
        var sum = 0.0
        for (row, prior) in zip(conditional, prior) where prior > 0 {
            for (view, probability) in row.enumerated() where probability > 0 {
                sum += prior * probability * log(probability / marginal[view])
            }
        }
        return max(0, sum)
    }

    /// The right side of (3) with its logarithm: E log(e^f(V₁,V₂) / E_{V₁'} e^f(V₁',V₂)), for any critic.
    ///
    /// - Parameter critic: f, `[view][view]`, finite.
    /// - Returns: at most ``information``; equal for ``optimalCritic``.
    /// - Precondition: one row and column for each distinct view.
    public func bound(critic: [[Double]]) -> Double {
        let count = marginal.count
        require(
            critic.count == count && critic.allSatisfy { $0.count == count },
            "expected a critic of \(count) × \(count), found \(critic.map(\.count))")
        var sum = 0.0
        for second in 0..<count {
            let column = critic.map { $0[second] }
            let logMean = column.withUnsafeBufferPointer { scores in
                marginal.withUnsafeBufferPointer { unnormalizedLogMarginal(all: ScoreRow(scores), weights: $0) }
            }
            for first in 0..<count where joint[first][second] > 0 {
                sum += joint[first][second] * (column[first] - logMean)
            }
        }
        return sum
    }

    /// log P(v₁, v₂)/(P(v₁) P(v₂)), in nats; −746, whose exponential is rounded to zero, where the pair does not occur.
    public var optimalCritic: [[Double]] {
        joint.enumerated().map { first, row in
            row.enumerated().map { second, probability in
                probability > 0 ? log(probability / marginal[first] / marginal[second]) : -746
            }
        }
    }

    /// f(v₁, v₂) = βS(h(v₁), h(v₂)), the critic of contrastive learning.
    public func similarityCritic(beta: Double) -> [[Double]] {
        embeddings.map { first in embeddings.map { family.similarity.score(first, $0, beta: beta) } }
    }
}
