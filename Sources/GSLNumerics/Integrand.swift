/// A function of one real variable.
public typealias RealFunction = (Double) throws -> Double

/// A Swift closure on its way through C: what it throws is kept here until the C routine has returned.
///
/// After the first failure the closure is not called again and the C routine is fed zeros, on which it ends quickly; its
/// result is thrown away with them.
struct PendingIntegrand {
    let function: RealFunction
    let routine: String
    var failure: (any Error)?

    /// The value at `x`, checked for being finite; zero from the first failure on.
    mutating func value(at x: Double) -> Double {
        guard failure == nil else { return 0 }
        do {
            let value = try function(x)
            guard value.isFinite else {
                throw GSLError.nonFiniteIntegrand(value: value, point: x, routine: routine)
            }
            return value
        } catch {
            failure = error
            return 0
        }
    }

    /// Throws what the closure threw.
    func rethrow() throws {
        if let failure { throw failure }
    }
}
