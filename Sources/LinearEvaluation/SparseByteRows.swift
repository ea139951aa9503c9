import Diagnostics

/// A matrix of bytes, most of them zero, row by row: the columns and values of its other entries.
///
/// The canvases of 60,000 images have 423 million pixels, and as few as nine million of them are not blank.
public struct SparseByteRows: Equatable, Sendable {
    /// Number of columns, at most 65,536.
    public let columnCount: Int
    /// Where each row's entries begin; the last element is the number of entries.
    public let rowStarts: [Int]
    /// The column of each entry, ascending within a row.
    public let columns: [UInt16]
    /// The value of each entry, 1...255.
    public let values: [UInt8]

    /// Number of rows.
    public var rowCount: Int { rowStarts.count - 1 }

    /// Collects entries.
    ///
    /// - Precondition: one column for each value, and as many of them as the last of the ascending `rowStarts` says; within a row
    ///   the columns ascend, none twice, and they are below `columnCount`.
    public init(columnCount: Int, rowStarts: [Int], columns: [UInt16], values: [UInt8]) {
        require(
            rowStarts.first == 0 && rowStarts.last == values.count && columns.count == values.count,
            "rows that end at \(rowStarts.last ?? -1), \(columns.count) columns and \(values.count) values")
        require(zip(rowStarts, rowStarts.dropFirst()).allSatisfy(<=), "the beginnings of the rows do not ascend")
        // The loops over the entries address weights and moments by column, and do not look where.
        let unfit = (1..<rowStarts.count).first { row in
            !Self.ascend(columns[rowStarts[row - 1]..<rowStarts[row]], below: columnCount)
        }
        require(unfit == nil, "the columns of row \((unfit ?? 0) - 1) do not ascend below \(columnCount)")
        self.columnCount = columnCount
        self.rowStarts = rowStarts
        self.columns = columns
        self.values = values
    }

    private static func ascend(_ columns: ArraySlice<UInt16>, below columnCount: Int) -> Bool {
        var least = 0
        for column in columns {
            guard column >= least else { return false }
            least = Int(column) + 1
        }
        return least <= columnCount
    }
}
