/// Sums over nodes of everything that is integrated against the distribution of Z, in nats.
struct Moments: Sendable {
    /// The quantities, in the order of their storage.
    enum Quantity: Int, CaseIterable, Sendable {
        /// The integrand of (2) in the form that is never negative: ``divergenceIntegrand(_:)``.
        case information
        /// The integrand of (2) as the paper has it, of either sign.
        case pointwise
        /// The integrand of (16).
        case jensen
        /// The integrand of the gap between the two, in its closed form.
        case gap
        /// The lower end of Liao and Berg's interval for the gap.
        case gapLowerEnd
        /// The upper end.
        case gapUpperEnd
        /// log p(z|x) − log C_β: the numerator of the proof.
        case logConditional
        /// log p(z) − log C_β: the denominator.
        case logMarginal
    }

    private var storage = SIMD8<Double>(repeating: 0)

    init() {}

    subscript(quantity: Quantity) -> Double {
        get { storage[quantity.rawValue] }
        set { storage[quantity.rawValue] = newValue }
    }

    /// Adds `weight` times another set of values.
    mutating func add(_ other: Moments, weight: Double) {
        storage.addProduct(SIMD8(repeating: weight), other.storage)
    }

    /// Raises each value to the magnitude of another's where that is larger.
    mutating func raise(to other: Moments) {
        for index in 0..<8 { storage[index] = max(storage[index], other.storage[index].magnitude) }
    }

    /// The values divided by `divisor`.
    func divided(by divisor: Double) -> Moments {
        var copy = self
        copy.storage /= SIMD8(repeating: divisor)
        return copy
    }

    /// |self − other|, quantity by quantity.
    func distance(to other: Moments) -> Moments {
        var copy = self
        copy.storage -= other.storage
        for index in 0..<8 { copy.storage[index] = copy.storage[index].magnitude }
        return copy
    }
}

/// The values of all integrands at the nodes of one component of the mixture.
struct ComponentIntegrand<E: Equations> {
    private let evaluator: NodeEvaluator<E>
    private let mean: Int
    private let frame: [Double]
    private let offset: [Double]
    /// The images that have this mean, with P(x|mean).
    private let shares: [(image: Int, share: Double)]
    private let images: [(image: Int, prior: Double)]

    init(_ evaluator: NodeEvaluator<E>, mean: Int) {
        self.evaluator = evaluator
        self.mean = mean
        let channel = evaluator.channel
        let rank = channel.rank
        if channel.family.kind == .vonMisesFisher {
            frame = ReducedChannel.frame(firstAxis: channel.means[mean])
            offset = [Double](repeating: 0, count: rank)
        } else {
            frame = []
            offset = channel.means[mean]
        }
        images = channel.prior.indices.filter { channel.prior[$0] > 0 }.map { ($0, channel.prior[$0]) }
        shares = images.compactMap { image, prior in
            guard let own = channel.ownMeans[image].firstIndex(of: mean) else { return nil }
            return (image, prior * channel.ownWeights[image][own] / channel.meanWeights[mean])
        }
    }

    /// Moves the evaluator to the point whose coordinates in the mean's frame are `local`.
    private func move(to local: UnsafePointer<Double>) {
        let rank = offset.count
        if frame.isEmpty {
            for row in 0..<rank { evaluator.point[row] = offset[row] + local[row] }
        } else {
            for row in 0..<rank {
                var sum = 0.0
                for column in 0..<rank { sum += frame[row * rank + column] * local[column] }
                evaluator.point[row] = sum
            }
        }
        evaluator.evaluate()
    }

    /// Σ_i p_i (e^L·L − e^L + 1) where the evaluator stands, L being log p(z|x_i)/p(z).
    private var divergence: Double {
        var sum = 0.0
        for (image, prior) in images {
            sum += prior * divergenceIntegrand(evaluator.pointwiseInformation(ofImage: image))
        }
        return sum
    }

    /// The divergence at a point from normalised densities, L = (log C_β + numerator) − (log C_β + denominator), with the
    /// score βS(z, h) of this component's mean there.
    ///
    /// - Parameter local: the point's coordinates in the mean's frame.
    func normalisedDivergence(
        at local: UnsafePointer<Double>, logNormaliser: Double
    ) -> (divergence: Double, score: Double) {
        move(to: local)
        var sum = 0.0
        for (image, prior) in images {
            let logRatio = evaluator.equations.pointwise(
                conditional: logNormaliser + evaluator.conditionals[image],
                marginal: logNormaliser + evaluator.marginal)
            sum += prior * divergenceIntegrand(logRatio)
        }
        return (sum, evaluator.score(ofMean: mean))
    }

    /// Everything at a point.
    ///
    /// - Parameter local: its coordinates in the mean's frame.
    func moments(at local: UnsafePointer<Double>) -> Moments {
        move(to: local)
        var moments = Moments()
        moments[.information] = divergence
        moments[.logMarginal] = evaluator.marginal
        var pointwise = 0.0
        var jensen = 0.0
        var gap = JensenGapIntegrand(value: 0, lowerEnd: 0, upperEnd: 0)
        var conditional = 0.0
        for (image, share) in shares {
            pointwise += share * evaluator.pointwiseInformation(ofImage: image)
            jensen += share * evaluator.jensenPointwiseInformation(ofImage: image)
            conditional += share * evaluator.conditionals[image]
            let own = evaluator.jensenGap(ofImage: image)
            gap = JensenGapIntegrand(
                value: gap.value + share * own.value, lowerEnd: gap.lowerEnd + share * own.lowerEnd,
                upperEnd: gap.upperEnd + share * own.upperEnd)
        }
        moments[.pointwise] = pointwise
        moments[.jensen] = jensen
        moments[.gap] = gap.value
        moments[.gapLowerEnd] = gap.lowerEnd
        moments[.gapUpperEnd] = gap.upperEnd
        moments[.logConditional] = conditional
        return moments
    }
}
