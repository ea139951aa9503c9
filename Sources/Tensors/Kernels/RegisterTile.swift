/// The heart of every product: a tile of the result that stays in vector registers while the sum over k runs.
///
/// A tile has `rows` rows of two vectors. Each step of k broadcasts one scalar a row and multiplies it by two vectors:
/// 2·rows fused multiply-adds for rows + 2 loads. Machines with 16 registers hold 6 rows (12 accumulators), those with
/// 32 hold 12; that is enough independent sums to keep both arithmetic units busy.
struct RegisterTile<Vector: SIMD, let rows: Int> where Vector.Scalar: TensorScalar {
    typealias Scalar = Vector.Scalar

    var first = InlineArray<rows, Vector>(repeating: .zero)
    var second = InlineArray<rows, Vector>(repeating: .zero)

    @inline(__always)
    static var width: Int { 2 * Vector.scalarCount }

    /// All zero.
    @inline(__always)
    init() {}

    /// Calls `body` with each row, in loops of at most six: longer ones the compiler does not unroll, and a tile whose index is
    /// not a constant stays in memory.
    @inline(__always)
    static func forEachRow(_ body: (Int) -> Void) {
        for row in 0..<min(rows, 6) { body(row) }
        if rows > 6 { for row in 6..<rows { body(row) } }
    }

    /// Every row starts as the given row of `width` scalars.
    @inline(__always)
    init(row: UnsafePointer<Scalar>) {
        first = InlineArray(repeating: Vector(loading: row))
        second = InlineArray(repeating: Vector(loading: row + Vector.scalarCount))
    }

    /// Adds factor · (b0, b1) to one row.
    @inline(__always)
    private mutating func add(_ factor: Scalar, _ b0: Vector, _ b1: Vector, to row: Int) {
        let factor = Vector(repeating: factor)
        first[row] = first[row].addingProduct(factor, b0)
        second[row] = second[row].addingProduct(factor, b1)
    }

    /// Replaces negative elements by zero; NaN stays NaN.
    @inline(__always)
    private mutating func rectify() {
        Self.forEachRow { row in
            first[row] = first[row].rectified
            second[row] = second[row].rectified
        }
    }

    /// Adds Σ_k a[k·rows + row] · b[k·width + column]: both operands packed.
    @inline(__always)
    mutating func addPacked(_ depth: Int, _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>) {
        var a = a
        var b = b
        for _ in 0..<depth {
            let b0 = Vector(loading: b)
            let b1 = Vector(loading: b + Vector.scalarCount)
            Self.forEachRow { row in add(a[row], b0, b1, to: row) }
            a += rows
            b += Self.width
        }
    }

    /// Adds Σ_k a[offsets[row] + k] · b[k·width + column]: each row reads its own run of consecutive scalars.
    @inline(__always)
    mutating func addRuns(
        _ depth: Int, _ a: UnsafePointer<Scalar>, _ offsets: UnsafePointer<Int>, _ b: UnsafePointer<Scalar>
    ) {
        var starts = InlineArray<rows, UnsafePointer<Scalar>>(repeating: a)
        Self.forEachRow { row in starts[row] = a + offsets[row] }
        addRuns(depth, starts, b)
    }

    /// Adds Σ_k a[row·stride + k] · b[k·width + column]; rows from `rowLimit` on repeat the one before, which is there.
    @inline(__always)
    mutating func addRows(
        _ depth: Int, _ a: UnsafePointer<Scalar>, _ stride: Int, rowLimit: Int, _ b: UnsafePointer<Scalar>
    ) {
        var starts = InlineArray<rows, UnsafePointer<Scalar>>(repeating: a)
        Self.forEachRow { row in starts[row] = a + min(row, rowLimit - 1) * stride }
        addRuns(depth, starts, b)
    }

    @inline(__always)
    private mutating func addRuns(
        _ depth: Int, _ starts: InlineArray<rows, UnsafePointer<Scalar>>, _ b: UnsafePointer<Scalar>
    ) {
        var b = b
        for k in 0..<depth {
            let b0 = Vector(loading: b)
            let b1 = Vector(loading: b + Vector.scalarCount)
            Self.forEachRow { row in add(starts[row][k], b0, b1, to: row) }
            b += Self.width
        }
    }

    /// Adds Σ_k a[offsets[row] + taps[k]] · b[k·width + column]: each row reads the same few scattered scalars.
    @inline(__always)
    mutating func addTaps(
        _ taps: UnsafeBufferPointer<Int>, _ a: UnsafePointer<Scalar>, _ offsets: UnsafePointer<Int>,
        _ b: UnsafePointer<Scalar>
    ) {
        var starts = InlineArray<rows, UnsafePointer<Scalar>>(repeating: a)
        Self.forEachRow { row in starts[row] = a + offsets[row] }
        var b = b
        for tap in taps {
            let b0 = Vector(loading: b)
            let b1 = Vector(loading: b + Vector.scalarCount)
            // Not by `forEachRow`: with a closure, the four rows of a pooled window are a tenth slower.
            for row in 0..<min(rows, 6) { add(starts[row][tap], b0, b1, to: row) }
            for row in min(rows, 6)..<rows { add(starts[row][tap], b0, b1, to: row) }
            b += Self.width
        }
    }

    /// Adds Σ_p a[offsets[p] + taps[row]] · b[p·stride + column]: a sum of outer products over positions p.
    @inline(__always)
    mutating func addOuterProducts(
        _ positions: Int, _ a: UnsafePointer<Scalar>, _ offsets: UnsafePointer<Int>, _ taps: UnsafePointer<Int>,
        _ b: UnsafePointer<Scalar>, _ stride: Int
    ) {
        var places = InlineArray<rows, Int>(repeating: 0)
        Self.forEachRow { row in places[row] = taps[row] }
        var b = b
        for position in 0..<positions {
            let source = a + offsets[position]
            let b0 = Vector(loading: b)
            let b1 = Vector(loading: b + Vector.scalarCount)
            Self.forEachRow { row in add(source[places[row]], b0, b1, to: row) }
            b += stride
        }
    }

    /// Writes (or adds) the tile to a row-major matrix, as far as it lies inside `rowLimit` × `columnLimit`, and replaces
    /// negative elements of the result by zero if asked.
    @inline(__always)
    func store(
        _ c: UnsafeMutablePointer<Scalar>, _ stride: Int, rowLimit: Int, columnLimit: Int, accumulating: Bool,
        rectifying: Bool = false
    ) {
        var tile = self
        if columnLimit >= Self.width {
            if accumulating {
                Self.forEachRow { row in
                    guard row < rowLimit else { return }
                    tile.first[row] += Vector(loading: c + row * stride)
                    tile.second[row] += Vector(loading: c + (row * stride + Vector.scalarCount))
                }
            }
            if rectifying { tile.rectify() }
            Self.forEachRow { row in
                guard row < rowLimit else { return }
                tile.first[row].store(c + row * stride)
                tile.second[row].store(c + (row * stride + Vector.scalarCount))
            }
        } else {
            withCopy { copy in
                for row in 0..<min(rows, rowLimit) {
                    for column in 0..<columnLimit {
                        let target = c + (row * stride + column)
                        let value = copy[row * Self.width + column]
                        target.pointee = accumulating ? target.pointee + value : value
                        if rectifying && target.pointee < 0 { target.pointee = 0 }
                    }
                }
            }
        }
    }

    /// Adds each row to its own run of consecutive scalars, out[offsets[row] + column]; the adjoint of reading runs.
    ///
    /// Runs may overlap, so the rows are added one after the other.
    @inline(__always)
    func addToRuns(
        _ out: UnsafeMutablePointer<Scalar>, _ offsets: UnsafePointer<Int>, rowLimit: Int, columnLimit: Int
    ) {
        if columnLimit >= Self.width {
            Self.forEachRow { row in
                guard row < rowLimit else { return }
                let target = out + offsets[row]
                (Vector(loading: target) + first[row]).store(target)
                let right = target + Vector.scalarCount
                (Vector(loading: right) + second[row]).store(right)
            }
        } else {
            withCopy { copy in
                for row in 0..<min(rows, rowLimit) {
                    for column in 0..<columnLimit { out[offsets[row] + column] += copy[row * Self.width + column] }
                }
            }
        }
    }

    /// Writes the greatest of the rows in each column, or 0 if none is positive, and, if asked, which row it was.
    @inline(__always)
    func storeGreatest(_ out: UnsafeMutablePointer<Scalar>, _ winners: UnsafeMutablePointer<UInt16>?) {
        // Spelt out: a function that chooses whether to note winners is called, and hands its vectors over in memory.
        let right = out + Vector.scalarCount
        if let winners {
            let first = greatest(of: first, notingWinner: true)
            let firstValues = first.rectified
            firstValues.store(out)
            first.winners(of: firstValues, nobody: rows).storeNarrowed(winners)
            let second = greatest(of: second, notingWinner: true)
            let secondValues = second.rectified
            secondValues.store(right)
            second.winners(of: secondValues, nobody: rows).storeNarrowed(winners + Vector.scalarCount)
        } else {
            greatest(of: first, notingWinner: false).rectified.store(out)
            greatest(of: second, notingWinner: false).rectified.store(right)
        }
    }

    @inline(__always)
    private func greatest(of values: InlineArray<rows, Vector>, notingWinner: Bool) -> WindowMaximum<Vector> {
        var maximum = WindowMaximum<Vector>(notingWinner: notingWinner)
        for row in 0..<rows { maximum.consider(values[row], number: Scalar(row)) }
        return maximum
    }

    /// Hands over the tile in memory, row-major: an index into the tile itself that is not a constant would keep it in
    /// memory all the time.
    @inline(__always)
    private func withCopy(_ body: (UnsafePointer<Scalar>) -> Void) {
        withUnsafeTemporaryAllocation(of: Scalar.self, capacity: rows * Self.width) { copy in
            guard let copy = copy.baseAddress else { return }
            Self.forEachRow { row in
                first[row].store(copy + row * Self.width)
                second[row].store(copy + (row * Self.width + Vector.scalarCount))
            }
            body(copy)
        }
    }
}

/// A tile of one vector a row, for results that one vector holds.
struct NarrowTile<Vector: SIMD, let rows: Int> where Vector.Scalar: TensorScalar {
    typealias Scalar = Vector.Scalar

    private var values = InlineArray<rows, Vector>(repeating: .zero)

    /// All zero.
    @inline(__always)
    init() {}

    @inline(__always)
    private static func forEachRow(_ body: (Int) -> Void) { RegisterTile<Vector, rows>.forEachRow(body) }

    /// Adds Σ_p a[offsets[p] + taps[row]] · b[p, column]: a sum of outer products over positions p.
    @inline(__always)
    mutating func addOuterProducts(
        _ positions: Int, _ a: UnsafePointer<Scalar>, _ offsets: UnsafePointer<Int>, _ taps: UnsafePointer<Int>,
        _ b: UnsafePointer<Scalar>
    ) {
        var places = InlineArray<rows, Int>(repeating: 0)
        Self.forEachRow { row in places[row] = taps[row] }
        var b = b
        for position in 0..<positions {
            let source = a + offsets[position]
            let vector = Vector(loading: b)
            Self.forEachRow { row in
                values[row] = values[row].addingProduct(Vector(repeating: source[places[row]]), vector)
            }
            b += Vector.scalarCount
        }
    }

    /// Adds the tile to a row-major matrix.
    @inline(__always)
    func add(to c: UnsafeMutablePointer<Scalar>) {
        Self.forEachRow { row in
            let target = c + row * Vector.scalarCount
            (Vector(loading: target) + values[row]).store(target)
        }
    }
}

/// Sizes of the register tile for the machine that the build is for.
enum TileShape {
    /// Rows of a tile, each two vectors: 12 where there are 32 vector registers, as AVX-512 and NEON have, and 6 with the 16 of
    /// AVX.
    ///
    /// SSE too has vectors of 16 bytes but 16 registers, so that a part of its 12 rows goes to memory. It has no fused
    /// multiply-add either, which is then a call for each element, and beside that memory does not count.
    @inline(__always)
    static var rows: Int { TargetFeatures.vectorBytes == 32 ? 6 : 12 }

    /// Columns of a tile: two vectors of so many bytes.
    @inline(__always)
    static func columns<Scalar: TensorScalar>(
        of type: Scalar.Type, vectorBytes: Int = TargetFeatures.vectorBytes
    ) -> Int {
        2 * vectorBytes / MemoryLayout<Scalar>.stride
    }

    /// Bytes of the vectors of a tile for so many columns: the machine's, or fewer where two narrower vectors hold them all.
    @inline(__always)
    static func vectorBytes<Scalar: TensorScalar>(for columns: Int, of type: Scalar.Type) -> Int {
        var bytes = TargetFeatures.vectorBytes
        while bytes > 16 && columns * MemoryLayout<Scalar>.stride <= bytes { bytes /= 2 }
        return bytes
    }
}
