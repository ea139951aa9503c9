import CropExperiment
import Digits
import Foundation
import Testing

@testable import Reproduction

/// Made-up runs of a claim: numbers by the name of their group and by measure, one for each seed.
typealias RunNumbers = [String: [Measure: [Double]]]

/// Numbers that satisfy the rule of a claim, and what changes of them make of its verdict.
struct ClaimCase: Sendable, CustomTestStringConvertible {
    /// A change of the numbers.
    struct Outcome: Sendable {
        let what: String
        let changes: RunNumbers
        let verdict: Verdict

        /// A change that the rule does not mind.
        static func reproduced(_ what: String, _ changes: RunNumbers) -> Outcome {
            Outcome(what: what, changes: changes, verdict: .reproduced)
        }

        /// A change that violates one condition of the rule and no other.
        static func different(_ what: String, _ changes: RunNumbers) -> Outcome {
            Outcome(what: what, changes: changes, verdict: .different)
        }

        /// A change beyond the paper.
        static func exceeded(_ what: String, _ changes: RunNumbers) -> Outcome {
            Outcome(what: what, changes: changes, verdict: .exceeded)
        }
    }

    /// The claim's name.
    let claim: String
    /// What the rule reads. Every other number of a run is NaN, or its score is missing, so that a rule that read another one
    /// would not hold.
    let numbers: RunNumbers
    let outcomes: [Outcome]

    init(_ claim: String, _ numbers: RunNumbers, _ outcomes: [Outcome]) {
        (self.claim, self.numbers, self.outcomes) = (claim, numbers, outcomes)
    }

    var testDescription: String { claim }

    /// The numbers after a change.
    func changed(_ changes: RunNumbers) -> RunNumbers {
        numbers.merging(changes) { old, new in old.merging(new) { $1 } }
    }
}

extension RunGroup {
    /// A record for each seed that the numbers have, one at least.
    func records(_ numbers: [Measure: [Double]]) throws -> [RunRecord] {
        let seeds = numbers.values.map(\.count).max() ?? 1
        return try (0..<seeds).map { seed in try record(seed, numbers.mapValues { $0[seed] }) }
    }

    private func record(_ seed: Int, _ numbers: [Measure: Double]) throws -> RunRecord {
        let run = run(seed: seed)
        let data = DataProvenance(
            name: "sample", provenance: "made up", source: .mnist, variant: variant, trainingCount: 60_000,
            testCount: 10_000)
        var result = RunResult(
            method: configuration.method, seed: run.seed, steps: configuration.training.steps, objective: .nan,
            trainingObjective: .nan, testObjective: .nan, linearEvaluation: [],
            nonTrivialMass: MeanAndDeviation(mean: .nan, std: .nan), uniformity: .nan, effectiveRank: .nan,
            blankDistance: MeanAndDeviation(mean: .nan, std: .nan), entropy: .nan,
            offsetInformation: OffsetInformation(image: .nan, label: .nan), seconds: .nan,
            configuration: run.configuration)
        let places: [Measure: WritableKeyPath<RunResult, Double>] = [
            .objective: \.objective, .trainingObjective: \.trainingObjective, .mass: \.nonTrivialMass.mean,
            .potential: \.uniformity, .rank: \.effectiveRank, .blankDistance: \.blankDistance.mean,
            .entropy: \.entropy, .offsetInformation: \.offsetInformation.image,
        ]
        for (measure, place) in places { result[keyPath: place] = numbers[measure] ?? .nan }
        let accuracies: [(RepresentationScore.Layer, CropWeighting, test: Measure, training: Measure?)] = [
            (.h, .expectation, .h, .hTraining), (.f, .expectation, .f, .fTraining), (.h, .mostProbable, .hTop, nil),
            (.f, .mostProbable, .fTop, nil), (.h, .oracle, .hOracle, nil), (.f, .oracle, .fOracle, nil),
        ]
        for (layer, crops, test, training) in accuracies {
            let (accuracy, onTraining) = (numbers[test], training.flatMap { numbers[$0] })
            guard accuracy != nil || onTraining != nil else { continue }
            result.linearEvaluation.append(
                RepresentationScore(layer, over: crops, Self.score(accuracy ?? .nan, training: onTraining ?? .nan)))
        }
        var record = RunRecord(
            name: run.name, identity: run.identity, data: data, result: result, raw: nil, figures: nil)
        record.analyses.protocols = Self.protocols(numbers)
        record.analyses.information = try information(numbers, data)
        return record
    }

    private static func score(_ accuracy: Double, training: Double = .nan) -> ClassifierScore {
        ClassifierScore(accuracy: accuracy, trainingAccuracy: training, hasConverged: true, iterations: 9)
    }

    /// The study that has the numbers, if one of them is of a study.
    private static func protocols(_ numbers: [Measure: Double]) -> ProtocolStudy? {
        var study = ProtocolStudy(entries: [], scales: [])
        for layer in RepresentationScore.Layer.allCases {
            for crops in CropWeighting.allCases {
                for preparation in FeaturePreparation.allCases {
                    for stop in SolverStop.allCases {
                        let measure = Measure.protocolScore(of: layer, over: crops, preparation, stop)
                        guard let number = numbers[measure] else { continue }
                        study.entries.append(
                            .init(
                                layer: layer, crops: crops, preparation: preparation, stop: stop,
                                classifier: score(number)))
                    }
                }
            }
        }
        return study.entries.isEmpty ? nil : study
    }

    /// The information that has the numbers at the β of the training, if one of them is of it; what it has at other β is unknown.
    private func information(_ numbers: [Measure: Double], _ data: DataProvenance) throws -> TrainedInformation? {
        let measures: [Measure] = [.information, .jensenBound, .meanApproximation, .expansion]
        guard measures.contains(where: { numbers[$0] != nil }) else { return nil }
        let beta = configuration.objective.beta
        let text = """
            {"format": 1, "method": "\(configuration.method.rawValue)", "seed": 0, "steps": 10, "split": "test",
             "images": 1000, "codes": 40000, "dimension": 50, "entropyOfImages": 6.9, "betweenImages": 0.9,
             "withinImages": 0.05, "trainingBeta": \(beta), "rows": [],
             "data": \(String(decoding: try JSONEncoder().encode(data), as: UTF8.self))}
            """
        var information = try JSONDecoder().decode(TrainedInformation.self, from: Data(text.utf8))
        information.rows = [beta / 2, beta, 2 * beta].map { here in
            let values = measures.map { InformationValue(sum: here == beta ? numbers[$0] ?? .nan : .nan) }
            return TrainedInformation.Row(
                beta: here, information: values[0], jensenBound: values[1], meanApproximation: values[2],
                expansion: values[3], divergenceBound: InformationValue(sum: .nan), points: 256, surrogatePoints: 0)
        }
        return information
    }
}
