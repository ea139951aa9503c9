import Autodiff
import Foundation
import TensorReference
import Tensors
import Testing

/// Values and every gradient by name against PyTorch in float64: `python3 operations_golden.py`, torch 2.13.0
/// (Fixtures/Autodiff).
@Suite struct GoldenTests {
    struct Golden: Decodable {
        struct Stored: Decodable {
            let shape: [Int]
            let values: [Double]
            var tensor: Tensor<Double> { Tensor(shape: shape, scalars: values) }
        }
        struct Case: Decodable {
            let name: String
            let parameters: [String: Int]
            let arguments: [String: Stored]
            let output: Stored
            let cotangent: Stored
            let gradients: [String: Stored]
        }
        let versions: [String: String]
        let cases: [Case]

        static func load() throws -> Golden {
            let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../../Fixtures/Autodiff/operations_golden.json")
            return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
        }
    }

    /// The operation of a case, or nothing for a name that is not known.
    private func output(_ golden: Golden.Case, _ x: [String: Variable<Double>]) throws -> Variable<Double> {
        let input = try #require(x["input"])
        let parameter = { (name: String) in try #require(golden.parameters[name]) }
        switch golden.name {
        case "convolution":
            return input.convolution(
                try #require(x["filters"]), stride: try parameter("stride"), padding: try parameter("padding"))
        case "maximumPooled": return input.maximumPooled(window: try parameter("window"))
        case "pooledConvolution":
            let window = try parameter("window")
            return input.pooledConvolution(
                try #require(x["filters"]), bias: try #require(x["bias"]), padding: try parameter("padding"),
                window: window == 0 ? nil : window)
        case "logSumExp": return input.logSumExpAlongLastAxis()
        case "logSumExpWeights": return input.logSumExpAlongLastAxis(weights: try #require(x["weights"]))
        case "softmaxWeights": return input.softmaxAlongLastAxis(weights: try #require(x["weights"]))
        case "softmax": return input.softmaxAlongLastAxis()
        case "logSoftmax": return input.logSoftmaxAlongLastAxis()
        case "normalized": return input.normalizedAlongLastAxis(epsilon: 0)
        default: throw UnknownOperation(name: golden.name)
        }
    }

    struct UnknownOperation: Error { let name: String }

    @Test func valuesAndGradientsAreThoseOfPyTorch() throws {
        let golden = try Golden.load()
        #expect(golden.versions["torch"] == "2.13.0+cpu")
        #expect(Set(golden.cases.map(\.name)).count == 9 && golden.cases.count == 22)
        for one in golden.cases {
            // Arguments are multiples of 1/64, so that convolutions and poolings are exact. The others sum up to 17
            // terms and call exp, log or a root, each good to two units; 64 units of the larger of 1 and the value.
            let isExact = one.name.hasSuffix("onvolution") || one.name == "maximumPooled"
            func expect(_ found: Tensor<Double>, _ stored: Golden.Stored, _ what: String) {
                let expected = stored.tensor
                let problem = firstDisagreement(found, expected) {
                    isExact ? 0 : 64 * .ulpOfOne * max(1, expected.scalars[$0].magnitude)
                }
                #expect(problem == nil, "\(what) of \(one.name), \(one.parameters)")
            }
            let leaves = one.arguments.mapValues { Variable($0.tensor).tracked() }
            let names = leaves.keys.sorted()
            let output = try output(one, leaves)
            expect(output.value, one.output, "output")
            let result = (output * Variable(one.cotangent.tensor)).sum()
            // Recorded or not, the gradient is the same.
            for differentiable in [false, true] {
                let gradients = result.gradient(
                    withRespectTo: names.compactMap { leaves[$0] }, differentiable: differentiable)
                #expect(names == one.gradients.keys.sorted())
                for (name, gradient) in zip(names, gradients) {
                    expect(gradient.value, try #require(one.gradients[name]), "gradient of \(name)")
                }
            }
        }
    }
}
