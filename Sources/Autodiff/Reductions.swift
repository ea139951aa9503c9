import Tensors

// Sums, explicit repetitions (their adjoints) and log-sum-exp. A variable is read as a matrix: its rows are all axes
// but the last.

extension Variable {
    /// The sum of all elements, of rank 0.
    public func sum() -> Variable {
        Self.operation(Tensor(value.sum()), of: [self]) { context in
            let shape = context.inputs[0].shape
            return [context.cotangent.reshaped([1]).repeatedAsRows(of: [shape.reduce(1, *), 1]).reshaped(shape)]
        }
    }

    /// The mean of all elements, of rank 0.
    public func mean() -> Variable { sum().scaled(by: 1 / Scalar(value.count)) }

    /// The sum of each row: the last axis is summed away.
    public func sumAlongLastAxis() -> Variable {
        Self.operation(value.sumAlongLastAxis(), of: [self]) { context in
            [context.cotangent.repeatedAlongLastAxis(context.inputs[0].value.lastExtent)]
        }
    }

    /// Each element `count` times along a new last axis.
    public func repeatedAlongLastAxis(_ count: Int) -> Variable {
        Self.operation(value.repeatedAlongLastAxis(count), of: [self]) { [$0.cotangent.sumAlongLastAxis()] }
    }

    /// The sum of all rows: every axis but the last is summed away.
    public func sumOverRows() -> Variable {
        Self.operation(value.sumOverRows(), of: [self]) { context in
            [context.cotangent.repeatedAsRows(of: context.inputs[0].shape)]
        }
    }

    /// This row as every row of the given shape.
    public func repeatedAsRows(of shape: [Int]) -> Variable {
        Self.operation(value.repeatedAsRows(of: shape), of: [self]) { [$0.cotangent.sumOverRows()] }
    }

    /// `row`, of shape `[lastExtent]`, added to every row.
    public func addingToRows(_ row: Variable) -> Variable {
        Self.operation(value.addingToRows(row.value), of: [self, row]) { context in
            [context.cotangent, context.wanted[1] ? context.cotangent.sumOverRows() : nil]
        }
    }

    /// Each row times its own factor.
    public func multiplyingRows(by factors: Variable) -> Variable {
        Self.operation(value.multiplyingRows(by: factors.value), of: [self, factors]) { context in
            [
                context.wanted[0] ? context.cotangent.multiplyingRows(by: context.inputs[1]) : nil,
                context.wanted[1] ? (context.cotangent * context.inputs[0]).sumAlongLastAxis() : nil,
            ]
        }
    }

    /// log Σ eˣ along the last axis.
    public func logSumExpAlongLastAxis() -> Variable {
        // ∂/∂xᵢ log Σ eˣ = softmax(x)ᵢ
        Self.operation(value.logSumExpAlongLastAxis(), of: [self]) { context in
            [context.inputs[0].softmax(weights: nil, times: context.cotangent, recorded: context.isDifferentiable)]
        }
    }

    /// log Σ w eˣ along the last axis, for weights w ≥ 0; see `Tensor.logSumExpAlongLastAxis(weights:)`.
    ///
    /// - Parameter weights: `[lastExtent]`, the same for every row, or of this variable's shape.
    public func logSumExpAlongLastAxis(weights: Variable) -> Variable {
        // With r = e^{x − log Σ w eˣ}: the derivative is r in w, and w·r in x, the weighted softmax, which takes no
        // detour by r: where w = 0 it is 0, though r may overflow.
        Self.operation(value.logSumExpAlongLastAxis(weights: weights.value), of: [self, weights]) { context in
            let (x, w) = (context.inputs[0], context.inputs[1])
            return [
                context.wanted[0]
                    ? x.softmax(weights: w, times: context.cotangent, recorded: context.isDifferentiable) : nil,
                context.wanted[1]
                    ? x.exponential(relativeTo: context.output).multiplyingRows(by: context.cotangent).summed(for: w)
                    : nil,
            ]
        }
    }

    /// Each row's softmax times its own factor: in one pass over memory where nothing is recorded.
    private func softmax(weights: Variable?, times factors: Variable, recorded: Bool) -> Variable {
        guard recorded else {
            return Variable(
                weights.map { value.softmaxAlongLastAxis(weights: $0.value, times: factors.value) }
                    ?? value.softmaxAlongLastAxis(times: factors.value))
        }
        return (weights.map { softmaxAlongLastAxis(weights: $0) } ?? softmaxAlongLastAxis())
            .multiplyingRows(by: factors)
    }

    /// e^{x − l} with the l of the row.
    func exponential(relativeTo rows: Variable) -> Variable {
        (self - rows.repeatedAlongLastAxis(value.lastExtent)).exponential()
    }

    /// The sum over the rows if all of them have the weights in common.
    private func summed(for weights: Variable) -> Variable { weights.shape == shape ? self : sumOverRows() }

    /// eˣ / Σ eˣ along the last axis.
    public func softmaxAlongLastAxis() -> Variable {
        // With p the output and c the cotangent: p·(c − Σ c·p)
        Self.operation(value.softmaxAlongLastAxis(), of: [self]) { context in
            let weighted = context.cotangent * context.output
            return [weighted - context.output.multiplyingRows(by: weighted.sumAlongLastAxis())]
        }
    }

    /// w eˣ / Σ w eˣ along the last axis, for weights w ≥ 0; see `Tensor.softmaxAlongLastAxis(weights:)`.
    ///
    /// - Parameter weights: `[lastExtent]`, the same for every row, or of this variable's shape.
    public func softmaxAlongLastAxis(weights: Variable) -> Variable {
        // With p the output, c the cotangent: p·(c − Σ c·p) in x, and the same with p/w = e^{x − log Σ w eˣ} for p in w.
        Self.operation(value.softmaxAlongLastAxis(weights: weights.value), of: [self, weights]) { context in
            let (x, w) = (context.inputs[0], context.inputs[1])
            let weighted = context.cotangent * context.output
            let mean = weighted.sumAlongLastAxis()
            let logSumExp = context.wanted[1] ? x.logSumExpAlongLastAxis(weights: w) : nil
            return [
                context.wanted[0] ? weighted - context.output.multiplyingRows(by: mean) : nil,
                logSumExp.map { logSumExp in
                    (x.exponential(relativeTo: logSumExp)
                        * (context.cotangent - mean.repeatedAlongLastAxis(x.value.lastExtent))).summed(for: w)
                },
            ]
        }
    }

    /// x − log Σ eˣ along the last axis: the logarithm of the softmax.
    public func logSoftmaxAlongLastAxis() -> Variable {
        self - logSumExpAlongLastAxis().repeatedAlongLastAxis(value.lastExtent)
    }

    /// Each row divided by its Euclidean norm: a point of the unit sphere.
    ///
    /// - Parameter epsilon: added to the squared norm; a row of zeros then stays one.
    public func normalizedAlongLastAxis(epsilon: Scalar = 1e-12) -> Variable {
        Self.operation(value.normalizedAlongLastAxis(epsilon: epsilon), of: [self]) { context in
            [
                context.cotangent.throughNormalization(
                    to: context.output, inverseNorms: context.inputs[0].inverseNorms(epsilon: epsilon))
            ]
        }
    }

    /// 1/ν of each row x, with ν² = Σ x² + ε.
    func inverseNorms(epsilon: Scalar) -> Variable {
        (self * self).sumAlongLastAxis().scaled(by: 1, plus: epsilon).reciprocalSquareRoot()
    }

    /// What of this cotangent c of y = x/ν reaches x: (c − y·(c·y)) / ν.
    func throughNormalization(to y: Variable, inverseNorms: Variable) -> Variable {
        (self - y.multiplyingRows(by: (self * y).sumAlongLastAxis())).multiplyingRows(by: inverseNorms)
    }
}
