import Tensors

// Batch normalisation as one operation: Ioffe and Szegedy, *Batch normalization*, ICML 2015.

/// What the columns of a variable are standardised by: a mean and a variance, and a scale and a shift that are trained.
public struct ColumnStandards<Scalar: TensorScalar>: Sendable {
    /// What is taken away from each column, `[column]`.
    public let mean: Tensor<Scalar>
    /// Each column is divided by the root of this plus ε, `[column]`.
    public let variance: Tensor<Scalar>
    /// The examples' weights over the sum of the weights of all rows, `[example]`, where ``mean`` and ``variance`` are the
    /// variable's own weighted moments, and are differentiated as such; `nil` where they are constants.
    public let shares: Tensor<Scalar>?
    /// γ, `[column]`.
    public let scale: Variable<Scalar>
    /// β, `[column]`.
    public let shift: Variable<Scalar>
    /// ε > 0.
    public let epsilon: Scalar

    /// A mean and a variance that are constants.
    ///
    /// - Parameters:
    ///   - mean: `[column]`.
    ///   - variance: `[column]`, not negative.
    ///   - scale: γ, `[column]`.
    ///   - shift: β, `[column]`.
    ///   - epsilon: ε > 0.
    public init(
        mean: Tensor<Scalar>, variance: Tensor<Scalar>, scale: Variable<Scalar>, shift: Variable<Scalar>,
        epsilon: Scalar
    ) {
        self.init(mean: mean, variance: variance, shares: nil, scale: scale, shift: shift, epsilon: epsilon)
    }

    /// The moments of a variable's own columns.
    ///
    /// - Parameters:
    ///   - moments: of the variable that will be standardised, for the same weights.
    ///   - weights: how often each example counts, `[example]`; positive.
    ///   - scale: γ, `[column]`.
    ///   - shift: β, `[column]`.
    ///   - epsilon: ε > 0.
    public init(
        moments: ColumnMoments<Scalar>, weights: Tensor<Scalar>, scale: Variable<Scalar>, shift: Variable<Scalar>,
        epsilon: Scalar
    ) {
        self.init(
            mean: moments.mean, variance: moments.variance, shares: weights.scaled(by: 1 / moments.count), scale: scale,
            shift: shift, epsilon: epsilon)
    }

    private init(
        mean: Tensor<Scalar>, variance: Tensor<Scalar>, shares: Tensor<Scalar>?, scale: Variable<Scalar>,
        shift: Variable<Scalar>, epsilon: Scalar
    ) {
        self.mean = mean
        self.variance = variance
        self.shares = shares
        self.scale = scale
        self.shift = shift
        self.epsilon = epsilon
    }

    /// The map of plain tensors.
    func standardization(rectified: Bool) -> ColumnStandardization<Scalar> {
        ColumnStandardization(
            mean: mean, variance: variance, epsilon: epsilon, scale: scale.value, shift: shift.value,
            isRectified: rectified)
    }

    /// The same with a scale and a shift of another history.
    func with(scale: Variable<Scalar>, shift: Variable<Scalar>) -> ColumnStandards {
        ColumnStandards(
            mean: mean, variance: variance, shares: shares, scale: scale, shift: shift, epsilon: epsilon)
    }
}

extension Variable {
    /// Every column less its mean, divided by the root of its variance + ε, times γ plus β; and max(·, 0) of that if asked.
    ///
    /// With the variable's own weighted moments, where an example stands for several equal ones, the result is that of all of them.
    ///
    /// - Parameters:
    ///   - standards: mean, variance, γ and β.
    ///   - rectified: whether negative results become 0, with derivative 0 at 0.
    /// - Returns: of this variable's shape.
    /// - Precondition: `self` is `[example, …, column]`.
    public func standardizingColumns(by standards: ColumnStandards<Scalar>, rectified: Bool = false) -> Variable {
        let standardization = standards.standardization(rectified: rectified)
        return Self.operation(standardization(value), of: [self, standards.scale, standards.shift]) { context in
            guard context.isDifferentiable else {
                let (input, scale, shift) = standardization.gradients(
                    context.cotangent.value, input: context.inputs[0].value, shares: standards.shares,
                    wantsInput: context.wanted[0])
                return [input.map { Variable($0) }, Variable(scale), Variable(shift)]
            }
            let passed =
                rectified ? context.cotangent.keeping(wherePositive: context.output.value) : context.cotangent
            return context.inputs[0].standardizationGradients(
                passed, standards.with(scale: context.inputs[1], shift: context.inputs[2]))
        }
    }

    /// The gradients made of differentiable operations: with w the examples' shares, x̂ the standardised input and c the
    /// cotangent, (γ/σ)·(c − w·(Σ c + x̂·Σ c·x̂)), or (γ/σ)·c where the moments are constants; Σ c·x̂; and Σ c.
    func standardizationGradients(_ cotangent: Variable, _ standards: ColumnStandards<Scalar>) -> [Variable?] {
        func asRows(_ row: Variable) -> Variable { row.repeatedAsRows(of: shape) }
        let sum = cotangent.sumOverRows()
        guard let shares = standards.shares else {
            let inverse = Variable(standards.standardization(rectified: false).inverseDeviation)
            let standard = (self - asRows(Variable(standards.mean))) * asRows(inverse)
            return [cotangent * asRows(standards.scale * inverse), (cotangent * standard).sumOverRows(), sum]
        }
        // To be differentiated in turn, the moments have to be functions of the input again.
        let rowShares = Variable(
            shares.repeatedAlongLastAxis(value.rowCount / shape[0]).reshaped(Array(shape.dropLast())))
        let centred = self - asRows(multiplyingRows(by: rowShares).sumOverRows())
        let variance = (centred * centred).multiplyingRows(by: rowShares).sumOverRows()
        let inverse = variance.scaled(by: 1, plus: standards.epsilon).reciprocalSquareRoot()
        let standard = centred * asRows(inverse)
        let product = (cotangent * standard).sumOverRows()
        let common = asRows(sum) + standard * asRows(product)
        return [(cotangent - common.multiplyingRows(by: rowShares)) * asRows(standards.scale * inverse), product, sum]
    }
}
