import Foundation
import GSLNumerics
import Tensors

/// The route by equation (2): a fixed product rule around each mean, refined until two levels agree.
///
/// The densities are never normalised here: the weights of the nodes are divided by their own sum. So C_β plays no part,
/// as in (2).
struct ProductQuadrature<E: Equations> {
    let channel: ReducedChannel
    let equations: E
    let settings: QuadratureSettings
    let geometry: ComponentGeometry

    init(_ channel: ReducedChannel, _ equations: E, _ settings: QuadratureSettings) {
        self.channel = channel
        self.equations = equations
        self.settings = settings
        geometry = ComponentGeometry(
            family: channel.family, rank: channel.rank, depth: settings.depth(for: channel))
    }

    /// The values with estimates of their truncation errors.
    struct Result {
        let values: Moments
        let errors: Moments
    }

    /// Nodes per axis, level by level.
    private var levels: [Int] {
        switch geometry.axes.count {
        case 0: [1, 2]
        case 1: [64, 96, 144, 216, 324, 486, 729, 1093]
        case 2: [40, 60, 90, 135, 202, 303, 454]
        default: [20, 30, 44, 64, 92, 130]
        }
    }

    /// How many scores a level evaluates.
    private func cost(_ count: Int) -> Double {
        let means = Double(channel.means.count)
        let own = Double(channel.ownMeans.reduce(0) { $0 + $1.count })
        return means * pow(Double(count), Double(geometry.axes.count)) * (means + 2 * own)
    }

    /// Whether the first three levels are within the budget.
    var isAffordable: Bool { channel.rank <= 3 && cost(levels[min(2, levels.count - 1)]) <= settings.maximumScores }

    /// Refines until the information and the gap change by no more than the tolerance, or than rounding accounts for.
    ///
    /// One small change is no proof: two coarse rules can be wrong alike. The last change must also be a fraction of the
    /// one before, as it is once the rules converge geometrically, or be far below the tolerance. The reported error is
    /// twice the last change, and eight times in three dimensions, where levels are few and close to one another. (On 260
    /// random channels the true error was at most 0.4 of twice the change: random_channels.py in Fixtures/Proposition1.)
    /// Where the budget ends first, the error is what it is by then.
    ///
    /// Refinement ends at once where it cannot help: at a value that is not finite, and where rounding alone makes the
    /// information's error larger than is of use.
    func converge() throws -> Result {
        let tolerance = channel.rank == 3 ? settings.relativeToleranceOfRank3 : settings.relativeTolerance
        var current = try evaluate(count: levels[0])
        var formerChange: Moments?
        var errors = Moments()
        for count in levels.dropFirst() where cost(count) <= settings.maximumScores {
            let previous = current
            current = try evaluate(count: count)
            let change = current.distance(to: previous)
            errors = Moments()
            // Without an axis there is nothing to refine: the sum is the integral.
            errors.add(change, weight: geometry.axes.isEmpty ? 0 : channel.rank == 3 ? 8 : 2)
            let bounds = RoundingBounds(channel, current, geometry: geometry)
            let information = current[.information]
            guard information.isFinite,
                bounds.error(of: .information)
                    <= Evaluation.Method.quadrature(rank: channel.rank).largestUsefulError(of: information)
            else { break }
            let isSettled = [Moments.Quantity.information, .gap].allSatisfy { quantity in
                let size = current[quantity].magnitude
                let rounding = bounds.error(of: quantity)
                let isSmall = 2 * change[quantity] <= max(tolerance * size, rounding)
                let isShrinking = formerChange.map { change[quantity] <= $0[quantity] / 4 } ?? false
                return isSmall && (isShrinking || 2 * change[quantity] <= max(tolerance * size / 1000, rounding))
            }
            if isSettled { break }
            formerChange = change
        }
        return Result(values: current, errors: errors)
    }

    /// The values with `count` nodes on each axis.
    func evaluate(count: Int) throws -> Moments {
        let rules = try geometry.axes.map { try $0.rule(count: count) }
        let ofMeans = Parallel.map(channel.means.count) { mean in
            let integrand = ComponentIntegrand(NodeEvaluator(channel, equations), mean: mean)
            var sum = Moments()
            var mass = 0.0
            withUnsafeTemporaryAllocation(of: Double.self, capacity: 6) { buffer in
                buffer.initialize(repeating: 0)
                guard let coordinates = buffer.baseAddress else { return }
                let local = coordinates + 3
                visit(rules[...], axis: 0, weight: 1, coordinates) { weight in
                    geometry.place(coordinates, into: local)
                    sum.add(integrand.moments(at: local), weight: weight)
                    mass += weight
                }
            }
            return sum.divided(by: mass)
        }
        var total = Moments()
        for (sum, weight) in zip(ofMeans, channel.meanWeights) { total.add(sum, weight: weight) }
        return total
    }

    private func visit(
        _ rules: ArraySlice<(nodes: [Double], weights: [Double])>, axis: Int, weight: Double,
        _ coordinates: UnsafeMutablePointer<Double>, _ body: (Double) -> Void
    ) {
        guard let rule = rules.first else { return body(weight) }
        for index in rule.nodes.indices where rule.weights[index] * weight > 0 {
            coordinates[axis] = rule.nodes[index]
            visit(rules.dropFirst(), axis: axis + 1, weight: weight * rule.weights[index], coordinates, body)
        }
    }
}
