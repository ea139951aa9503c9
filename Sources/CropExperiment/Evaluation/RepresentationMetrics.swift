import Diagnostics
import Tensors

/// How representations lie on the sphere: appendix 5.5.
public enum RepresentationMetrics {
    /// The average pairwise Gaussian potential: the mean of exp(−t‖u − v‖²) over all pairs of distinct rows.
    ///
    /// In (0, 1]; 1 for a collapsed representation. For unit vectors that are uniform on the sphere and t = 2 it is
    /// near e⁻⁴ ≈ 0.0183 in high dimension. Section 3.1 of the paper reports 0.0845 for trained P(T|X), 0.9757 for
    /// simCLR. T. Wang, P. Isola, *Understanding contrastive representation learning through alignment and uniformity on
    /// the hypersphere*, ICML 2020 (whose uniformity loss is the logarithm).
    ///
    /// - Parameters:
    ///   - vectors: [row, dimension]; unit vectors, or any.
    ///   - t: the width's inverse; positive.
    /// - Precondition: at least two rows.
    public static func gaussianPotential(_ vectors: Tensor<Float>, t: Double = 2) -> Double {
        requirePairs(vectors)
        let (count, dimension) = (vectors.shape[0], vectors.shape[1])
        require(t > 0, "t is \(t), expected a positive number")
        let rowsPerBlock = 64
        let blocks = (count + rowsPerBlock - 1) / rowsPerBlock
        // Dimension-major, so that distances to neighbouring rows fill a vector register.
        let padded = blocks * rowsPerBlock
        var columns = [Float](repeating: 0, count: padded * dimension)
        for row in 0..<count {
            for index in 0..<dimension { columns[index * padded + row] = vectors.scalars[row * dimension + index] }
        }
        let sums = [Double](unsafeUninitializedCapacity: blocks) { sums, initialized in
            initialized = blocks
            let sums = sums
            columns.withUnsafeBufferPointer { columns in
                Parallel.forEach(blocks) { block in
                    let rows = block * rowsPerBlock..<min((block + 1) * rowsPerBlock, count)
                    sums[block] = rows.reduce(0) { sum, row in
                        sum + potential(of: row, with: row + 1..<count, columns, padded, dimension, t)
                    }
                }
            }
        }
        return sums.reduce(0, +) / (Double(count) * Double(count - 1) / 2)
    }

    /// The sum of exp(−t‖u − v‖²) over the partners v of one row u.
    private static func potential(
        of row: Int, with partners: Range<Int>, _ columns: UnsafeBufferPointer<Float>, _ stride: Int, _ dimension: Int,
        _ t: Double
    ) -> Double {
        var sum = 0.0
        for start in Swift.stride(from: partners.lowerBound & ~15, to: partners.upperBound, by: 16) {
            var squares = SIMD16<Float>.zero
            for index in 0..<dimension {
                let base = index * stride
                var difference = SIMD16<Float>.zero
                for lane in 0..<16 { difference[lane] = columns[base + start + lane] }
                difference -= columns[base + row]
                squares.addProduct(difference, difference)
            }
            var potentials = SIMD16<Double>.zero
            for lane in 0..<16 { potentials[lane] = Double.exponential(-t * Double(squares[lane])) }
            if start < partners.lowerBound || start + 16 > partners.upperBound {
                for lane in 0..<16 where !partners.contains(start + lane) { potentials[lane] = 0 }
            }
            sum += potentials.sum()
        }
        return sum
    }

    /// |⟨u, v⟩| of randomly drawn pairs of distinct rows, ascending: figure 8.
    ///
    /// - Parameters:
    ///   - vectors: [row, dimension]; unit vectors, so that the values are in [0, 1] up to rounding.
    ///   - pairs: how many pairs.
    ///   - generator: draws the pairs, with replacement.
    /// - Precondition: at least two rows.
    public static func absoluteInnerProducts(
        _ vectors: Tensor<Float>, pairs: Int, using generator: inout some RandomNumberGenerator
    ) -> [Float] {
        requirePairs(vectors)
        let (count, dimension) = (vectors.shape[0], vectors.shape[1])
        return (0..<pairs).map { _ in
            let first = generator.uniformInteger(below: count)
            // Uniform on the others: the last one stands in for the first.
            let other = generator.uniformInteger(below: count - 1)
            let second = other == first ? count - 1 : other
            let product = (0..<dimension).reduce(0.0) { sum, index in
                sum + Double(vectors[first, index]) * Double(vectors[second, index])
            }
            return Float(abs(product))
        }.sorted()
    }

    /// How many directions unit vectors use: the participation ratio 1/Σλ² of the eigenvalues of their second moments
    /// E[uuᵀ], whose sum is 1. In [1, dimension]: 1 for vectors along one line, the dimension for vectors uniform on the sphere.
    ///
    /// - Parameter vectors: `[row, dimension]`, unit vectors.
    public static func effectiveRank(_ vectors: Tensor<Float>) -> Double {
        requirePairs(vectors)
        // Σλ² is the squared Frobenius norm of the second moments.
        let moments = vectors.matrixProduct(vectors, left: .transposed)
        let squares = moments.scalars.reduce(0.0) { $0 + Double($1) * Double($1) }
        let count = Double(vectors.shape[0])
        return count * count / squares
    }

    /// The Euclidean distance of every row to one vector.
    ///
    /// - Parameters:
    ///   - vectors: `[row, dimension]`.
    ///   - point: `[1, dimension]`.
    public static func distances(of vectors: Tensor<Float>, to point: Tensor<Float>) -> [Double] {
        let dimension = vectors.lastExtent
        require(point.shape == [1, dimension], "a point \(point.shape) for vectors \(vectors.shape)")
        return (0..<vectors.shape[0]).map { row in
            (0..<dimension).reduce(0.0) { sum, index in
                let difference = Double(vectors[row, index]) - Double(point[0, index])
                return sum + difference * difference
            }.squareRoot()
        }
    }

    private static func requirePairs(_ vectors: Tensor<Float>) {
        require(
            vectors.rank == 2 && vectors.shape[0] >= 2,
            "vectors of shape \(vectors.shape), expected [row, dimension] with at least two rows")
    }
}
