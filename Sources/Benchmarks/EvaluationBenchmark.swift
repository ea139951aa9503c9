import CropExperiment
import Digits
import LinearEvaluation
import Tensors

extension Benchmark {
    /// Iterations after which P(T|X) has found the digit.
    private var trainingSteps: Int { 150 }

    /// Training iterations from the start, and the features of some images under the P(T|X) that they lead to.
    func measureEvaluation(
        _ dataset: CanvasDataset, _ configuration: ExperimentConfiguration, _ recorder: BenchmarkRecorder
    ) throws {
        var ours = configuration
        ours.method = .ours
        var algorithm = Algorithm1<Float>(ours)
        var schedule = BatchSchedule(
            seed: ours.seed, images: dataset.count, batchSize: ours.training.batchSize)
        recorder.work(
            "\(trainingSteps) iterations of Algorithm 1", threads: [threads],
            images: trainingSteps * ours.training.batchSize, repetitions: 1
        ) {
            for step in 0..<trainingSteps {
                _ = algorithm.iterate(step: step, images: schedule.batch(at: step), dataset: dataset)
            }
        }
        let extractor = FeatureExtractor(algorithm)
        let some = first(2048, of: dataset)
        var failure: (any Error)?
        recorder.work(
            "features of \(some.count) images, every crop of non-negligible P", threads: threadCounts,
            images: some.count, repetitions: 3
        ) {
            do { _ = try extractor.features(of: some, weightings: [.expectation, .mostProbable]) { _ in } } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    private func first(_ count: Int, of dataset: CanvasDataset) -> CanvasDataset {
        let count = min(count, dataset.count)
        return CanvasDataset(
            dataset.digits.prefix(count), geometry: dataset.geometry, cells: Array(dataset.cells.prefix(count)))
    }

    /// Linear classifiers: on dense features that a formula makes, so that another program can make them too, and on
    /// the raw pixels.
    func measureClassifiers(
        _ dataset: CanvasDataset, _ configuration: ExperimentConfiguration, _ recorder: BenchmarkRecorder
    ) throws {
        // First, so that the memory that it reports is its own if this group runs alone.
        try measureClassifier(
            "linear evaluation of raw pixels, \(dataset.count) × \(dataset.geometry.canvasPixelCount)",
            dataset.sparsePixels(), dataset.digits.labels, configuration, recorder)
        for columns in [200, 50] {
            let (features, labels) = syntheticFeatures(rows: 60_000, columns: columns)
            try measureClassifier(
                "linear evaluation, 60,000 × \(columns)", features, labels, configuration, recorder)
        }
    }

    private func measureClassifier(
        _ name: String, _ features: some LinearFeatures, _ labels: [UInt8], _ configuration: ExperimentConfiguration,
        _ recorder: BenchmarkRecorder
    ) throws {
        var outcome: Result<LogisticRegression, any Error>?
        recorder.work(name, threads: [threads], images: labels.count, repetitions: 1) {
            outcome = Result {
                try LogisticRegression.fit(
                    features, labels: labels, classCount: DigitImages.classCount,
                    tolerance: configuration.evaluation.tolerance,
                    iterationLimit: configuration.evaluation.maximumIterations)
            }
        }
        if let objective = try outcome?.get().objective { recorder.note(loss: objective) }
    }

    /// Ten classes about ten centres. Fixtures/performance/peers.py makes the same numbers.
    func syntheticFeatures(rows: Int, columns: Int) -> (features: DenseRows, labels: [UInt8]) {
        func fraction(_ a: Int, _ b: Int) -> Double {
            // The upper bits of a product with an odd constant are well mixed.
            var word = UInt64(truncatingIfNeeded: a) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: b)
            word = (word ^ word >> 32) &* 0xD6E8_FEB8_6659_FD93
            word = (word ^ word >> 32) &* 0xD6E8_FEB8_6659_FD93
            return Double((word ^ word >> 32) >> 40) * 0x1p-24
        }
        var values: [Float] = []
        values.reserveCapacity(rows * columns)
        for row in 0..<rows {
            for column in 0..<columns {
                let centre = fraction(1_000_000 + row % 10, column)
                values.append(Float(0.2 * centre + fraction(row, column)))
            }
        }
        return (DenseRows(values, columnCount: columns), (0..<rows).map { UInt8($0 % 10) })
    }
}
