import AugmentationChannel
import Foundation
import GSLNumerics
import PropertyTesting
import Proposition1
import Testing

/// A law of Proposition 1 over random channels, to be checked on the library and on every mutant.
struct Law: Sendable, CustomTestStringConvertible {
    /// What a law over channels says about one of them.
    typealias OfChannel = @Sendable (Subject, FiniteChannel, Trial) throws -> Void

    let name: String
    let check: @Sendable (_ subject: Subject, _ cases: Int, _ shrinkRuns: Int) throws -> Void
    /// What it says of one channel; absent in laws over samples.
    var ofChannel: OfChannel?
    var testDescription: String { name }

    /// A law over channels. Errors of the quadrature are the tolerance; `law` compares.
    static func channels(
        _ name: String, _ shape: ChannelShape = ChannelShape(), labels: [String: Double] = channelLabels,
        _ law: @escaping OfChannel
    ) -> Law {
        let check: @Sendable (Subject, Int, Int) throws -> Void = { subject, cases, shrinkRuns in
            let property = Property(name, Generator<RandomChannel>.channel(shape), cases: cases) { value, trial in
                trial.label(value.channel)
                try law(subject, value.channel, trial)
            }
            // With a handful of cases, as for mutants, shares say nothing.
            let required = cases >= 100 ? labels : [:]
            let regressions = cases >= 100 ? RegressionChannels.all.filter { shape.accepts($0.channel) } : []
            try property.requiring(required).examples(regressions).shrinking(runs: shrinkRuns)
                .check(function: "everyLawHolds()")
        }
        return Law(name: name, check: check, ofChannel: law)
    }

    /// Every law.
    static let all: [Law] =
        routes + bounds + symmetries + shapes + entropies + approximations + samples
        + [goldenValues, inThreeDimensions]

    /// Every law about one evaluation, on channels that span three dimensions, evaluated once for all of them.
    static let inThreeDimensions = Law.channels(
        "three dimensions: the laws of one channel", .spatial, labels: spatialLabels
    ) { subject, channel, trial in
        let evaluation = try subject.evaluate(channel, 0)
        var known = subject
        known.evaluate = { other, shift in
            other == channel && shift == 0 ? evaluation : try subject.evaluate(other, shift)
        }
        let needMore = ["adding a constant to S changes nothing"]
        for law in routes + bounds + entropies + approximations where !needMore.contains(law.name) {
            try law.ofChannel?(known, channel, trial)
        }
    }
}

private func squaredDistance(_ left: [Double], _ right: [Double]) -> Double {
    let differences = zip(left, right).map { $0 - $1 }
    return differences.reduce(0.0) { $0 + $1 * $1 }
}

extension FiniteChannel {
    /// Whether each image that occurs has one code, whatever view of it occurs.
    fileprivate var occurringCodesAreEqual: Bool {
        zip(encoder, zip(augmentation, prior)).allSatisfy { codes, image in
            let (row, prior) = image
            return prior == 0 || Set(zip(codes, row).filter { $0.1 > 0 }.map { $0.0.map { $0 + 0 } }).count == 1
        }
    }
}

extension Trial {
    /// Requires two estimates to agree within their errors.
    func agree(_ left: Estimate, _ right: Estimate, _ what: @autoclosure () -> String) {
        equal(left.value, right.value, within: left.error + right.error, what())
    }
}

extension Law {
    /// Proposition 1 itself.
    static let routes: [Law] = [
        .channels("(2) is the definition") { subject, channel, trial in
            let evaluation = try subject.evaluate(channel, 0)
            trial.agree(evaluation.informationByDefinition, evaluation.informationByEquation2, "definition = (2)")
            trial.agree(evaluation.meanPointwiseInformation, evaluation.informationByEquation2, "E[integrand of (2)]")
            // An error bound that is no use would let everything agree.
            let useful = channel.family.dimension > 2 ? 1e-3 : 1e-6
            trial.atMost(
                evaluation.informationByEquation2.error, useful * evaluation.informationByEquation2.value + 1e-12,
                within: 0, "error of (2)")
        },
        .channels("H(Z) − H(Z|X) = I(X;Z)") { subject, channel, trial in
            let evaluation = try subject.evaluate(channel, 0)
            trial.agree(
                evaluation.entropyZ - evaluation.entropyZGivenX, evaluation.informationByEquation2, "H(Z) − H(Z|X)")
            trial.agree(
                evaluation.numerator - evaluation.denominator, evaluation.informationByEquation2,
                "numerator − denominator")
        },
        .channels("adding a constant to S changes nothing") { subject, channel, trial in
            let plain = try subject.evaluate(channel, 0)
            let shifted = try subject.evaluate(channel, 3.5)
            // Rounding of scores that are larger by 3.5.
            let slack = 1e-13
            trial.equal(
                plain.informationByEquation2.value, shifted.informationByEquation2.value,
                within: plain.informationByEquation2.error + shifted.informationByEquation2.error + slack, "I by (2)")
            trial.equal(
                plain.entropyZ.value, shifted.entropyZ.value,
                within: plain.entropyZ.error + shifted.entropyZ.error + slack, "H(Z)")
            trial.equal(
                plain.jensenGap.value, shifted.jensenGap.value,
                within: plain.jensenGap.error + shifted.jensenGap.error + slack, "gap")
        },
    ]

    /// Inequalities.
    static let bounds: [Law] = [
        .channels("0 ≤ I(X;Z) ≤ H(X)") { subject, channel, trial in
            let evaluation = try subject.evaluate(channel, 0)
            for information in [evaluation.informationByDefinition, evaluation.informationByEquation2] {
                trial.atMost(0, information.value, within: information.error, "0 ≤ I")
                trial.atMost(information.value, evaluation.entropyX, within: information.error + 1e-14, "I ≤ H(X)")
            }
            let entropy = channel.prior.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
            trial.equal(evaluation.entropyX, entropy, within: 1e-14, "H(X)")
        },
        .channels("data processing: I(X;Z) ≤ I(X;V)") { subject, channel, trial in
            let information = try subject.evaluate(channel, 0).informationByEquation2
            trial.atMost(
                information.value, ViewPairs(channel).informationOfOneView, within: information.error + 1e-13, "I(X;Z)")
        },
        .channels("Jensen: I(X;Z) = (16) + gap, gap ≥ 0") { subject, channel, trial in
            let evaluation = try subject.evaluate(channel, 0)
            let information = evaluation.informationByEquation2
            trial.agree(evaluation.jensenBound + evaluation.jensenGap, information, "(16) + gap = I")
            trial.atMost(evaluation.jensenBound.value, information.value, within: information.error, "(16) ≤ I")
            trial.atMost(0, evaluation.jensenGap.value, within: evaluation.jensenGap.error, "0 ≤ gap")
        },
        .channels("Jensen is tight for invariant encoders and only then") { subject, channel, trial in
            let evaluation = try subject.evaluate(channel, 0)
            // Largest squared distances: between two codes of an image that occur, and of any code from the first.
            var spread = 0.0
            var extent = 0.0
            for image in 0..<channel.images where channel.prior[image] > 0 {
                let codes = zip(channel.encoder[image], channel.augmentation[image]).filter { $0.1 > 0 }.map(\.0)
                for code in codes {
                    spread = max(spread, squaredDistance(code, codes[0]))
                    extent = max(extent, squaredDistance(code, channel.encoder[0][0]))
                }
            }
            let isInvariant = spread == 0 && channel.occurringCodesAreEqual
            trial.label("invariant", if: isInvariant)
            trial.label("not invariant", if: !isInvariant)
            // The gap is about β times the squared distance: below the smallest double, or below an ulp of the others'.
            let isBeyondDoubles = spread * channel.family.beta < 1e-290 || spread < 1e-26 * extent
            if !isInvariant && isBeyondDoubles {
                trial.atMost(0, evaluation.jensenGap.value, within: 0, "gap of codes that are almost one")
            } else if isInvariant {
                trial.equal(evaluation.jensenGap.value, 0, within: evaluation.jensenGap.error, "gap of one code")
            } else {
                trial.holds(evaluation.jensenGap.value > 0, "gap of several codes is \(evaluation.jensenGap)")
            }
        },
        .channels("Liao and Berg's interval holds the gap and I(X;Z)") { subject, channel, trial in
            let evaluation = try subject.evaluate(channel, 0)
            let gap = evaluation.jensenGap
            trial.atMost(
                evaluation.jensenGapLowerEnd.value, gap.value, within: gap.error + evaluation.jensenGapLowerEnd.error,
                "lower end ≤ gap")
            trial.atMost(
                gap.value, evaluation.jensenGapUpperEnd.value, within: gap.error + evaluation.jensenGapUpperEnd.error,
                "gap ≤ upper end")
            let interval = evaluation.liaoBergInterval
            let information = evaluation.informationByDefinition
            trial.atMost(interval.lowerBound, information.value, within: information.error, "interval ≤ I")
            trial.atMost(information.value, interval.upperBound, within: information.error, "I ≤ interval")
        },
        .channels("I(X;Z) is at most that of a known view, and vanishes with β") { subject, channel, trial in
            let information = try subject.evaluate(channel, 0).informationByEquation2
            let family = channel.family
            let beta = family.beta
            let limit: Double
            switch family.kind {
            case .vonMisesFisher:
                // KL(von Mises–Fisher ‖ uniform) = βA_d(β) + log C_β − log C_0, about β²/2d.
                limit =
                    beta * VonMisesFisherConstants.meanResultantLength(dimension: family.dimension, beta: beta)
                    + (VonMisesFisherConstants.logNormaliser(dimension: family.dimension, beta: beta))
                    + VonMisesFisherConstants.logSurface(dimension: family.dimension)
            case .gaussian:
                // KL to the Gaussian around any point; here the origin.
                let squares = channel.encoder.map { $0.map { $0.reduce(0) { $0 + $1 * $1 } } }
                let mean = (0..<channel.images).reduce(0.0) { sum, image in
                    sum + channel.prior[image]
                        * zip(channel.augmentation[image], squares[image]).reduce(0) {
                            $0 + $1.0 * $1.1
                        }
                }
                limit = beta * mean / 2
            }
            trial.atMost(information.value, limit, within: information.error + 1e-12 * (1 + beta), "I ≤ KL")
        },
        .channels("the variational bound (3) never exceeds I(V₁;V₂)") {
            subject, channel, trial in
            let pairs = ViewPairs(channel)
            for beta in [0.3, 1, 3.0] {
                let bound = subject.variationalBound(pairs, pairs.similarityCritic(beta: beta))
                trial.atMost(bound, pairs.information, within: 1e-12, "(3) for βS with β = \(beta)")
            }
            let mixed = zip(pairs.optimalCritic, pairs.similarityCritic(beta: 1)).map {
                zip($0, $1).map { $0 / 2 + $1 }
            }
            trial.atMost(
                subject.variationalBound(pairs, mixed), pairs.information, within: 1e-12, "(3), another critic")
            trial.equal(
                subject.variationalBound(pairs, pairs.optimalCritic), pairs.information, within: 1e-12,
                "(3) at the optimal critic")
            trial.atMost(pairs.information, pairs.informationOfOneView, within: 1e-12, "I(V₁;V₂) ≤ I(X;V)")
        },
    ]
}
