import ArgumentParser
import Diagnostics
import Foundation
import Reproduction

/// `tac-reference search`: the log of the search for the recipe.
struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Add runs to the log of a search for a recipe, or print it as a table.",
        discussion: "Without --add the log is printed in Markdown.")

    @Argument(help: "The log, such as docs/results/search.json; made where it is missing.")
    var log: PathArgument

    @Option(help: ArgumentHelp("Add the evaluated run of this folder.", valueName: "folder"))
    var add: PathArgument?

    @Option(help: ArgumentHelp("What was changed, and what was expected of it before the run.", valueName: "text"))
    var guess: String?

    func validate() throws {
        if guess != nil && add == nil {
            throw ValidationError("--guess: expected --add beside it with the run that it is about, found none")
        }
    }

    /// Adds or prints.
    func run() throws {
        let file = log.file
        guard let add else { return try Console.answer(try SearchLog(contentsOf: file).markdown()) }
        // From reading to writing no other process may add to it.
        let lock = try FolderLock(file.deletingLastPathComponent())
        defer { withExtendedLifetime(lock) {} }
        var log = try InputFile.exists(file) ? SearchLog(contentsOf: file) : SearchLog()
        try log.add(add.folder, guess: guess ?? "")
        try log.write(to: file)
        try Console.answer("\(file.relativePath): \(log.entries.count) runs")
    }
}
