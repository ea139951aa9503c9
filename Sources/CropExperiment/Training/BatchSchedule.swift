import Diagnostics
import Tensors

/// Which images form the batch of a step: a new random order each epoch, cut into batches; what does not fill a batch
/// is left out of that epoch.
///
/// The batch is a function of the step and the seed, so a resumed run goes on with the same batches.
package struct BatchSchedule: Sendable {
    private let seed: UInt64
    private let images: Int
    private let batchSize: Int
    private var epoch = -1
    private var order: [Int] = []

    /// - Precondition: 1 ≤ batchSize ≤ images.
    package init(seed: UInt64, images: Int, batchSize: Int) {
        require(batchSize >= 1 && batchSize <= images, "batches of \(batchSize) from \(images) images")
        self.seed = seed
        self.images = images
        self.batchSize = batchSize
    }

    /// The image numbers of the batch of a step, counted from 0.
    package mutating func batch(at step: Int) -> [Int] {
        let batches = images / batchSize
        let wanted = step / batches
        if wanted != epoch {
            epoch = wanted
            var generator = PhiloxGenerator(seed: seed, purpose: "order of the images", step: epoch)
            order = generator.permutation(of: images)
        }
        let start = step % batches * batchSize
        return Array(order[start..<start + batchSize])
    }
}
