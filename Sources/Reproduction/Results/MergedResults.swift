import CropExperiment
import Diagnostics
import Digits
import Foundation

/// The results of several folders put together.
public struct MergedResults: Sendable {
    /// The numbers.
    public let results: ExperimentResults
    /// The figure data, one entry for each run, in the order of `results.runs`.
    public let figures: [RunFigures]

    /// Reads the results of some folders and puts them together, in the order of the folders.
    ///
    /// A run that several folders hold, or one folder that is named several times, counts once.
    ///
    /// - Throws: `Failure`: a folder without readable results, results on other data than the first folder's, figure data of
    ///   other runs than the results beside them, two different results of one run.
    /// - Precondition: at least one folder.
    public init(of folders: [URL]) throws {
        require(!folders.isEmpty, "the results of no folder")
        let parts = try folders.map { (folder: $0, content: try ResultsFolder.read(from: $0)) }
        let (first, data) = (parts[0].folder, parts[0].content.results.data)
        for part in parts where !part.content.results.data.isSameMeasurement(as: data) {
            throw Failure(
                .badData,
                "\(part.folder.path): expected results on \(data.summary) as in \(first.path), found results on "
                    + "\(part.content.results.data.summary); report them apart")
        }
        for part in parts
        where zip(part.content.results.runs, part.content.figures).contains(where: { !$1.isOf($0) }) {
            throw Failure(
                .badData,
                "\(part.folder.path): expected the figure data of the runs in \(ResultsFolder.resultsName), in their order, found "
                    + "those of others in \(ResultsFolder.figuresName); evaluate the run again, or make the report again from the "
                    + "runs' folders")
        }
        var runs: [RunResult] = []
        var figures: [RunFigures] = []
        var sources: [MeasuredRun: (index: Int, folder: URL)] = [:]
        for part in parts {
            for (run, figure) in zip(part.content.results.runs, part.content.figures) {
                let identity = MeasuredRun(run)
                guard let known = sources[identity] else {
                    sources[identity] = (runs.count, part.folder)
                    runs.append(run)
                    figures.append(figure)
                    continue
                }
                guard run.isSameMeasurement(as: runs[known.index]) else {
                    throw Failure(
                        .badData,
                        "\(part.folder.path): expected the result of \(run.method.name), seed \(run.seed), \(run.steps) "
                            + "steps as in \(known.folder.path), found other numbers for the same settings; leave one of "
                            + "the two folders out")
                }
            }
        }
        results = ExperimentResults(data: data, raw: parts.compactMap { $0.content.results.raw }.first, runs: runs)
        self.figures = figures
    }
}

/// What makes two results those of one run.
private struct MeasuredRun: Hashable {
    let configuration: ExperimentConfiguration
    let steps: Int

    init(_ run: RunResult) {
        configuration = run.configuration
        steps = run.steps
    }
}

extension RunResult {
    /// Whether two results are equal but for the time that they took.
    fileprivate func isSameMeasurement(as other: RunResult) -> Bool {
        var copy = self
        copy.seconds = other.seconds
        return copy == other
    }
}

extension DataProvenance {
    /// Whether numbers on these data and on others may stand in one table.
    package func isSameMeasurement(as other: DataProvenance) -> Bool {
        source == other.source && variant == other.variant && trainingCount == other.trainingCount
            && testCount == other.testCount && sha256 == other.sha256
    }

    /// The data in a few words.
    package var summary: String { "\(name) (\(trainingCount) and \(testCount) images)" }
}
