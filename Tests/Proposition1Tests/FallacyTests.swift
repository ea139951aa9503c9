import AugmentationChannel
import Foundation
import GSLNumerics
import Proposition1
import Testing

/// Statements that must fail once a hypothesis of Proposition 1 is dropped, and the paper's misprints.
@Suite struct FallacyTests {
    /// p(z|v) ∝ exp(β_v ⟨z, h_v⟩) on the circle, with β_v of each view its own: C_β depends on v.
    private func twoRoutes(betas: [Double], weights: [[Double]]) throws -> (definition: Double, equation2: Double) {
        let directions = [0.3, 1.9, 4.0]
        let logConstants = betas.map { VonMisesFisherConstants.logNormaliser(dimension: 2, beta: $0) }
        func integral(_ withConstants: Bool) throws -> Double {
            try PeriodicTrapezoid(absoluteTolerance: 1e-12).integrate(over: 0...2 * Double.pi) { angle in
                let scores = (0..<3).map { betas[$0] * cos(angle - directions[$0]) }
                let densities = (0..<3).map { exp(scores[$0] + logConstants[$0]) }
                let given = weights.map { row in zip(row, densities).reduce(0) { $0 + $1.0 * $1.1 } }
                let terms = withConstants ? densities : scores.map { exp($0) }
                let numerators = weights.map { row in zip(row, terms).reduce(0) { $0 + $1.0 * $1.1 } }
                let denominator = numerators.reduce(0, +) / 2
                return zip(given, numerators).reduce(0) { $0 + 0.5 * $1.0 * log($1.1 / denominator) }
            }.value
        }
        return (try integral(true), try integral(false))
    }

    @Test func equation2FailsWhenTheConstantDependsOnTheView() throws {
        let weights = [[0.6, 0.4, 0], [0, 0.3, 0.7]]
        let same = try twoRoutes(betas: [2, 2, 2], weights: weights)
        #expect(abs(same.definition - same.equation2) < 1e-11)
        let different = try twoRoutes(betas: [1, 2, 6], weights: weights)
        #expect(abs(different.definition - different.equation2) > 0.01)
    }

    @Test func equation2FailsForWeightsThatDoNotSumToOne() throws {
        let result = try twoRoutes(betas: [2, 2, 2], weights: [[0.6, 0.8, 0], [0, 0.3, 0.7]])
        let normalised = try twoRoutes(betas: [2, 2, 2], weights: [[3.0 / 7, 4.0 / 7, 0], [0, 0.3, 0.7]])
        #expect(abs(result.equation2 - normalised.definition) > 0.01)
    }

    /// "The mean approximation is a lower bound of I(X;Z)" fails at the paper's own parameters, by two orders.
    @Test func theMeanApproximationIsNoLowerBound() throws {
        let named = try #require(try NamedChannel.all().first { $0.name == "paper-parameters" })
        let evaluation = try Evaluation(named.channel)
        #expect(evaluation.informationByEquation2.upperEnd < 0.5 * 0.5 / (2 * 50))
        #expect(evaluation.meanApproximation > 100 * evaluation.informationByEquation2.value)
        #expect(evaluation.simCLR == evaluation.meanApproximation)
        // Even with the true mean A_d(β)·h it is an approximation, not a bound; here it reads twice I(X;Z).
        #expect(evaluation.trueMeanApproximation > evaluation.informationByEquation2.value)
        // The bound (16) is one.
        #expect(evaluation.jensenBound.value <= evaluation.informationByEquation2.value)
    }

    /// It is no upper bound either.
    @Test func theMeanApproximationIsNoUpperBound() throws {
        let named = try #require(try NamedChannel.all().first { $0.name == "figure-1-transitivity" })
        let evaluation = try Evaluation(named.channel)
        #expect(evaluation.meanApproximation < evaluation.informationByEquation2.value - 1)
    }

    /// Lines (7)–(10) and (13)–(15) print C_β where log C_β is meant: with C_β the entropy is wrong.
    @Test func theEntropyNeedsTheLogarithmOfTheConstant() throws {
        let channel = try FiniteChannel(
            family: NoiseFamily(kind: .vonMisesFisher, dimension: 3, beta: 2), prior: [1], augmentation: [[1]],
            encoder: [[[0, 0, 1]]])
        let evaluation = try Evaluation(channel)
        let logConstant = channel.family.logNormaliser()
        // H of one von Mises–Fisher density: −log C_β − βA_d(β).
        let entropy = -logConstant - 2 * channel.family.meanFactor
        #expect(abs(evaluation.entropyZ.value - entropy) <= evaluation.entropyZ.error + 1e-14)
        let asPrinted = -evaluation.denominator.value - exp(logConstant)
        #expect(abs(asPrinted - entropy) > 0.1)
    }

    /// (3) as printed, without the log, exceeds I(V₁;V₂).
    @Test func theVariationalBoundNeedsItsLogarithm() throws {
        let channel = try FiniteChannel(
            family: NoiseFamily(kind: .vonMisesFisher, dimension: 2, beta: 1), prior: [0.5, 0.5],
            augmentation: [[1], [1]], encoder: [[[1, 0]], [[-1, 0]]])
        let pairs = ViewPairs(channel)
        let critic = pairs.similarityCritic(beta: 1)
        let asPrinted = (0..<2).reduce(0) { sum, view in
            let mean = (0..<2).reduce(0) { $0 + pairs.marginal[$1] * exp(critic[$1][view]) }
            return sum + pairs.joint[view][view] * exp(critic[view][view]) / mean
        }
        #expect(asPrinted > pairs.information)
        #expect(pairs.bound(critic: critic) < pairs.information)
    }
}
