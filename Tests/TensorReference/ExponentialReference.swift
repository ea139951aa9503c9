import RealModule
import Tensors

/// The largest error found in a function, in units in the last place of the true value, and where.
public struct UlpError: Sendable {
    /// The error.
    public private(set) var ulps = 0.0
    /// The argument it was found at.
    public private(set) var argument = 0.0

    mutating func record(_ error: Double, at argument: Double) {
        // Written so that a NaN is kept.
        if !(error <= ulps) { (ulps, self.argument) = (error, argument) }
    }
}

#if arch(x86_64)
    /// The widest scalar: eleven more bits than `Double` on this machine.
    public typealias Extended = Float80
#else
    /// The widest scalar: no wider than `Double` on this machine.
    public typealias Extended = Double
#endif

/// The error of the vector exponential against an exponential of higher precision, over arguments whose true result is
/// normal.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func exponentialError<Scalar: TensorScalar>(_ arguments: [Scalar]) -> UlpError {
    var worst = UlpError()
    let results = Tensor(shape: [arguments.count], scalars: arguments).exponential().scalars
    for (argument, result) in zip(arguments, results) {
        let exact = Extended.exp(Extended(argument))
        let ulp = Extended(max(Scalar(exact), .leastNormalMagnitude).ulp)
        worst.record(Double((Extended(result) - exact).magnitude / ulp), at: Double(argument))
    }
    return worst
}
