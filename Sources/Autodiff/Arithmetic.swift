import Tensors

// Elementwise operations. Each states its derivative in the comment above its pullback; every pullback is made of
// differentiable operations, so that derivatives of any order exist where the function has them.

extension Variable {
    /// Elementwise sum of equal shapes.
    public static func + (left: Variable, right: Variable) -> Variable {
        operation(left.value + right.value, of: [left, right]) { [$0.cotangent, $0.cotangent] }
    }

    /// Elementwise difference of equal shapes.
    public static func - (left: Variable, right: Variable) -> Variable {
        operation(left.value - right.value, of: [left, right]) { context in
            [context.cotangent, context.wanted[1] ? context.cotangent.scaled(by: -1) : nil]
        }
    }

    /// Elementwise product of equal shapes.
    public static func * (left: Variable, right: Variable) -> Variable {
        operation(left.value * right.value, of: [left, right]) { context in
            [
                context.wanted[0] ? context.cotangent * context.inputs[1] : nil,
                context.wanted[1] ? context.cotangent * context.inputs[0] : nil,
            ]
        }
    }

    /// Every element times a constant, plus a constant.
    public func scaled(by factor: Scalar, plus offset: Scalar = 0) -> Variable {
        Self.operation(value.scaled(by: factor, plus: offset), of: [self]) { [$0.cotangent.scaled(by: factor)] }
    }

    /// eˣ.
    public func exponential() -> Variable {
        // d eˣ = eˣ dx
        Self.operation(value.exponential(), of: [self]) { [$0.cotangent * $0.output] }
    }

    /// ln x.
    public func logarithm() -> Variable {
        // d ln x = dx / x, and 1/x = (1/√x)²
        Self.operation(value.logarithm(), of: [self]) { context in
            let root = context.inputs[0].reciprocalSquareRoot()
            return [context.cotangent * root * root]
        }
    }

    /// 1/√x.
    public func reciprocalSquareRoot() -> Variable {
        // d x^(−1/2) = −½ x^(−3/2) dx
        Self.operation(value.reciprocalSquareRoot(), of: [self]) { context in
            [(context.cotangent * context.output * context.output * context.output).scaled(by: -0.5)]
        }
    }

    /// max(x, 0), with derivative 0 at 0.
    public func rectified() -> Variable {
        Self.operation(value.rectified(), of: [self]) { [$0.cotangent.keeping(wherePositive: $0.inputs[0].value)] }
    }

    /// Each element where that of a constant is positive, else 0.
    func keeping(wherePositive gate: Tensor<Scalar>) -> Variable {
        Self.operation(value.keeping(wherePositive: gate), of: [self]) { [$0.cotangent.keeping(wherePositive: gate)] }
    }

    /// The same elements under another shape.
    public func reshaped(_ shape: [Int]) -> Variable {
        Self.operation(value.reshaped(shape), of: [self]) { [$0.cotangent.reshaped($0.inputs[0].shape)] }
    }
}
