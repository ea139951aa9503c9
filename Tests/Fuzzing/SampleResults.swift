import CropExperiment
import Diagnostics
import Digits
import Foundation
import Reproduction

/// Made-up results of one small run, as its files hold them.
enum SampleResults {
    static func encoded() throws -> (results: [UInt8], figures: [UInt8]) {
        let (results, figures) = sample
        let encoder = StrictJSON.encoder(isPretty: false)
        return (Array(try encoder.encode(results)), Array(try encoder.encode([figures])))
    }

    /// Table 1 and the claims that ask for analyses of a run, of one seed.
    static func reproduction() throws -> (catalogue: Catalogue, plan: ReproductionPlan) {
        let catalogue = try Catalogue()
        let artefacts = try [
            (Artefact.Kind.table, "1"), (.claim, "evaluation-protocol"), (.claim, "trained-information"),
        ]
        .map { try catalogue.artefact($0, $1) }
        return (catalogue, ReproductionPlan(artefacts, seeds: 1))
    }

    /// The same as the results of a reproduction, with a score of raw pixels and analyses of the run.
    static func encodedReproduction() throws -> (results: [UInt8], figures: [UInt8]) {
        let (results, figures) = sample
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tac-sample-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, part) in [
            ("derived-ours-seed0", ExperimentResults(data: results.data, raw: nil, runs: results.runs)),
            ("derived-raw-seed0", ExperimentResults(data: results.data, raw: results.raw, runs: [])),
        ] {
            let run = folder.appendingPathComponent(name, isDirectory: true)
            try ExperimentConfiguration().write(to: run)
            try ResultsFolder.write(part, figures: part.runs.map { _ in figures }, to: run)
            for analysis in part.runs.isEmpty ? [] : [RunGroup.Analysis.protocols, .information] {
                try Data(analyses[analysis, default: ""].utf8).write(to: run.appendingPathComponent(analysis.fileName))
            }
        }
        let (catalogue, plan) = try reproduction()
        let reproduction = try ReproductionResults(plan, catalogue, archive: try RunArchive(of: [folder]))
        return (
            Array(try reproduction.encoded()),
            Array(try StrictJSON.encoder(isPretty: false).encode(["derived-ours-seed0": figures]))
        )
    }

    /// The files of a run's analyses.
    private static let analyses: [RunGroup.Analysis: String] = [
        .protocols: #"""
        {"entries": [{"classifier": {"accuracy": 0.5, "hasConverged": true, "iterations": 13, "trainingAccuracy": 0.75},
        "crops": "expectation", "layer": "h", "preparation": "hundredth", "stop": "optimum"}],
        "scales": [{"crops": "expectation", "deviation": 0.125, "layer": "h", "rootMeanSquare": 0.25}]}
        """#,
        .information: #"""
        {"betweenImages": 0.75, "codes": 48, "data": {"comparableWithPaper": true, "name": "sample", "provenance": "made up",
        "sha256": {"train": "00ff"}, "source": "mnist", "testCount": 10000, "trainingCount": 60000, "variant": "derived"},
        "dimension": 50, "entropyOfImages": 9.25, "format": 1, "images": 10000, "method": "ours", "rows": [{"beta": 0.5,
        "divergenceBound": {"error": 0, "kind": "rounding", "value": 0.0025},
        "expansion": {"error": 0, "kind": "rounding", "value": 0.0024},
        "information": {"error": 1e-6, "kind": "standard error", "value": 0.0024},
        "jensenBound": {"error": 1e-7, "kind": "standard error", "value": 0.0023},
        "meanApproximation": {"error": 1e-5, "kind": "standard error", "value": 0.5},
        "points": 1024, "surrogatePoints": 1024}], "seed": 0, "split": "test", "steps": 100, "trainingBeta": 0.5,
        "trainingObjective": {"error": 0.001, "kind": "standard error", "value": 0.5}, "withinImages": 0.25}
        """#,
    ]

    private static var sample: (results: ExperimentResults, figures: RunFigures) {
        let score = ClassifierScore(accuracy: 0.5, trainingAccuracy: 0.75, hasConverged: true, iterations: 30)
        let data = DataProvenance(
            name: "sample", provenance: "made up", source: .mnist, variant: .derived, trainingCount: 60_000,
            testCount: 10_000, sha256: ["train": "00ff"])
        let run = RunResult(
            method: .ours, seed: 0, steps: 100, objective: 0.25, trainingObjective: 0.25, testObjective: 0.25,
            linearEvaluation: [RepresentationScore(.h, over: .expectation, score)],
            nonTrivialMass: MeanAndDeviation(mean: 0.75, std: 0.125), uniformity: 0.5, effectiveRank: 3,
            blankDistance: MeanAndDeviation(mean: 1.5, std: 0.5), entropy: 2,
            offsetInformation: OffsetInformation(image: 0.5, label: 0.25), seconds: 12,
            configuration: ExperimentConfiguration())
        let image = RunFigures.Image(width: 4, height: 4, pixels: Data((0..<16).map { UInt8(16 * $0) }))
        let figures = RunFigures(
            samples: [RunFigures.Sample(canvas: image, label: 3, cell: 4)],
            augmentations: [
                RunFigures.Augmentation(
                    canvas: image, label: 3, probabilities: [[0.25, 0.5], [0.125, 0.125]], cropSize: 2, stride: 2)
            ], plane: [RunFigures.PlanePoint(x: 0.5, y: 0.5, label: 1)], representations: [[0.5, 0.25], [0.125, 1]],
            absoluteInnerProducts: [0, 0.5, 1],
            curves: TrainingCurves(
                points: (1...2).map { step in
                    TrainingCurves.Point(
                        step: step, representationObjective: 0.5, augmentationObjective: 0.3, entropy: 1,
                        nonBlankShare: 0.5)
                }))
        return (ExperimentResults(data: data, raw: score, runs: [run]), figures)
    }
}
