import Autodiff
import Diagnostics
import Tensors

/// Adam: steps along the running mean of the gradient, divided by the root of its running mean square.
///
/// Kingma and Ba, *Adam: a method for stochastic optimization*, ICLR 2015, algorithm 1. With a weight decay it is AdamW:
/// Loshchilov and Hutter, *Decoupled weight decay regularization*, ICLR 2019, algorithm 2, where λ is multiplied by the whole
/// learning rate, as in PyTorch's `AdamW`, and not by the schedule's factor alone.
public struct Adam<Scalar: TensorScalar>: Sendable {
    /// Decay of the running mean, β₁ of Adam, in [0, 1).
    public var firstDecay: Scalar
    /// Decay of the running mean square, β₂ of Adam, in [0, 1).
    public var secondDecay: Scalar
    /// Added to the root of the mean square; positive.
    public var epsilon: Scalar
    /// λ: each step also multiplies a parameter with at least two axes by 1 − λ·learningRate. Those are weights and filters, which
    /// multiply; biases and the scales and shifts of normalisation are left alone. Not negative.
    public var weightDecay: Scalar
    /// Steps taken.
    public var step = 0
    /// The running mean of each parameter's gradient, in the order of the parameters.
    public var means: [Tensor<Scalar>]
    /// The running mean square of each parameter's gradient, in the order of the parameters.
    public var squares: [Tensor<Scalar>]

    /// Starts with zero moments for the parameters of `module`.
    ///
    /// - Precondition: decays in [0, 1), a positive ε, a weight decay that is not negative.
    public init(
        for module: some Module<Scalar>, firstDecay: Scalar = 0.9, secondDecay: Scalar = 0.999,
        epsilon: Scalar = 1e-8, weightDecay: Scalar = 0
    ) {
        require(
            [firstDecay, secondDecay].allSatisfy { (0..<1).contains($0) } && epsilon > 0 && weightDecay >= 0,
            "Adam with the decays \(firstDecay) and \(secondDecay), ε = \(epsilon) and the weight decay \(weightDecay)")
        self.firstDecay = firstDecay
        self.secondDecay = secondDecay
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        means = module.parameters.map { .zeros($0.value.shape) }
        squares = means
    }

    /// One step of descent.
    ///
    /// - Parameters:
    ///   - module: whose parameters are replaced by constants.
    ///   - gradients: of the loss, one for each parameter in order.
    ///   - learningRate: the step size.
    /// - Precondition: as many gradients as parameters, of the same shapes, and the moments are those of these parameters.
    public mutating func update(
        _ module: inout some Module<Scalar>, along gradients: [Variable<Scalar>], learningRate: Scalar
    ) {
        require(
            gradients.count == means.count && squares.count == means.count,
            "\(gradients.count) gradients and \(squares.count) mean squares for \(means.count) parameters")
        require(
            module.parameters.count == means.count,
            "an optimiser of \(means.count) parameters for a module of \(module.parameters.count)")
        step += 1
        // The moments start at zero; these factors undo that bias.
        let rate = learningRate / (1 - Scalar.pow(firstDecay, step))
        let correction = 1 / (1 - Scalar.pow(secondDecay, step)).squareRoot()
        var index = 0
        module.visitParameters { _, parameter in
            requireSameShape(parameter.shape, gradients[index].shape, in: "parameter and gradient")
            // Anyone may set the moments, and the loop over them does not look at their lengths.
            requireSameShape(parameter.shape, means[index].shape, in: "parameter and mean gradient")
            requireSameShape(parameter.shape, squares[index].shape, in: "parameter and mean squared gradient")
            let decay = parameter.shape.count < 2 ? 0 : learningRate * weightDecay
            parameter = Variable(
                adamStep(
                    from: parameter.value, gradients[index].value, &means[index], &squares[index], rate: rate,
                    correction: correction, firstDecay: firstDecay, secondDecay: secondDecay, epsilon: epsilon,
                    decay: decay))
            index += 1
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func adamStep<Scalar: TensorScalar>(
    from start: Tensor<Scalar>, _ gradient: Tensor<Scalar>, _ mean: inout Tensor<Scalar>,
    _ square: inout Tensor<Scalar>, rate: Scalar, correction: Scalar, firstDecay: Scalar, secondDecay: Scalar,
    epsilon: Scalar, decay: Scalar
) -> Tensor<Scalar> {
    let count = start.count
    return Tensor(shape: start.shape) { out in
        mean.withMutablePointer { mean in
            square.withMutablePointer { square in
                start.withPointer { start in
                    gradient.withPointer { gradient in
                        typealias Vector = Scalar.Vector64
                        Parallel.forRanges(count, grain: 4096) { range in
                            var i = range.lowerBound
                            while i + Vector.scalarCount <= range.upperBound {
                                let g = Vector(loading: gradient + i)
                                let m = firstDecay * Vector(loading: mean + i) + (1 - firstDecay) * g
                                let s = secondDecay * Vector(loading: square + i) + (1 - secondDecay) * g * g
                                m.store(mean + i)
                                s.store(square + i)
                                let old = Vector(loading: start + i)
                                let step = rate * m / (s.squareRoot() * correction + epsilon)
                                // A decay of 0 adds 0, which changes no bit.
                                (old - (step + decay * old)).store(out + i)
                                i += Vector.scalarCount
                            }
                            while i < range.upperBound {
                                let g = gradient[i]
                                mean[i] = firstDecay * mean[i] + (1 - firstDecay) * g
                                square[i] = secondDecay * square[i] + (1 - secondDecay) * g * g
                                let step = rate * mean[i] / (square[i].squareRoot() * correction + epsilon)
                                out[i] = start[i] - (step + decay * start[i])
                                i += 1
                            }
                        }
                    }
                }
            }
        }
    }
}
