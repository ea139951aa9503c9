import Diagnostics
import Digits

/// The canvas, its cells, and the crops T: section 3 of the paper, and appendix 5.4.
///
/// A canvas has `cellsPerSide` × `cellsPerSide` cells of 28 × 28 pixels, one of which holds the digit. Crops are squares at every multiple
/// of the stride that lie within the canvas. Everything is a multiple of the stride, so positions are also counted in
/// blocks of `stride` × `stride` pixels: a digit has 7 × 7 of them, a crop 5 × 5. Crops and cells are numbered row by row.
public struct CropGeometry: Hashable, Sendable {
    /// Cells along a side of the canvas: 3 for the derived data, 1 for the original images.
    public let cellsPerSide: Int
    /// Rows, and columns, of a crop in pixels: 20 in the paper.
    public let cropSide: Int
    /// Pixels between neighbouring crops: 4 in the paper.
    public let stride: Int

    /// A geometry; by default the paper's derived data.
    ///
    /// - Precondition: `cellsPerSide` is positive and at most 8; the stride divides 28 and is at least 4, so that the
    ///   blocks of a digit fit into 64 bits; `cropSide` is a positive multiple of the stride and fits into a digit.
    public init(cellsPerSide: Int = 3, cropSide: Int = 20, stride: Int = 4) {
        require((1...8).contains(cellsPerSide), "\(cellsPerSide) cells a side, expected 1...8")
        require(stride >= 4 && DigitImages.side % stride == 0, "stride \(stride), expected 4, 7, 14 or 28")
        require(
            cropSide > 0 && cropSide <= DigitImages.side && cropSide % stride == 0,
            "crops of side \(cropSide) at stride \(stride), expected a multiple of the stride up to 28")
        self.cellsPerSide = cellsPerSide
        self.cropSide = cropSide
        self.stride = stride
    }

    /// Section 3: 84 x 84 pixels, 9 cells, 17 x 17 = 289 crops.
    public static let derived = CropGeometry()
    /// Appendix 5.4: the 28 x 28 image itself, 3 x 3 = 9 crops.
    public static let original = CropGeometry(cellsPerSide: 1)

    /// Number of cells.
    public var cellCount: Int { cellsPerSide * cellsPerSide }
    /// Rows, and columns, of the canvas in pixels.
    public var canvasSide: Int { cellsPerSide * DigitImages.side }
    /// Pixels of the canvas.
    public var canvasPixelCount: Int { canvasSide * canvasSide }
    /// Blocks along a side of a digit.
    public var digitBlocks: Int { DigitImages.side / stride }
    /// Blocks along a side of a crop.
    public var cropBlocks: Int { cropSide / stride }
    /// Crops along a side of the canvas.
    public var cropsPerSide: Int { (canvasSide - cropSide) / stride + 1 }
    /// Number of crops, the support of P(T|X).
    public var cropCount: Int { cropsPerSide * cropsPerSide }
    /// Offsets along one axis at which a crop and a digit overlap: 11 in the paper.
    public var offsetsPerSide: Int { cropBlocks + digitBlocks - 1 }
    /// Number of ways in which a crop and a digit overlap: 121 in the paper. All other crops are blank.
    public var offsetCount: Int { offsetsPerSide * offsetsPerSide }

    /// The top left pixel of a crop.
    ///
    /// - Precondition: `crop` is in 0..<cropCount.
    public func topLeft(ofCrop crop: Int) -> (row: Int, column: Int) {
        require((0..<cropCount).contains(crop), "crop \(crop) of \(cropCount)")
        return (crop / cropsPerSide * stride, crop % cropsPerSide * stride)
    }

    /// The top left pixel of a cell.
    ///
    /// - Precondition: `cell` is in 0..<cellCount.
    public func topLeft(ofCell cell: Int) -> (row: Int, column: Int) {
        require((0..<cellCount).contains(cell), "cell \(cell) of \(cellCount)")
        return (cell / cellsPerSide * DigitImages.side, cell % cellsPerSide * DigitImages.side)
    }

    /// Where a crop begins, seen from a cell's top left pixel, in blocks.
    ///
    /// The content of a crop depends on the digit and this offset only. It overlaps the cell where both coordinates
    /// are in `-(cropBlocks - 1)..<digitBlocks`.
    public func offset(ofCrop crop: Int, fromCell cell: Int) -> (row: Int, column: Int) {
        let (top, left) = topLeft(ofCrop: crop)
        let (cellTop, cellLeft) = topLeft(ofCell: cell)
        return ((top - cellTop) / stride, (left - cellLeft) / stride)
    }

    /// The number of the offset at which a crop overlaps a cell, 0..<offsetCount, row by row; `nil` where the two do
    /// not overlap, so that the crop is blank.
    public func overlap(ofCrop crop: Int, withCell cell: Int) -> Int? {
        let (row, column) = offset(ofCrop: crop, fromCell: cell)
        let reach = cropBlocks - 1
        guard (-reach..<digitBlocks).contains(row) && (-reach..<digitBlocks).contains(column) else { return nil }
        return (row + reach) * offsetsPerSide + column + reach
    }

    /// The crops that lie wholly inside a cell: the oracle's, which is uniform on them (9 in the paper).
    public func cropsInside(cell: Int) -> [Int] {
        let inside = 0...(digitBlocks - cropBlocks)
        return (0..<cropCount).filter { crop in
            let (row, column) = offset(ofCrop: crop, fromCell: cell)
            return inside.contains(row) && inside.contains(column)
        }
    }

    /// The blocks of a cell that a crop covers: bit row * digitBlocks + column. Zero where they do not overlap.
    func coveredBlocks(ofCell cell: Int, byCrop crop: Int) -> UInt64 {
        let (row, column) = offset(ofCrop: crop, fromCell: cell)
        let rows = max(row, 0)..<max(min(row + cropBlocks, digitBlocks), max(row, 0))
        let columns = max(column, 0)..<max(min(column + cropBlocks, digitBlocks), max(column, 0))
        var blocks: UInt64 = 0
        for row in rows {
            for column in columns { blocks |= 1 << UInt64(row * digitBlocks + column) }
        }
        return blocks
    }
}
