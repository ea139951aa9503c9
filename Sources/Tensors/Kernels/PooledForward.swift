// Convolution, bias, max(·, 0) and max-pooling in one pass, in three ways: by minimal filtering, a tile of pixels a window,
// and, for windows of any other size, by way of each image's map.

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func pooledConvolutionForward<Scalar: TensorScalar>(
    _ shape: ConvolutionShape, _ windows: PoolingWindows, _ repeated: RepeatedWindows?,
    _ input: ConvolutionInput<Scalar>, _ filters: UnsafePointer<Scalar>, _ bias: UnsafePointer<Scalar>,
    _ output: UnsafeMutablePointer<Scalar>,
    _ winners: UnsafeMutablePointer<UInt16>?
) {
    if shape.suitsMinimalFiltering(Scalar.self, windows) {
        return poolByMinimalFiltering(shape, windows, repeated, input, filters, bias, output, winners)
    }
    if windows.pixels == 4 {
        poolQuartets(shape, windows, repeated, input, filters, bias, output, winners)
    } else {
        poolMaps(shape, windows, input, PackedFilters(filters, shape, bias: bias), output, winners)
    }
}

/// The windows that a map is cut into for pooling; they do not overlap, and what does not fill one is left out.
struct PoolingWindows: Sendable {
    /// Rows of a window.
    let rows: Int
    /// Columns of a window.
    let columns: Int
    /// Windows below each other on one map.
    let down: Int
    /// Windows beside each other on one map.
    let across: Int

    /// The windows of a convolution's output.
    init(rows: Int, columns: Int, of shape: ConvolutionShape) {
        (self.rows, self.columns) = (rows, columns)
        (down, across) = (shape.outputRows / rows, shape.outputColumns / columns)
    }

    /// Windows of one map.
    var count: Int { down * across }
    /// Pixels of a window.
    var pixels: Int { rows * columns }

    /// For each window and each of its pixels, the pixel's number in the full map.
    func mapPixels(_ shape: ConvolutionShape) -> [Int] {
        (0..<count).flatMap { window in
            (0..<pixels).map { pixel in
                (window / across * rows + pixel / columns) * shape.outputColumns
                    + window % across * columns + pixel % columns
            }
        }
    }
}

extension WindowBlocks {
    /// Where the filter's window starts, for some pixels of each window of a block's padded images.
    ///
    /// - Parameter pixels: of one image's windows, their numbers in the full map, [window, pixel].
    func starts(_ shape: ConvolutionShape, _ pixels: [Int]) -> [Int] {
        let offsets = shape.windowOffsets(images: 1)
        let first = pixels.map { offsets[$0] }
        return [Int](unsafeUninitializedCapacity: size * first.count) { starts, count in
            for image in 0..<size {
                for pixel in first.indices {
                    starts[count] = image * shape.paddedImage + first[pixel]
                    count += 1
                }
            }
        }
    }
}

/// Windows of four pixels: a register tile is one window, and no map is made.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func poolQuartets<Scalar: TensorScalar>(
    _ shape: ConvolutionShape, _ windows: PoolingWindows, _ repeated: RepeatedWindows?,
    _ input: ConvolutionInput<Scalar>, _ filters: UnsafePointer<Scalar>, _ bias: UnsafePointer<Scalar>,
    _ output: UnsafeMutablePointer<Scalar>,
    _ winners: UnsafeMutablePointer<UInt16>?
) {
    // Vectors of 64 bytes would be half empty where f has 16 channels, and the compiler does not inline their comparisons.
    let filters = PackedFilters(
        filters, shape, bias: bias,
        width: TileShape.columns(of: Scalar.self, vectorBytes: min(32, TargetFeatures.vectorBytes)))
    switch TargetFeatures.vectorBytes {
    case 32...:
        poolQuartets(RegisterTile<Scalar.Vector32, 4>.self, shape, windows, repeated, input, filters, output, winners)
    default:
        poolQuartets(RegisterTile<Scalar.Vector16, 4>.self, shape, windows, repeated, input, filters, output, winners)
    }
}

private func poolQuartets<Vector: SIMD>(
    _ type: RegisterTile<Vector, 4>.Type, _ shape: ConvolutionShape, _ windows: PoolingWindows,
    _ repeated: RepeatedWindows?, _ input: ConvolutionInput<Vector.Scalar>, _ filters: PackedFilters<Vector.Scalar>,
    _ output: UnsafeMutablePointer<Vector.Scalar>, _ winners: UnsafeMutablePointer<UInt16>?
) where Vector.Scalar: TensorScalar {
    let blocks = WindowBlocks(shape, windows, repeated, size: imageBlockSize(shape))
    let starts = blocks.starts(shape, windows.mapPixels(shape))
    let channels = shape.outputChannels
    forEachWindowBlock(
        shape, input, blocks,
        scratch: {
            PooledRows(
                output, winners, channels: channels, width: filters.width, rows: blocks.size * windows.count)
        }
    ) { block, padded, rows in
        let firstRow = block.images.lowerBound * windows.count
        starts.withUnsafeBufferPointer { starts in
            for panel in 0..<filters.panels {
                let column = panel * filters.width
                for (slot, window) in block.computed.enumerated() {
                    var tile = RegisterTile<Vector, 4>(row: filters.bias(of: panel))
                    tile.addWindows(shape, padded, starts.baseAddress! + 4 * Int(window), filters, panel)
                    let (output, winners) = rows.target(slot, row: firstRow + Int(window))
                    tile.storeGreatest(output + column, winners.map { $0 + column })
                }
            }
        }
        for (slot, window) in block.computed.enumerated() { rows.finish(slot, row: firstRow + Int(window)) }
        block.copyRepeated(output + firstRow * channels, channels: channels)
        winners.map { block.copyRepeated($0 + firstRow * channels, channels: channels) }
    }
}

/// Any windows: each image's map is made, and pooled while it is in the cache.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func poolMaps<Scalar: TensorScalar>(
    _ shape: ConvolutionShape, _ windows: PoolingWindows, _ input: ConvolutionInput<Scalar>,
    _ filters: PackedFilters<Scalar>, _ output: UnsafeMutablePointer<Scalar>, _ winners: UnsafeMutablePointer<UInt16>?
) {
    let stride = filters.panels * filters.width
    forEachImageBlock(
        shape, input,
        scratch: {
            (
                Scratch<Scalar>(imageBlockSize(shape) * shape.outputPixels * stride),
                PooledRows(output, winners, channels: shape.outputChannels, width: filters.width, rows: windows.count)
            )
        }
    ) { images, padded, offsets, memory in
        let (map, rows) = memory
        convolvePixels(
            shape, padded, offsets, pixels: images.count * shape.outputPixels, filters, into: map.pointer,
            stride: stride, rectifying: false)
        for image in images {
            let map = map.pointer + (image - images.lowerBound) * shape.outputPixels * stride
            rows.write(image * windows.count..<(image + 1) * windows.count) { output, winners in
                pool(map, stride, shape, windows, output, winners)
            }
        }
    }
}

/// Pools one map [pixel, stride] to rows [window, stride].
@inline(__always)
private func pool<Scalar: TensorScalar>(
    _ map: UnsafePointer<Scalar>, _ stride: Int, _ shape: ConvolutionShape, _ windows: PoolingWindows,
    _ output: UnsafeMutablePointer<Scalar>, _ winners: UnsafeMutablePointer<UInt16>?
) {
    for window in 0..<windows.count {
        let pixel =
            window / windows.across * windows.rows * shape.outputColumns + window % windows.across * windows.columns
        for channel in Swift.stride(from: 0, to: stride, by: Scalar.Vector32.scalarCount) {
            var maximum = WindowMaximum<Scalar.Vector32>(notingWinner: winners != nil)
            for y in 0..<windows.rows {
                for x in 0..<windows.columns {
                    let place = pixel + y * shape.outputColumns + x
                    maximum.consider(
                        Scalar.Vector32(loading: map + (place * stride + channel)),
                        number: Scalar(y * windows.columns + x))
                }
            }
            let target = window * stride + channel
            maximum.write(to: output + target, winners.map { $0 + target }, nobody: windows.pixels)
        }
    }
}
