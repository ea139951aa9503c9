import CropExperiment
import Diagnostics
import Foundation

/// The log of the search for the recipe: what was tried, what was expected of it, what came out.
public struct SearchLog: Codable, Equatable, Sendable {
    /// One run.
    public struct Entry: Codable, Equatable, Sendable {
        /// The run's name.
        public var name: String
        /// What was changed, and what was expected of it, written before the run.
        public var guess: String
        /// The data's name.
        public var data: String
        /// Every setting.
        public var configuration: ExperimentConfiguration
        /// Iterations.
        public var steps: Int
        /// The objective at the end of training, in nats.
        public var objective: Double
        /// H(T|X), in nats.
        public var entropy: Double
        /// Linear accuracies by measure, `h`, `f`, `hTop`, ….
        public var accuracies: [String: Double]
        /// The average pairwise Gaussian potential.
        public var potential: Double
        /// The participation ratio of E[ẑẑᵀ]; `nil` where it was not measured.
        public var rank: Double?
        /// Seconds of training and evaluation, on a machine that did other things besides.
        public var seconds: Double
    }

    /// The runs, in the order in which they were made.
    public var entries: [Entry] = []

    /// A log without runs.
    public init() {}

    /// Reads a log.
    ///
    /// - Throws: `Failure` for a file that cannot be read or holds something else.
    public init(contentsOf file: URL) throws {
        let content = "a log of a search"
        self = try StrictJSON.decode(
            Self.self, from: try InputFile.contents(of: file, expecting: content, advice: "give the path of one"),
            named: file.path, expecting: content, advice: "take the file from version control")
    }

    /// Adds the run of a folder.
    ///
    /// - Throws: `Failure` for a folder without the results of one run, and for a run that the log has.
    public mutating func add(_ folder: URL, guess: String) throws {
        let results = try ResultsFolder.read(from: folder).results
        guard let result = results.runs.first, results.runs.count == 1 else {
            throw Failure(
                .badData,
                "\(folder.path): expected the results of one run, found \(results.runs.count); add them one by one")
        }
        guard result.steps == result.configuration.training.steps else {
            throw Failure(
                .badData,
                "\(folder.path): expected a run that is trained to its end, found \(result.steps) of "
                    + "\(result.configuration.training.steps) steps; go on with 'train' and evaluate it again")
        }
        guard !entries.contains(where: { $0.configuration == result.configuration && $0.data == results.data.name })
        else {
            throw Failure(.usage, "\(folder.path): expected a run that the log does not have, found one that it has")
        }
        let record = RunRecord(
            name: folder.lastPathComponent,
            identity: RunIdentity(kind: .training, configuration: result.configuration), data: results.data,
            result: result, raw: nil, figures: nil)
        let measures: [Measure] = [.h, .f, .hTop, .fTop, .hOracle, .fOracle]
        let accuracies = measures.compactMap { measure in measure.value(in: record).map { (measure.key, $0) } }
        entries.append(
            Entry(
                name: record.name, guess: guess, data: results.data.name, configuration: result.configuration,
                steps: result.steps, objective: result.objective, entropy: result.entropy,
                accuracies: Dictionary(uniqueKeysWithValues: accuracies), potential: result.uniformity,
                rank: result.effectiveRank, seconds: result.seconds))
    }

    /// Writes the log, whole or not at all.
    public func write(to file: URL) throws {
        try AtomicFile.write(try StrictJSON.encoder(isPretty: true).encode(self) + Data("\n".utf8), to: file)
    }

    /// The log as a page in Markdown: for each run its settings other than the recipe's, the guess, the numbers.
    public func markdown() -> String {
        func number(_ value: Double?, _ digits: Int) -> String {
            value.map { String(format: "%.\(digits)f", $0) } ?? "–"
        }
        let head = [
            "run", "settings other than the recipe's", "guess, written before", "steps", "J", "H", "h", "f",
            "potential",
            "rank",
            "minutes",
        ]
        let rows = entries.map { entry -> [String] in
            let base = entry.configuration.variant == .derived ? ExperimentConfiguration() : .original
            let settings = entry.configuration.differences(from: base) { $0.key != "training.steps" }
                .map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
            return [
                entry.name, settings, entry.guess, "\(entry.steps)", number(entry.objective, 4),
                number(entry.entropy, 2), number(entry.accuracies["h"], 4), number(entry.accuracies["f"], 4),
                number(entry.potential, 4), number(entry.rank, 1), number(entry.seconds / 60, 1),
            ]
        }
        let lines = ([head, head.map { _ in "---" }] + rows).map { cells in
            "| " + cells.map { $0.replacing("|", with: "\\|").replacing(/\s+/, with: " ") }.joined(separator: " | ")
                + " |"
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
