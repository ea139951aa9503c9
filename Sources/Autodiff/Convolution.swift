import Tensors

// The convolution and its two adjoints are bilinear and closed under differentiation: each one's pullback is made of
// the other two.

extension Variable {
    /// The two-dimensional convolution; see `Tensor.convolution`.
    ///
    /// Layers have a bias and take it along in ``convolution(_:bias:stride:padding:rectified:)``. This is the operation alone, by
    /// which tests hold the gradients of all of them against their definition and against PyTorch.
    public func convolution(_ filters: Variable, stride: Int = 1, padding: Int = 0) -> Variable {
        let shape = ConvolutionShape(input: self.shape, filters: filters.shape, stride: stride, padding: padding)
        return convolution(filters, of: shape)
    }

    func convolution(_ filters: Variable, of shape: ConvolutionShape) -> Variable {
        Self.operation(
            value.convolution(filters.value, stride: shape.stride, padding: shape.padding), of: [self, filters]
        ) { context in
            [
                context.wanted[0] ? context.cotangent.convolutionInputGradient(context.inputs[1], of: shape) : nil,
                context.wanted[1] ? context.cotangent.convolutionFilterGradient(context.inputs[0], of: shape) : nil,
            ]
        }
    }

    /// The adjoint of the convolution in its input; see `Tensor.convolutionInputGradient`.
    public func convolutionInputGradient(_ filters: Variable, of shape: ConvolutionShape) -> Variable {
        Self.operation(value.convolutionInputGradient(filters.value, of: shape), of: [self, filters]) { context in
            [
                context.wanted[0] ? context.cotangent.convolution(context.inputs[1], of: shape) : nil,
                context.wanted[1] ? context.inputs[0].convolutionFilterGradient(context.cotangent, of: shape) : nil,
            ]
        }
    }

    /// The adjoint of the convolution in its filters; see `Tensor.convolutionFilterGradient`.
    public func convolutionFilterGradient(_ input: Variable, of shape: ConvolutionShape) -> Variable {
        Self.operation(value.convolutionFilterGradient(input.value, of: shape), of: [self, input]) { context in
            [
                context.wanted[0] ? context.inputs[1].convolution(context.cotangent, of: shape) : nil,
                context.wanted[1] ? context.inputs[0].convolutionInputGradient(context.cotangent, of: shape) : nil,
            ]
        }
    }

    /// The largest element of each window of `window` × `window`, the windows side by side, in each channel.
    ///
    /// Layers pool in ``pooledConvolution(_:bias:padding:window:repeating:standardizedBy:)``. This is the operation alone, for
    /// tests, as the convolution without a bias is.
    ///
    /// - Returns: `[image, row / window, column / window, channel]`.
    public func maximumPooled(window: Int) -> Variable {
        maximumPooled(windowRows: window, windowColumns: window)
    }

    /// The largest element of each window of `windowRows` × `windowColumns`, as ``maximumPooled(window:)``.
    public func maximumPooled(windowRows: Int, windowColumns: Int) -> Variable {
        let (indices, shape) = value.maximumIndices(windowRows: windowRows, windowColumns: windowColumns)
        return gatheringElements(indices, shape: shape)
    }
}
