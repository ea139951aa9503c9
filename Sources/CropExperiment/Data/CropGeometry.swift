/// Where crops lie on a canvas of cells, in pixels and in blocks of `stride` × `stride` pixels.
///
/// The derived data set of section 3: 3 × 3 cells of 28 × 28 pixels, crops of 20 × 20 at stride 4, so 17 × 17 = 289
/// crops. The original MNIST of appendix 5.4: one cell, 3 × 3 = 9 crops. A crop covers whole blocks, and what it shows
/// depends only on the digit and on its offset from the digit's cell.
public struct CropGeometry: Equatable, Sendable {
    /// Cells along a side of the canvas: 3 (derived) or 1 (original).
    public let cellsPerSide: Int
    /// Side of a crop, in pixels.
    public let cropSide: Int
    /// Distance between neighbouring crops, in pixels.
    public let stride: Int

    /// Describes a canvas and its crops.
    ///
    /// - Precondition: the crop's side and the cell's are multiples of the stride, the crop fits into a cell, and a
    ///   cell has at most 64 blocks.
    public init(cellsPerSide: Int = 3, cropSide: Int = 20, stride: Int = 4) {
        precondition(
            cellsPerSide >= 1 && stride >= 1 && cropSide >= stride && cropSide <= DigitImages.side
                && cropSide % stride == 0 && DigitImages.side % stride == 0 && DigitImages.side / stride <= 8,
            "crops of \(cropSide) pixels at stride \(stride) on \(cellsPerSide) cells of \(DigitImages.side) pixels")
        self.cellsPerSide = cellsPerSide
        self.cropSide = cropSide
        self.stride = stride
    }

    /// Side of the canvas, in pixels.
    public var canvasSide: Int { cellsPerSide * DigitImages.side }
    /// Crop positions along a side.
    public var cropsPerSide: Int { (canvasSide - cropSide) / stride + 1 }
    /// Number of crops, |T|.
    public var cropCount: Int { cropsPerSide * cropsPerSide }
    /// Number of cells.
    public var cellCount: Int { cellsPerSide * cellsPerSide }
    /// Blocks along a side of a cell.
    var cellBlocks: Int { DigitImages.side / stride }
    /// Blocks along a side of a crop.
    var cropBlocks: Int { cropSide / stride }

    /// Offset of a crop from a cell, in blocks; the crop touches the cell if both are in `-cropBlocks+1 ..< cellBlocks`.
    func offset(ofCrop crop: Int, fromCell cell: Int) -> (row: Int, column: Int) {
        (
            crop / cropsPerSide - cell / cellsPerSide * cellBlocks,
            crop % cropsPerSide - cell % cellsPerSide * cellBlocks
        )
    }

    /// The crops that lie wholly inside a cell, the "oracle" of section 3.1: 9 of them for crops of 20 at stride 4.
    public func cropsInside(cell: Int) -> [Int] {
        (0..<cropCount).filter { crop in
            let (row, column) = offset(ofCrop: crop, fromCell: cell)
            let inside = 0...(cellBlocks - cropBlocks)
            return inside.contains(row) && inside.contains(column)
        }
    }

    /// The blocks of a cell that a crop at an offset covers, as bits row by row; none where it does not touch the cell.
    func coveredBlocks(rowOffset: Int, columnOffset: Int) -> UInt64 {
        var bits: UInt64 = 0
        for row in max(0, rowOffset)..<max(max(0, rowOffset), min(cellBlocks, rowOffset + cropBlocks)) {
            for column in max(0, columnOffset)..<max(max(0, columnOffset), min(cellBlocks, columnOffset + cropBlocks)) {
                bits |= 1 << UInt64(row * cellBlocks + column)
            }
        }
        return bits
    }
}
