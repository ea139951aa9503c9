import CropExperiment
import Foundation
import Reproduction
import Tensors

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

extension ExperimentReport {
    /// The report of saved results, made by this command on this machine.
    public init(
        _ results: ExperimentResults, figures: [RunFigures],
        proposition1: Proposition1Summary? = nil, commands: [String]
    ) {
        let process = ProcessInfo.processInfo
        let day = Date().formatted(.iso8601.year().month().day())
        self.init(
            results: results, figures: figures, hyperparameters: results.runs.first?.configuration.reportTable ?? [],
            proposition1: proposition1, commands: commands,
            environment: "\(process.operatingSystemVersionString), \(Parallel.threadCount) threads, \(day)")
    }
}
