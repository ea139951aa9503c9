// The adjoints of the pooled convolution: back to the winning pixels, and from there through the convolution.

/// out[column, row] = x[row, column], in squares that stay in the nearest cache.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func transpose<Scalar: TensorScalar>(
    _ x: UnsafePointer<Scalar>, _ rows: Int, _ columns: Int, into out: UnsafeMutablePointer<Scalar>
) {
    let side = 16
    Parallel.forRanges(columns, grain: side) { columnsOfSquare in
        for first in stride(from: 0, to: rows, by: side) {
            for column in columnsOfSquare {
                for row in first..<min(rows, first + side) { out[column * rows + row] = x[row * columns + column] }
            }
        }
    }
}

/// The gradient of a pooled convolution's output, and the pixels that it is meant for.
struct PooledGradient<Scalar: TensorScalar> {
    let shape: ConvolutionShape
    let windows: PoolingWindows
    /// [image, window, channel].
    let gradients: UnsafePointer<Scalar>
    /// Which pixel of its window won, or how many there are if none passed the rectifier, [image, window, channel].
    let winners: UnsafePointer<UInt16>
    /// Which windows repeat which, if that is known.
    let repeated: RepeatedWindows?

    /// Where an image's windows begin.
    @inline(__always)
    func start(of image: Int) -> Int { image &* windows.count &* shape.outputChannels }

    /// For each window a row of `places`, one for each of its pixels and one to be used for none, and in it for each
    /// pixel what `place` says of its number in the full map.
    func table<Place>(_ nowhere: Place, _ place: (_ mapPixel: Int) -> Place) -> [Place] {
        let pixels = windows.mapPixels(shape)
        return (0..<windows.count).flatMap { window in
            pixels[window * windows.pixels..<(window + 1) * windows.pixels].map(place) + [nowhere]
        }
    }
}

/// Puts each pooled gradient on its winning pixel of a map of zeros.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func spreadOverWindows<Scalar: TensorScalar>(
    _ gradient: PooledGradient<Scalar>, into full: UnsafeMutablePointer<Scalar>
) {
    let (shape, windows) = (gradient.shape, gradient.windows)
    let pixels = windows.mapPixels(shape)
    let size = shape.outputPixels * shape.outputChannels
    Parallel.forRanges(shape.images, grain: 16) { images in
        (full + images.lowerBound * size).initialize(repeating: 0, count: images.count * size)
        for image in images {
            var index = gradient.start(of: image)
            for window in 0..<windows.count {
                for channel in 0..<shape.outputChannels {
                    let winner = Int(gradient.winners[index])
                    if winner < windows.pixels {
                        let pixel = pixels[window * windows.pixels + winner]
                        full[image * size + pixel * shape.outputChannels + channel] = gradient.gradients[index]
                    }
                    index += 1
                }
            }
        }
    }
}

/// The gradient of filters whose rows are shorter than a vector, and of the bias, as one matrix [depth + 1, outputChannel].
///
/// Each window's gradient is put on its pixels that won, and zero on the others, and so becomes that of a convolution.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func narrowPooledGradients<Scalar: TensorScalar>(
    _ gradient: PooledGradient<Scalar>, _ input: UnsafePointer<Scalar>, into out: UnsafeMutablePointer<Scalar>
) {
    let (shape, windows) = (gradient.shape, gradient.windows)
    let channels = shape.outputChannels
    let lanes = Scalar.Vector32.scalarCount
    let vectorBytes = TileShape.vectorBytes(for: channels, of: Scalar.self)
    let stride = roundUp(channels, TileShape.columns(of: Scalar.self, vectorBytes: vectorBytes))
    let offsets = shape.windowOffsets(images: 1)
    let starts = windows.mapPixels(shape).map { offsets[$0] }
    let blocks = WindowBlocks(shape, windows, gradient.repeated, size: 1)
    sumOverBlocks(blocks.count, size: (shape.depth + 1) * stride, columns: channels, stride: stride, into: out) {
        numbers, partial in
        let padded: Scratch<Scalar> = zeroed(shape.paddedImage)
        let spread: Scratch<Scalar> = zeroed(starts.count * stride)
        let rows = gradient.scratch(blocks)
        let startsHere = Scratch<Int>(starts.count)
        for number in numbers {
            blocks.withBlock(number) { block in
                let rows = gradient.rows(of: block, in: rows)
                gradient.forEachImages(1, of: block) { image, computed in
                    let image = image.lowerBound
                    shape.pad(
                        input + image * shape.rows * shape.columns * shape.inputChannels, images: 1,
                        into: padded.pointer)
                    let first = (image - block.images.lowerBound) * windows.count
                    for (slot, window) in computed.enumerated() {
                        for pixel in 0..<windows.pixels {
                            startsHere.pointer[slot * windows.pixels + pixel] =
                                starts[(Int(window) - first) * windows.pixels + pixel]
                        }
                    }
                    for channel in Swift.stride(from: 0, to: channels, by: lanes) {
                        let bias = partial + (shape.depth * stride + channel)
                        let sum = rows.spread(computed, channel, into: spread.pointer + channel, stride)
                        (Scalar.Vector32(loading: bias) + sum).store(bias)
                    }
                    addFilterGradient(
                        shape, padded.pointer,
                        UnsafeBufferPointer(start: startsHere.pointer, count: computed.count * windows.pixels),
                        spread.pointer, stride, into: partial)
                }
            }
        }
    }
}

/// The gradient of a block of images, in which windows that repeat each other count in the first of their kind.
struct PooledRowsGradient<Scalar: TensorScalar> {
    let channels: Int
    let windows: PoolingWindows
    /// [window, channel], from the block's first image on.
    let gradients: UnsafePointer<Scalar>
    /// The same.
    let winners: UnsafePointer<UInt16>

    /// Writes the gradient of some windows, in one vector of channels, to the pixels that won and zero to the others,
    /// [window, pixel] with the given stride.
    ///
    /// - Returns: the sum over the windows.
    @inline(__always)
    func spread(
        _ numbers: UnsafeBufferPointer<Int32>, _ channel: Int, into out: UnsafeMutablePointer<Scalar>, _ stride: Int
    ) -> Scalar.Vector32 {
        // Four pixels, as f's windows have, are a loop that the compiler unrolls.
        windows.pixels == 4
            ? spread(numbers, channel, pixels: 4, into: out, stride)
            : spread(numbers, channel, pixels: windows.pixels, into: out, stride)
    }

    @inline(__always)
    private func spread(
        _ numbers: UnsafeBufferPointer<Int32>, _ channel: Int, pixels: Int, into out: UnsafeMutablePointer<Scalar>,
        _ stride: Int
    ) -> Scalar.Vector32 {
        let limit = channels &- channel
        var sum = Scalar.Vector32.zero
        var target = out
        for number in numbers {
            let index = Int(number) &* channels &+ channel
            let gradient = Scalar.Vector32(loading: gradients + index, limit: limit)
            let winner = Scalar.Vector32(converting: winners + index, limit: limit)
            for pixel in 0..<pixels {
                let won = gradient.keeping(where: winner, is: Scalar(pixel))
                sum += won
                won.store(target)
                target += stride
            }
        }
        return sum
    }
}

extension PooledGradient {
    /// Room for the sums of a block's repeated windows, if there are any.
    func scratch(_ blocks: WindowBlocks) -> Scratch<Scalar> {
        Scratch(repeated == nil ? 0 : blocks.size * windows.count * shape.outputChannels)
    }

    /// A block's rows, those of repeated windows summed up in the scratch.
    @inline(__always)
    func rows(of block: WindowBlocks.Block, in scratch: Scratch<Scalar>) -> PooledRowsGradient<Scalar> {
        let first = start(of: block.images.lowerBound)
        var rows = gradients + first
        if repeated != nil {
            block.addRepeated(rows, to: scratch.pointer, channels: shape.outputChannels)
            rows = UnsafePointer(scratch.pointer)
        }
        return PooledRowsGradient(
            channels: shape.outputChannels, windows: windows, gradients: rows, winners: winners + first)
    }

    /// Calls `body` with so many of a block's images at a time, and the windows of theirs that are computed.
    @inline(__always)
    func forEachImages(
        _ count: Int, of block: WindowBlocks.Block,
        _ body: (_ images: Range<Int>, _ computed: UnsafeBufferPointer<Int32>) -> Void
    ) {
        var first = 0
        for image in Swift.stride(from: block.images.lowerBound, to: block.images.upperBound, by: count) {
            let images = image..<min(block.images.upperBound, image + count)
            let end = Int32((images.upperBound - block.images.lowerBound) * windows.count)
            var last = first
            while last < block.computed.count && block.computed[last] < end { last += 1 }
            body(images, UnsafeBufferPointer(rebasing: block.computed[first..<last]))
            first = last
        }
    }
}
