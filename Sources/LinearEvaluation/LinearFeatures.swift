import Diagnostics
import Tensors

/// One value for each class, in vector registers; unused lanes stay zero.
typealias ClassLanes = SIMD16<Double>

/// The rows that a linear classifier reads: a matrix [row, column] that can be multiplied from both sides.
public protocol LinearFeatures: Sendable {
    /// Number of rows, the examples.
    var rowCount: Int { get }
    /// Number of columns, the features.
    var columnCount: Int { get }
    /// The row and column of a value that is not finite, if there is one.
    var nonFinitePosition: (row: Int, column: Int)? { get }
    /// X̃ᵀX̃ as far as it is cheap, for a preconditioner.
    var secondMoments: SecondMoments { get }

    /// Adds each row's product with the weights to its scores.
    ///
    /// - Parameters:
    ///   - rows: which rows.
    ///   - weights: [column].
    ///   - scores: [row], the first for `rows.lowerBound`.
    func addScores(
        of rows: Range<Int>, weights: UnsafePointer<SIMD16<Double>>, to scores: UnsafeMutablePointer<SIMD16<Double>>)

    /// Adds the sum over rows of value · residual to the gradient.
    ///
    /// - Parameters:
    ///   - rows: which rows.
    ///   - residuals: [row], the first for `rows.lowerBound`.
    ///   - gradient: [column].
    func addGradient(
        of rows: Range<Int>, residuals: UnsafePointer<SIMD16<Double>>,
        to gradient: UnsafeMutablePointer<SIMD16<Double>>)
}

/// Dense features, [row, column] in row-major order.
public struct DenseRows: LinearFeatures, Equatable {
    /// The values.
    public let values: [Float]
    /// Number of columns.
    public let columnCount: Int
    /// Number of rows.
    public var rowCount: Int { values.count / columnCount }

    /// Wraps values.
    ///
    /// - Precondition: `columnCount` is positive and divides the number of values.
    public init(_ values: [Float], columnCount: Int) {
        require(
            columnCount > 0 && values.count.isMultiple(of: columnCount),
            "\(values.count) values in rows of \(columnCount)")
        self.values = values
        self.columnCount = columnCount
    }

    /// Wraps a matrix [row, column].
    ///
    /// - Precondition: its rank is 2.
    public init(_ matrix: Tensor<Float>) {
        require(matrix.rank == 2, "features of shape \(matrix.shape), expected a matrix")
        self.init(matrix.scalars, columnCount: matrix.lastExtent)
    }

    /// The row and column of the first value that is not finite.
    public var nonFinitePosition: (row: Int, column: Int)? {
        values.firstIndex { !$0.isFinite }.map { ($0 / columnCount, $0 % columnCount) }
    }

    /// The whole matrix.
    public var secondMoments: SecondMoments { SecondMoments(self) }

    /// See `LinearFeatures`.
    public func addScores(
        of rows: Range<Int>, weights: UnsafePointer<SIMD16<Double>>, to scores: UnsafeMutablePointer<SIMD16<Double>>
    ) {
        values.withUnsafeBufferPointer { values in
            guard let start = values.baseAddress else { return }
            var index = 0
            while index + 2 <= rows.count {
                let first = start + (rows.lowerBound + index) * columnCount
                let second = first + columnCount
                var (firstScore, secondScore) = (scores[index], scores[index + 1])
                for column in 0..<columnCount {
                    let weight = weights[column]
                    firstScore.addProduct(weight, Double(first[column]))
                    secondScore.addProduct(weight, Double(second[column]))
                }
                (scores[index], scores[index + 1]) = (firstScore, secondScore)
                index += 2
            }
            if index < rows.count {
                let row = start + (rows.lowerBound + index) * columnCount
                for column in 0..<columnCount { scores[index].addProduct(weights[column], Double(row[column])) }
            }
        }
    }

    /// See `LinearFeatures`.
    public func addGradient(
        of rows: Range<Int>, residuals: UnsafePointer<SIMD16<Double>>,
        to gradient: UnsafeMutablePointer<SIMD16<Double>>
    ) {
        values.withUnsafeBufferPointer { values in
            guard let start = values.baseAddress else { return }
            var index = 0
            while index + 2 <= rows.count {
                let first = start + (rows.lowerBound + index) * columnCount
                let second = first + columnCount
                let (firstResidual, secondResidual) = (residuals[index], residuals[index + 1])
                for column in 0..<columnCount {
                    var sum = gradient[column]
                    sum.addProduct(firstResidual, Double(first[column]))
                    sum.addProduct(secondResidual, Double(second[column]))
                    gradient[column] = sum
                }
                index += 2
            }
            if index < rows.count {
                let row = start + (rows.lowerBound + index) * columnCount
                for column in 0..<columnCount { gradient[column].addProduct(residuals[index], Double(row[column])) }
            }
        }
    }
}

/// The bytes are read as fractions of 255.
extension SparseByteRows: LinearFeatures {
    /// Bytes are always finite.
    public var nonFinitePosition: (row: Int, column: Int)? { nil }

    /// A block for each set of columns that occur in rows together.
    public var secondMoments: SecondMoments { SecondMoments(self) }

    /// See `LinearFeatures`.
    public func addScores(
        of rows: Range<Int>, weights: UnsafePointer<SIMD16<Double>>, to scores: UnsafeMutablePointer<SIMD16<Double>>
    ) {
        columns.withUnsafeBufferPointer { columns in
            values.withUnsafeBufferPointer { values in
                for row in rows {
                    var sum = SIMD16<Double>.zero
                    for entry in rowStarts[row]..<rowStarts[row + 1] {
                        sum.addProduct(weights[Int(columns[entry])], Double(values[entry]))
                    }
                    scores[row - rows.lowerBound].addProduct(sum, 1 / 255)
                }
            }
        }
    }

    /// See `LinearFeatures`.
    public func addGradient(
        of rows: Range<Int>, residuals: UnsafePointer<SIMD16<Double>>,
        to gradient: UnsafeMutablePointer<SIMD16<Double>>
    ) {
        columns.withUnsafeBufferPointer { columns in
            values.withUnsafeBufferPointer { values in
                for row in rows {
                    let residual = residuals[row - rows.lowerBound] * (1 / 255)
                    for entry in rowStarts[row]..<rowStarts[row + 1] {
                        gradient[Int(columns[entry])].addProduct(residual, Double(values[entry]))
                    }
                }
            }
        }
    }
}
