import Tensors

extension Algorithm1 {
    /// The m-view objective of the update of h under the networks as they are, over a data set: what the paper's selection rule
    /// "lowest contrastive loss on the training set" compares, with the opposite sign.
    ///
    /// The first images, 10,000 or all if there are fewer, are cut into batches of the configured size, what does not fill one
    /// left out. Where the size is larger than their number there is one batch, of that size, or of all images if there are fewer.
    /// For each image m views are drawn from P(T|x) for this purpose alone, and the batches' objectives are averaged, with the
    /// denominators of the update of h where h and P(T|X) are updated in turn. Normalisation divides by the population's moments, as
    /// wherever a trained network is measured.
    ///
    /// - Parameter dataset: at least two images.
    /// - Returns: nats.
    func objectiveEstimate(over dataset: CanvasDataset) -> Double {
        let batchSize = min(configuration.training.batchSize, dataset.count)
        let batches = min(dataset.count, Self.objectiveImages) / batchSize
        let sum = (0..<max(1, batches)).reduce(0.0) { sum, batch in
            sum + objectiveEstimate(of: Array(batch * batchSize..<(batch + 1) * batchSize), dataset, batch: batch)
        }
        return sum / Double(max(1, batches))
    }

    /// The most images that ``objectiveEstimate(over:)`` takes, but for a batch that is larger.
    static var objectiveImages: Int { 10_000 }

    /// The m-view objective of one batch.
    private func objectiveEstimate(of images: [Int], _ dataset: CanvasDataset, batch: Int) -> Double {
        let views = sampledViews(
            for: "views for the objective of the trained networks", step: batch, images: images, dataset: dataset,
            logP: distribution.logProbabilities(dataset, images, scale: scale)?.value)
        let crops: CropImages<Scalar> = dataset.cropImages(
            views, of: images, scale: scale, for: representation.intermediateEncoder.designs)
        let objective = objective(
            representation(crops), views,
            logWeights: .init(.zeros([images.count, views.views])), negatives: configuration.objective.negatives)
        return Double(objective.value.scalar)
    }
}
