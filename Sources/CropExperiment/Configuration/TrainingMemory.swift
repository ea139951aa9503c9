import Diagnostics
import Foundation

extension ExperimentConfiguration {
    /// Makes sure that a step of training does not take more memory than there is: the system would end the process
    /// without a word.
    ///
    /// What is counted is taken in every case, and a step takes more; so a run that could be done is never refused.
    ///
    /// - Parameter memory: bytes that there are.
    /// - Throws: `Failure` of kind `.usage` that names the settings of the largest part.
    public func requireMemory(of memory: UInt64 = ProcessInfo.processInfo.physicalMemory) throws {
        let parts = leastMemory
        let sum = parts.reduce(0) { $0 + $1.bytes }
        guard sum > Double(memory), let largest = parts.max(by: { $0.bytes < $1.bytes }) else { return }
        func gigabytes(_ bytes: Double) -> String { String(format: "%.1f GB", bytes / 1e9) }
        throw Failure(
            .usage,
            "configuration: expected a step of training to fit into the \(gigabytes(Double(memory))) of memory, found "
                + "that it takes \(gigabytes(sum)) at least, most of them for \(largest.what); make "
                + "\(largest.settings) smaller")
    }

    /// Bytes that a step takes at least, by what for, with the settings that they depend on.
    private var leastMemory: [(what: String, settings: String, bytes: Double)] {
        let hasPolicy = method == .ours
        let batch = Double(training.batchSize)
        let (first, second) = (Double(encoder.channels[0]), Double(encoder.channels[1]))
        let (features, hidden) = (Double(encoder.features), Double(encoder.projectionHidden))
        let dimension = Double(encoder.dimension)
        let channels = hasPolicy ? Double(policy.channels) : 0
        let encoderWeights = 9 * (first + first * second + second * features) + hidden * (features + dimension)
        let policyWeights = channels * (16 + 9 * channels + 9)
        let widths =
            "encoder.channels, encoder.features, encoder.projectionHidden, encoder.dimension or policy.channels"
        // One method draws crops uniformly while P is updated, the other always. On a large canvas at least 16 crops show
        // the middle of a digit, and no two of them are the same.
        let drawn = Double(hasPolicy ? training.policyViews : training.views)
        let crops = Double(geometry.cropCount)
        let distinct = batch * min(16, crops) * (1 - pow(1 - 1 / crops, drawn))
        // Crops of 20 × 20 pixels, pooled twice; P(T|X)'s three layers see one image each.
        let ofCrop = 100 * first + 25 * second + features + hidden + 2 * dimension
        let side = Double(geometry.surroundingCrops)
        let ofImage = ((side + 4) * (side + 4) + (side + 2) * (side + 2)) * channels
        let views = Double(max(training.views, hasPolicy ? training.policyViews : 0))
        return [
            // Values, gradients and Adam's two moments.
            ("the parameters", widths, 4 * 4 * (encoderWeights + policyWeights)),
            (
                "the activations", "training.batchSize, encoder.channels or policy.channels",
                4 * (distinct * ofCrop + batch * ofImage)
            ),
            // Scores and their gradients.
            ("the scores of crops", "training.batchSize", 2 * 4 * distinct * distinct),
            // Two scalars and three positions for each.
            (
                "the pairs of views", "training.views, training.policyViews or training.batchSize",
                (2 * 4 + 3 * 8) * batch * views * views
            ),
        ]
    }
}
