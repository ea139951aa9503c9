// The two adjoints of the convolution, again without patch matrices.

/// Blocks of images whose partial filter gradients are summed in order; fixed, so that threads change no bit.
let gradientBlocks = 16

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
    let offsets = shape.windowOffsets(images: 1)
    let pixels = shape.outputPixels
    sumOverImageBlocks(images: shape.images, size: shape.depth * stride, columns: channels, stride: stride, into: out) {
        images, partial in
        let padded: Scratch<Scalar> = zeroed(shape.paddedImage)
        let wide: Scratch<Scalar> = zeroed(stride == channels ? 0 : pixels * stride)
        for image in images {
            shape.pad(input + image * imageSize, into: padded.pointer)
            let source = gradient + image * pixels * channels
            if stride != channels {
                for pixel in 0..<pixels {
                    (wide.pointer + pixel * stride).update(from: source + pixel * channels, count: channels)
                }
            }
            addFilterGradient(
                shape, padded.pointer, offsets, stride == channels ? source : UnsafePointer(wide.pointer), stride,
                into: partial)
        }
    }
}

/// Runs `body` on fixed ranges of images, each with a zeroed array of its own, and adds those arrays in order into the
/// rows of `out`, `columns` of every `stride` scalars.
@inline(__always)
func sumOverImageBlocks<Scalar: TensorScalar>(
    images: Int, size: Int, columns: Int, stride: Int, into out: UnsafeMutablePointer<Scalar>,
    _ body: (_ images: Range<Int>, _ partial: UnsafeMutablePointer<Scalar>) -> Void
) {
    guard size > 0 else { return }
    let blocks = min(gradientBlocks, max(images, 1))
    let partial = Scratch<Scalar>(blocks * size)
    Parallel.forEach(blocks) { block in
        (partial.pointer + block * size).initialize(repeating: 0, count: size)
        body(images * block / blocks..<images * (block + 1) / blocks, partial.pointer + block * size)
    }
    Parallel.forRanges(size / stride, grain: 64) { rows in
        for row in rows {
            for column in 0..<columns {
                var sum: Scalar = 0
                for block in 0..<blocks { sum += partial.pointer[block * size + row * stride + column] }
                out[row * columns + column] = sum
            }
        }
    }
}

/// Adds one padded image's share to the gradient of the filters, [depth, stride].
@inline(__always)
func addFilterGradient<Scalar: TensorScalar>(
    _ shape: ConvolutionShape, _ padded: UnsafePointer<Scalar>, _ offsets: [Int],
    _ gradient: UnsafePointer<Scalar>, _ stride: Int, into out: UnsafeMutablePointer<Scalar>
) {
    offsets.withUnsafeBufferPointer { offsets in
        let starts = offsets.baseAddress!
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
        switch TargetFeatures.vectorBytes {
        case 64:
            outerProducts(Scalar.Vector64.self, shape, padded, starts, offsets.count, gradient, stride, out)
        case 32:
            outerProducts(Scalar.Vector32.self, shape, padded, starts, offsets.count, gradient, stride, out)
        default:
            outerProducts(Scalar.Vector16.self, shape, padded, starts, offsets.count, gradient, stride, out)
        }
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
        let sum = UnsafeRawPointer(target + k).loadUnaligned(as: Scalar.Vector32.self)
            .addingProduct(factors, UnsafeRawPointer(source + k).loadUnaligned(as: Scalar.Vector32.self))
        UnsafeMutableRawPointer(target + k).storeBytes(of: sum, as: Scalar.Vector32.self)
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
    for column in Swift.stride(from: 0, to: stride, by: 2 * Vector.scalarCount) {
        for filterRow in 0..<shape.filterRows {
            let windows = padded + filterRow * shape.paddedRow
            let rows = out + filterRow * shape.run * stride + column
            var k = 0
            while k + 6 <= shape.run {
                outerProduct(
                    RegisterTile<Vector, 6>.self, windows + k, offsets, pixels, gradient + column, stride,
                    rows + k * stride)
                k += 6
            }
            while k + 3 <= shape.run {
                outerProduct(
                    RegisterTile<Vector, 3>.self, windows + k, offsets, pixels, gradient + column, stride,
                    rows + k * stride)
                k += 3
            }
            while k < shape.run {
                outerProduct(
                    RegisterTile<Vector, 1>.self, windows + k, offsets, pixels, gradient + column, stride,
                    rows + k * stride)
                k += 1
            }
        }
    }
}

@inline(__always)
private func outerProduct<Vector: SIMD, let height: Int>(
    _ type: RegisterTile<Vector, height>.Type, _ windows: UnsafePointer<Vector.Scalar>,
    _ offsets: UnsafePointer<Int>, _ pixels: Int, _ gradient: UnsafePointer<Vector.Scalar>, _ stride: Int,
    _ out: UnsafeMutablePointer<Vector.Scalar>
) where Vector.Scalar: TensorScalar {
    var tile = RegisterTile<Vector, height>()
    tile.addOuterProducts(pixels, windows, offsets, gradient, stride)
    tile.store(
        out, stride, rowLimit: height, columnLimit: RegisterTile<Vector, height>.width, accumulating: true)
}

/// The gradient of the input, for any stride and padding: every output gradient is spread over its window.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func convolutionInputGradient<Scalar: TensorScalar>(
    _ shape: ConvolutionShape, _ gradient: UnsafePointer<Scalar>, _ filters: UnsafePointer<Scalar>,
    into out: UnsafeMutablePointer<Scalar>
) {
    let channels = shape.outputChannels
    let pixels = shape.outputPixels
    let offsets = shape.windowOffsets(images: 1)
    let length = shape.columns * shape.inputChannels
    Parallel.forEach(
        shape.images,
        scratch: { (zeroed(shape.paddedImage) as Scratch<Scalar>, Scratch<Scalar>(pixels * shape.depth)) }
    ) { image, scratch in
        let (padded, windows) = scratch
        padded.pointer.update(repeating: 0, count: shape.paddedImage)
        matrixProduct(
            MatrixView(base: gradient + image * pixels * channels, rowStride: channels, columnStride: 1),
            MatrixView(base: filters, rowStride: 1, columnStride: channels), into: windows.pointer,
            stride: shape.depth, rows: pixels, columns: shape.depth, depth: channels, accumulating: false)
        for pixel in 0..<pixels {
            for filterRow in 0..<shape.filterRows {
                addScaledRun(
                    windows.pointer + pixel * shape.depth + filterRow * shape.run, by: 1,
                    to: padded.pointer + offsets[pixel] + filterRow * shape.paddedRow, count: shape.run)
            }
        }
        for row in 0..<shape.rows {
            (out + (image * shape.rows + row) * length).update(
                from: padded.pointer + (row + shape.padding) * shape.paddedRow
                    + shape.padding * shape.inputChannels, count: length)
        }
    }
}
