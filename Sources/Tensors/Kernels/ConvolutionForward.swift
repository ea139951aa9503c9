// Convolution as an implicit matrix product: a register tile takes some output pixels and two vectors of output
// channels, and reads the image where it lies; no patch matrix is made.

/// Filters reordered for the register tile: panels of `width` output channels, each [depth, width], and the bias.
final class PackedFilters<Scalar: TensorScalar> {
    let panels: Int
    let width: Int
    let depth: Int
    /// Whether the filter's rows are shorter than a vector, so that its elements are visited one by one.
    let isNarrow: Bool
    private let places: Scratch<Int>
    private let weights: Scratch<Scalar>
    private let biases: Scratch<Scalar>

    /// - Parameters:
    ///   - filters: the matrix [depth, channels] of the shape.
    ///   - bias: [channel], or nothing for zero.
    @inline(__always)
    init(
        _ filters: UnsafePointer<Scalar>, _ shape: ConvolutionShape, bias: UnsafePointer<Scalar>?,
        width: Int = TileShape.columns(of: Scalar.self)
    ) {
        let (depth, channels) = (shape.depth, shape.outputChannels)
        isNarrow = shape.run < Scalar.Vector32.scalarCount
        places = Scratch(depth)
        for (k, tap) in shape.taps.enumerated() { places.pointer[k] = tap }
        self.width = width
        panels = (channels + width - 1) / width
        self.depth = depth
        weights = Scratch(panels * depth * width)
        biases = Scratch(panels * width)
        biases.pointer.initialize(repeating: 0, count: panels * width)
        if let bias { biases.pointer.update(from: bias, count: channels) }
        for panel in 0..<panels {
            let first = panel * width
            let count = min(width, channels - first)
            for k in 0..<depth {
                let target = weights.pointer + (panel * depth + k) * width
                target.update(from: filters + k * channels + first, count: count)
                (target + count).initialize(repeating: 0, count: width - count)
            }
        }
    }

    /// Where each of a filter's elements lies from the start of its window.
    @inline(__always)
    var taps: UnsafeBufferPointer<Int> { UnsafeBufferPointer(start: places.pointer, count: depth) }

    @inline(__always)
    func weights(of panel: Int) -> UnsafePointer<Scalar> { UnsafePointer(weights.pointer + panel * depth * width) }

    @inline(__always)
    func bias(of panel: Int) -> UnsafePointer<Scalar> { UnsafePointer(biases.pointer + panel * width) }
}

/// Some padded images' output: [pixel, channel] with the given stride.
///
/// - Parameters:
///   - offsets: where each pixel's window starts, ``ConvolutionShape/windowOffsets(images:)``, repeated at the end so
///     that a last tile of fewer pixels may read it.
@inline(__always)
func convolvePixels<Scalar: TensorScalar>(
    _ shape: ConvolutionShape, _ images: UnsafePointer<Scalar>, _ offsets: UnsafePointer<Int>, pixels: Int,
    _ filters: PackedFilters<Scalar>, into out: UnsafeMutablePointer<Scalar>, stride: Int, rectifying: Bool
) {
    switch TargetFeatures.vectorBytes {
    case 64:
        convolveTiles(
            RegisterTile<Scalar.Vector64, 12>.self, shape, images, offsets, pixels, filters, out, stride, rectifying)
    case 32:
        convolveTiles(
            RegisterTile<Scalar.Vector32, 6>.self, shape, images, offsets, pixels, filters, out, stride, rectifying)
    default:
        convolveTiles(
            RegisterTile<Scalar.Vector16, 12>.self, shape, images, offsets, pixels, filters, out, stride, rectifying)
    }
}

@inline(__always)
private func convolveTiles<Vector: SIMD, let height: Int>(
    _ type: RegisterTile<Vector, height>.Type, _ shape: ConvolutionShape, _ images: UnsafePointer<Vector.Scalar>,
    _ offsets: UnsafePointer<Int>, _ pixels: Int, _ filters: PackedFilters<Vector.Scalar>,
    _ out: UnsafeMutablePointer<Vector.Scalar>, _ stride: Int, _ rectifying: Bool
) where Vector.Scalar: TensorScalar {
    for panel in 0..<filters.panels {
        for pixel in Swift.stride(from: 0, to: pixels, by: height) {
            var tile = RegisterTile<Vector, height>(row: filters.bias(of: panel))
            tile.addWindows(shape, images, offsets + pixel, filters, panel)
            tile.store(
                out + (pixel * stride + panel * filters.width), stride, rowLimit: pixels - pixel,
                columnLimit: stride - panel * filters.width, accumulating: false, rectifying: rectifying)
        }
    }
}

extension RegisterTile {
    /// Adds the products of one panel of filters with the windows that start at the given places, one a row.
    @inline(__always)
    mutating func addWindows(
        _ shape: ConvolutionShape, _ images: UnsafePointer<Scalar>, _ offsets: UnsafePointer<Int>,
        _ filters: PackedFilters<Scalar>, _ panel: Int
    ) {
        let weights = filters.weights(of: panel)
        if filters.isNarrow {
            addTaps(filters.taps, images, offsets, weights)
        } else {
            for filterRow in 0..<shape.filterRows {
                addRuns(
                    shape.run, images + filterRow * shape.paddedRow, offsets,
                    weights + filterRow * shape.run * filters.width)
            }
        }
    }
}

/// The whole convolution, plus the bias if there is one and without what is negative if asked, parallel over blocks of
/// images.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func convolutionForward<Scalar: TensorScalar>(
    _ shape: ConvolutionShape, _ input: UnsafePointer<Scalar>, _ filters: UnsafePointer<Scalar>,
    bias: UnsafePointer<Scalar>?, rectifying: Bool, into out: UnsafeMutablePointer<Scalar>
) {
    let channels = shape.outputChannels
    if channels == 1 { return convolveSingleChannel(shape, input, filters, bias, rectifying, into: out) }
    let packed = PackedFilters(filters, shape, bias: bias)
    let input = ConvolutionInput(pixels: input, standardization: nil)
    forEachImageBlock(shape, input, scratch: { () }) { images, padded, offsets, _ in
        convolvePixels(
            shape, padded, offsets, pixels: images.count * shape.outputPixels, packed,
            into: out + images.lowerBound * shape.outputPixels * channels, stride: channels,
            rectifying: rectifying)
    }
}

/// One output channel: the sum runs along vectors of the window instead of across output channels.
@inline(__always)
private func convolveSingleChannel<Scalar: TensorScalar>(
    _ shape: ConvolutionShape, _ input: UnsafePointer<Scalar>, _ filters: UnsafePointer<Scalar>,
    _ bias: UnsafePointer<Scalar>?, _ rectifying: Bool, into out: UnsafeMutablePointer<Scalar>
) {
    let bias = bias?.pointee ?? 0
    let lanes = Scalar.Vector32.scalarCount
    let input = ConvolutionInput(pixels: input, standardization: nil)
    forEachImageBlock(shape, input, scratch: { () }) { images, padded, offsets, _ in
        let target = out + images.lowerBound * shape.outputPixels
        for pixel in 0..<images.count * shape.outputPixels {
            var sums = Scalar.Vector32.zero
            var rest: Scalar = 0
            for filterRow in 0..<shape.filterRows {
                let window = padded + offsets[pixel] + filterRow * shape.paddedRow
                let weights = filters + filterRow * shape.run
                var k = 0
                while k + lanes <= shape.run {
                    sums.addProduct(
                        Scalar.Vector32(loading: window + k),
                        Scalar.Vector32(loading: weights + k))
                    k += lanes
                }
                while k < shape.run {
                    rest += window[k] * weights[k]
                    k += 1
                }
            }
            let sum = sums.sum() + rest + bias
            target[pixel] = rectifying && sum < 0 ? 0 : sum
        }
    }
}

/// Cuts the images into blocks of many tiles' worth of pixels, see ``imageBlockSize(_:)``, pads each block, and hands it
/// over with its window offsets and a thread's working memory.
@inline(__always)
func forEachImageBlock<Scalar: TensorScalar, Memory>(
    _ shape: ConvolutionShape, _ input: ConvolutionInput<Scalar>, scratch: () -> Memory,
    _ body: (
        _ images: Range<Int>, _ padded: UnsafePointer<Scalar>, _ offsets: UnsafePointer<Int>, _ memory: Memory
    ) -> Void
) {
    let size = imageBlockSize(shape)
    let offsets = tiledOffsets(shape, images: size)
    // The last block may hold fewer images, and a tile must not read beyond them.
    let lastOffsets = tiledOffsets(shape, images: shape.images - (shape.images - 1) / size * size)
    forEachImageBlock(shape, input, size: size, scratch: scratch) { images, padded, memory in
        (images.upperBound == shape.images ? lastOffsets : offsets).withUnsafeBufferPointer { offsets in
            body(images, padded, offsets.baseAddress!, memory)
        }
    }
}

/// Cuts the images into blocks of `size` and hands each over, padded, with a thread's working memory.
@inline(__always)
func forEachImageBlock<Scalar: TensorScalar, Memory>(
    _ shape: ConvolutionShape, _ input: ConvolutionInput<Scalar>, size: Int, scratch: () -> Memory,
    _ body: (_ images: Range<Int>, _ padded: UnsafePointer<Scalar>, _ memory: Memory) -> Void
) {
    let padded = PaddedImages(shape, input, size: size)
    Parallel.forEach((shape.images + size - 1) / size, scratch: { (padded.scratch(), scratch()) }) { block, memory in
        let images = block * size..<min(shape.images, (block + 1) * size)
        body(images, padded.read(images, into: memory.0), memory.1)
    }
}

/// Hands over blocks of images, padded, with a thread's working memory and the windows that are to be computed.
@inline(__always)
func forEachWindowBlock<Scalar: TensorScalar, Memory>(
    _ shape: ConvolutionShape, _ input: ConvolutionInput<Scalar>, _ blocks: WindowBlocks, scratch: () -> Memory,
    _ body: (_ block: WindowBlocks.Block, _ padded: UnsafePointer<Scalar>, _ memory: Memory) -> Void
) {
    let padded = PaddedImages(shape, input, size: blocks.size)
    Parallel.forEach(blocks.count, scratch: { (padded.scratch(), scratch()) }) { number, memory in
        blocks.withBlock(number) { block in body(block, padded.read(block.images, into: memory.0), memory.1) }
    }
}

/// How a block's images are read: where they lie, if they can be, or from a padded copy.
private struct PaddedImages<Scalar: TensorScalar> {
    private let shape: ConvolutionShape
    private let input: ConvolutionInput<Scalar>
    private let size: Int

    /// For blocks of up to `size` images.
    @inline(__always)
    init(_ shape: ConvolutionShape, _ input: ConvolutionInput<Scalar>, size: Int) {
        (self.shape, self.input, self.size) = (shape, input, input.isReadableInPlace(shape) ? 0 : size)
    }

    /// Room for the copies.
    @inline(__always)
    func scratch() -> Scratch<Scalar> { zeroed(size * shape.paddedImage) }

    /// The images, padded.
    @inline(__always)
    func read(_ images: Range<Int>, into scratch: Scratch<Scalar>) -> UnsafePointer<Scalar> {
        if size == 0 { return input.start(of: images.lowerBound, shape) }
        input.pad(shape, images, into: scratch.pointer)
        return UnsafePointer(scratch.pointer)
    }
}

/// The window offsets of `count` images, the last one repeated for the missing pixels of a last tile.
private func tiledOffsets(_ shape: ConvolutionShape, images count: Int) -> [Int] {
    let offsets = shape.windowOffsets(images: count)
    return offsets + Array(repeating: offsets.last ?? 0, count: TileShape.rows)
}

/// Images taken together: up to 192 pixels, 16 tiles of 12 rows, so that the last, incomplete tile of a block does not count.
func imageBlockSize(_ shape: ConvolutionShape) -> Int {
    max(1, min(16, 192 / max(1, shape.outputPixels)))
}

@inline(__always)
func zeroed<Scalar: TensorScalar>(_ count: Int) -> Scratch<Scalar> {
    let scratch = Scratch<Scalar>(count)
    scratch.pointer.initialize(repeating: 0, count: count)
    return scratch
}
