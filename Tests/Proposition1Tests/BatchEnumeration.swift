import Diagnostics
import Foundation
import Proposition1

/// The exact expectations of (19) and (20) over batches, by enumerating the batches of a channel of two images and two
/// views at most.
///
/// Of the N images of a batch one is the anchor's; of the N − 1 others a binomial number shows the first image, and of
/// each image's views, Ñ for each of its occurrences, a binomial number is the first one. That is all that a denominator
/// depends on.
struct BatchEnumeration {
    private let channel: FiniteChannel
    private let prior: [Double]
    /// P(first view|image).
    private let first: [Double]

    /// - Precondition: two images and two views at most.
    init(_ channel: FiniteChannel) {
        require(channel.images <= 2 && channel.views <= 2, "expected at most two images and views of a channel")
        self.channel = channel
        prior = channel.prior + (channel.images == 1 ? [0] : [])
        first = channel.augmentation.map { $0[0] } + (channel.images == 1 ? [1] : [])
    }

    /// E (19) with N images, Ñ positives for each anchor and all of them in the denominator; (20) for Ñ = 1.
    func expectation(images count: Int, positives: Int) -> Double {
        var total = 0.0
        for image in 0..<channel.images {
            for view in 0..<channel.views {
                let weight = channel.prior[image] * channel.augmentation[image][view]
                guard weight > 0 else { continue }
                let scores = channel.encoder.map { codes in
                    (codes + (codes.count == 1 ? codes : [])).map { score(channel.encoder[image][view], $0) }
                }
                let own = scores[image]
                let positive = first[image] * own[0] + (1 - first[image]) * own[1]
                total += weight * (positive - logOfMean(scores, image: image, count: count, positives: positives))
            }
        }
        return total
    }

    /// E log of the mean of e^s over the N·Ñ positives of a batch.
    private func logOfMean(_ scores: [[Double]], image: Int, count: Int, positives: Int) -> Double {
        let greatest = scores.joined().max() ?? 0
        let terms = (scores + (scores.count == 1 ? scores : [])).map { $0.map { exp($0 - greatest) } }
        /// The probabilities of sums of e^s over `number` views of an image.
        func sums(_ image: Int, _ number: Int) -> [(sum: Double, probability: Double)] {
            binomial(number, first[image]).map { successes, probability in
                (
                    Double(successes) * terms[image][0] + Double(number - successes) * terms[image][1],
                    probability
                )
            }
        }
        let own = sums(image, positives)
        var expectation = 0.0
        for (occurrences, probability) in binomial(count - 1, prior[0]) {
            let ofSecond = sums(1, (count - 1 - occurrences) * positives)
            for (left, leftProbability) in sums(0, occurrences * positives) {
                for (right, rightProbability) in ofSecond {
                    let others = probability * leftProbability * rightProbability
                    for (sum, ownProbability) in own where others > 1e-20 {
                        expectation += others * ownProbability * log(sum + left + right)
                    }
                }
            }
        }
        return expectation + greatest - log(Double(count * positives))
    }

    /// The numbers of successes in `trials` with their probabilities; those below 1e-20 are left out.
    private func binomial(_ trials: Int, _ success: Double) -> [(successes: Int, probability: Double)] {
        if success <= 0 || trials == 0 { return [(0, 1)] }
        if success >= 1 { return [(trials, 1)] }
        return (0...trials).map { successes in
            let (taken, left) = (Double(successes), Double(trials - successes))
            let logChoices = lgamma(Double(trials) + 1) - lgamma(taken + 1) - lgamma(left + 1)
            return (successes, exp(logChoices + taken * log(success) + left * log1p(-success)))
        }.filter { $0.probability > 1e-20 }
    }

    private func score(_ z: [Double], _ h: [Double]) -> Double {
        switch channel.family.kind {
        case .vonMisesFisher: channel.family.beta * zip(z, h).reduce(0) { $0 + $1.0 * $1.1 }
        case .gaussian: -channel.family.beta * squaredDistance(z, h) / 2
        }
    }
}
