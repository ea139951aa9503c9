import Diagnostics

/// The shape of a convolutional layer, known before its parameters exist, so that memory and arithmetic can be counted
/// beforehand.
public struct ConvolutionDesign: Equatable, Sendable {
    /// What becomes of the output, once max(·, 0) has been taken.
    public enum Pooling: Equatable, Sendable {
        /// It stays as it is.
        case none
        /// The largest value in each square window of this side.
        case windows(side: Int)
        /// The largest value of the whole image.
        case wholeImage
    }

    /// Rows and columns of the filters.
    public let side: Int
    /// Channels of the input.
    public let inputs: Int
    /// Channels of the output.
    public let outputs: Int
    /// Distance between neighbouring filter positions.
    public let stride: Int
    /// Zero rows and columns on each side.
    public let padding: Int
    /// What becomes of the output.
    public let pooling: Pooling

    /// A convolution with square filters.
    ///
    /// - Precondition: positive `side`, `stride` and side of the pooling windows, `padding` of at least 0; a convolution that is
    ///   pooled has stride 1.
    public init(
        side: Int, inputs: Int, outputs: Int, stride: Int = 1, padding: Int = 0, pooling: Pooling = .none
    ) {
        require(side > 0 && stride > 0 && padding >= 0, "filters of side \(side), stride \(stride), padding \(padding)")
        if case .windows(let window) = pooling { require(window > 0, "pooling windows of side \(window)") }
        require(pooling == .none || stride == 1, "pooling fused with a convolution of stride \(stride)")
        self.side = side
        self.inputs = inputs
        self.outputs = outputs
        self.stride = stride
        self.padding = padding
        self.pooling = pooling
    }

    /// The scalars of filters and bias.
    public var parameterCount: Int { (side * side * inputs + 1) * outputs }

    /// Rows and columns of the output, pooled, for a square input with `inputSide` of each.
    ///
    /// - Precondition: the filter fits into the padded input, and a window into what comes out.
    public func outputSide(ofInput inputSide: Int) -> Int {
        require(
            inputSide + 2 * padding >= side,
            "a filter of side \(side) on an input of side \(inputSide), padded by \(padding)")
        let positions = (inputSide + 2 * padding - side) / stride + 1
        switch pooling {
        case .none: return positions
        case .windows(let window):
            require(window <= positions, "pooling windows of side \(window) on a map of side \(positions)")
            return positions / window
        case .wholeImage: return 1
        }
    }
}

extension [ConvolutionDesign] {
    /// The scalars of the outputs of all layers, one after the other, for one square image with `side` rows.
    public func outputCount(ofInput side: Int) -> Int {
        var (side, count) = (side, 0)
        for design in self {
            side = design.outputSide(ofInput: side)
            count += side * side * design.outputs
        }
        return count
    }
}

/// The shape of a dense layer, known before its parameters exist.
public struct DenseDesign: Equatable, Sendable {
    /// Scalars of the input of one example.
    public let inputs: Int
    /// Scalars of its output.
    public let outputs: Int
    /// Whether a bias is added; batch normalisation behind the layer would take it away again.
    public let hasBias: Bool

    /// A dense layer.
    public init(inputs: Int, outputs: Int, hasBias: Bool = true) {
        self.inputs = inputs
        self.outputs = outputs
        self.hasBias = hasBias
    }

    /// The scalars of weights and bias.
    public var parameterCount: Int { (inputs + (hasBias ? 1 : 0)) * outputs }
}
