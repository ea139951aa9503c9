import AugmentationChannel
import Autodiff
import Diagnostics
import Foundation
import Tensors

/// (19) and (20) on samples that are drawn from a channel, with the functions that train the networks.
///
/// N images x_i are drawn from p(x); for each one an anchor T_i and Ñ positives T'_k from P(T|x_i). The denominators use
/// M views T'_j(x_j): of the drawn images themselves for M = N.
public struct SampledObjectives: Sendable {
    private let channel: FiniteChannel
    private let images: CumulativeWeights
    /// Of each image.
    private let views: [CumulativeWeights]

    /// Sampling from `channel`.
    public init(_ channel: FiniteChannel) {
        self.channel = channel
        images = CumulativeWeights(channel.prior)
        views = channel.augmentation.map { CumulativeWeights($0) }
    }

    /// Means over independent batches.
    public struct Average: Sendable, Equatable {
        /// The mean over the batches, in nats.
        public let mean: Double
        /// Its standard error.
        public let standardError: Double

        /// An average that was made elsewhere: for the mutation tests.
        package init(mean: Double, standardError: Double) {
            (self.mean, self.standardError) = (mean, standardError)
        }
    }

    /// The simCLR objective (20) with N images a batch, averaged over `batches`.
    ///
    /// Its expectation tends to (17) like 1/N. The positive itself is one of the N terms in the denominator.
    ///
    /// - Parameters:
    ///   - images: N ≥ 1.
    ///   - batches: how many batches are averaged, at least 2.
    ///   - generator: the source of randomness.
    public func simCLR<Generator: RandomNumberGenerator>(
        images: Int, batches: Int, using generator: inout Generator
    ) -> Average {
        average(batches) {
            let drawn = draw(images, views: 2, using: &generator)
            return simCLRObjective(
                anchors: matrix(drawn.map { $0[0] }), positives: matrix(drawn.map { $0[1] }),
                similarity: channel.family.similarity, beta: channel.family.beta
            ).value.scalars[0]
        }
    }

    /// The objective (19) with N images, Ñ positives each, and M = N·Ñ terms in the denominator: all positives.
    ///
    /// - Parameters:
    ///   - images: N ≥ 1.
    ///   - positives: Ñ ≥ 1.
    ///   - batches: how many batches are averaged, at least 2.
    ///   - generator: the source of randomness.
    public func sampled<Generator: RandomNumberGenerator>(
        images: Int, positives: Int, batches: Int, using generator: inout Generator
    ) -> Average {
        average(batches) {
            let drawn = draw(images, views: 1 + positives, using: &generator)
            let others = drawn.flatMap { $0.dropFirst() }
            let count = images * positives
            return sampledObjective(
                anchors: matrix(drawn.map { $0[0] }),
                positives: matrix(others).reshaped([images, positives, channel.family.dimension]),
                positiveWeights: Variable(Tensor(shape: [images, positives], repeating: 1 / Double(positives))),
                negatives: matrix(others),
                negativeWeights: Variable(Tensor(shape: [count], repeating: 1 / Double(count))),
                similarity: channel.family.similarity, beta: channel.family.beta
            ).value.scalars[0]
        }
    }

    /// The leading term of the bias of (20), in nats: E (20) − (17) ≈ bias / N.
    public var simCLRBias: Double { bias(positives: 1) }

    /// The leading term of the bias of (19) with Ñ ≥ 1 positives an image and all of them in the denominator, in nats:
    /// E (19) − (17) ≈ bias / N.
    ///
    /// The denominator at an anchor is an average Y over N images, of which one, the anchor's own, is certain to be there.
    /// E log Y ≈ log μ + (ν − μ)/(Nμ) − σ²/(2Nμ²), with μ the mean of a term of any image, ν that of the anchor's own, and
    /// σ² the variance of an image's average of Ñ terms: between the images' means, plus 1/Ñ of that within an image.
    public func bias(positives: Int) -> Double {
        let beta = channel.family.beta
        var bias = 0.0
        for image in 0..<channel.images {
            for view in 0..<channel.views {
                let weight = channel.prior[image] * channel.augmentation[image][view]
                guard weight > 0 else { continue }
                let anchor = channel.encoder[image][view]
                // The bias has degree 0 in the terms: divided by the largest, they cannot overflow.
                let scores = channel.encoder.map { $0.map { channel.family.similarity.score(anchor, $0, beta: beta) } }
                let largest = scores.joined().max() ?? 0
                var mean = 0.0
                var squareOfMeans = 0.0
                var within = 0.0
                var own = 0.0
                for other in 0..<channel.images {
                    var ofImage = 0.0
                    var square = 0.0
                    for (probability, score) in zip(channel.augmentation[other], scores[other]) {
                        let term = exp(score - largest)
                        ofImage += probability * term
                        square += probability * term * term
                    }
                    mean += channel.prior[other] * ofImage
                    squareOfMeans += channel.prior[other] * ofImage * ofImage
                    within += channel.prior[other] * (square - ofImage * ofImage)
                    if other == image { own = ofImage }
                }
                let variance = squareOfMeans - mean * mean + within / Double(positives)
                // One after the other: the square of a small mean is 0.
                bias -= weight * (own / mean - 1 - variance / mean / (2 * mean))
            }
        }
        return bias
    }

    /// `[image][view]` embeddings of drawn images.
    private func draw<Generator: RandomNumberGenerator>(
        _ images: Int, views: Int, using generator: inout Generator
    ) -> [[[Double]]] {
        (0..<images).map { _ in
            let image = self.images.index(atShare: generator.unitInterval())
            return (0..<views).map { _ in
                channel.encoder[image][self.views[image].index(atShare: generator.unitInterval())]
            }
        }
    }

    private func matrix(_ vectors: [[Double]]) -> Variable<Double> {
        Variable(Tensor(shape: [vectors.count, channel.family.dimension], scalars: vectors.flatMap { $0 }))
    }

    private func average(_ batches: Int, _ batch: () -> Double) -> Average {
        require(batches >= 2, "expected two batches or more, found \(batches)")
        let statistics = SampleStatistics((0..<batches).map { _ in batch() })
        return Average(mean: statistics.mean, standardError: statistics.standardError)
    }
}
