import Tensors

/// X̃ᵀX̃, the second moments of features and a column of ones, as blocks on its diagonal; entries outside them are zero
/// or left out.
public struct SecondMoments: Equatable, Sendable {
    /// The moments of some columns with each other.
    public struct Block: Equatable, Sendable {
        /// Which columns; the column of ones comes after the features' last.
        public let columns: [Int]
        /// The symmetric matrix, row-major, as many rows and columns as there are `columns`; above the diagonal it need
        /// not be filled.
        public let matrix: [Double]
    }

    /// The blocks; each column is in one of them.
    public let blocks: [Block]

    /// Whether every column's sum of squares is finite; single precision holds up to 3e38.
    var areFinite: Bool {
        blocks.allSatisfy { block in
            block.columns.indices.allSatisfy { block.matrix[$0 * (block.columns.count + 1)].isFinite }
        }
    }

    /// The moments of dense rows: one block.
    init(_ features: DenseRows) {
        let (rowCount, columnCount) = (features.rowCount, features.columnCount)
        let size = columnCount + 1
        var moments = [Double](repeating: 0, count: size * size)
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
            for (index, value) in product.scalars.enumerated() { moments[index] += Double(value) }
        }
        blocks = [Block(columns: Array(0..<size), matrix: moments)]
    }

    /// The moments of sparse rows, in fractions of 255: a block for each set of columns that occur in rows together, such
    /// as the pixels of a cell. The moments of the column of ones with the others are left out.
    init(_ features: SparseByteRows) {
        let components = Self.components(of: features)
        let rowsOfComponent = Self.rows(of: features, in: components)
        var matrices = components.map { [Double](repeating: 0, count: $0.count * $0.count) }
        var position = [Int](repeating: 0, count: features.columnCount)
        for columns in components {
            for (index, column) in columns.enumerated() { position[column] = index }
        }
        matrices.withUnsafeMutableBufferPointer { matrices in
            let matrices = matrices
            Parallel.forEach(components.count) { component in
                Self.accumulate(
                    features, rows: rowsOfComponent[component], position: position, size: components[component].count,
                    into: &matrices[component])
            }
        }
        let ones = Block(columns: [features.columnCount], matrix: [Double(features.rowCount)])
        blocks = zip(components, matrices).map { Block(columns: $0, matrix: $1) } + [ones]
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
        _ features: SparseByteRows, rows: [Int], position: [Int], size: Int, into matrix: inout [Double]
    ) {
        matrix.withUnsafeMutableBufferPointer { matrix in
            features.columns.withUnsafeBufferPointer { columns in
                features.values.withUnsafeBufferPointer { values in
                    for row in rows {
                        let entries = features.rowStarts[row]..<features.rowStarts[row + 1]
                        for first in entries {
                            let start = position[Int(columns[first])] * size
                            let value = Double(values[first]) / (255 * 255)
                            for second in entries.lowerBound...first {
                                matrix[start + position[Int(columns[second])]] += value * Double(values[second])
                            }
                        }
                    }
                }
            }
        }
    }
}
