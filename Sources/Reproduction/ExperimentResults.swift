import CropExperiment
import Digits

/// The content of `results.json`: the numbers of one or more runs on one data set, with where they came from.
///
/// `data`, `raw` and `runs` are the only top-level keys. A number that is not finite is written as one of the strings
/// `"NaN"`, `"Infinity"`, `"-Infinity"`, because JSON has no such numbers, and reads back as it was.
public struct ExperimentResults<Configuration: RunConfiguration>: Codable, Equatable, Sendable {
    /// The data behind every number of this file.
    public var data: DataProvenance
    /// The linear accuracy of raw pixels on these data, in [0, 1]; `nil` where it was not measured.
    public var raw: Double?
    /// The runs, in the order in which they were made.
    public var runs: [RunResult<Configuration>]

    /// Collects the runs on one data set.
    public init(data: DataProvenance, raw: Double?, runs: [RunResult<Configuration>]) {
        self.data = data
        self.raw = raw
        self.runs = runs
    }
}
