// Convolution by filters of 3 × 3 and pooling, by minimal filtering: a tile of outputs is exactly one pooling window, or
// four cover it, and the products of many tiles are one matrix product for each of the (m + 2)² positions in a tile.

extension ConvolutionShape {
    /// Whether minimal filtering fits: 3 × 3 filters at stride 1, square windows of two to eight pixels a side, and input
    /// channels that fill vectors and are enough to make up for the transforms.
    func suitsMinimalFiltering<Scalar: TensorScalar>(_ type: Scalar.Type, _ windows: PoolingWindows) -> Bool {
        filterRows == 3 && filterColumns == 3 && stride == 1 && windows.rows == windows.columns
            && (2...2 * FourOutputs.outputs).contains(windows.rows) && inputChannels >= 16
            && inputChannels % (TileShape.columns(of: type) / 2) == 0
    }
}

/// The pooled convolution of a shape that ``ConvolutionShape/suitsMinimalFiltering(_:_:)``.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func poolByMinimalFiltering<Scalar: TensorScalar>(
    _ shape: ConvolutionShape, _ windows: PoolingWindows, _ repeated: RepeatedWindows?,
    _ input: ConvolutionInput<Scalar>, _ filters: UnsafePointer<Scalar>, _ bias: UnsafePointer<Scalar>,
    _ output: UnsafeMutablePointer<Scalar>,
    _ winners: UnsafeMutablePointer<UInt16>?
) {
    switch windows.rows {
    case 7 where shape.rows == 5 && shape.columns == 5 && shape.padding == 2:
        poolTiles(SevenOutputsOfFive.self, shape, windows, repeated, input, filters, bias, output, winners)
    case 2: poolTiles(TwoOutputs.self, shape, windows, repeated, input, filters, bias, output, winners)
    case 3, 5, 6: poolTiles(ThreeOutputs.self, shape, windows, repeated, input, filters, bias, output, winners)
    default: poolTiles(FourOutputs.self, shape, windows, repeated, input, filters, bias, output, winners)
    }
}

@inline(__always)
private func poolTiles<Filtering: MinimalFiltering, Scalar: TensorScalar>(
    _ filtering: Filtering.Type, _ shape: ConvolutionShape, _ windows: PoolingWindows,
    _ repeated: RepeatedWindows?, _ input: ConvolutionInput<Scalar>,
    _ filters: UnsafePointer<Scalar>, _ bias: UnsafePointer<Scalar>, _ output: UnsafeMutablePointer<Scalar>,
    _ winners: UnsafeMutablePointer<UInt16>?
) {
    let filters = TransformedFilters<Filtering, Scalar>(filters, shape, bias: bias)
    switch TargetFeatures.vectorBytes {
    case 64:
        poolTiles(RegisterTile<Scalar.Vector64, 12>.self, shape, windows, repeated, input, filters, output, winners)
    case 32:
        poolTiles(RegisterTile<Scalar.Vector32, 6>.self, shape, windows, repeated, input, filters, output, winners)
    default:
        poolTiles(RegisterTile<Scalar.Vector16, 12>.self, shape, windows, repeated, input, filters, output, winners)
    }
}

@inline(__always)
private func poolTiles<Filtering: MinimalFiltering, Vector: SIMD, let height: Int>(
    _ type: RegisterTile<Vector, height>.Type, _ shape: ConvolutionShape, _ windows: PoolingWindows,
    _ repeated: RepeatedWindows?, _ input: ConvolutionInput<Vector.Scalar>,
    _ filters: TransformedFilters<Filtering, Vector.Scalar>,
    _ output: UnsafeMutablePointer<Vector.Scalar>, _ winners: UnsafeMutablePointer<UInt16>?
) where Vector.Scalar: TensorScalar {
    let corners = TileCorners(windows, outputs: Filtering.outputs)
    let windowsAtOnce = tilesAtOnce / corners.count
    // As few images at once as fill groups of tiles.
    let size = (1..<windowsAtOnce).first { $0 * windows.count % windowsAtOnce == 0 } ?? windowsAtOnce
    let blocks = WindowBlocks(shape, windows, repeated, size: size)
    let pixels = windows.mapPixels(shape)
    let starts = blocks.starts(
        shape, (0..<windows.count).flatMap { window in corners.pixels.map { pixels[window * windows.pixels + $0] } })
    let channels = shape.outputChannels
    forEachWindowBlock(
        shape, input, blocks,
        scratch: {
            (
                TileGroup<Filtering, Vector, height>(shape, corners),
                PooledRows(output, winners, channels: channels, width: filters.width, rows: windowsAtOnce)
            )
        }
    ) { block, padded, memory in
        let (group, rows) = memory
        let firstRow = block.images.lowerBound * windows.count
        for first in stride(from: 0, to: block.computed.count, by: windowsAtOnce) {
            let some = first..<min(first + windowsAtOnce, block.computed.count)
            for (slot, index) in some.enumerated() {
                let start = Int(block.computed[index]) * corners.count
                for corner in 0..<corners.count {
                    group.transformInputs(padded + starts[start + corner], as: slot * corners.count + corner)
                }
            }
            for panel in 0..<filters.panels {
                group.multiply(by: filters, panel)
                for (slot, index) in some.enumerated() {
                    let (output, winners) = rows.target(slot, row: firstRow + Int(block.computed[index]))
                    let column = panel * filters.width
                    group.pool(slot, filters.bias(of: panel), output + column, winners.map { $0 + column })
                }
            }
            for (slot, index) in some.enumerated() {
                rows.finish(slot, row: firstRow + Int(block.computed[index]))
            }
        }
        block.copyRepeated(output + firstRow * channels, channels: channels)
        winners.map { block.copyRepeated($0 + firstRow * channels, channels: channels) }
    }
}

/// The tiles that cover a square window: one of its size, or four in its corners, which overlap where it has fewer than twice
/// their rows. Nothing outside is looked at.
private struct TileCorners {
    /// Pixels along a side of the window.
    let side: Int
    /// Tiles along a side.
    let tiles: Int
    /// Pixels from one tile to the next along a side.
    let distance: Int

    /// Tiles of a window, in rows.
    @inline(__always)
    var count: Int { tiles * tiles }
    /// For each tile, the pixel of the window at which it begins.
    var pixels: [Int] { (0..<count).map { $0 / tiles * distance * side + $0 % tiles * distance } }

}

extension TileCorners {
    /// For tiles of `outputs` pixels along a side.
    init(_ windows: PoolingWindows, outputs: Int) {
        self.init(
            side: windows.rows, tiles: windows.rows == outputs ? 1 : 2, distance: windows.rows - outputs)
    }
}

/// Tiles whose products are computed together: few enough for the first-level cache, whole register tiles, and whole windows
/// of one tile or four.
private let tilesAtOnce = 12

/// Working memory for a group of tiles, and the three steps of their way, which are functions of their own: in one body
/// they cost the compiler ten seconds more and gain nothing.
private final class TileGroup<Filtering: MinimalFiltering, Vector: SIMD, let height: Int>
where Vector.Scalar: TensorScalar {
    typealias Scalar = Vector.Scalar

    private let shape: ConvolutionShape
    /// The tiles of a window.
    private let corners: TileCorners
    /// Where each tile's channels begin.
    private let rows: [Int]
    /// What the filters' factors are multiplied by, [position, tile, channel]; zero at first, so that tiles that a last group
    /// lacks hold numbers.
    private let factors: Scratch<Scalar>
    /// The products of one panel, [position, tile, column].
    private let products: Scratch<Scalar>
    /// The tiles of a window, transformed in one of their two directions, [tile, position, lane].
    private let halfway: Scratch<Scalar>

    @inline(__always)
    private var channels: Int { shape.inputChannels }
    @inline(__always)
    private var width: Int { RegisterTile<Vector, height>.width }
    @inline(__always)
    private var side: Int { Filtering.side }

    @inline(__always)
    init(_ shape: ConvolutionShape, _ corners: TileCorners) {
        (self.shape, self.corners) = (shape, corners)
        let size = Filtering.side * Filtering.side
        rows = (0..<tilesAtOnce).map { $0 * shape.inputChannels }
        factors = zeroed(size * tilesAtOnce * shape.inputChannels)
        products = Scratch(size * tilesAtOnce * RegisterTile<Vector, height>.width)
        halfway = Scratch(corners.count * size * Vector.scalarCount)
    }

    /// Computes a tile's factors.
    @inline(never)
    func transformInputs(_ corner: UnsafePointer<Scalar>, as tile: Int) {
        let (channels, side, lanes) = (channels, side, Vector.scalarCount)
        let (row, halfway) = (shape.paddedRow, halfway.pointer)
        for channel in stride(from: 0, to: channels, by: lanes) {
            for x in 0..<side {
                let pixel = corner + (x * channels + channel)
                Filtering.transformInputs({ Vector(loading: pixel + $0 * row) }) {
                    $1.store(halfway + ($0 * side + x) * lanes)
                }
            }
            let target = factors.pointer + (tile * channels + channel)
            for y in 0..<side {
                Filtering.transformInputs({ Vector(loading: halfway + (y * side + $0) * lanes) }) {
                    $1.store(target + (y * side + $0) * tilesAtOnce * channels)
                }
            }
        }
    }

    /// Multiplies all tiles' factors by those of one panel's filters, and sums over the channels.
    @inline(never)
    func multiply(by filters: TransformedFilters<Filtering, Scalar>, _ panel: Int) {
        let (channels, width, factors, products) = (channels, width, factors.pointer, products.pointer)
        rows.withUnsafeBufferPointer { rows in
            for position in 0..<side * side {
                let weights = filters.weights(of: panel, at: position)
                for tile in stride(from: 0, to: tilesAtOnce, by: height) {
                    var sums = RegisterTile<Vector, height>()
                    sums.addRuns(
                        channels, factors + position * tilesAtOnce * channels, rows.baseAddress! + tile, weights)
                    sums.store(
                        products + (position * tilesAtOnce + tile) * width, width, rowLimit: height,
                        columnLimit: width, accumulating: false)
                }
            }
        }
    }

    /// Writes the greatest of a window's outputs in each channel of a panel.
    @inline(__always)
    func pool(
        _ window: Int, _ bias: UnsafePointer<Scalar>, _ output: UnsafeMutablePointer<Scalar>,
        _ winners: UnsafeMutablePointer<UInt16>?
    ) {
        if corners.tiles == 1 {
            poolOneTile(window, bias, output, winners)
        } else {
            poolFourTiles(window, bias, output, winners)
        }
    }

    /// The same where everything but the window is a constant: the loops are unrolled.
    @inline(never)
    private func poolOneTile(
        _ window: Int, _ bias: UnsafePointer<Scalar>, _ output: UnsafeMutablePointer<Scalar>,
        _ winners: UnsafeMutablePointer<UInt16>?
    ) {
        pool(window, TileCorners(side: Filtering.outputs, tiles: 1, distance: 0), bias, output, winners)
    }

    @inline(never)
    private func poolFourTiles(
        _ window: Int, _ bias: UnsafePointer<Scalar>, _ output: UnsafeMutablePointer<Scalar>,
        _ winners: UnsafeMutablePointer<UInt16>?
    ) {
        pool(
            window, TileCorners(side: corners.side, tiles: 2, distance: corners.distance), bias, output, winners)
    }

    @inline(__always)
    private func pool(
        _ window: Int, _ corners: TileCorners, _ bias: UnsafePointer<Scalar>, _ output: UnsafeMutablePointer<Scalar>,
        _ winners: UnsafeMutablePointer<UInt16>?
    ) {
        let (side, width, lanes, halfway) = (side, width, Vector.scalarCount, halfway.pointer)
        let scale = Vector(repeating: Scalar(Filtering.scale * Filtering.scale))
        for lane in stride(from: 0, to: width, by: lanes) {
            for corner in 0..<corners.count {
                let source = products.pointer + ((window * corners.count + corner) * width + lane)
                let target = halfway + corner * side * side * lanes
                for x in 0..<side {
                    Filtering.transformProducts({ Vector(loading: source + ($0 * side + x) * tilesAtOnce * width) }) {
                        $1.store(target + ($0 * side + x) * lanes)
                    }
                }
            }
            // Row by row, because of equal pixels the first shall win; rows that two tiles have are taken from the upper one.
            var maximum = WindowMaximum<Vector>(notingWinner: winners != nil)
            for below in 0..<corners.tiles {
                let known = below * (Filtering.outputs - corners.distance)
                for y in 0..<Filtering.outputs where y >= known {
                    for beside in 0..<corners.tiles {
                        let source = halfway + ((below * corners.tiles + beside) * side + y) * side * lanes
                        let first = (below * corners.distance + y) * corners.side + beside * corners.distance
                        Filtering.transformProducts({ Vector(loading: source + $0 * lanes) }) { x, pixel in
                            maximum.consider(pixel, number: Scalar(first + x))
                        }
                    }
                }
            }
            maximum.map { $0 / scale + Vector(loading: bias + lane) }
            maximum.write(
                to: output + lane, winners.map { $0 + lane }, nobody: corners.side * corners.side)
        }
    }
}

/// Filters as minimal filtering multiplies by them: for each panel of output channels and each position in a tile a
/// matrix [inputChannel, width].
private final class TransformedFilters<Filtering: MinimalFiltering, Scalar: TensorScalar> {
    private let packed: PackedFilters<Scalar>
    private let channels: Int
    private let weights: Scratch<Scalar>

    var panels: Int { packed.panels }
    var width: Int { packed.width }

    @inline(__always)
    init(_ filters: UnsafePointer<Scalar>, _ shape: ConvolutionShape, bias: UnsafePointer<Scalar>) {
        packed = PackedFilters(filters, shape, bias: bias)
        channels = shape.inputChannels
        let size = Filtering.side * Filtering.side * channels * packed.width
        weights = Scratch(packed.panels * size)
        let (packed, channels, weights) = (packed, channels, weights.pointer)
        Parallel.forEach(packed.panels) { panel in
            transform(Filtering.self, packed.weights(of: panel), channels * packed.width, into: weights + panel * size)
        }
    }

    /// The matrix [inputChannel, width] of a position in a tile.
    @inline(__always)
    func weights(of panel: Int, at position: Int) -> UnsafePointer<Scalar> {
        UnsafePointer(weights.pointer + (panel * Filtering.side * Filtering.side + position) * channels * width)
    }

    @inline(__always)
    func bias(of panel: Int) -> UnsafePointer<Scalar> { packed.bias(of: panel) }
}

/// Transforms filters in both directions, from [tap, element] to [position, element].
@inline(__always)
private func transform<Filtering: MinimalFiltering, Scalar: TensorScalar>(
    _ filtering: Filtering.Type, _ taps: UnsafePointer<Scalar>, _ count: Int, into out: UnsafeMutablePointer<Scalar>
) {
    let (side, lanes) = (Filtering.side, Scalar.Vector64.scalarCount)
    let halfway = Scratch<Scalar>(side * 3 * lanes)
    for element in stride(from: 0, to: count, by: lanes) {
        for x in 0..<3 {
            Filtering.transformFilter({ Scalar.Vector64(loading: taps + (($0 * 3 + x) * count + element)) }) {
                $1.store(halfway.pointer + ($0 * 3 + x) * lanes)
            }
        }
        for y in 0..<side {
            Filtering.transformFilter({ Scalar.Vector64(loading: halfway.pointer + (y * 3 + $0) * lanes) }) {
                $1.store(out + ((y * side + $0) * count + element))
            }
        }
    }
}
