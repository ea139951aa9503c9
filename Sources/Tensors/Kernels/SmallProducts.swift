// Products of many small matrices, each by itself: packing them would take longer than multiplying.

/// C += A·B for small matrices of `rows` × `depth` and `depth` × `columns`, with C row-major.
@inline(__always)
func addSmallProduct<Scalar: TensorScalar>(
    _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, into c: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int,
    depth: Int
) {
    if b.columnStride == 1 {
        for row in 0..<rows {
            for k in 0..<depth {
                addScaledRun(b.pointer(k, 0), by: a.pointer(row, k).pointee, to: c + row * columns, count: columns)
            }
        }
    } else if a.columnStride == 1 && b.rowStride == 1 {
        for row in 0..<rows {
            for column in 0..<columns {
                c[row * columns + column] += innerProduct(a.pointer(row, 0), b.pointer(0, column), depth)
            }
        }
    } else {
        for row in 0..<rows {
            for column in 0..<columns {
                for k in 0..<depth {
                    c[row * columns + column].addProduct(a.pointer(row, k).pointee, b.pointer(k, column).pointee)
                }
            }
        }
    }
}

/// Σ xₖ yₖ.
@inline(__always)
func innerProduct<Scalar: TensorScalar>(
    _ x: UnsafePointer<Scalar>, _ y: UnsafePointer<Scalar>, _ count: Int
) -> Scalar {
    let lanes = Scalar.Vector64.scalarCount
    var sums = Scalar.Vector64.zero
    var k = 0
    while k + lanes <= count {
        sums = sums.addingProduct(Scalar.Vector64(loading: x + k), Scalar.Vector64(loading: y + k))
        k += lanes
    }
    var sum = sums.sum()
    while k < count {
        sum.addProduct(x[k], y[k])
        k += 1
    }
    return sum
}

/// A product of each of `count` pairs of matrices that lie behind one another.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func smallProducts<Scalar: TensorScalar>(
    _ count: Int, _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, into c: UnsafeMutablePointer<Scalar>, rows: Int,
    columns: Int, depth: Int
) {
    let size = rows * columns
    Parallel.forRanges(count, grain: max(1, (1 << 17) / max(1, size * depth))) { range in
        (c + range.lowerBound * size).initialize(repeating: 0, count: range.count * size)
        for i in range {
            addSmallProduct(
                a.moved(by: i * rows * depth), b.moved(by: i * depth * columns), into: c + i * size, rows: rows,
                columns: columns, depth: depth)
        }
    }
}

extension MatrixView {
    @inline(__always)
    fileprivate func moved(by count: Int) -> MatrixView {
        MatrixView(base: base + count, rowStride: rowStride, columnStride: columnStride)
    }
}
