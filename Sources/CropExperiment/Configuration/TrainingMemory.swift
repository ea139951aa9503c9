import Diagnostics
import Digits
import Foundation
import NeuralNetworks

extension ExperimentConfiguration {
    /// Makes sure that a step of training does not take more memory than there is: the system would end the process
    /// without a word.
    ///
    /// What is counted is taken in every case, and a step takes more; so a run that could be done is never refused.
    ///
    /// - Parameter limits: what this process may use.
    /// - Throws: `Failure` of kind `.usage` that names the settings of the largest part.
    public func requireMemory(within limits: ResourceLimits = .current()) throws {
        let parts = leastMemory
        let sum = parts.reduce(0) { $0 + $1.bytes }
        guard sum > Double(limits.memory), let largest = parts.max(by: { $0.bytes < $1.bytes }) else { return }
        func gigabytes(_ bytes: Double) -> String { String(format: "%.1f GB", bytes / 1e9) }
        let source =
            switch limits.memoryLimit {
            case .machine: "of memory"
            case .controlGroup: "of memory that the control group (container, batch system) allows"
            case .process: "of memory that the limit of the process (ulimit) allows"
            }
        throw Failure(
            .usage,
            "configuration: expected a step of training to fit into the \(gigabytes(Double(limits.memory))) \(source), "
                + "found that it takes \(gigabytes(sum)) at least, most of them for \(largest.what); make "
                + "\(largest.settings) smaller")
    }

    /// Bytes that a step takes at least, by what for, with the settings that they depend on.
    private var leastMemory: [(what: String, settings: String, bytes: Double)] {
        let scalar = Double(MemoryLayout<Float>.stride)
        let encoderLayers = IntermediateEncoder<Float>.designs(intermediateEncoder)
        let headLayers = ProjectionHead<Float>.designs(
            features: intermediateEncoder.features, hidden: projectionHead.hidden, dimension: projectionHead.dimension)
        let augmentationLayers = isAugmentationTrained ? augmentationDesigns : []
        let parameters = (encoderLayers + augmentationLayers).map(\.parameterCount) + headLayers.map(\.parameterCount)
        let widths =
            "intermediateEncoder.channels, intermediateEncoder.features, projectionHead.hidden, projectionHead.dimension or augmentation.channels"
        // One method draws crops uniformly while P is updated, the other always. On a large canvas at least 16 crops show
        // the middle of a digit, and no two of them are the same. A fixed P draws one crop of each image at least.
        let drawn = Double(isAugmentationTrained ? training.augmentationViews : training.views)
        let crops = Double(geometry.cropCount)
        let batch = Double(training.batchSize)
        let isUniform = method == .simclr || isAugmentationTrained
        let distinct = batch * (isUniform ? min(16, crops) * (1 - pow(1 - 1 / crops, drawn)) : 1)
        let ofCrop =
            encoderLayers.outputCount(ofInput: geometry.cropSide) + headLayers.reduce(0) { $0 + $1.outputs }
        let ofImage = augmentationLayers.outputCount(ofInput: DigitImages.side)
        let ofRepresentation = isAugmentationTrained && training.alternation == .together ? 0 : training.views
        let views = Double(max(ofRepresentation, isAugmentationTrained ? training.augmentationViews : 0))
        // With all views in the denominators, and weights of which no gradient is taken, only a few columns of the scores are
        // held at a time.
        let holdsScores = isAugmentationTrained || objective.negatives != .allViews
        return [
            // Values, gradients and Adam's two moments.
            ("the parameters", widths, 4 * scalar * Double(parameters.reduce(0, +))),
            (
                "the activations", "training.batchSize, intermediateEncoder.channels or augmentation.channels",
                scalar * (distinct * Double(ofCrop) + batch * Double(ofImage))
            ),
            // Scores and their gradients.
            ("the scores of crops", "training.batchSize", holdsScores ? 2 * scalar * distinct * distinct : 0),
            // Two scalars for each, and three positions where the scores are looked up for it.
            (
                "the pairs of views", "training.views, training.augmentationViews or training.batchSize",
                (2 * scalar + (holdsScores ? 3 * Double(MemoryLayout<Int>.stride) : 0)) * batch * views * views
            ),
        ]
    }
}
