import CGSL

/// Adaptive Gauss–Kronrod quadrature on a finite interval (GSL's QAG, after QUADPACK).
///
/// The interval with the largest error is halved until the sum of the errors is below the larger of the two tolerances.
/// The error is GSL's estimate. The integrand may throw; its error comes out unchanged. All workspaces are freed before a
/// call returns.
public struct AdaptiveQuadrature: Sendable {
    /// The pair of Gauss and Kronrod rules on each subinterval, by the number of Kronrod nodes.
    public enum Rule: Int32, Sendable, CaseIterable {
        /// 7 nodes of Gauss, 15 of Kronrod.
        case points15 = 1
        /// 10 and 21, 15 and 31, 20 and 41, 25 and 51, 30 and 61.
        case points21, points31, points41, points51, points61
    }

    /// Accepted absolute error.
    public var absoluteTolerance: Double
    /// Accepted error relative to the integral.
    public var relativeTolerance: Double
    /// The rule on each subinterval.
    public var rule: Rule
    /// The largest number of subintervals.
    public var maximumSubintervals: Int
    /// Whether an integral that missed its tolerance, because of rounding, a lack of subintervals, or a subinterval too
    /// small to halve, is returned with the error that it has; otherwise it is thrown as `GSLError.status` with the estimate
    /// in it.
    public var acceptsUnreachedTolerance = false

    /// Creates a quadrature that stops at the larger of an absolute and a relative tolerance.
    public init(
        absoluteTolerance: Double = 0, relativeTolerance: Double = 1e-10, rule: Rule = .points21,
        maximumSubintervals: Int = 2000
    ) {
        self.absoluteTolerance = absoluteTolerance
        self.relativeTolerance = relativeTolerance
        self.rule = rule
        self.maximumSubintervals = maximumSubintervals
    }

    /// ∫ over a finite interval.
    ///
    /// - Throws: what `integrand` throws, or `GSLError`.
    public func integrate(over interval: ClosedRange<Double>, _ integrand: RealFunction) throws -> Estimate {
        let routine = "gsl_integration_qag"
        guard maximumSubintervals > 0 else {
            throw GSLError.invalidArgument(
                routine: routine, reason: "expected at least one subinterval, found \(maximumSubintervals)")
        }
        return try withGSLFunction(routine, integrand) { callback in
            try GSLLibrary.withWorkspace(
                routine, gsl_integration_workspace_alloc(maximumSubintervals),
                release: gsl_integration_workspace_free
            ) { workspace in
                var value = 0.0
                var error = 0.0
                var status = gsl_integration_qag(
                    callback, interval.lowerBound, interval.upperBound, absoluteTolerance, relativeTolerance,
                    maximumSubintervals, rule.rawValue, workspace, &value, &error)
                if acceptsUnreachedTolerance, AdaptiveQuadrature.isUnreachedTolerance(status), error.isFinite {
                    status = Int32(GSL_SUCCESS)
                }
                return (status, Estimate(value: value, error: error.magnitude, kind: .quadratureEstimate))
            }
        }
    }

    private static func isUnreachedTolerance(_ status: Int32) -> Bool {
        let accepted: [GSLStatus] = [.roundOff, .singularity, .maximumIterations]
        return GSLStatus(rawValue: status).map(accepted.contains) ?? false
    }
}
