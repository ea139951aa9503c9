import Foundation
import GSLNumerics

/// The answer of `verify --json` for one channel, all in nats.
private struct VerdictJSON: Encodable {
    struct Quantity: Encodable {
        let value: Double
        let error: Double
        /// `rounding bound`, `quadrature estimate` or `statistical`.
        let kind: String
        /// That of a statistical error.
        let confidence: Double?

        init(_ estimate: Estimate) {
            value = estimate.value
            error = estimate.error
            kind = estimate.kind.name
            if case .statistical(let confidence) = estimate.kind {
                self.confidence = confidence
            } else {
                confidence = nil
            }
        }
    }

    struct MutualInformation: Encodable {
        let byDefinition: Quantity
        let byEquation2: Quantity
    }

    struct Route: Encodable {
        /// `quadrature` or `sampling`.
        let method: String
        /// How many dimensions were integrated over.
        let rank: Int
    }

    let verdict: String
    let failures: [String]
    let route: Route
    let mutualInformation: MutualInformation
    let entropyZ: Quantity
    let entropyZGivenX: Quantity
    let jensenBound: Quantity
    let jensenGap: Quantity
    let meanApproximation: Double
    let simCLR: Double?

    init(_ verdict: ChannelVerdict) {
        let evaluation = verdict.evaluation
        self.verdict = verdict.holds ? "holds" : "fails"
        failures = verdict.failures
        route = Route(method: evaluation.method.name, rank: evaluation.method.rank)
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
    /// The verdict, the route and the quantities as JSON, in nats, each integral as `{"value": …, "error": …, "kind": …}`.
    ///
    /// A single channel is one such object; several are an object of such objects by the channels' names.
    ///
    /// - Throws: `EncodingError` where a number is not finite.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let answers = verdicts.map { ($0.name, VerdictJSON($0)) }
        let data =
            answers.count == 1
            ? try encoder.encode(answers[0].1) : try encoder.encode(Dictionary(answers) { first, _ in first })
        return String(decoding: data, as: UTF8.self)
    }
}
