import ArgumentParser
import Diagnostics
import Foundation
import Reporting
import Reproduction

/// `tac-reference report`: tables and figures from saved runs.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a report of evaluated runs.",
        discussion: """
            The runs of several folders are put together, and --output gets results.json and figures.json with all of \
            them beside report.html. They must be measured on the same data.
            """)

    @Argument(help: "Folders with results.json.")
    var folders: [PathArgument]

    @Option(
        help: ArgumentHelp(
            "The report's folder; needed with several folders, the folder itself if there is one.", valueName: "folder")
    )
    var output: PathArgument?

    func validate() throws {
        if folders.count > 1 && output == nil {
            throw ValidationError("--output: expected a folder for the report of \(folders.count) folders, found none")
        }
    }

    /// Refuses to replace results of runs, or of raw pixels, that the new ones do not have, or that are on other images.
    ///
    /// - Throws: `Failure` of kind `.usage`.
    private func requireNothingLost(in folder: URL, by results: ExperimentResults) throws {
        guard let held = try ResultsFolder.results(in: folder) else { return }
        let isLost =
            !held.data.isSameMeasurement(as: results.data)
            || held.runs.contains { run in !results.runs.contains { $0.configuration == run.configuration } }
            || held.raw != nil && results.raw == nil
        guard !isLost else {
            throw Failure(
                .usage,
                "--output: expected a folder with none but the results to report on, found others at \(folder.relativePath), "
                    + "which would be replaced; name another one")
        }
    }

    /// Puts the results together and writes the report.
    func run() throws {
        let urls = folders.map(\.folder)
        if let output, urls.count > 1, let url = urls.first(where: { SystemPath.isSame(output.folder, orInside: $0) }) {
            throw Failure(
                .usage,
                "--output: expected a folder that is none of those to report on and lies in none of them, found "
                    + "\(output.folder.relativePath) beside \(url.relativePath); name another one")
        }
        if let output {
            try EarlierReproduction.requireNone(in: output.folder)
            let isOwn =
                SystemPath.isSame(output.folder, orInside: urls[0])
                && SystemPath.isSame(urls[0], orInside: output.folder)
            if !isOwn { try RunArchive.requireNoRun(output.folder) }
        }
        let merged = try MergedResults(of: urls)
        let folder = output?.folder ?? urls[0]
        try requireNothingLost(in: folder, by: merged.results)
        if output != nil { try ResultsFolder.write(merged.results, figures: merged.figures, to: folder) }
        let report = ExperimentReport(merged.results, figures: merged.figures, commands: [Console.commandLine])
        try Console.answer("report: \(report.write(to: folder).relativePath)")
    }
}
