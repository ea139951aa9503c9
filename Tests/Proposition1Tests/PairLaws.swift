import Foundation
import PropertyTesting
import Proposition1

/// Two views, by their codes.
private struct CodePair: Hashable {
    let first: [Double]
    let second: [Double]
}

/// I(X;V) and I(V₁;V₂) by counting codes: sums of entropies, H(X) + H(V) − H(X, V) and 2 H(V) − H(V₁, V₂).
func countedInformation(_ channel: FiniteChannel) -> (ofOneView: Double, ofPairs: Double) {
    var views: [[Double]: Double] = [:]
    var pairs: [CodePair: Double] = [:]
    var entropyOfViewGivenImage = 0.0
    for (prior, codes) in zip(channel.prior, channel.occurringCodes) {
        var own: [[Double]: Double] = [:]
        for (code, probability) in codes { own[code, default: 0] += probability }
        for (first, probability) in own {
            views[first, default: 0] += prior * probability
            for (second, other) in own {
                pairs[CodePair(first: first, second: second), default: 0] += prior * probability * other
            }
        }
        entropyOfViewGivenImage += prior * entropy(own.values.sorted())
    }
    return (
        entropy(views.values.sorted()) - entropyOfViewGivenImage,
        2 * entropy(views.values.sorted()) - entropy(pairs.values.sorted())
    )
}

/// (3) for a critic by loops: the mean of f over pairs less that of the logarithm of E e^f over the first view, whatever the
/// second one is; or a faulty form of it.
func variationalBoundByLoops(
    _ pairs: ViewPairs, _ critic: [[Double]], isOverFirstView: Bool = true, hasLogarithm: Bool = true
) -> Double {
    var sum = 0.0
    for first in pairs.marginal.indices {
        for second in pairs.marginal.indices {
            let mean = pairs.marginal.indices.reduce(0) {
                $0 + pairs.marginal[$1] * exp(isOverFirstView ? critic[$1][second] : critic[first][$1])
            }
            let ratio = exp(critic[first][second]) / mean
            sum += pairs.joint[first][second] * (hasLogarithm ? log(ratio) : ratio)
        }
    }
    return sum
}

extension Law {
    /// Two views of an image.
    static let pairs: [Law] = [counting, dataProcessing, variationalBound]

    static let counting = Law.channels(
        "I(X;V) and I(V₁;V₂) are those of counted codes", ChannelShape(newAndSharedCodes: [1, 1]),
        cases: Cases(thorough: 200, brief: 100)
    ) { subject, channel, trial in
        let pairs = try subject.viewPairs(channel)
        let expected = countedInformation(channel)
        trial.equal(pairs.informationOfOneView, expected.ofOneView, within: 1e-13, "I(X;V)")
        trial.equal(pairs.information, expected.ofPairs, within: 1e-13, "I(V₁;V₂)")
    }

    static let dataProcessing = Law.channels("data processing: I(X;Z) ≤ I(X;V)") { subject, channel, trial in
        let information = try subject.evaluate(channel, trial).informationByEquation2
        trial.atMost(
            information.value, try subject.viewPairs(channel).informationOfOneView, within: information.error + 1e-13,
            "I(X;Z)")
    }

    static let variationalBound = Law.channels("the variational bound (3) never exceeds I(V₁;V₂)") {
        subject, channel, trial in
        let pairs = try subject.viewPairs(channel)
        for beta in [0.3, 1, 3.0] {
            let bound = subject.variationalBound(pairs, pairs.similarityCritic(beta: beta))
            trial.atMost(bound, pairs.information, within: 1e-12, "(3) for βS with β = \(beta)")
        }
        let mixed = zip(pairs.optimalCritic, pairs.similarityCritic(beta: 1)).map {
            zip($0, $1).map { $0 / 2 + $1 }
        }
        trial.atMost(
            subject.variationalBound(pairs, mixed), pairs.information, within: 1e-12, "(3), another critic")
        // Not symmetric, so that it matters which view the mean is over; of a few nats, as scores of Gaussian codes are.
        let beta = channel.family.kind == .gaussian ? channel.family.beta : 1
        let lopsided = pairs.similarityCritic(beta: beta).enumerated().map { first, row in
            row.enumerated().map { second, score in max(-50, score) + Double(first * second + first) / 4 }
        }
        let bound = subject.variationalBound(pairs, lopsided)
        trial.atMost(bound, pairs.information, within: 1e-12, "(3), a lopsided critic")
        trial.equal(bound, variationalBoundByLoops(pairs, lopsided), within: 1e-12, "(3) by loops")
        trial.equal(
            subject.variationalBound(pairs, pairs.optimalCritic), pairs.information, within: 1e-12,
            "(3) at the optimal critic")
        trial.atMost(pairs.information, pairs.informationOfOneView, within: 1e-12, "I(V₁;V₂) ≤ I(X;V)")
    }
}
