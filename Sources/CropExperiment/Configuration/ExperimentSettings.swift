extension ExperimentConfiguration {
    /// Every hyperparameter, in the order of the documentation.
    public static let settings: [ConfigurationSetting] =
        runSettings + dataSettings + networkSettings + objectiveSettings + trainingSettings + evaluationSettings

    private static let runSettings: [ConfigurationSetting] = [
        .choice(
            "method", \.method, .paper("section 3"),
            "Algorithm 1 with a trainable P(T|X), or simCLR: the same with uniform P(T|X)"),
        .integer(
            "seed", \.seed, 0...(1 << 53), .ours,
            "fixes every random choice; the paper reports 4 seeds (up to 2^53, which every JSON reader keeps exactly)"),
    ]

    private static let dataSettings: [ConfigurationSetting] = [
        .integer(
            "canvas.cellsPerSide", \.canvas.cellsPerSide, 1...8, .paper("section 3, appendix 5.4"),
            "28 × 28 cells along a side of the canvas: 3 is the derived data, 1 the original MNIST"),
        .integer(
            "canvas.cropSide", \.canvas.cropSide, 20...20, .paper("section 3"),
            "side of a crop in pixels; exactly what one logit of P(T|X)'s network depends on"),
        .integer(
            "canvas.cropStride", \.canvas.cropStride, 4...4, .paper("section 3"),
            "distance of crops in pixels; exactly the stride of P(T|X)'s network"),
        .number(
            "canvas.pixelMean", \.canvas.pixelMean, .notNegativeSingle, .ours,
            "subtracted from pixels in [0, 1]: the mean over MNIST's training images"),
        .number(
            "canvas.pixelDeviation", \.canvas.pixelDeviation, .positiveSingle, .ours,
            "divides the difference: the standard deviation over MNIST's training images"),
    ]

    private static let networkSettings: [ConfigurationSetting] = [
        .integers(
            "intermediateEncoder.channels", \.intermediateEncoder.channels, count: 2, 1...4_096, .ours,
            "outputs of f's first two layers; the paper says three layers, not their widths"),
        .integer(
            "intermediateEncoder.features", \.intermediateEncoder.features, 1...65_536, .paper("appendix 5.3"),
            "outputs of f"),
        .choice(
            "intermediateEncoder.pooling", \.intermediateEncoder.pooling, .ours,
            "how f's maps become numbers: globalMax is blind to the offset of a crop; with none, convolutions with stride 2 "
                + "end in one that sees it, and P(T|X) can write the image's identity into the offset"),
        .integer(
            "intermediateEncoder.filterSide", \.intermediateEncoder.filterSide, 1...5, .ours,
            "rows of the filters of f's third layer, with globalMax: 5 are as many as the map of a crop has, so that a filter sees a "
                + "whole digit"),
        .integer(
            "intermediateEncoder.padding", \.intermediateEncoder.padding, 0...2, .ours,
            "zeros around the maps that f's third layer reads, in pixels, with globalMax: with 2 its filters see every part of a "
                + "digit, however the crop cuts it, and h comes to depend less on the offset"),
        .choice(
            "intermediateEncoder.normalization", \.intermediateEncoder.normalization, .ours,
            "of the pooled maps of f's first two layers, over crops and positions"),
        .integer(
            "projectionHead.hidden", \.projectionHead.hidden, 1...65_536, .ours,
            "hidden units of g; the paper says two layers, not their widths"),
        .choice(
            "projectionHead.normalization", \.projectionHead.normalization, .ours,
            "of g's hidden units, before max(·, 0)"),
        .integer(
            "projectionHead.dimension", \.projectionHead.dimension, 2...65_536, .paper("appendix 5.3; 2 in figure 6"),
            "outputs of g; h lies on the unit sphere of this space"),
        .choice(
            "augmentation.training", \.augmentation.training, .paper("section 3; adversarial: section 4"),
            "P(T|X) ascends the objective of h, descends it (λH(T|X) is ascended in both cases), or is a Gaussian about the "
                + "digit that is not trained"),
        .number(
            "augmentation.gaussianWidth", \.augmentation.gaussianWidth, .gaussianWidth, .ours,
            "standard deviation, in strides, of P(T|X) where it is fixed; centred on the digit's cell, which it has to be "
                + "told, as the oracle has"),
        .number(
            "augmentation.gaussianWidening", \.augmentation.gaussianWidening, .gaussianWidening, .ours,
            "ratio of the Gaussian's width after the training, which is gaussianWidth, to that at the first step; it widens by an "
                + "equal factor each step, with 1 not at all"),
        .number(
            "augmentation.gaussianExponent", \.augmentation.gaussianExponent, .gaussianExponent, .ours,
            "p in P(T|x) ∝ exp(−(distance/a)ᵖ) where P(T|X) is fixed: 2 is the Gaussian, 8 nearly constant over a disc; a is such that "
                + "the density on the plane has the entropy of the Gaussian of that width"
        ),
        .integer(
            "augmentation.channels", \.augmentation.channels, 1...4_096, .ours,
            "outputs of the first two layers of P(T|X); the paper says three layers"),
        .number(
            "augmentation.initialScale", \.augmentation.initialScale, .notNegativeSingle, .ours,
            "factor of He's initial weights in the last layer of P(T|X): with 0 it starts uniform, as simCLR's is; with 1 it starts "
                + "narrow on the original MNIST"),
    ]

    private static let objectiveSettings: [ConfigurationSetting] = [
        .number(
            "objective.beta", \.objective.beta, .positiveSingle, .paper("appendix 5.3; 1 in appendix 5.4"),
            "β, the concentration of p(Z|T(X)) about h(T(X))"),
        .number(
            "objective.lambda", \.objective.lambda, .notNegativeSingle, .paper("appendix 5.3"),
            "λ, the coefficient of H(T|X); below 0.0001 P(T|X) collapses in many runs"),
        .choice(
            "objective.negatives", \.objective.negatives, .ours,
            "the views in the denominator of (19), in the update of h; the paper does not say whether the anchor's own "
                + "belong to them. Where h and P(T|X) are updated together the denominators are those of augmentationNegatives, and "
                + "this one serves the objective of the trained networks only"),
        .choice(
            "objective.augmentationPositives", \.objective.augmentationPositives, .ours,
            "the views in the numerator of (19), in the update of P(T|X): with allViews each counts with itself, too, as where the "
                + "weighted sample stands for P(T|X), and P(T|X) becomes narrower"),
        .choice(
            "objective.augmentationNegatives", \.objective.augmentationNegatives, .ours,
            "the views in the denominator in the update of P(T|X); allViews would act as a second entropy bonus there, see item 6 of "
                + "docs/errata.md"),
    ]

    private static let trainingSettings: [ConfigurationSetting] = [
        // A checkpoint's header has room for the curves of five million steps.
        .integer(
            "training.steps", \.training.steps, 1...5_000_000, .ours,
            "iterations of Algorithm 1; four times as many gave a better h without padding and not with it, with one seed each"
        ),
        .choice(
            "training.alternation", \.training.alternation, .paper("appendix 5.2"),
            "h and P(T|X) updated in turn, or together by one gradient: of the objective of uniformly drawn views weighted by "
                + "P(T|X), plus λH(T|X)"),
        .integer(
            "training.batchSize", \.training.batchSize, 2...1_000_000, .ours,
            "images of one iteration; at most as many as there are"),
        .integer(
            "training.views", \.training.views, 2...1_024, .paper("appendix 5.2"),
            "m in the update of h; a positive pair needs two. Updated together with P(T|X), h sees augmentationViews uniform ones "
                + "instead"),
        .integer(
            "training.augmentationViews", \.training.augmentationViews, 2...1_024, .paper("appendix 5.2"),
            "m in the update of P(T|X)"),
        .number(
            "training.learningRate", \.training.learningRate, .positiveSingle, .ours,
            "Adam's step size for h; without normalisation 3e-3 is too large"),
        .number(
            "training.augmentationLearningRate", \.training.augmentationLearningRate, .positiveSingle, .ours,
            "Adam's step size for P(T|X); 1e-5 on the original MNIST, where a faster P(T|X) gathers on few crops"),
        .choice(
            "training.learningRateSchedule", \.training.learningRateSchedule, .ours,
            "both step sizes constant, or falling to 0 along half a cosine"),
        .number(
            "training.adamBeta1", \.training.adamBeta1, .fractionSingle, .ours,
            "Adam's decay of the running mean; the default of Kingma and Ba"),
        .number(
            "training.adamBeta2", \.training.adamBeta2, .fractionSingle, .ours,
            "Adam's decay of the running mean square; the default of Kingma and Ba"),
        .number(
            "training.adamEpsilon", \.training.adamEpsilon, .adamEpsilon, .ours,
            "Adam's addition to the root of the mean square; the default of Kingma and Ba"),
        .number(
            "training.weightDecay", \.training.weightDecay, .notNegativeSingle, .ours,
            "AdamW's: each step multiplies h's weights and filters, not biases or normalisation, by 1 − (the current step size × "
                + "this); P(T|X), which it would pull towards uniform, has λ for that. It raises h, and makes f small, "
                + "which scikit-learn's penalty counts against it; 0 on the original MNIST, where f loses more than h gains"
        ),
        .integer(
            "training.augmentationStart", \.training.augmentationStart, 0...5_000_000, .ours,
            "steps before the first update of P(T|X); until then h sees views drawn from it as it was initialised"),
        .number(
            "training.augmentationEnd", \.training.augmentationEnd, .shareOrAll, .ours,
            "the share of the steps after which P(T|X) is left as it is; 1 for never"),
        .number(
            "training.augmentationWarmUp", \.training.augmentationWarmUp, .shareOrNone, .ours,
            "the share of the steps, from the first one on, over which P(T|X)'s step size grows in proportion to their number; 0 for "
                + "none"),
        .number(
            "training.representationRestart", \.training.representationRestart, .shareOrNone, .ours,
            "the share of the steps after which h begins anew, with weights, moments of Adam and a schedule of its own, while P(T|X) "
                + "goes on; 0 for never"),
    ]

    private static let evaluationSettings: [ConfigurationSetting] = [
        .integer(
            "evaluation.topCrops", \.evaluation.topCrops, 1...1_000_000, .paper("section 3.1"),
            "the most probable crops that \"topn\" averages over; at most as many as there are", stage: .evaluation),
        .number(
            "evaluation.tolerance", \.evaluation.tolerance, .share, .ours,
            "excess over the regression's minimum, as a share of it, at which it is done", stage: .evaluation),
        .integer(
            "evaluation.maximumIterations", \.evaluation.maximumIterations, 1...1_000_000, .ours,
            "iterations of L-BFGS at most; scikit-learn's 100 stop short of the optimum", stage: .evaluation),
    ]

    /// What is no setting and the paper leaves open all the same: the choice, and its reason.
    public static let fixedChoices: [(choice: String, reason: String)] = [
        (
            "f: the first two convolutions 3×3, padded and followed by max-pooling of 2; without pooling they have stride 2, and the "
                + "last is 5×5",
            "20×20 crops become 5×5 maps, which the last filters visit or cover"
        ),
        (
            "P(T|X): convolutions 4×4 at stride 4, 3×3, 3×3, unpadded",
            "84×84 pixels become 17×17 logits, each of which sees exactly the crop it scores"
        ),
        ("max(·, 0) after every layer but the last of g and of P(T|X)", "customary"),
        ("He initialisation, zero biases", "keeps the scale of activations through rectified layers"),
        (
            "batch normalisation, where there is any: moments of the drawn crops, each as often as it was drawn, in the "
                + "update of h, and each with its weight P(t|x) where h and P(T|X) are updated together; running means of "
                + "them, a tenth of each batch, in the update of P(T|X) and in evaluation",
            "as PyTorch's BatchNorm; the crops that P(T|X)'s update draws uniformly have other moments than those that h "
                + "is trained on"
        ),
        ("Adam for both phases, one update of each an iteration", "the paper names no optimiser"),
        (
            "linear evaluation: multinomial logistic regression, L2 with C = 1, free intercepts, at its optimum",
            "scikit-learn's default objective; the paper says the library, not the settings"
        ),
        ("batches: a new random order each epoch, the incomplete last batch left out", "customary"),
        (
            "update of P(T|X): weights P(t|x) renormalised over the sampled crops",
            "the paper says \"evaluate (2) with P(t|x) weights\"; with plain importance weights P(T|X) stayed uniform"
        ),
    ]
}
