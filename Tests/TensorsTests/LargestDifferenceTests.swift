import TensorReference
import Testing

/// What a comparison must not overlook.
@Suite struct LargestDifferenceTests {
    private let expected = [1.0, -2, 4, 8, -16]

    /// First, in the middle and last.
    @Test(arguments: [0, 2, 4]) func aNaNIsNoticed(place: Int) {
        var found = expected
        found[0] += 0.25
        found[place] = .nan
        #expect(largestDifference(found, expected).isNaN)
        #expect(largestDifference(expected, found).isNaN)
        #expect(largest(found.map(abs)).isNaN)
    }

    /// At either end of either side, though what is left agrees.
    @Test func aMissingElementIsNoticed() {
        for (found, wanted) in [
            (expected.dropLast(), expected[...]), (expected[...], expected.dropLast()),
            (expected.dropFirst(), expected[...]), ([], expected[...]), (expected[...], []),
        ] {
            #expect(largestDifference(found, wanted) == .infinity)
        }
        #expect(largestDifference([Float](), [Double]()) == 0)
    }

    /// Wherever it stands, of either sign, and of elements in another precision.
    @Test(arguments: [0, 2, 4], [0.5, -0.5]) func theLargestIsFound(place: Int, change: Double) {
        var found = expected.map { Float($0) }
        #expect(largestDifference(found, expected) == 0)
        found[1] += 0.25
        found[place] += Float(change)
        #expect(largestDifference(found, expected) == 0.5)
    }
}
