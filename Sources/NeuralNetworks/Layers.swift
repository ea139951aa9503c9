import Autodiff
import Diagnostics
import Tensors

/// He initialisation: independent normal weights of variance 2 / fanIn, which keeps the scale of activations through
/// layers followed by max(·, 0). He, Zhang, Ren, Sun, *Delving deep into rectifiers*, ICCV 2015.
public func heInitialized<Scalar: TensorScalar>(
    _ shape: [Int], fanIn: Int, using generator: inout some RandomNumberGenerator
) -> Variable<Scalar> {
    Variable(Tensor<Scalar>.normal(shape, using: &generator).scaled(by: (2 / Scalar(fanIn)).squareRoot()))
}

/// x ↦ x·W + b on rows, or x·W.
public struct Dense<Scalar: TensorScalar>: Module {
    /// W, `[input, output]`.
    public var weights: Variable<Scalar>
    /// b, `[output]`, if there is one.
    public var bias: Variable<Scalar>?

    /// He-initialised weights, zero bias.
    public init(_ design: DenseDesign, using generator: inout some RandomNumberGenerator) {
        weights = heInitialized([design.inputs, design.outputs], fanIn: design.inputs, using: &generator)
        bias = design.hasBias ? Variable(.zeros([design.outputs])) : nil
    }

    /// The layer's output.
    ///
    /// - Parameters:
    ///   - input: `[example, input]`.
    ///   - rectified: whether max(·, 0) of the output is returned.
    /// - Returns: `[example, output]`.
    public func callAsFunction(_ input: Variable<Scalar>, rectified: Bool = false) -> Variable<Scalar> {
        guard let bias else {
            let product = input.matrixProduct(weights)
            return rectified ? product.rectified() : product
        }
        return input.affine(weights, bias: bias, rectified: rectified)
    }

    /// The layer's output, each row divided by its Euclidean norm.
    ///
    /// - Parameter input: `[example, input]`.
    /// - Returns: unit vectors, `[example, output]`.
    public func onUnitSphere(_ input: Variable<Scalar>) -> Variable<Scalar> {
        guard let bias else { return input.matrixProduct(weights).normalizedAlongLastAxis() }
        return input.normalizedAffine(weights, bias: bias)
    }

    /// Visits `weights` and `bias`.
    public mutating func visitParameters(_ body: (String, inout Variable<Scalar>) throws -> Void) rethrows {
        try body("weights", &weights)
        if var given = bias {
            defer { bias = given }
            try body("bias", &given)
        }
    }
}

/// A convolution with bias.
public struct Convolution<Scalar: TensorScalar>: Module {
    /// `[filterRow, filterColumn, inputChannel, outputChannel]`.
    public var filters: Variable<Scalar>
    /// `[outputChannel]`.
    public var bias: Variable<Scalar>
    /// Stride, padding and pooling.
    public let design: ConvolutionDesign

    /// He-initialised square filters, zero bias.
    public init(_ design: ConvolutionDesign, using generator: inout some RandomNumberGenerator) {
        filters = heInitialized(
            [design.side, design.side, design.inputs, design.outputs], fanIn: design.side * design.side * design.inputs,
            using: &generator)
        bias = Variable(.zeros([design.outputs]))
        self.design = design
    }

    /// The layer's output.
    ///
    /// - Parameters:
    ///   - input: `[image, row, column, inputChannel]`.
    ///   - rectified: whether max(·, 0) of the output is returned.
    /// - Returns: `[image, row, column, outputChannel]`.
    public func callAsFunction(_ input: Variable<Scalar>, rectified: Bool = false) -> Variable<Scalar> {
        require(design.pooling == .none, "a convolution that is pooled, without its pooling")
        return input.convolution(
            filters, bias: bias, stride: design.stride, padding: design.padding, rectified: rectified)
    }

    /// max(·, 0) of the output, pooled, in one pass.
    ///
    /// - Parameters:
    ///   - input: `[image, row, column, inputChannel]`.
    ///   - repeated: which pooling windows repeat which, if that is known.
    ///   - standards: what its channels are standardised by on the way; `nil` for nothing.
    /// - Returns: `[image, row, column, outputChannel]`.
    /// - Precondition: the layer is pooled.
    public func rectifiedAndPooled(
        _ input: Variable<Scalar>, repeating repeated: RepeatedWindows? = nil,
        standardizedBy standards: ColumnStandards<Scalar>? = nil
    ) -> Variable<Scalar> {
        require(design.pooling != .none, "pooling of a convolution whose design has none")
        let window: Int? = if case .windows(let side) = design.pooling { side } else { nil }
        return input.pooledConvolution(
            filters, bias: bias, padding: design.padding, window: window, repeating: repeated,
            standardizedBy: standards)
    }

    /// Visits `filters` and `bias`.
    public mutating func visitParameters(_ body: (String, inout Variable<Scalar>) throws -> Void) rethrows {
        try body("filters", &filters)
        try body("bias", &bias)
    }
}
