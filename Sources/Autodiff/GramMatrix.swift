import Tensors

extension Variable {
    /// log Σⱼ wⱼ e^{β⟨xᵢ, xⱼ⟩} for each row xᵢ, `[row]`, for weights w ≥ 0; see `Tensor.gramLogSumExp`.
    ///
    /// Its gradient in the rows alone needs no matrix either; one in the weights, or one that is recorded, makes the whole matrix of
    /// scores.
    ///
    /// - Parameters:
    ///   - weights: w, `[row]`.
    ///   - scale: β.
    public func gramLogSumExp(weights: Variable, scale: Scalar) -> Variable {
        Self.operation(value.gramLogSumExp(weights: weights.value, scale: scale), of: [self, weights]) { context in
            let (x, w, c) = (context.inputs[0], context.inputs[1], context.cotangent)
            if !context.isDifferentiable && !context.wanted[1] {
                return [
                    Variable(
                        x.value.gramLogSumExpGradient(
                            weights: w.value, factors: c.value, logSumExp: context.output.value, scale: scale)), nil,
                ]
            }
            // By way of the matrix of scores s: with r = c·e^{s − log Σ w eˢ} the derivative is w·r in s, and Σᵢ r in w.
            let scores = x.scaled(by: scale).matrixProduct(x, right: .transposed)
            let shares = scores.softmaxAlongLastAxis(weights: w).multiplyingRows(by: c).scaled(by: scale)
            return [
                context.wanted[0] ? shares.matrixProduct(x) + shares.matrixProduct(x, left: .transposed) : nil,
                context.wanted[1]
                    ? scores.exponential(relativeTo: context.output).multiplyingRows(by: c).sumOverRows() : nil,
            ]
        }
    }
}
