import AugmentationChannel
import Foundation

/// What Jensen's inequality loses at one z, log E[e^s] − E[s] over T'|x, with a certified interval around it.
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
        // Y = e^(s − shift): around the mean for small spreads (relative accuracy), below the greatest for large ones.
        let spread = greatest - least
        let value: Double
        var variation = 0.0
        let logMeanY: Double
        if spread < 1 {
            var excess = 0.0
            for (weight, score) in zip(weights, scores) where weight > 0 { excess += weight * expm1(score - mean) }
            // E[s − mean] is zero up to rounding, so that the first order cancels before it is summed.
            excess -= (zip(weights, scores).reduce(0) { $0 + $1.0 * ($1.1 - mean) })
            value = log1p(excess)
            logMeanY = mean + value
            for (weight, score) in zip(weights, scores) where weight > 0 {
                let deviation = expm1(score - logMeanY)
                variation += weight * deviation * deviation
            }
        } else {
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
