import Foundation
import GSLNumerics
import Proposition1

private func replaced(
    _ channel: FiniteChannel, dimension: Int? = nil, prior: [Double]? = nil, augmentation: [[Double]]? = nil,
    encoder: [[[Double]]]? = nil
) throws -> FiniteChannel {
    let family = NoiseFamily(
        kind: channel.family.kind, dimension: dimension ?? channel.family.dimension, beta: channel.family.beta)
    return try FiniteChannel(
        family: family, prior: prior ?? channel.prior, augmentation: augmentation ?? channel.augmentation,
        encoder: encoder ?? channel.encoder)
}

extension FiniteChannel {
    /// The channel under a uniform prior.
    func withUniformPrior() throws -> FiniteChannel {
        try replaced(self, prior: prior.map { _ in 1 / Double(images) })
    }

    /// The channel under a uniform P(T|x).
    func withUniformAugmentation() throws -> FiniteChannel {
        try replaced(self, augmentation: augmentation.map { $0.map { _ in 1 / Double(views) } })
    }

    /// The channel in which codes of the plane that lie near a common line lie on it.
    func withoutShortAxis() throws -> FiniteChannel {
        let codes = encoder.joined()
        guard family.kind == .gaussian, family.dimension == 2, let first = codes.first,
            let farthest = codes.max(by: { squaredDistance($0, first) < squaredDistance($1, first) }), farthest != first
        else { return self }
        let length = squaredDistance(farthest, first).squareRoot()
        let along = zip(farthest, first).map { ($0 - $1) / length }
        let onLine = encoder.map { image in
            image.map { code -> [Double] in
                let coordinate = zip(along, zip(code, first)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) }
                return zip(first, along).map { $0 + coordinate * $1 }
            }
        }
        let greatest = zip(codes, onLine.joined()).map { squaredDistance($0, $1).squareRoot() }.max() ?? 0
        return greatest < 1e-2 * length ? try replaced(self, encoder: onLine) : self
    }

    /// The channel in which a code that several views of an image have counts with the weight of the first.
    func withRepeatedCodesCountedOnce() throws -> FiniteChannel {
        let rows = zip(augmentation, encoder).map { row, codes -> [Double] in
            var seen: Set<[Double]> = []
            let kept = zip(row, codes).map { weight, code in weight > 0 && seen.insert(code).inserted ? weight : 0 }
            let sum = kept.reduce(0, +)
            return kept.map { $0 / sum }
        }
        return try replaced(self, augmentation: rows)
    }
}

/// Another standard error of a sampled evaluation, and what follows from it.
func scaleStandardErrors(of evaluation: inout Evaluation, by factor: Double) {
    guard case .sampling(let rank, let standardError) = evaluation.method else { return }
    evaluation.method = .sampling(rank: rank, standardError: standardError * factor)
    for quantity in ComparedQuantity.all { evaluation[keyPath: quantity.path].error *= factor }
}

extension Fault {
    /// Faults in the reduction of a channel to its distinct codes and their span, and in the rules of integration.
    static let ofReduction = [
        Fault("prior ignored throughout", caughtBy: [.littleNoise]) { $0.channel = { try $0.withUniformPrior() } },
        Fault("P(T|x) ignored throughout", caughtBy: [.muchNoise]) {
            $0.channel = { try $0.withUniformAugmentation() }
        },
        Fault("views with the same code counted once", caughtBy: [.splitting]) {
            $0.channel = { try $0.withRepeatedCodesCountedOnce() }
        },
        Fault("the likeliest view taken for all", caughtBy: [.convexity]) {
            $0.channel = { channel in
                let rows = channel.augmentation.map { row in
                    let likeliest = row.firstIndex(of: row.max() ?? 0)
                    return row.indices.map { $0 == likeliest ? 1.0 : 0 }
                }
                return try replaced(channel, augmentation: rows)
            }
        },
        Fault("the prior twice, as its square", caughtBy: [.concavity]) {
            $0.channel = { channel in
                let sum = channel.prior.reduce(0) { $0 + $1 * $1 }
                return try replaced(channel, prior: channel.prior.map { $0 * $0 / sum })
            }
        },
        Fault("views of probability zero kept, with a thousandth", caughtBy: [.nullComponents]) {
            $0.channel = { channel in
                let rows = channel.augmentation.map { row in
                    row.map { ($0 + 1e-3) / (1 + 1e-3 * Double(row.count)) }
                }
                return try replaced(channel, augmentation: rows)
            }
        },
        Fault("codes told apart by three decimals only", caughtBy: [.rotation]) {
            $0.channel = { channel in
                let rounded = channel.encoder.map { $0.map { $0.map { ($0 * 1000).rounded() / 1000 } } }
                let unit = rounded.map { image in
                    image.map { code -> [Double] in
                        let norm = code.reduce(0) { $0 + $1 * $1 }.squareRoot()
                        return channel.family.kind == .vonMisesFisher ? code.map { $0 / norm } : code
                    }
                }
                return try replaced(channel, encoder: unit)
            }
        },
        Fault("a span cut at two dimensions", caughtBy: [.inThreeDimensions]) {
            $0.channel = { channel in
                let flat = channel.encoder.map { image in
                    image.map { code -> [Double] in
                        let cut = code.enumerated().map { $0.offset < 2 ? $0.element : 0 }
                        let norm = cut.reduce(0) { $0 + $1 * $1 }.squareRoot()
                        guard channel.family.kind == .vonMisesFisher else { return cut }
                        return norm > 0 ? cut.map { $0 / norm } : code
                    }
                }
                return try replaced(channel, encoder: flat)
            }
        },
        Fault("an axis of less than a hundredth of the longest one taken for rounding", caughtBy: [.independentAxes]) {
            $0.channel = { try $0.withoutShortAxis() }
        },
        Fault("a sphere of one dimension more", caughtBy: [.muchNoise]) {
            $0.channel = { channel in
                guard channel.family.kind == .vonMisesFisher else { return channel }
                return try replaced(
                    channel, dimension: channel.family.dimension + 1,
                    encoder: channel.encoder.map { $0.map { $0 + [0] } })
            }
        },
        Fault("coordinates outside the span left out of H(Z) and H(Z|X)", caughtBy: [.furtherDimensions]) {
            $0.evaluation = { evaluation, channel in
                guard channel.family.kind == .gaussian, case .quadrature(let rank) = evaluation.method else { return }
                let outside = Estimate.exactly(Double(channel.family.dimension - rank) / 2)
                evaluation.entropyZ = evaluation.entropyZ - outside
                evaluation.entropyZGivenX = evaluation.entropyZGivenX - outside
            }
        },
        Fault("quadrature that stops at two standard deviations without saying so", caughtBy: [.equation2]) {
            $0.settings = { $0.depth = 2 }
            $0.evaluation = { evaluation, channel in
                let right = try Evaluation(channel, settings: Subject.settings)
                for quantity in ComparedQuantity.all {
                    evaluation[keyPath: quantity.path].error = right[keyPath: quantity.path].error
                }
            }
        },
    ]

    /// Faults in putting together what was integrated.
    static let ofEvaluation = [
        Fault("H(Z) and H(Z|X) exchanged", caughtBy: [.entropyDifference]) {
            $0.evaluation = { evaluation, _ in swap(&evaluation.entropyZ, &evaluation.entropyZGivenX) }
        },
        Fault("H(X) in bits", caughtBy: [.range]) {
            $0.evaluation = { evaluation, _ in evaluation.entropyX /= log(2) }
        },
        Fault("the definition under a uniform prior", caughtBy: [.equation2]) {
            $0.evaluation = { evaluation, channel in
                evaluation.informationByDefinition = try Evaluation(
                    channel.withUniformPrior(), settings: Subject.settings
                ).informationByDefinition
            }
        },
        Fault("the gap twice in the bound (16)", caughtBy: [.jensen]) {
            $0.evaluation = { evaluation, _ in evaluation.jensenBound = evaluation.jensenBound - evaluation.jensenGap }
        },
        Fault("P(T|x) ignored in (17)", caughtBy: [.meanApproximation]) {
            $0.evaluation = { evaluation, channel in
                evaluation.meanApproximation = naiveMeanApproximation(try channel.withUniformAugmentation(), factor: 1)
            }
        },
        Fault("A_d(β) squared in (17)", caughtBy: [.meanApproximation]) {
            $0.evaluation = { evaluation, channel in
                let factor = channel.family.meanFactor
                evaluation.trueMeanApproximation = naiveMeanApproximation(channel, factor: factor * factor)
            }
        },
        Fault("simCLR's limit at the true mean", caughtBy: [.meanApproximation]) {
            $0.evaluation = { evaluation, _ in
                if evaluation.simCLR != nil { evaluation.simCLR = evaluation.trueMeanApproximation }
            }
        },
    ]

    /// Faults in the errors that are reported, and in the sampled route.
    static let ofErrors = [
        Fault("errors of zero on a coarse rule", caughtBy: [.equation2]) {
            $0.settings = { ($0.relativeTolerance, $0.relativeToleranceOfRank3) = (0.5, 0.5) }
            $0.evaluation = { evaluation, _ in
                for quantity in ComparedQuantity.all { evaluation[keyPath: quantity.path].error = 0 }
            }
        },
        Fault("errors a thousand times too small", caughtBy: [.goldenValues]) {
            $0.evaluation = { evaluation, _ in
                for quantity in ComparedQuantity.all { evaluation[keyPath: quantity.path].error /= 1000 }
            }
        },
        Fault("errors a million times too small", caughtBy: [.goldenValues, .coarseErrors]) {
            $0.evaluation = { evaluation, _ in
                for quantity in ComparedQuantity.all { evaluation[keyPath: quantity.path].error /= 1e6 }
            }
        },
        Fault("standard deviation over the number of replicates, not its root", caughtOnlyBy: .standardErrors) {
            $0.evaluation = { evaluation, _ in scaleStandardErrors(of: &evaluation, by: 1 / 32.0.squareRoot()) }
        },
        Fault("the sampled angle weighted as on a sphere of one dimension more", caughtBy: [.sampledRoute]) {
            $0.evaluation = { evaluation, channel in
                guard evaluation.isSampled, channel.family.kind == .vonMisesFisher else { return }
                var settings = Subject.settings
                (settings.maximumScores, settings.samplesPerReplicate) = (0, 1024)
                let wrong = try Evaluation(
                    replaced(
                        channel, dimension: channel.family.dimension + 1,
                        encoder: channel.encoder.map { $0.map { $0 + [0] } }), settings: settings)
                evaluation.informationByEquation2 = wrong.informationByEquation2
                evaluation.jensenGap = wrong.jensenGap
            }
        },
    ]
}
