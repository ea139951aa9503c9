import Foundation
import GSLNumerics

/// The answer of `verify --json` for one channel, all in nats.
struct EvaluationJSON: Encodable {
    struct Quantity: Encodable {
        let value: Double
        let error: Double

        init(_ estimate: Estimate) {
            value = estimate.value
            error = estimate.error
        }
    }

    struct MutualInformation: Encodable {
        let byDefinition: Quantity
        let byEquation2: Quantity
    }

    let mutualInformation: MutualInformation
    let entropyZ: Quantity
    let entropyZGivenX: Quantity
    let jensenBound: Quantity
    let jensenGap: Quantity
    let meanApproximation: Double
    let simCLR: Double?

    init(_ evaluation: Evaluation) {
        mutualInformation = MutualInformation(
            byDefinition: Quantity(evaluation.informationByDefinition),
            byEquation2: Quantity(evaluation.informationByEquation2))
        entropyZ = Quantity(evaluation.entropyZ)
        entropyZGivenX = Quantity(evaluation.entropyZGivenX)
        jensenBound = Quantity(evaluation.jensenBound)
        jensenGap = Quantity(evaluation.jensenGap)
        meanApproximation = evaluation.meanApproximation
        simCLR = evaluation.simCLR
    }
}

extension VerificationReport {
    /// The quantities as JSON, in nats, each integral as `{"value": …, "error": …}`.
    ///
    /// A single channel is one object of quantities; several are an object of such objects by the channels' names.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let quantities = verdicts.map { ($0.name, EvaluationJSON($0.evaluation)) }
        let data =
            quantities.count == 1
            ? try encoder.encode(quantities[0].1)
            : try encoder.encode(Dictionary(quantities) { first, _ in first })
        return String(decoding: data, as: UTF8.self)
    }
}
