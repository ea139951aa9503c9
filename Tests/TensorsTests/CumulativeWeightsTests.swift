import Tensors
import Testing

/// An index drawn in proportion to its weight.
@Suite struct CumulativeWeightsTests {
    /// Each share of [0, 1) belongs to the index whose interval it lies in; an index of weight zero is never drawn.
    @Test func everyIndexHasItsShare() {
        let weights = CumulativeWeights([0, 0.5, 0, 1.5, 2, 0])
        #expect(weights.total == 4)
        for (share, index) in [(0, 1), (0.124, 1), (0.125, 3), (0.499, 3), (0.5, 4), (0.999, 4)] {
            #expect(weights.index(atShare: share) == index, "\(share)")
        }
        #expect(CumulativeWeights([3]).index(atShare: 0.9) == 0)
    }

    /// By bisection as by looking at one after the other, for as many as a canvas has crops.
    @Test func bisectionFindsWhatAScanDoes() {
        var generator = PhiloxGenerator(seed: 5, purpose: "cumulative weights")
        let weights = (0..<289).map { _ in generator.unitInterval() }
        let cumulative = CumulativeWeights(count: 289) { weights[$0] }
        let sums = weights.indices.map { weights[...$0].reduce(0, +) }
        for _ in 0..<1_000 {
            let share = generator.unitInterval()
            #expect(cumulative.index(atShare: share) == sums.firstIndex { $0 > share * sums[288] })
        }
    }
}
