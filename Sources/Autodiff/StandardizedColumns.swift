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
    /// - Precondition: `self` is `[example, …, column]` with at least one row.
    public func standardizingColumns(
        weights: Tensor<Scalar>, scale: Variable, shift: Variable, epsilon: Scalar, rectified: Bool = false
    ) -> (result: Variable, moments: ColumnMoments<Scalar>) {
        let moments = value.columnMoments(weights: weights)
        let result = standardized(
            mean: moments.mean, variance: moments.variance, shares: weights.scaled(by: 1 / moments.count), scale, shift,
            epsilon, rectified)
        return (result, moments)
    }

    /// The same with a mean and a variance that are constants.
    ///
    /// - Parameters:
    ///   - mean: `[column]`.
    ///   - variance: `[column]`, not negative.
    ///   - scale: γ, `[column]`.
    ///   - shift: β, `[column]`.
    ///   - epsilon: ε > 0.
    ///   - rectified: whether negative results become 0, with derivative 0 at 0.
    /// - Returns: of this variable's shape.
    /// - Precondition: `self` is `[example, …, column]`.
    public func standardizingColumns(
        mean: Tensor<Scalar>, variance: Tensor<Scalar>, scale: Variable, shift: Variable, epsilon: Scalar,
        rectified: Bool = false
    ) -> Variable {
        standardized(mean: mean, variance: variance, shares: nil, scale, shift, epsilon, rectified)
    }

    /// - Parameter shares: the weights over their sum, where mean and variance are this variable's own; `nil` where they are
    ///   constants.
    private func standardized(
        mean: Tensor<Scalar>, variance: Tensor<Scalar>, shares: Tensor<Scalar>?, _ scale: Variable, _ shift: Variable,
        _ epsilon: Scalar, _ rectified: Bool
    ) -> Variable {
        let standardization = ColumnStandardization(
            mean: mean, variance: variance, epsilon: epsilon, scale: scale.value, shift: shift.value,
            isRectified: rectified)
        return Self.operation(standardization(value), of: [self, scale, shift]) { context in
            guard context.isDifferentiable else {
                let (input, scale, shift) = standardization.gradients(
                    context.cotangent.value, input: context.inputs[0].value, shares: shares,
                    wantsInput: context.wanted[0])
                return [input.map { Variable($0) }, Variable(scale), Variable(shift)]
            }
            let passed =
                rectified ? context.cotangent.keeping(wherePositive: context.output.value) : context.cotangent
            return context.inputs[0].standardizationGradients(
                passed, scale: context.inputs[1], standardization, shares: shares, epsilon: epsilon)
        }
    }

    /// The gradients made of differentiable operations: with w the examples' shares, x̂ the standardised input and c the
    /// cotangent, (γ/σ)·(c − w·(Σ c + x̂·Σ c·x̂)), or (γ/σ)·c where the moments are constants; Σ c·x̂; and Σ c.
    private func standardizationGradients(
        _ cotangent: Variable, scale: Variable, _ standardization: ColumnStandardization<Scalar>,
        shares: Tensor<Scalar>?,
        epsilon: Scalar
    ) -> [Variable?] {
        func asRows(_ row: Variable) -> Variable { row.repeatedAsRows(of: shape) }
        let sum = cotangent.sumOverRows()
        guard let shares else {
            let inverse = Variable(standardization.inverseDeviation)
            let standard = (self - asRows(Variable(standardization.mean))) * asRows(inverse)
            return [cotangent * asRows(scale * inverse), (cotangent * standard).sumOverRows(), sum]
        }
        // To be differentiated in turn, the moments have to be functions of the input again.
        let rowShares = Variable(
            shares.repeatedAlongLastAxis(value.rowCount / shape[0]).reshaped(Array(shape.dropLast())))
        let centred = self - asRows(multiplyingRows(by: rowShares).sumOverRows())
        let variance = (centred * centred).multiplyingRows(by: rowShares).sumOverRows()
        let inverse = variance.scaled(by: 1, plus: epsilon).reciprocalSquareRoot()
        let standard = centred * asRows(inverse)
        let product = (cotangent * standard).sumOverRows()
        let common = asRows(sum) + standard * asRows(product)
        return [(cotangent - common.multiplyingRows(by: rowShares)) * asRows(scale * inverse), product, sum]
    }
}
