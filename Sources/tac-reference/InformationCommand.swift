import ArgumentParser
import CropExperiment
import Diagnostics
import Foundation
import Reporting
import Reproduction

/// `tac-reference information`: I(X;Z) of a trained run.
struct InformationCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "information",
        abstract: "Measure I(X;Z) of a trained run's channel, and what stands in for it.",
        discussion: """
            I(X;Z) with X uniform on the run's test images, P(T|x) and h as trained, and Z von Mises–Fisher about h(T(X)), \
            by sampling; beside it the Jensen bound (16), the mean approximation (17), the expansion for small β and the \
            training objective, against β with h and P(T|x) held fixed.
            """)

    @Argument(help: "The run's folder.")
    var folder: PathArgument

    @Option(
        help: ArgumentHelp(
            "Measure at these β, separated by commas; from 0.5 to 500, four a decade, and that of the training if not given.",
            valueName: "list"))
    var beta: String?

    @Option(help: ArgumentHelp("Take only so many images, from the first one on.", valueName: "number"))
    var images: Int?

    @Flag(help: "Take the training images instead of the test images.")
    var train = false

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    @Option(help: ArgumentHelp("Also write information.json and information.svg here.", valueName: "folder"))
    var output: PathArgument?

    @OptionGroup
    var threads: ThreadOptions

    @OptionGroup(title: "Data")
    var data: DataOptions

    /// What is accepted for β: beyond, points near a code or near each other leave the digits of a double.
    private static let betaRange = 1e-6...1e6

    func validate() throws {
        _ = try betas()
        if let images, images < 1 {
            throw ValidationError("--images: expected a whole number of at least 1, found \(images)")
        }
    }

    /// Measures and prints.
    func run() throws {
        Console.outliveClosedPipes()
        let folder = folder.folder
        let configuration = try ExperimentConfiguration(
            contentsOf: folder.appendingPathComponent(ExperimentConfiguration.fileName))
        let experiment = try Experiment(configuration: configuration, digits: try data.load(), folder: folder)
        let split = train ? TrainedInformation.Split.training : .test
        let available = (train ? experiment.trainingSet : experiment.testSet).count
        if let images, images > available {
            throw Failure(
                .usage, "--images: expected at most the \(available) \(split.rawValue) images, found \(images)")
        }
        if let output {
            try AtomicFile.requireWritable(output.folder.appendingPathComponent(TrainedInformation.fileName))
        }
        let trained = try experiment.loadTrained()
        experiment.warnIfUnfinished(trained, data: data.arguments)
        let information = try experiment.informationShowingProgress(
            of: trained, RunDisplay(configuration.method.name), on: split, images: images ?? available,
            betas: try betas() ?? TrainedInformation.defaultBetas(trainingBeta: configuration.objective.beta))
        for row in information.rows where !row.isAccurate {
            Console.note(
                "warning: at β = \(row.beta) the standard error of I(X;Z) is more than "
                    + "\(Int(100 * TrainedInformation.relativeError))% of it, with \(row.points) points")
        }
        if let output {
            try information.write(to: output.folder)
            Console.note("chart: \(try information.writeChart(to: output.folder).relativePath)")
        }
        try Console.answer(json ? information.json() : information.table())
    }

    /// The values of --beta; `nil` where it is not given.
    private func betas() throws -> [Double]? {
        guard let beta else { return nil }
        return try beta.split(separator: ",", omittingEmptySubsequences: false).map { text in
            guard let value = Double(text), Self.betaRange.contains(value) else {
                throw ValidationError(
                    "--beta: expected numbers from \(Self.betaRange.lowerBound) to \(Self.betaRange.upperBound), separated "
                        + "by commas, found \"\(text)\"")
            }
            return value
        }
    }
}

extension TrainedInformation.Row {
    /// Whether the standard error of I(X;Z) is what was wanted.
    var isAccurate: Bool { information.error <= TrainedInformation.relativeError * information.value }
}
