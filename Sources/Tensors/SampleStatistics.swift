/// Mean and spread of independent values of one random quantity.
///
/// The values may lie far from zero and close together: the squares that are summed are those of the differences from
/// the mean, not of the values. A NaN among the values makes every number here NaN; an infinite one makes the mean
/// infinite (NaN if both infinities occur) and the spread NaN. What a few values do not define is NaN too: the mean of
/// none, the spread of fewer than two.
public struct SampleStatistics: Equatable, Sendable {
    /// How many values.
    public let count: Int
    /// Their sum divided by ``count``.
    public let mean: Double
    /// The sample variance: the sum of squared differences from the mean, divided by ``count`` − 1.
    public let variance: Double

    /// The statistics of `values`, which must be added in a fixed order for the same bits.
    public init(_ values: some Collection<Double>) {
        count = values.count
        let number = Double(count)
        let first = values.reduce(0, +) / number
        // The differences from the rounded mean add up to what rounding took from it.
        let rest = values.reduce(0) { $0 + ($1 - first) }
        mean = first.isFinite ? first + rest / number : first
        let squares = values.reduce(0) { $0 + ($1 - first) * ($1 - first) } - rest * rest / number
        // Below zero by rounding alone; NaN stays NaN.
        variance = count < 2 ? .nan : (squares < 0 ? 0 : squares) / (number - 1)
    }

    /// The square root of the variance.
    public var standardDeviation: Double { variance.squareRoot() }

    /// The standard deviation of the mean, estimated: that of the values divided by √``count``.
    public var standardError: Double { (variance / Double(count)).squareRoot() }
}
