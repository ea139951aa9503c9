import CGSL
import Diagnostics
import Foundation

/// Modified Bessel functions of the first kind I_ν(x) for x ≥ 0, in the forms that neither overflow nor underflow.
public enum ModifiedBessel {
    /// e^(−x) I_ν(x), in (0, 1].
    ///
    /// - Throws: `GSLError` for ν < 0 or x < 0, and where the result underflows.
    public static func scaledI(order: Double, _ x: Double) throws -> Estimate {
        GSLLibrary.prepare()
        var result = gsl_sf_result()
        // GSL 2.7's function of real order answers NaN for order 0 and x beyond about 500; that of integer order does not.
        let isSmallInteger = order == 0 || order == 1
        let status =
            isSmallInteger
            ? gsl_sf_bessel_In_scaled_e(Int32(order), x, &result) : gsl_sf_bessel_Inu_scaled_e(order, x, &result)
        let routine = "gsl_sf_bessel_Inu_scaled_e(\(order), \(x))"
        try GSLLibrary.check(status, routine)
        guard result.val.isFinite, result.err.isFinite else {
            throw GSLError.nonFiniteIntegrand(value: result.val, point: [order, x], routine: routine)
        }
        return Estimate(value: result.val, error: result.err.magnitude)
    }

    /// I_(ν+1)(x) / I_ν(x), in [0, 1), which rounds to 1 for x beyond 10¹⁶; 0 at x = 0.
    ///
    /// By the recurrence r_ν = 1 / (2(ν+1)/x + r_(ν+1)), run downwards. Each step shrinks an error by the factor r_ν²,
    /// so that the start (Amos's lower bound) is forgotten after about 7√x steps. His bounds differ by the share
    /// (ν+1)/x²; where that is below rounding, the start is the answer.
    ///
    /// Reference: Amos, *Computation of modified Bessel functions and their ratios*, Math. Comp. 28 (1974).
    ///
    /// - Precondition: `order` ≥ 0 and `x` ≥ 0, finite.
    public static func ratio(order: Double, _ x: Double) -> Double {
        require(order >= 0 && x >= 0 && x.isFinite, "expected order ≥ 0 and x ≥ 0, found \(order), \(x)")
        guard x > 0 else { return 0 }
        let steps = x / (order + 1) * x < 0x1p53 ? 24 + Int(7 * x.squareRoot()) : 0
        let top = order + Double(steps)
        var ratio = x / (top + 0.5 + hypot(x, top + 1.5))
        for step in stride(from: steps - 1, through: 0, by: -1) {
            ratio = 1 / (2 * (order + Double(step) + 1) / x + ratio)
        }
        return ratio
    }

    /// log of I_ν(x) · Γ(ν+1) · (2/x)^ν, which is 0 at x = 0, grows like x²/4(ν+1) and then like x.
    ///
    /// This is the part of log I_ν that stays finite as x → 0; it is accurate relative to itself, however small.
    ///
    /// - Precondition: `order` > −1 and `x` ≥ 0, finite.
    public static func logReducedI(order: Double, _ x: Double) throws -> Double {
        require(order > -1 && x >= 0 && x.isFinite, "expected order > −1 and x ≥ 0, found \(order), \(x)")
        if x <= 500 {
            // 0F1(; ν+1; x²/4) − 1: every term is positive, so nothing cancels.
            let quarter = x * x / 4
            var term = 1.0
            var sum = 0.0
            var index = 1.0
            repeat {
                term *= quarter / (index * (order + index))
                sum += term
                index += 1
            } while term > sum * 1e-18 || quarter > index * (order + index)
            return log1p(sum)
        }
        let scaled = try scaledI(order: order, x)
        return x + log(scaled.value) + lgamma(order + 1) - order * log(x / 2)
    }
}
