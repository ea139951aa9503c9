import Diagnostics
import Autodiff
import Tensors

// The denominator of (17) with X̃ and T'' independent of the anchor (x_i, T_j): the mean over the other images.
//
// An embedding is listed once however many views share it. A part is the weight that the views of one image give to one
// embedding. Weights enter as logarithms, and no image is subtracted from a sum: where the own image's terms, up to e^β,
// outweigh all others, the difference would be rounding errors.

/// Mean over pairs, weighted by their weights, of the anchor's log marginal over the views of the other images.
///
/// - Parameter pairWeights: of the ordered pairs of views, `[image, view · view]`, each row summing to 1.
/// - Returns: a scalar in nats.
/// - Precondition: at least two images.
func marginalOverOtherImages<Scalar: TensorScalar>(
    _ views: EncodedViews<Scalar>, _ scores: ScoreMatrix<Scalar>, _ logWeights: Variable<Scalar>,
    pairWeights: Variable<Scalar>
) -> Variable<Scalar> {
    let (m, images) = (views.views, views.images)
    require(images >= 2, "a marginal over other images than one in a batch of \(images)")
    let parts = ViewParts(views)
    let anchorWeights = pairWeights.reshaped([images * m, m]).sumAlongLastAxis()
    let ofParts = anchorWeights.scatteringElements(parts.part, shape: [parts.rows.count])
    return (ofParts * logMarginals(parts, scores, logWeights)).sum().scaled(by: 1 / Scalar(images))
}

/// log 1/(N−1) Σ_{i'≠i} Σ_k P(T_k|x_i') exp βS for the embedding of each part as the anchor, `[part]`, i being its image.
private func logMarginals<Scalar: TensorScalar>(
    _ parts: ViewParts, _ scores: ScoreMatrix<Scalar>, _ logWeights: Variable<Scalar>
) -> Variable<Scalar> {
    let logPartWeights = logWeights.logSoftmaxAlongLastAxis()
        .scaled(by: 1, plus: -Scalar.log(Scalar(logWeights.shape[0] - 1)))
        .logSumExp(byGroup: parts.part, count: parts.rows.count)
    let logEmbeddingWeights = logPartWeights.logSumExp(byGroup: parts.rows, count: scores.scores.shape[1])
    let changes = logWeightChangesWithoutOwnImage(parts, logPartWeights, logEmbeddingWeights)
    let (places, changed) = parts.ownPlaces(distinct: scores.scores.shape[1])
    return weightedExponents(
        scores.scores, rows: parts.rows, logWeights: logEmbeddingWeights,
        changes: changes.gatheringElements(changed, shape: [changed.count]), at: places
    ).logSumExpAlongLastAxis()
}

/// For each part what the logarithm of its embedding's weight changes by where the part is left out, `[part]`; −2⁶⁰, beside
/// which no exponent counts, where nothing is left.
private func logWeightChangesWithoutOwnImage<Scalar: TensorScalar>(
    _ parts: ViewParts, _ logPartWeights: Variable<Scalar>, _ logEmbeddingWeights: Variable<Scalar>
) -> Variable<Scalar> {
    var changes = Variable(Tensor<Scalar>(shape: [parts.rows.count], scalars: parts.isShared.map { $0 ? 0 : -0x1p60 }))
    for sharing in parts.sharing {
        let others = sharing.indices.flatMap { sharing[..<$0] + sharing[($0 + 1)...] }
        let withoutOne = logPartWeights.gatheringElements(others, shape: [sharing.count, sharing.count - 1])
            .logSumExpAlongLastAxis()
        let all = logEmbeddingWeights.gatheringElements(sharing.map { parts.rows[$0] }, shape: [sharing.count])
        changes = changes + (withoutOne - all).scatteringElements(sharing, shape: changes.shape)
    }
    return changes
}

/// The parts that images have of embeddings.
private struct ViewParts {
    /// The embedding of each part.
    let rows: [Int]
    /// The part that each view belongs to, row-major `[image, view]`.
    let part: [Int]
    /// The parts of each embedding that several images have a part of.
    let sharing: [[Int]]
    /// Whether another image has a part of the same embedding, for each part.
    let isShared: [Bool]
    /// The parts of each image.
    private let ranges: [Range<Int>]

    init<Scalar: TensorScalar>(_ views: EncodedViews<Scalar>) {
        var rows: [Int] = []
        var part: [Int] = []
        part.reserveCapacity(views.rows.count)
        var ranges: [Range<Int>] = []
        for image in 0..<views.images {
            let start = rows.count
            for row in views.rows[image * views.views..<(image + 1) * views.views] {
                if let known = rows[start...].firstIndex(of: row) {
                    part.append(known)
                } else {
                    part.append(rows.count)
                    rows.append(row)
                }
            }
            ranges.append(start..<rows.count)
        }
        var ofRow = [[Int]](repeating: [], count: views.embeddings.shape[0])
        for (index, row) in rows.enumerated() { ofRow[row].append(index) }
        self.rows = rows
        self.part = part
        self.ranges = ranges
        sharing = ofRow.filter { $0.count > 1 }
        isShared = rows.map { ofRow[$0].count > 1 }
    }

    /// For every part the places of its image's embeddings in its row of a table `[part, distinct]`, and which part it is
    /// that the image has of each.
    func ownPlaces(distinct: Int) -> (places: [Int], parts: [Int]) {
        var places: [Int] = []
        var parts: [Int] = []
        for range in ranges {
            for part in range {
                for other in range {
                    places.append(part * distinct + rows[other])
                    parts.append(other)
                }
            }
        }
        return (places, parts)
    }
}

/// The rows of a table of scores that are asked for, with a log-weight added to each column and changes to single elements:
/// the exponents whose log-sum-exp is a log marginal.
private func weightedExponents<Scalar: TensorScalar>(
    _ scores: Variable<Scalar>, rows: [Int], logWeights: Variable<Scalar>, changes: Variable<Scalar>, at places: [Int]
) -> Variable<Scalar> {
    var exponents = scores.value.gatheringRows(rows).addingToRows(logWeights.value)
    exponents.addElements(changes.value, at: places)
    return Variable.operation(exponents, of: [scores, logWeights, changes]) { context in
        let cotangent = context.cotangent
        return [
            context.wanted[0] ? cotangent.scatteringRows(rows, count: context.inputs[0].shape[0]) : nil,
            context.wanted[1] ? cotangent.sumOverRows() : nil,
            context.wanted[2] ? cotangent.gatheringElements(places, shape: [places.count]) : nil,
        ]
    }
}

extension Variable {
    /// log Σ eˣ over the elements of each group; −∞ for a group without any, and NaN for one that has a NaN.
    ///
    /// - Parameters:
    ///   - groups: the group of each element.
    ///   - count: the number of groups.
    func logSumExp(byGroup groups: [Int], count: Int) -> Variable {
        Self.operation(logSumExpByGroup(value, groups, count: count), of: [self]) { context in
            // ∂/∂x log Σ eˣ = e^{x − log Σ eˣ}
            let sums = context.output.gatheringElements(groups, shape: context.inputs[0].shape)
            let shares = (context.inputs[0] - sums).exponential()
            return [shares * context.cotangent.gatheringElements(groups, shape: shares.shape)]
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func logSumExpByGroup<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>, _ groups: [Int], count: Int
) -> Tensor<Scalar> {
    var largest = [Scalar](repeating: -.infinity, count: count)
    for (element, group) in zip(x.scalars, groups) {
        // `max` would drop a NaN, which compares with nothing.
        let best = largest[group]
        if !(element <= best) && !best.isNaN { largest[group] = element }
    }
    var sums = [Scalar](repeating: 0, count: count)
    for (element, group) in zip(x.scalars, groups) { sums[group] += Scalar.exp(element - largest[group]) }
    // Of −∞ alone, or with +∞ or NaN somewhere: the shift itself is the answer.
    return Tensor(
        shape: [count],
        scalars: zip(largest, sums).map { $0.isFinite ? $0 + Scalar.log($1) : $0 })
}
