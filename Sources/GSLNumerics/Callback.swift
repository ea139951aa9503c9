import CGSL

/// Hands `function` to a GSL routine of one variable as a `gsl_function`, and throws what it threw or what the routine
/// reported.
///
/// - Parameters:
///   - routine: the name for messages.
///   - function: called on this thread, only while `body` runs.
///   - body: calls the routine and returns its status with the estimate that it reached.
func withGSLFunction(
    _ routine: String, _ function: RealFunction,
    _ body: (UnsafeMutablePointer<gsl_function>) throws -> (status: Int32, estimate: Estimate)
) throws -> Estimate {
    GSLLibrary.prepare()
    return try withoutActuallyEscaping(function) { escapable in
        var pending = PendingIntegrand(function: escapable, routine: routine, failure: nil)
        return try withUnsafeMutablePointer(to: &pending) { pointer in
            var callback = gsl_function(
                function: { x, context in
                    guard let context else { return .nan }
                    return context.assumingMemoryBound(to: PendingIntegrand.self).pointee.value(at: x)
                },
                params: UnsafeMutableRawPointer(pointer))
            let (status, estimate) = try body(&callback)
            try pointer.pointee.rethrow()
            try GSLLibrary.check(status, routine, best: estimate)
            return estimate
        }
    }
}
