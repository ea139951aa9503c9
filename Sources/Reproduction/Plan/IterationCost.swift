import CropExperiment
import NeuralNetworks

// A rough count of arithmetic, for the time that a plan will take: products of layers with the crops that pass them.

extension ExperimentConfiguration {
    /// Floating-point operations of one iteration of Algorithm 1.
    var operationsOfIteration: Double {
        let batch = Double(training.batchSize)
        // Uniform crops are blank mostly, and those of a trained P(T|x) repeat one another; what is blank or repeated is encoded
        // once.
        let uniform = min(1, Self.cropsWithInk / Double(geometry.cropCount))
        let distinct = method == .simclr ? uniform : 0.8
        let forH = 3 * operationsOfCrop * batch * Double(training.views) * distinct
        guard method == .ours else { return forH }
        let forP = operationsOfCrop * batch * Double(training.augmentationViews) * uniform
        return forH + forP + 3 * operationsOfAugmentation * batch
    }

    /// Floating-point operations of the evaluation on MNIST: features of 70,000 images, and the classifiers.
    var operationsOfEvaluation: Double {
        let crops = min(Double(geometry.cropCount), Self.cropsWithInk)
        return 70_000 * (crops * operationsOfCrop + (method == .ours ? operationsOfAugmentation : 0)) + 5e12
    }

    /// Crops of an image of the derived data that are not blank, on average over MNIST: 289 times the 0.1633 that P(T|x) has
    /// on them where it is uniform.
    private static let cropsWithInk = 47.0

    /// h of one crop.
    private var operationsOfCrop: Double {
        let encoder = IntermediateEncoder<Float>.designs(
            channels: (intermediateEncoder.channels[0], intermediateEncoder.channels[1]),
            features: intermediateEncoder.features)
        let head = ProjectionHead<Float>.designs(
            features: intermediateEncoder.features, hidden: projectionHead.hidden, dimension: projectionHead.dimension)
        return encoder.operations(ofInput: geometry.cropSide)
            + head.reduce(0) { $0 + 2 * Double($1.inputs * $1.outputs) }
    }

    /// log P(T|x) of one image.
    private var operationsOfAugmentation: Double {
        AugmentationNetwork<Float>.designs(channels: augmentation.channels)
            .operations(ofInput: geometry.surroundingSide)
    }
}

extension [ConvolutionDesign] {
    /// Operations of all layers on a square image with `side` rows.
    fileprivate func operations(ofInput side: Int) -> Double {
        var (side, sum) = (side, 0.0)
        for design in self {
            let positions = (side + 2 * design.padding - design.side) / design.stride + 1
            sum += 2 * Double(design.side * design.side * design.inputs * design.outputs * positions * positions)
            side = design.outputSide(ofInput: side)
        }
        return sum
    }
}
