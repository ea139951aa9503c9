import CGSL

/// The derivative of `function` at `point` by an adaptive five-point central rule (`gsl_deriv_central`).
///
/// The rule starts from `step`, estimates truncation and rounding errors, and chooses the step that balances them.
///
/// - Parameters:
///   - function: a smooth function; it is evaluated within `step` of `point`.
///   - point: where the derivative is taken.
///   - step: the first step, positive; the scale on which `function` changes is a good choice.
/// - Returns: the derivative with GSL's estimate of its absolute error.
/// - Throws: what `function` throws; `GSLError` for a step that is not positive and for values that are not finite.
public func centralDerivative(
    of function: (Double) throws -> Double, at point: Double, step: Double = 1e-3
) throws -> Estimate {
    guard step > 0, step.isFinite, point.isFinite else {
        throw GSLError.invalidArgument(
            routine: "centralDerivative", reason: "expected a finite point and a positive step, found \(point), \(step)"
        )
    }
    return try withGSLFunction("gsl_deriv_central", function) { callback in
        var value = 0.0
        var error = 0.0
        let status = gsl_deriv_central(callback, point, step, &value, &error)
        return (status, Estimate(value: value, error: error.magnitude, kind: .quadratureEstimate))
    }
}
