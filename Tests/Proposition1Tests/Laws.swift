import AugmentationChannel
import Foundation
import GSLNumerics
import PropertyTesting
import Proposition1

extension Law {
    /// Proposition 1 itself.
    static let routes: [Law] = [equation2, entropyDifference, constantInSimilarity]

    static let equation2 = Law.channels("(2) is the definition") { subject, channel, trial in
        let evaluation = try subject.evaluate(channel, trial)
        trial.agree(evaluation.informationByDefinition, evaluation.informationByEquation2, "definition = (2)")
        trial.agree(evaluation.meanPointwiseInformation, evaluation.informationByEquation2, "E[integrand of (2)]")
    }

    static let entropyDifference = Law.channels("H(Z) − H(Z|X) = I(X;Z)") { subject, channel, trial in
        let evaluation = try subject.evaluate(channel, trial)
        trial.agree(
            evaluation.entropyZ - evaluation.entropyZGivenX, evaluation.informationByEquation2, "H(Z) − H(Z|X)")
        trial.agree(
            evaluation.numerator - evaluation.denominator, evaluation.informationByEquation2,
            "numerator − denominator")
    }

    static let constantInSimilarity = Law.channels("adding a constant to S changes nothing") {
        subject, channel, trial in
        let plain = try subject.evaluate(channel, trial)
        let shifted = try subject.evaluate(channel, shift: 3.5, trial)
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
    }
}

extension Law {
    /// Inequalities.
    static let bounds: [Law] = [range, jensen, jensenIsTight, liaoBerg, knownView]

    static let range = Law.channels("0 ≤ I(X;Z) ≤ H(X)") { subject, channel, trial in
        let evaluation = try subject.evaluate(channel, trial)
        for information in [evaluation.informationByDefinition, evaluation.informationByEquation2] {
            trial.atMost(0, information.value, within: information.error, "0 ≤ I")
            trial.atMost(information.value, evaluation.entropyX, within: information.error + 1e-14, "I ≤ H(X)")
        }
        trial.equal(evaluation.entropyX, entropy(channel.prior), within: 1e-14, "H(X)")
    }

    static let jensen = Law.channels("Jensen: I(X;Z) = (16) + gap, gap ≥ 0") { subject, channel, trial in
        let evaluation = try subject.evaluate(channel, trial)
        let information = evaluation.informationByEquation2
        trial.agree(
            evaluation.meanJensenInformation + evaluation.jensenGap, information, "E[integrand of (16)] + gap = I")
        trial.agree(evaluation.meanJensenInformation, evaluation.jensenBound, "E[integrand of (16)] = (16)")
        trial.atMost(evaluation.jensenBound.value, information.value, within: information.error, "(16) ≤ I")
        trial.atMost(0, evaluation.jensenGap.value, within: evaluation.jensenGap.error, "0 ≤ gap")
    }

    static let jensenIsTight = Law.channels("Jensen is tight for invariant encoders and only then") {
        subject, channel, trial in
        let evaluation = try subject.evaluate(channel, trial)
        // Largest squared distances: between two codes of an image that occur, and of any code from the first.
        var spread = 0.0
        var extent = 0.0
        for codes in channel.occurringCodes.map({ $0.map(\.code) }) {
            for code in codes {
                spread = max(spread, squaredDistance(code, codes[0]))
                extent = max(extent, squaredDistance(code, channel.encoder[0][0]))
            }
        }
        let isInvariant = channel.occurringCodes.allSatisfy { Set($0.map(\.code)).count <= 1 }
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
    }

    static let liaoBerg = Law.channels("Liao and Berg's interval holds the gap and I(X;Z)") { subject, channel, trial in
        let evaluation = try subject.evaluate(channel, trial)
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
    }

    static let knownView = Law.channels(
        "I(X;Z) is at most that of a known view, and vanishes with β", cases: Cases(thorough: 200, brief: 120)
    ) {
        subject, channel, trial in
        let information = try subject.evaluate(channel, trial).informationByEquation2
        let family = channel.family
        let beta = family.beta
        let limit: Double
        switch family.kind {
        case .vonMisesFisher:
            // KL(von Mises–Fisher ‖ uniform) = βA_d(β) + log C_β − log C_0, about β²/2d.
            limit =
                beta * VonMisesFisherConstants.meanResultantLength(dimension: family.dimension, beta: beta)
                + VonMisesFisherConstants.logNormaliser(dimension: family.dimension, beta: beta)
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
    }
}
