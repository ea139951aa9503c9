import CTargetFeatures

/// A matrix in memory, for reading: element (i, j) lies at `base[i·rowStride + j·columnStride]`.
struct MatrixView<Scalar: TensorScalar> {
    let base: UnsafePointer<Scalar>
    let rowStride: Int
    let columnStride: Int

    @inline(__always)
    func pointer(_ row: Int, _ column: Int) -> UnsafePointer<Scalar> {
        base + (row * rowStride + column * columnStride)
    }
}

extension MatrixView {
    /// Whether tiles read rows of A where they lie. Rows further apart than a page fall into the same few lines of the caches.
    @inline(__always)
    fileprivate var isReadableInPlace: Bool {
        columnStride == 1 && (0...4096).contains(rowStride * MemoryLayout<Scalar>.stride)
    }
}

/// A block of rows of A, for some terms of the sum over k.
enum Rows<Scalar: TensorScalar> {
    /// In slivers, [sliver, k, row].
    case packed(UnsafePointer<Scalar>)
    /// Each row by itself, `stride` from the one before.
    case inPlace(UnsafePointer<Scalar>, stride: Int)
}

/// Blocks of the product, after Goto and van de Geijn: a sliver of B stays in the nearest caches, a block of A in the
/// second-level one, a panel of B in the third.
private enum Blocking {
    /// Columns of a panel of B.
    static let wide = 2048

    /// Terms of the sum over k that are taken together. Every further block of terms reads and writes C once more, which costs
    /// more than slivers of B that are larger than the first-level cache, 48 KiB, or 64 KiB while the panel stays small.
    @inline(__always)
    static func depth<Scalar: TensorScalar>(columns: Int, of type: Scalar.Type) -> Int {
        let termBytes = TileShape.columns(of: type) * MemoryLayout<Scalar>.stride
        let large = (64 << 10) / termBytes
        let fits = large * min(columns, wide) * MemoryLayout<Scalar>.stride <= packedTogether
        return fits ? large : (48 << 10) / termBytes
    }

    /// Rows of a block of A of the given depth: 96 KiB, a fraction of any second-level cache, since pages fall into it at
    /// random and B and C pass through it too.
    @inline(__always)
    static func high<Scalar: TensorScalar>(of type: Scalar.Type, depth: Int) -> Int {
        max(1, (96 << 10) / (depth * MemoryLayout<Scalar>.stride) / TileShape.rows) * TileShape.rows
    }

    /// Bytes of B that are packed at once, so that threads meet the less often.
    static let packedTogether = 4 << 20

    /// Terms that are packed at once: as many whole blocks as fit.
    static func together<Scalar: TensorScalar>(
        _ depth: Int, _ deepest: Int, columns: Int, of type: Scalar.Type
    ) -> Int {
        let blockBytes = deepest * max(1, min(columns, wide)) * MemoryLayout<Scalar>.stride
        return min(max(1, packedTogether / blockBytes) * deepest, roundUp(max(depth, 1), deepest))
    }

    /// The least size of equal steps through `extent` of which none exceeds `limit`: a short last step would pay for a
    /// whole one.
    static func even(_ extent: Int, limit: Int) -> Int {
        let steps = (extent + limit - 1) / limit
        return (extent + steps - 1) / steps
    }
}

/// Rows of a product that are divided by their norms while they are still in the cache.
struct UnitRows<Scalar: TensorScalar> {
    /// Where the product begins.
    let product: UnsafeMutablePointer<Scalar>
    /// Columns of the product.
    let length: Int
    /// ε in √(Σ x² + ε).
    let epsilon: Scalar
    /// One over the norm of each row.
    let inverseNorms: UnsafeMutablePointer<Scalar>

    @inline(__always)
    func normalize(_ rows: Range<Int>) {
        for row in rows {
            inverseNorms[row] = normalizeRow(product + row * length, length, epsilon, into: product + row * length)
        }
    }
}

/// C = A·B plus a row if there is one, without what is negative if asked, its rows normalised if asked, for C row-major of
/// `rows` × `columns`.
///
/// The sum over `depth` runs in the same order for every element whatever the blocks and threads, so the result's bits
/// depend on the operands alone.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func matrixProduct<Scalar: TensorScalar>(
    _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, bias: UnsafePointer<Scalar>?, rectifying: Bool,
    unitRows: UnitRows<Scalar>? = nil, into c: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int, depth: Int
) {
    let tileRows = TileShape.rows
    let tileColumns = TileShape.columns(of: Scalar.self)
    let parts = partition(a, rows, columns, depth, tileRows, tileColumns, wholeRows: unitRows != nil)
    let deepest = Blocking.even(max(depth, 1), limit: Blocking.depth(columns: columns, of: Scalar.self))
    let deep = Blocking.together(depth, deepest, columns: columns, of: Scalar.self)
    let panel = Scratch<Scalar>(deep * roundUp(min(columns, Blocking.wide), tileColumns))
    // What every sum starts from: the bias, with zeros beyond the last column.
    let starts: Scratch<Scalar> = zeroed(roundUp(columns, tileColumns))
    if let bias { starts.pointer.update(from: bias, count: columns) }
    for column in Swift.stride(from: 0, to: columns, by: Blocking.wide) {
        let wide = min(Blocking.wide, columns - column)
        // Without any terms the sums are what they start from.
        for first in Swift.stride(from: 0, to: max(depth, 1), by: deep) {
            let terms = first..<min(depth, first + deep)
            let panel = Panel(packed: panel.pointer, columns: wide, terms: terms, deepest: deepest)
            if parts.down > 1 {
                Parallel.forEach(parts.down * parts.across) { part in
                    panel.pack(b, column, share(part, of: parts.down * parts.across, wide, tileColumns))
                }
            }
            Parallel.forEach(parts.down * parts.across) { part in
                let down = share(part / parts.across, of: parts.down, rows, tileRows)
                let across = share(part % parts.across, of: parts.across, wide, tileColumns)
                if down.isEmpty || across.isEmpty { return }
                if parts.down == 1 { panel.pack(b, column, across) }
                let isLast = terms.upperBound == depth
                multiply(
                    a, panel, starts.pointer + column, rectifying && isLast,
                    isLast && column + wide == columns ? unitRows : nil, c + column, columns, down, across)
            }
        }
    }
    if columns == 0 { unitRows?.normalize(0..<rows) }
}

/// Columns of B, packed for some terms of the sum over k: for each block of terms its slivers, [block, sliver, k, column].
private struct Panel<Scalar: TensorScalar> {
    let packed: UnsafeMutablePointer<Scalar>
    let columns: Int
    let terms: Range<Int>
    let deepest: Int

    /// Where the terms of the block that begins with term k lie, from the sliver of a column on.
    @inline(__always)
    func sliver(_ k: Int, _ column: Int) -> UnsafeMutablePointer<Scalar> {
        packed + ((k - terms.lowerBound) * roundUp(columns, TileShape.columns(of: Scalar.self)) + column * depth(k))
    }

    /// Terms of the block that begins with term k.
    @inline(__always)
    func depth(_ k: Int) -> Int { min(deepest, terms.upperBound - k) }

    /// Packs some columns, counted from `first` in B.
    @inline(__always)
    func pack(_ b: MatrixView<Scalar>, _ first: Int, _ columns: Range<Int>) {
        for k in Swift.stride(from: terms.lowerBound, to: terms.upperBound, by: deepest) {
            Tensors.pack(
                b.pointer(k, first + columns.lowerBound), across: b.columnStride, along: b.rowStride, columns.count,
                depth(k), TileShape.columns(of: Scalar.self), into: sliver(k, columns.lowerBound))
        }
    }
}

func roundUp(_ value: Int, _ multiple: Int) -> Int { (value + multiple - 1) / multiple * multiple }

/// How many parts of C, one a thread, lie below and beside each other.
///
/// Below, all threads read the same panel of B and each packs rows of A of its own. Beside, each packs columns of B of its own
/// and nobody waits, but all read the whole of A: better where A lies ready, is not the larger factor, and the parts are no
/// less even. A whole row is only ever one thread's if the parts lie below each other.
private func partition<Scalar: TensorScalar>(
    _ a: MatrixView<Scalar>, _ rows: Int, _ columns: Int, _ depth: Int, _ tileRows: Int, _ tileColumns: Int,
    wholeRows: Bool
) -> (down: Int, across: Int) {
    // Below about 50 µs of work a second thread costs more than it brings.
    let threads = min(Parallel.threadCount, max(1, (rows * columns * depth) >> 20))
    if wholeRows { return (threads, 1) }
    let evenRows = roundUp(rows, threads * tileRows)
    let evenColumns = roundUp(columns, threads * tileColumns)
    if a.isReadableInPlace && rows <= columns && evenColumns * rows <= evenRows * columns { return (1, threads) }
    let down = min(threads, max(1, rows / (2 * tileRows)))
    return (down, max(1, min(threads / down, columns / tileColumns)))
}

/// The `index`-th of `count` nearly equal shares of `0..<extent`, cut at multiples of the tile.
private func share(_ index: Int, of count: Int, _ extent: Int, _ tile: Int) -> Range<Int> {
    let tiles = (extent + tile - 1) / tile
    return min(extent, tiles * index / count * tile)..<min(extent, tiles * (index + 1) / count * tile)
}

/// Some rows of A against some columns of a panel.
@inline(__always)
private func multiply<Scalar: TensorScalar>(
    _ a: MatrixView<Scalar>, _ panel: Panel<Scalar>, _ starts: UnsafePointer<Scalar>, _ rectifying: Bool,
    _ unitRows: UnitRows<Scalar>?, _ c: UnsafeMutablePointer<Scalar>, _ stride: Int, _ rows: Range<Int>,
    _ columns: Range<Int>
) {
    let tileRows = TileShape.rows
    let high = roundUp(
        Blocking.even(rows.count, limit: Blocking.high(of: Scalar.self, depth: panel.deepest)), tileRows)
    let inPlace = a.isReadableInPlace
    let block = Scratch<Scalar>(inPlace ? 0 : high * panel.deepest)
    for k in Swift.stride(from: panel.terms.lowerBound, to: max(panel.terms.upperBound, 1), by: panel.deepest) {
        let depth = panel.depth(k)
        for row in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: high) {
            let tall = min(high, rows.upperBound - row)
            if !inPlace {
                pack(
                    a.pointer(row, k), across: a.rowStride, along: a.columnStride, tall, depth, tileRows,
                    into: block.pointer)
            }
            multiplyBlock(
                inPlace ? .inPlace(a.pointer(row, k), stride: a.rowStride) : .packed(block.pointer),
                panel.sliver(k, columns.lowerBound), k == 0 ? starts + columns.lowerBound : nil,
                c + (row * stride + columns.lowerBound), stride, tall, columns.count, depth,
                rectifying && k + depth == panel.terms.upperBound)
            if k + depth == panel.terms.upperBound { unitRows?.normalize(row..<row + tall) }
        }
    }
}

/// One block of A against one panel of B; without starts, the product is added to what C holds.
@inline(__always)
func multiplyBlock<Scalar: TensorScalar>(
    _ a: Rows<Scalar>, _ b: UnsafePointer<Scalar>, _ starts: UnsafePointer<Scalar>?,
    _ c: UnsafeMutablePointer<Scalar>, _ stride: Int, _ rows: Int, _ columns: Int, _ depth: Int, _ rectifying: Bool
) {
    switch TargetFeatures.vectorBytes {
    case 64:
        tiles(
            RegisterTile<Scalar.Vector64, 12>.self, RegisterTile<Scalar.Vector64, 8>.self,
            a, b, starts, c, stride, rows, columns, depth, rectifying)
    case 32:
        tiles(
            RegisterTile<Scalar.Vector32, 6>.self, RegisterTile<Scalar.Vector32, 4>.self,
            a, b, starts, c, stride, rows, columns, depth, rectifying)
    default:
        tiles(
            RegisterTile<Scalar.Vector16, 12>.self, RegisterTile<Scalar.Vector16, 8>.self,
            a, b, starts, c, stride, rows, columns, depth, rectifying)
    }
}

/// All tiles of a block.
///
/// - Parameter low: tiles of two thirds of the height, in place of a last one of which a third would be empty, and two of them
///   in place of the last two. Slivers of A that are packed for tiles of full height do not fit them.
@inline(__always)
private func tiles<Vector: SIMD, let height: Int, let lowHeight: Int>(
    _ type: RegisterTile<Vector, height>.Type, _ low: RegisterTile<Vector, lowHeight>.Type, _ a: Rows<Vector.Scalar>,
    _ b: UnsafePointer<Vector.Scalar>, _ starts: UnsafePointer<Vector.Scalar>?,
    _ c: UnsafeMutablePointer<Vector.Scalar>, _ stride: Int, _ rows: Int, _ columns: Int, _ depth: Int,
    _ rectifying: Bool
) where Vector.Scalar: TensorScalar {
    let width = RegisterTile<Vector, height>.width
    for column in Swift.stride(from: 0, to: columns, by: width) {
        let (b, starts) = (b + column * depth, starts.map { $0 + column })
        var row = 0
        while row < rows {
            let (target, left) = (c + (row * stride + column), rows - row)
            if case .inPlace = a, left <= lowHeight || (height + 1...2 * lowHeight).contains(left) {
                tile(low, a, row, b, starts, target, stride, left, columns - column, depth, rectifying)
                row += lowHeight
            } else {
                tile(type, a, row, b, starts, target, stride, left, columns - column, depth, rectifying)
                row += height
            }
        }
    }
}

/// One tile of the product.
@inline(__always)
private func tile<Vector: SIMD, let height: Int>(
    _ type: RegisterTile<Vector, height>.Type, _ a: Rows<Vector.Scalar>, _ row: Int, _ b: UnsafePointer<Vector.Scalar>,
    _ starts: UnsafePointer<Vector.Scalar>?, _ target: UnsafeMutablePointer<Vector.Scalar>, _ stride: Int,
    _ rowLimit: Int, _ columnLimit: Int, _ depth: Int, _ rectifying: Bool
) where Vector.Scalar: TensorScalar {
    // The tile of C arrives while the sum runs.
    for line in 0..<min(height, rowLimit) {
        target_prefetch(target + line * stride)
        target_prefetch(target + line * stride + RegisterTile<Vector, height>.width - 1)
    }
    var tile = starts.map { RegisterTile<Vector, height>(row: $0) } ?? RegisterTile<Vector, height>()
    switch a {
    case .packed(let a): tile.addPacked(depth, a + row * depth, b)
    case .inPlace(let a, let lineStride):
        tile.addRows(depth, a + row * lineStride, lineStride, rowLimit: rowLimit, b)
    }
    tile.store(
        target, stride, rowLimit: rowLimit, columnLimit: columnLimit, accumulating: starts == nil,
        rectifying: rectifying)
}
