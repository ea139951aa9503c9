import Autodiff
import NeuralNetworks
import Tensors

/// P(T|x, η) of appendix 5.3: three convolutional layers whose outputs are the logits of the crops.
///
/// Kernels 4×4 at stride 4, 3×3, 3×3 without padding turn 84×84 pixels into 17×17 logits, and the pixels that a logit
/// depends on are exactly those of the crop that it scores: a crop is judged by its content alone. So the network may
/// be run on any image, large or small, that contains the crops in question, or on the digit alone.
public struct AugmentationNetwork<Scalar: TensorScalar>: Module {
    /// 4×4 at stride 4.
    public var first: Convolution<Scalar>
    /// 3×3.
    public var second: Convolution<Scalar>
    /// 3×3, one output channel.
    public var third: Convolution<Scalar>

    /// The designs of the three layers.
    ///
    /// - Parameters:
    ///   - channels: outputs of the first two layers.
    ///   - isOnBlankGround: whether they are run as by ``logits(ofSquares:onGroundOf:)``.
    public static func designs(channels: Int, isOnBlankGround: Bool = false) -> [ConvolutionDesign] {
        let padding = isOnBlankGround ? reach : 0
        return [
            ConvolutionDesign(side: 4, inputs: 1, outputs: channels, stride: 4),
            ConvolutionDesign(side: 3, inputs: channels, outputs: channels, padding: padding),
            ConvolutionDesign(side: 3, inputs: channels, outputs: 1, padding: padding),
        ]
    }

    /// Pixels beyond which a filter of 3×3 does not touch an image.
    private static var reach: Int { 2 }

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

    /// The logits of all crops that touch a square on blank ground, and that of a blank crop, read from the square alone.
    ///
    /// Where the image is blank a layer's outputs are those for a blank crop, z₀, and layers are affine:
    /// z = z₀ + W·(a − a₀), with a what the layer below passes on. What it passes on differs from a₀ only where it sees the
    /// square. So each layer is run on that part, with z₀ for a bias and zeros around: the same but for rounding, with a
    /// seventh of the products that a canvas of 84×84 takes.
    ///
    /// - Parameters:
    ///   - squares: standardised pixels, `[image, row, column, 1]`; 28×28 in the paper. Rows and columns are multiples of 4.
    ///   - blank: a blank crop, `[1, row, column, 1]`.
    /// - Returns: `[image, crop row, crop column, 1]`, beginning with the crop of which only the last block of 4×4 pixels lies in
    ///   the square, and `[1, 1, 1, 1]`.
    public func logits(
        ofSquares squares: Variable<Scalar>, onGroundOf blank: Variable<Scalar>
    ) -> (touching: Variable<Scalar>, blank: Variable<Scalar>) {
        let blankFirst = first(blank)
        let blankSecond = second(blankFirst.rectified())
        let blankThird = third(blankSecond.rectified())
        /// What a layer passes on in place of z, less what it passes on in place of z₀.
        func difference(_ passed: Variable<Scalar>, _ blank: Variable<Scalar>) -> Variable<Scalar> {
            passed.addingToRows(blank.rectified().scaled(by: -1))
        }
        let (z1, z2, z3) = (firstPixel(blankFirst), firstPixel(blankSecond), firstPixel(blankThird))
        let a1 = difference(first(squares, rectified: true), z1)
        let a2 = difference(a1.fullConvolution(second.filters, bias: z2, rectified: true), z2)
        return (a2.convolution(third.filters, bias: z3, padding: Self.reach), blankThird)
    }

    /// The channels of an image's first pixel, `[channel]`.
    private func firstPixel(_ image: Variable<Scalar>) -> Variable<Scalar> {
        let channels = image.value.lastExtent
        return image.gatheringElements(Array(0..<channels), shape: [channels])
    }

    /// Visits the three layers.
    public mutating func visitParameters(_ body: (String, inout Variable<Scalar>) throws -> Void) rethrows {
        try visit(&first, named: "first", body)
        try visit(&second, named: "second", body)
        try visit(&third, named: "third", body)
    }
}
