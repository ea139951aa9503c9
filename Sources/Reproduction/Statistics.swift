import Tensors

/// A number with its spread over repeated runs.
public struct Estimate: Equatable, Sendable {
    /// The mean of the values.
    public let mean: Double
    /// The sample standard deviation, with n − 1 in the denominator; `nil` for a single value.
    public let standardDeviation: Double?
    /// How many values.
    public let count: Int

    /// The estimate from independent values; `nil` where there are none. A NaN among them makes the mean NaN.
    public init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        let statistics = SampleStatistics(values)
        mean = statistics.mean
        standardDeviation = values.count > 1 ? statistics.standardDeviation : nil
        count = values.count
    }
}
