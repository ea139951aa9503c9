import ArgumentParser
import CropExperiment
import Diagnostics
import Digits
import Foundation
import Proposition1
import Reporting
import Reproduction

/// `tac-reference`: the main job.
struct RunCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Check Proposition 1, train and evaluate both methods on a short schedule, write a report.",
        discussion: "Stopped by Ctrl-C or otherwise, the same command goes on where it was.")

    @Option(help: ArgumentHelp("The report's folder; results/quick-DATA-VARIANT if not given.", valueName: "folder"))
    var output: PathArgument?

    @OptionGroup
    var threads: ThreadOptions

    @OptionGroup(title: "Hyperparameters")
    var hyperparameters: ConfigurationOptions

    @OptionGroup(title: "Data")
    var data: DataOptions

    /// Does the main job.
    func run() throws {
        if let change = hyperparameters.set.first(where: { $0.hasPrefix("method=") }) {
            throw ValidationError(
                "--set: expected a setting of both methods, found \(change); 'train' trains one alone")
        }
        var base = ExperimentConfiguration()
        let changes = try hyperparameters.changes()
        // A mistake is told before anything is fetched.
        _ = try changes.applied(to: base)
        Console.outliveClosedPipes()
        let digits = try data.load()
        base.training.steps = Self.shortSchedule(digits.source)
        let configuration = try changes.applied(to: base)
        let source = digits.source == .mnist ? "mnist" : "digits"
        let folder =
            output?.folder
            ?? URL(fileURLWithPath: "results/quick-\(source)-\(configuration.variant.rawValue)", isDirectory: true)

        try EarlierReproduction.requireNone(in: folder)
        try RunArchive.requireNoRun(folder)
        try AtomicFile.requireWritable(folder.appendingPathComponent(ResultsFolder.resultsName))
        let experiments = try RunMethod.allCases.map { method in
            var configuration = configuration
            configuration.method = method
            try configuration.requireMemory()
            return try Experiment(
                configuration: configuration, digits: digits,
                folder: folder.appendingPathComponent(method.rawValue, isDirectory: true))
        }
        // Results beside the folders of these runs are theirs, and are made again.
        let isOwn = try experiments.contains {
            try InputFile.exists($0.folder.appendingPathComponent(ExperimentConfiguration.fileName))
        }
        if !isOwn { try RunArchive.requireNoneOfSeveral(folder) }
        var locks = try experiments.map { try $0.lockFolder() }
        // The first has made the folder that they all stand in.
        defer { while locks.popLast() != nil {} }
        Console.note("Proposition 1: integrating the named channels")
        let verification = try VerificationReport()
        let proposition1 = Proposition1Summary(verification, figures: try PropositionFigures.all())
        try Console.answer("Proposition 1: \(verification.summary)")
        let stop = StopRequest()
        let trained = try zip(experiments, locks).map { experiment, lock in
            let display = RunDisplay(experiment.configuration.method.name)
            return (experiment, try experiment.trainShowingProgress(display, lock, stop))
        }
        let evaluated = try trained.map { experiment, run in
            try experiment.evaluateShowingProgress(run, RunDisplay(experiment.configuration.method.name))
        }
        let raw = try experiments.first?.rawScoreShowingProgress()
        let results = ExperimentResults(
            data: digits.description(variant: configuration.variant), raw: raw,
            runs: evaluated.map(\.result))
        try ResultsFolder.write(results, figures: evaluated.map(\.figures), to: folder)
        let report = ExperimentReport(
            results, figures: evaluated.map(\.figures), proposition1: proposition1,
            commands: [Console.commandLine])
        let page = try report.write(to: folder)
        for (result, _) in evaluated { try Console.answer(result.summary) }
        if let raw { try Console.answer("raw pixels: \(raw.text)") }
        try Console.answer("report: \(page.relativePath)")
    }

    /// Steps that show the difference between the methods in minutes.
    private static func shortSchedule(_ source: DataProvenance.Source) -> Int {
        switch source {
        case .mnist: 1_000
        case .embeddedDigits: 500
        }
    }
}
