import CropExperiment
import Diagnostics
import Digits
import Foundation

/// The log of the search for the recipe: what was tried, what was expected of it, what came out.
public struct SearchLog: Codable, Equatable, Sendable {
    /// One run.
    public struct Entry: Codable, Equatable, Sendable {
        /// The run's name.
        public var name: String
        /// What was changed, and what was expected of it, written before the run.
        public var guess: String
        /// On which data.
        public var data: DataProvenance
        /// What came out, with every setting.
        public var result: RunResult
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
        guard !entries.contains(where: { $0.result.configuration == result.configuration && $0.data == results.data })
        else {
            throw Failure(.usage, "\(folder.path): expected a run that the log does not have, found one that it has")
        }
        entries.append(
            Entry(name: folder.lastPathComponent, guess: guess, data: results.data, result: result))
    }

    /// Writes the log, whole or not at all.
    public func write(to file: URL) throws {
        try AtomicFile.write(try StrictJSON.encoder(isPretty: true).encode(self) + Data("\n".utf8), to: file)
    }

    /// The log as a page in Markdown: for each run its settings beyond the defaults, the guess, the numbers.
    public func markdown() -> String {
        func number(_ value: Double?, _ digits: Int) -> String {
            value.map { String(format: "%.\(digits)f", $0) } ?? "–"
        }
        let head = [
            "run", "settings beyond the defaults", "guess, written before", "steps", "J", "H", "h", "f", "potential",
            "rank",
            "minutes",
        ]
        let rows = entries.map { entry -> [String] in
            let result = entry.result
            let base = result.configuration.variant == .derived ? ExperimentConfiguration() : .original
            let settings = result.configuration.differences(from: base) { $0.key != "training.steps" }
                .map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
            return [
                entry.name, settings, entry.guess, "\(result.steps)", number(result.objective, 4),
                number(result.entropy, 2), number(result.score(of: .h, over: .expectation)?.accuracy, 4),
                number(result.score(of: .f, over: .expectation)?.accuracy, 4), number(result.uniformity, 4),
                number(result.effectiveRank, 1), number(result.seconds / 60, 1),
            ]
        }
        let lines = ([head, head.map { _ in "---" }] + rows).map { cells in
            "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
