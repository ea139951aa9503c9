import CropExperiment
import Diagnostics
import Foundation

/// The finished runs in some folders.
///
/// A run is known by its settings, not by the folder's name: what a folder holds is not done again, wherever it came from.
public struct RunArchive: Sendable {
    /// The records, each run once, in the order in which they were found.
    public private(set) var records: [RunRecord] = []
    private var places: [RunIdentity: (index: Int, folder: URL)] = [:]

    /// The folder of a reproduction's runs, inside its own.
    public static let runsName = "runs"

    /// An archive without runs.
    public init() {}

    /// The finished runs of some folders: each is a run's folder, or has run folders in it or in its folder `runs`.
    ///
    /// A folder without results, or with the results of a training that was not finished, is passed over, and so is a result beside
    /// the figure data of other networks, as a kill between the two files of an evaluation leaves them.
    ///
    /// - Parameters:
    ///   - folders: the folders.
    ///   - published: whether the results of a reproduction in one of them count too, with those runs of which no folder is left.
    /// - Throws: `Failure`: a folder that is not there, or has no results where published ones count; results that cannot be
    ///   read; two different results of one run.
    public init(of folders: [URL], published: Bool = false) throws {
        for folder in folders {
            var isFolder: ObjCBool = false
            let exists =
                try InputFile.exists(folder)
                && FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder)
            guard isFolder.boolValue else {
                throw Failure(
                    .missingInput,
                    "\(folder.path): expected a folder with runs, found \(exists ? "a file" : "nothing"); "
                        + "give the folder of a reproduction or of a run")
            }
            let runs = try Self.runFolders(in: folder)
            for run in runs { try add(run) }
            guard published else { continue }
            let records = try ReproductionRuns.isIn(folder) ? ReproductionRuns(in: folder).records : []
            for record in records { try add(record, from: folder) }
            guard !runs.isEmpty || !records.isEmpty else {
                throw Failure(
                    .missingInput,
                    "\(folder.path): expected the folder of a reproduction or of a run, found no results in it; leave it out"
                )
            }
        }
    }

    /// The runs in the results of a reproduction.
    ///
    /// - Throws: `Failure` of kind `.badData`: two different results of one run.
    package init(of published: ReproductionRuns) throws {
        for record in published.records { try add(record, from: URL(fileURLWithPath: record.name)) }
    }

    /// Takes over what a run's folder holds.
    ///
    /// - Throws: `Failure` of kind `.badData` for results that cannot be read, or that differ from those of the same run.
    public mutating func add(_ folder: URL) throws {
        let content = try ResultsFolder.read(from: folder)
        if content.results.runs.isEmpty, let raw = content.results.raw {
            let configuration = try ExperimentConfiguration(
                contentsOf: folder.appendingPathComponent(ExperimentConfiguration.fileName))
            try add(
                RunRecord(
                    name: folder.lastPathComponent,
                    identity: RunIdentity(kind: .rawPixels, configuration: configuration), data: content.results.data,
                    result: nil, raw: raw, figures: nil), from: folder)
        }
        for (result, figures) in zip(content.results.runs, content.figures)
        where result.steps == result.configuration.training.steps && figures.isOf(result) {
            // A folder with several results is not one that this program trained in: whose an analysis were is not known.
            let analyses =
                content.results.runs.count == 1
                ? try RunAnalyses(in: folder).of(result, on: content.results.data) : RunAnalyses()
            try add(
                RunRecord(
                    name: folder.lastPathComponent,
                    identity: RunIdentity(kind: .training, configuration: result.configuration),
                    data: content.results.data, result: result, raw: nil, figures: figures, analyses: analyses),
                from: folder)
        }
    }

    private mutating func add(_ record: RunRecord, from folder: URL) throws {
        guard let known = places[record.identity] else {
            places[record.identity] = (records.count, folder)
            return records.append(record)
        }
        guard record.isSameMeasurement(as: records[known.index]) else {
            throw Failure(
                .badData,
                "\(folder.path): expected the result of the run in \(known.folder.path), which has the same settings, found "
                    + "other numbers; leave one of the two out")
        }
        records[known.index].complete(from: record)
    }

    /// The record of a run; `nil` where it is not trained and evaluated.
    public func record(of run: PlannedRun) -> RunRecord? { places[run.identity].map { records[$0.index] } }

    /// The folder that a run's record came from; `nil` where there is no record.
    public func folder(of run: PlannedRun) -> URL? { places[run.identity]?.folder }

    /// Where a run is known already, whatever the folder is called, or where it is to be done.
    ///
    /// - Parameters:
    ///   - run: the run.
    ///   - reproduction: the reproduction's folder.
    public func folder(of run: PlannedRun, in reproduction: URL) -> URL {
        folder(of: run)
            ?? reproduction.appendingPathComponent(Self.runsName, isDirectory: true)
            .appendingPathComponent(run.name, isDirectory: true)
    }

    /// Whether a run is trained and evaluated, and has all the analyses that are planned of it.
    public func isDone(_ run: PlannedRun) -> Bool {
        guard let record = record(of: run) else { return false }
        return run.analyses.allSatisfy(record.analyses.has)
    }

    /// The runs in the results of a reproduction in a folder of which this archive has none: what new results there would lose.
    ///
    /// - Throws: `Failure` for results that cannot be read.
    public func missing(ofResultsIn folder: URL) throws -> [RunRecord] {
        guard try ReproductionRuns.isIn(folder) else { return [] }
        return try ReproductionRuns(in: folder).records.filter { places[$0.identity] == nil }
    }

    /// Takes over what the results of a reproduction in a folder have besides of this archive's runs: analyses, and the data of
    /// figures, of which the runs' own folders have nothing any more.
    ///
    /// - Throws: `Failure` for results that cannot be read.
    public mutating func complete(fromResultsIn folder: URL) throws {
        guard try ReproductionRuns.isIn(folder) else { return }
        for record in try ReproductionRuns(in: folder).records {
            guard let index = places[record.identity]?.index, record.isSameMeasurement(as: records[index]) else {
                continue
            }
            records[index].complete(from: record)
        }
    }

    /// The record of a run under the name that the plan gives it, and with its settings: those that the run does not depend on may
    /// be others where it was done.
    func records(of plan: ReproductionPlan) -> [RunRecord] {
        plan.runs.compactMap { run in
            guard let record = record(of: run) else { return nil }
            var result = record.result
            result?.configuration = run.configuration
            return RunRecord(
                name: run.name, identity: record.identity, data: record.data, result: result, raw: record.raw,
                figures: record.figures, analyses: record.analyses)
        }
    }

    /// The folders of evaluated runs, by name.
    private static func runFolders(in folder: URL) throws -> [URL] {
        let candidates =
            try [folder] + subfolders(of: folder)
            + subfolders(of: folder.appendingPathComponent(runsName, isDirectory: true))
        return try candidates.filter { candidate in
            try [ResultsFolder.resultsName, ResultsFolder.figuresName, ExperimentConfiguration.fileName].allSatisfy {
                try InputFile.exists(candidate.appendingPathComponent($0))
            }
        }
    }

    private static func subfolders(of folder: URL) throws -> [URL] {
        try InputFile.names(in: folder).sorted().filter { $0 != runsName }
            .map { folder.appendingPathComponent($0, isDirectory: true) }
    }
}
