import ArgumentParser
import Benchmarks
import CropExperiment
import Diagnostics
import Foundation
import Reporting

extension BenchmarkSection: ExpressibleByArgument {}

/// `tac-reference benchmark`: how fast this machine runs the kernels, the step, evaluation and the classifiers.
struct BenchmarkCommand: ParsableCommand {
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
    var output: String?

    @Option(
        help: ArgumentHelp("Set each time beside that of an earlier run's --json output.", valueName: "file.json"))
    var compare: String?

    @OptionGroup(title: "Hyperparameters")
    var hyperparameters: ConfigurationOptions

    @OptionGroup(title: "Data")
    var data: DataOptions

    func validate() throws {
        if json, compare != nil { throw ValidationError("--json and --compare exclude each other: give one") }
    }

    /// Measures and prints.
    func run() throws {
        let earlier = try compare.map(earlierReport)
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
        if let output { try AtomicFile.write(encoded, to: URL(fileURLWithPath: output)) }
        if json {
            try Console.answer(String(decoding: encoded, as: UTF8.self))
        } else {
            try BenchmarkTable(report, earlier: earlier).lines.forEach(Console.answer)
        }
    }

    private func earlierReport(_ path: String) throws -> BenchmarkReport {
        let content = "the output of 'benchmark --json'"
        let data = try InputFile.contents(
            of: URL(fileURLWithPath: path), expecting: content, advice: "give a file that it wrote")
        return try StrictJSON.decode(
            BenchmarkReport.self, from: data, named: path, expecting: content, advice: "make it again")
    }
}

/// The measurements as a table for people.
struct BenchmarkTable {
    private let report: BenchmarkReport
    private let earlier: BenchmarkReport?

    /// A table of one run, each time beside that of an earlier run where there is one.
    init(_ report: BenchmarkReport, earlier: BenchmarkReport?) {
        self.report = report
        self.earlier = earlier
    }

    /// A title and one line for each measurement, group by group.
    var lines: [String] {
        let width = report.entries.map(\.name.count).max() ?? 0
        var lines: [String] = []
        var section: BenchmarkSection?
        for entry in report.entries {
            if entry.section != section {
                section = entry.section
                let title = entry.section.rawValue.padding(toLength: width, withPad: " ", startingAt: 0)
                lines += (lines.isEmpty ? [] : [""]) + ["\(title)  threads"]
            }
            lines.append(line(entry, width))
        }
        return lines
    }

    private func line(_ entry: BenchmarkReport.Entry, _ width: Int) -> String {
        var columns = [
            entry.name.padding(toLength: width, withPad: " ", startingAt: 0),
            String(format: "%7d %11.3f ms", entry.threads, entry.milliseconds),
        ]
        if let gigaflops = entry.gigaflops { columns.append(String(format: "%8.1f GFLOP/s", gigaflops)) }
        if let percent = entry.percentOfPeak { columns.append(String(format: "%6.1f%% of peak", percent)) }
        if let intensity = entry.operationsPerByte { columns.append(String(format: "%6.1f FLOP/byte", intensity)) }
        if let bandwidth = entry.gigabytesPerSecond { columns.append(String(format: "%8.1f GB/s", bandwidth)) }
        if let images = entry.imagesPerSecond { columns.append(String(format: "%10.0f images/s", images)) }
        if let speedUp = report.speedUp(entry) { columns.append(String(format: "%5.2f × one thread", speedUp)) }
        if let pages = entry.freshPages { columns.append(String(format: "%5d fresh pages", pages)) }
        if let megabytes = entry.peakMegabytes { columns.append(String(format: "%5.0f MB at most", megabytes)) }
        if let loss = entry.loss { columns.append(String(format: "loss %.4f nats", loss)) }
        if let before = earlier?.entry(entry.name, threads: entry.threads) {
            columns.append(String(format: "%6.2f × as fast as before", before.milliseconds / entry.milliseconds))
        }
        return columns.joined(separator: "  ")
    }
}
