import Diagnostics
import Foundation
import Digits
import LinearEvaluation
import Tensors

extension Experiment {
    /// What evaluation is doing.
    public enum EvaluationStage: Equatable, Sendable {
        /// So many of so many images have their features.
        case features(done: Int, of: Int)
        /// A linear classifier is trained on these features.
        case classifier(String)
    }

    /// Evaluates the folder's checkpoint by the protocol of section 3.1.
    ///
    /// - Parameter progress: told what is being done.
    /// - Returns: the numbers of the run, and the data of its figures.
    /// - Throws: `Failure`: no checkpoint, one that does not fit, features that are not finite.
    public func evaluate(
        progress: (EvaluationStage) throws -> Void = { _ in }
    ) throws -> (result: RunResult<ExperimentConfiguration>, figures: RunFigures) {
        let start = Date()
        let (algorithm, state) = try trained()
        let extractor = FeatureExtractor(algorithm)
        let total = train.count + test.count
        let trained = try extractor.features(of: train, weightings: weightings) {
            try progress(.features(done: $0, of: total))
        }
        let tested = try extractor.features(of: test, weightings: weightings) {
            try progress(.features(done: train.count + $0, of: total))
        }
        guard let head = tested.head[.expectation] else { preconditionFailure("no expectation among \(weightings)") }
        let result = RunResult(
            method: configuration.method, seed: configuration.seed, steps: state.step,
            objective: state.curves.finalObjective,
            linearAccuracy: try linearAccuracy(trained, tested, progress: progress),
            nonTrivialMass: MeanAndDeviation(of: tested.nonTrivialMass),
            uniformity: RepresentationMetrics.gaussianPotential(head),
            entropy: MeanAndDeviation(of: tested.entropies).mean, seconds: state.seconds - start.timeIntervalSinceNow,
            configuration: configuration)
        return (result, figures(extractor, head, curves: state.curves))
    }

    /// Crops of this much probability together may be left out of an expectation; a feature moves by 10⁻⁵ of its range,
    /// far less than by another seed of any kind.
    static let negligibleMass: Float = 1e-5

    /// The averages that the method is evaluated with: Table 1's columns.
    private var weightings: [CropWeighting] {
        switch configuration.method {
        case .ours: [.expectation, .mostProbable]
        case .simclr: configuration.data.cellsPerSide == 1 ? [.expectation] : [.expectation, .oracle]
        }
    }

    private func linearAccuracy(
        _ trained: ExtractedFeatures, _ tested: ExtractedFeatures, progress: (EvaluationStage) throws -> Void
    ) throws -> LinearAccuracy {
        func accuracy(
            _ features: KeyPath<ExtractedFeatures, [CropWeighting: Tensor<Float>]>, _ weighting: CropWeighting,
            _ name: String
        ) throws -> Double? {
            guard let training = trained[keyPath: features][weighting],
                let testing = tested[keyPath: features][weighting]
            else { return nil }
            try progress(.classifier(name))
            return try classifierAccuracy(
                DenseRows(training.scalars, columnCount: training.lastExtent),
                DenseRows(testing.scalars, columnCount: testing.lastExtent))
        }
        return LinearAccuracy(
            h: try accuracy(\.head, .expectation, "h"), f: try accuracy(\.encoder, .expectation, "f"),
            hTop8: try accuracy(\.head, .mostProbable, "h, most probable crops"),
            fTop8: try accuracy(\.encoder, .mostProbable, "f, most probable crops"),
            hOracle: try accuracy(\.head, .oracle, "h, oracle"), fOracle: try accuracy(\.encoder, .oracle, "f, oracle"))
    }

    /// The accuracy on the test images of a classifier trained on the training images.
    private func classifierAccuracy(_ training: some LinearFeatures, _ testing: some LinearFeatures) throws -> Double {
        try LogisticRegression.fit(
            training, labels: train.digits.labels, classCount: DigitImages.classCount,
            tolerance: configuration.evaluation.tolerance,
            iterationLimit: configuration.evaluation.maximumIterations
        ).accuracy(on: testing, labels: test.digits.labels)
    }

    /// The accuracy of the raw pixels: the baseline of both tables.
    public func rawAccuracy() throws -> Double {
        try classifierAccuracy(train.sparsePixels(), test.sparsePixels())
    }
}

extension TrainingCurves {
    /// The mean objective of h over the last records, at most ten; NaN without any.
    var finalObjective: Double {
        let last = points.suffix(10).map(\.encoderObjective)
        return last.isEmpty ? .nan : last.reduce(0, +) / Double(last.count)
    }
}

extension MeanAndDeviation {
    /// Mean and standard deviation (n − 1) of some values; the deviation of a single value is 0.
    ///
    /// - Precondition: at least one value.
    public init(of values: [Double]) {
        require(!values.isEmpty, "the mean of no values")
        let statistics = SampleStatistics(values)
        self.init(mean: statistics.mean, std: values.count == 1 ? 0 : statistics.standardDeviation)
    }
}
