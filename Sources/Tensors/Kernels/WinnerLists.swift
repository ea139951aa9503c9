// Gradients of a pooled convolution of many channels: the windows' winners are listed by output channel, and the lists are walked with
// a part of the filter in registers.

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
    let blocks = WindowBlocks(shape, gradient.windows, gradient.repeated, size: listedImages)
    let stride = shape.depth + 1
    let rows = shape.outputChannels + (input.standardization == nil ? 0 : 2)
    sumOverBlocks(blocks.count, size: rows * stride, columns: stride, stride: stride, into: filterGradient) {
        numbers, partial in
        let padded: Scratch<Scalar> = zeroed(listedImages * shape.paddedImage)
        let spread = Scratch<Scalar>(inputGradient == nil ? 0 : listedImages * shape.paddedImage)
        let list = WinnerList<Scalar>(
            channels: shape.outputChannels, capacity: listedImages * gradient.windows.count)
        let sums = input.standardization?.zeroSums()
        let scratch = gradient.scratch(blocks)
        for number in numbers {
            blocks.withBlock(number) { block in
                let rows = gradient.rows(of: block, in: scratch)
                gradient.forEachImages(listedImages, of: block) { some, computed in
                    starts.withUnsafeBufferPointer {
                        list.fill(
                            rows, computed, from: (some.lowerBound - block.images.lowerBound) * gradient.windows.count,
                            imageSize: shape.paddedImage, $0.baseAddress!)
                    }
                    // Without padding, too, both are copies: they lie on cache lines, and the images need not.
                    input.pad(shape, some, into: padded.pointer)
                    if inputGradient != nil {
                        spread.pointer.initialize(repeating: 0, count: some.count * shape.paddedImage)
                    }
                    walk(shape, list, padded.pointer, inputGradient == nil ? nil : spread.pointer, filters, partial)
                    if let inputGradient { shape.unpad(spread.pointer, some, into: inputGradient) }
                    if let standardization = input.standardization, let sums {
                        let source = input.start(of: some.lowerBound, shape)
                        shape.forEachRow(of: some.count) { inPadded, inImages in
                            standardization.addShares(spread.pointer + inPadded, source + inImages, to: sums.pointer)
                        }
                    }
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

    /// Lists the winners of some windows. A function of its own: among the others' variables, half of its own go to memory.
    ///
    /// - Parameters:
    ///   - rows: of the block that the windows belong to.
    ///   - computed: their numbers in the block, ascending.
    ///   - from: the number of the first window of the first image.
    ///   - imageSize: scalars from one image to the next.
    ///   - offsets: where the filter's window starts in an image, for each window and each of its pixels, and for none.
    @inline(never)
    func fill(
        _ rows: PooledRowsGradient<Scalar>, _ computed: UnsafeBufferPointer<Int32>, from: Int, imageSize: Int,
        _ offsets: UnsafePointer<Int32>
    ) {
        let (ends, starts, factors) = (counts.pointer, starts.pointer, factors.pointer)
        let (channels, windows, nobody) = (channels, rows.windows.count, rows.windows.pixels)
        for channel in 0..<channels { ends[channel] = channel &* capacity }
        var (image, base) = (from, Int32(0))
        for number in computed {
            while Int(number) >= image &+ windows {
                image &+= windows
                base &+= Int32(truncatingIfNeeded: imageSize)
            }
            let row = offsets + (Int(number) &- image) &* (nobody &+ 1)
            let (gradients, winners) = (
                rows.gradients + Int(number) &* channels, rows.winners + Int(number) &* channels
            )
            for channel in 0..<channels {
                let winner = Int(winners[channel])
                let end = ends[channel]
                // Written always, kept if a pixel won: no branch to mispredict.
                starts[end] = base &+ row[winner]
                factors[end] = gradients[channel]
                ends[channel] = end &+ (winner < nobody ? 1 : 0)
            }
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
