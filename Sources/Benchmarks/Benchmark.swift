import CropExperiment
import Digits
import Diagnostics
import Foundation
import Tensors

/// Times kernels, layers, the phases of a training step, evaluation and classifiers on this machine.
public struct Benchmark: Sendable {
    /// Repetitions of each measurement.
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

    /// Measures some groups.
    ///
    /// - Parameters:
    ///   - sections: which.
    ///   - digits: images to train on, at least a batch.
    ///   - provenance: where they come from.
    ///   - configuration: batch size, views and networks.
    ///   - progress: told the name of each measurement before it starts.
    /// - Throws: `Failure` when a classifier's features are not finite.
    public func run(
        _ sections: [BenchmarkSection], _ digits: DigitImages, from provenance: String,
        _ configuration: ExperimentConfiguration, progress: @escaping (String) -> Void = { _ in }
    ) throws -> BenchmarkReport {
        let dataset = CanvasDataset(
            digits, geometry: configuration.geometry, seed: configuration.seed, split: .training)
        let recorder = BenchmarkRecorder(
            plan: self,
            report: BenchmarkReport(
                hasFusedMultiplyAdd: TargetFeatures.hasFusedMultiplyAdd, vectorBytes: TargetFeatures.vectorBytes,
                data: provenance),
            progress: progress)
        for section in BenchmarkSection.allCases where sections.contains(section) {
            recorder.section = section
            switch section {
            case .kernels: measureKernels(recorder)
            case .layers: measureLayers(configuration, recorder)
            case .step: measureSteps(dataset, configuration, recorder)
            case .evaluation: try measureEvaluation(dataset, configuration, recorder)
            case .classifier: try measureClassifiers(dataset, configuration, recorder)
            }
        }
        return recorder.report
    }

    /// One thread and, if that is more, all of them.
    var threadCounts: [Int] { threads == 1 ? [1] : [1, threads] }
}

/// Takes the measurements of one run.
final class BenchmarkRecorder {
    let plan: Benchmark
    private(set) var report: BenchmarkReport
    var section = BenchmarkSection.kernels
    private let progress: (String) -> Void
    private let clock = ContinuousClock()

    init(plan: Benchmark, report: BenchmarkReport, progress: @escaping (String) -> Void) {
        self.plan = plan
        self.report = report
        self.progress = progress
    }

    /// Times a kernel and the peak in turn, so that both meet the same frequency and the same other load.
    ///
    /// - Parameter scalars: numbers that it reads or writes at least.
    func kernel<Scalar: TensorScalar>(
        _ name: String, _ type: Scalar.Type, threads: Int, operations: Double, scalars: Int, _ body: () -> Void
    ) {
        progress(name)
        Parallel.$threadCount.withValue(threads) {
            body()
            var (least, leastPeak, peakOperations) = (Double.infinity, Double.infinity, 0)
            for _ in 0..<plan.repetitions {
                leastPeak = min(leastPeak, seconds { peakOperations = peak(type, threads) })
                // Short kernels several times in a row: the first finds its operands in no cache.
                var spent = 0.0
                while spent < 0.03 {
                    let time = seconds(body)
                    least = min(least, time)
                    spent += time
                }
            }
            let gigaflops = operations / least / 1e9
            report.entries.append(
                .init(
                    section: section, name: name, threads: threads, milliseconds: 1e3 * least, gigaflops: gigaflops,
                    percentOfPeak: 100 * gigaflops / (Double(peakOperations) / leastPeak / 1e9),
                    operationsPerByte: operations / Double(scalars * MemoryLayout<Scalar>.stride)))
        }
    }

    /// Times the peak alone.
    func peak<Scalar: TensorScalar>(_ name: String, _ type: Scalar.Type, threads: Int) {
        progress(name)
        var operations = 0
        let least = (0..<plan.repetitions).map { _ in seconds { operations = peak(type, threads) } }.min() ?? .nan
        report.entries.append(
            .init(
                section: section, name: name, threads: threads, milliseconds: 1e3 * least,
                gigaflops: Double(operations) / least / 1e9))
    }

    /// Times work whose operations are not counted, on several numbers of threads in turn, so that all meet the same other load.
    ///
    /// - Parameter images: how many it works on; 0 where it is not counted in images.
    func work(
        _ name: String, threads counts: [Int], images: Int = 0, repetitions: Int? = nil, _ body: () -> Void
    ) {
        progress(name)
        let repetitions = repetitions ?? plan.repetitions
        // Three times in a row, once the threads are awake and the buffers made.
        let inTurn = min(3, repetitions)
        var samples = counts.map { _ in (times: [Double](), pages: [Int]()) }
        for _ in 0..<repetitions / inTurn {
            for (index, threads) in counts.enumerated() {
                Parallel.$threadCount.withValue(threads) {
                    if repetitions > 1 { body() }
                    for _ in 0..<inTurn {
                        let before = Self.usage().ru_minflt
                        samples[index].times.append(seconds(body))
                        samples[index].pages.append(Self.usage().ru_minflt - before)
                    }
                }
            }
        }
        for (threads, (times, pages)) in zip(counts, samples) {
            let median = times.sorted()[times.count / 2]
            report.entries.append(
                .init(
                    section: section, name: name, threads: threads, milliseconds: 1e3 * median,
                    imagesPerSecond: images == 0 ? nil : Double(images) / median,
                    freshPages: repetitions > 1 ? pages.sorted()[pages.count / 2] : nil))
        }
    }

    /// Times what moves so many bytes between memory and the processor.
    func memory(_ name: String, threads counts: [Int], bytes: Int, _ body: () -> Void) {
        work(name, threads: counts, body)
        for index in report.entries.indices.suffix(counts.count) {
            report.entries[index].gigabytesPerSecond = Double(bytes) / report.entries[index].milliseconds / 1e6
        }
    }

    /// Adds the loss that the last work reached, and the memory that was held until then.
    func note(loss: Double) {
        let last = report.entries.count - 1
        report.entries[last].loss = loss
        #if canImport(Darwin)
            let unit = 1.0
        #else
            let unit = 1024.0
        #endif
        report.entries[last].peakMegabytes = unit * Double(Self.usage().ru_maxrss) / 1e6
    }

    private func peak<Scalar: TensorScalar>(_ type: Scalar.Type, _ threads: Int) -> Int {
        PeakMeasurement.run(type, threads: threads, repetitions: 1_000_000)
    }

    /// What the system has given this process so far.
    private static func usage() -> rusage {
        var usage = rusage()
        #if canImport(Glibc)
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #else
            getrusage(RUSAGE_SELF, &usage)
        #endif
        return usage
    }

    private func seconds(_ body: () -> Void) -> Double {
        let components = clock.measure(body).components
        return Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
