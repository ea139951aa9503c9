import Diagnostics

extension Generator where Value == [Int] {
    /// Shapes of arrays: `ranks` axes, each of an extent in `extents`, and at most `elements` elements in all. Extents of
    /// 1 come up often, for they are where broadcasting goes wrong; shapes shrink to few short axes.
    public static func shape(
        ranks: ClosedRange<Int> = 1...4, extents: ClosedRange<Int> = 1...6, elements: Int = 4096
    ) -> Generator {
        Generator { source in
            let rank = Generator<Int>.integer(in: ranks).value(from: &source)
            var remaining = elements
            return (0..<rank).map { _ in
                let largest = min(extents.upperBound, max(extents.lowerBound, remaining))
                let extent = Generator<Int>.integer(in: extents.lowerBound...largest).value(from: &source)
                remaining /= max(1, extent)
                return extent
            }
        }
    }

    /// The orders of `0..<count`; they shrink to the ascending one.
    public static func permutation(of count: Int) -> Generator {
        Generator { source in
            var order = Array(0..<count)
            for index in order.indices.dropLast() {
                order.swapAt(index, index + Int(source.choose(upTo: UInt64(count - 1 - index))))
            }
            return order
        }
    }
}

extension Generator where Value == [Double] {
    /// Probabilities over `count` outcomes. Uniform, one-sided and degenerate ones come up often: a third have zeros.
    /// They are not negative and sum to one up to rounding; they shrink to round shares.
    ///
    /// - Precondition: `count` ≥ 1.
    public static func probabilities(count: Int) -> Generator {
        require(count >= 1, "expected at least one outcome, found \(count)")
        return Generator { source in
            let kind = source.choose(weights: [2, 6, 3, 1])
            if kind == 0 { return [Double](repeating: 1 / Double(count), count: count) }
            if kind == 3 {
                let certain = Int(source.choose(upTo: UInt64(count - 1)))
                return (0..<count).map { $0 == certain ? 1 : 0 }
            }
            var shares = (0..<count).map { _ in 1 + Double(source.choose(upTo: 99)) }
            if kind == 2 {
                for index in shares.indices where source.choose(upTo: 1) == 1 { shares[index] = 0 }
                if shares.allSatisfy({ $0 == 0 }) { shares[0] = 1 }
            }
            let total = shares.reduce(0, +)
            return shares.map { $0 / total }
        }
    }

    /// Unit vectors in `dimension` coordinates: uniform directions, and often plus or minus a basis vector, to which
    /// they shrink.
    ///
    /// - Precondition: `dimension` ≥ 1.
    public static func unitVector(dimension: Int) -> Generator {
        require(dimension >= 1, "expected at least one coordinate, found \(dimension)")
        return Generator { source in
            if source.choose(weights: [1, 3]) == 1 {
                let coordinates = Generator<Double>.normal.array(count: dimension).value(from: &source)
                let norm = coordinates.reduce(0) { $0 + $1 * $1 }.squareRoot()
                if norm > 1e-6 { return coordinates.map { $0 / norm } }
            }
            let axis = Int(source.choose(upTo: UInt64(dimension - 1)))
            let sign: Double = source.choose(upTo: 1) == 1 ? -1 : 1
            return (0..<dimension).map { $0 == axis ? sign : 0 }
        }
    }

    /// Rows of an orthogonal matrix in `dimension` coordinates, one after the other (row-major); shrinks to simple
    /// rotations.
    public static func orthogonalMatrix(dimension: Int) -> Generator {
        Generator { source in
            // A product of Householder reflections is orthogonal whatever its vectors are.
            var matrix = (0..<dimension * dimension).map { $0 % (dimension + 1) == 0 ? 1.0 : 0 }
            for _ in 0..<2 {
                let mirror = Generator.unitVector(dimension: dimension).value(from: &source)
                for row in 0..<dimension {
                    let range = row * dimension..<(row + 1) * dimension
                    let projection = zip(matrix[range], mirror).reduce(0) { $0 + $1.0 * $1.1 }
                    for column in 0..<dimension {
                        matrix[row * dimension + column] -= 2 * projection * mirror[column]
                    }
                }
            }
            return matrix
        }
    }
}
