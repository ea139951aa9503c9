import ArgumentParser
import CropExperiment
import Diagnostics
import Foundation
import Reproduction

/// `tac-reference train`: one run.
struct TrainCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train one run; the same command goes on where it was stopped.",
        discussion: """
            The run's folder gets configuration.json and checkpoint.safetensors. If the folder named by --output has \
            them already, its configuration holds where no other is given, and training goes on from the checkpoint.
            """)

    @Option(help: ArgumentHelp("The run's folder; results/METHOD-VARIANT-seedN if not given.", valueName: "folder"))
    var output: PathArgument?

    @Option(help: "Short for --set method=…: ours or simclr.")
    var method: RunMethod?

    @OptionGroup
    var threads: ThreadOptions

    @OptionGroup(title: "Hyperparameters")
    var hyperparameters: ConfigurationOptions

    @OptionGroup(title: "Data")
    var data: DataOptions

    /// Trains.
    func run() throws {
        let given = output?.folder
        let configuration = try hyperparameters.configuration(
            base: try given.flatMap(Self.savedConfiguration(in:)), method: method)
        let name = "\(configuration.method.rawValue)-\(configuration.variant.rawValue)-seed\(configuration.seed)"
        let folder = given ?? URL(fileURLWithPath: "results/\(name)", isDirectory: true)
        try EarlierReproduction.requireNone(in: folder)
        try RunArchive.requireNoneOfSeveral(folder)
        Console.outliveClosedPipes()
        let experiment = try Experiment(configuration: configuration, digits: try data.load(), folder: folder)
        let lock = try experiment.lockFolder()
        defer { withExtendedLifetime(lock) {} }
        try experiment.trainShowingProgress(
            RunDisplay("\(configuration.method.name), seed \(configuration.seed)"), lock, StopRequest())
        try Console.answer(
            "trained: \(folder.relativePath); next: "
                + Console.quoted(["tac-reference", "evaluate", folder.relativePath] + data.arguments))
    }

    /// The configuration in a run's folder, if there is one.
    static func savedConfiguration(in folder: URL) throws -> ExperimentConfiguration? {
        let file = folder.appendingPathComponent(ExperimentConfiguration.fileName)
        guard try InputFile.exists(file) else { return nil }
        return try ExperimentConfiguration(contentsOf: file)
    }
}

extension RunMethod: ExpressibleByArgument {}
