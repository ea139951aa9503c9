/// Iterated adaptive quadrature in two and three dimensions over regions whose inner bounds may depend on the outer
/// variables.
///
/// The inner integrals' error bounds are integrated too: the outer bound is the outer rule's error plus the largest inner
/// error times the length of the outer interval.
public struct NestedQuadrature: Sendable {
    /// The rule of every level.
    public var rule: AdaptiveQuadrature

    /// Creates a nested quadrature; inner levels are asked for a tenth of the tolerance of the level above.
    public init(_ rule: AdaptiveQuadrature = AdaptiveQuadrature(relativeTolerance: 1e-8)) {
        self.rule = rule
    }

    private var inner: NestedQuadrature {
        var finer = rule
        finer.absoluteTolerance /= 10
        finer.relativeTolerance = max(finer.relativeTolerance / 10, 1e-13)
        return NestedQuadrature(finer)
    }

    /// ∫∫ f(x, y) dy dx with y in `inner(x)`.
    ///
    /// - Throws: what `integrand` throws, or `GSLError`.
    public func integrate(
        over outer: ClosedRange<Double>, _ innerInterval: (Double) throws -> ClosedRange<Double>,
        _ integrand: (Double, Double) throws -> Double
    ) throws -> Estimate {
        let finer = inner.rule
        return try accumulate(outer) { x in
            try finer.integrate(over: try innerInterval(x)) { y in try integrand(x, y) }
        }
    }

    /// ∫∫∫ f(x, y, z) dz dy dx with y in `middle(x)` and z in `inner(x, y)`.
    ///
    /// - Throws: what `integrand` throws, or `GSLError`.
    public func integrate(
        over outer: ClosedRange<Double>, _ middle: (Double) throws -> ClosedRange<Double>,
        _ innermost: (Double, Double) throws -> ClosedRange<Double>,
        _ integrand: (Double, Double, Double) throws -> Double
    ) throws -> Estimate {
        let finer = inner
        return try accumulate(outer) { x in
            try finer.integrate(over: try middle(x), { y in try innermost(x, y) }) { y, z in try integrand(x, y, z) }
        }
    }

    private func accumulate(
        _ outer: ClosedRange<Double>, _ section: (Double) throws -> Estimate
    ) throws -> Estimate {
        var largestInnerError = 0.0
        let result = try rule.integrate(over: outer) { x in
            let value = try section(x)
            largestInnerError = max(largestInnerError, value.error)
            return value.value
        }
        let length = outer.upperBound - outer.lowerBound
        return Estimate(value: result.value, error: result.error + largestInnerError * length)
    }
}
