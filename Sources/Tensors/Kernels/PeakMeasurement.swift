import Diagnostics

/// The machine's limit, to which every kernel's speed is compared.
public enum PeakMeasurement {
    /// Fused multiply-adds on nothing but registers: as many independent sums as a register tile has, no loads.
    ///
    /// - Parameters:
    ///   - type: the scalar.
    ///   - threads: how many threads run at once.
    ///   - repetitions: multiply-adds of each sum; the more, the longer and the steadier.
    /// - Returns: floating-point operations done, two a multiply-add; time them.
    public static func run<Scalar: TensorScalar>(_ type: Scalar.Type, threads: Int, repetitions: Int) -> Int {
        Parallel.$threadCount.withValue(threads) {
            Parallel.forEach(threads) { _ in multiplyAdd(type, repetitions) }
        }
        return 2 * threads * repetitions * TileShape.rows * TileShape.columns(of: type)
    }

    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    private static func multiplyAdd<Scalar: TensorScalar>(_ type: Scalar.Type, _ repetitions: Int) {
        switch TargetFeatures.vectorBytes {
        case 64: multiplyAdd(RegisterTile<Scalar.Vector64, 12>(), repetitions)
        case 32: multiplyAdd(RegisterTile<Scalar.Vector32, 6>(), repetitions)
        default: multiplyAdd(RegisterTile<Scalar.Vector16, 12>(), repetitions)
        }
    }

    @inline(__always)
    private static func multiplyAdd<Vector: SIMD, let rows: Int>(
        _ start: RegisterTile<Vector, rows>, _ repetitions: Int
    ) where Vector.Scalar: TensorScalar {
        var tile = start
        // Sums are what is added to, since other forms cost NEON a copy each; and no factor is known to the compiler, since
        // it would turn multiply-adds by one into additions.
        let (factor, term) = (Vector(repeating: 1 / Vector.Scalar(repetitions)), Vector(repeating: 0.5))
        for _ in 0..<repetitions {
            RegisterTile<Vector, rows>.forEachRow { row in
                tile.first[row] = tile.first[row].addingProduct(factor, term)
                tile.second[row] = tile.second[row].addingProduct(factor, term)
            }
        }
        // Only a result that is looked at is computed.
        for row in 0..<rows { require(tile.first[row].sum() + tile.second[row].sum() >= 0, "a sum of positive terms") }
    }
}
