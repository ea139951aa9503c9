import Foundation

/// How an evaluation integrates. The defaults meet the accuracy that the documentation promises.
public struct QuadratureSettings: Sendable, Equatable {
    /// Weights below e^(−depth) of the largest are left out: e^(−40) is 4e-18.
    public var depth = 40.0
    /// Accepted relative change of the information and the gap from one level of nodes to the next, for ranks 1 and 2.
    public var relativeTolerance = 1e-11
    /// The same for rank 3.
    public var relativeToleranceOfRank3 = 1e-8
    /// The most scores that one level of the product rule may evaluate; beyond it the value is sampled or the error says so.
    public var maximumScores = 1.5e9
    /// How many points a sampled evaluation spends on each component and replicate, about.
    public var samplesPerReplicate = 4096
    /// The seed of sampled evaluations.
    public var seed: UInt64 = 1

    /// The defaults.
    public init() {}

    /// ``depth``, and less of it in three dimensions, whose tolerance is wider: e^(−28) is 7e-13.
    ///
    /// More by the logarithm of the least probability p: far out around a frequent code a rare one takes over, and there the
    /// integrands are of order 1, though their means are of order p. Beyond 4e-18 no more is at stake than 1e-32 nats.
    func depth(for channel: ReducedChannel) -> Double {
        (channel.rank == 3 ? min(depth, 28) : depth) + min(40, -log(channel.leastProbability))
    }
}
