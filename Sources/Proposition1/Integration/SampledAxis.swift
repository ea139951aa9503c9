import Foundation

/// A piecewise linear density close to an axis's weight function.
struct SampledAxis {
    private let axis: Axis
    /// log of the largest weight.
    var peak: Double { axis.peak }
    private let step: Double
    private let heights: [Double]
    private let cumulative: [Double]

    init(_ axis: Axis) {
        self.axis = axis
        let cells = 512
        let step = (axis.window.upperBound - axis.window.lowerBound) / Double(cells)
        // A floor keeps every weight finite where the weight function vanishes.
        let heights = (0...cells).map { index in
            exp(axis.logWeight(axis.window.lowerBound + Double(index) * step) - axis.peak) + 1e-6
        }
        self.heights = heights
        self.step = step
        cumulative = (0..<cells).reduce(into: [0]) { sums, index in
            sums.append((sums.last ?? 0) + step * (heights[index] + heights[index + 1]) / 2)
        }
    }

    /// The point at a uniform variate, and the weight function, relative to its peak, over the sampling density there.
    func draw(_ uniform: Double) -> (point: Double, weight: Double) {
        let total = cumulative[cumulative.count - 1]
        let target = uniform * total
        var low = 0
        var high = heights.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if cumulative[middle] <= target { low = middle } else { high = middle }
        }
        // Within the cell the density is a + s·t, so that the area a·t + s·t²/2 has a closed inverse.
        let area = target - cumulative[low]
        let slope = (heights[low + 1] - heights[low]) / step
        let root = (heights[low] * heights[low] + 2 * slope * area).squareRoot()
        let offset = min(step, 2 * area / (heights[low] + root))
        let point = axis.window.lowerBound + Double(low) * step + offset
        let density = (heights[low] + slope * offset) / total
        return (point, exp(axis.logWeight(point) - axis.peak) / density)
    }
}
