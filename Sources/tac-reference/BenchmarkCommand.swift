import ArgumentParser
import Benchmarks
import CropExperiment
import Diagnostics
import Foundation

extension BenchmarkSection: ExpressibleByArgument {}

/// `tac-reference benchmark`: how fast this machine runs the kernels, the step, evaluation and the classifiers.
struct BenchmarkCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmark",
        abstract: "Time kernels, layers, the phases of a step, evaluation and classifiers.",
        discussion: """
            Kernels and layers are measured in turn with the peak of this machine's fused multiply-add, and set beside \
            it. More than 100% of the peak means that fewer operations than the definition's were done: max-pooling \
            leaves most gradients zero.
            """)

    @Option(
        name: .customLong("section"),
        help: ArgumentHelp("Measure only this group. May be repeated.", valueName: "name"))
    var sections: [BenchmarkSection] = []

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    @Option(help: ArgumentHelp("Also write the JSON to this file.", valueName: "file.json"))
    var output: PathArgument?

    @Option(
        help: ArgumentHelp("Set each time beside that of an earlier run's --json output.", valueName: "file.json"))
    var compare: PathArgument?

    @OptionGroup
    var threads: ThreadOptions

    @OptionGroup(title: "Hyperparameters")
    var hyperparameters: ConfigurationOptions

    @OptionGroup(title: "Data")
    var data: DataOptions

    func validate() throws {
        if json, compare != nil { throw ValidationError("--json and --compare exclude each other: give one") }
    }

    /// Measures and prints.
    func run() throws {
        let earlier = try compare.map { try earlierReport($0.file) }
        if let output { try AtomicFile.requireWritable(output.file) }
        let configuration = try hyperparameters.configuration()
        let digits = try data.load()
        try configuration.validate(trainingCount: digits.train.count)
        try configuration.requireMemory()
        let report = try Benchmark().run(
            sections.isEmpty ? BenchmarkSection.allCases : sections, digits.train, from: digits.provenance,
            configuration
        ) { Console.note("timing: \($0)") }
        if !report.hasFusedMultiplyAdd {
            Console.note(
                "this build does not use fused multiply-add: expect a hundredth of the speed; build on the machine "
                    + "that runs it, with the flags of Package.swift")
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        let encoded = try encoder.encode(report)
        if let output { try AtomicFile.write(encoded, to: output.file) }
        if json {
            try Console.answer(String(decoding: encoded, as: UTF8.self))
        } else {
            try report.lines(beside: earlier).forEach(Console.answer)
        }
    }

    private func earlierReport(_ file: URL) throws -> BenchmarkReport {
        let content = "the output of 'benchmark --json'"
        let data = try InputFile.contents(
            of: file, expecting: content, advice: "give a file that it wrote")
        return try StrictJSON.decode(
            BenchmarkReport.self, from: data, named: file.path, expecting: content, advice: "make it again")
    }
}
