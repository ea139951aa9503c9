import AugmentationChannel
import Foundation
import GSLNumerics
import Proposition1

private let paper = PaperEquations()

private func uniform(
    _ weights: FaultyEquations.Weights, _ body: (FaultyEquations.Weights) -> Double
) -> Double {
    [Double](repeating: 1 / Double(weights.count), count: weights.count).withUnsafeBufferPointer(body)
}

private func variance(_ own: ScoreRow<Double>, _ weights: FaultyEquations.Weights) -> Double {
    let mean = own.expectation(weights)
    return zip(weights, own.scores).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
}

extension Fault {
    /// Faults in the equations (2) to (16) themselves.
    static let ofEquations = [
        Fault("C_β left in the numerator of (2)", caughtBy: [.equation2, .entropyDifference]) {
            $0.equations.conditionalFault = { paper.logConditional(own: $0, weights: $1) + $2 }
        },
        Fault("C_β left in the denominator of (2)", caughtBy: [.equation2, .entropyDifference]) {
            $0.equations.marginalFault = { paper.logMarginal(all: $0, weights: $1) + $2 }
        },
        Fault("the log dropped in the numerator", caughtBy: [.equation2, .constantInSimilarity]) {
            $0.equations.conditionalFault = { own, weights, _ in exp(paper.logConditional(own: own, weights: weights)) }
        },
        Fault("the log dropped in the denominator", caughtBy: [.equation2, .constantInSimilarity]) {
            $0.equations.marginalFault = { all, weights, _ in exp(paper.logMarginal(all: all, weights: weights)) }
        },
        Fault("T' tied to T in Jensen's form", caughtBy: [.jensen, .order]) {
            $0.equations.jensenFault = { own, _, _ in own.scores.first ?? 0 }
        },
        Fault("max for log E exp", caughtBy: [.equation2]) {
            $0.equations.conditionalFault = { own, weights, _ in
                own.scores.max() ?? paper.logConditional(own: own, weights: weights)
            }
        },
        Fault("a term left out of the denominator of (2)", caughtBy: [.equation2]) {
            $0.equations.marginalFault = { all, weights, _ in
                guard weights.count > 1 else { return paper.logMarginal(all: all, weights: weights) }
                var rest = Array(weights)
                rest[0] = 0
                return rest.withUnsafeBufferPointer { paper.logMarginal(all: all, weights: $0) }
            }
        },
        Fault("prior ignored in the denominator", caughtBy: [.equation2]) {
            $0.equations.marginalFault = { all, weights, _ in
                uniform(weights) { paper.logMarginal(all: all, weights: $0) }
            }
        },
        Fault("P(T|x) ignored in the numerator", caughtBy: [.equation2]) {
            $0.equations.conditionalFault = { own, weights, _ in
                uniform(weights) { paper.logConditional(own: own, weights: $0) }
            }
        },
        Fault("P(T|x) ignored in Jensen's form", caughtBy: [.jensen]) {
            $0.equations.jensenFault = { own, weights, _ in
                uniform(weights) { paper.jensenLogConditional(own: own, weights: $0) }
            }
        },
        Fault("weights of the denominator sum to two", caughtBy: [.equation2, .dataProcessing]) {
            $0.equations.marginalFault = { all, weights, _ in paper.logMarginal(all: all, weights: weights) + log(2) }
        },
        Fault("sign of S", caughtBy: [.equation2]) { $0.equations.scoreFault = { score, _ in -score } },
        Fault("β missing in the exponent", caughtBy: [.equation2, .knownView]) {
            $0.equations.scoreFault = { score, beta in score / beta }
        },
        Fault("β twice in the exponent", caughtBy: [.equation2]) {
            $0.equations.scoreFault = { score, beta in score * beta }
        },
        Fault("S = −‖z − h‖² without the half, or twice ⟨z, h⟩", caughtBy: [.equation2]) {
            $0.equations.scoreFault = { score, _ in 2 * score }
        },
        Fault("log2 for ln in (2)", caughtBy: [.equation2]) { $0.equations.pointwiseFault = { $0 / log(2) } },
        Fault("denominator minus numerator", caughtBy: [.equation2]) { $0.equations.pointwiseFault = { -$0 } },
        Fault("Jensen's form is the numerator itself", caughtBy: [.jensen]) {
            $0.equations.jensenFault = { own, weights, _ in paper.logConditional(own: own, weights: weights) }
        },
        Fault("second-order expansion in place of the gap", caughtBy: [.jensen]) {
            $0.equations.gapFault = { gap, own, weights in
                JensenGapIntegrand(value: variance(own, weights) / 2, lowerEnd: gap.lowerEnd, upperEnd: gap.upperEnd)
            }
        },
        Fault("a gap of zero", caughtBy: [.jensen]) {
            $0.equations.gapFault = { gap, _, _ in
                JensenGapIntegrand(value: 0, lowerEnd: gap.lowerEnd, upperEnd: gap.upperEnd)
            }
        },
        Fault("E s forgotten in the gap log E e^s − E s", caughtBy: [.jensen, .jensenIsTight]) {
            $0.equations.gapFault = { gap, own, weights in
                JensenGapIntegrand(
                    value: paper.logConditional(own: own, weights: weights).magnitude, lowerEnd: gap.lowerEnd,
                    upperEnd: gap.upperEnd)
            }
        },
        Fault("ends of Liao and Berg's interval exchanged", caughtBy: [.liaoBerg]) {
            $0.equations.gapFault = { gap, _, _ in
                JensenGapIntegrand(value: gap.value, lowerEnd: gap.upperEnd, upperEnd: gap.lowerEnd)
            }
        },
        Fault("Liao and Berg's upper end taken at the greatest score", caughtBy: [.liaoBerg]) {
            $0.equations.gapFault = { gap, _, _ in
                JensenGapIntegrand(value: gap.value, lowerEnd: gap.lowerEnd, upperEnd: gap.lowerEnd)
            }
        },
        Fault("a lower end of zero", caughtOnlyBy: .muchNoise) {
            $0.equations.gapFault = { gap, _, _ in
                JensenGapIntegrand(value: gap.value, lowerEnd: 0, upperEnd: gap.upperEnd)
            }
        },
        Fault("Liao and Berg's upper end twice too large", caughtOnlyBy: .muchNoise) {
            $0.equations.gapFault = { gap, _, _ in
                JensenGapIntegrand(value: gap.value, lowerEnd: gap.lowerEnd, upperEnd: 2 * gap.upperEnd)
            }
        },
    ]

    /// Faults in C_β and A_d(β).
    static let ofConstants = [
        Fault("C_β for log C_β, as printed in (7)–(10) and (13)–(15)", caughtBy: [.equation2, .entropyBounds]) {
            $0.equations.normaliserFault = { exp(paper.logNormaliser($0)) }
        },
        Fault("order of the Bessel function in C_β off by one", caughtBy: [.equation2, .meanResultant]) {
            $0.equations.normaliserFault = { paper.logNormaliser(widened($0)) }
        },
        Fault("power of 2π in C_β off by a half", caughtBy: [.equation2, .entropyBounds]) {
            $0.equations.normaliserFault = { paper.logNormaliser($0) - log(2 * Double.pi) / 2 }
        },
        Fault("C_β of β = 1", caughtBy: [.equation2, .meanResultant]) {
            $0.equations.normaliserFault = {
                paper.logNormaliser(NoiseFamily(kind: $0.kind, dimension: $0.dimension, beta: 1))
            }
        },
        Fault("order in A_d(β) off by one", caughtBy: [.meanResultant]) {
            $0.equations.meanFactorFault = { paper.meanFactor(widened($0)) }
        },
        Fault("h taken for the mean of p(z|h)", caughtBy: [.meanResultant, .meanApproximation]) {
            $0.equations.meanFactorFault = { _ in 1 }
        },
    ]

    private static func widened(_ family: NoiseFamily) -> NoiseFamily {
        NoiseFamily(kind: family.kind, dimension: family.dimension + 2, beta: family.beta)
    }
}
