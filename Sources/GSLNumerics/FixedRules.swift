import CGSL

/// Gauss–Legendre quadrature with a fixed number of nodes: exact for polynomials of degree `2 · count − 1`.
public struct GaussLegendreRule: Sendable {
    /// Nodes in [−1, 1], ascending.
    public let nodes: [Double]
    /// The weight of each node; they sum to 2.
    public let weights: [Double]

    /// The rule with `count` nodes, from GSL's tables and Newton iterations.
    ///
    /// - Throws: `GSLError.invalidArgument` unless `count` is positive.
    public init(count: Int) throws {
        let routine = "gsl_integration_glfixed_table_alloc"
        guard count > 0 else {
            throw GSLError.invalidArgument(routine: routine, reason: "expected at least one node, found \(count)")
        }
        GSLLibrary.prepare()
        (nodes, weights) = try GSLLibrary.withWorkspace(
            routine, gsl_integration_glfixed_table_alloc(count), release: gsl_integration_glfixed_table_free
        ) { table in
            var nodes = [Double](repeating: 0, count: count)
            var weights = nodes
            for index in 0..<count {
                let status = gsl_integration_glfixed_point(-1, 1, index, &nodes[index], &weights[index], table)
                try GSLLibrary.check(status, "gsl_integration_glfixed_point")
                (nodes[index], weights[index]) = GaussLegendreRule.polished(nodes[index], count: count)
            }
            return (nodes, weights)
        }
    }

    /// A node after two Newton steps on the Legendre polynomial P_n, with its weight 2(1 − x²)/(n P_(n−1)(x))².
    ///
    /// GSL computes rules that are not in its tables to about 1e-11 only. Near the ends of [−1, 1] P_n is steep and 1 − x
    /// has lost its digits, so that the weights of a thousand nodes would be right to 1e-8 there; in the variable 1 − |x|,
    /// with the recurrence of the differences P_k − P_(k−1), they are right to 1e-12, and their sum to a few ulps.
    private static func polished(_ start: Double, count: Int) -> (node: Double, weight: Double) {
        let degree = Double(count)
        var fromEnd = 1 - start.magnitude
        func legendre() -> (value: Double, previous: Double) {
            var previous = 1.0
            var difference = -fromEnd
            for k in stride(from: 2, through: degree, by: 1) {
                let value = previous + difference
                difference = ((k - 1) * difference - (2 * k - 1) * fromEnd * value) / k
                previous = value
            }
            return (previous + difference, previous)
        }
        for _ in 0..<2 {
            let (value, previous) = legendre()
            // P_n' = n (x P_n − P_(n−1))/(x² − 1), and x = 1 − fromEnd falls as fromEnd grows.
            let slope = degree * ((1 - fromEnd) * value - previous) / (fromEnd * (fromEnd - 2))
            fromEnd += value / slope
        }
        let factor = degree * legendre().previous
        return (start < 0 ? fromEnd - 1 : 1 - fromEnd, 2 * fromEnd * (2 - fromEnd) / (factor * factor))
    }

    /// The nodes and weights carried over to `interval`.
    public func scaled(to interval: ClosedRange<Double>) -> (nodes: [Double], weights: [Double]) {
        let half = (interval.upperBound - interval.lowerBound) / 2
        let middle = interval.lowerBound + half
        return (nodes.map { middle + half * $0 }, weights.map { half * $0 })
    }
}

/// The trapezoidal rule over a full period, which converges geometrically for periodic analytic integrands.
///
/// Reference: Trefethen & Weideman, *The exponentially convergent trapezoidal rule*, SIAM Review 56 (2014).
public struct PeriodicTrapezoid: Sendable {
    /// Accepted absolute error.
    public var absoluteTolerance: Double
    /// Accepted error relative to the integral.
    public var relativeTolerance: Double
    /// The number of nodes to start from.
    public var initialNodes: Int
    /// The largest number of nodes before the rule gives up.
    public var maximumNodes: Int
    /// Whether an integral that missed its tolerance is returned with the error that it has; otherwise it is thrown as
    /// `GSLError.status` with the estimate in it.
    public var acceptsUnreachedTolerance = false

    /// Creates a rule that doubles its nodes until two successive values agree to the tolerance.
    public init(
        absoluteTolerance: Double = 0, relativeTolerance: Double = 1e-12, initialNodes: Int = 16,
        maximumNodes: Int = 1 << 20
    ) {
        self.absoluteTolerance = absoluteTolerance
        self.relativeTolerance = relativeTolerance
        self.initialNodes = initialNodes
        self.maximumNodes = maximumNodes
    }

    /// ∫ over `period`, whose ends are the same point of the integrand.
    ///
    /// The error is an estimate: the change of the last doubling plus the rounding error of the sum. Agreement is asked for
    /// twice in a row, because two coarse rules can miss the same peak.
    ///
    /// - Throws: what `integrand` throws; `GSLError` when the tolerance is not reached or a value is not finite.
    public func integrate(over period: ClosedRange<Double>, _ integrand: RealFunction) throws -> Estimate {
        let length = period.upperBound - period.lowerBound
        var count = max(1, initialNodes)
        var sum = 0.0
        var magnitude = 0.0
        func add(from offset: Double, step: Double, _ terms: Int) throws {
            for index in 0..<terms {
                let point = period.lowerBound + offset + Double(index) * step
                let value = try integrand(point)
                guard value.isFinite else {
                    throw GSLError.nonFiniteIntegrand(value: value, point: point, routine: "PeriodicTrapezoid")
                }
                sum += value
                magnitude += value.magnitude
            }
        }
        try add(from: 0, step: length / Double(count), count)
        var previous = length * sum / Double(count)
        var agreements = 0
        while true {
            let step = length / Double(count)
            try add(from: step / 2, step: step, count)
            count *= 2
            let current = length * sum / Double(count)
            let rounding = 8 * Double.ulpOfOne * length * magnitude / Double(count)
            let estimate = Estimate(
                value: current, error: (current - previous).magnitude + rounding, kind: .quadratureEstimate)
            let accepted = max(absoluteTolerance, relativeTolerance * current.magnitude, 2 * rounding)
            agreements = estimate.error <= accepted ? agreements + 1 : 0
            if agreements == 2 { return estimate }
            if count >= maximumNodes {
                if acceptsUnreachedTolerance { return estimate }
                throw GSLError.status(.toleranceNotReached, routine: "PeriodicTrapezoid", best: estimate)
            }
            previous = current
        }
    }
}
