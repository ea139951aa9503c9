import CropExperiment
import Diagnostics
import Digits
import Foundation

/// The runs in the results of a reproduction, read back: its `results.json` holds every number of them, and its
/// `figures.json` the data of the figures that its page draws. So a reproduction goes on from the published one, without the
/// folders in which the runs were trained.
package struct ReproductionRuns {
    /// The runs, in the order of the file.
    package let records: [RunRecord]

    private static let (content, advice) = ("the results of a reproduction", "make them again with reproduce")

    /// Whether a folder has the results of a reproduction, and not those of a run.
    static func isIn(_ folder: URL) throws -> Bool {
        try InputFile.exists(folder.appendingPathComponent(ReproductionResults.fileName))
            && !InputFile.exists(folder.appendingPathComponent(ExperimentConfiguration.fileName))
    }

    /// Reads both files; without `figures.json` the runs have no data of figures.
    ///
    /// - Throws: `Failure`: a file that cannot be read, or whose content is not that of a reproduction.
    init(in folder: URL) throws {
        let names = [ReproductionResults.fileName, ReproductionResults.figuresName]
        let files = names.map { folder.appendingPathComponent($0) }
        func contents(_ file: URL) throws -> Data {
            try InputFile.contents(of: file, expecting: Self.content, advice: Self.advice)
        }
        try self.init(
            results: try contents(files[0]), figures: try InputFile.exists(files[1]) ? contents(files[1]) : nil,
            named: (files[0].path, files[1].path))
    }

    /// What the bytes of the two files say, whose names are for messages.
    ///
    /// - Throws: `Failure` of kind `.badData` as ``init(in:)`` does.
    package init(results: Data, figures: Data?, named names: (results: String, figures: String)) throws {
        func decode<Value: Decodable>(_ type: Value.Type, _ data: Data, _ name: String) throws -> Value {
            try StrictJSON.decode(type, from: data, named: name, expecting: Self.content, advice: Self.advice)
        }
        let file = try decode(File.self, results, names.results)
        let figures = try figures.map { try decode([String: RunFigures].self, $0, names.figures) } ?? [:]
        records = try file.runs.enumerated().map { index, run in
            guard let configuration = run.result?.configuration ?? run.configuration,
                let data = file.data.first(where: { $0.variant == configuration.variant }),
                (run.kind == .training) == (run.result != nil), (run.kind == .rawPixels) == (run.raw != nil)
            else {
                throw Failure(
                    .badData,
                    "\(names.results): expected \(Self.content), found no result or no data of \(run.name) at runs[\(index)]; "
                        + Self.advice)
            }
            var analyses = RunAnalyses()
            analyses.protocols = run.protocols
            analyses.information = run.information
            return RunRecord(
                name: run.name, identity: RunIdentity(kind: run.kind, configuration: configuration), data: data,
                result: run.result, raw: run.raw,
                // Killed between its two files, a reproduction leaves the figures of the results before.
                figures: figures[run.name].flatMap { run.result.map($0.isOf) == true ? $0 : nil }, analyses: analyses)
        }
    }

    /// What is read of the file; see ``ReproductionResults``.
    private struct File: Decodable {
        let data: [DataProvenance]
        let runs: [Run]

        private enum Key: String, CodingKey {
            case format, data, runs
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            let format = try container.decode(Int.self, forKey: .format)
            guard format == ReproductionResults.format else {
                throw DecodingError.dataCorruptedError(
                    forKey: Key.format, in: container,
                    debugDescription: "format \(format) where this version reads \(ReproductionResults.format)")
            }
            data = try container.decode([DataProvenance].self, forKey: .data)
            runs = try container.decode([Run].self, forKey: .runs)
        }
    }

    private struct Run: Decodable {
        let name: String
        let kind: RunGroup.Kind
        let configuration: ExperimentConfiguration?
        let result: RunResult?
        let raw: ClassifierScore?
        let protocols: ProtocolStudy?
        let information: TrainedInformation?
    }
}
