import LinearEvaluation

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
            forEachDigitPixel(of: image, row: 0, column: 0, side: geometry.canvasSide) { pixel, value in
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
