import CropExperiment
import Digits
import NeuralNetworks

// A rough count of arithmetic, for the time that a plan will take: products of layers with the crops that pass them.

extension ExperimentConfiguration {
    /// Floating-point operations of one iteration of Algorithm 1, on average over the training.
    var operationsOfIteration: Double {
        let batch = Double(training.batchSize)
        // Uniform crops are blank mostly, and those of a trained P(T|x) repeat one another; what is blank or repeated is encoded
        // once.
        let uniform = min(1, Self.cropsWithInk / Double(geometry.cropCount))
        let distinct = method == .simclr ? uniform : 0.8
        let forH = (operationsOfCrop.forward + operationsOfCrop.backward) * batch * Double(training.views) * distinct
        guard isAugmentationTrained else { return forH }
        let forP = operationsOfCrop.forward * batch * Double(training.augmentationViews) * uniform
        // At rest, P(T|X) is evaluated all the same.
        let update = forP + 2 * operationsOfAugmentation * batch
        return forH + operationsOfAugmentation * batch + training.augmentationEnd * update
    }

    /// Floating-point operations of the evaluation: features of so many images, and the classifiers, which were measured on MNIST.
    func operationsOfEvaluation(images: Int) -> Double {
        let crops = min(Double(geometry.cropCount), Self.cropsWithInk)
        let features = crops * operationsOfCrop.forward + (isAugmentationTrained ? operationsOfAugmentation : 0)
        return Double(images) * (features + Self.operationsOfClassifiers)
    }

    /// What all classifiers of an evaluation take for each image of MNIST, measured in this unit.
    private static let operationsOfClassifiers = 1.5e12 / Double(RunCost.mnistImages)

    /// Crops of an image of the derived data that are not blank, on average over MNIST: 289 times the 0.1633 that P(T|x) has
    /// on them where it is uniform.
    private static let cropsWithInk = 47.0

    /// h of one crop.
    private var operationsOfCrop: (forward: Double, backward: Double) {
        let encoder = IntermediateEncoder<Float>.designs(intermediateEncoder)
        let head = ProjectionHead<Float>.designs(
            features: intermediateEncoder.features, hidden: projectionHead.hidden, dimension: projectionHead.dimension)
        let layers = encoder.operations(ofInput: geometry.cropSide)
        let products = head.reduce(0) { $0 + 2 * Double($1.inputs * $1.outputs) }
        return (layers.forward + products, layers.backward + 2 * products)
    }

    /// log P(T|x) of one image.
    private var operationsOfAugmentation: Double {
        augmentationDesigns.operations(ofInput: DigitImages.side).forward
    }
}

extension [ConvolutionDesign] {
    /// Operations of all layers on a square image with `side` rows. Minimal filtering needs about a third of the definition's, and
    /// the gradient of a pooled layer visits one pixel of each window.
    fileprivate func operations(ofInput side: Int) -> (forward: Double, backward: Double) {
        var (side, forward, backward) = (side, 0.0, 0.0)
        for design in self {
            let positions = (side + 2 * design.padding - design.side) / design.stride + 1
            let windows = design.outputSide(ofInput: side)
            let operations =
                2 * Double(design.side * design.side * design.inputs * design.outputs * positions * positions)
            forward += design.pooling == .none || design.inputs == 1 ? operations : operations / 3
            backward += 2 * operations * Double(windows * windows) / Double(positions * positions)
            side = windows
        }
        return (forward, backward)
    }
}
