import AugmentationChannel
import Autodiff
import NeuralNetworks
import Tensors

/// Algorithm 1, contrastive representation learning with trainable augmentation channel: h and P(T|X) trained in turn.
///
/// SimCLR is the same code with P(T|X) fixed to the uniform distribution, and so without the second phase; a P(T|X) that is
/// a Gaussian has none either.
package struct Algorithm1<Scalar: TensorScalar>: Sendable {
    /// h_θ.
    package var representation: Representation<Scalar>
    /// P(T|x, η); `nil` where P is not trained.
    package var augmentation: AugmentationNetwork<Scalar>?
    /// The optimiser of θ.
    var representationOptimizer: Adam<Scalar>
    /// The optimiser of η.
    var augmentationOptimizer: Adam<Scalar>?
    /// Every hyperparameter.
    let configuration: ExperimentConfiguration
    /// Iterations done.
    var steps = 0

    /// What one iteration showed.
    package struct Record: Equatable, Sendable {
        /// The objective of the update of h, in nats.
        var representationObjective: Double
        /// The objective of the update of P(T|X) without the entropy bonus, in nats.
        var augmentationObjective: Double?
        /// The mean of H(T|x) over the batch, in nats.
        var entropy: Double?
        /// The share of the crops sampled for the update of h that are not blank.
        var nonBlankShare: Double

        /// Whether all numbers are finite.
        var isFinite: Bool {
            representationObjective.isFinite && (augmentationObjective ?? 0).isFinite && (entropy ?? 0).isFinite
        }
    }

    /// Networks with random weights, a function of the configuration's seed.
    package init(_ configuration: ExperimentConfiguration) {
        self.configuration = configuration
        (representation, representationOptimizer) = Self.initialRepresentation(configuration, step: 0)
        if configuration.isAugmentationTrained {
            var generator = PhiloxGenerator(seed: configuration.seed, purpose: "initial weights of P(T|X)")
            let network = AugmentationNetwork<Scalar>(
                channels: configuration.augmentation.channels,
                outputScale: Scalar(configuration.augmentation.initialScale), using: &generator)
            augmentation = network
            augmentationOptimizer = Self.optimizer(of: network, configuration.training)
        }
    }

    /// h with random weights and an optimiser that has seen no gradient, a function of the seed and the step it is made for.
    private static func initialRepresentation(
        _ configuration: ExperimentConfiguration, step: Int
    ) -> (Representation<Scalar>, Adam<Scalar>) {
        var generator = PhiloxGenerator(seed: configuration.seed, purpose: "initial weights of h", step: step)
        let representation = Representation<Scalar>(
            intermediateEncoder: IntermediateEncoder(configuration.intermediateEncoder, using: &generator),
            projectionHead: ProjectionHead(
                features: configuration.intermediateEncoder.features, hidden: configuration.projectionHead.hidden,
                dimension: configuration.projectionHead.dimension,
                isNormalized: configuration.projectionHead.normalization == .batch, using: &generator))
        let optimizer = optimizer(
            of: representation, configuration.training, weightDecay: configuration.training.weightDecay)
        return (representation, optimizer)
    }

    private static func optimizer(
        of module: some Module<Scalar>, _ training: ExperimentConfiguration.Training, weightDecay: Double = 0
    ) -> Adam<Scalar> {
        Adam(
            for: module, firstDecay: Scalar(training.adamBeta1), secondDecay: Scalar(training.adamBeta2),
            epsilon: Scalar(training.adamEpsilon), weightDecay: Scalar(weightDecay))
    }

    /// The phases of an iteration.
    package struct Phases: OptionSet, Sendable {
        package let rawValue: Int
        package init(rawValue: Int) { self.rawValue = rawValue }

        /// The update of h.
        package static var representation: Phases { Phases(rawValue: 1) }
        /// The update of P(T|X).
        package static var augmentation: Phases { Phases(rawValue: 2) }
    }

    /// One iteration on a batch: the update phase for h, then the update phase for P(T|X).
    ///
    /// - Parameters:
    ///   - step: its number, counted from 0; with the seed it fixes every random choice.
    ///   - images: the batch, image numbers of the data set.
    ///   - dataset: the data.
    ///   - phases: which updates are made; both, but where one is to be measured alone.
    ///   - viewLogP: log P(T|x) that the views of the update of h are drawn from in place of the network's, `[image, crop]`.
    @specialized(where Scalar == Float)
    package mutating func iterate(
        step: Int, images: [Int], dataset: CanvasDataset, phases: Phases = [.representation, .augmentation],
        drawingViewsFrom viewLogP: Tensor<Scalar>? = nil
    ) -> Record {
        defer { steps = step + 1 }
        if step > 0 && step == configuration.representationRestartStep {
            (representation, representationOptimizer) = Self.initialRepresentation(configuration, step: step)
        }
        let tracked = augmentation?.tracked()
        let isUpdated =
            step >= configuration.training.augmentationStart && step < configuration.augmentationEndStep
        // The draws for the update of P depend on neither η nor θ: made while P and h are at work.
        let drawn =
            phases.contains(.augmentation) && tracked != nil && isUpdated
            ? deferredDraws(step: step, images: images, dataset: dataset) : nil
        // Both phases see the same η and the same batch, so P(T|x, η) is evaluated once.
        let logP = distribution(tracked, at: step).logProbabilities(dataset, images, scale: scale)
        if configuration.training.alternation == .together, let tracked, let logP, let drawn {
            return updateTogether(tracked, logP, drawn: drawn.value, step: step)
        }
        var record =
            phases.contains(.representation)
            ? updateRepresentation(step: step, images: images, dataset: dataset, logP: viewLogP ?? logP?.value)
            : Record(representationObjective: .nan, nonBlankShare: .nan)
        if let logP, phases.contains(.augmentation) {
            record.entropy = Double(meanEntropy(logP.detached()).value.scalar)
        }
        if let tracked, let logP, let drawn {
            record.augmentationObjective = updateAugmentation(tracked, logP, drawn: drawn.value, step: step)
        }
        return record
    }

    /// Lines 2–5: sample T_j ~ P(T|x_k, η), j = 1…m, and ascend the sampled objective (19) in θ.
    mutating func updateRepresentation(
        step: Int, images: [Int], dataset: CanvasDataset, logP: Tensor<Scalar>?
    ) -> Record {
        let views = sampledViews(
            for: Self.representationViews, step: step, images: images, dataset: dataset, logP: logP)
        var tracked = representation.tracked()
        let parameters = tracked.parameters.map(\.value)
        let crops: CropImages<Scalar> = dataset.cropImages(
            views, of: images, scale: scale, for: tracked.intermediateEncoder.designs)
        // Each distinct crop counts in the moments as often as it was drawn.
        let embeddings = tracked(crops, by: .batch(weights: views.multiplicities(of: Scalar.self)))
        representation.takeStatistics(of: tracked)
        // Drawn from P itself, the views stand for P with equal weights.
        let objective = objective(
            embeddings, views, logWeights: Variable(.zeros([images.count, views.views])),
            negatives: configuration.objective.negatives)
        let gradients = objective.scaled(by: -1).gradient(withRespectTo: parameters)
        stepRepresentation(along: gradients, step: step)
        return Record(
            representationObjective: Double(objective.value.scalar), nonBlankShare: views.nonBlankShare)
    }

    /// What the views of the update of h are drawn for: every crop of a training depends on these words.
    static var representationViews: String { "views for h" }

    /// Lines 3–4: T_j ~ P(T|x_k, η), j = 1…m, for each image; uniform without P.
    ///
    /// - Parameters:
    ///   - purpose: with the step and the seed it fixes the draws.
    ///   - logP: log P(T|x), `[image, crop]`; `nil` for the uniform distribution.
    func sampledViews(
        for purpose: String, step: Int, images: [Int], dataset: CanvasDataset, logP: Tensor<Scalar>?
    ) -> SampledViews {
        let m = configuration.training.views
        var generator = PhiloxGenerator(seed: configuration.seed, purpose: purpose, step: step)
        guard let logP else { return Self.uniformViews(m, of: images, dataset, using: &generator) }
        let crops = sampleCrops(logP.exponential(), count: m, using: &generator)
        return SampledViews(crops: crops, views: m) { dataset.isBlank(image: images[$0], crop: $1) }
    }

    /// T_j ~ Uniform, j = 1…m, for each image.
    private static func uniformViews(
        _ m: Int, of images: [Int], _ dataset: CanvasDataset, using generator: inout PhiloxGenerator
    ) -> SampledViews {
        let crops = sampleUniformCrops(
            images: images.count, crops: dataset.geometry.cropCount, count: m, using: &generator)
        return SampledViews(crops: crops, views: m) { dataset.isBlank(image: images[$0], crop: $1) }
    }

    /// What an update of P(T|X) sees, drawn uniformly.
    struct Draws: Sendable {
        /// The views.
        let views: SampledViews
        /// The distinct contents.
        let crops: CropImages<Scalar>
    }

    /// Line 7: T_j ~ Uniform, j = 1…m, for each image; computed by a thread that has nothing else to do.
    func deferredDraws(step: Int, images: [Int], dataset: CanvasDataset) -> Deferred<Draws> {
        let (m, seed, scale) = (configuration.training.augmentationViews, configuration.seed, scale)
        let layers = representation.intermediateEncoder.designs
        return Deferred {
            var generator = PhiloxGenerator(seed: seed, purpose: "views for P(T|X)", step: step)
            let views = Self.uniformViews(m, of: images, dataset, using: &generator)
            return Draws(views: views, crops: dataset.cropImages(views, of: images, scale: scale, for: layers))
        }
    }

    /// Line 8: weight each T_j by P(T_j|x_k, η), and ascend the objective plus λH(T|X) in η.
    ///
    /// An adversarial P(T|X) descends the objective instead, as in the paper's reference [15]; λH(T|X) is ascended all the same,
    /// so that what keeps P broad is the same in both.
    mutating func updateAugmentation(
        _ tracked: AugmentationNetwork<Scalar>, _ logP: Variable<Scalar>, drawn: Draws, step: Int
    ) -> Double {
        let views = drawn.views
        // Uniformly drawn crops have other moments than those that h is trained on: the population's are h's.
        let objective = objective(
            representation(drawn.crops), views, logWeights: views.gathering(logP),
            positives: configuration.objective.augmentationPositives,
            negatives: configuration.objective.augmentationNegatives)
        let sought = configuration.augmentation.training == .adversarial ? objective.scaled(by: -1) : objective
        let regularized = sought + meanEntropy(logP).scaled(by: Scalar(configuration.objective.lambda))
        let gradients = regularized.scaled(by: -1).gradient(withRespectTo: tracked.parameters.map(\.value))
        stepAugmentation(along: gradients, step: step)
        return Double(objective.value.scalar)
    }

    /// A step of η.
    ///
    /// - Parameter gradients: of what is to be made small, one for each parameter.
    mutating func stepAugmentation(along gradients: [Variable<Scalar>], step: Int) {
        guard var network = augmentation else { return }
        let training = configuration.training
        let warmUp = min(1, Double(step + 1) / Double(max(1, configuration.augmentationWarmUpSteps)))
        let factor = training.learningRateSchedule.factor(at: step, of: training.steps)
        let rate = Scalar(training.augmentationLearningRate * factor * warmUp)
        augmentationOptimizer?.update(&network, along: gradients, learningRate: rate)
        augmentation = network
    }

    /// A step of θ.
    ///
    /// - Parameter gradients: of what is to be made small, one for each parameter.
    mutating func stepRepresentation(along gradients: [Variable<Scalar>], step: Int) {
        let training = configuration.training
        // Before and after its restart h is trained by a schedule of that part's own.
        let restart = configuration.representationRestartStep
        let part = step < restart ? 0..<restart : restart..<training.steps
        let factor = training.learningRateSchedule.factor(at: step - part.lowerBound, of: part.count)
        let rate = Scalar(training.learningRate * factor)
        representationOptimizer.update(&representation, along: gradients, learningRate: rate)
    }

    /// The sampled, Jensen-bounded objective (2) of some views, whose distinct contents have these embeddings.
    func objective(
        _ embeddings: Variable<Scalar>, _ views: SampledViews, logWeights: Variable<Scalar>,
        positives: Positives = .otherViews, negatives: Negatives
    ) -> Variable<Scalar> {
        multiViewObjective(
            EncodedViews(embeddings: embeddings, rows: views.rows, views: views.views),
            logWeights: logWeights, positives: positives, negatives: negatives,
            beta: Scalar(configuration.objective.beta))
    }

    /// P(T|X) as it stands; a Gaussian that widens as it is after the steps that are done.
    package var distribution: AugmentationDistribution<Scalar> { distribution(augmentation, at: steps) }

    /// P(T|X) at a step, with the network in these variables, if it has one.
    func distribution(
        _ network: AugmentationNetwork<Scalar>?, at step: Int
    ) -> AugmentationDistribution<Scalar> {
        if let network { return .network(network) }
        return configuration.method == .simclr ? .uniform : .gaussian(configuration.gaussian(at: step))
    }

    /// How pixels become numbers.
    package var scale: PixelScale {
        PixelScale(mean: configuration.canvas.pixelMean, deviation: configuration.canvas.pixelDeviation)
    }
}
