import AugmentationChannel
import Foundation

/// What Jensen's inequality loses at one z, log E[e^s] − E[s] over T'|x, with Liao and Berg's interval around it.
///
/// The closed form is log E[e^(s − E s)], computed so that it is accurate relative to itself however small it is; the
/// difference of the two terms would lose everything below 1e-16.
///
/// The interval is that of Liao and Berg: for Y = e^s with mean μ and variance σ² on [a, b], and f = −log, whose
/// derivative is concave, σ² g(b) ≤ E f(Y) − f(μ) ≤ σ² g(a) with g(y) = (f(y) − f(μ))/(y − μ)² − f'(μ)/(y − μ). Here
/// σ²g(y) = (σ/μ)² · (u − 1 − log u)/(u − 1)², u = y/μ.
///
/// Reference: Liao & Berg, *Sharpening Jensen's Inequality*, The American Statistician 73 (2019): the paper's [5].
package struct JensenGapIntegrand: Sendable {
    /// log E[e^s] − E[s] ≥ 0, in nats.
    package let value: Double
    /// The lower end of Liao and Berg's interval.
    package let lowerEnd: Double
    /// The upper end of Liao and Berg's interval.
    package let upperEnd: Double

    package init(value: Double, lowerEnd: Double, upperEnd: Double) {
        self.value = value
        self.lowerEnd = lowerEnd
        self.upperEnd = upperEnd
    }

    /// The gap of scores s under weights that sum to one.
    ///
    /// - Precondition: at least one weight is positive.
    package init(own: ScoreRow<Double>, weights: UnsafeBufferPointer<Double>) {
        let scores = own.scores
        let mean = own.expectation(weights)
        var least = Double.infinity
        var greatest = -Double.infinity
        for (weight, score) in zip(weights, scores) where weight > 0 {
            least = min(least, score)
            greatest = max(greatest, score)
        }
        guard greatest > least else {
            self.init(value: 0, lowerEnd: 0, upperEnd: 0)
            return
        }
        let value: Double
        let logMeanY: Double
        var variation = 0.0
        if greatest - mean < 700 {
            // E[s − mean] is zero, so that the first order is left out before anything is summed; every term is positive.
            var excess = 0.0
            for (weight, score) in zip(weights, scores) where weight > 0 {
                excess += weight * JensenGapIntegrand.exponentialBeyondFirstOrder(score - mean)
            }
            value = log1p(excess)
            logMeanY = mean + value
            for (weight, score) in zip(weights, scores) where weight > 0 {
                let deviation = expm1(score - logMeanY)
                variation += weight * deviation * deviation
            }
        } else {
            // e^(s − mean) might overflow: Y is taken below the greatest score. No weight is below 1e-290 (``ReducedChannel``), so
            // that the gap is above 30 there, and the difference loses no digits.
            logMeanY = own.logExpectationOfExponential(weights)
            value = max(0, logMeanY - mean)
            for (weight, score) in zip(weights, scores) where weight > 0 {
                let deviation = exp(score - logMeanY) - 1
                variation += weight * deviation * deviation
            }
        }
        self.init(
            value: value, lowerEnd: variation * JensenGapIntegrand.curvature(greatest - logMeanY),
            upperEnd: variation * JensenGapIntegrand.curvature(least - logMeanY))
    }

    /// eˣ − 1 − x, accurate relative to itself.
    static func exponentialBeyondFirstOrder(_ x: Double) -> Double {
        // From 1/8 on the subtraction loses four bits at most; below, x¹²/12! is under an ulp of x²/2.
        guard x.magnitude < 0.125 else { return expm1(x) - x }
        var sum = 1.0 / 39_916_800
        for factorial in [3_628_800.0, 362_880, 40_320, 5_040, 720, 120, 24, 6, 2] { sum = 1 / factorial + x * sum }
        return x * x * sum
    }

    /// (u − 1 − log u)/(u − 1)² at u = e^`logRatio`; 1/2 at u = 1, decreasing in u.
    static func curvature(_ logRatio: Double) -> Double {
        let deviation = expm1(logRatio)
        if deviation.magnitude < 0.02 {
            // Σ_k (−1)^k d^k / (k + 2)
            var sum = 0.0
            for power in stride(from: 10, through: 0, by: -1) { sum = 1 / Double(power + 2) - deviation * sum }
            return sum
        }
        return (deviation - logRatio) / (deviation * deviation)
    }
}
