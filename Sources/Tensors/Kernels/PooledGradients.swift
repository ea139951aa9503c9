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
    sumOverImageBlocks(
        images: shape.images, size: (shape.depth + 1) * stride, columns: channels, stride: stride, into: out
    ) { images, partial in
        let padded: Scratch<Scalar> = zeroed(shape.paddedImage)
        let spread: Scratch<Scalar> = zeroed(starts.count * stride)
        for image in images {
            shape.pad(
                input + image * shape.rows * shape.columns * shape.inputChannels, images: 1, into: padded.pointer)
            for channel in Swift.stride(from: 0, to: channels, by: lanes) {
                let bias = partial + (shape.depth * stride + channel)
                let sum = gradient.spread(image, channel, into: spread.pointer + channel, stride)
                (Scalar.Vector32(loading: bias) + sum).store(bias)
            }
            addFilterGradient(shape, padded.pointer, starts[...], spread.pointer, stride, into: partial)
        }
    }
}

extension PooledGradient {
    /// Writes the gradient of an image's windows, in one vector of channels, to the pixels that won and zero to the others,
    /// [window, pixel] with the given stride.
    ///
    /// - Returns: the sum over the windows.
    @inline(__always)
    fileprivate func spread(
        _ image: Int, _ channel: Int, into out: UnsafeMutablePointer<Scalar>, _ stride: Int
    ) -> Scalar.Vector32 {
        // Four pixels, as f's windows have, are a loop that the compiler unrolls.
        windows.pixels == 4
            ? spread(image, channel, pixels: 4, into: out, stride)
            : spread(image, channel, pixels: windows.pixels, into: out, stride)
    }

    @inline(__always)
    private func spread(
        _ image: Int, _ channel: Int, pixels: Int, into out: UnsafeMutablePointer<Scalar>, _ stride: Int
    ) -> Scalar.Vector32 {
        let limit = shape.outputChannels &- channel
        var sum = Scalar.Vector32.zero
        var target = out
        var index = start(of: image) &+ channel
        for _ in 0..<windows.count {
            let gradient = Scalar.Vector32(loading: gradients + index, limit: limit)
            let winner = Scalar.Vector32(converting: winners + index, limit: limit)
            for pixel in 0..<pixels {
                let won = gradient.keeping(where: winner, is: Scalar(pixel))
                sum += won
                won.store(target)
                target += stride
            }
            index &+= shape.outputChannels
        }
        return sum
    }
}

extension PooledGradient {
    /// Images whose winners are listed together: as many as stay in the nearest cache with their gradients and lists; but four
    /// where the filters do not stay there and are fetched again for each list.
    fileprivate var listedImages: Int {
        let winners = windows.count * shape.outputChannels * (MemoryLayout<Scalar>.stride + MemoryLayout<Int32>.stride)
        let perImage = 2 * shape.paddedImage * MemoryLayout<Scalar>.stride + winners
        let filters = shape.depth * shape.outputChannels * MemoryLayout<Scalar>.stride
        return max(filters > 32 << 10 ? 4 : 1, min(16, (64 << 10) / perImage))
    }
}

/// Gradients of filters and bias, as one matrix [outputChannel, depth + 1], and of the input, visiting only the winners.
///
/// For each output channel the winners of a few images are listed; then each stretch of the filter stays in registers
/// while the list is walked: its gradient gathers factor · window, and the windows' gradients receive factor · filter.
///
/// - Parameters:
///   - filters: [outputChannel, depth].
///   - filterGradient: if the input is standardised with two more rows, for each input channel the sums of its cotangent and of
///     its products with the standardised input.
///   - inputGradient: of the standardised input; there must be one where it is.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func pooledConvolutionGradients<Scalar: TensorScalar>(
    _ gradient: PooledGradient<Scalar>, _ input: ConvolutionInput<Scalar>, _ filters: UnsafePointer<Scalar>,
    _ filterGradient: UnsafeMutablePointer<Scalar>, _ inputGradient: UnsafeMutablePointer<Scalar>?
) {
    let shape = gradient.shape
    let offsets = shape.windowOffsets(images: 1)
    let starts = gradient.table(0) { Int32(offsets[$0]) }
    let listedImages = gradient.listedImages
    let stride = shape.depth + 1
    let rows = shape.outputChannels + (input.standardization == nil ? 0 : 2)
    sumOverImageBlocks(
        images: shape.images, size: rows * stride, columns: stride, stride: stride, into: filterGradient
    ) { images, partial in
        let padded: Scratch<Scalar> = zeroed(listedImages * shape.paddedImage)
        let spread = Scratch<Scalar>(inputGradient == nil ? 0 : listedImages * shape.paddedImage)
        let list = WinnerList<Scalar>(
            channels: shape.outputChannels, capacity: listedImages * gradient.windows.count)
        let sums = input.standardization?.zeroSums()
        for first in Swift.stride(from: images.lowerBound, to: images.upperBound, by: listedImages) {
            let some = first..<min(images.upperBound, first + listedImages)
            starts.withUnsafeBufferPointer { list.fill(gradient, some, $0.baseAddress!) }
            input.pad(shape, some, into: padded.pointer)
            if inputGradient != nil { spread.pointer.initialize(repeating: 0, count: some.count * shape.paddedImage) }
            walk(shape, list, padded.pointer, inputGradient == nil ? nil : spread.pointer, filters, partial)
            if let inputGradient { shape.unpad(spread.pointer, some, into: inputGradient) }
            if let standardization = input.standardization, let sums {
                let source = input.start(of: first, shape)
                shape.forEachRow(of: some.count) { inPadded, inImages in
                    standardization.addShares(spread.pointer + inPadded, source + inImages, to: sums.pointer)
                }
            }
        }
        for channel in 0..<shape.outputChannels {
            partial[channel * stride + shape.depth] = list.sums.pointer[channel]
        }
        if let standardization = input.standardization, let sums {
            standardization.total(sums.pointer, into: partial + shape.outputChannels * stride, stride: stride)
        }
    }
}

/// For each output channel the winners: where their window starts, and the gradient.
private struct WinnerList<Scalar: TensorScalar> {
    let capacity: Int
    let counts: Scratch<Int>
    let starts: Scratch<Int32>
    let factors: Scratch<Scalar>
    /// For each output channel the sum of the gradients of all images listed so far.
    let sums: Scratch<Scalar>
    private let channels: Int

    /// The list of an output channel.
    @inline(__always)
    subscript(channel: Int) -> Winners<Scalar> {
        Winners(
            count: counts.pointer[channel], starts: starts.pointer + channel * capacity,
            factors: factors.pointer + channel * capacity)
    }

    init(channels: Int, capacity: Int) {
        self.channels = channels
        self.capacity = capacity
        counts = Scratch(channels)
        starts = Scratch(channels * capacity)
        factors = Scratch(channels * capacity)
        sums = zeroed(channels)
    }

    /// Lists the winners of some images. A function of its own: among the others' variables, half of its own go to memory.
    @inline(never)
    func fill(_ gradient: PooledGradient<Scalar>, _ images: Range<Int>, _ offsets: UnsafePointer<Int32>) {
        let (ends, starts, factors) = (counts.pointer, starts.pointer, factors.pointer)
        let (channels, windows, nobody) = (channels, gradient.windows.count, gradient.windows.pixels)
        let size = Int32(gradient.shape.paddedImage)
        var gradients = gradient.gradients + gradient.start(of: images.lowerBound)
        var winners = gradient.winners + gradient.start(of: images.lowerBound)
        for channel in 0..<channels { ends[channel] = channel &* capacity }
        var base: Int32 = 0
        for _ in images {
            var row = offsets
            for _ in 0..<windows {
                for channel in 0..<channels {
                    let winner = Int(winners[channel])
                    let end = ends[channel]
                    // Written always, kept if a pixel won: no branch to mispredict.
                    starts[end] = base &+ row[winner]
                    factors[end] = gradients[channel]
                    ends[channel] = end &+ (winner < nobody ? 1 : 0)
                }
                row += nobody &+ 1
                gradients += channels
                winners += channels
            }
            base &+= size
        }
        for channel in 0..<channels {
            counts.pointer[channel] = ends[channel] &- channel &* capacity
            sums.pointer[channel] += self[channel].sum
        }
    }
}

/// The list of one output channel.
private struct Winners<Scalar: TensorScalar> {
    let count: Int
    let starts: UnsafePointer<Int32>
    let factors: UnsafePointer<Scalar>

    /// Of the factors.
    @inline(__always)
    var sum: Scalar {
        let lanes = Scalar.Vector32.scalarCount
        var sums = Scalar.Vector32.zero
        var i = 0
        while i &+ lanes <= count {
            sums += Scalar.Vector32(loading: factors + i)
            i &+= lanes
        }
        var sum = sums.sum()
        while i < count {
            sum += factors[i]
            i &+= 1
        }
        return sum
    }
}

/// Walks over all lists, with as much of a filter at once as stays in registers.
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
    // Where there are 32 registers, they hold a whole filter of three rows of three vectors, and its gradient.
    let atOnce = TargetFeatures.vectorBytes == 64 && shape.filterRows == 3 && shape.run == 3 * lanes
    for channel in 0..<shape.outputChannels {
        let winners = list[channel]
        let (filter, gradient) = (filters + channel * shape.depth, filterGradient + channel * (shape.depth + 1))
        if atOnce {
            Stretch<Vector, 3, 3>.walk(winners, shape, padded, spread, filter, gradient)
            continue
        }
        for filterRow in 0..<shape.filterRows {
            let (inImage, inFilter) = (filterRow * shape.paddedRow, filterRow * shape.run)
            var k = 0
            func walk<let vectors: Int>(_ type: Stretch<Vector, 1, vectors>.Type) {
                type.walk(
                    winners, shape, padded + (inImage + k), spread.map { $0 + (inImage + k) }, filter + (inFilter + k),
                    gradient + (inFilter + k))
                k += vectors * lanes
            }
            while k + 6 * lanes <= shape.run { walk(Stretch<Vector, 1, 6>.self) }
            while k + 3 * lanes <= shape.run { walk(Stretch<Vector, 1, 3>.self) }
            while k + lanes <= shape.run { walk(Stretch<Vector, 1, 1>.self) }
            while k < shape.run {
                for i in 0..<winners.count {
                    let position = Int(winners.starts[i]) + inImage + k
                    gradient[inFilter + k].addProduct(winners.factors[i], padded[position])
                    if let spread { spread[position].addProduct(winners.factors[i], filter[inFilter + k]) }
                }
                k += 1
            }
        }
    }
}

/// So many vectors of so many rows of a filter or of its gradient, which stay in registers.
private struct Stretch<Vector: SIMD, let rows: Int, let vectors: Int> where Vector.Scalar: TensorScalar {
    typealias Scalar = Vector.Scalar

    private var values = InlineArray<rows, InlineArray<vectors, Vector>>(repeating: .init(repeating: .zero))

    /// Walks over one list: the filter's gradient gathers factor · window, and the windows' gradients receive factor · filter.
    @inline(__always)
    static func walk(
        _ winners: Winners<Scalar>, _ shape: ConvolutionShape, _ padded: UnsafePointer<Scalar>,
        _ spread: UnsafeMutablePointer<Scalar>?, _ filter: UnsafePointer<Scalar>,
        _ filterGradient: UnsafeMutablePointer<Scalar>
    ) {
        let (lanes, run, paddedRow) = (Vector.scalarCount, shape.run, shape.paddedRow)
        var (sums, weights) = (Self(), Self())
        for row in 0..<rows {
            for v in 0..<vectors { weights.values[row][v] = Vector(loading: filter + (row * run + v * lanes)) }
        }
        for i in 0..<winners.count {
            let factor = Vector(repeating: winners.factors[i])
            for row in 0..<rows {
                let start = Int(winners.starts[i]) + row * paddedRow
                for v in 0..<vectors {
                    sums.values[row][v] = sums.values[row][v].addingProduct(
                        factor, Vector(loading: padded + start + v * lanes))
                    guard let spread else { continue }
                    let target = spread + start + v * lanes
                    Vector(loading: target).addingProduct(factor, weights.values[row][v]).store(target)
                }
            }
        }
        for row in 0..<rows {
            for v in 0..<vectors {
                let target = filterGradient + (row * run + v * lanes)
                (Vector(loading: target) + sums.values[row][v]).store(target)
            }
        }
    }
}
