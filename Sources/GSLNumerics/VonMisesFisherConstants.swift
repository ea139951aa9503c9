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
        require(dimension >= 1, "expected a dimension of 1 or more, found \(dimension)")
        let half = Double(dimension) / 2
        return log(2) + half * log(Double.pi) - lgamma(half)
    }

    /// log C_β, with C_β = β^(d/2−1) / ((2π)^(d/2) I_(d/2−1)(β)); at β = 0 the uniform density, −log surface.
    ///
    /// Finite for every β from 0 to beyond 1e4 and d from 2 to beyond 50.
    ///
    /// - Precondition: `dimension` ≥ 2 and `beta` ≥ 0, finite.
    /// - Throws: `GSLError` where GSL's Bessel function fails, at β > 500 with an extreme dimension.
    public static func logNormaliser(dimension: Int, beta: Double) throws -> Double {
        require(dimension >= 2, "expected a dimension of 2 or more, found \(dimension)")
        return try -logSurface(dimension: dimension)
            - ModifiedBessel.logReducedI(order: Double(dimension) / 2 - 1, beta)
    }

    /// A_d(β) = I_(d/2)(β) / I_(d/2−1)(β): the mean of a von Mises–Fisher vector is A_d(β) · h. In [0, 1).
    ///
    /// - Precondition: `dimension` ≥ 2 and `beta` ≥ 0, finite.
    public static func meanResultantLength(dimension: Int, beta: Double) -> Double {
        require(dimension >= 2, "expected a dimension of 2 or more, found \(dimension)")
        return ModifiedBessel.ratio(order: Double(dimension) / 2 - 1, beta)
    }
}
