import Autodiff
import GradientChecking
import TensorReference
import Tensors

/// Every differentiable operation, at a point of its domain.
enum Operation: String, CaseIterable, DifferentiableFunction {
    case sum, difference, product, scaled, exponential, logarithm, reciprocalSquareRoot, rectified, reshaped
    case total, mean, sumAlongLastAxis, repeatedAlongLastAxis, sumOverRows, repeatedAsRows
    case addingToRows, multiplyingRows
    case logSumExp, logSumExpOfOneRow, logSumExpSharedWeights, logSumExpWeights
    case softmax, softmaxSharedWeights, softmaxWeights, logSoftmax, normalized
    case matrixProduct, matrixProductLeftTransposed, matrixProductRightTransposed, matrixProductBothTransposed
    case matrixProducts, matrixProductsLeftTransposed, matrixProductsRightTransposed, matrixProductsBothTransposed
    case gramLogSumExp, gramLogSumExpFixedWeights
    case affine, affineRectified, normalizedAffine
    case gatheringRows, scatteringRows, gatheringElements, scatteringElements, concatenated

    func callAsFunction<Scalar: TensorScalar>(_ x: [Variable<Scalar>]) -> Variable<Scalar> {
        switch self {
        case .sum: x[0] + x[1]
        case .difference: x[0] - x[1]
        case .product: x[0] * x[1]
        case .scaled: x[0].scaled(by: -1.5, plus: 0.25)
        case .exponential: x[0].exponential()
        case .logarithm: x[0].logarithm()
        case .reciprocalSquareRoot: x[0].reciprocalSquareRoot()
        case .rectified: x[0].rectified()
        case .reshaped: x[0].reshaped([3, 1, 2])
        case .total: x[0].sum()
        case .mean: x[0].mean()
        case .sumAlongLastAxis: x[0].sumAlongLastAxis()
        case .repeatedAlongLastAxis: x[0].repeatedAlongLastAxis(4)
        case .sumOverRows: x[0].sumOverRows()
        case .repeatedAsRows: x[0].repeatedAsRows(of: [3, 2, 5])
        case .addingToRows: x[0].addingToRows(x[1])
        case .multiplyingRows: x[0].multiplyingRows(by: x[1])
        case .logSumExp, .logSumExpOfOneRow: x[0].logSumExpAlongLastAxis()
        case .logSumExpSharedWeights, .logSumExpWeights: x[0].logSumExpAlongLastAxis(weights: x[1])
        case .softmax: x[0].softmaxAlongLastAxis()
        case .softmaxSharedWeights, .softmaxWeights: x[0].softmaxAlongLastAxis(weights: x[1])
        case .logSoftmax: x[0].logSoftmaxAlongLastAxis()
        case .normalized: x[0].normalizedAlongLastAxis()
        case .matrixProduct, .matrixProducts: x[0].matrixProduct(x[1])
        case .matrixProductLeftTransposed, .matrixProductsLeftTransposed: x[0].matrixProduct(x[1], left: .transposed)
        case .matrixProductRightTransposed, .matrixProductsRightTransposed:
            x[0].matrixProduct(x[1], right: .transposed)
        case .matrixProductBothTransposed, .matrixProductsBothTransposed:
            x[0].matrixProduct(x[1], left: .transposed, right: .transposed)
        case .gramLogSumExp: x[0].gramLogSumExp(weights: x[1], scale: 0.5)
        case .gramLogSumExpFixedWeights:
            x[0].gramLogSumExp(weights: Variable(Tensor(shape: [4], scalars: [0.5, 0, 0.25, 1.5])), scale: 0.5)
        case .affine: x[0].affine(x[1], bias: x[2])
        case .normalizedAffine: x[0].normalizedAffine(x[1], bias: x[2])
        case .affineRectified: x[0].affine(x[1], bias: x[2], rectified: true)
        case .gatheringRows: x[0].gatheringRows([2, 0, 2, 1])
        case .scatteringRows: x[0].scatteringRows([1, 3, 1], count: 5)
        case .gatheringElements: x[0].gatheringElements([5, 0, 0, 3], shape: [2, 2])
        case .scatteringElements: x[0].scatteringElements([0, 2, 2, 7, 1, 0], shape: [2, 4])
        case .concatenated: x[0].concatenated(with: x[1])
        }
    }

    var point: [Tensor<Double>] {
        var generator = PhiloxGenerator(seed: 1, purpose: rawValue)
        func normal(_ shapes: [Int]...) -> [Tensor<Double>] { shapes.map { .normal($0, using: &generator) } }
        switch self {
        case .sum, .difference, .product: return normal([2, 3], [2, 3])
        case .logarithm, .reciprocalSquareRoot: return [.positive([2, 3], margin: 0.5, using: &generator)]
        case .rectified: return [.awayFromZero([3, 5], margin: 0.1, using: &generator)]
        case .repeatedAsRows: return normal([5])
        case .addingToRows: return normal([3, 2, 5], [5])
        case .multiplyingRows: return normal([3, 2, 5], [3, 2])
        case .logSumExp: return normal([2, 2, 9])
        case .logSumExpOfOneRow: return normal([7])
        case .logSumExpSharedWeights, .softmaxSharedWeights:
            return normal([2, 3, 5]) + [.positive([5], margin: 0.1, using: &generator)]
        case .logSumExpWeights, .softmaxWeights:
            return normal([3, 5]) + [.positive([3, 5], margin: 0.1, using: &generator)]
        case .softmax, .logSoftmax, .normalized: return normal([3, 2, 5])
        case .matrixProduct: return normal([3, 4], [4, 2])
        case .matrixProductLeftTransposed: return normal([4, 3], [4, 2])
        case .matrixProductRightTransposed: return normal([3, 4], [2, 4])
        case .matrixProductBothTransposed: return normal([4, 3], [2, 4])
        case .matrixProducts: return normal([2, 3, 4], [2, 4, 2])
        case .matrixProductsLeftTransposed: return normal([2, 4, 3], [2, 4, 2])
        case .matrixProductsRightTransposed: return normal([2, 3, 4], [2, 2, 4])
        case .matrixProductsBothTransposed: return normal([2, 4, 3], [2, 2, 4])
        case .gramLogSumExpFixedWeights: return normal([4, 3])
        case .gramLogSumExp: return normal([4, 3]) + [.positive([4], margin: 0.1, using: &generator)]
        case .affine, .affineRectified, .normalizedAffine: return normal([3, 4], [4, 2], [2])
        case .concatenated: return normal([2, 3], [4, 3])
        default: return normal([3, 2])
        }
    }
}

/// Convolutions and poolings.
enum ConvolutionOperation: String, CaseIterable, DifferentiableFunction {
    case convolution, convolutionPadded, convolutionStrided, convolutionSingleChannel, convolutionNotSquare
    case convolutionBias, convolutionRectified, convolutionSingleChannelRectified, fullConvolution,
        fullConvolutionRectified
    case inputGradient, inputGradientStrided, filterGradient, filterGradientStrided
    case maximumPooled, pooledConvolution, pooledConvolutionWide, pooledConvolutionGlobal
    case pooledConvolutionTwoOutputs, pooledConvolutionThreeOutputs
    case standardizedPooledConvolution, standardizedPooledConvolutionOfFewChannels
    case standardizedPooledConvolutionByConstants, pooledConvolutionOfRepeatedWindows

    private var shape: ConvolutionShape {
        func shape(_ input: [Int], _ filters: [Int], stride: Int = 1, padding: Int = 0) -> ConvolutionShape {
            ConvolutionShape(input: input, filters: filters, stride: stride, padding: padding)
        }
        return switch self {
        case .convolution, .inputGradient, .filterGradient: shape([2, 4, 4, 2], [3, 3, 2, 3])
        case .convolutionPadded: shape([2, 4, 3, 2], [3, 3, 2, 3], padding: 1)
        case .convolutionStrided, .inputGradientStrided, .filterGradientStrided:
            shape([2, 6, 5, 2], [3, 2, 2, 3], stride: 2, padding: 1)
        case .convolutionBias, .convolutionRectified: shape([2, 6, 5, 2], [3, 2, 2, 3], stride: 2, padding: 1)
        case .convolutionSingleChannel, .convolutionSingleChannelRectified: shape([2, 4, 4, 2], [2, 2, 2, 1])
        case .convolutionNotSquare: shape([1, 3, 5, 2], [1, 3, 2, 2], padding: 2)
        case .fullConvolution, .fullConvolutionRectified: shape([2, 3, 4, 2], [3, 2, 2, 3])
        case .maximumPooled: shape([2, 5, 4, 3], [1, 1, 3, 3])
        case .pooledConvolution: shape([2, 6, 5, 1], [3, 3, 1, 3], padding: 1)
        case .pooledConvolutionWide: shape([2, 5, 5, 7], [3, 3, 7, 3], padding: 1)
        case .pooledConvolutionGlobal: shape([2, 5, 4, 7], [3, 2, 7, 3])
        case .standardizedPooledConvolution: shape([3, 4, 5, 16], [3, 3, 16, 3], padding: 1)
        case .standardizedPooledConvolutionByConstants: shape([2, 4, 4, 5], [2, 2, 5, 3])
        case .standardizedPooledConvolutionOfFewChannels: shape([3, 5, 4, 2], [3, 3, 2, 3], padding: 1)
        case .pooledConvolutionTwoOutputs: shape([2, 4, 5, 16], [3, 3, 16, 3], padding: 1)
        case .pooledConvolutionThreeOutputs: shape([2, 5, 5, 16], [3, 3, 16, 3])
        case .pooledConvolutionOfRepeatedWindows: shape([1, 6, 8, 16], [3, 3, 16, 3])
        }
    }

    func callAsFunction<Scalar: TensorScalar>(_ x: [Variable<Scalar>]) -> Variable<Scalar> {
        switch self {
        case .inputGradient, .inputGradientStrided: x[0].convolutionInputGradient(x[1], of: shape)
        case .filterGradient, .filterGradientStrided: x[0].convolutionFilterGradient(x[1], of: shape)
        case .fullConvolution: x[0].fullConvolution(x[1], bias: x[2])
        case .fullConvolutionRectified: x[0].fullConvolution(x[1], bias: x[2], rectified: true)
        case .maximumPooled: x[0].maximumPooled(window: 2)
        case .convolutionBias: x[0].convolution(x[1], bias: x[2], stride: shape.stride, padding: shape.padding)
        case .convolutionRectified, .convolutionSingleChannelRectified:
            x[0].convolution(x[1], bias: x[2], stride: shape.stride, padding: shape.padding, rectified: true)
        case .pooledConvolution, .pooledConvolutionWide, .pooledConvolutionTwoOutputs:
            x[0].pooledConvolution(x[1], bias: x[2], padding: shape.padding, window: 2)
        case .pooledConvolutionGlobal, .pooledConvolutionThreeOutputs:
            x[0].pooledConvolution(x[1], bias: x[2], padding: shape.padding, window: nil)
        case .standardizedPooledConvolution, .standardizedPooledConvolutionOfFewChannels,
            .standardizedPooledConvolutionByConstants:
            standardized(x)
        case .pooledConvolutionOfRepeatedWindows: ofRepeatedWindows(x)
        default: x[0].convolution(x[1], stride: shape.stride, padding: shape.padding)
        }
    }

    var point: [Tensor<Double>] {
        var generator = PhiloxGenerator(seed: 1, purpose: rawValue)
        let shapes =
            switch self {
            case .inputGradient, .inputGradientStrided: [shape.outputShape, shape.filterShape]
            case .filterGradient, .filterGradientStrided: [shape.outputShape, shape.inputShape]
            case .maximumPooled: [shape.inputShape]
            case .pooledConvolution, .pooledConvolutionWide, .pooledConvolutionGlobal, .pooledConvolutionTwoOutputs,
                .pooledConvolutionThreeOutputs, .pooledConvolutionOfRepeatedWindows, .convolutionBias,
                .convolutionRectified,
                .convolutionSingleChannelRectified, .fullConvolution, .fullConvolutionRectified:
                [shape.inputShape, shape.filterShape, [shape.outputChannels]]
            case .standardizedPooledConvolution, .standardizedPooledConvolutionOfFewChannels,
                .standardizedPooledConvolutionByConstants:
                [
                    shape.inputShape, shape.filterShape, [shape.outputChannels], [shape.inputChannels],
                    [shape.inputChannels],
                ]
            default: [shape.inputShape, shape.filterShape]
            }
        return shapes.map { .normal($0, using: &generator) }
    }

    /// Images standardised by their own weighted moments, or by constants, on their way into a pooled convolution.
    private func standardized<Scalar: TensorScalar>(_ x: [Variable<Scalar>]) -> Variable<Scalar> {
        let channels = shape.inputChannels
        let standards: ColumnStandards<Scalar>
        if self == .standardizedPooledConvolutionByConstants {
            standards = ColumnStandards(
                mean: Tensor(shape: [channels], repeating: 0.25), variance: Tensor(shape: [channels], repeating: 2),
                scale: x[3], shift: x[4], epsilon: 0.01)
        } else {
            let weights = Tensor<Scalar>(shape: [3], scalars: [1, 3, 2])
            standards = ColumnStandards(
                moments: x[0].value.columnMoments(weights: weights), weights: weights, scale: x[3], shift: x[4],
                epsilon: 0.01)
        }
        return x[0].pooledConvolution(
            x[1], bias: x[2], padding: shape.padding, window: 2, standardizedBy: standards)
    }

    /// Two crops of a picture, six columns each and two apart: the first windows of the second see what the second windows of the
    /// first see, and are not computed.
    private func ofRepeatedWindows<Scalar: TensorScalar>(_ x: [Variable<Scalar>]) -> Variable<Scalar> {
        let pixels = [0, 2].flatMap { first in (0..<36).map { $0 / 6 * 8 + first + $0 % 6 } }
        let repeated = RepeatedWindows(blocks: [0..<2], windowsPerImage: 4) { _, firsts in
            for (window, first) in [0, 1, 2, 3, 1, 5, 3, 7].enumerated() { firsts[window] = Int32(first) }
        }
        return x[0].reshaped([48, 16]).gatheringRows(pixels).reshaped([2, 6, 6, 16])
            .pooledConvolution(x[1], bias: x[2], window: 2, repeating: repeated)
    }

    /// The maxima of a few dozen random numbers change places on a scale of 10⁻²; a kink within 10⁻⁴ would be seen
    /// as a wide tolerance or a failure, at this fixed seed always or never.
    var step: Double {
        switch self {
        case .maximumPooled, .pooledConvolution, .pooledConvolutionWide, .pooledConvolutionGlobal,
            .pooledConvolutionTwoOutputs, .pooledConvolutionThreeOutputs, .convolutionRectified,
            .convolutionSingleChannelRectified, .fullConvolutionRectified, .standardizedPooledConvolution,
            .standardizedPooledConvolutionOfFewChannels, .standardizedPooledConvolutionByConstants,
            .pooledConvolutionOfRepeatedWindows:
            1e-4
        default: 1e-3
        }
    }
}

/// Batch normalisation: by the input's own weighted moments and by constants, of examples and of their positions.
enum StandardizationOperation: String, CaseIterable, DifferentiableFunction {
    case ownMoments, ownMomentsRectified, ownMomentsOfPositions, ownMomentsOfPositionsRectified
    case constantMoments, constantMomentsRectified, constantMomentsOfPositions

    private var shape: [Int] {
        switch self {
        case .ownMoments, .ownMomentsRectified, .constantMoments, .constantMomentsRectified: [6, 3]
        case .ownMomentsOfPositions, .ownMomentsOfPositionsRectified, .constantMomentsOfPositions: [4, 2, 1, 5]
        }
    }

    func callAsFunction<Scalar: TensorScalar>(_ x: [Variable<Scalar>]) -> Variable<Scalar> {
        switch self {
        case .ownMoments, .ownMomentsOfPositions: own(x, rectified: false)
        case .ownMomentsRectified, .ownMomentsOfPositionsRectified: own(x, rectified: true)
        case .constantMoments, .constantMomentsOfPositions: constant(x, rectified: false)
        case .constantMomentsRectified: constant(x, rectified: true)
        }
    }

    private func own<Scalar: TensorScalar>(_ x: [Variable<Scalar>], rectified: Bool) -> Variable<Scalar> {
        let weights = Tensor<Scalar>(
            shape: [shape[0]], scalars: [1, 3, 2, 5, 1, 4].prefix(shape[0]).map { Scalar($0) })
        return x[0].standardizingColumns(
            by: ColumnStandards(
                moments: x[0].value.columnMoments(weights: weights), weights: weights, scale: x[1], shift: x[2],
                epsilon: 0.01),
            rectified: rectified)
    }

    private func constant<Scalar: TensorScalar>(_ x: [Variable<Scalar>], rectified: Bool) -> Variable<Scalar> {
        let columns = shape[shape.count - 1]
        let standards = ColumnStandards(
            mean: Tensor(shape: [columns], scalars: [0.5, -0.25, 1, 0, 2].prefix(columns).map { Scalar($0) }),
            variance: Tensor(shape: [columns], scalars: [1, 0.5, 2, 4, 0.25].prefix(columns).map { Scalar($0) }),
            scale: x[1], shift: x[2], epsilon: 0.01)
        return x[0].standardizingColumns(by: standards, rectified: rectified)
    }

    var point: [Tensor<Double>] {
        var generator = PhiloxGenerator(seed: 1, purpose: rawValue)
        return [shape, [shape[shape.count - 1]], [shape[shape.count - 1]]].map { .normal($0, using: &generator) }
    }

    /// As for convolutions that are rectified.
    var step: Double { rawValue.hasSuffix("Rectified") ? 1e-4 : 1e-3 }
}

/// Operations put together as the project puts them together.
enum Composition: String, CaseIterable, DifferentiableFunction {
    case perceptron, encoder, sharedArgument, contrastiveLoss, expectedLogarithm, deepChain

    func callAsFunction<Scalar: TensorScalar>(_ x: [Variable<Scalar>]) -> Variable<Scalar> {
        switch self {
        case .perceptron:
            x[0].matrixProduct(x[1]).addingToRows(x[2]).rectified().matrixProduct(x[3]).logSoftmaxAlongLastAxis()
        case .encoder:
            x[0].pooledConvolution(x[1], bias: x[2], padding: 1, window: 2)
                .pooledConvolution(x[3], bias: x[4], window: nil).reshaped([3, 4]).normalizedAlongLastAxis()
        case .sharedArgument:
            // One tensor in every place: all its shares must be added up.
            (x[0] * x[0]).matrixProduct(x[0], left: .transposed) + x[0].matrixProduct(x[0], left: .transposed)
        case .contrastiveLoss: Self.contrastiveLoss(x[0].normalizedAlongLastAxis())
        case .expectedLogarithm:
            // E_P[log Σ w eˣ] with the weights of a softmax: the P-phase in small.
            x[0].matrixProduct(x[0], right: .transposed).logSumExpAlongLastAxis(weights: x[1].softmaxAlongLastAxis())
        case .deepChain:
            (0..<20).reduce(x[0]) { y, _ in y.scaled(by: 0.5).exponential().logarithm() + x[0].scaled(by: 0.1) }
        }
    }

    private static func contrastiveLoss<Scalar: TensorScalar>(_ z: Variable<Scalar>) -> Variable<Scalar> {
        let gram = z.matrixProduct(z, right: .transposed).scaled(by: 0.5)
        let positives = gram.gatheringElements([1, 6, 11, 12], shape: [4])
        return positives - gram.logSumExpAlongLastAxis()
    }

    var point: [Tensor<Double>] {
        var generator = PhiloxGenerator(seed: 1, purpose: rawValue)
        func normal(_ shapes: [Int]...) -> [Tensor<Double>] { shapes.map { .normal($0, using: &generator) } }
        switch self {
        case .perceptron: return normal([5, 3], [3, 4], [4], [4, 3])
        case .encoder: return normal([3, 6, 6, 1], [3, 3, 1, 5], [5], [2, 2, 5, 4], [4])
        case .sharedArgument: return normal([3, 3])
        case .contrastiveLoss: return normal([4, 5])
        case .expectedLogarithm: return normal([4, 3], [4])
        case .deepChain: return normal([3])
        }
    }

    var step: Double { self == .perceptron || self == .encoder ? 1e-4 : 1e-3 }
}
