import TensorReference
import Tensors
import Testing

/// The fused operation against its definition: convolution + bias → rectified → max-pooling.
@Suite struct PooledConvolutionTests {
    /// Narrow windows (run below a vector), wide ones, more images than are listed together, not square, all of one
    /// image pooled, rows and columns that fill no window, one output channel.
    private static let cases: [(shape: ConvolutionShape, window: Int?)] = [
        (ConvolutionShape(input: [3, 20, 20, 1], filters: [3, 3, 1, 16], stride: 1, padding: 1), 2),
        (ConvolutionShape(input: [9, 10, 10, 16], filters: [3, 3, 16, 32], stride: 1, padding: 1), 2),
        (ConvolutionShape(input: [17, 5, 5, 32], filters: [3, 3, 32, 33], stride: 1, padding: 0), nil),
        (ConvolutionShape(input: [2, 7, 5, 3], filters: [2, 3, 3, 5], stride: 1, padding: 2), nil),
        (ConvolutionShape(input: [5, 7, 9, 11], filters: [3, 3, 11, 7], stride: 1, padding: 0), 3),
        (ConvolutionShape(input: [1, 4, 4, 2], filters: [1, 1, 2, 1], stride: 1, padding: 0), 1),
        (ConvolutionShape(input: [4, 6, 6, 13], filters: [3, 5, 13, 1], stride: 1, padding: 1), 2),
        (ConvolutionShape(input: [18, 3, 3, 100], filters: [2, 2, 100, 17], stride: 1, padding: 0), 2),
        (ConvolutionShape(input: [0, 6, 6, 13], filters: [3, 3, 13, 4], stride: 1, padding: 1), 2),
    ]

    @Test(arguments: cases.indices) func agreesWithItsDefinition(index: Int) {
        let (shape, window) = Self.cases[index]
        check(Float.self, shape, window)
        check(Double.self, shape, window)
    }

    private func check<Scalar: TensorScalar>(_ type: Scalar.Type, _ shape: ConvolutionShape, _ window: Int?) {
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
        let what = "\(type), \(shape.testDescription), window \(window ?? 0)"
        #expect(firstDisagreement(pooled.output, values) { _ in 0 } == nil, "output, \(what)")
        let alone = PooledConvolution(
            input: input, filters: filters, bias: bias, padding: shape.padding, window: window, wantsGradients: false)
        #expect(alone.output == pooled.output, "output without gradients, \(what)")

        let gradient = Tensor<Scalar>.integers(pooled.output.shape, using: &generator)
        // Back through the pooling and the rectifier, by the definition.
        let onMap =
            gradient.converted(to: Double.self).scatteringElements(indices, shape: map.shape).keeping(
                wherePositive: map)
        let expectedInput = shape.leftGradient(onMap, filters.converted(to: Double.self)).value
        let expectedFilters = shape.rightGradient(onMap, input.converted(to: Double.self)).value
        for wantsInput in [true, false] {
            let found = pooled.gradients(gradient, input: input, filters: filters, wantsInput: wantsInput)
            #expect((found.input != nil) == wantsInput)
            if let inputGradient = found.input {
                #expect(firstDisagreement(inputGradient, expectedInput) { _ in 0 } == nil, "input gradient, \(what)")
            }
            #expect(firstDisagreement(found.filters, expectedFilters) { _ in 0 } == nil, "filter gradient, \(what)")
            #expect(firstDisagreement(found.bias, onMap.sumOverRows()) { _ in 0 } == nil, "bias gradient, \(what)")
        }
    }

    @Test(arguments: 0..<4) func aNaNReachesTheOutput(position: Int) {
        var input = Tensor<Float>(shape: [1, 2, 2, 1], scalars: [1, 3, 2, 4])
        input[0, position / 2, position % 2, 0] = .nan
        let pooled = PooledConvolution(
            input: input, filters: .init(shape: [1, 1, 1, 1], repeating: 1), bias: .zeros([1]), padding: 0, window: 2)
        #expect(pooled.output.scalar.isNaN)
    }
}
