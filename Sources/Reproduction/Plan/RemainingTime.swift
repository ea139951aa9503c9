import Diagnostics

/// How long the runs of a plan still take, corrected by how long those before them took.
///
/// Times are in seconds since the work began. A run that takes the whole machine for a second, and one of two at once that takes
/// two seconds, have cost the same: a second of the machine.
public struct RemainingTime: Sendable {
    /// What each run costs by the estimate, in seconds of the machine.
    private let expected: [Double]
    /// How many runs are done at once.
    private let atOnce: Int
    private var states: [State]
    private var finished = (expected: 0.0, taken: 0.0)

    private enum State {
        case waiting
        case running(since: Double)
        case done
    }

    /// Nothing is done yet.
    ///
    /// - Parameters:
    ///   - expected: the seconds that each run takes by the estimate if it has the whole machine; positive.
    ///   - atOnce: how many runs share the machine; at least 1.
    public init(_ expected: [Double], atOnce: Int = 1) {
        require(expected.allSatisfy { $0 > 0 } && atOnce >= 1, "\(atOnce) runs at once that take \(expected) seconds")
        self.expected = expected
        self.atOnce = atOnce
        states = expected.map { _ in .waiting }
    }

    /// The seconds to the end of all runs.
    ///
    /// A run that takes longer than expected is about to end as far as one knows: it never makes the time of the others less.
    ///
    /// - Parameter now: the time.
    public func seconds(at now: Double = 0) -> Double {
        var (ends, waiting): ([Double], [Double]) = ([], [])
        for (run, state) in states.enumerated() {
            let duration = expected[run] * pace * Double(atOnce)
            switch state {
            case .waiting: waiting.append(duration)
            case .running(let since): ends.append(duration - min(max(now - since, 0), duration))
            case .done: break
            }
        }
        // Runs are begun in their order, each when one before it ends.
        while ends.count < atOnce { ends.append(0) }
        for duration in waiting {
            if let next = ends.indices.min(by: { ends[$0] < ends[$1] }) { ends[next] += duration }
        }
        return ends.max() ?? 0
    }

    /// Notes that a run has begun.
    public mutating func begin(_ run: Int, at now: Double) { states[run] = .running(since: now) }

    /// Notes that a run is done.
    public mutating func finish(_ run: Int, at now: Double) {
        guard case .running(let since) = states[run] else {
            return require(false, "run \(run) is done, and was not begun")
        }
        states[run] = .done
        finished.expected += expected[run]
        // Of the machine: the others had their part of it.
        finished.taken += max(now - since, 0) / Double(atOnce)
    }

    /// How much longer than expected the runs so far took; 1 until there is something to go by: a run that is a hundredth of all
    /// or less says little of the others.
    private var pace: Double {
        finished.expected > 0.01 * expected.reduce(0, +) ? finished.taken / finished.expected : 1
    }
}
