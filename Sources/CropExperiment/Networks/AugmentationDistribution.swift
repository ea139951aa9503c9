import Autodiff
import NeuralNetworks
import Tensors

/// P(T|X), which the views of an image are drawn from.
package enum AugmentationDistribution<Scalar: TensorScalar>: Sendable {
    /// The same probability for each crop: simCLR.
    case uniform
    /// P(T|x, η).
    case network(AugmentationNetwork<Scalar>)
    /// One that is set by hand.
    case gaussian(GaussianAugmentation)

    /// log P(T|x) of every crop of some images, in nats, `[image, crop]`; `nil` where P is uniform.
    func logProbabilities(_ dataset: CanvasDataset, _ images: [Int], scale: PixelScale) -> Variable<Scalar>? {
        switch self {
        case .uniform: nil
        case .network(let network): CropExperiment.logProbabilities(network, dataset, images, scale: scale)
        case .gaussian(let gaussian): Variable(gaussian.logProbabilities(dataset, images))
        }
    }
}

/// log P(T|x, η) of every crop of some images.
///
/// Only crops that touch the digit's cell differ; all others are blank and share one logit. So the network reads the digit and
/// one blank crop, and the logits of all 289 crops are gathered; see ``AugmentationNetwork/logits(ofSquares:onGroundOf:)``.
///
/// - Parameters:
///   - network: P(T|x, η) up to the normalisation.
///   - dataset: the data.
///   - images: whose distribution.
///   - scale: how pixels become numbers.
/// - Returns: log-probabilities in nats, `[image, crop]`.
func logProbabilities<Scalar: TensorScalar>(
    _ network: AugmentationNetwork<Scalar>, _ dataset: CanvasDataset, _ images: [Int], scale: PixelScale
) -> Variable<Scalar> {
    let geometry = dataset.geometry
    let digits = Variable<Scalar>(dataset.digitTensor(of: images, scale: scale))
    if geometry.cellsPerSide == 1 {
        return network(digits).reshaped([images.count, geometry.cropCount]).logSoftmaxAlongLastAxis()
    }
    // Where the logits will lie is found while they are computed.
    let indices = Deferred { logitIndices(dataset, images) }
    let (touching, blank) = network.logits(
        ofSquares: digits, onGroundOf: Variable(dataset.blankCrop(scale: scale)))
    return touching.reshaped([touching.value.count]).concatenated(with: blank.reshaped([1]))
        .gatheringElements(indices.value, shape: [images.count, geometry.cropCount]).logSoftmaxAlongLastAxis()
}

extension ExperimentConfiguration {
    /// The layers of P(T|x, η) as its probabilities are computed: on a digit of 28×28 pixels.
    package var augmentationDesigns: [ConvolutionDesign] {
        AugmentationNetwork<Float>.designs(channels: augmentation.channels, isOnBlankGround: geometry.cellsPerSide > 1)
    }
}

/// For each image and crop the place of its logit among those of the crops that touch its digit's cell, row-major
/// `[image, overlap]`, and the blank crop's, which follows them.
private func logitIndices(_ dataset: CanvasDataset, _ images: [Int]) -> [Int] {
    let geometry = dataset.geometry
    let overlaps = (0..<geometry.cellCount).map { cell in
        (0..<geometry.cropCount).map { geometry.overlap(ofCrop: $0, withCell: cell) }
    }
    let blank = images.count * geometry.offsetCount
    var indices: [Int] = []
    indices.reserveCapacity(images.count * geometry.cropCount)
    for (position, image) in images.enumerated() {
        for overlap in overlaps[Int(dataset.cells[image])] {
            indices.append(overlap.map { position * geometry.offsetCount + $0 } ?? blank)
        }
    }
    return indices
}

/// H(T|x), averaged over the images, in nats: between 0 and the logarithm of the number of crops.
///
/// - Parameter logProbabilities: log P(T|x), `[image, crop]`.
func meanEntropy<Scalar: TensorScalar>(_ logProbabilities: Variable<Scalar>) -> Variable<Scalar> {
    (logProbabilities.exponential() * logProbabilities).sumAlongLastAxis().mean().scaled(by: -1)
}
