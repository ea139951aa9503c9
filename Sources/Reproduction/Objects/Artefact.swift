import CropExperiment
import Tensors

/// A table, figure or claim of the paper, or a claim of ours: where it is stated, the runs that it needs, how its numbers
/// are computed from them, what the paper has in their place, and the rule of its verdict.
public struct Artefact: Sendable {
    /// What is reproduced.
    public enum Kind: String, Codable, Sendable {
        case table, figure, claim
    }

    /// A row of the artefact's table: some measures of a group.
    public struct Row: Sendable {
        /// The group.
        public let group: RunGroup
        /// What stands before the numbers.
        public let label: String
        /// Its numbers.
        public let measures: [Measure]
        /// For each number the heading of the column that it stands in.
        public let headings: [String]
        /// The paper's numbers, by measure.
        public let expectations: [Measure: PaperExpectation]

        init(
            _ group: RunGroup, label: String? = nil, _ measures: [Measure], under headings: [String]? = nil,
            expecting expectations: [Measure: PaperExpectation] = [:]
        ) {
            self.group = group
            self.label = label ?? group.label
            self.measures = measures
            let topCrops = group.configuration.evaluation.topCrops
            self.headings = headings ?? measures.map { $0.label(topCrops: topCrops) }
            self.expectations = expectations
        }
    }

    /// A curve of the artefact's chart: measures of groups against a number that they differ in.
    public struct Curve: Sendable {
        /// What is plotted, with where it stands on the horizontal axis.
        public let points: [(group: RunGroup, measure: Measure, x: Double)]
        /// The curve's name.
        public let name: String

        init(points: [(group: RunGroup, measure: Measure, x: Double)], name: String) {
            self.points = points
            self.name = name
        }

        /// One measure of several groups.
        init(measure: Measure, points: [(group: RunGroup, x: Double)], name: String) {
            self.init(points: points.map { ($0.group, measure, $0.x) }, name: name)
        }
    }

    /// The claim's rule applied to the numbers: a verdict, and a sentence with the numbers that it rests on.
    public struct Judgement: Equatable, Sendable {
        /// The verdict.
        public let verdict: Verdict
        /// The numbers behind it, in a sentence.
        public let reason: String

        /// A verdict with its reason.
        public init(_ verdict: Verdict, _ reason: String) {
            self.verdict = verdict
            self.reason = reason
        }

        /// What several comparisons say together: the numbers of all, and the first verdict that is not ``Verdict/reproduced``.
        init(all judgements: [Judgement]) {
            verdict = judgements.first { $0.verdict != .reproduced }?.verdict ?? .reproduced
            reason = judgements.map(\.reason).filter { !$0.isEmpty }.joined(separator: "; ")
        }
    }

    /// What it is.
    public let kind: Kind
    /// Its name on the command line: the number of a table or figure, a word for a claim.
    public let name: String
    /// Its heading.
    public let title: String
    /// Where the paper says it, or that it is ours.
    public let place: String
    /// What is stated.
    public let statement: String
    /// The rule of the verdict, in words.
    public let rule: String
    /// The table.
    public let rows: [Row]
    /// The heading of the chart's horizontal axis, and its curves; empty for none.
    public var axis = ""
    /// The curves of the chart.
    public var curves: [Curve] = []
    /// Whether one seed is enough: a picture of a single run, or an analysis of it.
    public var isOfOneSeed = false
    /// Why a difference from the paper is there, as far as it is known; empty where nothing is to be explained.
    public var explanation = ""
    /// The rule; `nil` for an artefact whose verdict is that of its cells.
    public var judge: (@Sendable (Measurements) -> Judgement)?

    /// The same with an explanation.
    func explained(_ explanation: String) -> Artefact {
        var copy = self
        copy.explanation = explanation
        return copy
    }

    /// The explanation where the result needs one, else empty.
    public func explanation(of result: ArtefactResult) -> String { result.verdict == .different ? explanation : "" }

    /// Whether it is a claim of this project, which the paper does not make.
    public var isOurs: Bool { place == Self.ours }

    /// The place of such a claim.
    static let ours = "ours"

    /// The settings beyond the defaults that all of its runs have.
    public var commonSettings: [String] {
        groups.first?.settings.filter { setting in groups.allSatisfy { $0.settings.contains(setting) } } ?? []
    }

    /// Where it is stated, and what all of its runs have in common, in brackets.
    public var context: String {
        let settings = commonSettings
        return "(\(place)" + (settings.isEmpty ? "" : "; all runs with \(settings.joined(separator: ", "))") + ")"
    }

    /// The groups whose runs it needs.
    public var groups: [RunGroup] {
        var known: Set<String> = []
        return (rows.map(\.group) + curves.flatMap { $0.points.map(\.group) }).filter { known.insert($0.name).inserted }
    }

    /// What it rests on: of an artefact of one seed the first run of each group, as in its table.
    public func measurements(among all: Measurements) -> Measurements { isOfOneSeed ? all.ofFirstSeeds : all }

    /// The verdict: the rule's, or the worst of the cells that the paper has numbers for.
    public func judgement(on all: Measurements) -> Judgement {
        let measurements = measurements(among: all)
        if let judge {
            let isComplete = groups.allSatisfy { !measurements.records(of: $0).isEmpty }
            guard isComplete else { return Judgement(.missing, "not all of its runs are done") }
            let judgement = judge(measurements)
            if judgement.verdict == .missing && judgement.reason.isEmpty {
                return Judgement(.missing, "not all that is measured on its runs is there")
            }
            return isOurs && judgement.verdict == .reproduced ? Judgement(.holds, judgement.reason) : judgement
        }
        let verdicts = rows.flatMap { row in
            row.expectations.map { measure, expectation in
                expectation.verdict(on: measurements[row.group, measure])
            }
        }
        guard !verdicts.isEmpty else {
            let isComplete = groups.allSatisfy { measurements.first(of: $0)?.figures?.isPictured == true }
            return isComplete
                ? Judgement(.drawn, "from its runs")
                : Judgement(.missing, "not all of its runs are done, with the data of their figures")
        }
        let counts = Verdict.allCases.compactMap { verdict in
            let count = verdicts.count { $0 == verdict }
            return count > 0 ? "\(count) \(verdict.rawValue)" : nil
        }
        let order: [Verdict] = [.missing, .different, .reproduced, .exceeded]
        let worst = order.first { verdicts.contains($0) } ?? .missing
        return Judgement(
            worst, "of \(verdicts.count) number\(verdicts.count == 1 ? "" : "s") \(counts.joined(separator: ", "))")
    }
}

/// The records of all runs, to look numbers up in: by their settings, whatever the runs are called.
public struct Measurements: Sendable {
    private let byGroup: [RunIdentity: [RunRecord]]

    /// Sorts records into groups.
    public init(_ records: [RunRecord]) {
        byGroup = Dictionary(grouping: records, by: \.identity.withoutSeed)
            .mapValues { $0.sorted { $0.identity.configuration.seed < $1.identity.configuration.seed } }
    }

    private init(_ byGroup: [RunIdentity: [RunRecord]]) { self.byGroup = byGroup }

    /// Only the run with the smallest seed of each group.
    public var ofFirstSeeds: Measurements { Measurements(byGroup.mapValues { Array($0.prefix(1)) }) }

    /// The run of a group with the smallest seed: what a picture shows.
    public func first(of group: RunGroup) -> RunRecord? { records(of: group).first }

    /// The records of a group, seeds ascending.
    public func records(of group: RunGroup) -> [RunRecord] {
        byGroup[RunIdentity(kind: group.kind, configuration: group.configuration.withoutSeed)] ?? []
    }

    /// A measure over the seeds of a group; `nil` where no run has it.
    public subscript(_ group: RunGroup, _ measure: Measure) -> SampleStatistics? {
        let values = records(of: group).compactMap(measure.value)
        return values.isEmpty ? nil : SampleStatistics(values)
    }
}

extension RunIdentity {
    /// Whether it is a run of the group, of any seed.
    public func isOf(_ group: RunGroup) -> Bool {
        withoutSeed == RunIdentity(kind: group.kind, configuration: group.configuration.withoutSeed)
    }

    /// The same with seed 0: what the runs of a group have in common.
    fileprivate var withoutSeed: RunIdentity {
        RunIdentity(kind: kind, configuration: configuration.withoutSeed)
    }
}
