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
}

extension CanvasDataset {
    /// The pixels of every canvas, [image, pixel], without the blank ones: the raw representation of section 3.1.
    public func sparsePixels() -> SparseByteRows {
        let entries = digits.images.count { $0 != 0 }
        var rowStarts = [0]
        rowStarts.reserveCapacity(count + 1)
        var columns: [UInt16] = []
        columns.reserveCapacity(entries)
        var values: [UInt8] = []
        values.reserveCapacity(entries)
        for image in 0..<count {
            copyWindow(of: image, row: 0, column: 0, side: geometry.canvasSide) { pixel, value in
                if value != 0 {
                    columns.append(UInt16(pixel))
                    values.append(value)
                }
            }
            rowStarts.append(columns.count)
        }
        return SparseByteRows(
            columnCount: geometry.canvasPixelCount, rowStarts: rowStarts, columns: columns, values: values)
    }
}
