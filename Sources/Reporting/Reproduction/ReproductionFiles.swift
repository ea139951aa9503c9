import Diagnostics
import Drawing
import Foundation
import Reproduction

/// Writes a reproduction's folder: the page, the numbers, the tables.
public enum ReproductionFiles {
    /// The page's file.
    public static let pageName = "report.html"
    /// Every number, a line each.
    public static let numbersName = "numbers.csv"
    /// Every table.
    public static let tablesName = "tables.md"
    /// Figure 3.
    public static let augmentationName = "figure-3.svg"
    /// The names of all files that are written.
    public static let names = [
        ReproductionResults.fileName, ReproductionResults.figuresName, pageName, numbersName, tablesName,
        augmentationName,
    ]

    /// Writes the files, each whole or not at all; the page last: killed in between, the former page stays until the command is
    /// given again.
    ///
    /// - Throws: `Failure` of kind `.inputOutput` that names the file and the system's reason.
    public static func write(
        _ results: ReproductionResults, plan: ReproductionPlan, page: ReproductionPage, to folder: URL
    ) throws {
        try AtomicFile.write(
            try results.encoded(), to: folder.appendingPathComponent(ReproductionResults.fileName))
        try AtomicFile.write(
            try StrictJSON.encoder(isPretty: false).encode(page.figureData) + Data("\n".utf8),
            to: folder.appendingPathComponent(ReproductionResults.figuresName))
        try AtomicFile.write(
            Data(ArtefactTable.commaSeparated(results).utf8), to: folder.appendingPathComponent(numbersName))
        try AtomicFile.write(
            Data(tables(results, plan).utf8), to: folder.appendingPathComponent(tablesName))
        if let figure = page.augmentationFile() {
            try AtomicFile.write(Data(figure.utf8), to: folder.appendingPathComponent(augmentationName))
        }
        try AtomicFile.write(Data(page.html().utf8), to: folder.appendingPathComponent(pageName))
    }

    private static func tables(_ results: ReproductionResults, _ plan: ReproductionPlan) -> String {
        zip(plan.artefacts, results.artefacts).map { artefact, result in
            let table = ArtefactTable(artefact, result)
            let numbers = table.rows.contains { $0.count > 0 } && !table.headings.isEmpty ? "\n\(table.markdown())" : ""
            let explanation = artefact.explanation(of: result)
            return "## \(result.title)\n\n\(artefact.statement) \(artefact.context)\n\n"
                + "**\(result.verdict.rawValue)**: \(result.reason).\n\(numbers)"
                + (explanation.isEmpty ? "" : "\n\(explanation)\n")
        }.joined(separator: "\n")
    }
}
