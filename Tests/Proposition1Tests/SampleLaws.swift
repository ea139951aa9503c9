import AugmentationChannel
import Foundation
import GSLNumerics
import PropertyTesting
import Proposition1

/// A batch of anchors and positives on the sphere.
private struct Batch: CustomStringConvertible {
    let anchors: [[Double]]
    let positives: [[Double]]
    let beta: Double
    var description: String { "anchors \(anchors), positives \(positives), β = \(beta)" }

    static var generator: Generator<Batch> {
        Generator<Batch> { source in
            let count = Generator<Int>.integer(in: 1...5).value(from: &source)
            let vector = Generator<[Double]>.unitVector(dimension: 3)
            return Batch(
                anchors: vector.array(count: count).value(from: &source),
                positives: vector.array(count: count).value(from: &source),
                beta: Generator<Double>.logUniform(in: 0.01...100).value(from: &source))
        }
    }
}

extension Law {
    /// (19) and (20) on samples.
    static let samples: [Law] = [infoNCE] + biases

    static let infoNCE = Law.over(
        "(20) is log N minus InfoNCE, the positive in the denominator"
    ) { subject, effort in
        let property = Property("InfoNCE", Batch.generator, cases: Cases.usual[effort]) { batch, trial in
            trial.label("one image", if: batch.anchors.count == 1)
            // Van den Oord et al. (2018), equation (4): −log exp(s_ii)/Σ_j exp(s_ij).
            let losses = batch.anchors.enumerated().map { index, anchor in
                let scores = batch.positives.map { positive in
                    batch.beta * zip(anchor, positive).reduce(0) { $0 + $1.0 * $1.1 }
                }
                return -scores[index] + log(scores.reduce(0) { $0 + exp($1) })
            }
            let loss = losses.reduce(0, +) / Double(losses.count)
            let objective = subject.simCLR(batch.anchors, batch.positives, .dotProduct, batch.beta)
            trial.equal(
                objective, log(Double(losses.count)) - loss, within: 1e-13 * (1 + batch.beta), "(20) = log N − loss")
            trial.atMost(objective, log(Double(losses.count)), within: 1e-12, "(20) ≤ log N")
        }
        return effort == .thorough ? property.requiring(["one image": 0.05]) : property
    }

    /// Values by mpmath and numpy, in global coordinates: `python3 channel_golden.py`, Fixtures/Proposition1.
    static let goldenValues = Law.over("golden values lie within the reported errors") { subject, effort in
        let rows = try GoldenChannels.load().rows.filter { effort == .thorough || $0.rank < 3 }
        let property = Property("golden values", .element(of: rows), cases: 1) { row, trial in
            let evaluation = try subject.evaluate(row.channel(), trial)
            for (name, found) in [
                ("mutualInformation", evaluation.informationByDefinition),
                ("mutualInformation", evaluation.informationByEquation2), ("entropyZ", evaluation.entropyZ),
                ("entropyZGivenX", evaluation.entropyZGivenX), ("jensenBound", evaluation.jensenBound),
                ("jensenGap", evaluation.jensenGap),
            ] {
                guard let expected = row.expected[name].flatMap(Double.init) else {
                    trial.holds(false, "\(row.name) has no golden \(name)")
                    continue
                }
                // Rank 3 was integrated in 80-bit floats to about 1e-14.
                let slack = row.rank == 3 ? 1e-13 * (1 + expected.magnitude) : 2 * expected.ulp
                trial.equal(found.value, expected, within: found.error + slack, "\(row.name), \(name)")
            }
        }
        return property.examples(rows)
    }
}

/// The golden file.
struct GoldenChannels: Decodable {
    struct Row: Decodable, Sendable {
        struct Family: Decodable, Sendable {
            let kind: String
            let dimension: Int
            let beta: Double
        }
        let name: String
        let family: Family
        let rank: Int
        let prior: [Double]
        let augmentation: [[Double]]
        let encoder: [[[Double]]]
        let expected: [String: String]

        func channel() throws -> FiniteChannel {
            guard let kind = NoiseFamily.Kind(rawValue: family.kind) else {
                throw PropertyFailure(report: "\(name) has the unknown family \(family.kind)")
            }
            return try FiniteChannel(
                family: NoiseFamily(kind: kind, dimension: family.dimension, beta: family.beta), prior: prior,
                augmentation: augmentation, encoder: encoder)
        }
    }
    let rows: [Row]

    /// The rows of a file in Fixtures/Proposition1.
    static func load(_ name: String = "channel_golden.json") throws -> GoldenChannels {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Fixtures/Proposition1/\(name)")
        return try JSONDecoder().decode(GoldenChannels.self, from: Data(contentsOf: file))
    }
}
