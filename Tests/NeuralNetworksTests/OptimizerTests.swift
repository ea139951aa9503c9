import Autodiff
import Foundation
import NeuralNetworks
import TensorReference
import Tensors
import Testing

/// Adam, AdamW and He initialisation against PyTorch's and published definitions: `python3 optimizer_golden.py`, torch 2.13.0,
/// randomgen 2.5.1 (Fixtures/NeuralNetworks).
@Suite struct OptimizerTests {
    struct Golden: Decodable {
        struct Record: Decodable {
            let step: Int
            let parameters: [[Double]]
            let means: [[Double]]
            let squares: [[Double]]
        }
        struct Run: Decodable {
            let learningRate: Double
            let firstDecay: Double
            let secondDecay: Double
            let epsilon: Double
            let weightDecay: Double
            let records: [Record]
        }
        struct Initial: Decodable {
            let seed: UInt64
            let stream: UInt64
            let fanIn: Int
            let values: [Double]
        }
        let sizes: [Int]
        let adam: [Run]
        let he: [Initial]

        static func load() throws -> Golden {
            let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../../Fixtures/NeuralNetworks/optimizer_golden.json")
            return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
        }
    }

    /// Parameters of several sizes.
    private struct Parameters<Scalar: TensorScalar>: Module {
        var list: [Variable<Scalar>]

        mutating func visitParameters(_ body: (String, inout Variable<Scalar>) throws -> Void) rethrows {
            for index in list.indices { try body("\(index)", &list[index]) }
        }
    }

    /// An update as ``Adam`` makes it, or with a fault.
    private typealias Update<Scalar: TensorScalar> = (
        inout Adam<Scalar>, inout Parameters<Scalar>, [Variable<Scalar>], Scalar
    ) -> Void

    /// Element i of every parameter at the start: the formula of optimizer_golden.py.
    private static func parameter(_ i: Int) -> Double {
        let numerator = 7 * i % 13 - 6
        return Double(numerator) / 4
    }

    /// Element i of every gradient at a step: the formula of optimizer_golden.py.
    private static func gradient(_ i: Int, _ step: Int) -> Double {
        let numerator = (31 * i + 17 * step + 5 * step * i) % 23 - 11
        return Double(numerator) / Double(1 << ((i + step) % 7))
    }

    /// The largest difference of parameters and moments from PyTorch's, relative to the tensor's largest element.
    private func largestError<Scalar: TensorScalar>(
        _ run: Golden.Run, sizes: [Int], _ type: Scalar.Type, update: Update<Scalar>
    ) -> Double {
        /// Every other parameter has two axes, so that a weight decay applies to it.
        func tensor(_ place: Int, _ element: (Int) -> Double) -> Tensor<Scalar> {
            let size = sizes[place]
            return Tensor(
                shape: place % 2 == 0 ? [size] : [size, 1], scalars: (0..<size).map { Scalar(element($0)) })
        }
        var module = Parameters<Scalar>(list: sizes.indices.map { Variable(tensor($0, Self.parameter)) })
        var adam = Adam<Scalar>(
            for: module, firstDecay: Scalar(run.firstDecay), secondDecay: Scalar(run.secondDecay),
            epsilon: Scalar(run.epsilon), weightDecay: Scalar(run.weightDecay))
        var errors: [Double] = []
        func compare(_ found: [Tensor<Scalar>], _ expected: [[Double]]) {
            errors.append(found.count == expected.count ? 0 : .infinity)
            for (found, expected) in zip(found, expected) {
                errors.append(largestDifference(found.scalars, expected) / (expected.map(abs).max() ?? 0))
            }
        }
        for step in 0..<(run.records.last?.step ?? 0) {
            let gradients = sizes.indices.map { place in Variable(tensor(place) { Self.gradient($0, step) }) }
            update(&adam, &module, gradients, Scalar(step < 10 ? run.learningRate : run.learningRate / 2))
            guard let record = run.records.first(where: { $0.step == step + 1 }) else { continue }
            compare(module.list.map(\.value), record.parameters)
            compare(adam.means, record.means)
            compare(adam.squares, record.squares)
        }
        return largest(errors)
    }

    /// 25 steps with about ten roundings each, in sums that do not cancel: 250 · 2⁻⁵³ and 250 · 2⁻²⁴. In single precision
    /// 1 − β₂ᵗ is known to 2⁻²⁴/(1 − β₂ᵗ) only, 6·10⁻⁵ at the first step with β₂ = 0.999, half of which its root keeps; the
    /// parameter, a hundred times larger than the step, shows little of it.
    private func tolerance<Scalar: TensorScalar>(_ type: Scalar.Type) -> Double {
        250 * Double(Scalar.ulpOfOne) / 2
    }

    @Test func adamIsPyTorchs() throws {
        let golden = try Golden.load()
        #expect(golden.adam.count == 4 && golden.adam.allSatisfy { $0.records.count == 4 })
        for run in golden.adam {
            func check<Scalar: TensorScalar>(_ type: Scalar.Type) {
                let error = largestError(run, sizes: golden.sizes, type) { adam, module, gradients, rate in
                    adam.update(&module, along: gradients, learningRate: rate)
                }
                #expect(error < tolerance(type), "\(type), β₂ = \(run.secondDecay): \(error)")
            }
            check(Double.self)
            check(Float.self)
        }
    }

    /// The comparison notices what programmers get wrong, in every run that can show it: each fault is Adam with other
    /// constants or another gradient.
    @Test func faultsOfAdamAreNoticed() throws {
        let golden = try Golden.load()
        let faults: [(String, Update<Double>)] = [
            ("ascent", { $0.update(&$1, along: $2.map { $0.scaled(by: -1) }, learningRate: $3) }),
            (
                "no bias correction",
                {
                    // A step number at which β₁ᵗ and β₂ᵗ have vanished.
                    let step = $0.step
                    $0.step = 1_000_000
                    $0.update(&$1, along: $2, learningRate: $3)
                    $0.step = step + 1
                }
            ),
            (
                "bias correction one step late",
                {
                    $0.step += 1
                    $0.update(&$1, along: $2, learningRate: $3)
                    $0.step -= 1
                }
            ),
            (
                "decays exchanged",
                {
                    (adam, module, gradients, rate) in
                    swap(&adam.firstDecay, &adam.secondDecay)
                    adam.update(&module, along: gradients, learningRate: rate)
                    swap(&adam.firstDecay, &adam.secondDecay)
                }
            ),
            (
                "ε inside the root, at its size for a vanishing gradient",
                { (adam, module, gradients, rate) in
                    let epsilon = adam.epsilon
                    adam.epsilon = epsilon.squareRoot()
                    adam.update(&module, along: gradients, learningRate: rate)
                    adam.epsilon = epsilon
                }
            ),
            (
                "the decay as a gradient of ½λ‖θ‖²",
                { (adam, module, gradients, rate) in
                    let decay = adam.weightDecay
                    let penalized = zip(gradients, module.list).map { gradient, parameter in
                        parameter.shape.count < 2 ? gradient : gradient + parameter.scaled(by: decay)
                    }
                    adam.weightDecay = 0
                    adam.update(&module, along: penalized, learningRate: rate)
                    adam.weightDecay = decay
                }
            ),
            (
                "the decay not times the learning rate",
                { (adam, module, gradients, rate) in
                    let decay = adam.weightDecay
                    adam.weightDecay = decay / rate
                    adam.update(&module, along: gradients, learningRate: rate)
                    adam.weightDecay = decay
                }
            ),
            (
                "biases decay too",
                { (adam, module, gradients, rate) in
                    for index in module.list.indices where module.list[index].shape.count < 2 {
                        module.list[index] = module.list[index].scaled(by: 1 - rate * adam.weightDecay)
                    }
                    adam.update(&module, along: gradients, learningRate: rate)
                }
            ),
            (
                "no decay",
                { (adam, module, gradients, rate) in
                    let decay = adam.weightDecay
                    adam.weightDecay = 0
                    adam.update(&module, along: gradients, learningRate: rate)
                    adam.weightDecay = decay
                }
            ),
            ("rate off by 10⁻⁹", { $0.update(&$1, along: $2, learningRate: $3 * (1 + 1e-9)) }),
        ]
        for (name, update) in faults {
            let errors = golden.adam.map { largestError($0, sizes: golden.sizes, Double.self, update: update) }
            #expect(largest(errors) > 10 * tolerance(Double.self), "\(name): \(errors)")
        }
    }

    /// The first values, by another generator's words: logarithm, sine and cosine of two libraries, each right to an ulp or
    /// two of numbers up to 6.
    @Test func heInitialisationHasTheKnownValues() throws {
        let golden = try Golden.load()
        #expect(golden.he.count == 2)
        for initial in golden.he {
            var generator = PhiloxGenerator(seed: initial.seed, stream: initial.stream)
            let double: Variable<Double> = heInitialized(
                [initial.values.count], fanIn: initial.fanIn, using: &generator)
            generator = PhiloxGenerator(seed: initial.seed, stream: initial.stream)
            let float: Variable<Float> = heInitialized([initial.values.count], fanIn: initial.fanIn, using: &generator)
            for (index, value) in initial.values.enumerated() {
                #expect(abs(double.value.scalars[index] - value) < 8e-15)
                #expect(abs(Double(float.value.scalars[index]) - value) < 1e-6)
            }
        }
    }

    /// n weights of variance 2/fanIn: Σ w² · fanIn/2 has n degrees of freedom and leaves n ± (2√(20n) + 40) with probability
    /// below 2e⁻²⁰ = 4·10⁻⁹ at a random seed (Laurent and Massart 2000, lemma 1). Fan-out in place of fan-in, or 1 for 2,
    /// would be far outside.
    @Test func layersHaveTheVarianceOfTheirInputs() {
        var generator = PhiloxGenerator(seed: 6, purpose: "variance")
        let dense = Dense<Float>(DenseDesign(inputs: 90, outputs: 40), using: &generator)
        let convolution = Convolution<Double>(
            ConvolutionDesign(side: 3, inputs: 20, outputs: 20), using: &generator)
        func check(_ scalars: [Double], fanIn: Int) {
            let n = Double(scalars.count)
            let statistic = scalars.reduce(0) { $0 + $1 * $1 } * Double(fanIn) / 2
            let bound = 2 * (20 * n).squareRoot() + 40
            #expect(n == 3_600 && abs(statistic - n) < bound, "\(statistic)")
            // The mean of n such weights is normal with variance 2/(fanIn·n): six standard deviations.
            #expect(abs(scalars.reduce(0, +) / n) < 6 * (2 / Double(fanIn) / n).squareRoot())
        }
        check(dense.weights.value.scalars.map { Double($0) }, fanIn: 90)
        check(convolution.filters.value.scalars, fanIn: 180)
        #expect(dense.bias?.value == .zeros([40]) && convolution.bias.value == .zeros([20]))
    }
}
