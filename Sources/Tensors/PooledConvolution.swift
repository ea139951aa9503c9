import Diagnostics

/// A convolution, its bias, max(·, 0) and max-pooling in one pass.
///
/// Equal to `convolution` + bias → `rectified` → `maximumPooled`, but the full-size map never leaves the cache, and the
/// gradients visit only the pixels that won their window: one in four for windows of 2 × 2.
public struct PooledConvolution<Scalar: TensorScalar>: Sendable {
    /// The convolution before pooling.
    public let shape: ConvolutionShape
    /// The windows of the pooling.
    let windows: PoolingWindows
    /// The pooled result, `[image, row, column, channel]`.
    public let output: Tensor<Scalar>
    /// For each element of ``output``, the number of the pixel of its window that won, row by row; the number of all pixels
    /// where none passed the rectifier. Empty where no gradients are wanted.
    let winners: [UInt16]

    /// Runs the forward pass.
    ///
    /// - Parameters:
    ///   - input: `[image, row, column, inputChannel]`.
    ///   - filters: `[filterRow, filterColumn, inputChannel, outputChannel]`.
    ///   - bias: `[outputChannel]`.
    ///   - padding: zero rows and columns on each side.
    ///   - window: side of the pooling windows; `nil` pools each image to a single pixel.
    ///   - wantsGradients: whether ``gradients(_:input:filters:wantsInput:)`` will be called; the output alone is faster.
    /// - Precondition: the shapes fit, a window fits into the convolution's output and has fewer than 65,536 pixels.
    public init(
        input: Tensor<Scalar>, filters: Tensor<Scalar>, bias: Tensor<Scalar>, padding: Int, window: Int?,
        wantsGradients: Bool = true
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
        let windows = PoolingWindows(rows: windowRows, columns: windowColumns, of: shape)
        let pooled = [shape.images, windows.down, windows.across, shape.outputChannels]
        var output = Tensor<Scalar>(shape: pooled) { _ in }
        let winners = [UInt16](unsafeUninitializedCapacity: wantsGradients ? output.count : 0) { winners, count in
            count = wantsGradients ? output.count : 0
            output.withMutablePointer { output in
                input.withPointer { input in
                    filters.withPointer { filters in
                        bias.withPointer { bias in
                            pooledConvolutionForward(
                                shape, windows, input, filters, bias, output,
                                wantsGradients ? winners.baseAddress : nil)
                        }
                    }
                }
            }
        }
        self.shape = shape
        self.windows = windows
        self.output = output
        self.winners = winners
    }

    /// The gradients of the three operands.
    ///
    /// - Parameters:
    ///   - gradient: of ``output``, of its shape.
    ///   - input: the input of the forward pass.
    ///   - filters: the filters of the forward pass.
    ///   - wantsInput: whether the input's gradient is needed.
    public func gradients(
        _ gradient: Tensor<Scalar>, input: Tensor<Scalar>, filters: Tensor<Scalar>, wantsInput: Bool
    ) -> (input: Tensor<Scalar>?, filters: Tensor<Scalar>, bias: Tensor<Scalar>) {
        requireSameShape(gradient.shape, output.shape, in: "gradient of a pooled convolution")
        require(winners.count == output.count, "gradients of a pooled convolution that was made without them")
        requireSameShape(input.shape, shape.inputShape, in: "input of a pooled convolution")
        requireSameShape(filters.shape, shape.filterShape, in: "filters of a pooled convolution")
        if output.count == 0 {
            return (
                wantsInput ? .zeros(shape.inputShape) : nil, .zeros(shape.filterShape), .zeros([shape.outputChannels])
            )
        }
        // The bias is the filters' row for a further input that is always 1.
        let extended = [shape.depth + 1, shape.outputChannels]
        return withGradient(gradient) { gradient in
            if shape.run < Scalar.Vector32.scalarCount {
                // Too narrow for vectors along the windows; the input's gradient goes back onto full maps first.
                let both = Tensor<Scalar>(shape: extended) { out in
                    input.withPointer { narrowPooledGradients(gradient, $0, into: out) }
                }
                let onMap =
                    wantsInput ? Tensor(shape: shape.outputShape) { spreadOverWindows(gradient, into: $0) } : nil
                return (onMap?.convolutionInputGradient(filters, of: shape), filterPart(both), biasPart(both))
            }
            var both = Tensor<Scalar>(shape: extended.reversed()) { _ in }
            let filterMatrix = filters.reshaped([shape.depth, shape.outputChannels]).matrixTransposed()
            func writeGradients(input target: UnsafeMutablePointer<Scalar>?) {
                both.withMutablePointer { both in
                    input.withPointer { input in
                        filterMatrix.withPointer { pooledConvolutionGradients(gradient, input, $0, both, target) }
                    }
                }
            }
            // One pass over the winners makes all gradients. So where the input's is wanted, the others are written while it is
            // being initialised; where it is not, there is no tensor to initialise.
            var inputGradient: Tensor<Scalar>?
            if wantsInput {
                inputGradient = Tensor(shape: shape.inputShape) { writeGradients(input: $0) }
            } else {
                writeGradients(input: nil)
            }
            both = both.matrixTransposed()
            return (inputGradient, filterPart(both), biasPart(both))
        }
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
                        shape: shape, windows: windows, gradients: gradient, winners: winners.baseAddress!))
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
