import CropExperiment
import Diagnostics
import Digits
import Foundation
import Tensors

/// The outcome of a reproduction: the content of its `results.json`.
///
/// The schema is described in docs/reproduction.md; its number is ``format``. All but `seconds` of the runs is a function of
/// the program and the settings.
public struct ReproductionResults: Encodable, Sendable {
    /// The number of the schema.
    public static let format = 1
    /// The file's name.
    public static let fileName = "results.json"
    /// The name of the file with the data of figures, an object with one entry a run that the page draws.
    public static let figuresName = "figures.json"

    /// How long runs trained.
    public let schedule: Catalogue.Schedule
    /// Settings that every run had instead of its own; none in a reproduction of the paper.
    public let changes: [String]
    /// Seeds of each group.
    public let seeds: Int
    /// Where the images came from, and how many: derived and original.
    public let data: [DataProvenance]
    /// Tables, figures and claims.
    public let artefacts: [ArtefactResult]
    /// Every run that they rest on.
    public let runs: [RunRecord]

    /// Puts the numbers together.
    ///
    /// - Throws: `Failure` of kind `.badData` for runs on different data.
    public init(_ plan: ReproductionPlan, _ catalogue: Catalogue, archive: RunArchive) throws {
        schedule = catalogue.schedule
        changes = catalogue.changes
        seeds = plan.seeds
        runs = archive.records(of: plan)
        var data: [DataProvenance] = []
        for run in runs where !data.contains(where: run.data.isSameMeasurement) {
            if let other = data.first(where: { $0.variant == run.data.variant }) {
                throw Failure(
                    .badData,
                    "\(run.name): expected a run on \(other.summary), as the others, found one on \(run.data.summary); "
                        + "reproduce them apart")
            }
            data.append(run.data)
        }
        self.data = data
        let measurements = Measurements(runs)
        showsPaper = catalogue.isComparable && data.allSatisfy(\.comparableWithPaper)
        artefacts = plan.artefacts.map { [showsPaper] in ArtefactResult($0, measurements, showsPaper: showsPaper) }
    }

    /// Whether the numbers may stand beside the paper's: all of MNIST, the whole schedule, and the recipe as it is.
    public let showsPaper: Bool

    /// Seconds of training and evaluation, summed over the runs. Raw pixels and what is measured on runs besides are not counted.
    public var seconds: Double { runs.reduce(0) { $0 + ($1.result?.seconds ?? 0) } }

    /// The file's content.
    public func encoded() throws -> Data {
        try StrictJSON.encoder(isPretty: true).encode(self) + Data("\n".utf8)
    }

    private enum Key: String, CodingKey {
        case format, schedule, changes, seeds, data, artefacts, runs
    }

    private enum RunKey: String, CodingKey {
        case name, kind, configuration, result, raw, protocols, information
    }

    /// Writes everything but the figures' data.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Self.format, forKey: .format)
        try container.encode(schedule, forKey: .schedule)
        try container.encode(changes, forKey: .changes)
        try container.encode(seeds, forKey: .seeds)
        try container.encode(data, forKey: .data)
        try container.encode(artefacts, forKey: .artefacts)
        var list = container.nestedUnkeyedContainer(forKey: .runs)
        for run in runs {
            var entry = list.nestedContainer(keyedBy: RunKey.self)
            try entry.encode(run.name, forKey: .name)
            try entry.encode(run.identity.kind, forKey: .kind)
            if let result = run.result {
                try entry.encode(result, forKey: .result)
            } else {
                // A trained run's result has its configuration.
                try entry.encode(run.identity.configuration, forKey: .configuration)
            }
            try entry.encodeIfPresent(run.raw, forKey: .raw)
            try entry.encodeIfPresent(run.analyses.protocols, forKey: .protocols)
            try entry.encodeIfPresent(run.analyses.information, forKey: .information)
        }
    }
}

/// A table, figure or claim with its numbers.
public struct ArtefactResult: Encodable, Sendable {
    /// A number beside the paper's.
    public struct Cell: Encodable, Equatable, Sendable {
        /// The measure's key.
        public let measure: String
        /// The values of the seeds, ascending seeds.
        public let values: [Double]
        /// Their mean.
        public let mean: Double
        /// Their standard deviation (n − 1); `nil` for a single one.
        public let std: Double?
        /// How many of them come from a classifier short of its optimum.
        public let unconverged: Int
        /// The paper's number as printed; `nil` where it has none or the runs do not allow the comparison.
        public let paper: String?
        /// Our mean less the paper's, in standard errors of the difference.
        public let standardErrors: Double?
        /// The verdict on the number; `nil` without the paper's.
        public let verdict: Verdict?
    }

    /// A row of the table.
    public struct Row: Encodable, Equatable, Sendable {
        /// The name of the group.
        public let group: String
        /// What stands before the numbers.
        public let label: String
        /// Its numbers; a measure without any run is left out.
        public let cells: [Cell]
    }

    /// What it is.
    public let kind: Artefact.Kind
    /// Its name.
    public let name: String
    /// Its heading.
    public let title: String
    /// Where the paper says it.
    public let place: String
    /// The verdict; `uncompared` for runs that do not allow the comparison.
    public let verdict: Verdict
    /// The numbers behind the verdict.
    public let reason: String
    /// The table.
    public let rows: [Row]

    init(_ artefact: Artefact, _ measurements: Measurements, showsPaper: Bool) {
        kind = artefact.kind
        name = artefact.name
        title = artefact.title
        place = artefact.place
        let judgement = artefact.judgement(on: measurements)
        if showsPaper || artefact.judge != nil && judgement.verdict == .missing || judgement.verdict == .drawn {
            (verdict, reason) = (judgement.verdict, judgement.reason)
        } else if judgement.verdict == .missing {
            (verdict, reason) = (.missing, "not all of its runs are done")
        } else {
            verdict = .uncompared
            reason = artefact.judge == nil ? "these runs do not stand beside the paper's numbers" : judgement.reason
        }
        rows = artefact.rows.map { row in
            Row(
                group: row.group.name, label: row.label,
                cells: row.measures.compactMap { measure in
                    let records = measurements.records(of: row.group).prefix(artefact.isOfOneSeed ? 1 : .max)
                    let values = records.compactMap(measure.value)
                    guard !values.isEmpty else { return nil }
                    let statistics = SampleStatistics(values)
                    let expectation = showsPaper ? row.expectations[measure] : nil
                    return Cell(
                        measure: measure.key, values: values, mean: statistics.mean,
                        std: statistics.count > 1 ? statistics.standardDeviation : nil,
                        unconverged: records.count { measure.isUnconverged(in: $0) },
                        paper: expectation?.paper.printed,
                        standardErrors: expectation?.standardErrors(of: statistics),
                        verdict: expectation?.verdict(on: statistics))
                })
        }
    }
}
