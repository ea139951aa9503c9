import ArgumentParser
import CropExperiment
import Diagnostics
import Foundation
import Reproduction

/// `tac-reference evaluate`: the numbers of a trained run.
struct EvaluateCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Evaluate a trained run by the protocol of section 3.1.",
        discussion: "The run's folder gets results.json and figures.json; the numbers are printed too.")

    @Argument(help: "The run's folder.")
    var folder: PathArgument

    @Flag(help: "Also measure the linear accuracy of raw pixels.")
    var raw = false

    @Option(
        help: ArgumentHelp(
            "Set a hyperparameter of the evaluation (evaluation.… in 'tac-reference settings'). May be repeated.",
            valueName: "key=value"))
    var set: [String] = []

    @OptionGroup
    var threads: ThreadOptions

    @OptionGroup(title: "Data")
    var data: DataOptions

    /// Evaluates.
    func run() throws {
        let folder = folder.folder
        Console.outliveClosedPipes()
        var configuration = try ExperimentConfiguration(
            contentsOf: folder.appendingPathComponent(ExperimentConfiguration.fileName))
        for assignment in set { try configuration.set(assignment) }
        let experiment = try Experiment(configuration: configuration, digits: try data.load(), folder: folder)
        let lock = try experiment.lockFolder()
        defer { withExtendedLifetime(lock) {} }
        let trained = try experiment.loadTrained()
        experiment.warnIfUnfinished(trained, data: data.arguments)
        try AtomicFile.requireWritable(folder.appendingPathComponent(ResultsFolder.resultsName))
        let (result, figures) = try experiment.evaluateShowingProgress(
            trained, RunDisplay(configuration.method.name))
        let rawScore = raw ? try experiment.rawScoreShowingProgress() : nil
        let results = ExperimentResults(data: experiment.data, raw: rawScore, runs: [result])
        try lock.requireInPlace()
        try ResultsFolder.write(results, figures: [figures], to: folder)
        try Console.answer(result.summary)
        if let rawScore { try Console.answer("raw pixels: \(rawScore.text)") }
        try Console.answer("results: \(folder.appendingPathComponent(ResultsFolder.resultsName).relativePath)")
    }
}
