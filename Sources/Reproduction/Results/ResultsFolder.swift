import CropExperiment
import Diagnostics
import Foundation

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
    /// One after the other: a kill in between leaves the new figures beside the former numbers, which readers notice by the
    /// objective. Precondition: one entry of `figures` for each run.
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
    /// - Throws: `Failure` of kind `.missingInput` where a file is not there, `.usage` for the folder of a reproduction, and
    ///   `.badData` where the content is not what is expected, with the place in the file.
    public static func read(from folder: URL) throws -> (results: ExperimentResults, figures: [RunFigures]) {
        let files = [resultsName, figuresName].map { folder.appendingPathComponent($0) }
        if (try? EarlierReproduction(in: folder)) != nil {
            throw Failure(
                .usage,
                "\(folder.path): expected \(content), found those of a reproduction; open its report.html, or put it together "
                    + "with others by reproduce --merge")
        }
        let contents = try files.map {
            try InputFile.contents(of: $0, expecting: content, advice: "name the folder of an evaluated run")
        }
        return try decode(results: contents[0], figures: contents[1], named: (files[0].path, files[1].path))
    }

    /// The numbers of one or several runs in a folder; `nil` where there are none, or what is there is something else.
    ///
    /// - Throws: `Failure` for a file that cannot be read.
    public static func results(in folder: URL) throws -> ExperimentResults? {
        let file = folder.appendingPathComponent(resultsName)
        guard try InputFile.exists(file) else { return nil }
        let bytes = try InputFile.contents(of: file, expecting: content, advice: "name another folder")
        return try? StrictJSON.decode(
            ExperimentResults.self, from: bytes, named: file.path, expecting: content, advice: "")
    }

    /// What the bytes of the two files say, whose names are for messages.
    ///
    /// - Throws: `Failure` of kind `.badData` as ``read(from:)`` does.
    package static func decode(
        results: Data, figures: Data, named names: (results: String, figures: String)
    ) throws -> (results: ExperimentResults, figures: [RunFigures]) {
        let advice = "evaluate the run again"
        let results = try StrictJSON.decode(
            ExperimentResults.self, from: results, named: names.results, expecting: content, advice: advice)
        let figures = try StrictJSON.decode(
            [RunFigures].self, from: figures, named: names.figures, expecting: content, advice: advice)
        guard results.runs.count == figures.count else {
            throw Failure(
                .badData,
                "\(names.figures): expected figure data for \(results.runs.count) runs, as in \(resultsName), found "
                    + "\(figures.count); \(advice)")
        }
        return (results, figures)
    }

    private static let content = "the results of a run"
}
