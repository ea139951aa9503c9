import Tensors

/// A tensor whose every element is a sum of products, computed by the definition in Double, with what is needed to
/// bound the rounding error of any other order of summation.
public struct SumOfProducts: Sendable {
    /// The sums.
    public let value: Tensor<Double>
    /// Σ|a||b| where the value is Σab.
    public let magnitude: Tensor<Double>
    /// The most products that any one element sums.
    public let terms: Int

    /// Creates a reference result.
    ///
    /// - Precondition: `value` and `magnitude` have the same shape.
    public init(value: Tensor<Double>, magnitude: Tensor<Double>, terms: Int) {
        requireSameShape(value.shape, magnitude.shape, in: "reference sum of products")
        self.value = value
        self.magnitude = magnitude
        self.terms = terms
    }

    /// The first place where `result` is not this sum up to rounding, as text; `nil` if there is none.
    ///
    /// A sum of n products in any order, fused or not, is off by at most n·u·Σ|a||b| to first order, with u half the
    /// machine epsilon (Higham, *Accuracy and Stability of Numerical Algorithms*, section 3.1). This reference may be
    /// off by as much in Double, so twice that bound is allowed: n·ε·Σ|a||b|.
    public func disagreement<Scalar: TensorScalar>(with result: Tensor<Scalar>) -> String? {
        let factor = Double(max(terms, 1)) * Double(Scalar.ulpOfOne)
        return firstDisagreement(result, value) { magnitude.scalars[$0] * factor }
    }
}

/// The first element in which `result` leaves `expected` by more than the tolerance, or the difference of the shapes;
/// `nil` if there is none. Equal infinities and two NaNs agree.
public func firstDisagreement<Scalar: TensorScalar>(
    _ result: Tensor<Scalar>, _ expected: Tensor<Double>, tolerance: (_ index: Int) -> Double
) -> String? {
    guard result.shape == expected.shape else {
        return "shape \(result.shape), expected \(expected.shape)"
    }
    for index in 0..<expected.count {
        let (found, wanted, allowed) = (Double(result.scalars[index]), expected.scalars[index], tolerance(index))
        if found == wanted || (found.isNaN && wanted.isNaN) || (found - wanted).magnitude <= allowed { continue }
        return "element \(index) of \(expected.shape): \(found), expected \(wanted) ± \(allowed)"
    }
    return nil
}

/// Whether two tensors have the same shape and the same bits: ±0 differ, equal NaNs do not.
public func haveSameBits<Scalar: TensorScalar>(_ left: Tensor<Scalar>, _ right: Tensor<Scalar>) -> Bool {
    guard left.shape == right.shape else { return false }
    return left.scalars.withUnsafeBytes { first in
        right.scalars.withUnsafeBytes { second in first.elementsEqual(second) }
    }
}
