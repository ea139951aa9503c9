// What a pooled convolution reads: images as they lie in memory, or standardised on their way into the cache.

/// The images of a pooled convolution.
struct ConvolutionInput<Scalar: TensorScalar> {
    /// [image, row, column, channel].
    let pixels: UnsafePointer<Scalar>
    /// What is done to each row of an image before it is read; `nil` for nothing.
    let standardization: RowStandardization<Scalar>?

    /// Whether images are read where they lie.
    @inline(__always)
    func isReadableInPlace(_ shape: ConvolutionShape) -> Bool { shape.padding == 0 && standardization == nil }

    /// Where an image begins.
    @inline(__always)
    func start(of image: Int, _ shape: ConvolutionShape) -> UnsafePointer<Scalar> {
        pixels + image * shape.rows * shape.columns * shape.inputChannels
    }

    /// Copies images into the middle of zero-filled padded ones.
    @inline(__always)
    func pad(_ shape: ConvolutionShape, _ images: Range<Int>, into target: UnsafeMutablePointer<Scalar>) {
        let source = start(of: images.lowerBound, shape)
        guard let standardization else { return shape.pad(source, images: images.count, into: target) }
        shape.forEachRow(of: images.count) { inPadded, inImages in
            standardization.apply(to: source + inImages, into: target + inPadded)
        }
    }
}

/// A standardisation of channels, spelt out for every scalar of an image's row, so that a row is one loop whatever its channels.
final class RowStandardization<Scalar: TensorScalar> {
    private typealias Vector = Scalar.Vector64

    private let length: Int
    private let channels: Int
    /// Mean, inverse deviation, scale and shift, one after the other, [4, column, channel].
    private let rows: Scratch<Scalar>

    init(_ standardization: ColumnStandardization<Scalar>, _ shape: ConvolutionShape) {
        (length, channels) = (shape.columns * shape.inputChannels, shape.inputChannels)
        rows = Scratch(4 * length)
        let vectors = [
            standardization.mean, standardization.inverseDeviation, standardization.scale, standardization.shift,
        ]
        for (index, vector) in vectors.enumerated() {
            for i in 0..<length { rows.pointer[index * length + i] = vector.scalars[i % channels] }
        }
    }

    /// Writes a row of an image, standardised.
    @inline(__always)
    func apply(to source: UnsafePointer<Scalar>, into target: UnsafeMutablePointer<Scalar>) {
        let (mean, length) = (rows.pointer, length)
        let (inverse, scale, shift) = (mean + length, mean + 2 * length, mean + 3 * length)
        var i = 0
        while i + Vector.scalarCount <= length {
            let standard = (Vector(loading: source + i) - Vector(loading: mean + i)) * Vector(loading: inverse + i)
            Vector(loading: shift + i).addingProduct(standard, Vector(loading: scale + i)).store(target + i)
            i += Vector.scalarCount
        }
        while i < length {
            target[i] = shift[i].addingProduct((source[i] - mean[i]) * inverse[i], scale[i])
            i += 1
        }
    }

    /// Sums over rows, for each of their scalars: Σ c, and behind them Σ c·x̂ with the standardised input x̂, before scale and shift.
    func zeroSums() -> Scratch<Scalar> { zeroed(2 * length) }

    /// Adds a row's shares, of a cotangent c.
    @inline(__always)
    func addShares(
        _ cotangent: UnsafePointer<Scalar>, _ source: UnsafePointer<Scalar>, to sums: UnsafeMutablePointer<Scalar>
    ) {
        let (mean, length) = (rows.pointer, length)
        let (inverse, products) = (mean + length, sums + length)
        var i = 0
        while i + Vector.scalarCount <= length {
            let c = Vector(loading: cotangent + i)
            let standard = (Vector(loading: source + i) - Vector(loading: mean + i)) * Vector(loading: inverse + i)
            (Vector(loading: sums + i) + c).store(sums + i)
            Vector(loading: products + i).addingProduct(c, standard).store(products + i)
            i += Vector.scalarCount
        }
        while i < length {
            sums[i] += cotangent[i]
            products[i].addProduct(cotangent[i], (source[i] - mean[i]) * inverse[i])
            i += 1
        }
    }

    /// Writes the sums of each channel, those of its products from `stride` on.
    func total(_ sums: UnsafePointer<Scalar>, into out: UnsafeMutablePointer<Scalar>, stride: Int) {
        for (offset, target) in [(0, out), (length, out + stride)] {
            for channel in 0..<channels {
                target[channel] = Swift.stride(from: channel, to: length, by: channels)
                    .reduce(0) { $0 + sums[offset + $1] }
            }
        }
    }
}
