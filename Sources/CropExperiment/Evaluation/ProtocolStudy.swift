import LinearEvaluation
import Tensors

/// How the linear evaluation of a run depends on what the paper leaves open: the scale of the features, and where the solver
/// stops.
///
/// Section 3.1 names scikit-learn and nothing more. Its penalty ½‖W‖² is not invariant to the scale of the features: features times s with
/// this penalty have the optimum of the features with the penalty over s². And its solver gives up after 100 iterations, which for
/// features of small scale, or with a large mean and little variance like those of a collapsed encoder, is far from the optimum.
public struct ProtocolStudy: Codable, Equatable, Sendable {
    /// One classifier of the study.
    public struct Entry: Codable, Equatable, Sendable {
        /// Which output of the networks.
        public var layer: RepresentationScore.Layer
        /// Over which crops it is averaged.
        public var crops: CropWeighting
        /// What is done to the features first.
        public var preparation: FeaturePreparation
        /// Where the solver stops.
        public var stop: SolverStop
        /// The score. Of a solver that stops early, `hasConverged` says whether it met its rule before its iterations ran out.
        public var classifier: ClassifierScore

        /// Collects what was measured.
        public init(
            layer: RepresentationScore.Layer, crops: CropWeighting, preparation: FeaturePreparation, stop: SolverStop,
            classifier: ClassifierScore
        ) {
            self.layer = layer
            self.crops = crops
            self.preparation = preparation
            self.stop = stop
            self.classifier = classifier
        }
    }

    /// The scale of some features of the training images, which the study multiplies.
    public struct Scale: Codable, Equatable, Sendable {
        /// Which output of the networks.
        public var layer: RepresentationScore.Layer
        /// Over which crops it is averaged.
        public var crops: CropWeighting
        /// The root of the mean square of a feature.
        public var rootMeanSquare: Double
        /// The root of the mean variance of a feature: what a classifier with free intercepts has to work with.
        public var deviation: Double

        /// Collects what was measured.
        public init(
            layer: RepresentationScore.Layer, crops: CropWeighting, rootMeanSquare: Double, deviation: Double
        ) {
            self.layer = layer
            self.crops = crops
            self.rootMeanSquare = rootMeanSquare
            self.deviation = deviation
        }
    }

    /// Every classifier.
    public var entries: [Entry]
    /// The scale of the features of each layer and weighting.
    public var scales: [Scale]
    /// The objective at the end of the training, in nats, which tells the networks that were studied from others; `nil` in a study
    /// of an earlier version.
    public var objective: Double?

    /// Collects what was measured.
    public init(entries: [Entry], scales: [Scale], objective: Double? = nil) {
        self.entries = entries
        self.scales = scales
        self.objective = objective
    }

    /// The score under one protocol; `nil` where it was not measured.
    public func score(
        of layer: RepresentationScore.Layer, over crops: CropWeighting, _ preparation: FeaturePreparation,
        _ stop: SolverStop
    ) -> ClassifierScore? {
        entries.first {
            $0.layer == layer && $0.crops == crops && $0.preparation == preparation && $0.stop == stop
        }?.classifier
    }
}

/// Where the solver of the linear evaluation stops.
public enum SolverStop: String, Codable, CaseIterable, Sendable {
    /// At the optimum, as everywhere else in this project.
    case optimum
    /// Where scikit-learn's defaults stop, see `LogisticRegression.fitBriefly`: this project's L-BFGS, not SciPy's. Where 100
    /// iterations end far from the optimum the two may differ by hundredths; `BriefFitTests` compares them.
    case defaultsOfScikitLearn
}

extension Experiment {
    /// Trains the linear classifiers of a run under several protocols.
    ///
    /// - Parameters:
    ///   - run: the run, of this experiment's configuration.
    ///   - progress: told what is being done.
    /// - Returns: for f and h under each of the run's weightings, a classifier for each of the layer's preparations and each stop
    ///   of the solver. The one of unchanged features at the optimum is ``evaluate(_:progress:)``'s.
    /// - Throws: `Failure` where features are not finite; what `progress` throws.
    public func protocolStudy(
        of run: TrainedRun, progress: (EvaluationStage) throws -> Void = { _ in }
    ) throws -> ProtocolStudy {
        let (trained, tested) = try features(of: run, progress: progress)
        var study = ProtocolStudy(entries: [], scales: [], objective: run.state.curves.finalObjective)
        for weighting in weightings {
            for layer in RepresentationScore.Layer.allCases {
                let (training, testing) = (trained[layer, weighting], tested[layer, weighting])
                study.scales.append(scale(of: training, layer, weighting))
                for preparation in FeaturePreparation.allCases where preparation.changes(layer) {
                    let map = preparation.fitted(to: training)
                    let (rows, others) = (DenseRows(map(training)), DenseRows(map(testing)))
                    for stop in SolverStop.allCases {
                        let name = "\(featureName(layer, weighting)), \(preparation.rawValue), \(stop.rawValue)"
                        study.entries.append(
                            ProtocolStudy.Entry(
                                layer: layer, crops: weighting, preparation: preparation, stop: stop,
                                classifier: try score(rows, others, named: name, stop: stop, progress: progress)))
                    }
                }
            }
        }
        return study
    }

    private func scale(
        of features: Tensor<Float>, _ layer: RepresentationScore.Layer, _ weighting: CropWeighting
    ) -> ProtocolStudy.Scale {
        let moments = ColumnStatistics(features)
        let count = Double(moments.means.count)
        let variance = moments.deviations.reduce(0) { $0 + $1 * $1 } / count
        let square = moments.means.reduce(0) { $0 + $1 * $1 } / count
        return ProtocolStudy.Scale(
            layer: layer, crops: weighting, rootMeanSquare: (square + variance).squareRoot(),
            deviation: variance.squareRoot())
    }
}
