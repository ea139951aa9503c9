import Foundation
import LinearEvaluation
import TestSupport
import Testing

/// Where `LogisticRegression.fitBriefly` stops against where scikit-learn does with its defaults: `python make_defaults.py`,
/// scikit-learn 1.9.1 (Fixtures/logistic-regression).
@Suite struct BriefFitTests {
    private struct Golden: Decodable {
        struct Result: Decodable {
            let scale: Float
            let iterations: Int
            let objective: Double
            let accuracy: Double
            let optimum: Double
            let accuracyAtOptimum: Double
        }
        let columnCount: Int
        let values: [Float]
        let labels: [UInt8]
        let results: [Result]

        func features(_ result: Result) -> DenseRows {
            DenseRows(values.map { $0 * result.scale }, columnCount: columnCount)
        }
    }

    private let golden: Golden

    init() throws {
        golden = try JSONDecoder().decode(Golden.self, from: fixture("logistic-regression/defaults.json"))
    }

    /// The two line searches differ, so the iterates do. But both stop for the same reason, after nearly as many iterations, and
    /// about as far from the optimum: the last step lands just within the rule or well within it, and the excess, which differs
    /// by a factor of 450 from one scale to another, agrees within one of 5.
    @Test func itStopsWhereScikitLearnStops() throws {
        #expect(golden.results.map(\.iterations) == [14, 73, 100])
        for result in golden.results {
            let brief = try LogisticRegression.fitBriefly(
                golden.features(result), labels: golden.labels, classCount: 5)
            #expect(brief.converged == (result.iterations < 100), "scale \(result.scale)")
            #expect(abs(brief.iterations - result.iterations) <= max(1, result.iterations / 10), "\(brief.iterations)")
            let (excess, expected) = (brief.objective - result.optimum, result.objective - result.optimum)
            #expect(excess > expected / 5 && excess < 5 * expected, "scale \(result.scale): \(excess), \(expected)")
            let accuracy = brief.accuracy(on: golden.features(result), labels: golden.labels)
            // Two of 240 examples.
            #expect(abs(accuracy - result.accuracy) < 0.0084, "scale \(result.scale): \(accuracy)")
        }
    }

    /// The optimum is another place, and the same for both solvers; stopping by the whole gradient's norm, or without the division
    /// by the number of examples, would be noticed.
    @Test func theOptimumIsElsewhere() throws {
        for result in golden.results {
            let best = try LogisticRegression.fit(
                golden.features(result), labels: golden.labels, classCount: 5, tolerance: 1e-10)
            // The tolerance's share of F; the scales are powers of two, so both have the same features.
            #expect(abs(best.objective - result.optimum) < 1e-9 * result.optimum)
            #expect(best.accuracy(on: golden.features(result), labels: golden.labels) == result.accuracyAtOptimum)
            #expect((best.objective - result.objective) < -1e-4)
        }
    }
}
