import AugmentationChannel
import Autodiff
import Foundation
import RealModule
import Tensors

/// Measured speeds, each as a time and, where the arithmetic is known, as floating-point operations a second.
public struct BenchmarkResult: Codable, Equatable, Sendable {
    /// One measured piece of work.
    public struct Entry: Codable, Equatable, Sendable {
        /// What was timed.
        public let name: String
        /// Threads that worked on it.
        public let threads: Int
        /// Median of the repetitions, in milliseconds.
        public let milliseconds: Double
        /// 10⁹ floating-point operations a second, of those that the definition takes; `nil` where they are not counted.
        public let gigaflops: Double?
        /// ``gigaflops`` as a share of the measured peak of so many threads and this scalar, in percent.
        public let percentOfPeak: Double?
    }

    /// The measurements in the order in which they were made.
    public internal(set) var entries: [Entry] = []
    /// Whether the build uses the machine's fused multiply-add.
    public let hasFusedMultiplyAdd: Bool
    /// Bytes in a vector register that the build uses.
    public let vectorBytes: Int
}

/// Times kernels, layers and the phases of a training step on this machine.
public struct StepBenchmark: Sendable {
    /// Repetitions of each measurement; its median counts.
    public let repetitions: Int
    /// Threads of the parallel measurements.
    public let threads: Int

    /// Plans a measurement.
    ///
    /// - Precondition: both are positive.
    public init(repetitions: Int = 9, threads: Int = Parallel.threadCount) {
        require(repetitions >= 1 && threads >= 1, "\(repetitions) repetitions on \(threads) threads")
        self.repetitions = repetitions
        self.threads = threads
    }

    /// Measures the peak, matrix products, the layers of f, and the three phases on a data set.
    ///
    /// - Parameters:
    ///   - dataset: at least a batch of images.
    ///   - configuration: batch size, views and networks.
    ///   - progress: told the name of each measurement before it starts.
    public func run(
        _ dataset: CanvasDataset, _ configuration: ExperimentConfiguration, progress: (String) -> Void = { _ in }
    ) -> BenchmarkResult {
        var result = BenchmarkResult(
            hasFusedMultiplyAdd: TargetFeatures.hasFusedMultiplyAdd, vectorBytes: TargetFeatures.vectorBytes)
        var peaks: [String: Double] = [:]
        func measure(
            _ name: String, _ scalar: String, threads: Int, operations: Double?, _ body: () -> Void
        ) {
            progress(name)
            let seconds = Parallel.$threadCount.withValue(threads) { median(body) }
            let gigaflops = operations.map { $0 / seconds / 1e9 }
            let key = "\(scalar) \(threads)"
            if name.hasPrefix("peak") { peaks[key] = gigaflops }
            let percent = gigaflops.flatMap { speed in peaks[key].map { 100 * speed / $0 } }
            result.entries.append(
                .init(
                    name: name, threads: threads, milliseconds: 1e3 * seconds, gigaflops: gigaflops,
                    percentOfPeak: percent))
        }
        let threadCounts = threads == 1 ? [1] : [1, threads]
        measurePeaksAndProducts(Float.self, "Float", threadCounts, measure)
        measurePeaksAndProducts(Double.self, "Double", threadCounts, measure)
        measureLayers(configuration, threadCounts, measure)
        measurePhases(dataset, configuration, measure)
        return result
    }

    private typealias Measure = (
        _ name: String, _ scalar: String, _ threads: Int, _ operations: Double?, _ body: () -> Void
    ) -> Void

    private func median(_ body: () -> Void) -> Double {
        body()
        let clock = ContinuousClock()
        let times = (0..<repetitions).map { _ in
            let components = clock.measure(body).components
            return Double(components.seconds) + Double(components.attoseconds) * 1e-18
        }
        return times.sorted()[repetitions / 2]
    }

    private func measurePeaksAndProducts<Scalar: TensorScalar>(
        _ type: Scalar.Type, _ name: String, _ threadCounts: [Int], _ measure: Measure
    ) {
        var generator = PhiloxGenerator(seed: 0, purpose: "benchmark")
        for threads in threadCounts {
            let operations = PeakMeasurement.run(type, threads: threads, repetitions: 10_000)
            measure("peak of fused multiply-add, \(name)", name, threads, Double(operations)) {
                _ = PeakMeasurement.run(type, threads: threads, repetitions: 10_000)
            }
            for size in [512, 1024, 2048] {
                let a = Tensor<Scalar>.uniform([size, size], using: &generator)
                let b = Tensor<Scalar>.uniform([size, size], using: &generator)
                measure("matrix product \(size)³, \(name)", name, threads, 2 * Double(size * size * size)) {
                    _ = a.matrixProduct(b)
                }
            }
        }
    }

    /// Each layer of f on 2,048 crops, forward and both gradients.
    private func measureLayers(
        _ configuration: ExperimentConfiguration, _ threadCounts: [Int], _ measure: Measure
    ) {
        let channels = [1] + configuration.encoder.channels + [configuration.encoder.features]
        var generator = PhiloxGenerator(seed: 0, purpose: "benchmark")
        for (layer, side) in [20, 10, 5].enumerated() {
            let isLast = layer == 2
            let input = Tensor<Float>.normal([2048, side, side, channels[layer]], using: &generator)
            let filters = Tensor<Float>.normal([3, 3, channels[layer], channels[layer + 1]], using: &generator)
            let bias = Tensor<Float>.zeros([channels[layer + 1]])
            let forward = {
                PooledConvolution(
                    input: input, filters: filters, bias: bias, padding: isLast ? 0 : 1, window: isLast ? nil : 2)
            }
            let pooled = forward()
            let gradient = Tensor<Float>.normal(pooled.output.shape, using: &generator)
            let operations = 2 * Double(pooled.shape.multiplyAdds)
            let name = "layer \(layer + 1) of f, \(channels[layer]) to \(channels[layer + 1]) channels"
            for threads in threadCounts {
                measure("\(name), forward", "Float", threads, operations) { _ = forward() }
                measure("\(name), gradients", "Float", threads, layer == 0 ? operations : 2 * operations) {
                    _ = pooled.gradients(gradient, input: input, filters: filters, wantsInput: layer > 0)
                }
            }
        }
    }

    /// The phases of an iteration: h with P(T|X) on the digit, h with uniform P, and P.
    private func measurePhases(
        _ dataset: CanvasDataset, _ configuration: ExperimentConfiguration, _ measure: Measure
    ) {
        let images = Array(0..<min(dataset.count, configuration.training.batchSize))
        let cropCount = dataset.geometry.cropCount
        let onDigit = Tensor<Float>(
            shape: [images.count, cropCount],
            scalars: images.flatMap { image in
                let inside = Set(dataset.geometry.cropsInside(cell: Int(dataset.cells[image])))
                return (0..<cropCount).map { inside.contains($0) ? -Float.log(Float(inside.count)) : -.infinity }
            })
        var ours = configuration
        ours.method = .ours
        var algorithm = Algorithm1<Float>(ours)
        var step = 0
        func logP() -> Variable<Float> {
            algorithm.augmentation.map { logProbabilities($0, dataset, images, scale: algorithm.scale) }
                ?? Variable(onDigit)
        }
        measure("hPhaseConcentrated", "Float", threads, nil) {
            step += 1
            _ = logP()
            _ = algorithm.updateRepresentation(step: step, images: images, dataset: dataset, logP: onDigit)
        }
        measure("hPhaseUniform", "Float", threads, nil) {
            step += 1
            _ = algorithm.updateRepresentation(step: step, images: images, dataset: dataset, logP: nil)
        }
        measure("pPhase", "Float", threads, nil) {
            step += 1
            guard let tracked = algorithm.augmentation?.tracked() else { return }
            let logP = logProbabilities(tracked, dataset, images, scale: algorithm.scale)
            _ = algorithm.updateAugmentation(tracked, logP, step: step, images: images, dataset: dataset)
        }
    }
}
