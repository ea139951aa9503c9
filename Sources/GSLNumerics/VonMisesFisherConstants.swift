import Diagnostics
import Foundation

/// The constants of the von Mises–Fisher density C_β e^(β⟨z, h⟩) on the unit sphere S^(d−1).
///
/// Reference: Mardia & Jupp, *Directional Statistics* (2000), section 9.3.
public enum VonMisesFisherConstants {
    /// log of the surface of S^(d−1): log 2 + (d/2) log π − log Γ(d/2).
    ///
    /// - Precondition: `dimension` ≥ 1.
    public static func logSurface(dimension: Int) -> Double {
        termsOfLogSurface(dimension).reduce(0, +)
    }

    /// A bound on the rounding error of ``logSurface(dimension:)``. It scales with the terms, which cancel.
    ///
    /// - Precondition: `dimension` ≥ 1.
    public static func errorOfLogSurface(dimension: Int) -> Double {
        rounding(termsOfLogSurface(dimension))
    }

    /// log C_β, with C_β = β^(d/2−1) / ((2π)^(d/2) I_(d/2−1)(β)); at β = 0 the uniform density, −log surface.
    ///
    /// - Precondition: `dimension` ≥ 2 and `beta` ≥ 0, finite.
    public static func logNormaliser(dimension: Int, beta: Double) -> Double {
        -termsOfLogNormaliser(dimension, beta).reduce(0, +)
    }

    /// A bound on the rounding error of ``logNormaliser(dimension:beta:)``.
    ///
    /// The terms cancel: log C_β passes through zero between d = 18 and d = 19 for small β, where they are about 11 each.
    /// So the bound scales with the terms, and not with their sum.
    ///
    /// - Precondition: `dimension` ≥ 2 and `beta` ≥ 0, finite.
    public static func errorOfLogNormaliser(dimension: Int, beta: Double) -> Double {
        rounding(termsOfLogNormaliser(dimension, beta))
    }

    private static func termsOfLogSurface(_ dimension: Int) -> [Double] {
        require(dimension >= 1, "expected a dimension of 1 or more, found \(dimension)")
        let half = Double(dimension) / 2
        return [log(2), half * log(Double.pi), -lgamma(half)]
    }

    private static func termsOfLogNormaliser(_ dimension: Int, _ beta: Double) -> [Double] {
        require(dimension >= 2, "expected a dimension of 2 or more, found \(dimension)")
        return termsOfLogSurface(dimension) + [ModifiedBessel.logReducedI(order: Double(dimension) / 2 - 1, beta)]
    }

    /// Eight ulps of each term: four of log Γ (glibc's documented error), fewer of a logarithm and a product, a few of
    /// log I, and one rounding of each sum.
    private static func rounding(_ terms: [Double]) -> Double {
        8 * Double.ulpOfOne * terms.reduce(0) { $0 + $1.magnitude }
    }

    /// A_d(β) = I_(d/2)(β) / I_(d/2−1)(β): the mean of a von Mises–Fisher vector is A_d(β) · h. In [0, 1).
    ///
    /// - Precondition: `dimension` ≥ 2 and `beta` ≥ 0, finite.
    public static func meanResultantLength(dimension: Int, beta: Double) -> Double {
        require(dimension >= 2, "expected a dimension of 2 or more, found \(dimension)")
        return ModifiedBessel.ratio(order: Double(dimension) / 2 - 1, beta)
    }

    /// The divergence of the density from the uniform one, β·A_d(β) + log C_β − log C_0, in nats; about β²/2d for small β.
    ///
    /// No channel whose noise is this density has more information about anything: I(X;Z) ≤ I(T(X);Z), and that is at most
    /// the mean divergence of p(z|T(x)) from any fixed density.
    ///
    /// - Precondition: `dimension` ≥ 2 and `beta` ≥ 0, finite.
    public static func divergenceFromUniform(dimension: Int, beta: Double) -> Double {
        beta * meanResultantLength(dimension: dimension, beta: beta)
            - ModifiedBessel.logReducedI(order: Double(dimension) / 2 - 1, beta)
    }
}
