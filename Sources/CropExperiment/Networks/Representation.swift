import Autodiff
import Diagnostics
import NeuralNetworks
import Tensors

/// f, the intermediate encoder of appendix 5.3: three convolutional layers, the last one's maps reduced to their maxima.
///
/// The paper gives the number of layers and of outputs; the rest is ours. The maximum over the whole map makes the
/// encoder blind to where in the crop a feature lies. That matters: an encoder that sees the position lets P(T|X) write
/// the image's identity into the offset that it picks, and the objective rises while the representation gets worse. To show
/// it, the layers can do without any pooling: strides of 2 in its place, and a last filter as large as the map.
public struct IntermediateEncoder<Scalar: TensorScalar>: Module {
    /// 3×3, padded, pooled by 2; or at stride 2.
    public var first: Convolution<Scalar>
    /// 3×3, padded, pooled by 2; or at stride 2.
    public var second: Convolution<Scalar>
    /// As large and padded as the settings have it, pooled to one pixel; or 5×5, unpadded and not pooled. 5×5 is the whole map of a
    /// crop of 20×20, of whose pixels one is as far from the next as crops are.
    public var third: Convolution<Scalar>
    /// Batch normalisation after the pooling of the first two layers; empty without it.
    public var normalizations: [BatchNormalization<Scalar>]

    /// The designs of the three layers.
    ///
    /// - Precondition: two numbers of channels.
    public static func designs(
        _ settings: ExperimentConfiguration.IntermediateEncoderSettings
    ) -> [ConvolutionDesign] {
        require(settings.channels.count == 2, "widths of f's first two layers: \(settings.channels)")
        let (first, second, features) = (settings.channels[0], settings.channels[1], settings.features)
        switch settings.pooling {
        case .globalMax:
            return [
                ConvolutionDesign(side: 3, inputs: 1, outputs: first, padding: 1, pooling: .windows(side: 2)),
                ConvolutionDesign(side: 3, inputs: first, outputs: second, padding: 1, pooling: .windows(side: 2)),
                ConvolutionDesign(
                    side: settings.filterSide, inputs: second, outputs: features, padding: settings.padding,
                    pooling: .wholeImage),
            ]
        case .none:
            return [
                ConvolutionDesign(side: 3, inputs: 1, outputs: first, stride: 2, padding: 1),
                ConvolutionDesign(side: 3, inputs: first, outputs: second, stride: 2, padding: 1),
                ConvolutionDesign(side: 5, inputs: second, outputs: features),
            ]
        }
    }

    /// A network with random weights.
    public init(
        _ settings: ExperimentConfiguration.IntermediateEncoderSettings,
        using generator: inout some RandomNumberGenerator
    ) {
        let designs = Self.designs(settings)
        first = Convolution(designs[0], using: &generator)
        second = Convolution(designs[1], using: &generator)
        third = Convolution(designs[2], using: &generator)
        normalizations =
            settings.normalization == .batch
            ? [BatchNormalization(channels: settings.channels[0]), BatchNormalization(channels: settings.channels[1])]
            : []
    }

    /// f of some crops.
    ///
    /// - Parameters:
    ///   - crops: standardised pixels, `[crop, row, column, 1]`.
    ///   - repeated: for each of the first layers, which of its pooling windows repeat which, if that is known.
    ///   - moments: of which the features are normalised; those of a batch are taken into the population's.
    /// - Returns: `[crop, feature]`, not negative.
    public mutating func callAsFunction(
        _ crops: Variable<Scalar>, repeating repeated: [RepeatedWindows] = [], by moments: NormalizationMoments<Scalar>
    ) -> Variable<Scalar> {
        func standards(_ index: Int, of maps: Variable<Scalar>) -> ColumnStandards<Scalar>? {
            normalizations.isEmpty ? nil : normalizations[index].standards(of: maps, by: moments)
        }
        var maps = Self.rectified(first, crops, repeating: repeated.first)
        maps = Self.rectified(second, maps, repeating: repeated.dropFirst().first, standards(0, of: maps))
        maps = Self.rectified(third, maps, standards(1, of: maps))
        return maps.reshaped([crops.shape[0], third.bias.shape[0]])
    }

    /// max(·, 0) of a layer's output, pooled if its design says so, of maps that are standardised first if they are to be.
    private static func rectified(
        _ layer: Convolution<Scalar>, _ input: Variable<Scalar>, repeating repeated: RepeatedWindows? = nil,
        _ standards: ColumnStandards<Scalar>? = nil
    ) -> Variable<Scalar> {
        guard layer.design.pooling == .none else {
            return layer.rectifiedAndPooled(input, repeating: repeated, standardizedBy: standards)
        }
        return layer(standards.map { input.standardizingColumns(by: $0) } ?? input, rectified: true)
    }

    /// f of some crops, normalised by the population's moments.
    public func callAsFunction(
        _ crops: Variable<Scalar>, repeating repeated: [RepeatedWindows] = []
    ) -> Variable<Scalar> {
        var copy = self
        return copy(crops, repeating: repeated, by: .population)
    }

    /// The three layers' shapes.
    public var designs: [ConvolutionDesign] { [first.design, second.design, third.design] }

    /// Visits the three layers, and γ and β of the normalisations.
    public mutating func visitParameters(_ body: (String, inout Variable<Scalar>) throws -> Void) rethrows {
        try visit(&first, named: "first", body)
        try visit(&second, named: "second", body)
        try visit(&third, named: "third", body)
        for index in normalizations.indices {
            try visit(&normalizations[index], named: "normalizations.\(index)", body)
        }
    }

    /// Visits the moments of the normalised layers.
    public mutating func visitStatistics(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {
        for index in normalizations.indices {
            try visitStatistics(of: &normalizations[index], named: "normalizations.\(index)", body)
        }
    }
}

/// g, the projection head of appendix 5.3: two dense layers, the output normalised to the unit sphere.
public struct ProjectionHead<Scalar: TensorScalar>: Module {
    /// Features to hidden units.
    public var hidden: Dense<Scalar>
    /// Of the hidden units before max(·, 0), if they are normalised.
    public var normalization: BatchNormalization<Scalar>?
    /// Hidden units to the representation.
    public var output: Dense<Scalar>

    /// The designs of the two layers.
    ///
    /// - Parameters:
    ///   - features: inputs.
    ///   - hidden: hidden units.
    ///   - dimension: outputs.
    ///   - isNormalized: whether the hidden units are normalised, and so have no bias of their own.
    public static func designs(
        features: Int, hidden: Int, dimension: Int, isNormalized: Bool = false
    ) -> [DenseDesign] {
        [
            DenseDesign(inputs: features, outputs: hidden, hasBias: !isNormalized),
            DenseDesign(inputs: hidden, outputs: dimension),
        ]
    }

    /// A network with random weights; the widths as in ``designs(features:hidden:dimension:isNormalized:)``.
    public init(
        features: Int, hidden hiddenUnits: Int, dimension: Int, isNormalized: Bool = false,
        using generator: inout some RandomNumberGenerator
    ) {
        let designs = Self.designs(
            features: features, hidden: hiddenUnits, dimension: dimension, isNormalized: isNormalized)
        hidden = Dense(designs[0], using: &generator)
        normalization = isNormalized ? BatchNormalization(channels: hiddenUnits) : nil
        output = Dense(designs[1], using: &generator)
    }

    /// g of some features.
    ///
    /// - Parameters:
    ///   - features: `[crop, feature]`.
    ///   - moments: of which the features are normalised; those of a batch are taken into the population's.
    /// - Returns: unit vectors, `[crop, dimension]`.
    public mutating func callAsFunction(
        _ features: Variable<Scalar>, by moments: NormalizationMoments<Scalar>
    ) -> Variable<Scalar> {
        guard var layer = normalization else { return output.onUnitSphere(hidden(features, rectified: true)) }
        defer { normalization = layer }
        return output.onUnitSphere(layer(hidden(features), by: moments, rectified: true))
    }

    /// g of some features, normalised by the population's moments.
    public func callAsFunction(_ features: Variable<Scalar>) -> Variable<Scalar> {
        var copy = self
        return copy(features, by: .population)
    }

    /// Visits the layers.
    public mutating func visitParameters(_ body: (String, inout Variable<Scalar>) throws -> Void) rethrows {
        try visit(&hidden, named: "hidden", body)
        if var layer = normalization {
            defer { normalization = layer }
            try visit(&layer, named: "normalization", body)
        }
        try visit(&output, named: "output", body)
    }

    /// Visits the moments of the normalised layer.
    public mutating func visitStatistics(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {
        if var layer = normalization {
            defer { normalization = layer }
            try visitStatistics(of: &layer, named: "normalization", body)
        }
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
    /// - Parameters:
    ///   - crops: standardised pixels, `[crop, row, column, 1]`.
    ///   - repeated: for each of f's first layers, which of its pooling windows repeat which, if that is known.
    ///   - moments: of which the features are normalised; those of a batch are taken into the population's.
    /// - Returns: unit vectors, `[crop, dimension]`.
    public mutating func callAsFunction(
        _ crops: Variable<Scalar>, repeating repeated: [RepeatedWindows] = [], by moments: NormalizationMoments<Scalar>
    ) -> Variable<Scalar> {
        projectionHead(intermediateEncoder(crops, repeating: repeated, by: moments), by: moments)
    }

    /// h of some crops, normalised by the population's moments.
    public func callAsFunction(
        _ crops: Variable<Scalar>, repeating repeated: [RepeatedWindows] = []
    ) -> Variable<Scalar> {
        var copy = self
        return copy(crops, repeating: repeated, by: .population)
    }

    /// Visits f and g.
    public mutating func visitParameters(_ body: (String, inout Variable<Scalar>) throws -> Void) rethrows {
        try visit(&intermediateEncoder, named: "intermediateEncoder", body)
        try visit(&projectionHead, named: "projectionHead", body)
    }

    /// Visits the moments of the normalised layers of f and g.
    public mutating func visitStatistics(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {
        try visitStatistics(of: &intermediateEncoder, named: "intermediateEncoder", body)
        try visitStatistics(of: &projectionHead, named: "projectionHead", body)
    }
}
