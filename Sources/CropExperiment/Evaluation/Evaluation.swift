import Diagnostics
import Foundation
import Digits
import LinearEvaluation
import Tensors

extension Experiment {
    /// What evaluation is doing.
    public enum EvaluationStage: Equatable, Sendable {
        /// The features of `done` of `of` images are extracted.
        case features(done: Int, of: Int)
        /// A linear classifier is trained on these features.
        case classifier(String)
        /// The classifier on these features was given up after so many iterations, short of its optimum.
        case unconvergedClassifier(String, iterations: Int)
    }

    /// Evaluates a trained run by the protocol of section 3.1.
    ///
    /// - Parameters:
    ///   - run: the run, of this experiment's configuration.
    ///   - progress: told what is being done.
    /// - Returns: the numbers of the run, and the data of its figures.
    /// - Throws: `Failure` where features are not finite; what `progress` throws.
    public func evaluate(
        _ run: TrainedRun, progress: (EvaluationStage) throws -> Void = { _ in }
    ) throws -> (result: RunResult, figures: RunFigures) {
        let start = ContinuousClock.now
        let (algorithm, state) = (run.algorithm, run.state)
        let extractor = FeatureExtractor(algorithm)
        let (trained, tested) = try features(of: run, progress: progress)
        guard let h = tested.h[.expectation] else { preconditionFailure("no expectation among \(weightings)") }
        let result = RunResult(
            method: configuration.method, seed: configuration.seed, steps: state.step,
            objective: state.curves.finalObjective,
            trainingObjective: algorithm.objectiveEstimate(over: trainingSet),
            testObjective: algorithm.objectiveEstimate(over: testSet),
            linearEvaluation: try linearEvaluation(trained, tested, progress: progress),
            nonTrivialMass: MeanAndDeviation(of: tested.nonTrivialMass),
            uniformity: RepresentationMetrics.gaussianPotential(h),
            effectiveRank: RepresentationMetrics.effectiveRank(h),
            blankDistance: MeanAndDeviation(
                of: RepresentationMetrics.distances(of: h, to: extractor.blankRepresentation(testSet))),
            entropy: MeanAndDeviation(of: tested.entropies).mean, offsetInformation: tested.offsetInformation,
            seconds: state.seconds + start.duration(to: .now) / .seconds(1),
            configuration: configuration)
        return (result, figures(extractor, h, curves: state.curves))
    }

    /// The averaged features of the training images and of the test images.
    func features(
        of run: TrainedRun, progress: (EvaluationStage) throws -> Void
    ) throws -> (training: ExtractedFeatures, test: ExtractedFeatures) {
        let extractor = FeatureExtractor(run.algorithm)
        let total = trainingSet.count + testSet.count
        let trained = try extractor.features(of: trainingSet, weightings: weightings) {
            try progress(.features(done: $0, of: total))
        }
        let tested = try extractor.features(of: testSet, weightings: weightings) {
            try progress(.features(done: trainingSet.count + $0, of: total))
        }
        return (trained, tested)
    }

    /// Crops of this much probability together may be left out of an expectation; a feature moves by 10⁻⁵ of its range,
    /// far less than by another seed of any kind.
    static let negligibleMass: Float = 1e-5

    /// The averages that the method is evaluated with: Table 1's columns.
    var weightings: [CropWeighting] {
        switch configuration.method {
        case .ours: [.expectation, .mostProbable]
        case .simclr: configuration.canvas.cellsPerSide == 1 ? [.expectation] : [.expectation, .oracle]
        }
    }

    private func linearEvaluation(
        _ trained: ExtractedFeatures, _ tested: ExtractedFeatures, progress: (EvaluationStage) throws -> Void
    ) throws -> [RepresentationScore] {
        try weightings.flatMap { weighting in
            try RepresentationScore.Layer.allCases.map { layer in
                let (training, testing) = (trained[layer, weighting], tested[layer, weighting])
                return RepresentationScore(
                    layer, over: weighting,
                    try score(
                        DenseRows(training.scalars, columnCount: training.lastExtent),
                        DenseRows(testing.scalars, columnCount: testing.lastExtent),
                        named: featureName(layer, weighting), progress: progress))
            }
        }
    }

    /// Features in words.
    func featureName(_ layer: RepresentationScore.Layer, _ weighting: CropWeighting) -> String {
        weighting == .expectation ? layer.rawValue : "\(layer.rawValue), \(weighting.name)"
    }

    /// The score on the test images of a classifier trained on the training images.
    func score(
        _ training: some LinearFeatures, _ testing: some LinearFeatures, named name: String,
        stop: SolverStop = .optimum, progress: (EvaluationStage) throws -> Void
    ) throws -> ClassifierScore {
        try progress(.classifier(name))
        let (labels, classCount) = (trainingSet.digits.labels, DigitImages.classCount)
        let classifier =
            switch stop {
            case .optimum:
                try LogisticRegression.fit(
                    training, labels: labels, classCount: classCount, tolerance: configuration.evaluation.tolerance,
                    iterationLimit: configuration.evaluation.maximumIterations)
            case .defaultsOfScikitLearn:
                try LogisticRegression.fitBriefly(training, labels: labels, classCount: classCount)
            }
        if stop == .optimum, !classifier.converged {
            try progress(.unconvergedClassifier(name, iterations: classifier.iterations))
        }
        return ClassifierScore(
            accuracy: classifier.accuracy(on: testing, labels: testSet.digits.labels),
            trainingAccuracy: classifier.accuracy(on: training, labels: trainingSet.digits.labels),
            hasConverged: classifier.converged, iterations: classifier.iterations)
    }

    /// The score of the raw pixels: the baseline of both tables.
    ///
    /// - Parameter progress: told what is being done.
    public func rawScore(progress: (EvaluationStage) throws -> Void = { _ in }) throws -> ClassifierScore {
        try score(trainingSet.sparsePixels(), testSet.sparsePixels(), named: "raw pixels", progress: progress)
    }
}

extension CropWeighting {
    /// The crops in words.
    package var name: String {
        switch self {
        case .expectation: "expectation"
        case .mostProbable: "most probable crops"
        case .oracle: "oracle"
        }
    }
}

extension ExtractedFeatures {
    /// The features of one layer under one weighting.
    ///
    /// - Precondition: they were extracted.
    subscript(layer: RepresentationScore.Layer, weighting: CropWeighting) -> Tensor<Float> {
        guard let features = layer == .h ? h[weighting] : f[weighting] else {
            preconditionFailure("no features of \(layer) under \(weighting)")
        }
        return features
    }
}

extension TrainingCurves {
    /// The objective of h in the last records, at most ten.
    package var lastObjectives: [Double] { points.suffix(10).map(\.representationObjective) }

    /// The mean objective of h over the last records, at most ten; NaN without any.
    package var finalObjective: Double {
        let last = lastObjectives
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
