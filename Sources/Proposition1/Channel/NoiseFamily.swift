import AugmentationChannel
import Foundation
import GSLNumerics

/// The density p(z|T(x)) = C_β exp(βS(z, h(T(x)))) of Proposition 1: which similarity, on which space, how sharp.
public struct NoiseFamily: Sendable, Equatable {
    /// The two cases that the paper names as natural.
    public enum Kind: String, Sendable, CaseIterable {
        /// von Mises–Fisher on the unit sphere S^(d−1): S(z, h) = ⟨z, h⟩.
        case vonMisesFisher
        /// Isotropic Gaussian on ℝ^d with variance 1/β: S(z, h) = −‖z − h‖²/2.
        case gaussian
    }

    /// Which of the two.
    public let kind: Kind
    /// d: the number of coordinates of z and h. The sphere in d coordinates is S^(d−1).
    public let dimension: Int
    /// β: the concentration, or the inverse variance. Positive.
    public let beta: Double

    /// A family; its values are checked by ``FiniteChannel``.
    public init(kind: Kind, dimension: Int, beta: Double) {
        self.kind = kind
        self.dimension = dimension
        self.beta = beta
    }

    /// S.
    public var similarity: Similarity {
        switch kind {
        case .vonMisesFisher: .dotProduct
        case .gaussian: .negativeHalfSquaredDistance
        }
    }

    /// log C_β: minus the log of ∫ exp(βS(z, h)) dz, which does not depend on h.
    ///
    /// von Mises–Fisher: C_β = β^(d/2−1) / ((2π)^(d/2) I_(d/2−1)(β)). Gaussian: C_β = (β/2π)^(d/2).
    public func logNormaliser() -> Double {
        switch kind {
        case .vonMisesFisher: VonMisesFisherConstants.logNormaliser(dimension: dimension, beta: beta)
        case .gaussian: NoiseFamily.logGaussianNormaliser(dimension: dimension, beta: beta)
        }
    }

    /// A bound on the rounding error of ``logNormaliser()``.
    var errorOfLogNormaliser: Double {
        switch kind {
        case .vonMisesFisher: VonMisesFisherConstants.errorOfLogNormaliser(dimension: dimension, beta: beta)
        case .gaussian: 4 * .ulpOfOne * (Double(dimension) / 2 + logNormaliser().magnitude)
        }
    }

    /// log of (β/2π)^(d/2); 0 for no dimensions.
    static func logGaussianNormaliser(dimension: Int, beta: Double) -> Double {
        Double(dimension) / 2 * log(beta / (2 * Double.pi))
    }

    /// The factor between h and the mean of p(z|h): A_d(β) < 1 on the sphere, 1 for the Gaussian.
    ///
    /// The paper's mean approximation takes it to be 1 in both.
    public var meanFactor: Double {
        switch kind {
        case .vonMisesFisher: VonMisesFisherConstants.meanResultantLength(dimension: dimension, beta: beta)
        case .gaussian: 1
        }
    }
}
