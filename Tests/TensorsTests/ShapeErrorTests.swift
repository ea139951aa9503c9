import Foundation
import Tensors
import Testing

/// Leaves out the runtime's backtrace of the crash, which takes a second and is not looked at.
private func dieAtOnce() {
    signal(SIGILL, SIG_DFL)
    signal(SIGTRAP, SIG_DFL)
}

/// Operands that do not fit stop the program, and the message names both shapes, in optimised builds too.
@Suite struct ShapeErrorTests {
    private func expectMessage(
        _ result: ExitTest.Result?, _ parts: String..., location: SourceLocation = #_sourceLocation
    ) {
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        for part in parts {
            #expect(text.contains(part), "expected “\(part)” in: \(text.prefix(400))", sourceLocation: location)
        }
    }

    @Test func elementwiseOperands() async {
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Float>.zeros([2, 3]) + Tensor<Float>.zeros([3, 2])
            }, "[2, 3]", "[3, 2]", "+")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                // Nothing is broadcast, not even a scalar.
                _ = Tensor<Float>.zeros([4]) * Tensor<Float>(2)
            }, "[4]", "[]", "*")
    }

    @Test func matrixProductOperands() async {
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Double>.zeros([2, 3]).matrixProduct(.zeros([4, 5]))
            }, "[2, 3]", "[4, 5]", "3 and 4")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Double>.zeros([3, 2]).matrixProduct(.zeros([7, 5]), left: .transposed)
            }, "[3, 2]ᵀ", "[7, 5]")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Double>.zeros([6]).matrixProduct(.zeros([6, 1]))
            }, "[6]", "[6, 1]")
    }

    @Test func operandsOfSeveralMatrixProducts() async {
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Double>.zeros([2, 3, 4]).matrixProduct(.zeros([3, 4, 5]))
            }, "[2, 3, 4]", "[3, 4, 5]", "2 and 3 matrices")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Double>.zeros([2, 3, 4]).matrixProduct(.zeros([2, 4, 5]), right: .transposed)
            }, "[2, 4, 5]ᵀ", "4 and 5")
    }

    @Test func rowsOfGramMatrices() async {
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Double>.zeros([3, 2]).gramLogSumExp(weights: .zeros([2]), scale: 1)
            }, "[3, 2]", "[2]")
    }

    @Test func standardizationsOfPooledConvolutions() async {
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                let row = Tensor<Double>(shape: [3], repeating: 1)
                _ = PooledConvolution(
                    input: .zeros([1, 4, 4, 2]),
                    standardizedBy: ColumnStandardization(
                        mean: row, variance: row, epsilon: 1, scale: row, shift: row, isRectified: true),
                    filters: .zeros([3, 3, 2, 1]), bias: .zeros([1]), padding: 0, window: 2)
            }, "3 channels", "rectified", "for 2")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                let row = Tensor<Double>(shape: [16], repeating: 1)
                let input = Tensor<Double>.zeros([9, 10, 10, 16])
                let filters = Tensor<Double>.zeros([3, 3, 16, 2])
                let pooled = PooledConvolution(
                    input: input,
                    standardizedBy: ColumnStandardization(
                        mean: row, variance: row, epsilon: 1, scale: row, shift: row),
                    filters: filters, bias: .zeros([2]), padding: 0, window: 2)
                _ = pooled.gradients(
                    pooled.output, input: input, shares: .zeros([1]), filters: filters, wantsInput: true)
            }, "shares of the images", "[1]", "[9]")
    }

    @Test func negativeExtents() async {
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Float>.zeros([-1, 3])
            }, "[-1, 3]", "negative")
    }

    @Test func repeatedWindows() async {
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = RepeatedWindows(blocks: [0..<2, 3..<4], windowsPerImage: 4) { _, _ in }
            }, "images 3..<4", "first 2")
        // Neither a later window nor one that repeats another itself.
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = RepeatedWindows(blocks: [0..<2], windowsPerImage: 1) { _, firsts in (firsts[0], firsts[1]) = (1, 1)
                }
            }, "window 0", "window 1")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = RepeatedWindows(blocks: [0..<3], windowsPerImage: 1) { _, firsts in
                    (firsts[0], firsts[1], firsts[2]) = (0, 0, 1)
                }
            }, "window 2", "window 1")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                let none = RepeatedWindows(blocks: [0..<1], windowsPerImage: 9) { _, firsts in
                    for window in 0..<9 { firsts[window] = Int32(window) }
                }
                _ = PooledConvolution<Float>(
                    input: .zeros([2, 4, 4, 3]), filters: .zeros([3, 3, 3, 8]), bias: .zeros([8]), padding: 1,
                    window: 2,
                    repeating: none)
            }, "1 images with 9 each", "2 with 4")
    }

    @Test func convolutionOperands() async {
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Float>.zeros([1, 8, 8, 3]).convolution(.zeros([3, 3, 2, 4]))
            }, "[1, 8, 8, 3]", "[3, 3, 2, 4]")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Float>.zeros([1, 4, 4, 3]).convolution(.zeros([7, 3, 3, 4]), padding: 1)
            }, "[1, 4, 4, 3]", "[7, 3, 3, 4]", "does not fit")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Float>.zeros([1, 4, 4, 3]).maximumIndices(windowRows: 5, windowColumns: 2)
            }, "[1, 4, 4, 3]", "5 × 2")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = PooledConvolution<Float>(
                    input: .zeros([1, 4, 4, 3]), filters: .zeros([3, 3, 3, 8]), bias: .zeros([7]), padding: 1, window: 2
                )
            }, "[7]", "8")
    }

    @Test func rowOperands() async {
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Float>.zeros([5, 3]).addingToRows(.zeros([5]))
            }, "[5, 3]", "[5]")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Float>.zeros([5, 3]).multiplyingRows(by: .zeros([3]))
            }, "[5, 3]", "[3]")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Float>.zeros([5, 3]).concatenated(with: .zeros([5, 4]))
            }, "[5, 3]", "[5, 4]")
    }

    @Test func standardizationOperands() async {
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Float>.zeros([5, 3]).columnMoments(weights: .zeros([3]))
            }, "[5, 3]", "[3]")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Float>.zeros([0, 3]).columnMoments(weights: .zeros([0]))
            }, "[0, 3]", "one at least")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Float>.zeros([2, 3]).columnMoments(weights: Tensor(shape: [2], scalars: [1, 0]))
            }, "positive", "found 0.0 for example 1")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Float>.zeros([3]).columnMoments(weights: .zeros([3]))
            }, "[3]", "[example, …, column]")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                let row = Tensor<Float>.zeros([4])
                let map = ColumnStandardization(mean: row, variance: row, epsilon: 1, scale: row, shift: row)
                _ = map(.zeros([5, 3]))
            }, "4 columns", "[5, 3]")
    }

    @Test func indicesAndCounts() async {
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Float>.zeros([5, 3]).gatheringRows([0, 5])
            }, "row 5", "[5, 3]")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Float>.zeros([5, 0]).gatheringRows([-1])
            }, "row -1", "[5, 0]")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Float>.zeros([2, 3])[1, 3]
            }, "[1, 3]", "[2, 3]")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Float>.zeros([2, 3]).reshaped([-2, -3])
            }, "[2, 3]", "[-2, -3]")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Float>(shape: [2, 2], scalars: [1, 2, 3])
            }, "[2, 2]", "3 elements")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = Tensor<Float>.zeros([2, 2]).scalar
            }, "[2, 2]")
    }
}
