import Dispatch

/// The machine's limit, to which every kernel's speed is compared.
public enum PeakMeasurement {
    /// Fused multiply-adds of the register tile on operands that stay in the first-level cache, on so many threads.
    ///
    /// - Parameters:
    ///   - type: the scalar.
    ///   - threads: how many threads run at once.
    ///   - repetitions: how often the tile sums over 256 products; the more, the longer and the steadier.
    /// - Returns: floating-point operations done, two a multiply-add; time them.
    public static func run<Scalar: TensorScalar>(_ type: Scalar.Type, threads: Int, repetitions: Int) -> Int {
        Parallel.$threadCount.withValue(threads) {
            Parallel.forEach(threads) { _ in runTile(type, repetitions) }
        }
        return 2 * threads * repetitions * depth * TileShape.rows * TileShape.columns(of: type)
    }

    private static let depth = 256

    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    private static func runTile<Scalar: TensorScalar>(_ type: Scalar.Type, _ repetitions: Int) {
        let (rows, columns) = (TileShape.rows, TileShape.columns(of: type))
        let a: Scratch<Scalar> = zeroed(depth * rows)
        let b: Scratch<Scalar> = zeroed(depth * columns)
        let c: Scratch<Scalar> = zeroed(rows * columns)
        for _ in 0..<repetitions {
            multiplyBlock(a.pointer, b.pointer, c.pointer, columns, rows, columns, depth, true)
        }
    }
}
