import Foundation

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
        let mean = values.reduce(0, +) / Double(values.count)
        self.mean = mean
        count = values.count
        if values.count > 1 {
            let squares = values.map { ($0 - mean) * ($0 - mean) }
            standardDeviation = (squares.reduce(0, +) / Double(values.count - 1)).squareRoot()
        } else {
            standardDeviation = nil
        }
    }
}
