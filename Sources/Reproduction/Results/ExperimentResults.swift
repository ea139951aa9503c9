import CropExperiment
import Digits

/// The content of `results.json`: the numbers of one or more runs on one data set, with where they came from.
///
/// `data`, `raw` and `runs` are the only top-level keys. A number that is not finite is written as one of the strings
/// `"NaN"`, `"Infinity"`, `"-Infinity"`, because JSON has no such numbers, and reads back as it was.
public struct ExperimentResults: Codable, Equatable, Sendable {
    /// The data behind every number of this file.
    public var data: DataProvenance
    /// The score of a linear classifier on the raw pixels of these data; `nil` where it was not measured.
    public var raw: ClassifierScore?
    /// The runs, in the order in which they were made.
    public var runs: [RunResult]

    /// Collects the runs on one data set.
    public init(data: DataProvenance, raw: ClassifierScore?, runs: [RunResult]) {
        self.data = data
        self.raw = raw
        self.runs = runs
    }

    /// Whether the numbers may stand beside the paper's: all of MNIST, on the paper's canvas, with its crops.
    public var isComparableWithPaper: Bool {
        data.comparableWithPaper
            && runs.allSatisfy { run in
                // Not the geometry: a file may say anything, and not every canvas has one.
                var canvas = run.configuration.canvas
                let paper = (data.variant == .derived ? ExperimentConfiguration() : .original).canvas
                (canvas.pixelMean, canvas.pixelDeviation) = (paper.pixelMean, paper.pixelDeviation)
                return canvas == paper
            }
    }
}
