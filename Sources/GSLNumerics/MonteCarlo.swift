// GSL declares its generator types as mutable globals; they are constants in all but name.
@preconcurrency import CGSL

/// Monte Carlo integration over a box with GSL's plain, MISER and VEGAS algorithms.
///
/// The error is one standard error of the estimate, not a bound: in about a third of the runs the true value lies
/// outside. The same seed gives the same bits.
public struct MonteCarlo: Sendable {
    /// The algorithms.
    public enum Method: Sendable, CaseIterable {
        /// Uniform samples.
        case plain
        /// Recursive stratified sampling (Press & Farrar, 1990).
        case miser
        /// Adaptive importance sampling (Lepage, 1978).
        case vegas
    }

    /// The algorithm.
    public var method: Method
    /// How many times the integrand is called, per VEGAS round or in all.
    public var calls: Int
    /// The seed of the Mersenne Twister that draws the samples.
    public var seed: UInt

    /// Creates an integrator.
    public init(_ method: Method, calls: Int, seed: UInt) {
        self.method = method
        self.calls = calls
        self.seed = seed
    }

    /// ∫ over the box, a product of intervals, one per dimension; the integrand's argument is the point.
    ///
    /// - Returns: the value and one standard error.
    /// - Throws: what `integrand` throws, or `GSLError`.
    public func integrate(over box: [ClosedRange<Double>], _ integrand: ([Double]) throws -> Double) throws -> Estimate
    {
        let routine = "gsl_monte_\(method)_integrate"
        guard !box.isEmpty, calls > 1 else {
            throw GSLError.invalidArgument(
                routine: routine,
                reason: "expected a box of one dimension or more and two calls or more, found \(box.count), \(calls)")
        }
        GSLLibrary.prepare()
        return try GSLLibrary.withWorkspace("gsl_rng_alloc", gsl_rng_alloc(gsl_rng_mt19937), release: gsl_rng_free) {
            generator in
            gsl_rng_set(generator, seed)
            return try withoutActuallyEscaping(integrand) { escapable in
                typealias Pending = PendingIntegrand<([Double]) throws -> Double>
                var pending = Pending(function: escapable, routine: routine, failure: nil)
                return try withUnsafeMutablePointer(to: &pending) { pointer in
                    var callback = gsl_monte_function(
                        f: { coordinates, dimension, context in
                            guard let context, let coordinates else { return .nan }
                            let point = Array(UnsafeBufferPointer(start: coordinates, count: dimension))
                            return context.assumingMemoryBound(to: Pending.self)
                                .pointee.value(at: point) { try $0(point) }
                        },
                        dim: box.count, params: UnsafeMutableRawPointer(pointer))
                    let (status, estimate) = try run(&callback, box, generator)
                    try pointer.pointee.rethrow()
                    try GSLLibrary.check(status, routine, best: estimate)
                    return estimate
                }
            }
        }
    }

    private func run(
        _ callback: UnsafeMutablePointer<gsl_monte_function>, _ box: [ClosedRange<Double>],
        _ generator: UnsafeMutablePointer<gsl_rng>
    ) throws -> (Int32, Estimate) {
        var lower = box.map(\.lowerBound)
        var upper = box.map(\.upperBound)
        var value = 0.0
        var error = 0.0
        let status: Int32
        switch method {
        case .plain:
            status = try GSLLibrary.withWorkspace(
                "gsl_monte_plain_alloc", gsl_monte_plain_alloc(box.count), release: gsl_monte_plain_free
            ) { state in
                gsl_monte_plain_integrate(callback, &lower, &upper, box.count, calls, generator, state, &value, &error)
            }
        case .miser:
            status = try GSLLibrary.withWorkspace(
                "gsl_monte_miser_alloc", gsl_monte_miser_alloc(box.count), release: gsl_monte_miser_free
            ) { state in
                gsl_monte_miser_integrate(callback, &lower, &upper, box.count, calls, generator, state, &value, &error)
            }
        case .vegas:
            status = try GSLLibrary.withWorkspace(
                "gsl_monte_vegas_alloc", gsl_monte_vegas_alloc(box.count), release: gsl_monte_vegas_free
            ) { state in
                // A first short round fits the grid; the second one is the estimate.
                let first = gsl_monte_vegas_integrate(
                    callback, &lower, &upper, box.count, max(2, calls / 10), generator, state, &value, &error)
                guard first == 0 else { return first }
                return gsl_monte_vegas_integrate(
                    callback, &lower, &upper, box.count, calls, generator, state, &value, &error)
            }
        }
        return (status, Estimate(value: value, error: error.magnitude))
    }
}
