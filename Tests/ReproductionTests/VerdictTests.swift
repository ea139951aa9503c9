import Reproduction
import Tensors
import Testing

/// When a number is reproduced, exceeded or different.
@Suite struct VerdictTests {
    private func expectation(_ printed: String, _ direction: PaperExpectation.Direction) throws -> PaperExpectation {
        let paper = try #require(
            PaperResults.all.first { $0.printed == printed }, "the paper prints no \(printed)")
        return PaperExpectation(paper: paper, direction: direction)
    }

    /// Four seeds with this mean and standard deviation.
    private func seeds(_ mean: Double, _ deviation: Double) -> SampleStatistics {
        // Four values at ±a have the standard deviation a·√(4/3).
        let a = deviation * (3.0 / 4).squareRoot()
        return SampleStatistics([mean - a, mean + a, mean - a, mean + a])
    }

    @Test func aNumberIsReadAsItIsPrinted() throws {
        let paper = try expectation("0.9729 ± 0.0014", .upwards).paper
        #expect(paper.mean == 0.9729 && paper.deviation == 0.0014)
        #expect(try expectation("0.0845", .none).paper.deviation == nil)
    }

    /// The error of the difference of 0.9729 ± 0.0014 and four seeds of the same spread: √(0.0014²/4 + 0.0014²/4) = 0.00099.
    @Test func twoStandardErrorsDecide() throws {
        let expectation = try expectation("0.9729 ± 0.0014", .upwards)
        #expect(abs((expectation.standardErrors(of: seeds(0.9749, 0.0014)) ?? 0) - 0.002 / 0.00098995) < 1e-3)
        #expect(expectation.verdict(on: seeds(0.9729 + 0.0019, 0.0014)) == .reproduced)
        #expect(expectation.verdict(on: seeds(0.9729 - 0.0019, 0.0014)) == .reproduced)
        #expect(expectation.verdict(on: seeds(0.9729 + 0.0021, 0.0014)) == .exceeded)
        #expect(expectation.verdict(on: seeds(0.9729 - 0.0021, 0.0014)) == .different)
        #expect(expectation.verdict(on: nil) == .missing)
    }

    @Test func theDirectionSaysWhatSupportsThePaper() throws {
        let collapse = try expectation("0.3156 ± 0.0044", .downwards)
        #expect(collapse.verdict(on: seeds(0.29, 0.004)) == .exceeded)
        #expect(collapse.verdict(on: seeds(0.34, 0.004)) == .different)
        let raw = try expectation("0.8992 ± 0.0012", .none)
        #expect(raw.verdict(on: seeds(0.93, 0.001)) == .different && raw.verdict(on: seeds(0.87, 0.001)) == .different)
    }

    /// A single run has no spread of its own: the paper's stands for it. √(0.0014² + 0.0014²/4) = 0.00157.
    @Test func aSingleRunSpreadsLikeThePapers() throws {
        let expectation = try expectation("0.9729 ± 0.0014", .upwards)
        #expect(expectation.verdict(on: SampleStatistics([0.9729 + 0.0031])) == .reproduced)
        #expect(expectation.verdict(on: SampleStatistics([0.9729 + 0.0032])) == .exceeded)
    }

    /// Without any spread half a unit of the last digit remains.
    @Test func aNumberWithoutSpreadIsExactToItsDigits() throws {
        let potential = try expectation("0.0845", .downwards)
        #expect(potential.verdict(on: SampleStatistics([0.08454])) == .reproduced)
        #expect(potential.verdict(on: SampleStatistics([0.0846])) == .different)
        #expect(potential.verdict(on: SampleStatistics([0.0844])) == .exceeded)
    }
}
