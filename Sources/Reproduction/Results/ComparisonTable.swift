import CropExperiment
import Digits
import Tensors

/// Our numbers as the paper's table has them, beside the paper's where the data allow it.
///
/// Runs are averaged where they differ in their seed alone. A method with several such groups is represented by that of its
/// first run: who names the folders says which runs stand in the table. Two-dimensional runs (figure 6) are left out.
public struct ComparisonTable: Equatable, Sendable {
    /// One line of the table.
    public struct Row: Equatable, Sendable {
        /// The heading that it stands under.
        public let group: String
        /// What is measured.
        public let label: String
        /// The paper's number; `nil` where it has none or the data do not allow the comparison.
        public let paper: PaperValue?
        /// Our number over n runs; `nil` where it was not measured.
        public let here: SampleStatistics?
        /// How many of the numbers come from a classifier that was given up short of its optimum.
        public var unconverged = 0

        /// Our mean less the paper's.
        public var difference: Double? {
            guard let paper, let here else { return nil }
            return here.mean - paper.mean
        }
    }

    /// Linear accuracies, in the order of the paper's table.
    public let accuracies: [Row]
    /// Uniformity and non-trivial mass: what sections 3.1 and 3.2 report outside the table.
    public let measures: [Row]
    /// How many runs stand for no method, because a method's first run has other settings; two-dimensional runs not counted.
    public let leftOut: Int
    /// Whether the paper's numbers may be shown at all.
    public let showsPaper: Bool
    /// The paper's table with these rows.
    public let number: Int

    /// Collects the table from results.
    ///
    /// - Parameters:
    ///   - results: every run.
    ///   - raw: scores of raw pixels over several placements of the digits; with none, that of the results.
    public init(_ results: ExperimentResults, raw: [ClassifierScore] = []) {
        let data = results.data
        let allowed = results.isComparableWithPaper
        showsPaper = allowed
        number = data.variant == .derived ? 1 : 2
        let groups = [RunMethod.ours: results.mainGroup(.ours), .simclr: results.mainGroup(.simclr)]
        leftOut =
            results.runs.count { $0.configuration.representationDimension > 2 }
            - groups.values.joined().count { $0.configuration.representationDimension > 2 }
        let rawScores = raw.isEmpty ? [results.raw].compactMap { $0 } : raw
        accuracies = TableEntry.all.compactMap { entry in
            let paper = PaperResults.accuracy(entry, data.variant)
            let runs = entry.method.map { groups[$0, default: []] } ?? []
            let scores =
                switch entry {
                case .rawPixels: rawScores
                case .representation(_, let layer, let crops): runs.compactMap { $0.score(of: layer, over: crops) }
                }
            guard !scores.isEmpty || (paper != nil && allowed) else { return nil }
            let topCrops =
                runs.first?.configuration.evaluation.topCrops ?? ExperimentConfiguration().evaluation.topCrops
            var row = Row(
                group: entry.method?.name ?? "Baseline", label: entry.label(topCrops: topCrops),
                paper: allowed ? paper : nil, here: Self.statistics(scores.map(\.accuracy)))
            row.unconverged = scores.count { !$0.hasConverged }
            return row
        }
        measures = RunMethod.allCases.flatMap { method -> [Row] in
            let runs = groups[method, default: []]
            let isPaperDimension = runs.allSatisfy { $0.configuration.representationDimension == 50 }
            return [
                Row(
                    group: method.name, label: "Gaussian potential, t = 2",
                    paper: allowed && isPaperDimension ? PaperResults.uniformity(method, data.variant) : nil,
                    here: Self.statistics(runs.map(\.uniformity))),
                Row(
                    group: method.name, label: "Mass on non-trivial crops",
                    paper: allowed ? PaperResults.nonTrivialMass(method, data.variant) : nil,
                    here: Self.statistics(runs.map(\.nonTrivialMass.mean))),
                Row(
                    group: method.name, label: "Objective, nats", paper: nil,
                    here: Self.statistics(runs.map(\.objective))),
                Row(
                    group: method.name, label: "Entropy of P(T|x), nats", paper: nil,
                    here: Self.statistics(runs.map(\.entropy))),
            ].filter { $0.here != nil }
        }
    }

    private static func statistics(_ values: [Double]) -> SampleStatistics? {
        values.isEmpty ? nil : SampleStatistics(values)
    }
}

extension RunMethod {
    /// The method's name for a reader.
    public var name: String {
        switch self {
        case .ours: "Ours"
        case .simclr: "SimCLR"
        }
    }

}

extension ExperimentResults {
    /// The runs that stand for a method: its first run, and those that differ from it in their seed alone. Two-dimensional runs
    /// count only where there are no others.
    package func mainGroup(_ method: RunMethod) -> [RunResult] { mainIndices(method).map { runs[$0] } }

    /// The positions of those runs.
    package func mainIndices(_ method: RunMethod) -> [Int] {
        let indices = runs.indices.filter { runs[$0].method == method }
        let others = indices.filter { runs[$0].configuration.representationDimension > 2 }
        let candidates = others.isEmpty ? indices : others
        guard let first = candidates.first.map({ SeedGroup(runs[$0]) }) else { return [] }
        return candidates.filter { SeedGroup(runs[$0]) == first }
    }
}

/// What runs of one group have in common.
private struct SeedGroup: Equatable {
    let configuration: ExperimentConfiguration
    let steps: Int

    init(_ run: RunResult) {
        configuration = run.configuration.withoutSeed
        steps = run.steps
    }
}
