import Diagnostics
import Foundation

/// Modified Bessel functions of the first kind I_ν(x) for x ≥ 0, in the forms that neither overflow nor underflow.
public enum ModifiedBessel {
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
    /// This is the part of log I_ν that stays finite as x → 0; it is accurate relative to itself, however small or large.
    /// Up to x = 500 by the power series, which needs no more than 500 terms there; beyond, by the uniform expansion,
    /// whose sixth term is below 2⁻⁵³ there whatever the order.
    ///
    /// - Precondition: `order` ≥ 0 and `x` ≥ 0, finite.
    public static func logReducedI(order: Double, _ x: Double) -> Double {
        require(order >= 0 && x >= 0 && x.isFinite, "expected order ≥ 0 and x ≥ 0, found \(order), \(x)")
        return x <= 500 ? powerSeries(order: order, x) : uniformExpansion(order: order, x)
    }

    /// log of 0F1(; ν+1; x²/4): every term is positive, so nothing cancels.
    private static func powerSeries(order: Double, _ x: Double) -> Double {
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

    /// Debye's expansion, uniform in the order: with w = √(ν² + x²), q = (ν/w)²,
    ///
    ///     I_ν(x) ~ e^w (x/(ν + w))^ν / √(2πw) · Σ_k w^(−k) V_k(q),      V_k(p²) = U_k(p)/p^k
    ///
    /// At ν = 0 it is Hankel's expansion for large x. Large terms of log Γ(ν+1) cancel those of log I_ν; from ν = 16 on
    /// both are written without them, by Stirling's series.
    ///
    /// Reference: NIST Digital Library of Mathematical Functions, 10.41.3, 10.41.9 and 5.11.1.
    private static func uniformExpansion(order: Double, _ x: Double) -> Double {
        let w = hypot(order, x)
        let share = order / w
        let logSum = log1p(debyeSum(1 / w, share * share))
        guard order >= 16 else {
            return w - order * log((order + w) / 2) + lgamma(order + 1) - log(2 * Double.pi * w) / 2 + logSum
        }
        // w − ν without cancellation, and the remainder of log Γ(ν+1) after ν log ν − ν + log(2πν)/2.
        let excess = x / (order + w) * x
        let inverse = 1 / order
        let square = inverse * inverse
        let stirling =
            inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))))
        return excess - order * log1p(excess / (2 * order)) - log1p(excess / order) / 2 + (logSum + stirling)
    }

    /// V_1 … V_5 by their numerators' coefficients, from the constant term up, over a common denominator.
    ///
    /// DLMF 10.41.10 lists the first three; 10.41.9, a recurrence, gives the others.
    private static let debyePolynomials: [(coefficients: [Double], denominator: Double)] = [
        ([3, -5], 24),
        ([81, -462, 385], 1152),
        ([30_375, -369_603, 765_765, -425_425], 414_720),
        ([4_465_125, -94_121_676, 349_922_430, -446_185_740, 185_910_725], 39_813_120),
        (
            [1_519_035_525, -49_286_948_607, 284_499_769_554, -614_135_872_350, 566_098_157_625, -188_699_385_875],
            6_688_604_160
        ),
    ]

    /// Σ_(k=1…5) t^k V_k(q).
    private static func debyeSum(_ t: Double, _ q: Double) -> Double {
        debyePolynomials.reversed().reduce(0) { sum, polynomial in
            let numerator = polynomial.coefficients.reversed().reduce(0) { $0 * q + $1 }
            return t * (numerator / polynomial.denominator + sum)
        }
    }
}
