import Tensors

extension Variable {
    /// Convolution at stride 1, bias, max(·, 0) and max-pooling as one operation; see `PooledConvolution`.
    ///
    /// - Parameters:
    ///   - filters: `[filterRow, filterColumn, inputChannel, outputChannel]`.
    ///   - bias: `[outputChannel]`.
    ///   - padding: zero rows and columns on each side.
    ///   - window: side of the pooling windows; `nil` pools each image to a single pixel.
    ///   - repeated: which windows see the same pixels as an earlier one, if that is known; the others' outputs may be
    ///     copies. Such pixels count as one: only the sum of their gradients is meant, not at which of them it lies.
    ///   - standards: what the input's channels are standardised by first, as ``standardizingColumns(by:rectified:)`` does it, as
    ///     part of the operation; `nil` for nothing.
    /// - Returns: `[image, row, column, outputChannel]`.
    public func pooledConvolution(
        _ filters: Variable, bias: Variable, padding: Int = 0, window: Int?, repeating repeated: RepeatedWindows? = nil,
        standardizedBy standards: ColumnStandards<Scalar>? = nil
    ) -> Variable {
        let inputs = [self, filters, bias] + (standards.map { [$0.scale, $0.shift] } ?? [])
        let forward = PooledConvolution(
            input: value, standardizedBy: standards?.standardization(rectified: false), filters: filters.value,
            bias: bias.value, padding: padding, window: window, repeating: repeated,
            wantsGradients: inputs.contains { $0.isTracked })
        return Self.operation(forward.output, of: inputs) { context in
            if context.isDifferentiable {
                return Self.recordedGradients(context, standards, padding: padding, window: window)
            }
            let gradients = forward.gradients(
                context.cotangent.value, input: context.inputs[0].value, shares: standards?.shares,
                filters: context.inputs[1].value, wantsInput: context.wanted[0])
            let ofOperands = [gradients.input, gradients.filters, gradients.bias]
            let ofStandards = gradients.standardization.map { [$0.scale, $0.shift] } ?? []
            return (ofOperands + ofStandards).map { $0.map { Variable($0) } }
        }
    }

    private static func recordedGradients(
        _ context: PullbackContext<Scalar>, _ standards: ColumnStandards<Scalar>?, padding: Int, window: Int?
    ) -> [Variable?] {
        let (input, filters, bias) = (context.inputs[0], context.inputs[1], context.inputs[2])
        guard let standards = standards?.with(scale: context.inputs[3], shift: context.inputs[4]) else {
            return recordedGradients(context, of: input, filters, bias, padding: padding, window: window)
        }
        let standard = input.standardizingColumns(by: standards)
        let ofConvolution = recordedGradients(context, of: standard, filters, bias, padding: padding, window: window)
        let ofStandards = ofConvolution[0].map { input.standardizationGradients($0, standards) } ?? [nil, nil, nil]
        return [ofStandards[0], ofConvolution[1], ofConvolution[2], ofStandards[1], ofStandards[2]]
    }

    /// The gradients made of differentiable operations, so that they are recorded: back through the pooling and the
    /// rectifier to the winning pixels, which do not move under small changes, and through the convolution.
    private static func recordedGradients(
        _ context: PullbackContext<Scalar>, of input: Variable, _ filters: Variable, _ bias: Variable, padding: Int,
        window: Int?
    ) -> [Variable?] {
        let shape = ConvolutionShape(input: input.shape, filters: filters.shape, stride: 1, padding: padding)
        let map = input.value.convolution(filters.value, padding: padding).addingToRows(bias.value).rectified()
        let (winners, _) = map.maximumIndices(
            windowRows: window ?? shape.outputRows, windowColumns: window ?? shape.outputColumns)
        let gradient =
            context.cotangent.scatteringElements(winners, shape: shape.outputShape).keeping(wherePositive: map)
        return [
            input.isTracked ? gradient.convolutionInputGradient(filters, of: shape) : nil,
            filters.isTracked ? gradient.convolutionFilterGradient(input, of: shape) : nil,
            bias.isTracked ? gradient.sumOverRows() : nil,
        ]
    }
}
