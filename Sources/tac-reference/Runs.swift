import ArgumentParser
import CropExperiment
import Diagnostics
import Foundation
import Reporting
import Reproduction

extension Experiment {
    /// Trains with a progress bar, from the folder's checkpoint if there is one.
    ///
    /// - Throws: `ExitCode` 130 when a signal stopped it; how to go on has then been said.
    func trainShowingProgress(name: String) throws {
        let stop = StopRequest()
        var bar: TerminalProgress?
        let outcome = try train(
            progress: { progress in
                if bar == nil {
                    if progress.step > 1 { Console.note("\(name): going on after step \(progress.step - 1)") }
                    bar = TerminalProgress(name, total: progress.steps, completed: progress.step - 1)
                }
                bar?.update(completed: progress.step, objective: progress.objective)
            }, shouldStop: { stop.isPending })
        switch outcome {
        case .finished:
            if bar == nil { Console.note("\(name): trained already, \(configuration.training.steps) steps") }
            bar?.finish()
        case .interrupted(let step):
            bar?.endLine()
            Console.note("stopped after step \(step); to go on: \(Console.commandLine)")
            throw ExitCode(StopRequest.status)
        }
    }

    /// Evaluates with a progress bar.
    func evaluateShowingProgress(
        name: String
    ) throws -> (result: RunResult<ExperimentConfiguration>, figures: RunFigures) {
        var bar: TerminalProgress?
        return try evaluate { stage in
            switch stage {
            case .features(let done, let total):
                if bar == nil { bar = TerminalProgress("\(name): features", total: total, unit: "images") }
                bar?.update(completed: done)
                if done == total { bar?.finish() }
            case .classifier(let features):
                Console.note("\(name): linear classifier on \(features)")
            }
        }
    }
}

extension RunResult<ExperimentConfiguration> {
    /// The numbers in one line.
    var summary: String {
        let accuracies: [(String, Double?)] = [
            ("h", linearAccuracy.h), ("f", linearAccuracy.f), ("h top 8", linearAccuracy.hTop8),
            ("f top 8", linearAccuracy.fTop8), ("h oracle", linearAccuracy.hOracle),
            ("f oracle", linearAccuracy.fOracle),
        ]
        func text(_ value: Double) -> String { String(format: "%.4f", value) }
        let parts =
            accuracies.compactMap { name, value in value.map { "\(name) \(text($0))" } } + [
                "non-trivial mass \(text(nonTrivialMass.mean))", "uniformity \(text(uniformity))",
                "objective \(text(objective))",
            ]
        return "\(method.name), seed \(seed), \(steps) steps: \(parts.joined(separator: ", "))"
    }
}

extension ExperimentConfiguration {
    /// The settings as lines of the report's table; a value other than the paper's is ours.
    var reportTable: [Hyperparameter] {
        let defaults = ExperimentConfiguration()
        return Self.settings.map { setting in
            let (value, paperValue) = (setting.value(in: self), setting.value(in: defaults))
            switch setting.origin {
            case .paper(let place) where value == paperValue:
                return Hyperparameter(setting.key, "\(value)", .paper, note: "\(setting.note) (\(place))")
            case .paper(let place):
                let note = "\(setting.note) (\(paperValue) in the paper's main experiment, \(place))"
                return Hyperparameter(setting.key, "\(value)", .ours, note: note)
            case .ours:
                return Hyperparameter(setting.key, "\(value)", .ours, note: setting.note)
            }
        }
    }
}

extension ExperimentReport<ExperimentConfiguration> {
    /// The report of saved results, made by this command on this machine.
    init(
        _ results: ExperimentResults<ExperimentConfiguration>, figures: [RunFigures],
        proposition1: Proposition1Summary? = nil, commands: [String]
    ) {
        let main = results.runs.first { $0.method == .ours } ?? results.runs.first
        let process = ProcessInfo.processInfo
        let day = Date().formatted(.iso8601.year().month().day())
        self.init(
            results: results, figures: figures, hyperparameters: main?.configuration.reportTable ?? [],
            proposition1: proposition1, commands: commands,
            environment: "\(process.operatingSystemVersionString), \(process.activeProcessorCount) cores, \(day)")
    }
}
