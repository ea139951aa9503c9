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

/// Blocks of the product, after Goto and van de Geijn: a panel of B (depth × wide) in the outer cache, a block of A
/// (high × depth) in the second-level cache, a sliver of each in the first.
private enum Blocking {
    static let depth = 256
    static let high = 72
    static let wide = 2048
}

/// C = A·B, or C += A·B, for C row-major of `rows` × `columns` with the given stride.
///
/// The sum over `depth` runs in the same order for every element whatever the blocks and threads, so the result's bits
/// depend on the operands alone.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func matrixProduct<Scalar: TensorScalar>(
    _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, into c: UnsafeMutablePointer<Scalar>, stride: Int,
    rows: Int, columns: Int, depth: Int, accumulating: Bool
) {
    if depth == 0 {
        if !accumulating { for row in 0..<rows { (c + row * stride).update(repeating: 0, count: columns) } }
        return
    }
    let tileRows = TileShape.rows
    let tileColumns = TileShape.columns(of: Scalar.self)
    // Small products get smaller blocks, so that there is work for every thread.
    let high = min(Blocking.high, max(tileRows, roundUp(roundUp(rows, 4) / 4, tileRows)))
    let rowBlocks = (rows + high - 1) / high
    let panel = Scratch<Scalar>(
        min(Blocking.depth, depth) * min(roundUp(columns, tileColumns), Blocking.wide))
    for column in Swift.stride(from: 0, to: columns, by: Blocking.wide) {
        let wide = min(Blocking.wide, columns - column)
        for k in Swift.stride(from: 0, to: depth, by: Blocking.depth) {
            let deep = min(Blocking.depth, depth - k)
            let add = accumulating || k > 0
            let slivers = (wide + tileColumns - 1) / tileColumns
            Parallel.forRanges(slivers, grain: 8) { range in
                for sliver in range {
                    packColumns(
                        b, k, column + sliver * tileColumns, deep, min(tileColumns, wide - sliver * tileColumns),
                        tileColumns, panel.pointer + sliver * tileColumns * deep)
                }
            }
            Parallel.forEach(rowBlocks, scratch: { Scratch<Scalar>(high * deep) }) { block, packed in
                let row = block * high
                let tall = min(high, rows - row)
                for sliver in 0..<(tall + tileRows - 1) / tileRows {
                    packRows(
                        a, row + sliver * tileRows, k, min(tileRows, tall - sliver * tileRows), deep, tileRows,
                        packed.pointer + sliver * tileRows * deep)
                }
                multiplyBlock(
                    packed.pointer, panel.pointer, c + row * stride + column, stride, tall, wide, deep, add)
            }
        }
    }
}

func roundUp(_ value: Int, _ multiple: Int) -> Int { (value + multiple - 1) / multiple * multiple }

/// All tiles of one block of A against one panel of B.
@inline(__always)
func multiplyBlock<Scalar: TensorScalar>(
    _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, _ c: UnsafeMutablePointer<Scalar>, _ stride: Int,
    _ rows: Int, _ columns: Int, _ depth: Int, _ accumulating: Bool
) {
    switch TargetFeatures.vectorBytes {
    case 64: tiles(RegisterTile<Scalar.Vector64, 12>.self, a, b, c, stride, rows, columns, depth, accumulating)
    case 32: tiles(RegisterTile<Scalar.Vector32, 6>.self, a, b, c, stride, rows, columns, depth, accumulating)
    default: tiles(RegisterTile<Scalar.Vector16, 12>.self, a, b, c, stride, rows, columns, depth, accumulating)
    }
}

@inline(__always)
private func tiles<Vector: SIMD, let height: Int>(
    _ type: RegisterTile<Vector, height>.Type, _ a: UnsafePointer<Vector.Scalar>, _ b: UnsafePointer<Vector.Scalar>,
    _ c: UnsafeMutablePointer<Vector.Scalar>, _ stride: Int, _ rows: Int, _ columns: Int, _ depth: Int,
    _ accumulating: Bool
) where Vector.Scalar: TensorScalar {
    let width = RegisterTile<Vector, height>.width
    for column in Swift.stride(from: 0, to: columns, by: width) {
        for row in Swift.stride(from: 0, to: rows, by: height) {
            var tile = RegisterTile<Vector, height>()
            tile.addPacked(depth, a + row * depth, b + column * depth)
            tile.store(
                c + row * stride + column, stride, rowLimit: rows - row, columnLimit: columns - column,
                accumulating: accumulating)
        }
    }
}

/// Copies `count` ≤ `tile` rows of A into the order in which a tile reads them; missing rows are zero.
@inline(__always)
private func packRows<Scalar: TensorScalar>(
    _ a: MatrixView<Scalar>, _ row: Int, _ column: Int, _ count: Int, _ depth: Int, _ tile: Int,
    _ target: UnsafeMutablePointer<Scalar>
) {
    pack(
        a.pointer(row, column), across: a.rowStride, along: a.columnStride, count, depth, tile, target)
}

/// Copies `count` ≤ `tile` columns of B into the order in which a tile reads them; missing columns are zero.
@inline(__always)
private func packColumns<Scalar: TensorScalar>(
    _ b: MatrixView<Scalar>, _ row: Int, _ column: Int, _ depth: Int, _ count: Int, _ tile: Int,
    _ target: UnsafeMutablePointer<Scalar>
) {
    pack(
        b.pointer(row, column), across: b.columnStride, along: b.rowStride, count, depth, tile, target)
}

@inline(__always)
private func pack<Scalar: TensorScalar>(
    _ source: UnsafePointer<Scalar>, across: Int, along: Int, _ count: Int, _ depth: Int, _ tile: Int,
    _ target: UnsafeMutablePointer<Scalar>
) {
    if across == 1 {
        for k in 0..<depth {
            let from = source + k * along
            let to = target + k * tile
            for i in 0..<count { to[i] = from[i] }
            for i in count..<tile { to[i] = 0 }
        }
    } else {
        for i in 0..<count {
            let from = source + i * across
            for k in 0..<depth { target[k * tile + i] = from[k * along] }
        }
        for i in count..<tile { for k in 0..<depth { target[k * tile + i] = 0 } }
    }
}
