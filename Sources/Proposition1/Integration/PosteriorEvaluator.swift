import AugmentationChannel
import Autodiff
import Tensors

/// What z says of the images, for many z and many codes: the scores of some z with a block of codes are one matrix product,
/// and each is looked at once.
struct PosteriorEvaluator<E: Equations>: Sendable {
    let channel: WeightedCodes
    let equations: E

    /// At one z, in nats.
    struct Value: Sendable {
        /// E_x[r log r] with r = p(z|x)/p(z): the divergence of p(x|z) from p(x). Its mean over p(z) is I(X;Z). Not
        /// negative; at most the largest −log p(x).
        var divergence: Double
        /// log p(z) − log C_β: the denominator of (2), line (12).
        var logMarginal: Double
    }

    /// z that are evaluated together: enough that a matrix product pays, few enough that their scores stay in the cache.
    static var pointsAtOnce: Int { 32 }

    /// The values at every z.
    ///
    /// - Parameters:
    ///   - points: z, `[point, dimension]`.
    ///   - beta: β > 0.
    ///   - progress: called now and then with the number of points done since the last call.
    func values(at points: Tensor<Double>, beta: Double, progress: (Int) throws -> Void) rethrows -> [Value] {
        let chunks = (points.shape[0] + Self.pointsAtOnce - 1) / Self.pointsAtOnce
        var values: [Value] = []
        values.reserveCapacity(points.shape[0])
        // So many chunks at once that every thread has some, and the caller hears from them.
        let group = 4 * Parallel.threadCount
        for start in stride(from: 0, to: chunks, by: group) {
            let parts = Parallel.map(min(group, chunks - start)) { index in
                let first = (start + index) * Self.pointsAtOnce
                return chunk(points.rows(first..<min(points.shape[0], first + Self.pointsAtOnce)), beta)
            }
            let done = parts.joined()
            values += done
            try progress(done.count)
        }
        return values
    }

    @specialized(where E == PaperEquations)
    private func chunk(_ points: Tensor<Double>, _ beta: Double) -> [Value] {
        let count = points.shape[0]
        let conditionals = logConditionals(points, beta)
        return conditionals.withPointer { conditionals in
            channel.prior.withUnsafeBufferPointer { prior in
                (0..<count).map { point in
                    let row = UnsafeBufferPointer(start: conditionals + point * prior.count, count: prior.count)
                    return value(row, prior)
                }
            }
        }
    }

    /// log p(z|x) − log C_β, `[point, image]`.
    @specialized(where E == PaperEquations)
    private func logConditionals(_ points: Tensor<Double>, _ beta: Double) -> Tensor<Double> {
        let (count, images) = (points.shape[0], channel.images)
        let z = Variable(points)
        return Tensor(shape: [count, images]) { out in
            var first = 0
            for block in channel.blocks {
                let scores = Similarity.dotProduct.scores(z, Variable(block.codes), beta: beta).scores.value
                scores.withPointer { scores in
                    block.weights.withUnsafeBufferPointer { weights in
                        for point in 0..<count {
                            let row = UnsafeBufferPointer(start: scores + point * weights.count, count: weights.count)
                            for image in 0..<block.images {
                                let own = block.offsets[image]..<block.offsets[image + 1]
                                out[point * images + first + image] = equations.logConditional(
                                    own: ScoreRow(UnsafeBufferPointer(rebasing: row[own])),
                                    weights: UnsafeBufferPointer(rebasing: weights[own]))
                            }
                        }
                    }
                }
                first += block.images
            }
        }
    }

    /// The marginal is the mean of the conditionals over the images, E_X̃ E_{T''|X̃} exp βS = E_X̃ exp(log E_{T''|X̃} exp βS):
    /// its exponents are the log-conditionals, of which there are fewer than scores.
    @specialized(where E == PaperEquations)
    private func value(
        _ conditionals: UnsafeBufferPointer<Double>, _ prior: UnsafeBufferPointer<Double>
    ) -> Value {
        let marginal = equations.logMarginal(all: ScoreRow(conditionals), weights: prior)
        var divergence = 0.0
        for image in 0..<prior.count {
            let information = equations.pointwise(conditional: conditionals[image], marginal: marginal)
            divergence += prior[image] * divergenceIntegrand(information)
        }
        return Value(divergence: divergence, logMarginal: marginal)
    }
}
