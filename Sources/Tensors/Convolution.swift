import Diagnostics

extension Tensor {
    /// The two-dimensional convolution of these images.
    ///
    /// - Parameters:
    ///   - filters: `[filterRow, filterColumn, inputChannel, outputChannel]`.
    ///   - stride: distance between filter positions, at least 1.
    ///   - padding: zero rows and columns on each side.
    ///   - bias: added to every pixel, `[outputChannel]`; `nil` for none.
    ///   - rectified: whether max(·, 0) of the result is returned.
    /// - Returns: `[image, row, column, outputChannel]`.
    /// - Precondition: `self` is `[image, row, column, inputChannel]`, the filter fits, and the bias is one number a channel.
    public func convolution(
        _ filters: Tensor, stride: Int = 1, padding: Int = 0, bias: Tensor? = nil, rectified: Bool = false
    ) -> Tensor {
        let shape = ConvolutionShape(input: self.shape, filters: filters.shape, stride: stride, padding: padding)
        requireBias(bias, columns: shape.outputChannels)
        return Tensor(shape: shape.outputShape) { out in
            withPointer { input in
                filters.withPointer { filters in
                    withOptionalPointer(bias) { bias in
                        convolutionForward(shape, input, filters, bias: bias, rectifying: rectified, into: out)
                    }
                }
            }
        }
    }

    /// The adjoint of ``convolution(_:stride:padding:bias:rectified:)`` in its input, applied to this output gradient.
    ///
    /// - Parameters:
    ///   - filters: the convolution's.
    ///   - shape: that of the convolution.
    ///   - bias: added to every pixel of the result, `[inputChannel]`; `nil` for none. A full convolution, which is such an adjoint,
    ///     has one.
    ///   - rectified: whether max(·, 0) of the result is returned.
    /// - Precondition: `self` has the convolution's output shape and `filters` its filter shape; the bias is one number a channel.
    public func convolutionInputGradient(
        _ filters: Tensor, of shape: ConvolutionShape, bias: Tensor? = nil, rectified: Bool = false
    ) -> Tensor {
        requireSameShape(self.shape, shape.outputShape, in: "input gradient of a convolution")
        requireSameShape(filters.shape, shape.filterShape, in: "filters of a convolution")
        requireBias(bias, columns: shape.inputChannels)
        return Tensor(shape: shape.inputShape) { out in
            withPointer { gradient in
                filters.withPointer { filters in
                    withOptionalPointer(bias) { bias in
                        Tensors.convolutionInputGradient(
                            shape, gradient, filters, bias: bias, rectifying: rectified, into: out)
                    }
                }
            }
        }
    }

    /// The adjoint of ``convolution(_:stride:padding:bias:rectified:)`` in its filters, applied to this output gradient.
    ///
    /// - Precondition: `self` has the convolution's output shape and `input` its input shape.
    public func convolutionFilterGradient(_ input: Tensor, of shape: ConvolutionShape) -> Tensor {
        requireSameShape(self.shape, shape.outputShape, in: "filter gradient of a convolution")
        requireSameShape(input.shape, shape.inputShape, in: "input of a convolution")
        return Tensor(shape: shape.filterShape) { out in
            withPointer { gradient in
                input.withPointer { Tensors.convolutionFilterGradient(shape, $0, gradient, into: out) }
            }
        }
    }

    /// Where the largest element of each pooling window lies, as an index into the row-major order of `self`; the
    /// first of equals, and the first NaN before any number.
    ///
    /// Windows do not overlap; rows and columns that do not fill one are left out.
    ///
    /// - Parameters:
    ///   - windowRows: rows of a window.
    ///   - windowColumns: columns of a window.
    /// - Returns: the indices, in the order of a `[image, row, column, channel]` tensor of the returned shape.
    /// - Precondition: `self` is `[image, row, column, channel]` and a window fits.
    public func maximumIndices(windowRows: Int, windowColumns: Int) -> (indices: [Int], shape: [Int]) {
        require(
            rank == 4 && windowRows >= 1 && windowRows <= shape[1] && windowColumns >= 1 && windowColumns <= shape[2],
            "max-pooling of shape \(shape) with windows of \(windowRows) × \(windowColumns)")
        let (images, rows, columns, channels) = (shape[0], shape[1] / windowRows, shape[2] / windowColumns, shape[3])
        var indices: [Int] = []
        indices.reserveCapacity(images * rows * columns * channels)
        for image in 0..<images {
            for row in 0..<rows {
                for column in 0..<columns {
                    for channel in 0..<channels {
                        var best = -1
                        for y in 0..<windowRows {
                            for x in 0..<windowColumns {
                                let line = image * shape[1] + row * windowRows + y
                                let index = (line * shape[2] + column * windowColumns + x) * channels + channel
                                if best < 0 || beats(scalars[index], scalars[best]) { best = index }
                            }
                        }
                        indices.append(best)
                    }
                }
            }
        }
        return (indices, [images, rows, columns, channels])
    }
}
