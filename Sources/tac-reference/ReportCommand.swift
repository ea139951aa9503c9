import ArgumentParser
import CropExperiment
import Diagnostics
import Digits
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
    var folders: [String]

    @Option(help: ArgumentHelp("The report's folder; needed with several folders.", valueName: "folder"))
    var output: String?

    func validate() throws {
        if folders.count > 1 && output == nil {
            throw ValidationError("--output: expected a folder for the report of \(folders.count) folders, found none")
        }
    }

    /// Merges and writes.
    func run() throws {
        let parts = try folders.map { name in
            let folder = URL(fileURLWithPath: name, isDirectory: true)
            return (folder, try ResultsFolder.read(ExperimentConfiguration.self, from: folder))
        }
        guard let (first, (merged, _)) = parts.first else { return }
        for (folder, (results, _)) in parts where !results.data.isSameMeasurement(as: merged.data) {
            throw Failure(
                .badData,
                "\(folder.path): expected results on \(merged.data.summary) as in \(first.path), found results on "
                    + "\(results.data.summary); report them apart")
        }
        let all = ExperimentResults(
            data: merged.data, raw: parts.compactMap { $0.1.results.raw }.first,
            runs: parts.flatMap { $0.1.results.runs })
        let figures = parts.flatMap { $0.1.figures }
        let folder = output.map { URL(fileURLWithPath: $0, isDirectory: true) } ?? first
        if output != nil { try ResultsFolder.write(all, figures: figures, to: folder) }
        let report = ExperimentReport(all, figures: figures, commands: [Console.commandLine])
        try Console.answer("report: \(report.write(to: folder).relativePath)")
    }
}

extension DataProvenance {
    /// Whether numbers on these data and on others may stand in one table.
    func isSameMeasurement(as other: DataProvenance) -> Bool {
        source == other.source && variant == other.variant && trainingCount == other.trainingCount
            && testCount == other.testCount && sha256 == other.sha256
    }

    /// The data in a few words.
    var summary: String { "\(name) (\(trainingCount) and \(testCount) images)" }
}
