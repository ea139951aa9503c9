import Autodiff
import Tensors

extension Algorithm1 {
    /// h and P(T|X) updated together, by one gradient of one objective, where Algorithm 1 updates them in turn; appendix 5.2
    /// found this less stable.
    ///
    /// What is ascended in θ and η at once is J(θ, η) + λH(T|X), with J the objective under P(T|x, η). A derivative in η needs
    /// views whose distribution does not depend on η. So T_j ~ Uniform as in line 7, weighted by P(T_j|x, η), and this one
    /// estimate of J is differentiated in both. Views drawn from P for θ and uniform ones for η, each at the other's old value,
    /// would be Algorithm 1 again but for P's update seeing h one step earlier.
    ///
    /// The price is that h no longer sees crops in proportion to P: of the few that are drawn uniformly most are blank, and the
    /// weights, normalised over an image's draws, say which of them is the best and not how good it is.
    ///
    /// Numerators and denominators are those of P's update: with `allViews` denominators the anchor's own term would penalise a
    /// sharp P (``Negatives/allViews``). Normalisation is by the batch's moments, each crop counted with its weight, so that they
    /// estimate the moments under P, which h is evaluated under; they are functions of θ, and constants for η, as in an update of P
    /// alone.
    mutating func updateTogether(
        _ augmentation: AugmentationNetwork<Scalar>, _ logP: Variable<Scalar>, drawn: Draws, step: Int
    ) -> Record {
        let views = drawn.views
        var representation = self.representation.tracked()
        let parameters = representation.parameters.map(\.value)
        let logWeights = views.gathering(logP)
        let embeddings = representation(
            drawn.crops, by: .batch(weights: momentWeights(views, logWeights.value)))
        self.representation.takeStatistics(of: representation)
        let objective = objective(
            embeddings, views, logWeights: logWeights, positives: configuration.objective.augmentationPositives,
            negatives: configuration.objective.augmentationNegatives)
        let entropy = meanEntropy(logP)
        let regularized = objective + entropy.scaled(by: Scalar(configuration.objective.lambda))
        let gradients = regularized.scaled(by: -1).gradient(
            withRespectTo: parameters + augmentation.parameters.map(\.value))
        stepRepresentation(along: Array(gradients.prefix(parameters.count)), step: step)
        stepAugmentation(along: Array(gradients.dropFirst(parameters.count)), step: step)
        return Record(
            representationObjective: Double(objective.value.scalar),
            augmentationObjective: Double(objective.value.scalar), entropy: Double(entropy.value.scalar),
            nonBlankShare: views.nonBlankShare)
    }

    /// What each distinct crop counts in the batch's moments: P(T_j|x) normalised over the m views of an image, times m, so that
    /// the batch counts as many crops as it has views. At least 10⁻²⁰, because a weight has to be positive.
    private func momentWeights(_ views: SampledViews, _ logWeights: Tensor<Scalar>) -> Tensor<Scalar> {
        let shares = Variable(logWeights).softmaxAlongLastAxis().value
        // A diverged network gives none; its record, which is not finite, ends the training.
        guard shares.scalars.allSatisfy(\.isFinite) else { return views.multiplicities(of: Scalar.self) }
        let totals = views.totals(of: shares.scaled(by: Scalar(views.views)))
        return Tensor(shape: totals.shape, scalars: totals.scalars.map { $0 > 1e-20 ? $0 : 1e-20 })
    }
}
