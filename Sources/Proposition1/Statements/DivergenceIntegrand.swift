import Foundation

/// Kullback–Leibler divergence in the form whose integrand is never negative: e^L·L − e^L + 1 for L = log(p/q).
///
/// Under q it has the mean of L under p, because e^L − 1 has mean zero under q; and it is small where the divergence is,
/// so that nothing cancels. Accurate relative to itself. 1 at L = −∞, where p vanishes; NaN at NaN.
@inline(__always)
func divergenceIntegrand(_ logRatio: Double) -> Double {
    // Written out: beside a large |L| the 1 would be lost in L + (e^L − 1)(L − 1). At −∞ the product is 0·∞.
    if logRatio < -1 { return logRatio == -.infinity ? 1 : 1 + exp(logRatio) * (logRatio - 1) }
    guard logRatio.magnitude < 0.05 else { return logRatio + expm1(logRatio) * (logRatio - 1) }
    // Σ_{k≥2} (k − 1)/k! L^k; the next term is below 1e-17 of the first.
    var sum = 1.0 / 3_991_680
    sum = 1.0 / 403_200 + logRatio * sum
    sum = 1.0 / 45_360 + logRatio * sum
    sum = 1.0 / 5_760 + logRatio * sum
    sum = 1.0 / 840 + logRatio * sum
    sum = 1.0 / 144 + logRatio * sum
    sum = 1.0 / 30 + logRatio * sum
    sum = 1.0 / 8 + logRatio * sum
    sum = 1.0 / 3 + logRatio * sum
    sum = 1.0 / 2 + logRatio * sum
    return logRatio * logRatio * sum
}
