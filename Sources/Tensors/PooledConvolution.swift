/// A convolution, its bias, max(·, 0) and max-pooling in one pass.
///
/// Equal to `convolution` + bias → `rectified` → `maximumPooled`, but the full-size map never leaves the cache, and the
/// gradients visit only the pixels that won their window: one in four for windows of 2 × 2.
public struct PooledConvolution<Scalar: TensorScalar>: Sendable {
    /// The convolution before pooling.
    public let shape: ConvolutionShape
    /// Rows of a pooling window; windows do not overlap, and what does not fill one is left out.
    public let windowRows: Int
    /// Columns of a pooling window.
    public let windowColumns: Int
    /// The pooled result, `[image, row, column, channel]`.
    public let output: Tensor<Scalar>
    /// For each element of ``output``, which pixel of its window won: row · ``windowColumns`` + column. Empty where no
    /// gradients are wanted.
    let winners: Tensor<Scalar>

    /// Rows of the pooled result.
    public var pooledRows: Int { shape.outputRows / windowRows }
    /// Columns of the pooled result.
    public var pooledColumns: Int { shape.outputColumns / windowColumns }
    /// Windows of one image.
    var windows: Int { pooledRows * pooledColumns }

    /// Runs the forward pass.
    ///
    /// - Parameters:
    ///   - input: `[image, row, column, inputChannel]`.
    ///   - filters: `[filterRow, filterColumn, inputChannel, outputChannel]`.
    ///   - bias: `[outputChannel]`.
    ///   - padding: zero rows and columns on each side.
    ///   - window: side of the pooling windows; `nil` pools each image to a single pixel.
    ///   - wantsGradients: whether ``gradients(_:input:filters:wantsInput:)`` will be called; the output alone is faster.
    /// - Precondition: the shapes fit and a window fits into the convolution's output.
    public init(
        input: Tensor<Scalar>, filters: Tensor<Scalar>, bias: Tensor<Scalar>, padding: Int, window: Int?,
        wantsGradients: Bool = true
    ) {
        let shape = ConvolutionShape(input: input.shape, filters: filters.shape, stride: 1, padding: padding)
        let windowRows = window ?? shape.outputRows
        let windowColumns = window ?? shape.outputColumns
        require(
            windowRows >= 1 && windowRows <= shape.outputRows && windowColumns <= shape.outputColumns,
            "pooling windows of \(windowRows) × \(windowColumns) on maps \(shape.outputShape)")
        require(
            bias.shape == [shape.outputChannels], "bias \(bias.shape) for \(shape.outputChannels) output channels")
        let pooled = [
            shape.images, shape.outputRows / windowRows, shape.outputColumns / windowColumns, shape.outputChannels,
        ]
        var output = Tensor<Scalar>(shape: pooled) { _ in }
        let winners = Tensor<Scalar>(shape: wantsGradients ? pooled : [0]) { winners in
            output.withMutablePointer { output in
                input.withPointer { input in
                    filters.withPointer { filters in
                        bias.withPointer { bias in
                            pooledConvolutionForward(
                                shape, windowRows, windowColumns, input, filters, bias, output,
                                wantsGradients ? winners : nil)
                        }
                    }
                }
            }
        }
        self.shape = shape
        self.windowRows = windowRows
        self.windowColumns = windowColumns
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
        requireSameShape(winners.shape, output.shape, in: "winners kept for the gradients of a pooled convolution")
        requireSameShape(input.shape, shape.inputShape, in: "input of a pooled convolution")
        requireSameShape(filters.shape, shape.filterShape, in: "filters of a pooled convolution")
        // Where nothing passed the rectifier the gradient is zero.
        let passed = gradient.keeping(wherePositive: output)
        let bias = passed.sumOverRows()
        if shape.run < Scalar.Vector32.scalarCount {
            // Too narrow for vectors along the windows: the gradient goes back onto full maps first.
            let filterGradient = Tensor<Scalar>(shape: shape.filterShape) { out in
                spreadFilterGradient(self, passed, input, into: out)
            }
            return (
                wantsInput ? spread(passed).convolutionInputGradient(filters, of: shape) : nil, filterGradient, bias
            )
        }
        var filterGradient = Tensor<Scalar>(shape: [shape.outputChannels, shape.depth]) { _ in }
        let filterMatrix = filters.reshaped([shape.depth, shape.outputChannels]).matrixTransposed()
        let inputGradient = Tensor<Scalar>(shape: wantsInput ? shape.inputShape : [0]) { inputGradient in
            filterGradient.withMutablePointer { filterGradient in
                pooledConvolutionGradients(
                    self, passed, input, filterMatrix, filterGradient, wantsInput ? inputGradient : nil)
            }
        }
        return (
            wantsInput ? inputGradient : nil, filterGradient.matrixTransposed().reshaped(shape.filterShape), bias
        )
    }

    /// Puts each pooled element back on its winning pixel of a map of zeros: the adjoint of the pooling.
    func spread(_ gradient: Tensor<Scalar>) -> Tensor<Scalar> {
        Tensor(shape: shape.outputShape) { spreadOverWindows(self, gradient, into: $0) }
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
