import Autodiff
import Diagnostics
import Tensors

/// The sampled objective (19), whose ascent trains h: (17) with its expectations replaced by sample means.
///
///     1/N Σᵢ [ Σₖ wᵢₖ βS(zᵢ, h(T'ₖ(xᵢ))) − log Σⱼ vⱼ exp βS(zᵢ, h(T'ⱼ(xⱼ))) ],   zᵢ = h(Tᵢ(xᵢ))
///
/// In nats; at most 2β for unit vectors, ≤ log M when the negatives contain each anchor's positive and v = 1/M. An estimate:
/// its bias is that of a logarithm of a sample mean, of order one over the number of independent images.
///
/// - Parameters:
///   - anchors: zᵢ, `[image, dimension]`.
///   - positives: h(T'ₖ(xᵢ)), `[image, positive, dimension]`.
///   - positiveWeights: w, `[image, positive]`, each row summing to 1; 1/Ñ in the paper.
///   - negatives: h(T'ⱼ(xⱼ)), `[negative, dimension]`, the positives' images among them.
///   - negativeWeights: v, `[negative]`, summing to 1; 1/M in the paper.
///   - similarity: S.
///   - beta: β > 0.
/// - Returns: a scalar.
/// - Precondition: one anchor and one row of positives and of their weights for each image; one weight for each negative; one
///   dimension; β > 0.
public func sampledObjective<Scalar: TensorScalar>(
    anchors: Variable<Scalar>, positives: Variable<Scalar>, positiveWeights: Variable<Scalar>,
    negatives: Variable<Scalar>, negativeWeights: Variable<Scalar>, similarity: Similarity = .dotProduct, beta: Scalar
) -> Variable<Scalar> {
    require(
        anchors.shape.count == 2 && positives.shape.count == 3 && positives.shape[0] == anchors.shape[0],
        "anchors \(anchors.shape) and positives \(positives.shape): expected [image, dimension] and [image, positive, dimension]"
    )
    let (images, count) = (positives.shape[0], positives.shape[1])
    let own = similarity.scores(
        anchors, positives.reshaped([images * count, positives.shape[2]]), beta: beta)
    // Of the scores against everybody's positives, each anchor's own.
    let indices = (0..<images).flatMap { image in (0..<count).map { image * images * count + image * count + $0 } }
    let ownScores = ScoreMatrix(own.scores.gatheringElements(indices, shape: [images, count]))
    return jensenPointwiseInformation(
        own: ownScores, ownWeights: positiveWeights,
        all: similarity.scores(anchors, negatives, beta: beta), allWeights: negativeWeights
    ).mean()
}

/// The simCLR loss (20) as an objective: (19) with one positive each (Ñ = 1) and the positives of all images as the
/// negatives (M = N).
///
/// Equal to log N minus the InfoNCE loss; in nats, at most log N.
///
/// - Parameters:
///   - anchors: h(Tᵢ(xᵢ)), `[image, dimension]`.
///   - positives: h(T'ᵢ(xᵢ)), `[image, dimension]`.
///   - similarity: S.
///   - beta: β > 0.
/// - Returns: a scalar.
/// - Precondition: one anchor and one positive for each image, of one dimension; β > 0.
public func simCLRObjective<Scalar: TensorScalar>(
    anchors: Variable<Scalar>, positives: Variable<Scalar>, similarity: Similarity = .dotProduct, beta: Scalar
) -> Variable<Scalar> {
    require(
        anchors.shape.count == 2 && anchors.shape == positives.shape,
        "anchors \(anchors.shape) and positives \(positives.shape): expected [image, dimension] of both")
    let (images, dimension) = (anchors.shape[0], anchors.shape[1])
    return sampledObjective(
        anchors: anchors, positives: positives.reshaped([images, 1, dimension]),
        positiveWeights: Variable(Tensor(shape: [images, 1], repeating: 1)), negatives: positives,
        negativeWeights: Variable(Tensor(shape: [images], repeating: 1 / Scalar(images))), similarity: similarity,
        beta: beta)
}
