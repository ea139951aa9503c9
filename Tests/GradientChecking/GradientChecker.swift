import Autodiff
import GSLNumerics
import Tensors

/// A place where a gradient and the numerical derivative of the same function disagree.
public struct GradientDisagreement: Error, CustomStringConvertible, Sendable {
    /// What was found.
    public let description: String
}

/// Compares gradients with numerical derivatives along directions, in Double.
///
/// For a direction v the derivative of t ↦ f(x + tv) at 0 is ⟨∇f(x), v⟩. GSL's adaptive five-point rule gives the
/// derivative with an estimate of its error, and this estimate is the tolerance. A tolerance so wide that a gradient
/// wrong by a factor 1 + 10⁻⁶ would pass is itself reported, so that a check is never silently empty.
///
/// Each tensor is tested by itself, along its own gradient (where a wrong factor shows most) and along random
/// directions (where a wrong element shows); then all together.
public struct GradientChecker: Sendable {
    /// A scalar function of several tensors; a constant factor apart it must use every digit of its arguments.
    public typealias Function = ([Variable<Double>]) -> Variable<Double>

    /// Where the random directions come from.
    public var seed: UInt64 = 1
    /// Random directions for each tensor, and for all together.
    public var randomDirections = 2
    /// The numerical rule's first step, along directions of length 1. It never takes a longer one: for functions with
    /// kinks it must be shorter than the distance to the next.
    public var step = 1e-3
    /// The widest tolerance allowed, as a fraction of the derivative along the gradient.
    public var sensitivity = 2e-7

    /// A checker with the default settings.
    public init() {}

    /// Checks the gradient of `function` at `point`.
    ///
    /// - Parameters:
    ///   - names: of the tensors, for the messages; their numbers if left out.
    /// - Throws: the first `GradientDisagreement`, or what GSL throws for values that are not finite.
    public func checkFirstOrder(
        _ function: Function, at point: [Tensor<Double>], names: [String] = []
    ) throws {
        let leaves = point.map { Variable($0).tracked() }
        let gradients = function(leaves).gradient(withRespectTo: leaves).map(\.value)
        try compare(gradients, at: point, names, order: "first") { function($0.map { Variable($0) }).value.scalar }
    }

    /// Checks the gradient of ⟨∇f, v⟩ for a random v, that is the second derivative of `function`, and the first
    /// derivative on the way.
    ///
    /// The numerical side differentiates the gradient as it is computed when nothing is recorded; the other side
    /// differentiates the recorded gradient. That the two gradients are equal is checked as well.
    ///
    /// - Throws: as ``checkFirstOrder(_:at:names:)``.
    public func checkSecondOrder(
        _ function: Function, at point: [Tensor<Double>], names: [String] = []
    ) throws {
        try checkFirstOrder(function, at: point, names: names)
        var generator = PhiloxGenerator(seed: seed, purpose: "second order")
        let weights = point.map { Tensor<Double>.normal($0.shape, using: &generator) }
        let slope = { (gradients: [Tensor<Double>]) in zip(gradients, weights).reduce(0) { $0 + dot($1.0, $1.1) } }
        func plainSlope(_ point: [Tensor<Double>]) -> Double {
            let leaves = point.map { Variable($0).tracked() }
            return slope(function(leaves).gradient(withRespectTo: leaves).map(\.value))
        }
        let leaves = point.map { Variable($0).tracked() }
        let recorded = function(leaves).gradient(withRespectTo: leaves, differentiable: true)
        let (plain, differentiable) = (plainSlope(point), slope(recorded.map(\.value)))
        let size = zip(recorded, weights).reduce(0) { $0 + absoluteDot($1.0.value, $1.1) }
        // The recorded gradient may sum in another order; 64 roundings of the sum of the magnitudes.
        guard (plain - differentiable).magnitude <= 64 * size * .ulpOfOne else {
            throw GradientDisagreement(
                description: "the recorded gradient differs from the plain one: \(differentiable), \(plain)")
        }
        // Where the first derivative is constant this is not tracked, and its gradient is zero.
        let sum = zip(recorded, weights).reduce(Variable(Tensor(0))) { $0 + ($1.0 * Variable($1.1)).sum() }
        let second = sum.gradient(withRespectTo: leaves).map(\.value)
        try compare(second, at: point, names, order: "second", plainSlope)
    }

    private func compare(
        _ gradients: [Tensor<Double>], at point: [Tensor<Double>], _ names: [String], order: String,
        _ function: ([Tensor<Double>]) -> Double
    ) throws {
        var generator = PhiloxGenerator(seed: seed, purpose: "directions")
        let zeros = point.map { Tensor<Double>.zeros($0.shape) }
        for (index, gradient) in gradients.enumerated() where gradient.count > 0 {
            let name = names.indices.contains(index) ? names[index] : "tensor \(index)"
            requireSameShape(gradient.shape, point[index].shape, in: "gradient of \(name)")
            var directions = (0..<randomDirections).map { _ in Tensor<Double>.normal(gradient.shape, using: &generator)
            }
            directions.append(gradient)
            for direction in directions {
                guard let unit = normalized([direction]) else { continue }
                var directions = zeros
                directions[index] = unit[0]
                try compare(
                    gradients, along: directions, at: point, isOwnGradient: direction == gradient,
                    "\(order) derivative in \(name) \(gradient.shape)", function)
            }
        }
        for _ in 0..<randomDirections {
            guard let unit = normalized(point.map { .normal($0.shape, using: &generator) }) else { continue }
            try compare(
                gradients, along: unit, at: point, isOwnGradient: false, "\(order) derivative in all tensors", function)
        }
    }

    private func compare(
        _ gradients: [Tensor<Double>], along directions: [Tensor<Double>], at point: [Tensor<Double>],
        isOwnGradient: Bool, _ what: String, _ function: ([Tensor<Double>]) -> Double
    ) throws {
        let pairs = Array(zip(gradients, directions))
        let expected = pairs.reduce(0) { $0 + dot($1.0, $1.1) }
        // GSL takes the rounding error of a value for ε times the value. Where the terms of a sum cancel it is ε times
        // the terms, which are of the size of gradient · argument, or gradient · 1 for a function that changes on the
        // scale of 1. A constant of that size changes no derivative and tells GSL.
        let offset = zip(gradients, point).reduce(0) { $0 + absoluteDot($1.0, $1.1) + absoluteSum($1.0) }
        guard offset.isFinite else {
            throw GradientDisagreement(description: "\(what): the gradient is not finite")
        }
        let found = try centralDerivative(
            of: { t in offset + function(zip(point, directions).map { $0 + $1.scaled(by: t) }) }, at: 0, step: step)
        // The gradient's own roundings: a sum of as many products as there are elements, and as many again before it.
        let count = Double(pairs.reduce(0) { $0 + $1.0.count })
        let rounding = 2 * count.squareRoot() * .ulpOfOne * pairs.reduce(0) { $0 + absoluteDot($1.0, $1.1) }
        // GSL's estimate holds to the first order of its error; twice of it leaves room for the rest.
        let tolerance = 2 * found.error + 8 * rounding
        // Written so that a NaN fails.
        guard (found.value - expected).magnitude <= tolerance else {
            throw GradientDisagreement(
                description: "\(what): gradient · direction = \(expected), numerically \(found.value) ± \(tolerance)")
        }
        if isOwnGradient && tolerance > sensitivity * expected.magnitude {
            throw GradientDisagreement(
                description: "\(what): known to ± \(tolerance) of \(expected) only; choose another step or point")
        }
    }

    private func normalized(_ direction: [Tensor<Double>]) -> [Tensor<Double>]? {
        let norm = direction.reduce(0) { $0 + dot($1, $1) }.squareRoot()
        guard norm > 0 else { return nil }
        return direction.map { $0.scaled(by: 1 / norm) }
    }
}

private func dot(_ a: Tensor<Double>, _ b: Tensor<Double>) -> Double { (a * b).sum() }

private func absoluteSum(_ a: Tensor<Double>) -> Double { a.scalars.reduce(0) { $0 + $1.magnitude } }

private func absoluteDot(_ a: Tensor<Double>, _ b: Tensor<Double>) -> Double {
    zip(a.scalars, b.scalars).reduce(0) { $0 + ($1.0 * $1.1).magnitude }
}
