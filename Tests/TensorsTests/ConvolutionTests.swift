import PropertyTesting
import TensorReference
import Tensors
import Testing

@Suite struct ConvolutionTests {
    @Test func randomShapesAgreeWithTheDefinition() throws {
        try Property("convolutions are sums of products", Self.shapes, cases: 120) { shape, trial in
            trial.label("strided", if: shape.stride > 1)
            trial.label("padded", if: shape.padding > 0)
            trial.label("one output channel", if: shape.outputChannels == 1)
            trial.label("incomplete block", if: shape.images > 16)
            for problem in problems(Float.self, shape) + problems(Double.self, shape) { trial.holds(false, problem) }
        }
        .requiring(["strided": 0.3, "padded": 0.3, "one output channel": 0.02, "incomplete block": 0.02])
        .check()
    }

    /// Images around a block of 16, channels around the vectors, filters up to 5 × 5, any stride and padding that fit.
    private static var shapes: Generator<ConvolutionShape> {
        Generator { source in
            func integer(_ range: ClosedRange<Int>) -> Int { Generator<Int>.integer(in: range).value(from: &source) }
            let padding = integer(0...3)
            let (filterRows, filterColumns) = (integer(1...5), integer(1...5))
            let images = Generator<Int>.element(of: [0, 1, 2, 3, 15, 16, 17]).value(from: &source)
            let rows = max(1, filterRows - 2 * padding) + integer(0...6)
            let columns = max(1, filterColumns - 2 * padding) + integer(0...6)
            let inputChannels = Generator<Int>.element(of: [1, 2, 3, 5, 6, 7, 16]).value(from: &source)
            let outputChannels = Generator<Int>.element(of: [1, 2, 5, 15, 16, 17, 31, 32, 33]).value(from: &source)
            return ConvolutionShape(
                input: [images, rows, columns, inputChannels],
                filters: [filterRows, filterColumns, inputChannels, outputChannels],
                stride: integer(1...4), padding: padding)
        }
    }

    /// The paper's layers, and the corners: no channels at either end, a filter as large as the padded image, padding
    /// beyond the filter, more than one block of images, stride beyond the filter.
    @Test(arguments: [
        ConvolutionShape(input: [3, 20, 20, 1], filters: [3, 3, 1, 16], stride: 1, padding: 1),
        ConvolutionShape(input: [3, 10, 10, 16], filters: [3, 3, 16, 32], stride: 1, padding: 1),
        ConvolutionShape(input: [35, 5, 5, 32], filters: [3, 3, 32, 40], stride: 1, padding: 0),
        ConvolutionShape(input: [2, 84, 84, 1], filters: [4, 4, 1, 32], stride: 4, padding: 0),
        ConvolutionShape(input: [2, 19, 19, 32], filters: [3, 3, 32, 1], stride: 1, padding: 0),
        ConvolutionShape(input: [2, 4, 4, 0], filters: [3, 3, 0, 5], stride: 1, padding: 1),
        ConvolutionShape(input: [2, 4, 4, 3], filters: [3, 3, 3, 0], stride: 2, padding: 1),
        ConvolutionShape(input: [33, 3, 3, 2], filters: [5, 5, 2, 4], stride: 1, padding: 1),
        ConvolutionShape(input: [4, 2, 3, 2], filters: [1, 1, 2, 3], stride: 3, padding: 4),
        ConvolutionShape(input: [50, 1, 1, 7], filters: [1, 1, 7, 9], stride: 1, padding: 0),
        ConvolutionShape(input: [1, 13, 6, 3], filters: [2, 5, 3, 2], stride: 1, padding: 1),
    ])
    func chosenShapesAgreeWithTheDefinition(shape: ConvolutionShape) {
        #expect(problems(Float.self, shape) == [])
        #expect(problems(Double.self, shape) == [])
    }

    private func problems<Scalar: TensorScalar>(_ type: Scalar.Type, _ shape: ConvolutionShape) -> [String] {
        var generator = PhiloxGenerator(seed: 1, purpose: "convolutions")
        let image = Tensor<Scalar>.integers(shape.inputShape, using: &generator)
        let filters = Tensor<Scalar>.integers(shape.filterShape, using: &generator)
        let gradient = Tensor<Scalar>.integers(shape.outputShape, using: &generator)
        let exact = results(shape, image, filters, gradient)
        let rounded = results(
            shape, Tensor<Scalar>.normal(shape.inputShape, using: &generator),
            .normal(shape.filterShape, using: &generator), .normal(shape.outputShape, using: &generator))
        // Products and sums of small integers are exact.
        let bias = Tensor<Scalar>.integers([shape.outputChannels], bound: 30, using: &generator)
        let shifted = exact[0].2.value.addingToRows(bias.converted(to: Double.self))
        func layer(rectified: Bool) -> Tensor<Scalar> {
            image.convolution(
                filters, stride: shape.stride, padding: shape.padding, bias: bias, rectified: rectified)
        }
        // A full convolution.
        let inputBias = Tensor<Scalar>.integers([shape.inputChannels], bound: 30, using: &generator)
        let adjoint = exact[1].2.value.addingToRows(inputBias.converted(to: Double.self))
        func full(rectified: Bool) -> Tensor<Scalar> {
            gradient.convolutionInputGradient(filters, of: shape, bias: inputBias, rectified: rectified)
        }
        let found =
            [
                ("full", firstDisagreement(full(rectified: false), adjoint) { _ in 0 }),
                ("full, rectified", firstDisagreement(full(rectified: true), adjoint.rectified()) { _ in 0 }),
                ("with bias", firstDisagreement(layer(rectified: false), shifted) { _ in 0 }),
                ("rectified", firstDisagreement(layer(rectified: true), shifted.rectified()) { _ in 0 }),
            ]
            + exact.map { name, result, reference in (name, firstDisagreement(result, reference.value) { _ in 0 }) }
            + rounded.map { name, result, reference in (name, reference.disagreement(with: result)) }
        return found.compactMap { name, problem in
            problem.map { "\(name), \(type), \(shape.testDescription): \($0)" }
        }
    }

    private func results<Scalar: TensorScalar>(
        _ shape: ConvolutionShape, _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, _ g: Tensor<Scalar>
    ) -> [(String, Tensor<Scalar>, SumOfProducts)] {
        let (dx, dw, dg) = (x.converted(to: Double.self), w.converted(to: Double.self), g.converted(to: Double.self))
        return [
            ("convolution", x.convolution(w, stride: shape.stride, padding: shape.padding), shape.result(dx, dw)),
            ("input gradient", g.convolutionInputGradient(w, of: shape), shape.leftGradient(dg, dw)),
            ("filter gradient", g.convolutionFilterGradient(x, of: shape), shape.rightGradient(dg, dx)),
        ]
    }

    @Test func filtersAreNotFlipped() {
        let image = Tensor<Double>(shape: [1, 1, 3, 1], scalars: [1, 2, 3])
        let filter = Tensor<Double>(shape: [1, 2, 1, 1], scalars: [10, 1])
        #expect(image.convolution(filter).scalars == [12, 23])
    }
}

extension ConvolutionShape: CustomTestStringConvertible {
    /// The shapes of both operands, for the names of test cases.
    public var testDescription: String {
        "images \(inputShape), filters \(filterShape), stride \(stride), padding \(padding)"
    }
}
