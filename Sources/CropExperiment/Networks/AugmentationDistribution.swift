import Autodiff
import Tensors

/// log P(T|x, η) of every crop of some images.
///
/// Only crops that touch the digit's cell differ; all others are blank and share one logit. So the network runs on the
/// digit's surroundings and on one blank crop, and the logits of all 289 crops are gathered: exact, at a quarter of
/// the cost of the whole canvas.
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
    let surroundings = Variable<Scalar>(dataset.surroundings(of: images, scale: scale))
    if geometry.cellsPerSide == 1 {
        return network(surroundings).reshaped([images.count, geometry.cropCount]).logSoftmaxAlongLastAxis()
    }
    // Where the logits will lie is found while they are computed.
    let indices = Deferred { logitIndices(dataset, images) }
    let near = network(surroundings)
    let blank = network(Variable(dataset.blankCrop(scale: scale)))
    return near.reshaped([near.value.count]).concatenated(with: blank.reshaped([1]))
        .gatheringElements(indices.value, shape: [images.count, geometry.cropCount]).logSoftmaxAlongLastAxis()
}

/// For each image and crop the place of its logit among those of the surroundings, row-major `[image, row, column]`, and
/// the blank crop's, which follows them.
private func logitIndices(_ dataset: CanvasDataset, _ images: [Int]) -> [Int] {
    let geometry = dataset.geometry
    let side = geometry.surroundingCrops
    let reach = geometry.cropBlocks - 1
    var indices: [Int] = []
    indices.reserveCapacity(images.count * geometry.cropCount)
    for (position, image) in images.enumerated() {
        for crop in 0..<geometry.cropCount {
            let (row, column) = geometry.offset(ofCrop: crop, fromCell: Int(dataset.cells[image]))
            let (y, x) = (row + reach, column + reach)
            let touches = y >= 0 && y < side && x >= 0 && x < side
            indices.append(touches ? (position * side + y) * side + x : images.count * side * side)
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
