import Diagnostics

/// The sums of the first 1, 2, … of some weights, for draws of an index in proportion to its weight.
public struct CumulativeWeights: Sendable {
    @usableFromInline
    let sums: [Double]

    /// Adds up weights in their order.
    ///
    /// - Parameters:
    ///   - count: how many there are, at least one.
    ///   - weight: the weight of each index; not negative.
    @inlinable
    public init(count: Int, weight: (Int) -> Double) {
        require(count > 0, "the sums of \(count) weights")
        var sum = 0.0
        sums = (0..<count).map {
            sum += weight($0)
            return sum
        }
    }

    /// Adds up weights in their order; at least one, none negative.
    public init(_ weights: [Double]) { self.init(count: weights.count) { weights[$0] } }

    /// The sum of all weights.
    public var total: Double { sums[sums.count - 1] }

    /// The first index whose cumulative weight exceeds a share of the total, by bisection; the last one where rounding leaves none.
    ///
    /// - Parameter share: uniform on [0, 1) for a draw.
    public func index(atShare share: Double) -> Int {
        let target = share * total
        var (low, high) = (0, sums.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > target { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
