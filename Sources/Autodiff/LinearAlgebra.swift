import Tensors

// Bilinear operations and selections; each one's pullback is made of its own adjoints.

extension Variable {
    /// The matrix product op(self) · op(other); see `Tensor.matrixProduct`.
    public func matrixProduct(
        _ other: Variable, left: Transposition = .none, right: Transposition = .none
    ) -> Variable {
        Self.operation(
            value.matrixProduct(other.value, left: left, right: right), of: [self, other]
        ) { context in
            // For C = AB: Ā = C̄Bᵀ and B̄ = AᵀC̄; a transposed operand gets the transpose of that.
            let (a, b, c) = (context.inputs[0], context.inputs[1], context.cotangent)
            return [
                !context.wanted[0]
                    ? nil
                    : left == .none
                        ? c.matrixProduct(b, right: right.flipped)
                        : b.matrixProduct(c, left: right, right: .transposed),
                !context.wanted[1]
                    ? nil
                    : right == .none
                        ? a.matrixProduct(c, left: left.flipped)
                        : c.matrixProduct(a, left: .transposed, right: left),
            ]
        }
    }

    /// The rows with the given indices; see `Tensor.gatheringRows`.
    public func gatheringRows(_ rows: [Int]) -> Variable {
        Self.operation(value.gatheringRows(rows), of: [self]) { context in
            [context.cotangent.scatteringRows(rows, count: context.inputs[0].shape[0])]
        }
    }

    /// Rows added to the rows with the given indices of zeros; see `Tensor.scatteringRows`.
    public func scatteringRows(_ rows: [Int], count: Int) -> Variable {
        Self.operation(value.scatteringRows(rows, count: count), of: [self]) { [$0.cotangent.gatheringRows(rows)] }
    }

    /// The elements at the given positions; see `Tensor.gatheringElements`.
    public func gatheringElements(_ indices: [Int], shape: [Int]) -> Variable {
        Self.operation(value.gatheringElements(indices, shape: shape), of: [self]) { context in
            [context.cotangent.scatteringElements(indices, shape: context.inputs[0].shape)]
        }
    }

    /// Elements added to the given positions of zeros; see `Tensor.scatteringElements`.
    public func scatteringElements(_ indices: [Int], shape: [Int]) -> Variable {
        Self.operation(value.scatteringElements(indices, shape: shape), of: [self]) { context in
            [context.cotangent.gatheringElements(indices, shape: context.inputs[0].shape)]
        }
    }

    /// `self` followed by `other` along the first axis.
    public func concatenated(with other: Variable) -> Variable {
        let both = value.concatenated(with: other.value)
        let (split, total) = (shape[0], both.shape[0])
        return Self.operation(both, of: [self, other]) { context in
            [
                context.wanted[0] ? context.cotangent.gatheringRows(Array(0..<split)) : nil,
                context.wanted[1] ? context.cotangent.gatheringRows(Array(split..<total)) : nil,
            ]
        }
    }
}

extension Transposition {
    /// The other one.
    var flipped: Transposition { self == .none ? .transposed : .none }
}
