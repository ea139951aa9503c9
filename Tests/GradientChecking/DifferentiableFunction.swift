import Autodiff
import TensorReference
import Tensors

/// A function of several tensors, in both precisions, and a point to check its gradient at.
public protocol DifferentiableFunction: Sendable {
    /// The function; its result may have any shape.
    func callAsFunction<Scalar: TensorScalar>(_ arguments: [Variable<Scalar>]) -> Variable<Scalar>

    /// The point, one tensor an argument.
    var point: [Tensor<Double>] { get }

    /// 2 unless the function has no second derivative around the point.
    var order: Int { get }

    /// The numerical rule's first step; shorter than the distance to the next kink.
    var step: Double { get }
}

extension DifferentiableFunction {
    /// Smooth unless said otherwise.
    public var order: Int { 2 }

    /// For functions that change on the scale of 1.
    public var step: Double { 1e-3 }

    /// Checks the gradient, to second order if ``order`` is 2.
    ///
    /// - Throws: the first `GradientDisagreement`.
    public func checkGradient() throws {
        var checker = GradientChecker()
        checker.step = step
        let function: GradientChecker.Function = { contracted(self($0)) }
        if order == 2 {
            try checker.checkSecondOrder(function, at: point)
        } else {
            try checker.checkFirstOrder(function, at: point)
        }
    }

    /// The largest difference in norm, relative to the norm, between the gradients in single and in double precision
    /// at the same point, over all arguments.
    public func singlePrecisionError() -> Double {
        // Both start from numbers that single precision holds exactly.
        let single = point.map { $0.converted(to: Float.self) }
        let errors = zip(gradient(at: single), gradient(at: single.map { $0.converted(to: Double.self) })).map {
            let difference = $0.converted(to: Double.self) - $1
            let error = (difference * difference).sum().squareRoot()
            return error == 0 ? 0 : error / ($1 * $1).sum().squareRoot()
        }
        return largest(errors)
    }

    private func gradient<Scalar: TensorScalar>(at point: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
        let leaves = point.map { Variable($0).tracked() }
        return contracted(self(leaves)).gradient(withRespectTo: leaves).map(\.value)
    }
}

/// ⟨w, y⟩ + ½⟨u, y²⟩ with fixed weights of both signs: a scalar whose derivative in y is neither constant nor alike in
/// two elements, so that second derivatives pass through the cotangent too, and exchanged elements are noticed.
public func contracted<Scalar: TensorScalar>(_ y: Variable<Scalar>) -> Variable<Scalar> {
    var generator = PhiloxGenerator(seed: 1, purpose: "contraction")
    let w = Variable(Tensor<Double>.normal(y.shape, using: &generator).converted(to: Scalar.self))
    let u = Variable(Tensor<Double>.normal(y.shape, using: &generator).converted(to: Scalar.self))
    return (w * y).sum() + (u * y * y).sum().scaled(by: 0.5)
}
