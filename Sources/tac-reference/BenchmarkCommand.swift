import ArgumentParser
import CropExperiment
import Foundation
import Reporting

/// `tac-reference benchmark`: how fast this machine runs the kernels and the step.
struct BenchmarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmark",
        abstract: "Time kernels, layers and the phases of a step, against this machine's peak.")

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    @OptionGroup(title: "Hyperparameters")
    var hyperparameters: ConfigurationOptions

    @OptionGroup(title: "Data")
    var data: DataOptions

    /// Measures and prints.
    func run() throws {
        let configuration = try hyperparameters.configuration()
        let digits = try data.load()
        try configuration.validate(trainingCount: digits.train.count)
        let dataset = CanvasDataset(
            digits.train, geometry: configuration.geometry, seed: configuration.seed, split: "training")
        let result = StepBenchmark().run(dataset, configuration) { Console.note("timing: \($0)") }
        if !result.hasFusedMultiplyAdd {
            Console.note(
                "this build does not use fused multiply-add: expect a hundredth of the speed; build on the machine "
                    + "that runs it, with the flags of Package.swift")
        }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            print(String(decoding: try encoder.encode(result), as: UTF8.self))
            return
        }
        for entry in result.entries {
            let speed = entry.gigaflops.map { String(format: "%8.1f GFLOP/s", $0) } ?? ""
            let share = entry.percentOfPeak.map { String(format: "%6.1f%% of peak", $0) } ?? ""
            let name = entry.name.padding(toLength: 46, withPad: " ", startingAt: 0)
            print("\(name) \(entry.threads) \(String(format: "%10.3f ms", entry.milliseconds)) \(speed) \(share)")
        }
    }
}
