import TensorReference
import Tensors
import Testing

@Suite struct ConvolutionTests {
    @Test func randomShapesAgreeWithTheDefinition() {
        var generator = PhiloxGenerator(seed: 1, purpose: "convolution shapes")
        for _ in 0..<150 {
            let shape = Self.randomShape(using: &generator)
            check(Float.self, shape, &generator)
            check(Double.self, shape, &generator)
        }
    }

    private static func randomShape(using generator: inout PhiloxGenerator) -> ConvolutionShape {
        let padding = Int.random(in: 0...3, using: &generator)
        let filterRows = Int.random(in: 1...5, using: &generator)
        let filterColumns = Bool.random(using: &generator) ? filterRows : Int.random(in: 1...5, using: &generator)
        let rows = Int.random(in: max(1, filterRows - 2 * padding)...11, using: &generator)
        let columns = Int.random(in: max(1, filterColumns - 2 * padding)...11, using: &generator)
        let images = [0, 1, 2, 3, 15, 16, 17].randomElement(using: &generator) ?? 1
        let inputChannels = [1, 2, 3, 5, 6, 7, 16].randomElement(using: &generator) ?? 1
        let outputChannels = [1, 2, 5, 15, 16, 17, 31, 32, 33].randomElement(using: &generator) ?? 1
        return ConvolutionShape(
            input: [images, rows, columns, inputChannels],
            filters: [filterRows, filterColumns, inputChannels, outputChannels],
            stride: Int.random(in: 1...4, using: &generator), padding: padding)
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
        var generator = PhiloxGenerator(seed: 2, purpose: "convolution shapes")
        check(Float.self, shape, &generator)
        check(Double.self, shape, &generator)
    }

    private func check<Scalar: TensorScalar>(
        _ type: Scalar.Type, _ shape: ConvolutionShape, _ generator: inout PhiloxGenerator
    ) {
        let x = Tensor<Scalar>.integers(shape.inputShape, using: &generator)
        let w = Tensor<Scalar>.integers(shape.filterShape, using: &generator)
        let g = Tensor<Scalar>.integers(shape.outputShape, using: &generator)
        let exact = results(shape, x, w, g)
        for (name, result, reference) in exact {
            // Products and sums of small integers are exact.
            #expect(firstDisagreement(result, reference.value) { _ in 0 } == nil, "\(name), \(type), \(shape)")
        }
        let rounded = results(
            shape, Tensor<Scalar>.normal(shape.inputShape, using: &generator),
            .normal(shape.filterShape, using: &generator), .normal(shape.outputShape, using: &generator))
        for (name, result, reference) in rounded {
            #expect(reference.disagreement(with: result) == nil, "\(name), \(type), \(shape)")
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
