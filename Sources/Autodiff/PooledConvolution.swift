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
            input: value, filters: filters.value, bias: bias.value, padding: padding, window: window)
        return Self.operation(forward.output, of: [self, filters, bias]) { context in
            if context.isDifferentiable {
                // The fused gradient is not recorded; that of the operation's definition is.
                return Self.definitionOfPooledConvolution(context, padding: padding, window: window)
            }
            let (input, filters, bias) = forward.gradients(
                context.cotangent.value, input: context.inputs[0].value, filters: context.inputs[1].value,
                wantsInput: context.wanted[0])
            return [input.map { Variable($0) }, Variable(filters), Variable(bias)]
        }
    }

    private static func definitionOfPooledConvolution(
        _ context: PullbackContext<Scalar>, padding: Int, window: Int?
    ) -> [Variable?] {
        let (input, filters, bias) = (context.inputs[0], context.inputs[1], context.inputs[2])
        let map = input.convolution(filters, padding: padding).addingToRows(bias).rectified()
        let pooled = map.maximumPooled(
            windowRows: window ?? map.shape[1], windowColumns: window ?? map.shape[2])
        let wanted = context.inputs.indices.filter { context.wanted[$0] }
        let gradients = (pooled * context.cotangent).sum().gradient(
            withRespectTo: wanted.map { context.inputs[$0] }, differentiable: true)
        var result: [Variable?] = [nil, nil, nil]
        for (index, gradient) in zip(wanted, gradients) { result[index] = gradient }
        return result
    }
}
