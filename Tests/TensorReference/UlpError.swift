import RealModule
import Tensors

/// The largest error found in a function, in units in the last place of the true value, and where.
public struct UlpError: Sendable {
    /// The error.
    public private(set) var ulps = 0.0
    /// The argument it was found at.
    public private(set) var argument = 0.0

    mutating func record(_ error: Double, at argument: Double) {
        // Written so that a NaN is taken, and kept.
        if !ulps.isNaN && !(error <= ulps) { (ulps, self.argument) = (error, argument) }
    }
}

#if arch(x86_64)
    /// The widest scalar: eleven more bits than `Double` on this machine.
    public typealias Extended = Float80
#else
    /// The widest scalar: no wider than `Double` on this machine.
    public typealias Extended = Double
#endif

/// The error of a function's results against the function in higher precision, over arguments whose true result is
/// normal.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func ulpError<Scalar: TensorScalar>(
    of results: [Scalar], at arguments: [Scalar], from function: (Extended) -> Extended
) -> UlpError {
    var worst = UlpError()
    for (argument, result) in zip(arguments, results) {
        let exact = function(Extended(argument))
        let ulp = Extended(max(Scalar(exact).magnitude, .leastNormalMagnitude).ulp)
        worst.record(Double((Extended(result) - exact).magnitude / ulp), at: Double(argument))
    }
    return worst
}

/// The error of the vector exponential; see ``ulpError(of:at:from:)``.
public func exponentialError<Scalar: TensorScalar>(_ arguments: [Scalar]) -> UlpError {
    let results = Tensor(shape: [arguments.count], scalars: arguments).exponential().scalars
    return ulpError(of: results, at: arguments, from: { .exp($0) })
}

/// The error of the vector logarithm; see ``ulpError(of:at:from:)``.
public func logarithmError<Scalar: TensorScalar>(_ arguments: [Scalar]) -> UlpError {
    let results = Tensor(shape: [arguments.count], scalars: arguments).logarithm().scalars
    return ulpError(of: results, at: arguments, from: { .log($0) })
}
