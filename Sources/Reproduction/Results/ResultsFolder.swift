import CropExperiment
import Diagnostics
import Foundation
import Tensors

/// Writes and reads `results.json` and `figures.json` in one folder.
///
/// Files have sorted keys, so that equal results give equal bytes; each is written whole or not at all.
public enum ResultsFolder {
    /// The name of the numbers' file.
    public static let resultsName = "results.json"
    /// The name of the figure data's file: an array with one entry for each run of `results.json`, in its order.
    public static let figuresName = "figures.json"

    /// Writes both files; the folder is created where it is missing.
    ///
    /// `figures.json` goes first: a reader who finds the numbers finds the figures that belong to them. Precondition:
    /// one entry of `figures` for each run.
    /// - Throws: `Failure` of kind `.inputOutput` that names the file and the system's reason.
    public static func write(
        _ results: ExperimentResults, figures: [RunFigures], to folder: URL
    ) throws {
        require(
            figures.count == results.runs.count, "\(results.runs.count) runs with \(figures.count) figure records")
        try AtomicFile.write(
            try StrictJSON.encoder(isPretty: false).encode(figures), to: folder.appendingPathComponent(figuresName))
        let content = try StrictJSON.encoder(isPretty: true).encode(results)
        try AtomicFile.write(content + Data("\n".utf8), to: folder.appendingPathComponent(resultsName))
    }

    /// Reads both files of a folder.
    ///
    /// - Throws: `Failure` of kind `.missingInput` where a file is not there, and `.badData` where its content is not
    ///   what is expected, with the place in the file.
    public static func read(from folder: URL) throws -> (results: ExperimentResults, figures: [RunFigures]) {
        let results = try decode(
            ExperimentResults.self, at: folder.appendingPathComponent(resultsName))
        let figures = try decode([RunFigures].self, at: folder.appendingPathComponent(figuresName))
        guard results.runs.count == figures.count else {
            throw Failure(
                .badData,
                "\(folder.appendingPathComponent(figuresName).path): expected figure data for \(results.runs.count) "
                    + "runs, as in \(resultsName), found \(figures.count); evaluate the run again")
        }
        return (results, figures)
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, at file: URL) throws -> Value {
        let content = "the results of a run"
        let data = try InputFile.contents(
            of: file, expecting: content, advice: "name the folder of an evaluated run")
        return try StrictJSON.decode(
            type, from: data, named: file.path, expecting: content, advice: "evaluate the run again")
    }
}
