import Foundation
import GSLNumerics

/// Quantities of the von Mises–Fisher density by closed forms, in nats.
enum VonMisesFisher {
    /// The entropy −log C_β − βA_d(β) of one density.
    ///
    /// - Precondition: `dimension` ≥ 2 and `beta` ≥ 0, finite.
    static func entropy(dimension: Int, beta: Double) -> Double {
        -VonMisesFisherConstants.logNormaliser(dimension: dimension, beta: beta)
            - beta * VonMisesFisherConstants.meanResultantLength(dimension: dimension, beta: beta)
    }

    /// A quantity by its name; `nil` where there is none.
    static func quantity(_ name: String, dimension: Int, beta: Double) -> Double? {
        switch name {
        case "meanFactor": VonMisesFisherConstants.meanResultantLength(dimension: dimension, beta: beta)
        case "logNormaliser": VonMisesFisherConstants.logNormaliser(dimension: dimension, beta: beta)
        case "logSurface": VonMisesFisherConstants.logSurface(dimension: dimension)
        case "divergence": VonMisesFisherConstants.divergenceFromUniform(dimension: dimension, beta: beta)
        case "entropy": entropy(dimension: dimension, beta: beta)
        default: nil
        }
    }
}
