import Autodiff
import Foundation
import NeuralNetworks
import TensorReference
import Tensors
import Testing

/// Batch normalisation against PyTorch in float64: `python3 normalization_golden.py`, torch 2.13.0 (Fixtures/NeuralNetworks).
///
/// There an example of weight w stands in the batch w times; here it stands once, with its weight.
@Suite struct BatchNormalizationTests {
    private let golden: Golden

    init() throws { golden = try Golden.load() }

    @Test func outputsAndDerivativesAreThoseOfPyTorch() {
        #expect(golden.versions["torch"] == "2.13.0+cpu")
        #expect(golden.cases.count == 20)
        #expect(Set(golden.cases.map { "\($0.moments), \($0.rectified)" }).count == 4)
        for one in golden.cases {
            #expect(largestError(one, Double.self) < Tolerance.of(Double.self), "\(one.name)")
            #expect(largestError(one, Float.self) < Tolerance.of(Float.self), "\(one.name)")
        }
    }

    /// Weights that are left out, and moments taken for constants, are noticed.
    @Test func faultsAreNoticed() {
        let weighted = golden.cases.filter { $0.moments == "batch" && Set($0.weights).count > 1 }
        #expect(weighted.count == 6)
        for one in weighted {
            let unweighted = largestError(one, Double.self) { weights in
                .batch(weights: Tensor(shape: weights.shape, repeating: 1))
            }
            #expect(unweighted > 1e-3, "\(one.name)")
            #expect(largestError(one, Double.self) { _ in .population } > 1e-3, "\(one.name)")
        }
    }

    @Test func runningMeansAreThoseOfPyTorch() {
        #expect(golden.series.map(\.records.count) == [4, 3])
        for series in golden.series {
            check(series, Double.self)
            check(series, Float.self)
        }
    }

    private func check<Scalar: TensorScalar>(_ series: Golden.Series, _ type: Scalar.Type) {
        var layer = BatchNormalization<Scalar>(channels: series.channels)
        for (index, record) in series.records.enumerated() {
            let weights = Tensor(shape: [record.weights.count], scalars: record.weights.map { Scalar($0) })
            _ = layer(Variable(record.input.tensor()), by: .batch(weights: weights))
            for (found, stored) in [(layer.populationMean, record.mean), (layer.populationVariance, record.variance)] {
                #expect(error(found, stored) < Tolerance.of(type), "batch \(index), \(type)")
            }
        }
    }

    /// The population's moments change with a batch, and with nothing else; names tell statistics from parameters.
    @Test func statisticsAreNoParameters() {
        var layer = BatchNormalization<Float>(channels: 2)
        let input = Variable(Tensor<Float>(shape: [2, 2], scalars: [1, 2, 3, 6]))
        // A new layer's population has mean 0 and variance 1.
        let expected = input.value.scaled(by: 1 / (1 + BatchNormalization<Float>.epsilon).squareRoot())
        let found = layer(input, by: .population).value
        #expect(found.shape == expected.shape)
        for (a, b) in zip(found.scalars, expected.scalars) { #expect(abs(a - b) <= b.ulp) }
        #expect(layer.statistics.map(\.value) == [.zeros([2]), Tensor(shape: [2], repeating: 1)])
        let former = layer
        _ = layer(input, by: .batch(weights: Tensor(shape: [2], repeating: 1)))
        #expect(former.populationMean == .zeros([2]))
        // Means 2 and 4; variances 2 and 8, divided by one less than two.
        #expect(largestDifference(layer.populationMean.scalars, [0.2, 0.4]) < 1e-6)
        #expect(largestDifference(layer.populationVariance.scalars, [1.1, 1.7]) < 1e-6)
        #expect(layer.parameters.map(\.name) == ["scale", "shift"])
        #expect(layer.statistics.map(\.name) == ["populationMean", "populationVariance"])
        #expect(layer.parameterCount == 4)
        var other = former
        other.takeStatistics(of: layer)
        #expect(other.statistics.map(\.value) == layer.statistics.map(\.value))
        #expect(layer.tracked().populationMean == layer.populationMean)
    }

    /// A layer without bias is the product alone, in every use.
    @Test func aDenseLayerMayHaveNoBias() {
        var generator = PhiloxGenerator(seed: 1, purpose: "dense")
        let design = DenseDesign(inputs: 5, outputs: 3, hasBias: false)
        var layer = Dense<Double>(design, using: &generator)
        #expect(layer.bias == nil && layer.parameters.map(\.name) == ["weights"])
        #expect(layer.parameterCount == design.parameterCount && design.parameterCount == 15)
        let input = Variable(Tensor<Double>.normal([4, 5], using: &generator))
        let product = input.value.matrixProduct(layer.weights.value)
        #expect(layer(input).value == product)
        #expect(layer(input, rectified: true).value == product.rectified())
        #expect(layer.onUnitSphere(input).value == product.normalizedAlongLastAxis(epsilon: 1e-12))
        // The same as with a bias of zero, up to the order of sums.
        layer.bias = Variable(.zeros([3]))
        #expect(layer.parameters.map(\.name) == ["weights", "bias"])
        #expect(
            largestDifference(
                layer.onUnitSphere(input).value.scalars, product.normalizedAlongLastAxis(epsilon: 1e-12).scalars)
                < 8 * .ulpOfOne)
    }

    /// The largest error of the output, of a gradient or of a second derivative, each relative to the largest element of its
    /// tensor or 1.
    private func largestError<Scalar: TensorScalar>(
        _ one: Golden.Case, _ type: Scalar.Type,
        moments: ((Tensor<Scalar>) -> NormalizationMoments<Scalar>)? = nil
    ) -> Double {
        let names = ["input", "scale", "shift"]
        let leaves = names.compactMap { one.arguments[$0].map { Variable<Scalar>($0.tensor()).tracked() } }
        var layer = BatchNormalization<Scalar>(channels: leaves[1].shape[0])
        (layer.scale, layer.shift) = (leaves[1], leaves[2])
        layer.populationMean = one.mean.tensor()
        layer.populationVariance = one.variance.tensor()
        let weights = Tensor(shape: [one.weights.count], scalars: one.weights.map { Scalar($0) })
        if moments != nil {
            // A fault would take the moments of this batch for those of a population.
            let own = leaves[0].value.columnMoments(weights: weights)
            (layer.populationMean, layer.populationVariance) = (own.mean, own.variance)
        }
        let given = moments?(weights) ?? (one.moments == "batch" ? .batch(weights: weights) : .population)
        let output = layer(leaves[0], by: given, rectified: one.rectified)
        var errors = [error(output.value, one.output)]
        func compare(_ found: [Variable<Scalar>], _ expected: [String: Golden.Stored]) {
            for (name, found) in zip(names, found) {
                errors.append(expected[name].map { error(found.value, $0) } ?? .infinity)
            }
        }
        let loss =
            (Variable(one.linear.tensor()) * output).sum()
            + (Variable(one.quadratic.tensor()) * output * output).sum().scaled(by: 0.5)
        compare(loss.gradient(withRespectTo: leaves), one.gradients)
        let gradients = loss.gradient(withRespectTo: leaves, differentiable: true)
        compare(gradients, one.gradients)
        let slope = zip(names, gradients).reduce(Variable<Scalar>(Tensor(0))) { sum, part in
            guard let direction = one.directions[part.0] else { return sum }
            return sum + (part.1 * Variable(direction.tensor())).sum()
        }
        compare(slope.gradient(withRespectTo: leaves), one.secondDerivatives)
        return largest(errors)
    }

    private func error<Scalar: TensorScalar>(_ found: Tensor<Scalar>, _ stored: Golden.Stored) -> Double {
        guard found.shape == stored.shape else { return .infinity }
        let size = max(1, stored.values.reduce(0) { max($0, abs($1)) })
        return largestDifference(found.scalars, stored.values) / size
    }

    private enum Tolerance {
        /// Inputs of the size of 1; sums of up to a hundred terms, whose second derivatives cancel some digits where a batch of
        /// two has hardly any variance: a thousand roundings.
        static func of<Scalar: TensorScalar>(_ type: Scalar.Type) -> Double { 1e3 * Double(Scalar.ulpOfOne) / 2 }
    }
}

/// The file that normalization_golden.py writes.
private struct Golden: Decodable {
    struct Stored: Decodable {
        let shape: [Int]
        let values: [Double]

        func tensor<Scalar: TensorScalar>() -> Tensor<Scalar> {
            Tensor(shape: shape, scalars: values.map { Scalar($0) })
        }
    }

    struct Case: Decodable {
        let moments: String
        let rectified: Bool
        let weights: [Double]
        let arguments: [String: Stored]
        let population: [String: Stored]
        let output: Stored
        let linear: Stored
        let quadratic: Stored
        let directions: [String: Stored]
        let gradients: [String: Stored]
        let secondDerivatives: [String: Stored]

        var name: String { "\(output.shape), \(moments)\(rectified ? ", rectified" : "")" }
        var mean: Stored { population["mean"] ?? Stored(shape: [], values: [.nan]) }
        var variance: Stored { population["variance"] ?? Stored(shape: [], values: [.nan]) }
    }

    struct Record: Decodable {
        let input: Stored
        let weights: [Double]
        let mean: Stored
        let variance: Stored
    }

    struct Series: Decodable {
        let channels: Int
        let records: [Record]
    }

    let versions: [String: String]
    let cases: [Case]
    let series: [Series]

    static func load() throws -> Golden {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Fixtures/NeuralNetworks/normalization_golden.json")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }
}
