import CropExperiment
import Digits

/// What one run of the reproduction left behind.
public struct RunRecord: Equatable, Sendable {
    /// The run's name.
    public let name: String
    /// Which run.
    public let identity: RunIdentity
    /// On which data.
    public let data: DataProvenance
    /// The trained run's numbers; `nil` for raw pixels.
    public let result: RunResult?
    /// The score of raw pixels, where that was the run.
    public let raw: ClassifierScore?
    /// The data of the run's figures; `nil` for raw pixels.
    public let figures: RunFigures?
    /// What was measured on the trained run besides.
    public var analyses = RunAnalyses()

    /// Whether two records hold the same measurement: equal but for the run's name and the time that it took.
    func isSameMeasurement(as other: RunRecord) -> Bool {
        var (one, two) = (result, other.result)
        one?.seconds = 0
        two?.seconds = 0
        return identity == other.identity && data == other.data && one == two && raw == other.raw
            && analyses.agree(with: other.analyses)
    }
}

/// What makes two runs one: what they do, and every setting.
public struct RunIdentity: Codable, Hashable, Sendable {
    /// What the run does.
    public let kind: RunGroup.Kind
    /// Every setting, the seed among them.
    public let configuration: ExperimentConfiguration
}
