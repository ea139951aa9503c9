import Tensors

extension Variable {
    /// Convolution at stride 1, bias, max(·, 0) and max-pooling as one operation; see `PooledConvolution`.
    ///
    /// - Parameters:
    ///   - filters: `[filterRow, filterColumn, inputChannel, outputChannel]`.
    ///   - bias: `[outputChannel]`.
    ///   - padding: zero rows and columns on each side.
    ///   - window: side of the pooling windows; `nil` pools each image to a single pixel.
    /// - Returns: `[image, row, column, outputChannel]`.
    public func pooledConvolution(
        _ filters: Variable, bias: Variable, padding: Int = 0, window: Int?
    ) -> Variable {
        let forward = PooledConvolution(
            input: value, filters: filters.value, bias: bias.value, padding: padding, window: window,
            wantsGradients: isTracked || filters.isTracked || bias.isTracked)
        return Self.operation(forward.output, of: [self, filters, bias]) { context in
            if context.isDifferentiable {
                return Self.recordedGradients(context, padding: padding, window: window)
            }
            let (input, filters, bias) = forward.gradients(
                context.cotangent.value, input: context.inputs[0].value, filters: context.inputs[1].value,
                wantsInput: context.wanted[0])
            return [input.map { Variable($0) }, Variable(filters), Variable(bias)]
        }
    }

    /// The gradients made of differentiable operations, so that they are recorded: back through the pooling and the
    /// rectifier to the winning pixels, which do not move under small changes, and through the convolution.
    private static func recordedGradients(
        _ context: PullbackContext<Scalar>, padding: Int, window: Int?
    ) -> [Variable?] {
        let (input, filters, bias) = (context.inputs[0], context.inputs[1], context.inputs[2])
        let shape = ConvolutionShape(input: input.shape, filters: filters.shape, stride: 1, padding: padding)
        let map = input.value.convolution(filters.value, padding: padding).addingToRows(bias.value).rectified()
        let (winners, _) = map.maximumIndices(
            windowRows: window ?? shape.outputRows, windowColumns: window ?? shape.outputColumns)
        let gradient =
            context.cotangent.scatteringElements(winners, shape: shape.outputShape).keeping(wherePositive: map)
        return [
            context.wanted[0] ? gradient.convolutionInputGradient(filters, of: shape) : nil,
            context.wanted[1] ? gradient.convolutionFilterGradient(input, of: shape) : nil,
            context.wanted[2] ? gradient.sumOverRows() : nil,
        ]
    }
}
