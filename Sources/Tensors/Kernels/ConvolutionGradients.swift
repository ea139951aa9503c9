// The two adjoints of the convolution, again without patch matrices.

/// Ranges of images, or of blocks of them, whose partial filter gradients are summed in order: cut by their number alone, so that
/// threads change no bit.
private struct GradientRanges {
    let items: Int

    /// How many ranges there are. Each zeroes and adds a gradient of its own, and few images have short lists of winners: more
    /// ranges balance the threads better and cost more.
    var count: Int { min(16, max(items, 1)) }

    /// The items of a range. Later ranges are smaller, in proportion to how many are left, so that all threads come to
    /// an end at about the same time.
    subscript(range: Int) -> Range<Int> { end(range)..<end(range + 1) }

    private func end(_ range: Int) -> Int {
        let left = count - range
        return items - items * left * left / (count * count)
    }
}

/// The gradient of the filters, [depth, outputChannel]: a sum of outer products of windows and output gradients.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func convolutionFilterGradient<Scalar: TensorScalar>(
    _ shape: ConvolutionShape, _ input: UnsafePointer<Scalar>, _ gradient: UnsafePointer<Scalar>,
    into out: UnsafeMutablePointer<Scalar>
) {
    let channels = shape.outputChannels
    let imageSize = shape.rows * shape.columns * shape.inputChannels
    let stride = channels == 1 ? 1 : roundUp(channels, TileShape.columns(of: Scalar.self))
    // Several images at once, so that the sums are fetched and put back the less often.
    let size = imageBlockSize(shape)
    let offsets = shape.windowOffsets(images: size)
    let pixels = shape.outputPixels
    sumOverBlocks(shape.images, size: shape.depth * stride, columns: channels, stride: stride, into: out) {
        images, partial in
        let padded: Scratch<Scalar> = zeroed(shape.padding > 0 ? size * shape.paddedImage : 0)
        let wide: Scratch<Scalar> = zeroed(stride == channels ? 0 : size * pixels * stride)
        for first in Swift.stride(from: images.lowerBound, to: images.upperBound, by: size) {
            let some = first..<min(images.upperBound, first + size)
            var windows = input + first * imageSize
            if shape.padding > 0 {
                shape.pad(windows, images: some.count, into: padded.pointer)
                windows = UnsafePointer(padded.pointer)
            }
            var rows = gradient + first * pixels * channels
            if stride != channels {
                for pixel in 0..<some.count * pixels {
                    (wide.pointer + pixel * stride).update(from: rows + pixel * channels, count: channels)
                }
                rows = UnsafePointer(wide.pointer)
            }
            offsets.withUnsafeBufferPointer { offsets in
                addFilterGradient(
                    shape, windows, UnsafeBufferPointer(rebasing: offsets.prefix(some.count * pixels)), rows, stride,
                    into: partial)
            }
        }
    }
}

/// Runs `body` on fixed ranges of images, or of blocks of them, each with a zeroed array of its own, and adds those arrays in
/// order into the rows of `out`, `columns` of every `stride` scalars.
@inline(__always)
func sumOverBlocks<Scalar: TensorScalar>(
    _ items: Int, size: Int, columns: Int, stride: Int, into out: UnsafeMutablePointer<Scalar>,
    _ body: (_ range: Range<Int>, _ partial: UnsafeMutablePointer<Scalar>) -> Void
) {
    guard size > 0 else { return }
    let ranges = GradientRanges(items: items)
    let count = ranges.count
    let partial = Scratch<Scalar>(count * size)
    Parallel.forEach(count) { block in
        (partial.pointer + block * size).initialize(repeating: 0, count: size)
        body(ranges[block], partial.pointer + block * size)
    }
    let lanes = Scalar.Vector32.scalarCount
    Parallel.forRanges(size / stride, grain: 16) { rows in
        for row in rows {
            let (source, target) = (partial.pointer + row * stride, out + row * columns)
            var column = 0
            while column + lanes <= columns {
                var sum = Scalar.Vector32(loading: source + column)
                for block in 1..<count { sum += Scalar.Vector32(loading: source + (block * size + column)) }
                sum.store(target + column)
                column += lanes
            }
            while column < columns {
                var sum = source[column]
                for block in 1..<count { sum += source[block * size + column] }
                target[column] = sum
                column += 1
            }
        }
    }
}

/// Adds some padded images' share to the gradient of the filters, [depth, stride].
@inline(__always)
func addFilterGradient<Scalar: TensorScalar>(
    _ shape: ConvolutionShape, _ padded: UnsafePointer<Scalar>, _ offsets: UnsafeBufferPointer<Int>,
    _ gradient: UnsafePointer<Scalar>, _ stride: Int, into out: UnsafeMutablePointer<Scalar>
) {
    guard let starts = offsets.baseAddress else { return }
    if stride == 1 {
        for filterRow in 0..<shape.filterRows {
            for pixel in 0..<offsets.count {
                addScaledRun(
                    padded + starts[pixel] + filterRow * shape.paddedRow, by: gradient[pixel],
                    to: out + filterRow * shape.run, count: shape.run)
            }
        }
        return
    }
    // The conditions are constants of the build: kernels of wider machines are not compiled.
    if TargetFeatures.vectorBytes == 64 && stride == Scalar.Vector64.scalarCount {
        return outerProducts(
            Scalar.Vector64.self, ofOneVector: gradient, shape, padded, starts, offsets.count, out)
    }
    switch TileShape.vectorBytes(for: stride, of: Scalar.self) {
    case 64 where TargetFeatures.vectorBytes == 64:
        outerProducts(Scalar.Vector64.self, shape, padded, starts, offsets.count, gradient, stride, out)
    case 32 where TargetFeatures.vectorBytes >= 32:
        outerProducts(Scalar.Vector32.self, shape, padded, starts, offsets.count, gradient, stride, out)
    default:
        outerProducts(Scalar.Vector16.self, shape, padded, starts, offsets.count, gradient, stride, out)
    }
}

/// target += factor · source.
@inline(__always)
func addScaledRun<Scalar: TensorScalar>(
    _ source: UnsafePointer<Scalar>, by factor: Scalar, to target: UnsafeMutablePointer<Scalar>, count: Int
) {
    let lanes = Scalar.Vector32.scalarCount
    let factors = Scalar.Vector32(repeating: factor)
    var k = 0
    while k + lanes <= count {
        let sum = Scalar.Vector32(loading: target + k)
            .addingProduct(factors, Scalar.Vector32(loading: source + k))
        sum.store(target + k)
        k += lanes
    }
    while k < count {
        target[k].addProduct(factor, source[k])
        k += 1
    }
}

@inline(__always)
private func outerProducts<Vector: SIMD>(
    _ type: Vector.Type, _ shape: ConvolutionShape, _ padded: UnsafePointer<Vector.Scalar>,
    _ offsets: UnsafePointer<Int>, _ pixels: Int, _ gradient: UnsafePointer<Vector.Scalar>, _ stride: Int,
    _ out: UnsafeMutablePointer<Vector.Scalar>
) where Vector.Scalar: TensorScalar {
    shape.taps.withUnsafeBufferPointer { taps in
        for column in Swift.stride(from: 0, to: stride, by: 2 * Vector.scalarCount) {
            var k = 0
            while k + 6 <= taps.count {
                outerProduct(
                    RegisterTile<Vector, 6>.self, padded, offsets, pixels, taps.baseAddress! + k, gradient + column,
                    stride, out + (k * stride + column))
                k += 6
            }
            while k + 3 <= taps.count {
                outerProduct(
                    RegisterTile<Vector, 3>.self, padded, offsets, pixels, taps.baseAddress! + k, gradient + column,
                    stride, out + (k * stride + column))
                k += 3
            }
            while k < taps.count {
                outerProduct(
                    RegisterTile<Vector, 1>.self, padded, offsets, pixels, taps.baseAddress! + k, gradient + column,
                    stride, out + (k * stride + column))
                k += 1
            }
        }
    }
}

/// The same where one vector holds a pixel's gradient: nine rows of one vector keep both arithmetic units as busy as six of two,
/// and load less.
@inline(__always)
private func outerProducts<Vector: SIMD>(
    _ type: Vector.Type, ofOneVector gradient: UnsafePointer<Vector.Scalar>, _ shape: ConvolutionShape,
    _ padded: UnsafePointer<Vector.Scalar>, _ offsets: UnsafePointer<Int>, _ pixels: Int,
    _ out: UnsafeMutablePointer<Vector.Scalar>
) where Vector.Scalar: TensorScalar {
    shape.taps.withUnsafeBufferPointer { taps in
        var k = 0
        func add<let rows: Int>(_ tile: NarrowTile<Vector, rows>) {
            var tile = tile
            tile.addOuterProducts(pixels, padded, offsets, taps.baseAddress! + k, gradient)
            tile.add(to: out + k * Vector.scalarCount)
            k += rows
        }
        while k + 9 <= taps.count { add(NarrowTile<Vector, 9>()) }
        while k < taps.count { add(NarrowTile<Vector, 1>()) }
    }
}

@inline(__always)
private func outerProduct<Vector: SIMD, let height: Int>(
    _ type: RegisterTile<Vector, height>.Type, _ windows: UnsafePointer<Vector.Scalar>,
    _ offsets: UnsafePointer<Int>, _ pixels: Int, _ taps: UnsafePointer<Int>, _ gradient: UnsafePointer<Vector.Scalar>,
    _ stride: Int, _ out: UnsafeMutablePointer<Vector.Scalar>
) where Vector.Scalar: TensorScalar {
    var tile = RegisterTile<Vector, height>()
    tile.addOuterProducts(pixels, windows, offsets, taps, gradient, stride)
    tile.store(
        out, stride, rowLimit: height, columnLimit: RegisterTile<Vector, height>.width, accumulating: true)
}

/// The gradient of the input, for any stride and padding: a register tile of some pixels and two vectors of a filter row
/// is summed over the output channels and added to the pixels' windows.
///
/// A full convolution is computed so, too, and that has a bias, [inputChannel], and max(·, 0).
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func convolutionInputGradient<Scalar: TensorScalar>(
    _ shape: ConvolutionShape, _ gradient: UnsafePointer<Scalar>, _ filters: UnsafePointer<Scalar>,
    bias: UnsafePointer<Scalar>?, rectifying: Bool, into out: UnsafeMutablePointer<Scalar>
) {
    let size = imageBlockSize(shape)
    let offsets = shape.windowOffsets(images: size)
    let channels = shape.outputChannels
    let packed = TransposedFilters(filters, shape)
    Parallel.forEach(
        (shape.images + size - 1) / size, scratch: { Scratch<Scalar>(size * shape.paddedImage) }
    ) { block, padded in
        let images = block * size..<min(shape.images, (block + 1) * size)
        let count = images.count * shape.paddedImage
        if let bias, shape.inputChannels > 0 {
            for pixel in Swift.stride(from: 0, to: count, by: shape.inputChannels) {
                (padded.pointer + pixel).initialize(from: bias, count: shape.inputChannels)
            }
        } else {
            padded.pointer.initialize(repeating: 0, count: count)
        }
        offsets.withUnsafeBufferPointer { offsets in
            addToWindows(
                shape, gradient + images.lowerBound * shape.outputPixels * channels,
                pixels: images.count * shape.outputPixels, packed, into: padded.pointer, offsets.baseAddress!)
        }
        if rectifying { rectify(padded.pointer, count) }
        shape.unpad(padded.pointer, images, into: out)
    }
}

/// Replaces negative elements by zero; NaN stays NaN.
@inline(__always)
private func rectify<Scalar: TensorScalar>(_ x: UnsafeMutablePointer<Scalar>, _ count: Int) {
    let lanes = Scalar.Vector64.scalarCount
    var i = 0
    while i + lanes <= count {
        Scalar.Vector64(loading: x + i).rectified.store(x + i)
        i += lanes
    }
    while i < count {
        if x[i] < 0 { x[i] = 0 }
        i += 1
    }
}

/// Filters for the adjoint: for each stretch of `width` elements of a filter row a matrix [outputChannel, width].
private final class TransposedFilters<Scalar: TensorScalar> {
    let width: Int
    let stretches: Int
    private let shape: ConvolutionShape
    private let weights: Scratch<Scalar>

    @inline(__always)
    init(_ filters: UnsafePointer<Scalar>, _ shape: ConvolutionShape) {
        self.shape = shape
        width = TileShape.columns(of: Scalar.self)
        stretches = (shape.run + width - 1) / width
        weights = zeroed(shape.filterRows * stretches * shape.outputChannels * width)
        for filterRow in 0..<shape.filterRows {
            for k in 0..<shape.run {
                let target = weights.pointer + (filterRow * stretches + k / width) * shape.outputChannels * width
                for channel in 0..<shape.outputChannels {
                    target[channel * width + k % width] =
                        filters[(filterRow * shape.run + k) * shape.outputChannels + channel]
                }
            }
        }
    }

    @inline(__always)
    func weights(of filterRow: Int, _ stretch: Int) -> UnsafePointer<Scalar> {
        UnsafePointer(weights.pointer + (filterRow * stretches + stretch) * shape.outputChannels * width)
    }
}

@inline(__always)
private func addToWindows<Scalar: TensorScalar>(
    _ shape: ConvolutionShape, _ gradient: UnsafePointer<Scalar>, pixels: Int, _ filters: TransposedFilters<Scalar>,
    into padded: UnsafeMutablePointer<Scalar>, _ offsets: UnsafePointer<Int>
) {
    switch TargetFeatures.vectorBytes {
    case 64:
        addToWindows(RegisterTile<Scalar.Vector64, 12>.self, shape, gradient, pixels, filters, padded, offsets)
    case 32:
        addToWindows(RegisterTile<Scalar.Vector32, 6>.self, shape, gradient, pixels, filters, padded, offsets)
    default:
        addToWindows(RegisterTile<Scalar.Vector16, 12>.self, shape, gradient, pixels, filters, padded, offsets)
    }
}

@inline(__always)
private func addToWindows<Vector: SIMD, let height: Int>(
    _ type: RegisterTile<Vector, height>.Type, _ shape: ConvolutionShape, _ gradient: UnsafePointer<Vector.Scalar>,
    _ pixels: Int, _ filters: TransposedFilters<Vector.Scalar>, _ padded: UnsafeMutablePointer<Vector.Scalar>,
    _ offsets: UnsafePointer<Int>
) where Vector.Scalar: TensorScalar {
    let channels = shape.outputChannels
    if channels == 1 {
        // Nothing to sum over: each pixel adds its share of the filter.
        for pixel in 0..<pixels {
            for filterRow in 0..<shape.filterRows {
                addScaledRun(
                    filters.weights(of: filterRow, 0), by: gradient[pixel],
                    to: padded + (offsets[pixel] + filterRow * shape.paddedRow), count: shape.run)
            }
        }
        return
    }
    // A last tile of fewer pixels reads the last pixel again.
    let rows = (0..<pixels + height).map { min($0, pixels - 1) * channels }
    rows.withUnsafeBufferPointer { rows in
        for filterRow in 0..<shape.filterRows {
            for stretch in 0..<filters.stretches {
                let first = stretch * filters.width
                let weights = filters.weights(of: filterRow, stretch)
                for pixel in Swift.stride(from: 0, to: pixels, by: height) {
                    var tile = RegisterTile<Vector, height>()
                    tile.addRuns(channels, gradient, rows.baseAddress! + pixel, weights)
                    tile.addToRuns(
                        padded + (filterRow * shape.paddedRow + first), offsets + pixel, rowLimit: pixels - pixel,
                        columnLimit: shape.run - first)
                }
            }
        }
    }
}
