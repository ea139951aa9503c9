import Autodiff
import Diagnostics
import Tensors

/// Embeddings of m views of each image, each distinct embedding once.
///
/// Most crops of the derived data set are blank and all blank crops are one. The objective of the distinct embeddings
/// with their total weights is that of all views, exactly.
public struct EncodedViews<Scalar: TensorScalar>: Sendable {
    /// The distinct embeddings, `[distinct, dimension]`.
    public let embeddings: Variable<Scalar>
    /// For each image and view, row-major `[image, view]`, the row of ``embeddings`` that encodes it.
    public let rows: [Int]
    /// m, views of an image.
    public let views: Int

    /// N, the number of images.
    public var images: Int { rows.count / views }

    /// The embedding of each view, `[image, view, dimension]`.
    var grouped: Variable<Scalar> {
        embeddings.gatheringRows(rows).reshaped([images, views, embeddings.shape[1]])
    }

    /// Wraps distinct embeddings.
    ///
    /// - Precondition: `embeddings` is `[distinct, dimension]`; `rows` has m ≥ 2 entries for every image, each the number of
    ///   an embedding.
    public init(embeddings: Variable<Scalar>, rows: [Int], views: Int) {
        require(embeddings.shape.count == 2, "embeddings of shape \(embeddings.shape): expected [distinct, dimension]")
        require(
            views >= 2 && rows.count % views == 0, "\(rows.count) views in groups of \(views): at least two an image")
        let distinct = embeddings.shape[0]
        require(
            rows.allSatisfy { $0 >= 0 && $0 < distinct },
            "row \(rows.first { $0 < 0 || $0 >= distinct } ?? 0) of \(distinct) distinct embeddings")
        self.embeddings = embeddings
        self.rows = rows
        self.views = views
    }

    /// All views of all images, none shared.
    ///
    /// - Parameter embeddings: `[image, view, dimension]`.
    public init(_ embeddings: Variable<Scalar>) {
        require(
            embeddings.shape.count == 3,
            "embeddings of shape \(embeddings.shape): expected [image, view, dimension]")
        let count = embeddings.shape[0] * embeddings.shape[1]
        self.init(
            embeddings: embeddings.reshaped([count, embeddings.shape[2]]), rows: Array(0..<count),
            views: embeddings.shape[1])
    }
}

/// Which views stand in the denominator of an anchor in the m-view objective.
///
/// (17) takes the mean over X̃ and T'' that are independent of the anchor's x and T. docs/errata.md, item 6, says what each
/// choice makes of it.
public enum Negatives: String, Codable, Sendable, CaseIterable {
    /// All views of the other images: X̃ and T'' are independent of the anchor, as in (17).
    case otherImages
    /// In all images the views with other numbers than the anchor's: T'' is independent of T; the anchor's own image is
    /// among them with weight 1/N. With m = 2 and uniform weights this is (20), averaged over both directions.
    case otherViews
    /// Every view of every image, the anchor itself included: one denominator for all, the cheaper estimate.
    ///
    /// Counting the anchor itself raises the log marginal by about w·(e^β/μ − 1)/N, with w the anchor's weight and μ its mean
    /// of exp βS. Averaged over anchors the objective loses (e^β/μ − 1)/N · Σ w²: little for equal weights, where Σ w² = 1/m,
    /// most for a sharp P(T|x), where Σ w² → 1. That is a penalty on sharpness that (17) does not have.
    ///
    /// Anchors count by their own weights P(T_j|x), with the other two by those of the pairs that they begin; for equal weights
    /// both are 1/m.
    case allViews
}

/// Which views of an image stand in the numerator of its anchor in the m-view objective.
///
/// In (17) T and T' are independent draws from P(T|x).
public enum Positives: String, Codable, Sendable, CaseIterable {
    /// The views with other numbers than the anchor's. Drawn from P they are independent of it, as T' is of T.
    case otherViews
    /// Every view, the anchor itself included. Where the views are drawn uniformly and weighted, the weighted sample stands for
    /// P(T|x), and under that distribution T' = T has the probability Σ w²: what the anchor scores with itself, β for unit vectors,
    /// counts by as much. It favours a sharp P(T|x) the more, the fewer of its crops are sampled.
    case allViews
}

/// The objective of Algorithm 1 for m views of each image: (19), averaged over which view is the anchor.
///
/// An ordered pair (j, k) of views of an image, the anchor's and a positive's, has a weight proportional to P(T_j|x)·P(T_k|x),
/// normalised over the pairs that `positives` admits.
///
/// - Parameters:
///   - views: h of the sampled views.
///   - logWeights: log P(T|x) of each sampled view, up to a constant for each image, `[image, view]`. All equal where
///     the views were drawn from P itself (update of h); the log-probabilities where they were drawn uniformly (update
///     of P). −∞ is not allowed.
///   - positives: the views in the numerators.
///   - negatives: the views in the denominators.
///   - similarity: S.
///   - beta: β > 0.
/// - Returns: a scalar in nats, to be maximised. About 0 for collapsed representations; at most 2β for unit vectors.
/// - Precondition: one weight for each view; at least two images for `otherImages`.
public func multiViewObjective<Scalar: TensorScalar>(
    _ views: EncodedViews<Scalar>, logWeights: Variable<Scalar>, positives: Positives = .otherViews,
    negatives: Negatives,
    similarity: Similarity = .dotProduct, beta: Scalar
) -> Variable<Scalar> {
    require(
        logWeights.shape == [views.images, views.views],
        "weights of shape \(logWeights.shape) for \(views.images) images with \(views.views) views")
    let pairs = PairWeights(logWeights, positives)
    let own = similarity.scores(within: views.grouped, beta: beta)
        .reshaped([views.images, views.views * views.views])
    let conditional = jensenLogConditional(own: ScoreMatrix(own), weights: pairs.weights).mean()
    func matrix() -> ScoreMatrix<Scalar> { similarity.scores(views.embeddings, views.embeddings, beta: beta) }
    switch (negatives, similarity) {
    case (.allViews, .dotProduct):
        // The same without the matrix in memory.
        return conditional - marginalOverAllViews(views, GramScores(views.embeddings, beta: beta), logWeights)
    case (.allViews, _): return conditional - marginalOverAllViews(views, matrix(), logWeights)
    case (.otherViews, _): return conditional - marginalOverOtherViews(views, matrix(), logWeights, pairs)
    case (.otherImages, _):
        return conditional - marginalOverOtherImages(views, matrix(), logWeights, pairWeights: pairs.weights)
    }
}

/// Weights of the ordered pairs of views of each image.
private struct PairWeights<Scalar: TensorScalar> {
    /// `[image, view · view]`; each row sums to 1. Zero where both views are the same, unless every view is a positive.
    let weights: Variable<Scalar>

    /// One softmax over log w_j + log w_k: a quotient of products would be 0/0 once P is sharp.
    init(_ logWeights: Variable<Scalar>, _ positives: Positives) {
        let (images, views) = (logWeights.shape[0], logWeights.shape[1])
        let shape = [images, views * views]
        let first = logWeights.repeatedAlongLastAxis(views).reshaped(shape)
        let second = logWeights.gatheringRows((0..<images * views).map { $0 / views }).reshaped(shape)
        let exponents = first + second
        guard positives == .otherViews else {
            weights = exponents.softmaxAlongLastAxis()
            return
        }
        let same = Tensor<Scalar>(
            shape: [views * views],
            scalars: (0..<views * views).map { $0 / views == $0 % views ? -.infinity : 0 })
        weights = exponents.addingToRows(Variable(same)).softmaxAlongLastAxis()
    }
}

/// Mean over anchors, weighted by P(T|x), of the log marginal over all views.
private func marginalOverAllViews<Scalar: TensorScalar, AllScores: Scores>(
    _ views: EncodedViews<Scalar>, _ scores: AllScores, _ logWeights: Variable<Scalar>
) -> Variable<Scalar> where AllScores.Weights == Variable<Scalar>, AllScores.Value == Variable<Scalar> {
    let weights = totalWeights(views.rows, logWeights.softmaxAlongLastAxis(), distinct: views.embeddings.shape[0])
    return (weights * unnormalizedLogMarginal(all: scores, weights: weights)).sum()
}

/// Mean over pairs, weighted by their weights, of the anchor's log marginal over the views with other numbers.
private func marginalOverOtherViews<Scalar: TensorScalar>(
    _ views: EncodedViews<Scalar>, _ scores: ScoreMatrix<Scalar>, _ logWeights: Variable<Scalar>,
    _ pairs: PairWeights<Scalar>
) -> Variable<Scalar> {
    let (m, images) = (views.views, views.images)
    let anchorWeights = pairs.weights.reshaped([images * m, m]).sumAlongLastAxis()
    var total = Variable(Tensor<Scalar>(0))
    for anchor in 0..<m {
        let others = (0..<images * m).filter { $0 % m != anchor }
        let weights = totalWeights(
            others.map { views.rows[$0] },
            logWeights.gatheringElements(others, shape: [images, m - 1]).softmaxAlongLastAxis(),
            distinct: views.embeddings.shape[0])
        let anchors = (0..<images).map { $0 * m + anchor }
        let ofAnchors = ScoreMatrix(scores.scores.gatheringRows(anchors.map { views.rows[$0] }))
        let marginal = unnormalizedLogMarginal(all: ofAnchors, weights: weights)
        total = total + (anchorWeights.gatheringElements(anchors, shape: [images]) * marginal).sum()
    }
    return total.scaled(by: 1 / Scalar(images))
}

/// The total weight of each distinct embedding, the images weighted equally; sums to 1.
///
/// - Parameter weights: `[image, view]`, each row summing to 1.
private func totalWeights<Scalar: TensorScalar>(
    _ rows: [Int], _ weights: Variable<Scalar>, distinct: Int
) -> Variable<Scalar> {
    weights.reshaped([rows.count]).scaled(by: 1 / Scalar(weights.shape[0]))
        .scatteringElements(rows, shape: [distinct])
}
