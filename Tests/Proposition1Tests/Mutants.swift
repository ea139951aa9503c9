import AugmentationChannel
import Foundation
import GSLNumerics
import Proposition1

/// The library with one planted fault. The property suite must notice each one.
enum Fault: String, CaseIterable, Sendable {
    case normaliserLeftInTheNumerator = "C_β left in the numerator of (2)"
    case normaliserLeftInTheDenominator = "C_β left in the denominator of (2)"
    case normaliserForItsLogarithm = "C_β for log C_β, as printed in (7)–(14)"
    case logarithmDroppedInNumerator = "the log dropped in the numerator"
    case logarithmDroppedInDenominator = "the log dropped in the denominator"
    case logarithmDroppedInVariationalBound = "the log dropped in (3), as printed"
    case viewsTied = "T' tied to T in Jensen's form"
    case greatestForLogMeanExponential = "max for log E exp"
    case denominatorWithoutFirstCode = "a term left out of the denominator of (2)"
    case simCLRWithoutPositive = "(20) without the positive in the denominator"
    case simCLRWithoutMean = "(20) with a sum for the mean in the denominator"
    case priorIgnoredInDenominator = "prior ignored in the denominator"
    case priorIgnoredThroughout = "prior ignored throughout"
    case weightsIgnoredInNumerator = "P(T|x) ignored in the numerator"
    case weightsIgnoredInJensen = "P(T|x) ignored in Jensen's form"
    case weightsDoubledInDenominator = "weights of the denominator sum to two"
    case repeatedCodesCountedOnce = "views with the same code counted once"
    case signOfSimilarity = "sign of S"
    case betaMissing = "β missing in the exponent"
    case betaTwice = "β twice in the exponent"
    case halfMissing = "S = −‖z − h‖² without the half, or twice ⟨z, h⟩"
    case besselOrder = "order of the Bessel function in C_β off by one"
    case powerOfTwoPi = "power of 2π in C_β off by a half"
    case betaMissingInNormaliser = "C_β of β = 1"
    case binaryLogarithm = "log2 for ln in (2)"
    case besselOrderOfMean = "order in A_d(β) off by one"
    case meanTakenForMode = "h taken for the mean of p(z|h)"
    case jensenLosesNothing = "Jensen's form is the numerator itself"
    case gapHalved = "second-order expansion in place of the gap"
    case liaoBergSwapped = "ends of Liao and Berg's interval exchanged"
    case entropiesSwapped = "H(Z) and H(Z|X) exchanged"
    case windowTooNarrow = "quadrature that stops early, at two standard deviations"
    case errorsForgotten = "error bounds of zero on a coarse rule"
    case differenceReversed = "denominator minus numerator"

    /// The library with this fault.
    var subject: Subject {
        var subject = Subject.reference
        let fault = self
        subject.evaluate = { channel, shift in
            var settings = Subject.settings
            // A wrong integrand may not converge at all; it need not be given the time to.
            settings.maximumScores = 4e5
            if fault == .windowTooNarrow { settings.depth = 2 }
            if fault == .errorsForgotten { (settings.relativeTolerance, settings.maximumScores) = (0.5, 3e5) }
            let equations = MutantEquations(
                fault: fault, logNormaliser: channel.family.logNormaliser(),
                largestPrior: channel.prior.max() ?? 1)
            var evaluation = try Evaluation(
                try fault.altered(channel), settings: settings,
                equations: ShiftedEquations(base: equations, shift: shift))
            fault.alter(&evaluation)
            return evaluation
        }
        switch self {
        case .logarithmDroppedInVariationalBound:
            subject.variationalBound = { pairs, critic in
                var sum = 0.0
                for second in pairs.marginal.indices {
                    let mean = pairs.marginal.indices.reduce(0) { $0 + pairs.marginal[$1] * exp(critic[$1][second]) }
                    for first in pairs.marginal.indices {
                        sum += pairs.joint[first][second] * exp(critic[first][second]) / mean
                    }
                }
                return sum
            }
        case .simCLRWithoutPositive, .simCLRWithoutMean:
            subject.simCLR = { anchors, positives, similarity, beta in
                fault.simCLR(anchors, positives, similarity, beta)
            }
        case .besselOrder, .powerOfTwoPi, .betaMissingInNormaliser:
            subject.logNormaliser = { family in
                MutantEquations(fault: fault, logNormaliser: 0, largestPrior: 1).logNormaliser(family)
            }
        case .besselOrderOfMean, .meanTakenForMode:
            subject.meanFactor = { MutantEquations(fault: fault, logNormaliser: 0, largestPrior: 1).meanFactor($0) }
        default: break
        }
        return subject
    }

    private func simCLR(
        _ anchors: [[Double]], _ positives: [[Double]], _ similarity: Similarity, _ beta: Double
    ) -> Double {
        let count = Double(anchors.count)
        let terms = anchors.enumerated().map { index, anchor in
            let scores = positives.map { positive in beta * zip(anchor, positive).reduce(0) { $0 + $1.0 * $1.1 } }
            let others = scores.enumerated().filter { $0.offset != index || self != .simCLRWithoutPositive }
            let sum = others.reduce(0) { $0 + exp($1.element) }
            return scores[index] - log(self == .simCLRWithoutMean ? sum : sum / count)
        }
        return terms.reduce(0, +) / count
    }

    private func altered(_ channel: FiniteChannel) throws -> FiniteChannel {
        switch self {
        case .priorIgnoredThroughout:
            return try FiniteChannel(
                family: channel.family, prior: channel.prior.map { _ in 1 / Double(channel.images) },
                augmentation: channel.augmentation, encoder: channel.encoder)
        case .repeatedCodesCountedOnce:
            let rows = zip(channel.augmentation, channel.encoder).map { row, codes -> [Double] in
                var seen: Set<[Double]> = []
                let kept = zip(row, codes).map { weight, code in weight > 0 && seen.insert(code).inserted ? weight : 0 }
                let sum = kept.reduce(0, +)
                return kept.map { $0 / sum }
            }
            return try FiniteChannel(
                family: channel.family, prior: channel.prior, augmentation: rows, encoder: channel.encoder)
        default: return channel
        }
    }

    private func alter(_ evaluation: inout Evaluation) {
        switch self {
        case .entropiesSwapped: swap(&evaluation.entropyZ, &evaluation.entropyZGivenX)
        case .errorsForgotten:
            evaluation.informationByEquation2.error = 0
            evaluation.informationByDefinition.error = 0
            evaluation.meanPointwiseInformation.error = 0
        default: break
        }
    }
}

/// The paper's equations with one of them wrong.
struct MutantEquations: Equations {
    let fault: Fault
    let logNormaliser: Double
    let largestPrior: Double
    private let paper = PaperEquations()

    init(fault: Fault, logNormaliser: Double, largestPrior: Double) {
        self.fault = fault
        self.logNormaliser = logNormaliser
        self.largestPrior = largestPrior
    }

    func score(
        _ similarity: Similarity, _ z: UnsafeBufferPointer<Double>, _ h: UnsafeBufferPointer<Double>, beta: Double
    ) -> Double {
        let score = paper.score(similarity, z, h, beta: beta)
        switch fault {
        case .signOfSimilarity: return -score
        case .betaMissing: return score / beta
        case .betaTwice: return score * beta
        case .halfMissing: return 2 * score
        default: return score
        }
    }

    func logConditional(own: ScoreRow<Double>, weights: UnsafeBufferPointer<Double>) -> Double {
        let value = paper.logConditional(own: own, weights: weights)
        switch fault {
        case .normaliserLeftInTheNumerator: return value + logNormaliser
        case .logarithmDroppedInNumerator: return exp(value)
        case .greatestForLogMeanExponential: return own.scores.max() ?? value
        case .weightsIgnoredInNumerator: return uniform(weights) { paper.logConditional(own: own, weights: $0) }
        default: return value
        }
    }

    func jensenLogConditional(own: ScoreRow<Double>, weights: UnsafeBufferPointer<Double>) -> Double {
        switch fault {
        case .viewsTied: return own.scores.first ?? 0
        case .weightsIgnoredInJensen: return uniform(weights) { paper.jensenLogConditional(own: own, weights: $0) }
        case .jensenLosesNothing: return paper.logConditional(own: own, weights: weights)
        default: return paper.jensenLogConditional(own: own, weights: weights)
        }
    }

    func logMarginal(all: ScoreRow<Double>, weights: UnsafeBufferPointer<Double>) -> Double {
        switch fault {
        case .normaliserLeftInTheDenominator: return paper.logMarginal(all: all, weights: weights) + logNormaliser
        case .logarithmDroppedInDenominator: return exp(paper.logMarginal(all: all, weights: weights))
        case .priorIgnoredInDenominator: return uniform(weights) { paper.logMarginal(all: all, weights: $0) }
        case .weightsDoubledInDenominator: return paper.logMarginal(all: all, weights: weights) + log(2)
        case .denominatorWithoutFirstCode where weights.count > 1:
            var rest = Array(weights)
            rest[0] = 0
            return rest.withUnsafeBufferPointer { paper.logMarginal(all: all, weights: $0) }
        default: return paper.logMarginal(all: all, weights: weights)
        }
    }

    func pointwise(conditional: Double, marginal: Double) -> Double {
        let value = paper.pointwise(conditional: conditional, marginal: marginal)
        switch fault {
        case .binaryLogarithm: return value / log(2)
        case .differenceReversed: return -value
        default: return value
        }
    }

    func logNormaliser(_ family: NoiseFamily) -> Double {
        let value = paper.logNormaliser(family)
        switch fault {
        case .normaliserForItsLogarithm: return exp(value)
        case .besselOrder:
            return paper.logNormaliser(
                NoiseFamily(kind: family.kind, dimension: family.dimension + 2, beta: family.beta))
        case .powerOfTwoPi: return value - log(2 * Double.pi) / 2
        case .betaMissingInNormaliser:
            return paper.logNormaliser(NoiseFamily(kind: family.kind, dimension: family.dimension, beta: 1))
        default: return value
        }
    }

    func meanFactor(_ family: NoiseFamily) -> Double {
        switch fault {
        case .besselOrderOfMean:
            paper.meanFactor(NoiseFamily(kind: family.kind, dimension: family.dimension + 2, beta: family.beta))
        case .meanTakenForMode: 1
        default: paper.meanFactor(family)
        }
    }

    func jensenGap(own: ScoreRow<Double>, weights: UnsafeBufferPointer<Double>) -> JensenGapIntegrand {
        let gap = paper.jensenGap(own: own, weights: weights)
        switch fault {
        case .gapHalved:
            let mean = own.expectation(weights)
            let variance = zip(weights, own.scores).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
            return JensenGapIntegrand(value: variance / 2, lowerEnd: gap.lowerEnd, upperEnd: gap.upperEnd)
        case .liaoBergSwapped:
            return JensenGapIntegrand(value: gap.value, lowerEnd: gap.upperEnd, upperEnd: gap.lowerEnd)
        default: return gap
        }
    }

    private func uniform(
        _ weights: UnsafeBufferPointer<Double>, _ body: (UnsafeBufferPointer<Double>) -> Double
    ) -> Double {
        [Double](repeating: 1 / Double(weights.count), count: weights.count).withUnsafeBufferPointer(body)
    }
}
