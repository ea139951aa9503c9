import CropExperiment
import Digits
import Foundation
import Reproduction

/// A folder with folders of runs, removed with this object.
final class RunFolders {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("reproduction-\(UUID().uuidString)")

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The folder of a run with a result, whatever was measured.
    @discardableResult
    func write(
        _ run: PlannedRun, as name: String? = nil, h: Double = 0.5, seconds: Double = 1, steps: Int? = nil,
        origin: String = "made up"
    ) throws -> URL {
        let folder = url.appendingPathComponent("runs/\(name ?? run.name)", isDirectory: true)
        let data = DataProvenance(
            name: "sample", provenance: origin, source: .mnist, variant: run.group.variant,
            trainingCount: 60_000,
            testCount: 10_000)
        let score = ClassifierScore(accuracy: h, trainingAccuracy: h, hasConverged: true, iterations: 9)
        let scores = RepresentationScore.Layer.allCases.flatMap { layer in
            CropWeighting.allCases.map { RepresentationScore(layer, over: $0, score) }
        }
        let result = RunResult(
            method: run.configuration.method, seed: run.seed, steps: steps ?? run.configuration.training.steps,
            objective: 0.4, trainingObjective: 0.4, testObjective: 0.3, linearEvaluation: scores,
            nonTrivialMass: MeanAndDeviation(mean: 1, std: 0),
            uniformity: 0.1, effectiveRank: 9, blankDistance: MeanAndDeviation(mean: 1, std: 0), entropy: 2,
            offsetInformation: OffsetInformation(image: 0.5, label: 0.25), seconds: seconds,
            configuration: run.configuration)
        let isRaw = run.group.kind == .rawPixels
        try run.configuration.write(to: folder)
        try ResultsFolder.write(
            ExperimentResults(data: data, raw: isRaw ? score : nil, runs: isRaw ? [] : [result]),
            figures: isRaw ? [] : [RunFigures()], to: folder)
        return folder
    }
}
