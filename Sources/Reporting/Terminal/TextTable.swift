import Diagnostics

/// A table of plain text for a terminal or a file: columns as wide as their widest cell, in characters.
public struct TextTable: Sendable, Equatable {
    /// Where a column's cells stand.
    public enum Alignment: Sendable, Equatable {
        /// Names and words.
        case left
        /// Numbers.
        case right
    }

    /// A column's heading and alignment.
    public struct Column: Sendable, Equatable {
        /// The heading.
        public var title: String
        /// Where the heading and the cells stand.
        public var alignment: Alignment

        /// A column of names or words.
        public static func left(_ title: String) -> Column { Column(title: title, alignment: .left) }
        /// A column of numbers.
        public static func right(_ title: String) -> Column { Column(title: title, alignment: .right) }
    }

    /// The columns, from left to right.
    public let columns: [Column]
    /// The cells, `[row][column]`.
    public private(set) var rows: [[String]] = []

    /// A table without rows.
    public init(columns: [Column]) { self.columns = columns }

    /// Adds a row below the others.
    ///
    /// - Precondition: one cell for each column.
    public mutating func add(_ cells: [String]) {
        require(cells.count == columns.count, "a row of \(cells.count) cells in a table of \(columns.count) columns")
        rows.append(cells)
    }

    /// The heading, a rule, and the rows, a line each and without spaces at their ends.
    public var lines: [String] {
        let titles = columns.map(\.title)
        let widths = columns.indices.map { column in ([titles] + rows).map { $0[column].count }.max() ?? 0 }
        let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
        return [line(titles, widths), rule] + rows.map { line($0, widths) }
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        let padded = zip(columns, zip(cells, widths)).map { column, cell in
            let padding = String(repeating: " ", count: cell.1 - cell.0.count)
            return column.alignment == .left ? cell.0 + padding : padding + cell.0
        }
        let line = padded.joined(separator: "  ")
        return String(line.dropLast(line.reversed().prefix { $0 == " " }.count))
    }
}
