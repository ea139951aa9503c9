import Diagnostics
import Tensors

// Batch normalisation as one operation: Ioffe and Szegedy, *Batch normalization*, ICML 2015.

extension Variable {
    /// Every column less its weighted mean, divided by the root of its weighted variance + ε, times `scale` plus `shift`;
    /// and max(·, 0) of that if asked. Mean and variance are functions of this variable, and differentiated as such.
    ///
    /// Where an example stands for several equal ones, its weight is their number: the result is that of all of them.
    ///
    /// - Parameters:
    ///   - weights: how often each example counts, `[example]`; positive.
    ///   - scale: γ, `[column]`.
    ///   - shift: β, `[column]`.
    ///   - epsilon: ε > 0.
    ///   - rectified: whether negative results become 0, with derivative 0 at 0.
    /// - Returns: the standardised columns, of this variable's shape, and the moments that they were standardised by.
    /// - Precondition: `self` is `[example, …, column]`.
    public func standardizingColumns(
        weights: Tensor<Scalar>, scale: Variable, shift: Variable, epsilon: Scalar, rectified: Bool = false
    ) -> (result: Variable, moments: ColumnMoments<Scalar>) {
        let moments = value.columnMoments(weights: weights)
        let inverse = moments.inverseDeviations(epsilon: epsilon)
        let result = value.standardizedColumns(
            mean: moments.mean, inverse: inverse, scale: scale.value, shift: shift.value, rectified: rectified)
        let shares = weights.scaled(by: 1 / moments.count)
        let variable = Self.operation(result, of: [self, scale, shift]) { context in
            if context.isDifferentiable {
                return Self.recordedGradients(context, shares: shares, epsilon: epsilon, rectified: rectified)
            }
            let (input, scale, shift) = context.inputs[0].value.standardizedColumnGradients(
                context.cotangent.value, weights: shares, mean: moments.mean, inverse: inverse,
                scale: context.inputs[1].value, shift: context.inputs[2].value, rectified: rectified)
            return [Variable(input), Variable(scale), Variable(shift)]
        }
        return (variable, moments)
    }

    /// The same with moments that are constants.
    ///
    /// - Parameter moments: of the columns.
    public func standardizingColumns(
        by moments: ColumnMoments<Scalar>, scale: Variable, shift: Variable, epsilon: Scalar, rectified: Bool = false
    ) -> Variable {
        let (mean, inverse) = (moments.mean, moments.inverseDeviations(epsilon: epsilon))
        let result = value.standardizedColumns(
            mean: mean, inverse: inverse, scale: scale.value, shift: shift.value, rectified: rectified)
        return Self.operation(result, of: [self, scale, shift]) { context in
            let (x, scale) = (context.inputs[0], context.inputs[1])
            let passed = rectified ? context.cotangent.keeping(wherePositive: context.output.value) : context.cotangent
            let standard =
                (x - Variable(mean).repeatedAsRows(of: x.shape))
                * Variable(inverse).repeatedAsRows(of: x.shape)
            return [
                context.wanted[0] ? passed * (scale * Variable(inverse)).repeatedAsRows(of: x.shape) : nil,
                context.wanted[1] ? (passed * standard).sumOverRows() : nil,
                context.wanted[2] ? passed.sumOverRows() : nil,
            ]
        }
    }

    /// The gradients made of differentiable operations: with w the examples' shares, x̂ the standardised input and c the
    /// part of the cotangent that passes the rectifier, (γ/σ)·(c − w·(Σ c + x̂·Σ c·x̂)), Σ c·x̂ and Σ c.
    private static func recordedGradients(
        _ context: PullbackContext<Scalar>, shares: Tensor<Scalar>, epsilon: Scalar, rectified: Bool
    ) -> [Variable?] {
        let (x, scale) = (context.inputs[0], context.inputs[1])
        let positions = x.value.rowCount / x.shape[0]
        let rowShares = Variable(
            shares.repeatedAlongLastAxis(positions).reshaped(Array(x.shape.dropLast())))
        let mean = x.multiplyingRows(by: rowShares).sumOverRows()
        let centred = x - mean.repeatedAsRows(of: x.shape)
        let variance = (centred * centred).multiplyingRows(by: rowShares).sumOverRows()
        let inverse = variance.scaled(by: 1, plus: epsilon).reciprocalSquareRoot()
        let standard = centred * inverse.repeatedAsRows(of: x.shape)
        let passed = rectified ? context.cotangent.keeping(wherePositive: context.output.value) : context.cotangent
        let (sum, product) = (passed.sumOverRows(), (passed * standard).sumOverRows())
        let common = sum.repeatedAsRows(of: x.shape) + standard * product.repeatedAsRows(of: x.shape)
        let input = (passed - common.multiplyingRows(by: rowShares)) * (scale * inverse).repeatedAsRows(of: x.shape)
        return [context.wanted[0] ? input : nil, context.wanted[1] ? product : nil, context.wanted[2] ? sum : nil]
    }
}
