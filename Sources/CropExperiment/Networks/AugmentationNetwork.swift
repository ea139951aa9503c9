import Autodiff
import NeuralNetworks
import Tensors

/// P(T|x, η) of appendix 5.3: three convolutional layers whose outputs are the logits of the crops.
///
/// Kernels 4×4 at stride 4, 3×3, 3×3 without padding turn 84×84 pixels into 17×17 logits, and the pixels that a logit
/// depends on are exactly those of the crop that it scores: a crop is judged by its content alone. So the network may
/// be run on any image, large or small, that contains the crops in question.
public struct AugmentationNetwork<Scalar: TensorScalar>: Module {
    /// 4×4 at stride 4.
    public var first: Convolution<Scalar>
    /// 3×3.
    public var second: Convolution<Scalar>
    /// 3×3, one output channel.
    public var third: Convolution<Scalar>

    /// The three layers, before there are any.
    public static func designs(channels: Int) -> [ConvolutionDesign] {
        [
            ConvolutionDesign(side: 4, inputs: 1, outputs: channels, stride: 4),
            ConvolutionDesign(side: 3, inputs: channels, outputs: channels),
            ConvolutionDesign(side: 3, inputs: channels, outputs: 1),
        ]
    }

    /// A network with random weights.
    ///
    /// - Parameters:
    ///   - channels: outputs of the first two layers.
    ///   - outputScale: the factor of the last layer's weights. The distance of the first P(T|X) from the uniform
    ///     distribution grows with it; 0 makes it uniform.
    ///   - generator: the source of randomness.
    public init(channels: Int, outputScale: Scalar = 1, using generator: inout some RandomNumberGenerator) {
        let designs = Self.designs(channels: channels)
        first = Convolution(designs[0], using: &generator)
        second = Convolution(designs[1], using: &generator)
        third = Convolution(designs[2], using: &generator)
        third.filters = Variable(third.filters.value.scaled(by: outputScale))
    }

    /// The logit of every crop of 20×20 pixels at stride 4.
    ///
    /// - Parameter images: standardised pixels, `[image, row, column, 1]`.
    /// - Returns: `[image, crop row, crop column, 1]`.
    public func callAsFunction(_ images: Variable<Scalar>) -> Variable<Scalar> {
        third(second(first(images, rectified: true), rectified: true))
    }

    /// Visits the three layers.
    public mutating func visitParameters(_ body: (String, inout Variable<Scalar>) throws -> Void) rethrows {
        try visit(&first, named: "first", body)
        try visit(&second, named: "second", body)
        try visit(&third, named: "third", body)
    }
}
