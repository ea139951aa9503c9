import AugmentationChannel
import Foundation
import GSLNumerics
import PropertyTesting
import Proposition1
import Tensors

/// Requires two evaluations of what must be the same quantities to agree.
private func same(_ left: Evaluation, _ right: Evaluation, _ trial: Trial, _ what: String) {
    // Rounding of coordinates that were moved.
    let slack = Estimate(value: 0, error: 1e-11, kind: .roundingBound)
    trial.agree(left.informationByEquation2 + slack, right.informationByEquation2, "I, \(what)")
    trial.agree(left.informationByDefinition + slack, right.informationByDefinition, "I by definition, \(what)")
    trial.equal(
        left.jensenGap.value, right.jensenGap.value,
        within: left.jensenGap.error + right.jensenGap.error + 1e-11 * (1 + left.jensenGap.value), "gap, \(what)")
    trial.equal(
        left.meanApproximation, right.meanApproximation, within: 1e-11 * (1 + left.meanApproximation.magnitude),
        "(17), \(what)")
}

private func rebuilt(
    _ channel: FiniteChannel, family: NoiseFamily? = nil, prior: [Double]? = nil, augmentation: [[Double]]? = nil,
    encoder: [[[Double]]]? = nil
) throws -> FiniteChannel {
    try FiniteChannel(
        family: family ?? channel.family, prior: prior ?? channel.prior,
        augmentation: augmentation ?? channel.augmentation, encoder: encoder ?? channel.encoder)
}

/// A rotation that depends on the channel alone, so that shrinking stays deterministic.
private func rotationMatrix(_ channel: FiniteChannel) -> [Double] {
    let stream = UInt64(channel.images * 31 + channel.views * 7 + channel.family.dimension)
    var source = ChoiceSource(PhiloxGenerator(seed: 1, stream: stream))
    return Generator<[Double]>.orthogonalMatrix(dimension: channel.family.dimension).value(from: &source)
}

extension Law {
    /// Transformations that change nothing.
    static let symmetries: [Law] = [rotation, order, splitting, nullComponents, furtherDimensions]

    static let rotation = Law.channels("rotation of h changes nothing") { subject, channel, trial in
        let dimension = channel.family.dimension
        let matrix = rotationMatrix(channel)
        let rotated = channel.encoder.map { image in
            image.map { code in
                (0..<dimension).map { row in
                    (0..<dimension).reduce(0) { $0 + matrix[row * dimension + $1] * code[$1] }
                }
            }
        }
        same(
            try subject.evaluate(channel, trial), try subject.evaluate(rebuilt(channel, encoder: rotated), trial),
            trial,
            "rotated")
    }

    static let order = Law.channels("the order of images and views changes nothing") { subject, channel, trial in
        let permuted = try rebuilt(
            channel, prior: channel.prior.reversed(),
            augmentation: channel.augmentation.reversed().map { $0.reversed() },
            encoder: channel.encoder.reversed().map { $0.reversed() })
        same(try subject.evaluate(channel, trial), try subject.evaluate(permuted, trial), trial, "reversed")
    }

    static let splitting = Law.channels("splitting a view into two halves changes nothing") { subject, channel, trial in
        let split = try rebuilt(
            channel, augmentation: channel.augmentation.map { [$0[0] / 2] + $0.dropFirst() + [$0[0] / 2] },
            encoder: channel.encoder.map { $0 + [$0[0]] })
        same(try subject.evaluate(channel, trial), try subject.evaluate(split, trial), trial, "split")
    }

    static let nullComponents = Law.channels("views and images of probability 0 change nothing") {
        subject, channel, trial in
        let extended = try rebuilt(
            channel, prior: channel.prior + [0],
            augmentation: (channel.augmentation + [channel.augmentation[0]]).map { $0 + [0] },
            encoder: (channel.encoder + [channel.encoder[0]]).map { $0 + [channel.encoder[0][0].map { -$0 }] })
        same(try subject.evaluate(channel, trial), try subject.evaluate(extended, trial), trial, "extended")
    }

    static let furtherDimensions = Law.channels(
        "further dimensions do not matter to a Gaussian", ChannelShape(kinds: [.gaussian]), labels: [:]
    ) {
        subject, channel, trial in
        let family = NoiseFamily(
            kind: .gaussian, dimension: channel.family.dimension + 3, beta: channel.family.beta)
        let wider = try rebuilt(
            channel, family: family, encoder: channel.encoder.map { $0.map { $0 + [0, 0, 0] } })
        let (narrow, wide) = (try subject.evaluate(channel, trial), try subject.evaluate(wider, trial))
        same(narrow, wide, trial, "three more dimensions")
        // Each further dimension has the entropy of a Gaussian.
        let entropy = 1.5 * (1 + log(2 * Double.pi / family.beta))
        trial.equal(
            wide.entropyZ.value, narrow.entropyZ.value + entropy,
            within: wide.entropyZ.error + narrow.entropyZ.error + 1e-11, "H(Z)")
        trial.equal(
            wide.entropyZGivenX.value, narrow.entropyZGivenX.value + entropy,
            within: wide.entropyZGivenX.error + narrow.entropyZGivenX.error + 1e-11, "H(Z|X)")
    }
}

extension Law {
    /// Convexity and concavity.
    static let shapes: [Law] = [convexity, concavity]

    static let convexity = Law.channels(
        "I(X;Z) is convex in P(Z|X)", ChannelShape(images: 2...3, views: 2...3),
        cases: Cases(thorough: 100, brief: 10)
    ) {
        subject, channel, trial in
        let other = channel.augmentation.map { Array($0.reversed()) }
        let mixed = zip(channel.augmentation, other).map { zip($0, $1).map { 0.3 * $0 + 0.7 * $1 } }
        let ends = [channel, try rebuilt(channel, augmentation: other)]
        let information = try ends.map { try subject.evaluate($0, trial).informationByEquation2 }
        let middle = try subject.evaluate(rebuilt(channel, augmentation: mixed), trial).informationByEquation2
        trial.atMost(
            middle.value, 0.3 * information[0].value + 0.7 * information[1].value,
            within: middle.error + information[0].error + information[1].error + 1e-12, "I of the mixture")
    }

    static let concavity = Law.channels(
        "I(X;Z) is concave in p(x)", ChannelShape(images: 2...3), cases: Cases(thorough: 100, brief: 10)
    ) { subject, channel, trial in
        // Uneven: about even shares it would tell little of priors that are nearly certain.
        let mixed = channel.prior.map { 0.8 * $0 + 0.2 / Double(channel.images) }
        let uniform = channel.prior.map { _ in 1 / Double(channel.images) }
        let ends = [channel, try rebuilt(channel, prior: uniform)]
        let information = try ends.map { try subject.evaluate($0, trial).informationByEquation2 }
        let middle = try subject.evaluate(rebuilt(channel, prior: mixed), trial).informationByEquation2
        trial.atMost(
            0.8 * information[0].value + 0.2 * information[1].value, middle.value,
            within: middle.error + information[0].error + information[1].error + 1e-12, "I of the mixed prior")
    }
}

extension Law {
    /// Entropies against what is known of them.
    static let entropies: [Law] = [entropyBounds]

    static let entropyBounds = Law.channels(
        "H(Z) is at most that of the widest density, H(Z|X) at least that of one view"
    ) {
        subject, channel, trial in
        let evaluation = try subject.evaluate(channel, trial)
        let family = channel.family
        let ofOneView: Double
        switch family.kind {
        case .vonMisesFisher:
            let surface = VonMisesFisherConstants.logSurface(dimension: family.dimension)
            trial.atMost(
                evaluation.entropyZ.value, surface, within: evaluation.entropyZ.error, "H(Z) ≤ log surface")
            ofOneView =
                -VonMisesFisherConstants.logNormaliser(dimension: family.dimension, beta: family.beta)
                - family.beta
                * VonMisesFisherConstants.meanResultantLength(dimension: family.dimension, beta: family.beta)
        case .gaussian:
            ofOneView = Double(family.dimension) / 2 * (1 + log(2 * Double.pi / family.beta))
        }
        trial.atMost(
            ofOneView, evaluation.entropyZGivenX.value, within: evaluation.entropyZGivenX.error + 1e-12,
            "H(Z|V) ≤ H(Z|X)")
        let codes = channel.occurringCodes.map { Set($0.map(\.code)) }
        if codes.allSatisfy({ $0.count <= 1 }) {
            trial.equal(
                evaluation.entropyZGivenX.value, ofOneView, within: evaluation.entropyZGivenX.error + 1e-12,
                "H(Z|X) of one code an image")
        }
        if Set(codes.joined()).count == 1 {
            trial.equal(
                evaluation.entropyZ.value, ofOneView, within: evaluation.entropyZ.error + 1e-12, "H(Z) of one code")
        }
    }
}

extension Law {
    /// (17) with h and with the true mean.
    static let approximations: [Law] = [meanResultant, meanApproximation]

    static let meanResultant = Law.channels("the mean of p(z|h) is the derivative of log C_β") {
        subject, channel, trial in
        let family = channel.family
        guard family.kind == .vonMisesFisher else {
            trial.equal(subject.meanFactor(family), 1, within: 0, "the Gaussian's mean is h")
            return
        }
        // E⟨z, h⟩ = −d(log C_β)/dβ.
        let derivative = try centralDerivative(
            of: { beta in
                subject.logNormaliser(
                    NoiseFamily(kind: .vonMisesFisher, dimension: family.dimension, beta: beta))
            }, at: family.beta, step: family.beta / 8)
        trial.useful(tolerance: derivative.error, atMost: 1e-6 * (1 + 1 / family.beta), "the error of the derivative")
        trial.equal(
            -derivative.value, subject.meanFactor(family), within: derivative.error + 1e-10 * (1 + 1 / family.beta),
            "A_d(β)")
    }

    static let meanApproximation = Law.channels(
        "(17) with the true mean uses A_d(β)·h in the integrand of (16)", ChannelShape(images: 1...2)
    ) {
        subject, channel, trial in
        let evaluation = try subject.evaluate(channel, trial)
        for (factor, found) in [
            (1.0, evaluation.meanApproximation), (channel.family.meanFactor, evaluation.trueMeanApproximation),
        ] {
            let expected = naiveMeanApproximation(channel, factor: factor)
            trial.equal(found, expected, within: 1e-11 * (1 + channel.family.beta), "(17) at \(factor)·h")
        }
        // The limit of (20) under a uniform P(T|X) is (17); under another one simCLR has no say.
        trial.holds(
            (evaluation.simCLR != nil) == channel.hasUniformAugmentation,
            "simCLR's limit is \(evaluation.simCLR.map { "\($0)" } ?? "absent") for P(T|x) = \(channel.augmentation)")
        if let limit = evaluation.simCLR {
            let expected = naiveMeanApproximation(channel, factor: 1)
            trial.equal(limit, expected, within: 1e-11 * (1 + channel.family.beta), "simCLR's limit")
        }
    }
}

/// (17) by loops, as one would write it from the paper.
func naiveMeanApproximation(_ channel: FiniteChannel, factor: Double) -> Double {
    func similarity(_ z: [Double], _ h: [Double]) -> Double {
        switch channel.family.kind {
        case .vonMisesFisher: zip(z, h).reduce(0) { $0 + $1.0 * $1.1 }
        case .gaussian: -zip(z, h).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 2
        }
    }
    var total = 0.0
    for image in 0..<channel.images {
        for view in 0..<channel.views {
            let z = channel.encoder[image][view].map { factor * $0 }
            var positive = 0.0
            var terms: [(weight: Double, score: Double)] = []
            for other in 0..<channel.images {
                for otherView in 0..<channel.views {
                    let score = channel.family.beta * similarity(z, channel.encoder[other][otherView])
                    terms.append((channel.prior[other] * channel.augmentation[other][otherView], score))
                    if other == image { positive += channel.augmentation[image][otherView] * score }
                }
            }
            let shift = terms.filter { $0.weight > 0 }.map(\.score).max() ?? 0
            let mean = terms.filter { $0.weight > 0 }.reduce(0) { $0 + $1.weight * exp($1.score - shift) }
            total += channel.prior[image] * channel.augmentation[image][view] * (positive - shift - log(mean))
        }
    }
    return total
}
