import CropExperiment
import Digits
import Drawing
import Foundation
import Reporting
import Reproduction

/// Synthetic results and figures.
enum Sample {
    static func data(
        _ source: DataProvenance.Source = .mnist, _ variant: DataProvenance.Variant = .derived, training: Int = 60_000
    ) -> DataProvenance {
        DataProvenance(
            name: "sample", provenance: "made up", source: source, variant: variant, trainingCount: training,
            testCount: 10_000, sha256: source == .mnist ? ["train-images": "00ff"] : nil)
    }

    static func score(_ accuracy: Double, hasConverged: Bool = true) -> ClassifierScore {
        ClassifierScore(accuracy: accuracy, trainingAccuracy: accuracy, hasConverged: hasConverged, iterations: 30)
    }

    static func run(
        _ method: RunMethod, seed: UInt64 = 0, h: Double? = 0.5, f: Double? = 0.75, steps: Int = 100,
        dimension: Int = 50, beta: Double = 0.5
    ) -> RunResult {
        var configuration = ExperimentConfiguration()
        configuration.method = method
        configuration.seed = seed
        configuration.objective.beta = beta
        configuration.projectionHead.dimension = dimension
        let scores = [(RepresentationScore.Layer.h, h), (.f, f)].compactMap { layer, accuracy in
            accuracy.map { RepresentationScore(layer, over: .expectation, score($0)) }
        }
        return RunResult(
            method: method, seed: seed, steps: steps, objective: 0.25, trainingObjective: 0.25, testObjective: 0.25,
            linearEvaluation: scores,
            nonTrivialMass: MeanAndDeviation(mean: 0.75, std: 0.125), uniformity: 0.5, effectiveRank: 3,
            blankDistance: MeanAndDeviation(mean: 1.5, std: 0.5), entropy: 2,
            offsetInformation: OffsetInformation(image: 0.5, label: 0.25), seconds: 12,
            configuration: configuration)
    }

    static func results(
        _ runs: [RunResult], data: DataProvenance = data(), raw: ClassifierScore? = score(0.875)
    ) -> ExperimentResults {
        ExperimentResults(data: data, raw: raw, runs: runs)
    }

    static func image(side: Int) -> RunFigures.Image {
        RunFigures.Image(width: side, height: side, pixels: Data((0..<side * side).map { UInt8($0 % 251) }))
    }

    /// Figures of every kind; `value` stands wherever a number may be anything.
    static func figures(grid: Int = 17, value: Double = 0.25) -> RunFigures {
        let probabilities = (0..<grid).map { row in (0..<grid).map { row == $0 ? value : 0.001 } }
        return RunFigures(
            samples: [RunFigures.Sample(canvas: image(side: 84), label: 3, cell: 4)],
            augmentations: [
                RunFigures.Augmentation(canvas: image(side: 84), label: 3, probabilities: probabilities)
            ],
            plane: (0..<40).map { index in
                RunFigures.PlanePoint(x: Float(value), y: Float(index) / 40, label: index % 10)
            },
            representations: (0..<5).map { row in (0..<50).map { Float($0 * row) / 250 } + [Float(value)] },
            absoluteInnerProducts: [0, 0.5, Float(value)],
            curves: TrainingCurves(
                points: (0..<300).map { step in
                    TrainingCurves.Point(
                        step: step, representationObjective: value, augmentationObjective: 0.3, entropy: value,
                        nonBlankShare: 0.5)
                }))
    }

    static func report(
        _ results: ExperimentResults, value: Double = 0.25, text: String = "text"
    ) -> ExperimentReport {
        let chart = Chart(
            title: text, description: text, horizontal: Chart.Axis(text), vertical: Chart.Axis(text),
            lines: [Chart.Line(text, [Chart.Point(0, value), Chart.Point(1, 2)], color: 0)],
            rules: [Chart.Rule(value, text)])
        return ExperimentReport(
            title: text, results: results, figures: results.runs.map { _ in figures(value: value) },
            hyperparameters: [Hyperparameter(text, text, .paper, note: text), Hyperparameter("m", "8", .ours)],
            proposition1: Proposition1Summary(
                rows: [
                    Proposition1Summary.Row(
                        channel: text, byDefinition: value, byEquation2: value, error: value, errorKind: text,
                        jensenBound: value, passes: true)
                ], figures: [Proposition1Summary.Figure(chart, caption: text)]), commands: [text], environment: text)
    }
}
