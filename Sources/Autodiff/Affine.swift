import Tensors

// Bias and max(·, 0) as part of the product that they follow: what every layer of a network does.

extension Variable {
    /// self · weights + bias, and max(·, 0) of it if asked, as one operation.
    ///
    /// - Parameters:
    ///   - weights: `[input, output]`.
    ///   - bias: `[output]`.
    ///   - rectified: whether negative results become 0, with derivative 0 at 0.
    /// - Returns: `[example, output]`.
    /// - Precondition: `self` is `[example, input]`.
    public func affine(_ weights: Variable, bias: Variable, rectified: Bool = false) -> Variable {
        let value = value.matrixProduct(weights.value, bias: bias.value, rectified: rectified)
        return Self.operation(value, of: [self, weights, bias]) { context in
            let passed = context.passed(rectified: rectified)
            return [
                context.wanted[0] ? passed.matrixProduct(context.inputs[1], right: .transposed) : nil,
                context.wanted[1] ? context.inputs[0].matrixProduct(passed, left: .transposed) : nil,
                context.wanted[2] ? passed.sumOverRows() : nil,
            ]
        }
    }

    /// self · weights + bias, each row divided by its Euclidean norm: points of the unit sphere, as one operation.
    ///
    /// - Parameters:
    ///   - weights: `[input, output]`.
    ///   - bias: `[output]`.
    ///   - epsilon: added to the squared norm; a row of zeros then stays one.
    /// - Returns: `[example, output]`.
    /// - Precondition: `self` is `[example, input]`.
    public func normalizedAffine(_ weights: Variable, bias: Variable, epsilon: Scalar = 1e-12) -> Variable {
        let (rows, inverseNorms) = value.normalizedMatrixProduct(weights.value, bias: bias.value, epsilon: epsilon)
        return Self.operation(rows, of: [self, weights, bias]) { context in
            let (x, w, b) = (context.inputs[0], context.inputs[1], context.inputs[2])
            // To be differentiated in turn, the norms have to be functions of the inputs again.
            let inverse =
                context.isDifferentiable
                ? x.affine(w, bias: b).inverseNorms(epsilon: epsilon) : Variable(inverseNorms)
            let passed = context.cotangent.throughNormalization(to: context.output, inverseNorms: inverse)
            return [
                context.wanted[0] ? passed.matrixProduct(w, right: .transposed) : nil,
                context.wanted[1] ? x.matrixProduct(passed, left: .transposed) : nil,
                context.wanted[2] ? passed.sumOverRows() : nil,
            ]
        }
    }

    /// The convolution plus a bias, and max(·, 0) of it if asked, as one operation; see `Tensor.convolution`.
    ///
    /// - Parameters:
    ///   - filters: `[filterRow, filterColumn, inputChannel, outputChannel]`.
    ///   - bias: `[outputChannel]`.
    ///   - stride: distance between filter positions, at least 1.
    ///   - padding: zero rows and columns on each side.
    ///   - rectified: whether negative results become 0, with derivative 0 at 0.
    /// - Returns: `[image, row, column, outputChannel]`.
    public func convolution(
        _ filters: Variable, bias: Variable, stride: Int = 1, padding: Int = 0, rectified: Bool = false
    ) -> Variable {
        let shape = ConvolutionShape(input: self.shape, filters: filters.shape, stride: stride, padding: padding)
        let value = value.convolution(
            filters.value, stride: stride, padding: padding, bias: bias.value, rectified: rectified)
        return Self.operation(value, of: [self, filters, bias]) { context in
            let passed = context.passed(rectified: rectified)
            return [
                context.wanted[0] ? passed.convolutionInputGradient(context.inputs[1], of: shape) : nil,
                context.wanted[1] ? passed.convolutionFilterGradient(context.inputs[0], of: shape) : nil,
                context.wanted[2] ? passed.sumOverRows() : nil,
            ]
        }
    }

    /// The convolution at every place at which a filter touches the image, with zeros around it, plus a bias, and max(·, 0) of that
    /// if asked, as one operation.
    ///
    /// For square filters it is the convolution with a padding of rows − 1, without the products of which a factor is padding.
    /// Each pixel is multiplied by all filters and added to the outputs that see it. That is the adjoint of a convolution in its
    /// input, by these filters turned by 180° and with their input and output channels exchanged.
    ///
    /// - Parameters:
    ///   - filters: `[filterRow, filterColumn, inputChannel, outputChannel]`.
    ///   - bias: `[outputChannel]`.
    ///   - rectified: whether negative results become 0, with derivative 0 at 0.
    /// - Returns: `[image, row, column, outputChannel]`, filterRows − 1 rows and filterColumns − 1 columns more than the image has.
    /// - Precondition: images and filters have rank 4 and agree in their channels.
    public func fullConvolution(_ filters: Variable, bias: Variable, rectified: Bool = false) -> Variable {
        // Checks the operands; with this padding a filter of any shape fits.
        let own = ConvolutionShape(
            input: shape, filters: filters.shape, stride: 1, padding: (filters.shape.prefix(2).max() ?? 1) - 1)
        let (channels, outputs) = (own.inputChannels, own.outputChannels)
        let adjoint = ConvolutionShape(
            input: [own.images, own.rows + own.filterRows - 1, own.columns + own.filterColumns - 1, outputs],
            filters: [own.filterRows, own.filterColumns, outputs, channels], stride: 1, padding: 0)
        let taps = own.filterRows * own.filterColumns
        let turned = (0..<taps).flatMap { tap in
            (0..<outputs).flatMap { output in
                (0..<channels).map { ((taps - 1 - tap) * channels + $0) * outputs + output }
            }
        }
        let filters = filters.gatheringElements(turned, shape: adjoint.filterShape)
        let value = value.convolutionInputGradient(filters.value, of: adjoint, bias: bias.value, rectified: rectified)
        return Self.operation(value, of: [self, filters, bias]) { context in
            let passed = context.passed(rectified: rectified)
            return [
                context.wanted[0] ? passed.convolution(context.inputs[1], of: adjoint) : nil,
                context.wanted[1] ? context.inputs[0].convolutionFilterGradient(passed, of: adjoint) : nil,
                context.wanted[2] ? passed.sumOverRows() : nil,
            ]
        }
    }
}

extension PullbackContext {
    /// The part of the cotangent that passes max(·, 0), or all of it.
    fileprivate func passed(rectified: Bool) -> Variable<Scalar> {
        rectified ? cotangent.keeping(wherePositive: output.value) : cotangent
    }
}
