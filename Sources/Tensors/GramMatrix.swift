import Diagnostics

// What is wanted of the Gram matrix of a tensor's rows, without the matrix.

extension Tensor {
    /// log Σⱼ wⱼ e^{β⟨xᵢ, xⱼ⟩} for each row xᵢ, for weights w ≥ 0; the matrix of the products never lies in memory.
    ///
    /// - Parameters:
    ///   - weights: `[row]`. A row of weight zero counts for nothing, whatever it is.
    ///   - scale: β.
    /// - Returns: `[row]`.
    /// - Precondition: rank 2, and a weight for each row.
    public func gramLogSumExp(weights: Tensor, scale: Scalar) -> Tensor {
        requireRowsOfGram([weights])
        return Tensor(shape: [shape[0]]) { out in
            withGram(scale) { gram in weights.withPointer { Tensors.gramLogSumExp(gram, $0, into: out) } }
        }
    }

    /// The gradient of Σᵢ cᵢ log Σⱼ wⱼ e^{β⟨xᵢ, xⱼ⟩} with respect to the rows x, weights and factors held fixed.
    ///
    /// - Parameters:
    ///   - weights: w, `[row]`.
    ///   - factors: c, `[row]`.
    ///   - logSumExp: the result of ``gramLogSumExp(weights:scale:)``.
    ///   - scale: β.
    /// - Returns: a tensor of this shape.
    /// - Precondition: rank 2, and one of each for each row; weights whose sum has a finite reciprocal, even times e¹⁶.
    public func gramLogSumExpGradient(weights: Tensor, factors: Tensor, logSumExp: Tensor, scale: Scalar) -> Tensor {
        requireRowsOfGram([weights, factors, logSumExp])
        return Tensor(shape: shape) { out in
            withGram(scale) { gram in
                weights.withPointer { weights in
                    factors.withPointer { factors in
                        logSumExp.withPointer { logSums in
                            gramGradient(
                                gram, GramCotangents(weights: weights, logSums: logSums, factors: factors), into: out)
                        }
                    }
                }
            }
        }
    }

    private func withGram(_ scale: Scalar, _ body: (GramRows<Scalar>) -> Void) {
        withPointer { body(GramRows(rows: $0, count: shape[0], dimension: shape[1], scale: scale)) }
    }

    private func requireRowsOfGram(_ perRow: [Tensor]) {
        require(
            rank == 2 && perRow.allSatisfy { $0.shape == [shape[0]] },
            "weights, factors or sums of shape \(perRow.map(\.shape)) for the rows of a tensor of shape \(shape)")
    }
}
