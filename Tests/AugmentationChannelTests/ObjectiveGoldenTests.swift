import AugmentationChannel
import Autodiff
import Foundation
import TensorReference
import Tensors
import Testing

/// The objectives and every gradient by name against PyTorch in float64, which evaluates the paper's sums by plain loops:
/// `python3 objective_golden.py`, torch 2.13.0 (Fixtures/AugmentationChannel).
@Suite struct ObjectiveGoldenTests {
    struct Golden: Decodable {
        struct Stored: Decodable {
            let shape: [Int]
            let values: [Double]
            func tensor<Scalar: TensorScalar>(_ type: Scalar.Type) -> Tensor<Scalar> {
                Tensor(shape: shape, scalars: values.map { Scalar($0) })
            }
        }
        struct Case: Decodable {
            let name: String
            let positives: Positives
            let similarity: Similarity
            let beta: Double
            let value: Double
            let arguments: [String: Stored]
            let gradients: [String: Stored]
        }
        let cases: [Case]

        static func load() throws -> Golden {
            let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../../Fixtures/AugmentationChannel/objective_golden.json")
            return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
        }
    }

    private func objective<Scalar: TensorScalar>(
        _ golden: Golden.Case, _ x: [String: Variable<Scalar>]
    ) throws -> Variable<Scalar> {
        let beta = Scalar(golden.beta)
        switch golden.name {
        case "sampled":
            return sampledObjective(
                anchors: try #require(x["anchors"]), positives: try #require(x["positives"]),
                positiveWeights: try #require(x["positive_weights"]), negatives: try #require(x["negatives"]),
                negativeWeights: try #require(x["negative_weights"]), similarity: golden.similarity, beta: beta)
        case "simclr":
            return simCLRObjective(
                anchors: try #require(x["anchors"]), positives: try #require(x["positives"]),
                similarity: golden.similarity, beta: beta)
        default:
            return multiViewObjective(
                EncodedViews(try #require(x["h"])), logWeights: try #require(x["log_weights"]),
                positives: golden.positives,
                negatives: try #require(Negatives(rawValue: golden.name)), similarity: golden.similarity, beta: beta)
        }
    }

    /// The largest difference of values and gradients, relative to 1, the largest gradient, or a tenth of the range of the
    /// scores, whose rounding grows with β.
    private func largestError<Scalar: TensorScalar>(_ golden: Golden.Case, _ type: Scalar.Type) throws -> Double {
        let leaves = golden.arguments.mapValues { Variable($0.tensor(type)).tracked() }
        let result = try objective(golden, leaves)
        let names = leaves.keys.sorted()
        let gradients = result.gradient(withRespectTo: try names.map { try #require(leaves[$0]) })
        let range = golden.beta / 10
        var errors = [abs(Double(result.value.scalar) - golden.value) / max(1, range)]
        for (name, gradient) in zip(names, gradients) {
            let expected = try #require(golden.gradients[name])
            let scale = max(1, range, expected.values.map(abs).max() ?? 0)
            errors.append(largestDifference(gradient.value.scalars, expected.values) / scale)
        }
        return largest(errors)
    }

    /// A hundred roundings of numbers up to about 10: 100 · 10 · 2⁻⁵³ and 100 · 10 · 2⁻²⁴.
    @Test func valuesAndGradientsAreThoseOfPyTorch() throws {
        let cases = try Golden.load().cases
        #expect(cases.count == 54)
        for golden in cases {
            #expect(try largestError(golden, Double.self) < 2e-13, "\(golden.name), β = \(golden.beta)")
            #expect(try largestError(golden, Float.self) < 6e-5, "\(golden.name), β = \(golden.beta)")
        }
    }

    /// The comparison is worth something only if a slightly wrong objective fails it.
    @Test func aWrongConstantIsNoticed() throws {
        let golden = try #require(try Golden.load().cases.first { $0.name == "allViews" && $0.beta == 0.5 })
        func changed(
            name: String? = nil, positives: Positives? = nil, beta: Double? = nil
        ) -> Golden.Case {
            Golden.Case(
                name: name ?? golden.name, positives: positives ?? golden.positives, similarity: golden.similarity,
                beta: beta ?? golden.beta, value: golden.value, arguments: golden.arguments, gradients: golden.gradients
            )
        }
        #expect(try largestError(changed(beta: golden.beta * (1 + 1e-9)), Double.self) > 2e-13)
        #expect(try largestError(changed(name: "otherViews"), Double.self) > 2e-13)
        #expect(try largestError(changed(positives: .allViews), Double.self) > 2e-13)
    }
}
