import CGSL

/// Adaptive Gauss–Kronrod quadrature on finite, half-infinite and infinite intervals (GSL's QUADPACK: QAG, QAGP, QAGI).
///
/// The interval with the largest error is halved until the sum of the errors is below the larger of the two tolerances.
/// The integrand may throw; its error comes out unchanged. All workspaces are freed before a call returns.
public struct AdaptiveQuadrature: Sendable {
    /// The pair of Gauss and Kronrod rules on each subinterval, by the number of Kronrod nodes. QAGP and QAGI have fixed
    /// rules (21 and 15 nodes) and do not read it.
    public enum Rule: Int32, Sendable, CaseIterable {
        case points15 = 1
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
    /// Whether an integral that missed its tolerance, because of rounding or a lack of subintervals, is returned with
    /// the error that it has; otherwise it is thrown as `GSLError.status` with the estimate in it.
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

    /// ∫ over a finite interval (QAG).
    ///
    /// - Throws: what `integrand` throws, or `GSLError`.
    public func integrate(over interval: ClosedRange<Double>, _ integrand: RealFunction) throws -> Estimate {
        try run("gsl_integration_qag", integrand) { callback, workspace, value, error in
            gsl_integration_qag(
                callback, interval.lowerBound, interval.upperBound, absoluteTolerance, relativeTolerance,
                maximumSubintervals, rule.rawValue, workspace, value, error)
        }
    }

    /// ∫ over a finite interval whose inner `breakpoints` are singular points or kinks of the integrand (QAGP).
    ///
    /// The integrand is never evaluated at the interval's ends or at a breakpoint.
    ///
    /// - Precondition: the breakpoints lie strictly inside the interval, in ascending order; else `GSLError`.
    public func integrate(
        over interval: ClosedRange<Double>, breakpoints: [Double], _ integrand: RealFunction
    ) throws -> Estimate {
        let points = [interval.lowerBound] + breakpoints + [interval.upperBound]
        guard zip(points, points.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw GSLError.invalidArgument(
                routine: "gsl_integration_qagp",
                reason: "expected breakpoints in ascending order strictly inside \(interval), found \(breakpoints)")
        }
        return try run("gsl_integration_qagp", integrand) { callback, workspace, value, error in
            var copy = points
            return gsl_integration_qagp(
                callback, &copy, copy.count, absoluteTolerance, relativeTolerance, maximumSubintervals, workspace,
                value, error)
        }
    }

    /// ∫ from a point to +∞ (QAGIU): `integrate(over: 0...)`.
    public func integrate(over interval: PartialRangeFrom<Double>, _ integrand: RealFunction) throws -> Estimate {
        try run("gsl_integration_qagiu", integrand) { callback, workspace, value, error in
            gsl_integration_qagiu(
                callback, interval.lowerBound, absoluteTolerance, relativeTolerance, maximumSubintervals, workspace,
                value, error)
        }
    }

    /// ∫ from −∞ to a point (QAGIL): `integrate(over: ...0)`.
    public func integrate(over interval: PartialRangeThrough<Double>, _ integrand: RealFunction) throws -> Estimate {
        try run("gsl_integration_qagil", integrand) { callback, workspace, value, error in
            gsl_integration_qagil(
                callback, interval.upperBound, absoluteTolerance, relativeTolerance, maximumSubintervals, workspace,
                value, error)
        }
    }

    /// ∫ over the whole real line (QAGI): `integrate(over: ...)`.
    public func integrate(over interval: UnboundedRange, _ integrand: RealFunction) throws -> Estimate {
        try run("gsl_integration_qagi", integrand) { callback, workspace, value, error in
            gsl_integration_qagi(
                callback, absoluteTolerance, relativeTolerance, maximumSubintervals, workspace, value, error)
        }
    }

    private func run(
        _ routine: String, _ integrand: RealFunction,
        _ call: (
            UnsafeMutablePointer<gsl_function>, UnsafeMutablePointer<gsl_integration_workspace>,
            UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>
        ) -> Int32
    ) throws -> Estimate {
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
                var status = call(callback, workspace, &value, &error)
                if acceptsUnreachedTolerance, AdaptiveQuadrature.isUnreachedTolerance(status), error.isFinite {
                    status = Int32(GSL_SUCCESS)
                }
                return (status, Estimate(value: value, error: error.magnitude))
            }
        }
    }

    private static func isUnreachedTolerance(_ status: Int32) -> Bool {
        let accepted: [GSLStatus] = [.roundOff, .maximumIterations, .singularity, .toleranceNotReached, .diverging]
        return GSLStatus(rawValue: status).map(accepted.contains) ?? false
    }
}

/// Doubly adaptive Clenshaw–Curtis quadrature (GSL's CQUAD): slower than QAG on smooth integrands, and sturdier on
/// integrands with peaks, kinks and integrable singularities.
public struct DoublyAdaptiveQuadrature: Sendable {
    /// Accepted absolute error.
    public var absoluteTolerance: Double
    /// Accepted error relative to the integral.
    public var relativeTolerance: Double
    /// How many intervals are kept at a time; GSL asks for at least 3 and recommends 100.
    public var maximumIntervals: Int

    /// Creates a quadrature that stops at the larger of an absolute and a relative tolerance.
    public init(absoluteTolerance: Double = 0, relativeTolerance: Double = 1e-10, maximumIntervals: Int = 200) {
        self.absoluteTolerance = absoluteTolerance
        self.relativeTolerance = relativeTolerance
        self.maximumIntervals = maximumIntervals
    }

    /// ∫ over a finite interval.
    ///
    /// - Throws: what `integrand` throws, or `GSLError`.
    public func integrate(over interval: ClosedRange<Double>, _ integrand: RealFunction) throws -> Estimate {
        let routine = "gsl_integration_cquad"
        return try withGSLFunction(routine, integrand) { callback in
            try GSLLibrary.withWorkspace(
                routine, gsl_integration_cquad_workspace_alloc(maximumIntervals),
                release: gsl_integration_cquad_workspace_free
            ) { workspace in
                var value = 0.0
                var error = 0.0
                let status = gsl_integration_cquad(
                    callback, interval.lowerBound, interval.upperBound, absoluteTolerance, relativeTolerance, workspace,
                    &value, &error, nil)
                return (status, Estimate(value: value, error: error.magnitude))
            }
        }
    }
}
