import Autodiff
import NeuralNetworks
import Tensors

/// f, the intermediate encoder of appendix 5.3: three convolutional layers, the last one's maps reduced to their maxima.
///
/// The paper gives the number of layers and of outputs; the rest is ours. The maximum over the whole map makes the
/// encoder blind to where in the crop a feature lies. That matters: an encoder that sees the position lets P(T|X) write
/// the image's identity into the offset that it picks, and the objective rises while the representation gets worse.
public struct IntermediateEncoder<Scalar: TensorScalar>: Module {
    /// 3×3, padded, pooled by 2.
    public var first: Convolution<Scalar>
    /// 3×3, padded, pooled by 2.
    public var second: Convolution<Scalar>
    /// 3×3, pooled to one pixel.
    public var third: Convolution<Scalar>

    /// The three layers, before there are any.
    ///
    /// - Parameters:
    ///   - channels: outputs of the first two layers.
    ///   - features: outputs of the last; 200 in the paper.
    public static func designs(channels: (Int, Int), features: Int) -> [ConvolutionDesign] {
        [
            ConvolutionDesign(side: 3, inputs: 1, outputs: channels.0, padding: 1, pooling: .windows(side: 2)),
            ConvolutionDesign(side: 3, inputs: channels.0, outputs: channels.1, padding: 1, pooling: .windows(side: 2)),
            ConvolutionDesign(side: 3, inputs: channels.1, outputs: features, pooling: .wholeImage),
        ]
    }

    /// A network with random weights; the widths as in ``designs(channels:features:)``.
    public init(channels: (Int, Int), features: Int, using generator: inout some RandomNumberGenerator) {
        let designs = Self.designs(channels: channels, features: features)
        first = Convolution(designs[0], using: &generator)
        second = Convolution(designs[1], using: &generator)
        third = Convolution(designs[2], using: &generator)
    }

    /// f of some crops.
    ///
    /// - Parameter crops: standardised pixels, `[crop, row, column, 1]`.
    /// - Returns: `[crop, feature]`, not negative.
    public func callAsFunction(_ crops: Variable<Scalar>) -> Variable<Scalar> {
        let maps = second.rectifiedAndPooled(first.rectifiedAndPooled(crops))
        return third.rectifiedAndPooled(maps).reshaped([crops.shape[0], third.bias.shape[0]])
    }

    /// Visits the three layers.
    public mutating func visitParameters(_ body: (String, inout Variable<Scalar>) throws -> Void) rethrows {
        try visit(&first, named: "first", body)
        try visit(&second, named: "second", body)
        try visit(&third, named: "third", body)
    }
}

/// g, the projection head of appendix 5.3: two dense layers, the output normalised to the unit sphere.
public struct ProjectionHead<Scalar: TensorScalar>: Module {
    /// Features to hidden units.
    public var hidden: Dense<Scalar>
    /// Hidden units to the representation.
    public var output: Dense<Scalar>

    /// The two layers, before there are any.
    public static func designs(features: Int, hidden: Int, dimension: Int) -> [DenseDesign] {
        [DenseDesign(inputs: features, outputs: hidden), DenseDesign(inputs: hidden, outputs: dimension)]
    }

    /// A network with random weights.
    public init(
        features: Int, hidden hiddenUnits: Int, dimension: Int, using generator: inout some RandomNumberGenerator
    ) {
        let designs = Self.designs(features: features, hidden: hiddenUnits, dimension: dimension)
        hidden = Dense(designs[0], using: &generator)
        output = Dense(designs[1], using: &generator)
    }

    /// g of some features.
    ///
    /// - Parameter features: `[crop, feature]`.
    /// - Returns: unit vectors, `[crop, dimension]`.
    public func callAsFunction(_ features: Variable<Scalar>) -> Variable<Scalar> {
        output.onUnitSphere(hidden(features, rectified: true))
    }

    /// Visits the two layers.
    public mutating func visitParameters(_ body: (String, inout Variable<Scalar>) throws -> Void) rethrows {
        try visit(&hidden, named: "hidden", body)
        try visit(&output, named: "output", body)
    }
}

/// h = g ∘ f, the encoder whose output is the mean direction of p(Z|T(X)).
///
/// Section 3 writes h = g ∘ f and appendix 5.3 h = f ∘ g; the former is meant.
public struct Representation<Scalar: TensorScalar>: Module {
    /// f.
    public var intermediateEncoder: IntermediateEncoder<Scalar>
    /// g.
    public var projectionHead: ProjectionHead<Scalar>

    /// A network with random weights.
    public init(intermediateEncoder: IntermediateEncoder<Scalar>, projectionHead: ProjectionHead<Scalar>) {
        self.intermediateEncoder = intermediateEncoder
        self.projectionHead = projectionHead
    }

    /// h of some crops.
    ///
    /// - Parameter crops: standardised pixels, `[crop, row, column, 1]`.
    /// - Returns: unit vectors, `[crop, dimension]`.
    public func callAsFunction(_ crops: Variable<Scalar>) -> Variable<Scalar> {
        projectionHead(intermediateEncoder(crops))
    }

    /// Visits f and g.
    public mutating func visitParameters(_ body: (String, inout Variable<Scalar>) throws -> Void) rethrows {
        try visit(&intermediateEncoder, named: "intermediateEncoder", body)
        try visit(&projectionHead, named: "projectionHead", body)
    }
}
