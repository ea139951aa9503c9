import TensorReference
import Testing

@testable import Tensors

/// Pooled convolutions of crops that overlap, told which windows repeat which, against the same without being told.
@Suite struct RepeatedWindowsTests {
    /// Crops of 8 × 8 of two pictures of 14 × 14: windows of 2 × 2 of a filter of 3 × 3 lie on a grid of every second pixel, so
    /// crops at even offsets share those that they both contain.
    struct Overlap: Sendable, CustomTestStringConvertible {
        let channels: Int
        let outputs: Int
        let isStandardized: Bool
        var testDescription: String {
            "\(channels) to \(outputs) channels\(isStandardized ? ", standardised" : "")"
        }

        /// Of each crop the picture, and the first row and column.
        static let crops = [
            (0, 0, 0), (0, 0, 2), (0, 2, 2), (0, 6, 6), (0, 0, 0), (1, 4, 0), (1, 4, 2), (1, 6, 2), (1, 0, 4),
        ]
        static let pictureSide = 14
        static let side = 8
        /// Where each pixel of the crops lies in the pictures.
        static var pixels: [Int] {
            crops.flatMap { picture, top, left in
                (0..<side * side).map {
                    (picture * pictureSide + top + $0 / side) * pictureSide + left + $0 % side
                }
            }
        }

        /// Blocks of the crops of one picture, or of all crops; windows are known by where they lie in the pictures.
        static func repeated(blocks: [Range<Int>]) -> RepeatedWindows {
            RepeatedWindows(blocks: blocks, windowsPerImage: 9) { block, firsts in
                var known: [[Int]: Int32] = [:]
                for (index, crop) in crops[blocks[block]].enumerated() {
                    for window in 0..<9 {
                        let number = index * 9 + window
                        let place = [crop.0, crop.1 + window / 3 * 2, crop.2 + window % 3 * 2]
                        firsts[number] = known[place] ?? Int32(number)
                        known[place] = firsts[number]
                    }
                }
            }
        }
    }

    /// One channel and few, which take ways of their own, whole vectors of channels, and more than one panel of outputs.
    @Test(arguments: [
        Overlap(channels: 1, outputs: 16, isStandardized: false),
        Overlap(channels: 1, outputs: 5, isStandardized: false),
        Overlap(channels: 3, outputs: 19, isStandardized: false),
        Overlap(channels: 2, outputs: 4, isStandardized: true),
        Overlap(channels: 16, outputs: 32, isStandardized: false),
        Overlap(channels: 32, outputs: 70, isStandardized: false),
        Overlap(channels: 16, outputs: 9, isStandardized: true),
    ]) func nothingChangesButTheWork(overlap: Overlap) {
        for blocks in [[0..<9], [0..<5, 5..<9], [0..<2, 2..<2, 2..<5, 5..<9]] {
            check(Float.self, overlap, Overlap.repeated(blocks: blocks))
            check(Double.self, overlap, Overlap.repeated(blocks: blocks))
        }
    }

    private func check<Scalar: TensorScalar>(_ type: Scalar.Type, _ overlap: Overlap, _ repeated: RepeatedWindows) {
        var generator = PhiloxGenerator(seed: 8, purpose: "repeated windows")
        let name: Comment = "\(type), \(overlap.testDescription), \(repeated.blocks.count) blocks"
        // Integers, and powers of two for what they are standardised by, make every sum exact, so that results must be equal.
        let pictures = Tensor<Scalar>.integers(
            [2 * Overlap.pictureSide * Overlap.pictureSide, overlap.channels], using: &generator)
        let crops = pictures.gatheringRows(Overlap.pixels)
            .reshaped([Overlap.crops.count, Overlap.side, Overlap.side, overlap.channels])
        let filters = Tensor<Scalar>.integers([3, 3, overlap.channels, overlap.outputs], using: &generator)
        let bias = Tensor<Scalar>.integers([overlap.outputs], bound: 9, using: &generator)
        func constant(_ value: Scalar) -> Tensor<Scalar> { Tensor(shape: [overlap.channels], repeating: value) }
        let standardization =
            overlap.isStandardized
            ? ColumnStandardization(
                mean: constant(1), variance: constant(0.25), epsilon: 0, scale: constant(2), shift: constant(-3)) : nil
        func pooled(_ repeated: RepeatedWindows?) -> PooledConvolution<Scalar> {
            PooledConvolution(
                input: crops, standardizedBy: standardization, filters: filters, bias: bias, padding: 0, window: 2,
                repeating: repeated)
        }
        let (told, plain) = (pooled(repeated), pooled(nil))
        #expect(told.output == plain.output, name)
        #expect(
            PooledConvolution(
                input: crops, standardizedBy: standardization, filters: filters, bias: bias, padding: 0, window: 2,
                repeating: repeated, wantsGradients: false
            ).output == plain.output, name)
        let gradient = Tensor<Scalar>.integers(plain.output.shape, using: &generator)
        for wantsInput in [true, false] {
            let found = told.gradients(gradient, input: crops, filters: filters, wantsInput: wantsInput)
            let expected = plain.gradients(gradient, input: crops, filters: filters, wantsInput: wantsInput)
            #expect(found.filters == expected.filters && found.bias == expected.bias, name)
            #expect(found.standardization?.scale == expected.standardization?.scale, name)
            #expect(found.standardization?.shift == expected.standardization?.shift, name)
            #expect((found.input != nil) == wantsInput, name)
            // What is equal counts as one: the same for the pictures.
            func ofPictures(_ gradient: Tensor<Scalar>?) -> Tensor<Scalar>? {
                gradient?.reshaped([Overlap.pixels.count, overlap.channels])
                    .scatteringRows(Overlap.pixels, count: pictures.shape[0])
            }
            #expect(ofPictures(found.input) == ofPictures(expected.input), name)
        }
    }

    /// A window that repeats another is not looked at: pixels that only it sees change nothing.
    @Test(arguments: [1, 16]) func repeatedWindowsAreNotComputed(channels: Int) {
        var generator = PhiloxGenerator(seed: 9, purpose: "repeated windows")
        let one = Tensor<Float>.integers([1, 6, 6, channels], using: &generator)
        let other = Tensor<Float>.integers([1, 6, 6, channels], using: &generator)
        let filters = Tensor<Float>.integers([3, 3, channels, 16], using: &generator)
        // Of the second image the last window is its own.
        let repeated = RepeatedWindows(blocks: [0..<2], windowsPerImage: 4) { _, firsts in
            for (window, first) in [0, 1, 2, 3, 0, 1, 2, 7].enumerated() { firsts[window] = Int32(first) }
        }
        #expect(repeated.firstCount == 5)
        func output(_ images: Tensor<Float>, _ repeated: RepeatedWindows?) -> Tensor<Float> {
            PooledConvolution(
                input: images, filters: filters, bias: .zeros([16]), padding: 0, window: 2, repeating: repeated
            ).output.reshaped([images.shape[0] * 4, 16])
        }
        let found = output(one.concatenated(with: other), repeated)
        let (first, second) = (output(one, nil), output(other, nil))
        #expect(first != second)
        #expect(found == first.concatenated(with: first.rows(0..<3)).concatenated(with: second.rows(3..<4)))
    }

    /// Larger windows are all computed, whatever is known of them.
    @Test func largerWindowsAreComputed() {
        var generator = PhiloxGenerator(seed: 9, purpose: "repeated windows")
        let images = Tensor<Float>.integers([2, 5, 5, 2], using: &generator)
        let filters = Tensor<Float>.integers([3, 3, 2, 4], using: &generator)
        let repeated = RepeatedWindows(blocks: [0..<2], windowsPerImage: 1) { _, firsts in
            (firsts[0], firsts[1]) = (0, 0)
        }
        let pooled = PooledConvolution(
            input: images, filters: filters, bias: .zeros([4]), padding: 0, window: nil, repeating: repeated)
        let plain = PooledConvolution(input: images, filters: filters, bias: .zeros([4]), padding: 0, window: nil)
        #expect(pooled.output == plain.output && pooled.repeated == nil)
    }
}
