import PropertyTesting
import TensorReference
import Tensors
import Testing

/// The fused operation against its definition: convolution + bias → rectified → max-pooling.
@Suite struct PooledConvolutionTests {
    /// A convolution and the side of its pooling windows; `nil` for one window over the whole map.
    struct Case: Sendable, CustomTestStringConvertible {
        let shape: ConvolutionShape
        let window: Int?

        var testDescription: String { "\(shape.testDescription), window \(window.map(String.init) ?? "whole")" }
    }

    /// Narrow windows (run below a vector), wide ones, more images than are listed together, not square, all of one
    /// image pooled, rows and columns that fill no window, one output channel; minimal filtering with two, three and
    /// four outputs, with four tiles for a window and with one of five inputs between zeros, fewer images than fill a group
    /// of tiles, more, none at all.
    @Test(arguments: [
        Case(shape: .init(input: [3, 20, 20, 1], filters: [3, 3, 1, 16], stride: 1, padding: 1), window: 2),
        Case(shape: .init(input: [9, 10, 10, 16], filters: [3, 3, 16, 32], stride: 1, padding: 1), window: 2),
        Case(shape: .init(input: [17, 5, 5, 32], filters: [3, 3, 32, 33], stride: 1, padding: 0), window: nil),
        Case(shape: .init(input: [2, 7, 9, 48], filters: [3, 3, 48, 5], stride: 1, padding: 2), window: 3),
        Case(shape: .init(input: [17, 5, 5, 32], filters: [3, 3, 32, 33], stride: 1, padding: 1), window: nil),
        Case(shape: .init(input: [4, 12, 9, 16], filters: [3, 3, 16, 7], stride: 1, padding: 1), window: 4),
        Case(shape: .init(input: [7, 6, 6, 16], filters: [3, 3, 16, 17], stride: 1, padding: 1), window: 6),
        Case(shape: .init(input: [2, 5, 5, 16], filters: [3, 3, 16, 5], stride: 1, padding: 2), window: nil),
        Case(shape: .init(input: [29, 5, 5, 32], filters: [3, 3, 32, 33], stride: 1, padding: 2), window: nil),
        Case(shape: .init(input: [3, 5, 6, 16], filters: [3, 3, 16, 5], stride: 1, padding: 2), window: 7),
        Case(shape: .init(input: [0, 5, 5, 32], filters: [3, 3, 32, 33], stride: 1, padding: 0), window: nil),
        Case(shape: .init(input: [2, 7, 5, 3], filters: [2, 3, 3, 5], stride: 1, padding: 2), window: nil),
        Case(shape: .init(input: [5, 7, 9, 11], filters: [3, 3, 11, 7], stride: 1, padding: 0), window: 3),
        Case(shape: .init(input: [1, 4, 4, 2], filters: [1, 1, 2, 1], stride: 1, padding: 0), window: 1),
        Case(shape: .init(input: [4, 6, 6, 13], filters: [3, 5, 13, 1], stride: 1, padding: 1), window: 2),
        Case(shape: .init(input: [18, 3, 3, 100], filters: [2, 2, 100, 17], stride: 1, padding: 0), window: 2),
        Case(shape: .init(input: [0, 6, 6, 13], filters: [3, 3, 13, 4], stride: 1, padding: 1), window: 2),
    ])
    func agreesWithItsDefinition(chosen: Case) {
        #expect(problems(Float.self, chosen) == [])
        #expect(problems(Double.self, chosen) == [])
    }

    @Test func randomShapesAgreeWithTheDefinition() throws {
        try Property("the pooled convolution is its definition", Self.cases, cases: 100) { chosen, trial in
            let channels = chosen.shape.inputChannels
            trial.label("padded", if: chosen.shape.padding > 0)
            trial.label("filters of 3 × 3 on many channels", if: channels >= 16 && chosen.shape.depth == 9 * channels)
            trial.label("windows of 4 pixels", if: chosen.window == 2)
            trial.label(
                "four tiles for a window",
                if: channels >= 16 && chosen.shape.depth == 9 * channels && (5...8).contains(chosen.window ?? 0))
            for problem in problems(Float.self, chosen) + problems(Double.self, chosen) { trial.holds(false, problem) }
        }
        .requiring([
            "padded": 0.3, "filters of 3 × 3 on many channels": 0.15, "windows of 4 pixels": 0.2,
            "four tiles for a window": 0.05,
        ])
        .check()
    }

    /// Filters of 3 × 3 in half of the cases, channels below and above what minimal filtering asks for.
    private static var cases: Generator<Case> {
        Generator { source in
            func integer(_ range: ClosedRange<Int>) -> Int { Generator<Int>.integer(in: range).value(from: &source) }
            func element(_ values: [Int]) -> Int { Generator<Int>.element(of: values).value(from: &source) }
            let padding = integer(0...2)
            let isThree = integer(0...1) == 0
            let (filterRows, filterColumns) = isThree ? (3, 3) : (integer(1...4), integer(1...4))
            let window = element([0, 1, 2, 2, 2, 2, 3, 3, 4, 5, 6, 7, 8])
            let least = max(window, 1)
            let channels = element([1, 3, 15, 16, 16, 24, 32])
            let shape = ConvolutionShape(
                input: [
                    element([0, 1, 2, 5, 13]), max(1, filterRows - 2 * padding) + least - 1 + integer(0...4),
                    max(1, filterColumns - 2 * padding) + least - 1 + integer(0...4), channels,
                ],
                filters: [filterRows, filterColumns, channels, element([1, 7, 16, 17, 33])], stride: 1,
                padding: padding)
            return Case(shape: shape, window: window == 0 ? nil : window)
        }
    }

    /// Minimal filtering rounds more than the definition does, by a known factor, and a kernel that kept less than single
    /// precision would be noticed.
    ///
    /// An output is a sum of products of transformed numbers. Of standard normal inputs and filters these have, with the output's
    /// coefficients, a root of their sum of squares of `spread` · √channels: in one direction `spread` is the root of
    /// Σ aᵢ² ‖bᵢ‖² ‖gᵢ‖² over the positions i, of the rows bᵢ and gᵢ of the maps of inputs and filters and the output's row a of the
    /// third; in two it is the square of that. For the worst output it is √5² of F(2, 3), 5.86² of F(3, 3), 9.71² of F(4, 3) and
    /// 5.24² of seven outputs of five inputs. Every number passes fewer than channels + 30 roundings, whose errors are independent
    /// and have a standard deviation of a fifth of ε: the bound is five of the sum's, and more because partial sums are smaller.
    @Test(arguments: [
        (10, 16, 1, 2, 5), (7, 32, 1, 3, 34.3), (5, 32, 1, 5, 34.3), (8, 32, 1, 4, 94.3), (7, 32, 1, 7, 94.3),
        (5, 32, 2, 7, 27.5),
    ]) func minimalFilteringRoundsLittle(
        side: Int, channels: Int, padding: Int, window: Int, spread: Double
    ) {
        var generator = PhiloxGenerator(seed: 2, purpose: "pooled convolution")
        let input = Tensor<Float>.normal([7, side, side, channels], using: &generator)
        let filters = Tensor<Float>.normal([3, 3, channels, 9], using: &generator)
        let bias = Tensor<Float>.normal([9], using: &generator)
        let shape = ConvolutionShape(input: input.shape, filters: filters.shape, stride: 1, padding: padding)
        let exact = pooledByDefinition(
            shape.result(input.converted(to: Double.self), filters.converted(to: Double.self)).value
                .addingToRows(bias.converted(to: Double.self)).rectified(), window: (window, window)
        ).values
        func error(_ input: Tensor<Float>, _ filters: Tensor<Float>) -> Double {
            let pooled = PooledConvolution(input: input, filters: filters, bias: bias, padding: padding, window: window)
            return largestDifference(pooled.output.scalars, exact.scalars)
        }
        let bound = spread * (Double(channels) * Double(channels + 30)).squareRoot() * Double(Float.ulpOfOne)
        #expect(error(input, filters) < bound, "\(error(input, filters) / bound)")
        // Half precision has 11 bits.
        func halved(_ x: Tensor<Float>) -> Tensor<Float> {
            Tensor(
                shape: x.shape,
                scalars: x.scalars.map { x in
                    let unit = x.ulp * 0x1p13
                    return (x / unit).rounded() * unit
                })
        }
        #expect(error(halved(input), filters) > 2 * bound, "\(error(halved(input), filters) / bound)")
        #expect(error(input, halved(filters)) > 2 * bound, "\(error(input, halved(filters)) / bound)")
    }

    private func problems<Scalar: TensorScalar>(_ type: Scalar.Type, _ chosen: Case) -> [String] {
        let (shape, window) = (chosen.shape, chosen.window)
        var problems: [String] = []
        func compare(_ what: String, _ found: Tensor<Scalar>, _ expected: Tensor<Double>) {
            if let problem = firstDisagreement(found, expected, tolerance: { _ in 0 }) {
                problems.append("\(what), \(type), \(chosen.testDescription): \(problem)")
            }
        }
        var generator = PhiloxGenerator(seed: 1, purpose: "pooled convolution")
        // Integers make every sum exact, so that both ways break ties alike and results must be equal.
        let input = Tensor<Scalar>.integers(shape.inputShape, using: &generator)
        let filters = Tensor<Scalar>.integers(shape.filterShape, using: &generator)
        let bias = Tensor<Scalar>.integers([shape.outputChannels], bound: 9, using: &generator)
        let pooled = PooledConvolution(
            input: input, filters: filters, bias: bias, padding: shape.padding, window: window)

        let map = shape.result(input.converted(to: Double.self), filters.converted(to: Double.self)).value
            .addingToRows(bias.converted(to: Double.self)).rectified()
        let (values, indices) = pooledByDefinition(
            map, window: (window ?? shape.outputRows, window ?? shape.outputColumns))
        compare("output", pooled.output, values)
        let alone = PooledConvolution(
            input: input, filters: filters, bias: bias, padding: shape.padding, window: window, wantsGradients: false)
        compare("output without gradients", alone.output, values)

        let gradient = Tensor<Scalar>.integers(pooled.output.shape, using: &generator)
        // Back through the pooling and the rectifier, by the definition.
        let onMap =
            gradient.converted(to: Double.self).scatteringElements(indices, shape: map.shape).keeping(
                wherePositive: map)
        let expectedInput = shape.leftGradient(onMap, filters.converted(to: Double.self)).value
        let expectedFilters = shape.rightGradient(onMap, input.converted(to: Double.self)).value
        for wantsInput in [true, false] {
            let found = pooled.gradients(gradient, input: input, filters: filters, wantsInput: wantsInput)
            if (found.input != nil) != wantsInput { problems.append("an input gradient although it was not asked for") }
            found.input.map { compare("input gradient", $0, expectedInput) }
            compare("filter gradient", found.filters, expectedFilters)
            compare("bias gradient", found.bias, onMap.sumOverRows())
        }
        return problems
    }

    @Test(arguments: 0..<4) func aNaNReachesTheOutput(position: Int) {
        var input = Tensor<Float>(shape: [1, 2, 2, 1], scalars: [1, 3, 2, 4])
        input[0, position / 2, position % 2, 0] = .nan
        let pooled = PooledConvolution(
            input: input, filters: .init(shape: [1, 1, 1, 1], repeating: 1), bias: .zeros([1]), padding: 0, window: 2)
        #expect(pooled.output.scalar.isNaN)
    }

    /// By minimal filtering too, with one tile and with four, whether or not winners are noted, and from the bias.
    @Test(arguments: [(2, 0), (6, 1), (7, 2)]) func aNaNPassesMinimalFiltering(window: Int, padding: Int) {
        let side = window + 2 - 2 * padding
        let shape = [2, side, side, 16]
        let filters = Tensor<Float>(shape: [3, 3, 16, 3], repeating: 1)
        for place in [0, side * side * 16 / 2, side * side * 16 - 1] {
            var input = Tensor<Float>(shape: shape, repeating: 1)
            input[0, place / 16 / side, place / 16 % side, place % 16] = .nan
            for wantsGradients in [true, false] {
                let output = PooledConvolution(
                    input: input, filters: filters, bias: .zeros([3]), padding: padding, window: window,
                    wantsGradients: wantsGradients
                ).output.scalars
                #expect(output.prefix(3).allSatisfy(\.isNaN) && output.suffix(3).allSatisfy { $0 > 0 })
            }
        }
        let bias = Tensor<Float>(shape: [3], scalars: [0, .nan, 0])
        let output = PooledConvolution(
            input: Tensor(shape: shape, repeating: 1), filters: filters, bias: bias, padding: padding, window: window
        ).output.scalars
        #expect(output.map(\.isNaN) == [false, true, false, false, true, false])
    }
}
