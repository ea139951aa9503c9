import Tensors

extension RandomNumberGenerator {
    /// A whole number, uniform in a range of fewer than 2⁶³ numbers.
    public mutating func integer(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + uniformInteger(below: range.upperBound - range.lowerBound + 1)
    }

    /// A number, uniform in a range up to rounding.
    public mutating func number(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * unitInterval()
    }

    /// True or false, equally probable.
    public mutating func coin() -> Bool { uniformInteger(below: 2) == 1 }
}

extension Tensor {
    /// Small integers from −`bound` to `bound`: their products and short sums are exact in every scalar type, so that a
    /// kernel must meet its reference to the last bit.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func integers(
        _ shape: [Int], bound: Int = 3, using generator: inout PhiloxGenerator
    ) -> Tensor {
        Tensor(
            shape: shape,
            scalars: (0..<shape.reduce(1, *)).map { _ in Scalar(generator.integer(in: -bound...bound)) })
    }

    /// Normal elements pushed away from zero by `margin`, for functions with a kink there.
    public static func awayFromZero(
        _ shape: [Int], margin: Scalar, using generator: inout PhiloxGenerator
    ) -> Tensor {
        let normal = Tensor.normal(shape, using: &generator)
        return Tensor(shape: shape, scalars: normal.scalars.map { $0 < 0 ? $0 - margin : $0 + margin })
    }

    /// Positive elements, `margin` + |normal|, for logarithms and roots.
    public static func positive(
        _ shape: [Int], margin: Scalar, using generator: inout PhiloxGenerator
    ) -> Tensor {
        let normal = Tensor.normal(shape, using: &generator)
        return Tensor(shape: shape, scalars: normal.scalars.map { margin + $0.magnitude })
    }
}

/// The inner product Σ aᵢbᵢ in Double.
public func innerProduct<Scalar: TensorScalar>(_ a: Tensor<Scalar>, _ b: Tensor<Scalar>) -> Double {
    requireSameShape(a.shape, b.shape, in: "inner product")
    return zip(a.scalars, b.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}
