import ArgumentParser
import CropExperiment

/// `tac-reference settings`: what can be set.
struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "List every hyperparameter with its default and its range.")

    @Flag(help: "As the page docs/hyperparameters.md.")
    var markdown = false

    /// Prints the list.
    func run() throws {
        if markdown {
            return try Console.answer(ExperimentConfiguration.documentation)
        }
        for setting in ExperimentConfiguration.settings {
            let origin = setting.origin == .ours ? "ours" : "paper"
            let value = setting.value(in: ExperimentConfiguration())
            try Console.answer("\(setting.key) = \(value)  [\(origin)] \(setting.expectation)\n    \(setting.note)")
        }
    }
}
