import Tensors

/// X̃ᵀX̃, the second moments of features and a column of ones, as blocks on its diagonal; entries outside them are zero
/// or left out.
public struct SecondMoments: Equatable, Sendable {
    /// The moments of some columns with each other.
    public struct Block: Equatable, Sendable {
        /// Which columns; the column of ones comes after the features' last.
        public let columns: [Int]
        /// The lower triangle of the symmetric matrix, its rows one after the other: entry (row, column) lies at
        /// row·(row + 1)/2 + column.
        public fileprivate(set) var lower: [Double]
    }

    /// The blocks; each column is in one of them.
    public private(set) var blocks: [Block]

    /// Whether every column's sum of squares is finite; single precision holds up to 3e38.
    var areFinite: Bool {
        blocks.allSatisfy { block in
            block.columns.indices.allSatisfy { block.lower[$0 * ($0 + 3) / 2].isFinite }
        }
    }

    /// Takes the blocks away one by one, on all threads; what is left of each afterwards are its columns.
    ///
    /// All triangles of 7,056 columns are a good part of an evaluation's memory.
    mutating func consumeBlocks(_ body: (_ index: Int, _ columns: [Int], _ lower: consuming [Double]) -> Void) {
        blocks.withUnsafeMutableBufferPointer { blocks in
            let blocks = blocks
            Parallel.forEach(blocks.count) { index in
                var lower: [Double] = []
                swap(&lower, &blocks[index].lower)
                body(index, blocks[index].columns, consume lower)
            }
        }
    }

    /// The moments of dense rows: one block.
    init(_ features: DenseRows) {
        let (rowCount, columnCount) = (features.rowCount, features.columnCount)
        let size = columnCount + 1
        var moments = [Double](repeating: 0, count: size * (size + 1) / 2)
        let rowsPerPart = 4096
        for start in stride(from: 0, to: rowCount, by: rowsPerPart) {
            let rows = min(rowsPerPart, rowCount - start)
            // Float within a part, Double across parts: the preconditioner needs no more.
            let part = Tensor<Float>(shape: [rows, size]) { target in
                for row in 0..<rows {
                    for column in 0..<columnCount {
                        target[row * size + column] = features.values[(start + row) * columnCount + column]
                    }
                    target[row * size + columnCount] = 1
                }
            }
            let product = part.matrixProduct(part, left: .transposed)
            var index = 0
            for row in 0..<size {
                for value in product.scalars[row * size...row * size + row] {
                    moments[index] += Double(value)
                    index += 1
                }
            }
        }
        blocks = [Block(columns: Array(0..<size), lower: moments)]
    }

    /// The moments of sparse rows, in fractions of 255: a block for each set of columns that occur in rows together, such
    /// as the pixels of a cell. The moments of the column of ones with the others are left out.
    init(_ features: SparseByteRows) {
        let components = Self.components(of: features)
        let rowsOfComponent = Self.rows(of: features, in: components)
        var matrices = components.map { [Double](repeating: 0, count: $0.count * ($0.count + 1) / 2) }
        var position = [Int](repeating: 0, count: features.columnCount)
        for columns in components {
            for (index, column) in columns.enumerated() { position[column] = index }
        }
        matrices.withUnsafeMutableBufferPointer { matrices in
            let matrices = matrices
            Parallel.forEach(components.count) { component in
                Self.accumulate(
                    features, rows: rowsOfComponent[component], position: position, into: &matrices[component])
            }
        }
        let ones = Block(columns: [features.columnCount], lower: [Double(features.rowCount)])
        blocks = zip(components, matrices).map { Block(columns: $0, lower: $1) } + [ones]
    }

    /// The connected components of the columns, where those that are not zero in the same row are connected.
    private static func components(of features: SparseByteRows) -> [[Int]] {
        var parent = Array(0..<features.columnCount)
        func root(_ column: Int) -> Int {
            var column = column
            while parent[column] != column {
                parent[column] = parent[parent[column]]
                column = parent[column]
            }
            return column
        }
        for row in 0..<features.rowCount {
            let entries = features.columns[features.rowStarts[row]..<features.rowStarts[row + 1]]
            guard let first = entries.first else { continue }
            for column in entries { parent[root(Int(column))] = root(Int(first)) }
        }
        let members = Dictionary(grouping: 0..<features.columnCount, by: root)
        return members.values.sorted { $0[0] < $1[0] }
    }

    /// The rows whose entries lie in each component.
    private static func rows(of features: SparseByteRows, in components: [[Int]]) -> [[Int]] {
        var componentOfColumn = [Int](repeating: 0, count: features.columnCount)
        for (component, columns) in components.enumerated() {
            for column in columns { componentOfColumn[column] = component }
        }
        var rows = [[Int]](repeating: [], count: components.count)
        for row in 0..<features.rowCount where features.rowStarts[row] < features.rowStarts[row + 1] {
            rows[componentOfColumn[Int(features.columns[features.rowStarts[row]])]].append(row)
        }
        return rows
    }

    private static func accumulate(
        _ features: SparseByteRows, rows: [Int], position: [Int], into lower: inout [Double]
    ) {
        lower.withUnsafeMutableBufferPointer { lower in
            features.columns.withUnsafeBufferPointer { columns in
                features.values.withUnsafeBufferPointer { values in
                    for row in rows {
                        let entries = features.rowStarts[row]..<features.rowStarts[row + 1]
                        for first in entries {
                            let row = position[Int(columns[first])]
                            let start = row * (row + 1) / 2
                            let value = Double(values[first]) / (255 * 255)
                            for second in entries.lowerBound...first {
                                lower[start + position[Int(columns[second])]] += value * Double(values[second])
                            }
                        }
                    }
                }
            }
        }
    }
}
