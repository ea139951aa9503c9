import Foundation
import GSLNumerics

/// One coordinate of the integral over a component of the mixture: its weight function and the part of its interval that
/// matters.
struct Axis: Sendable {
    /// The coordinates that occur; the names are those of ``ComponentGeometry``.
    enum Kind: Sendable, Equatable {
        /// The angle θ between z and the mean: e^(β cos θ) |sin θ|^(d−2).
        case polar(dimension: Int, beta: Double, isFullCircle: Bool)
        /// The angle φ of the remaining direction towards the span: sin^a φ cos^b φ on [0, π/2], or on [−π/2, π/2] when
        /// the span leaves one direction and a = 0.
        case inclination(sinePower: Int, cosinePower: Int, isSymmetric: Bool)
        /// An angle round a full circle, without a weight.
        case azimuth
        /// A coordinate of a standard normal vector.
        case normal
    }

    let kind: Kind
    /// The part of the interval outside of which the weight is below e^(−depth) of its largest value.
    let window: ClosedRange<Double>
    /// Where the weight is largest.
    let top: Double
    /// log of the largest weight.
    let peak: Double
    /// A bound on the rounding error of ``logWeight(_:)``, and of ``logVolume(_:)``, where the weight is large.
    let errorOfLogWeight: Double
    /// Whether the weight has died away at both ends of the window (or the axis closes on itself), so that the trapezoidal
    /// rule converges geometrically.
    let suitsTrapezoid: Bool

    init(_ kind: Kind, depth: Double) {
        self.kind = kind
        let interval = Axis.interval(kind)
        guard kind != .azimuth else {
            (window, top, peak, errorOfLogWeight, suitsTrapezoid) = (interval, 0, 0, 0, true)
            return
        }
        top = Axis.peakLocation(kind, interval)
        let highest = Axis.logWeight(kind, top)
        let lower = Axis.edge(kind, from: top, to: interval.lowerBound, level: highest - depth)
        let upper = Axis.edge(kind, from: top, to: interval.upperBound, level: highest - depth)
        window = lower...upper
        peak = highest
        errorOfLogWeight = Axis.rounding(kind, at: top)
        var isPeriodic = false
        if case .polar(_, _, let isFullCircle) = kind { isPeriodic = isFullCircle }
        // A power of a sine that vanishes at the end of the interval is no decay: the window must end well before.
        let margin = (interval.upperBound - interval.lowerBound) / 50
        suitsTrapezoid =
            isPeriodic || (lower > interval.lowerBound + margin && upper < interval.upperBound - margin)
    }

    /// log of the weight at `x`; −∞ where it vanishes.
    func logWeight(_ x: Double) -> Double { Axis.logWeight(kind, x) }

    /// log of the volume element at `x`: the weight without the density of z.
    func logVolume(_ x: Double) -> Double {
        switch kind {
        case .polar(let dimension, _, _): Axis.power(dimension - 2, sin(x).magnitude)
        case .inclination: logWeight(x)
        case .azimuth, .normal: 0
        }
    }

    /// What rounding does to the weight's logarithm at its peak, where its terms may be large though their sum varies
    /// little: three ulps of each term, and of a power also an ulp of the sine for each factor.
    private static func rounding(_ kind: Kind, at top: Double) -> Double {
        func ofPower(_ exponent: Int, _ base: Double) -> Double {
            exponent == 0 ? 0 : Double(exponent) + 3 * power(exponent, base).magnitude
        }
        let ulps: Double
        switch kind {
        case .polar(let dimension, let beta, _):
            let half = sin(top / 2)
            ulps = 6 * beta * half * half + ofPower(dimension - 2, sin(top).magnitude)
        case .inclination(let sinePower, let cosinePower, _):
            ulps = ofPower(sinePower, sin(top).magnitude) + ofPower(cosinePower, cos(top).magnitude)
        case .azimuth, .normal: ulps = 0
        }
        // A few nats beside the peak, where most of the weight is, it is as many ulps more.
        return .ulpOfOne * (ulps + 16)
    }

    private static func interval(_ kind: Kind) -> ClosedRange<Double> {
        switch kind {
        case .polar(_, _, let isFullCircle): isFullCircle ? -Double.pi...Double.pi : 0...Double.pi
        case .inclination(_, _, let isSymmetric): isSymmetric ? -Double.pi / 2...Double.pi / 2 : 0...Double.pi / 2
        case .azimuth: 0...2 * Double.pi
        case .normal: -20...20
        }
    }

    private static func logWeight(_ kind: Kind, _ x: Double) -> Double {
        switch kind {
        case .polar(let dimension, let beta, _):
            // β(cos θ − 1) without the cancellation at small angles.
            let half = sin(x / 2)
            return -2 * beta * half * half + power(dimension - 2, sin(x).magnitude)
        case .inclination(let sinePower, let cosinePower, _):
            return power(sinePower, sin(x).magnitude) + power(cosinePower, cos(x).magnitude)
        case .azimuth: return 0
        case .normal: return -x * x / 2
        }
    }

    /// log of base^exponent, with 0⁰ = 1.
    private static func power(_ exponent: Int, _ base: Double) -> Double {
        exponent == 0 ? 0 : Double(exponent) * log(base)
    }

    private static func peakLocation(_ kind: Kind, _ interval: ClosedRange<Double>) -> Double {
        switch kind {
        case .polar(let dimension, let beta, let isFullCircle):
            // d/dθ: −β sin θ + (d−2) cot θ = 0, a quadratic in cos θ.
            if isFullCircle || dimension == 2 { return 0 }
            let ratio = Double(dimension - 2) / (2 * beta)
            let root = (ratio * ratio + 1).squareRoot()
            // Near θ = 0 a cosine has no digits left, and 1 − cos θ = 2 sin²(θ/2) has.
            return ratio < 1
                ? 2 * asin(((ratio - ratio * ratio / (1 + root)) / 2).squareRoot()) : acos(1 / (ratio + root))
        case .inclination(let sinePower, let cosinePower, let isSymmetric):
            if isSymmetric { return 0 }
            return atan2(Double(sinePower).squareRoot(), Double(cosinePower).squareRoot())
        case .azimuth, .normal: return 0
        }
    }

    /// Where the weight, which falls from `top` on, goes below e^level: by bisection.
    private static func edge(_ kind: Kind, from top: Double, to end: Double, level: Double) -> Double {
        if logWeight(kind, end) >= level { return end }
        var inside = top
        var outside = end
        for _ in 0..<60 {
            let middle = inside + (outside - inside) / 2
            if logWeight(kind, middle) >= level { inside = middle } else { outside = middle }
        }
        return outside
    }

    /// A fixed rule with `count` nodes; the weights contain the axis's weight function, relative to its peak.
    func rule(count: Int) throws -> (nodes: [Double], weights: [Double]) {
        if kind == .azimuth {
            let step = 2 * Double.pi / Double(count)
            return ((0..<count).map { (Double($0) + 0.5) * step }, [Double](repeating: step, count: count))
        }
        if suitsTrapezoid {
            let step = (window.upperBound - window.lowerBound) / Double(count)
            let nodes = (0..<count).map { window.lowerBound + (Double($0) + 0.5) * step }
            return (nodes, nodes.map { step * exp(logWeight($0) - peak) })
        }
        let (nodes, weights) = try GaussLegendreRule(count: count).scaled(to: window)
        return (nodes, zip(nodes, weights).map { $1 * exp(logWeight($0) - peak) })
    }
}
