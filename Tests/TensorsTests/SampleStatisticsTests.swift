import Foundation
import PropertyTesting
import Tensors
import Testing

@Suite struct SampleStatisticsTests {
    @Test func aFewNumbersByHand() {
        let statistics = SampleStatistics([2, 4, 4, 4, 5, 5, 7, 9])
        #expect(statistics.count == 8)
        #expect(statistics.mean == 5)
        #expect(statistics.variance == 32.0 / 7)
        #expect(statistics.standardDeviation == (32.0 / 7).squareRoot())
        #expect(statistics.standardError == (4.0 / 7).squareRoot())
    }

    /// NumAcc1…NumAcc4 of NIST's Statistical Reference Datasets: the mean and the standard deviation are known exactly.
    ///
    /// The tolerance is the error of writing 10000000.2 as a double, relative to a deviation of 0.1. A mean of squares
    /// less the square of the mean is beyond it on the last two.
    @Test(arguments: [
        ([10_000_001.0, 10_000_003, 10_000_002], 10_000_002.0, 1.0),
        (alternating(1.2, 1.1, 1.3, pairs: 500), 1.2, 0.1),
        (alternating(1_000_000.2, 1_000_000.1, 1_000_000.3, pairs: 500), 1_000_000.2, 0.1),
        (alternating(10_000_000.2, 10_000_000.1, 10_000_000.3, pairs: 500), 10_000_000.2, 0.1),
    ])
    func certifiedValues(values: [Double], mean: Double, deviation: Double) {
        let statistics = SampleStatistics(values)
        let tolerance = 4 * mean.ulp
        #expect(abs(statistics.mean - mean) <= tolerance)
        #expect(abs(statistics.standardDeviation - deviation) <= tolerance)
        if mean > 1e5, values.count > 3 {
            let squares = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
            let naive = (max(0, squares - mean * mean) * 1001 / 1000).squareRoot()
            #expect(abs(naive - deviation) > tolerance, "the data no longer tell a good formula from a bad one")
        }
    }

    private static func alternating(_ first: Double, _ low: Double, _ high: Double, pairs: Int) -> [Double] {
        [first] + (0..<pairs).flatMap { _ in [low, high] }
    }

    /// The other route: half the mean of all squared differences between two values is the sample variance.
    @Test func theVarianceIsHalfTheMeanSquaredDifferenceOfPairs() throws {
        try Property(
            "variance by pairs", Generator<Double>.real(in: -1000...1000).array(count: 2...12)
        ) { values, trial in
            let statistics = SampleStatistics(values)
            var sum = 0.0
            for first in values { for second in values { sum += (first - second) * (first - second) / 2 } }
            let count = Double(values.count)
            // Twelve values: some 150 roundings, each of the relative size of an ulp of 1.
            trial.equal(
                statistics.variance, sum / (count * (count - 1)), within: 2e-13 * max(1e-300, sum), "by pairs")
            trial.equal(
                statistics.standardError * statistics.standardError * count, statistics.variance,
                within: 1e-14 * statistics.variance, "standard error")
        }.check()
    }

    @Test func whatIsNotDefinedIsNaN() {
        #expect(SampleStatistics([]).mean.isNaN && SampleStatistics([]).variance.isNaN)
        #expect(SampleStatistics([3]).mean == 3 && SampleStatistics([3]).standardDeviation.isNaN)
        #expect(SampleStatistics([1, .nan, 2]).mean.isNaN && SampleStatistics([1, .nan, 2]).variance.isNaN)
        #expect(SampleStatistics([1, .infinity]).mean == .infinity && SampleStatistics([1, .infinity]).variance.isNaN)
        #expect(SampleStatistics([-.infinity, .infinity]).mean.isNaN)
        #expect(SampleStatistics([7, 7, 7]).variance == 0 && SampleStatistics([7, 7]).standardError == 0)
    }
}
