import Foundation
import GSLNumerics

/// Coordinates for z around one mean of the mixture: which axes there are and how they make a point.
///
/// Sphere: z = cos θ · h + sin θ · v with v on the sphere orthogonal to h. Of v only its projection y on the r − 1 other
/// directions of the span matters. For r < d, y = sin φ · ω with ω on S^(r−2), and the volume element is
/// sin^(d−2) θ · sin^(r−2) φ cos^(d−r−1) φ · |S^(d−r−1)|. For r = d, v itself lies in the span, and φ is absent.
/// Gaussian: z = h + y/√β with y standard normal in r coordinates.
struct ComponentGeometry: Sendable {
    let family: NoiseFamily
    let rank: Int
    /// Weights below e^(−depth) of the largest are left out.
    let depth: Double
    /// The axes; beyond rank 3 those without the direction ω, which is sampled.
    let axes: [Axis]
    /// log of the volume of the coordinates that were integrated away.
    let logComplement: Double

    init(family: NoiseFamily, rank: Int, depth: Double) {
        self.family = family
        self.rank = rank
        self.depth = depth
        switch family.kind {
        case .gaussian:
            axes = (0..<min(rank, 3)).map { _ in Axis(.normal, depth: depth) }
            // ∫ exp(−β‖z⊥‖²/2), and the step from z to y.
            logComplement =
                -NoiseFamily.logGaussianNormaliser(dimension: family.dimension - rank, beta: family.beta)
                - Double(rank) / 2 * log(family.beta)
        case .vonMisesFisher:
            axes = ComponentGeometry.sphericalAxes(family, rank).map { Axis($0, depth: depth) }
            logComplement =
                family.dimension > rank
                ? VonMisesFisherConstants.logSurface(dimension: family.dimension - rank) : 0
        }
    }

    /// A bound on the rounding error of ``logComplement``.
    var errorOfLogComplement: Double {
        guard family.kind == .vonMisesFisher else {
            // The two terms may cancel, so each counts; in the first β/2π is rounded as well.
            let terms =
                NoiseFamily.logGaussianNormaliser(dimension: family.dimension - rank, beta: family.beta).magnitude
                + (Double(rank) / 2 * log(family.beta)).magnitude
            return 4 * .ulpOfOne * (Double(family.dimension - rank) / 2 + terms)
        }
        return family.dimension > rank
            ? VonMisesFisherConstants.errorOfLogSurface(dimension: family.dimension - rank) : 0
    }

    /// How large the logarithm of the volume element is where the weight is.
    var sizeOfLogVolume: Double { axes.reduce(0) { $0 + $1.logVolume($1.top).magnitude } }

    private static func sphericalAxes(_ family: NoiseFamily, _ rank: Int) -> [Axis.Kind] {
        let dimension = family.dimension
        let polar = Axis.Kind.polar(
            dimension: dimension, beta: family.beta, isFullCircle: dimension == 2 && rank == 2)
        guard dimension > rank else { return rank == 3 ? [polar, .azimuth] : [polar] }
        let inclination = Axis.Kind.inclination(
            sinePower: rank - 2, cosinePower: dimension - rank - 1, isSymmetric: rank == 2)
        switch rank {
        case 1: return [polar]
        case 2: return [polar, inclination]
        case 3: return [polar, inclination, .azimuth]
        default: return [polar, inclination]
        }
    }

    /// The point in the frame of the mean (first axis: the mean itself on the sphere; the mean is the origin for the
    /// Gaussian) that the axes' coordinates stand for; `point` has `rank` elements.
    @inline(__always)
    func place(_ coordinates: UnsafePointer<Double>, into point: UnsafeMutablePointer<Double>) {
        if family.kind == .gaussian {
            let scale = 1 / family.beta.squareRoot()
            for axis in 0..<rank { point[axis] = coordinates[axis] * scale }
            return
        }
        point[0] = cos(coordinates[0])
        guard rank > 1 else { return }
        let sine = sin(coordinates[0])
        if rank == 2 {
            point[1] = axes.count == 1 ? sine : sine * sin(coordinates[1])
            return
        }
        let isFull = axes.count == 2
        let radius = isFull ? sine : sine * sin(coordinates[1])
        let azimuth = coordinates[isFull ? 1 : 2]
        point[1] = radius * cos(azimuth)
        point[2] = radius * sin(azimuth)
    }
}
