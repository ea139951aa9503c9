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

/// x ↦ x·W + b on rows.
public struct Dense<Scalar: TensorScalar>: Module {
    /// W, `[input, output]`.
    public var weights: Variable<Scalar>
    /// b, `[output]`.
    public var bias: Variable<Scalar>

    /// He-initialised weights, zero bias.
    public init(inputs: Int, outputs: Int, using generator: inout some RandomNumberGenerator) {
        weights = heInitialized([inputs, outputs], fanIn: inputs, using: &generator)
        bias = Variable(.zeros([outputs]))
    }

    /// The layer's output.
    ///
    /// - Parameters:
    ///   - input: `[example, input]`.
    ///   - rectified: whether max(·, 0) of the output is returned.
    /// - Returns: `[example, output]`.
    public func callAsFunction(_ input: Variable<Scalar>, rectified: Bool = false) -> Variable<Scalar> {
        input.affine(weights, bias: bias, rectified: rectified)
    }

    /// The layer's output, each row divided by its Euclidean norm.
    ///
    /// - Parameter input: `[example, input]`.
    /// - Returns: unit vectors, `[example, output]`.
    public func onUnitSphere(_ input: Variable<Scalar>) -> Variable<Scalar> {
        input.normalizedAffine(weights, bias: bias)
    }

    /// Visits `weights` and `bias`.
    public mutating func visitParameters(_ body: (String, inout Variable<Scalar>) throws -> Void) rethrows {
        try body("weights", &weights)
        try body("bias", &bias)
    }
}

/// A convolution with bias.
public struct Convolution<Scalar: TensorScalar>: Module {
    /// `[filterRow, filterColumn, inputChannel, outputChannel]`.
    public var filters: Variable<Scalar>
    /// `[outputChannel]`.
    public var bias: Variable<Scalar>
    /// Distance between neighbouring filter positions.
    public let stride: Int
    /// Zero rows and columns on each side.
    public let padding: Int

    /// He-initialised square filters, zero bias.
    public init(
        side: Int, inputs: Int, outputs: Int, stride: Int = 1, padding: Int = 0,
        using generator: inout some RandomNumberGenerator
    ) {
        filters = heInitialized([side, side, inputs, outputs], fanIn: side * side * inputs, using: &generator)
        bias = Variable(.zeros([outputs]))
        self.stride = stride
        self.padding = padding
    }

    /// The layer's output.
    ///
    /// - Parameters:
    ///   - input: `[image, row, column, inputChannel]`.
    ///   - rectified: whether max(·, 0) of the output is returned.
    /// - Returns: `[image, row, column, outputChannel]`.
    public func callAsFunction(_ input: Variable<Scalar>, rectified: Bool = false) -> Variable<Scalar> {
        input.convolution(filters, bias: bias, stride: stride, padding: padding, rectified: rectified)
    }

    /// max(·, 0) of the output and its largest value in each pooling window, in one pass.
    ///
    /// - Parameter window: side of the windows; `nil` for one window over the whole image.
    /// - Precondition: the stride is 1.
    public func rectifiedAndPooled(_ input: Variable<Scalar>, window: Int?) -> Variable<Scalar> {
        require(stride == 1, "pooling fused with a convolution of stride \(stride)")
        return input.pooledConvolution(filters, bias: bias, padding: padding, window: window)
    }

    /// Visits `filters` and `bias`.
    public mutating func visitParameters(_ body: (String, inout Variable<Scalar>) throws -> Void) rethrows {
        try body("filters", &filters)
        try body("bias", &bias)
    }
}
