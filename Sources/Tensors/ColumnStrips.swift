import Diagnostics

/// A tensor `[example, …, column]` as a matrix with a row for each example and position, cut for the loops of kernels: into
/// blocks of whole examples, each for one thread, and these into strips as wide as a vector.
///
/// Sums over a block are merged in the order of the blocks, so that the number of threads changes no bit.
struct ColumnStrips {
    /// One strip of one block.
    struct Strip {
        /// The block's number.
        let block: Int
        /// The block's examples.
        let examples: Range<Int>
        /// The first column.
        let column: Int
        /// Columns: those of a vector, or all there are if they are fewer.
        let width: Int
        fileprivate let positions: Int
        fileprivate let columns: Int

        /// Calls `body` with each row's example and with the place of the strip's first scalar in that row.
        @inline(__always)
        func forEachRow(_ body: (_ example: Int, _ place: Int) -> Void) {
            for example in examples {
                var place = example * positions * columns + column
                for _ in 0..<positions {
                    body(example, place)
                    place += columns
                }
            }
        }
    }

    let examples: Int
    /// Rows of an example.
    let positions: Int
    let columns: Int
    /// Examples of a block: some 2¹⁵ scalars, which stay in the second-level cache while its strips are walked.
    let grain: Int

    /// - Precondition: rank at least 2.
    init(of shape: [Int]) {
        require(shape.count >= 2, "columns of a tensor of shape \(shape): expected [example, …, column]")
        examples = shape[0]
        positions = shape[1..<(shape.count - 1)].reduce(1, *)
        columns = shape[shape.count - 1]
        grain = max(1, (1 << 15) / max(positions * columns, 1))
    }

    var blocks: Int { (examples + grain - 1) / grain }

    /// Whether the last strip has columns in common with the one before.
    func overlap<Scalar: TensorScalar>(of scalar: Scalar.Type) -> Bool {
        columns > Scalar.Vector64.scalarCount && columns % Scalar.Vector64.scalarCount != 0
    }

    /// Calls `body` with every strip, those of different blocks on several threads.
    ///
    /// The last strip of a block may have columns in common with the one before: what is written must be a function of
    /// what is only read, so that the same is written twice.
    @inline(__always)
    func forEachStrip<Scalar: TensorScalar>(of scalar: Scalar.Type, _ body: (Strip) -> Void) {
        let lanes = Scalar.Vector64.scalarCount
        Parallel.forRanges(examples, grain: grain) { examples in
            @inline(__always)
            func strip(_ column: Int, _ width: Int) -> Strip {
                Strip(
                    block: examples.lowerBound / grain, examples: examples, column: column, width: width,
                    positions: positions, columns: columns)
            }
            guard columns >= lanes else {
                if columns > 0 { body(strip(0, columns)) }
                return
            }
            // That the width is a constant here lets the compiler load and store whole vectors.
            for column in stride(from: 0, to: columns, by: lanes) { body(strip(min(column, columns - lanes), lanes)) }
        }
    }
}
