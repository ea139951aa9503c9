import CropExperiment
import RealModule
import Tensors

extension Benchmark {
    /// The phases of an iteration: h with P(T|X) on the digit, h with uniform P, and P; and the first and the last together,
    /// as training does them.
    func measureSteps(
        _ dataset: CanvasDataset, _ configuration: ExperimentConfiguration, _ recorder: BenchmarkRecorder
    ) {
        let images = Array(0..<min(dataset.count, configuration.training.batchSize))
        let onDigit = concentrated(dataset, images)
        func algorithm(_ method: RunMethod) -> Algorithm1<Float> {
            var copy = configuration
            copy.method = method
            return Algorithm1<Float>(copy)
        }
        var (ours, uniform) = (algorithm(.ours), algorithm(.simclr))
        var step = 0
        func measure(_ name: String, _ iterate: (Int) -> Void) {
            recorder.work(name, threads: threadCounts, images: images.count) {
                step += 1
                iterate(step)
            }
        }
        measure("hPhaseConcentrated") {
            _ = ours.iterate(
                step: $0, images: images, dataset: dataset, phases: .representation, drawingViewsFrom: onDigit)
        }
        measure("hPhaseUniform") { _ = uniform.iterate(step: $0, images: images, dataset: dataset) }
        measure("pPhase") { _ = ours.iterate(step: $0, images: images, dataset: dataset, phases: .augmentation) }
        measure("iteration") {
            _ = ours.iterate(step: $0, images: images, dataset: dataset, drawingViewsFrom: onDigit)
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
