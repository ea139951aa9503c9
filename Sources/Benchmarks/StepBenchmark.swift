import AugmentationChannel
import Autodiff
import CropExperiment
import RealModule
import Tensors

extension Benchmark {
    /// The phases of an iteration: h with P(T|X) on the digit, h with uniform P, and P; and the first and the last together,
    /// as training does them.
    func measureSteps(
        _ dataset: CanvasDataset, _ configuration: ExperimentConfiguration, _ recorder: BenchmarkRecorder
    ) {
        var ours = configuration
        ours.method = .ours
        let images = Array(0..<min(dataset.count, configuration.training.batchSize))
        let onDigit = concentrated(dataset, images)
        var algorithm = Algorithm1<Float>(ours)
        var step = 0
        recorder.work("hPhaseConcentrated", threads: threadCounts, images: images.count) {
            step += 1
            _ = algorithm.augmentation.map { logProbabilities($0, dataset, images, scale: algorithm.scale) }
            _ = algorithm.updateRepresentation(step: step, images: images, dataset: dataset, logP: onDigit)
        }
        recorder.work("hPhaseUniform", threads: threadCounts, images: images.count) {
            step += 1
            _ = algorithm.updateRepresentation(step: step, images: images, dataset: dataset, logP: nil)
        }
        recorder.work("pPhase", threads: threadCounts, images: images.count) {
            step += 1
            guard let tracked = algorithm.augmentation?.tracked() else { return }
            let drawn = algorithm.deferredDraws(step: step, images: images, dataset: dataset)
            let logP = logProbabilities(tracked, dataset, images, scale: algorithm.scale)
            _ = algorithm.updateAugmentation(tracked, logP, drawn: drawn.value, step: step)
        }
        recorder.work("iteration", threads: threadCounts, images: images.count) {
            step += 1
            guard let tracked = algorithm.augmentation?.tracked() else { return }
            let drawn = algorithm.deferredDraws(step: step, images: images, dataset: dataset)
            let logP = logProbabilities(tracked, dataset, images, scale: algorithm.scale)
            _ = algorithm.updateRepresentation(step: step, images: images, dataset: dataset, logP: onDigit)
            _ = algorithm.updateAugmentation(tracked, logP, drawn: drawn.value, step: step)
        }
    }

    /// log P(T|x) as training makes it: all crops inside the digit's cell alike, no others.
    private func concentrated(_ dataset: CanvasDataset, _ images: [Int]) -> Tensor<Float> {
        let crops = dataset.geometry.cropCount
        return Tensor(
            shape: [images.count, crops],
            scalars: images.flatMap { image in
                let inside = Set(dataset.geometry.cropsInside(cell: Int(dataset.cells[image])))
                return (0..<crops).map { inside.contains($0) ? -Float.log(Float(inside.count)) : -.infinity }
            })
    }
}
