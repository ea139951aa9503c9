@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func transpose<Scalar: TensorScalar>(
    _ x: UnsafePointer<Scalar>, _ rows: Int, _ columns: Int, into out: UnsafeMutablePointer<Scalar>
) {
    for row in 0..<rows { for column in 0..<columns { out[column * rows + row] = x[row * columns + column] } }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func pooledConvolutionForward<Scalar: TensorScalar>(
    _ shape: ConvolutionShape, _ windowRows: Int, _ windowColumns: Int, _ input: UnsafePointer<Scalar>,
    _ filters: UnsafePointer<Scalar>, _ bias: UnsafePointer<Scalar>, _ output: UnsafeMutablePointer<Scalar>,
    _ winners: UnsafeMutablePointer<Scalar>?
) {
    let channels = shape.outputChannels
    let packed = PackedFilters(filters, shape, bias: bias)
    let stride = packed.panels * packed.width
    let windows = (shape.outputRows / windowRows) * (shape.outputColumns / windowColumns)
    forEachImageBlock(shape, input) { images, padded, offsets in
        let map = Scratch<Scalar>(images.count * shape.outputPixels * stride)
        convolvePixels(
            shape, padded, offsets, pixels: images.count * shape.outputPixels, packed, into: map.pointer,
            stride: stride, rectifying: true)
        for image in images {
            pool(
                map.pointer + (image - images.lowerBound) * shape.outputPixels * stride, shape, stride, windowRows,
                windowColumns, output + image * windows * channels, winners.map { $0 + image * windows * channels })
        }
    }
}

/// The largest element of each window of one map [row, column, stride] in each channel, and, if asked, which pixel it was.
@inline(__always)
private func pool<Scalar: TensorScalar>(
    _ map: UnsafePointer<Scalar>, _ shape: ConvolutionShape, _ stride: Int, _ windowRows: Int, _ windowColumns: Int,
    _ output: UnsafeMutablePointer<Scalar>, _ winners: UnsafeMutablePointer<Scalar>?
) {
    let channels = shape.outputChannels
    let lanes = Scalar.Vector32.scalarCount
    var target = 0
    for row in 0..<shape.outputRows / windowRows {
        for column in 0..<shape.outputColumns / windowColumns {
            let corner = map + (row * windowRows * shape.outputColumns + column * windowColumns) * stride
            for channel in Swift.stride(from: 0, to: channels, by: lanes) {
                var best = UnsafeRawPointer(corner + channel).loadUnaligned(as: Scalar.Vector32.self)
                var winner = Scalar.Vector32.zero
                for y in 0..<windowRows {
                    for x in 0..<windowColumns {
                        let candidate = UnsafeRawPointer(corner + (y * shape.outputColumns + x) * stride + channel)
                            .loadUnaligned(as: Scalar.Vector32.self)
                        // A NaN wins, so that a diverging run is seen.
                        if winners != nil {
                            winner = winner.replacing(
                                with: Scalar(y * windowColumns + x), where: candidate, beats: best)
                        }
                        best = best.maximum(candidate)
                    }
                }
                if channel + lanes <= channels {
                    UnsafeMutableRawPointer(output + target + channel).storeBytes(of: best, as: Scalar.Vector32.self)
                    if let winners {
                        UnsafeMutableRawPointer(winners + target + channel)
                            .storeBytes(of: winner, as: Scalar.Vector32.self)
                    }
                } else {
                    for lane in 0..<channels - channel {
                        output[target + channel + lane] = best[lane]
                        winners?[target + channel + lane] = winner[lane]
                    }
                }
            }
            target += channels
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func spreadOverWindows<Scalar: TensorScalar>(
    _ pooled: PooledConvolution<Scalar>, _ gradient: Tensor<Scalar>, into full: UnsafeMutablePointer<Scalar>
) {
    let pixels = winnerPixels(pooled)
    let size = pooled.shape.outputPixels * pooled.shape.outputChannels
    Parallel.forRanges(pooled.shape.images, grain: 16) { images in
        for image in images {
            spread(pooled, gradient, image, pixels, stride: pooled.shape.outputChannels, into: full + image * size)
        }
    }
}

/// One image's pooled gradient on its map of zeros, [pixel, stride].
///
/// Every pixel of a window is written, the winner with the gradient and the others with zero: no choice of addresses.
@inline(__always)
private func spread<Scalar: TensorScalar>(
    _ pooled: PooledConvolution<Scalar>, _ gradient: Tensor<Scalar>, _ image: Int, _ pixels: [Int], stride: Int,
    into map: UnsafeMutablePointer<Scalar>
) {
    let channels = pooled.shape.outputChannels
    let candidates = pooled.windowRows * pooled.windowColumns
    let lanes = Scalar.Vector32.scalarCount
    let vectors = channels / lanes * lanes
    // What no window covers, and the columns beyond the channels, nobody else writes.
    if pooled.windows * candidates != pooled.shape.outputPixels || stride != channels {
        map.initialize(repeating: 0, count: pooled.shape.outputPixels * stride)
    }
    gradient.withPointer { gradient in
        pooled.winners.withPointer { winners in
            for window in 0..<pooled.windows {
                let source = (image * pooled.windows + window) * channels
                for candidate in 0..<candidates {
                    let target = map + pixels[window * candidates + candidate] * stride
                    let code = Scalar(candidate)
                    for channel in Swift.stride(from: 0, to: vectors, by: lanes) {
                        let kept = UnsafeRawPointer(gradient + source + channel).loadUnaligned(as: Scalar.Vector32.self)
                            .keeping(
                                where: UnsafeRawPointer(winners + source + channel)
                                    .loadUnaligned(as: Scalar.Vector32.self), is: code)
                        UnsafeMutableRawPointer(target + channel).storeBytes(of: kept, as: Scalar.Vector32.self)
                    }
                    for channel in vectors..<channels {
                        target[channel] = winners[source + channel] == code ? gradient[source + channel] : 0
                    }
                }
            }
        }
    }
}

/// The gradient of the filters, [depth, outputChannel], by way of one full map at a time.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func spreadFilterGradient<Scalar: TensorScalar>(
    _ pooled: PooledConvolution<Scalar>, _ gradient: Tensor<Scalar>, _ input: Tensor<Scalar>,
    into out: UnsafeMutablePointer<Scalar>
) {
    let shape = pooled.shape
    let stride = roundUp(shape.outputChannels, TileShape.columns(of: Scalar.self))
    let offsets = shape.windowOffsets(images: 1)
    let pixels = winnerPixels(pooled)
    sumOverImageBlocks(
        images: shape.images, size: shape.depth * stride, columns: shape.outputChannels, stride: stride, into: out
    ) { images, partial in
        let padded: Scratch<Scalar> = zeroed(shape.paddedImage)
        let map = Scratch<Scalar>(shape.outputPixels * stride)
        for image in images {
            input.withPointer {
                shape.pad($0 + image * shape.rows * shape.columns * shape.inputChannels, into: padded.pointer)
            }
            spread(pooled, gradient, image, pixels, stride: stride, into: map.pointer)
            addFilterGradient(shape, padded.pointer, offsets, map.pointer, stride, into: partial)
        }
    }
}

/// For each window and each of its pixels, the pixel's number in the full map.
private func winnerPixels<Scalar: TensorScalar>(_ pooled: PooledConvolution<Scalar>) -> [Int] {
    var pixels: [Int] = []
    for row in 0..<pooled.pooledRows {
        for column in 0..<pooled.pooledColumns {
            for y in 0..<pooled.windowRows {
                for x in 0..<pooled.windowColumns {
                    let pixelRow = row * pooled.windowRows + y
                    pixels.append(pixelRow * pooled.shape.outputColumns + column * pooled.windowColumns + x)
                }
            }
        }
    }
    return pixels
}

/// Images whose winners are listed together: their inputs and input gradients stay in the second-level cache.
private let listedImages = 4

/// Gradients of filters ([outputChannel, depth]) and input, visiting only the winners.
///
/// For each output channel the winners of a few images are listed; then each stretch of the filter stays in registers
/// while the list is walked: its gradient gathers factor · window, and the windows' gradients receive factor · filter.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func pooledConvolutionGradients<Scalar: TensorScalar>(
    _ pooled: PooledConvolution<Scalar>, _ gradient: Tensor<Scalar>, _ input: Tensor<Scalar>,
    _ filters: Tensor<Scalar>, _ filterGradient: UnsafeMutablePointer<Scalar>,
    _ inputGradient: UnsafeMutablePointer<Scalar>?
) {
    let shape = pooled.shape
    let offsets = shape.windowOffsets(images: 1)
    let starts = winnerPixels(pooled).map { Int32(offsets[$0]) }
    let capacity = listedImages * pooled.windows
    sumOverImageBlocks(
        images: shape.images, size: shape.outputChannels * shape.depth, columns: shape.depth, stride: shape.depth,
        into: filterGradient
    ) { images, partial in
        let padded: Scratch<Scalar> = zeroed(listedImages * shape.paddedImage)
        let spread = Scratch<Scalar>(inputGradient == nil ? 0 : listedImages * shape.paddedImage)
        let list = WinnerList<Scalar>(channels: shape.outputChannels, capacity: capacity)
        for first in Swift.stride(from: images.lowerBound, to: images.upperBound, by: listedImages) {
            let some = first..<min(images.upperBound, first + listedImages)
            list.fill(pooled, gradient, some, starts)
            input.withPointer { input in
                for image in some {
                    shape.pad(
                        input + image * shape.rows * shape.columns * shape.inputChannels,
                        into: padded.pointer + (image - first) * shape.paddedImage)
                }
            }
            if inputGradient != nil { spread.pointer.initialize(repeating: 0, count: some.count * shape.paddedImage) }
            filters.withPointer { filters in
                walk(
                    shape, list, padded.pointer, inputGradient == nil ? nil : spread.pointer, filters, partial)
            }
            if let inputGradient { unpad(shape, spread.pointer, some, into: inputGradient) }
        }
    }
}

/// The middle of padded images, written to where those images lie in the whole array.
@inline(__always)
private func unpad<Scalar: TensorScalar>(
    _ shape: ConvolutionShape, _ padded: UnsafePointer<Scalar>, _ images: Range<Int>,
    into out: UnsafeMutablePointer<Scalar>
) {
    let length = shape.columns * shape.inputChannels
    for image in images {
        let source = padded + (image - images.lowerBound) * shape.paddedImage
        for row in 0..<shape.rows {
            (out + (image * shape.rows + row) * length).update(
                from: source + (row + shape.padding) * shape.paddedRow + shape.padding * shape.inputChannels,
                count: length)
        }
    }
}

/// For each output channel the winners with a gradient: where their window starts, and the gradient.
private final class WinnerList<Scalar: TensorScalar> {
    let capacity: Int
    let counts: UnsafeMutablePointer<Int>
    let starts: UnsafeMutablePointer<Int32>
    let factors: UnsafeMutablePointer<Scalar>
    private let channels: Int

    init(channels: Int, capacity: Int) {
        self.channels = channels
        self.capacity = capacity
        counts = .allocate(capacity: channels)
        starts = .allocate(capacity: channels * capacity)
        factors = .allocate(capacity: channels * capacity)
    }

    deinit {
        counts.deallocate()
        starts.deallocate()
        factors.deallocate()
    }

    @inline(__always)
    func fill(
        _ pooled: PooledConvolution<Scalar>, _ gradient: Tensor<Scalar>, _ images: Range<Int>, _ offsets: [Int32]
    ) {
        counts.initialize(repeating: 0, count: channels)
        let candidates = pooled.windowRows * pooled.windowColumns
        gradient.withPointer { gradient in
            pooled.winners.withPointer { winners in
                for image in images {
                    let base = Int32((image - images.lowerBound) * pooled.shape.paddedImage)
                    for window in 0..<pooled.windows {
                        let source = (image * pooled.windows + window) * channels
                        for channel in 0..<channels {
                            let factor = gradient[source + channel]
                            let slot = channel * capacity + counts[channel]
                            starts[slot] = base + offsets[window * candidates + winners[source + channel].wholeNumber]
                            factors[slot] = factor
                            // Written always, kept unless zero: no branch to mispredict.
                            counts[channel] += factor == 0 ? 0 : 1
                        }
                    }
                }
            }
        }
    }
}

@inline(__always)
private func walk<Scalar: TensorScalar>(
    _ shape: ConvolutionShape, _ list: WinnerList<Scalar>, _ padded: UnsafePointer<Scalar>,
    _ spread: UnsafeMutablePointer<Scalar>?, _ filters: UnsafePointer<Scalar>,
    _ filterGradient: UnsafeMutablePointer<Scalar>
) {
    switch TargetFeatures.vectorBytes {
    case 64: walk(Scalar.Vector64.self, shape, list, padded, spread, filters, filterGradient)
    case 32: walk(Scalar.Vector32.self, shape, list, padded, spread, filters, filterGradient)
    default: walk(Scalar.Vector16.self, shape, list, padded, spread, filters, filterGradient)
    }
}

@inline(__always)
private func walk<Vector: SIMD>(
    _ type: Vector.Type, _ shape: ConvolutionShape, _ list: WinnerList<Vector.Scalar>,
    _ padded: UnsafePointer<Vector.Scalar>, _ spread: UnsafeMutablePointer<Vector.Scalar>?,
    _ filters: UnsafePointer<Vector.Scalar>, _ filterGradient: UnsafeMutablePointer<Vector.Scalar>
) where Vector.Scalar: TensorScalar {
    let lanes = Vector.scalarCount
    for channel in 0..<shape.outputChannels {
        let count = list.counts[channel]
        let starts = list.starts + channel * list.capacity
        let factors = list.factors + channel * list.capacity
        for filterRow in 0..<shape.filterRows {
            let inImage = filterRow * shape.paddedRow
            let inFilter = channel * shape.depth + filterRow * shape.run
            var k = 0
            while k + 6 * lanes <= shape.run {
                stretch(
                    Stretch<Vector, 6>.self, count, starts, factors, padded + inImage + k,
                    spread.map { $0 + inImage + k }, filters + inFilter + k, filterGradient + inFilter + k)
                k += 6 * lanes
            }
            while k + lanes <= shape.run {
                stretch(
                    Stretch<Vector, 1>.self, count, starts, factors, padded + inImage + k,
                    spread.map { $0 + inImage + k }, filters + inFilter + k, filterGradient + inFilter + k)
                k += lanes
            }
            while k < shape.run {
                for i in 0..<count {
                    let position = Int(starts[i]) + inImage + k
                    filterGradient[inFilter + k].addProduct(factors[i], padded[position])
                    if let spread { spread[position].addProduct(factors[i], filters[inFilter + k]) }
                }
                k += 1
            }
        }
    }
}

/// So many vectors of a filter and of its gradient that stay in registers.
private struct Stretch<Vector: SIMD, let vectors: Int> where Vector.Scalar: TensorScalar {}

@inline(__always)
private func stretch<Vector: SIMD, let vectors: Int>(
    _ type: Stretch<Vector, vectors>.Type, _ count: Int, _ starts: UnsafePointer<Int32>,
    _ factors: UnsafePointer<Vector.Scalar>, _ padded: UnsafePointer<Vector.Scalar>,
    _ spread: UnsafeMutablePointer<Vector.Scalar>?, _ filter: UnsafePointer<Vector.Scalar>,
    _ filterGradient: UnsafeMutablePointer<Vector.Scalar>
) where Vector.Scalar: TensorScalar {
    let lanes = Vector.scalarCount
    var sums = InlineArray<vectors, Vector>(repeating: .zero)
    if let spread {
        var weights = InlineArray<vectors, Vector>(repeating: .zero)
        for v in 0..<vectors { weights[v] = UnsafeRawPointer(filter + v * lanes).loadUnaligned(as: Vector.self) }
        for i in 0..<count {
            let factor = Vector(repeating: factors[i])
            let source = padded + Int(starts[i])
            let target = spread + Int(starts[i])
            for v in 0..<vectors {
                sums[v] = sums[v].addingProduct(
                    factor, UnsafeRawPointer(source + v * lanes).loadUnaligned(as: Vector.self))
                let updated = UnsafeRawPointer(target + v * lanes).loadUnaligned(as: Vector.self)
                    .addingProduct(factor, weights[v])
                UnsafeMutableRawPointer(target + v * lanes).storeBytes(of: updated, as: Vector.self)
            }
        }
    } else {
        for i in 0..<count {
            let factor = Vector(repeating: factors[i])
            let source = padded + Int(starts[i])
            for v in 0..<vectors {
                sums[v] = sums[v].addingProduct(
                    factor, UnsafeRawPointer(source + v * lanes).loadUnaligned(as: Vector.self))
            }
        }
    }
    for v in 0..<vectors {
        let updated = UnsafeRawPointer(filterGradient + v * lanes).loadUnaligned(as: Vector.self) + sums[v]
        UnsafeMutableRawPointer(filterGradient + v * lanes).storeBytes(of: updated, as: Vector.self)
    }
}
