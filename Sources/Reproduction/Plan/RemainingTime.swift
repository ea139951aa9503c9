import Diagnostics

/// How long the runs of a plan still take, corrected by how long those before them took.
public struct RemainingTime: Sendable {
    /// Seconds that were expected, of the runs that are not done, in their order.
    private var expected: [Double]
    private var done = (expected: 0.0, taken: 0.0)

    /// Nothing is done yet.
    ///
    /// - Parameter expected: the seconds that each run takes by the estimate; positive.
    public init(_ expected: [Double]) {
        require(expected.allSatisfy { $0 > 0 }, "runs that take \(expected) seconds")
        // The next run is the last element.
        self.expected = expected.reversed()
    }

    /// The seconds to the end of all runs, without those that the current run has taken.
    ///
    /// A run that takes longer than expected is about to end as far as one knows: it never makes the time of the later ones less.
    ///
    /// - Parameter elapsed: seconds since the current run began.
    public func seconds(elapsed: Double = 0) -> Double {
        let all = expected.reduce(0, +) * pace
        guard let current = expected.last else { return 0 }
        return all - min(max(elapsed, 0), current * pace)
    }

    /// Notes that the current run is done.
    ///
    /// - Parameter taken: the seconds that it took.
    public mutating func finishRun(taken: Double) {
        require(!expected.isEmpty, "no run is left to finish")
        done.expected += expected.removeLast()
        done.taken += taken
    }

    /// How much longer than expected the runs so far took; 1 until there is something to go by.
    private var pace: Double { done.expected > 0 ? done.taken / done.expected : 1 }
}
