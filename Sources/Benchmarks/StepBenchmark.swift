import CropExperiment
import RealModule
import Tensors

extension Benchmark {
    /// The phases of an iteration: h with P(T|X) on the digit, h with uniform P, and P; and the first and the last together,
    /// as training does them. All of it with the given networks without normalisation, with it in g, and in f and g.
    func measureSteps(
        _ dataset: CanvasDataset, _ configuration: ExperimentConfiguration, _ recorder: BenchmarkRecorder
    ) {
        let images = Array(0..<min(dataset.count, configuration.training.batchSize))
        let onDigit = concentrated(dataset, images)
        typealias Normalization = ExperimentConfiguration.Normalization
        let variants: [(name: String, encoder: Normalization, head: Normalization)] = [
            ("", .none, .none), (", normalised g", .none, .batch), (", normalised f, g", .batch, .batch),
        ]
        var networks = variants.map { variant in
            var ours = configuration
            ours.method = .ours
            ours.intermediateEncoder.normalization = variant.encoder
            ours.projectionHead.normalization = variant.head
            var uniform = ours
            uniform.method = .simclr
            return (name: variant.name, ours: Algorithm1<Float>(ours), uniform: Algorithm1<Float>(uniform))
        }
        var step = 0
        /// Measures a phase with each of the networks in turn, so that all meet much the same other load.
        func measure(_ phase: String, _ iterate: (_ network: Int, _ step: Int) -> Void) {
            for index in networks.indices {
                recorder.work(phase + networks[index].name, threads: threadCounts, images: images.count) {
                    step += 1
                    iterate(index, step)
                }
            }
        }
        measure("hPhaseConcentrated") {
            _ = networks[$0].ours.iterate(
                step: $1, images: images, dataset: dataset, phases: .representation, drawingViewsFrom: onDigit)
        }
        measure("hPhaseUniform") { _ = networks[$0].uniform.iterate(step: $1, images: images, dataset: dataset) }
        measure("pPhase") {
            _ = networks[$0].ours.iterate(step: $1, images: images, dataset: dataset, phases: .augmentation)
        }
        measure("iteration") {
            _ = networks[$0].ours.iterate(step: $1, images: images, dataset: dataset, drawingViewsFrom: onDigit)
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
