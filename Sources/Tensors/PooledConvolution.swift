import Diagnostics

/// A convolution, its bias, max(·, 0) and max-pooling in one pass; if asked, of standardised images.
///
/// Equal to `convolution` + bias → `rectified` → `maximumPooled`, but the forward pass keeps no full-size map in memory. The
/// gradients visit only the pixels that won their window, one in four for windows of 2 × 2, unless a filter's row is shorter than a
/// vector: then they are those of a convolution with zeros at the other pixels.
public struct PooledConvolution<Scalar: TensorScalar>: Sendable {
    /// The convolution before pooling.
    public let shape: ConvolutionShape
    /// What the input's channels are standardised by on their way into the convolution; `nil` for nothing.
    public let standardization: ColumnStandardization<Scalar>?
    /// The windows of the pooling.
    let windows: PoolingWindows
    /// Which windows repeat which, where that is known and made use of.
    let repeated: RepeatedWindows?
    /// The pooled result, `[image, row, column, channel]`.
    public let output: Tensor<Scalar>
    /// For each element of ``output``, the number of the pixel of its window that won, row by row; the number of all pixels
    /// where none passed the rectifier. Empty where no gradients are wanted.
    let winners: [UInt16]

    /// Runs the forward pass.
    ///
    /// - Parameters:
    ///   - input: `[image, row, column, inputChannel]`.
    ///   - standardization: what its channels are standardised by before they are padded; `nil` for nothing. The standardised
    ///     images are never all in memory.
    ///   - filters: `[filterRow, filterColumn, inputChannel, outputChannel]`.
    ///   - bias: `[outputChannel]`.
    ///   - padding: zero rows and columns on each side.
    ///   - window: side of the pooling windows; `nil` pools each image to a single pixel.
    ///   - repeated: which windows see the same pixels as an earlier one, if that is known. Where windows have four pixels these
    ///     are not computed again. What they see of the input counts as one and the same: of such pixels only the sum of what
    ///     ``gradients(_:input:shares:filters:wantsInput:)`` gives them is meant, not at which of them it lies.
    ///   - wantsGradients: whether ``gradients(_:input:shares:filters:wantsInput:)`` will be called; the output alone is faster.
    /// - Precondition: the shapes fit, a window fits into the convolution's output and has fewer than 65,536 pixels; a
    ///   standardisation is of the input's channels and does not rectify.
    public init(
        input: Tensor<Scalar>, standardizedBy standardization: ColumnStandardization<Scalar>? = nil,
        filters: Tensor<Scalar>, bias: Tensor<Scalar>, padding: Int, window: Int?,
        repeating repeated: RepeatedWindows? = nil, wantsGradients: Bool = true
    ) {
        let shape = ConvolutionShape(input: input.shape, filters: filters.shape, stride: 1, padding: padding)
        let windowRows = window ?? shape.outputRows
        let windowColumns = window ?? shape.outputColumns
        require(
            windowRows >= 1 && windowRows <= shape.outputRows && windowColumns <= shape.outputColumns
                && windowRows * windowColumns < 1 << 16,
            "pooling windows of \(windowRows) × \(windowColumns) on maps \(shape.outputShape)")
        require(
            bias.shape == [shape.outputChannels], "bias \(bias.shape) for \(shape.outputChannels) output channels")
        require(
            standardization.map { $0.mean.count == shape.inputChannels && !$0.isRectified } ?? true,
            "a standardisation of \(standardization?.mean.count ?? 0) channels\(standardization?.isRectified == true ? ", rectified," : "") for \(shape.inputChannels)"
        )
        let windows = PoolingWindows(rows: windowRows, columns: windowColumns, of: shape)
        if let repeated {
            require(
                repeated.imageCount == shape.images && repeated.windowsPerImage == windows.count,
                "repeated windows of \(repeated.imageCount) images with \(repeated.windowsPerImage) each, for \(shape.images) with \(windows.count)"
            )
        }
        // The kernels of larger windows compute them all.
        let used = windows.pixels == 4 ? repeated : nil
        let pooled = [shape.images, windows.down, windows.across, shape.outputChannels]
        var output = Tensor<Scalar>(shape: pooled) { _ in }
        let winners = [UInt16](unsafeUninitializedCapacity: wantsGradients ? output.count : 0) { winners, count in
            count = wantsGradients ? output.count : 0
            output.withMutablePointer { output in
                input.withPointer { input in
                    filters.withPointer { filters in
                        bias.withPointer { bias in
                            pooledConvolutionForward(
                                shape, windows, used,
                                ConvolutionInput(
                                    pixels: input,
                                    standardization: standardization.map { RowStandardization($0, shape) }),
                                filters, bias, output, wantsGradients ? winners.baseAddress : nil)
                        }
                    }
                }
            }
        }
        self.shape = shape
        self.standardization = standardization
        self.windows = windows
        self.repeated = used
        self.output = output
        self.winners = winners
    }

    /// The gradients of the operands, and of the scale and the shift of a standardisation.
    public struct Gradients {
        /// Of the input, as it was before it was standardised; `nil` if it was not asked for.
        public var input: Tensor<Scalar>?
        /// Of the filters.
        public var filters: Tensor<Scalar>
        /// Of the bias.
        public var bias: Tensor<Scalar>
        /// Of the scale and the shift, if there is a standardisation.
        public var standardization: (scale: Tensor<Scalar>, shift: Tensor<Scalar>)?
    }

    /// The gradients of the operands.
    ///
    /// - Parameters:
    ///   - gradient: of ``output``, of its shape.
    ///   - input: the input of the forward pass.
    ///   - shares: where the input was standardised by its own weighted moments, the images' weights over the sum of the weights of
    ///     all pixels, `[image]`; else `nil`.
    ///   - filters: the filters of the forward pass.
    ///   - wantsInput: whether the input's gradient is needed.
    public func gradients(
        _ gradient: Tensor<Scalar>, input: Tensor<Scalar>, shares: Tensor<Scalar>? = nil, filters: Tensor<Scalar>,
        wantsInput: Bool
    ) -> Gradients {
        requireSameShape(gradient.shape, output.shape, in: "gradient of a pooled convolution")
        require(winners.count == output.count, "gradients of a pooled convolution that was made without them")
        requireSameShape(input.shape, shape.inputShape, in: "input of a pooled convolution")
        requireSameShape(filters.shape, shape.filterShape, in: "filters of a pooled convolution")
        if let shares {
            requireSameShape(shares.shape, [shape.images], in: "shares of the images of a pooled convolution")
        }
        guard let standardization else { return plainGradients(gradient, input, filters, wantsInput: wantsInput) }
        var gradients: Gradients
        if output.count == 0 || isNarrow {
            gradients = plainGradients(gradient, standardization(input), filters, wantsInput: true)
        } else {
            gradients = wideGradients(gradient, input, filters, wantsInput: true)
        }
        guard var cotangent = gradients.input else { return gradients }
        // So that the cotangent has one owner, and is reduced in place.
        gradients.input = nil
        if let (scale, shift) = gradients.standardization {
            if wantsInput {
                standardization.reduce(&cotangent, input: input, shares: shares, scale: scale, shift: shift)
                gradients.input = cotangent
            }
        } else {
            let (input, scale, shift) = standardization.gradients(
                cotangent, input: input, shares: shares, wantsInput: wantsInput)
            gradients.input = input
            gradients.standardization = (scale, shift)
        }
        return gradients
    }

    /// Whether the input has too few channels for vectors along its windows.
    private var isNarrow: Bool { shape.run < Scalar.Vector32.scalarCount }

    /// Of an input that was not standardised on the way.
    private func plainGradients(
        _ gradient: Tensor<Scalar>, _ input: Tensor<Scalar>, _ filters: Tensor<Scalar>, wantsInput: Bool
    ) -> Gradients {
        if output.count == 0 {
            return Gradients(
                input: wantsInput ? .zeros(shape.inputShape) : nil, filters: .zeros(shape.filterShape),
                bias: .zeros([shape.outputChannels]))
        }
        if !isNarrow { return wideGradients(gradient, input, filters, wantsInput: wantsInput) }
        // The input's gradient goes back onto full maps first.
        return withGradient(gradient) { gradient in
            // The bias is the filters' row for a further input that is always 1.
            let both = Tensor<Scalar>(shape: [shape.depth + 1, shape.outputChannels]) { out in
                input.withPointer { narrowPooledGradients(gradient, $0, into: out) }
            }
            let onMap =
                wantsInput ? Tensor(shape: shape.outputShape) { spreadOverWindows(gradient, into: $0) } : nil
            return Gradients(
                input: onMap?.convolutionInputGradient(filters, of: shape), filters: filterPart(both),
                bias: biasPart(both))
        }
    }

    /// In one pass over the winners; with the sums that the gradient of a standardisation takes, and the input's gradient as it
    /// was standardised.
    private func wideGradients(
        _ gradient: Tensor<Scalar>, _ input: Tensor<Scalar>, _ filters: Tensor<Scalar>, wantsInput: Bool
    ) -> Gradients {
        let (channels, stride) = (shape.outputChannels, shape.depth + 1)
        // A further column is the bias, the filters' row for a further input that is always 1.
        var all = Tensor<Scalar>(shape: [channels + (standardization == nil ? 0 : 2), stride]) { _ in }
        let filterMatrix = filters.reshaped([shape.depth, channels]).matrixTransposed()
        func write(input target: UnsafeMutablePointer<Scalar>?) {
            withGradient(gradient) { gradient in
                all.withMutablePointer { all in
                    input.withPointer { input in
                        filterMatrix.withPointer { filters in
                            let input = ConvolutionInput(
                                pixels: input,
                                standardization: standardization.map { RowStandardization($0, shape) })
                            pooledConvolutionGradients(gradient, input, filters, all, target)
                        }
                    }
                }
            }
        }
        // Where the input's gradient is wanted, the others are written while it is being initialised; where it is not, there is no
        // tensor to initialise.
        var inputGradient: Tensor<Scalar>?
        if wantsInput {
            inputGradient = Tensor(shape: shape.inputShape) { write(input: $0) }
        } else {
            write(input: nil)
        }
        let both = (standardization == nil ? all : all.rows(0..<channels)).matrixTransposed()
        var gradients = Gradients(input: inputGradient, filters: filterPart(both), bias: biasPart(both))
        if standardization != nil {
            func sums(_ row: Int) -> Tensor<Scalar> {
                Tensor(
                    shape: [shape.inputChannels],
                    scalars: Array(all.scalars[row * stride..<row * stride + shape.inputChannels]))
            }
            gradients.standardization = (scale: sums(channels + 1), shift: sums(channels))
        }
        return gradients
    }

    private func filterPart(_ both: Tensor<Scalar>) -> Tensor<Scalar> {
        Tensor(shape: shape.filterShape, scalars: Array(both.scalars.dropLast(shape.outputChannels)))
    }

    private func biasPart(_ both: Tensor<Scalar>) -> Tensor<Scalar> {
        Tensor(shape: [shape.outputChannels], scalars: Array(both.scalars.suffix(shape.outputChannels)))
    }

    private func withGradient<Result>(
        _ gradient: Tensor<Scalar>, _ body: (PooledGradient<Scalar>) -> Result
    ) -> Result {
        gradient.withPointer { gradient in
            winners.withUnsafeBufferPointer { winners in
                body(
                    PooledGradient(
                        shape: shape, windows: windows, gradients: gradient, winners: winners.baseAddress!,
                        repeated: repeated))
            }
        }
    }
}

extension Tensor {
    /// Rows and columns of a matrix exchanged.
    ///
    /// - Precondition: rank 2.
    public func matrixTransposed() -> Tensor {
        require(rank == 2, "the transpose of a tensor of shape \(shape): only a matrix has one")
        let (rows, columns) = (shape[0], shape[1])
        return Tensor(shape: [columns, rows]) { out in
            withPointer { transpose($0, rows, columns, into: out) }
        }
    }
}
