import Foundation
import PropertyTesting
import Proposition1

extension Law {
    /// The bias of (19) and (20) over finite batches.
    static let biases: [Law] = [leadingBias, sampledAverages]

    /// The equations whose bias is looked at.
    private static let equations: [SampledEquation] = [
        .equation20, .equation19(positives: 1), .equation19(positives: 2), .equation19(positives: 3),
    ]

    /// Codes as far apart as scores of a nat at most make them: for large scores the expansion in 1/N begins to hold late.
    private static let shape = ChannelShape(images: 2...2, views: 1...2, betas: 0.1...0.7)

    private static func spaced(_ channel: FiniteChannel) throws -> FiniteChannel {
        // Gaussian codes come some standard deviations apart, and their scores square that.
        channel.family.kind == .gaussian ? try channel.with(beta: channel.family.beta / 32) : channel
    }

    /// N·(E − (17)) = bias + c₁/N + c₂/N² + …, with E from enumeration of all batches. From N, 2N, 4N and 8N Richardson's
    /// extrapolation removes c₁, c₂ and c₃; twice what the removal of c₂ changed is the tolerance. Nothing is drawn.
    static let leadingBias = Law.channels(
        "the bias of (19) and (20) is its leading term over N", shape, labels: biasLabels,
        cases: Cases(thorough: 30, brief: 4), hasRegressions: false
    ) { subject, channel, trial in
        let channel = try spaced(channel)
        let limit = naiveMeanApproximation(channel, factor: 1)
        let batches = BatchEnumeration(channel)
        for positives in Set(equations.map(\.positives)).sorted() {
            var column = [4, 8, 16, 32].map { count in
                Double(count) * (batches.expectation(images: count, positives: positives) - limit)
            }
            var changes: [Double] = []
            for order in 1...3 {
                let factor = Double(1 << order)
                let next = zip(column.dropFirst(), column).map { (factor * $0 - $1) / (factor - 1) }
                changes.append((next[next.count - 1] - column[column.count - 1]).magnitude)
                column = next
            }
            // The enumeration is right to some ulps of a nat, which N and the extrapolation magnify.
            let tolerance = 2 * changes[1] + 1e-10
            for equation in equations where equation.positives == positives {
                trial.useful(tolerance: tolerance, atMost: 0.03 * column[0].magnitude + 1e-3, "the rest of \(equation)")
                trial.equal(subject.bias(channel, equation), column[0], within: tolerance, "the bias of \(equation)")
            }
        }
    }

    /// Averages over drawn batches are within five standard errors of their expectation over all batches of two images:
    /// by chance one in 1.7 million is not, where the average is normal, as it is over thousands of batches.
    static let sampledAverages = Law.over(
        "averages of (19) and (20) over batches have the expectation of all batches"
    ) { subject, _ in
        let channels = try [
            manyImages(prior: [Double](repeating: 1, count: 16)),
            manyImages(prior: [135] + [Double](repeating: 1, count: 15)),
        ]
        return Property("averages", .element(of: channels), cases: 1) { value, trial in
            for equation in [SampledEquation.equation20, .equation19(positives: 2)] {
                let average = try subject.average(value.channel, equation, Batches(images: 2, count: 4000, seed: 20))
                let expected = expectationOverPairs(value.channel, positives: equation.positives)
                trial.useful(tolerance: average.standardError, atMost: 0.02, "the standard error of \(equation)")
                trial.equal(
                    average.mean, expected, within: 5 * average.standardError + 1e-13, "the average of \(equation)")
            }
        }.examples(channels)
    }

    /// Sixteen images that a batch of two is far too small for: (20) is log 2 at most, its limit nearly log 16 where the
    /// images are equally likely. Where one image has nine tenths of the prior most batches show it twice.
    private static func manyImages(prior: [Double]) throws -> RandomChannel {
        let total = prior.reduce(0, +)
        let codes = (0..<16).map { image -> [[Double]] in
            let plain = (0..<16).map { $0 == image ? 1.0 : 0 }
            let turned = (0..<16).map { $0 == image ? 0.6 : $0 == (image + 5) % 16 ? 0.8 : 0 }
            return [plain, turned]
        }
        return RandomChannel(
            channel: try FiniteChannel(
                family: NoiseFamily(kind: .vonMisesFisher, dimension: 16, beta: 8), prior: prior.map { $0 / total },
                augmentation: [[Double]](repeating: [0.95, 0.05], count: 16), encoder: codes))
    }
}

/// The exact expectation of (19) over batches of two images, and of (20) for one positive: a sum over the anchor's image, its
/// views, the other image and its views.
private func expectationOverPairs(_ channel: FiniteChannel, positives: Int) -> Double {
    /// Every choice of Ñ views of an image, with its probability.
    func choices(_ image: Int) -> [(codes: [[Double]], probability: Double)] {
        (0..<positives).reduce([(codes: [], probability: 1)]) { choices, _ in
            choices.flatMap { choice in
                zip(channel.encoder[image], channel.augmentation[image]).map {
                    (codes: choice.codes + [$0], probability: choice.probability * $1)
                }
            }
        }
    }
    let ofImages = (0..<channel.images).map(choices)
    var expectation = 0.0
    for image in 0..<channel.images {
        for (anchor, ofAnchor) in zip(channel.encoder[image], channel.augmentation[image]) {
            // The scores of each image's choices: their sum, and that of their exponentials.
            let scored = ofImages.map { choices in
                choices.map { choice in
                    let scores = choice.codes.map { code in
                        channel.family.beta * zip(anchor, code).reduce(0) { $0 + $1.0 * $1.1 }
                    }
                    return (
                        mean: scores.reduce(0, +) / Double(positives), sum: scores.reduce(0) { $0 + exp($1) },
                        probability: choice.probability
                    )
                }
            }
            for own in scored[image] {
                for other in 0..<channel.images {
                    for negatives in scored[other] {
                        expectation +=
                            channel.prior[image] * ofAnchor * own.probability * channel.prior[other]
                            * negatives.probability
                            * (own.mean - log((own.sum + negatives.sum) / Double(2 * positives)))
                    }
                }
            }
        }
    }
    return expectation
}

private let biasLabels: [String: Double] = ["vonMisesFisher": 0.2, "gaussian": 0.2, "a probability of 0": 0.05]
