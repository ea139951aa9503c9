import Tensors

/// The data set derived in section 3: each digit in one cell, drawn once, of a blank canvas.
///
/// Canvases are never stored: digit and cell say everything.
public struct CanvasDataset: Sendable {
    /// The digits and their classes.
    public let digits: DigitImages
    /// The canvas and its crops.
    public let geometry: CropGeometry
    /// The cell of each digit, numbered row by row.
    public let cells: [UInt8]
    /// The blocks of each digit that are not blank, as bits row by row.
    private let content: [UInt64]
    /// For each cell and crop, the blocks of the cell that the crop covers.
    private let covered: [UInt64]

    /// Places digits on canvases.
    ///
    /// - Parameters:
    ///   - digits: what is placed.
    ///   - geometry: the canvas.
    ///   - seed: with `split`, fixes the cell of every image.
    ///   - split: a name, so that training and test images are placed independently.
    public init(_ digits: DigitImages, geometry: CropGeometry, seed: UInt64, split: String) {
        var generator = PhiloxGenerator(seed: seed, purpose: "cells of the \(split) images")
        self.digits = digits
        self.geometry = geometry
        cells = (0..<digits.count).map { _ in UInt8.random(in: 0..<UInt8(geometry.cellCount), using: &generator) }
        content = Self.nonBlankBlocks(digits, stride: geometry.stride)
        covered = (0..<geometry.cellCount).flatMap { cell in
            (0..<geometry.cropCount).map { crop in
                let (row, column) = geometry.offset(ofCrop: crop, fromCell: cell)
                return geometry.coveredBlocks(rowOffset: row, columnOffset: column)
            }
        }
    }

    /// Number of images.
    public var count: Int { digits.count }

    /// Whether a crop of an image shows nothing of its digit: every pixel is 0.
    public func isBlank(image: Int, crop: Int) -> Bool {
        content[image] & covered[Int(cells[image]) * geometry.cropCount + crop] == 0
    }

    /// The pixels of an image, `[row, column]`, 84 × 84 for the derived data.
    public func canvas(of image: Int) -> [UInt8] {
        let side = geometry.canvasSide
        return window(of: image, row: 0, column: 0, side: side)
    }

    /// The pixels of a crop of an image, `[row, column]`.
    public func crop(_ crop: Int, of image: Int) -> [UInt8] {
        window(
            of: image, row: crop / geometry.cropsPerSide * geometry.stride,
            column: crop % geometry.cropsPerSide * geometry.stride, side: geometry.cropSide)
    }

    /// A square of an image's canvas, which is continued by blank pixels beyond its border.
    ///
    /// - Parameters:
    ///   - row: of the top left pixel; may be negative.
    ///   - column: of the top left pixel; may be negative.
    ///   - side: in pixels.
    func window(of image: Int, row: Int, column: Int, side: Int) -> [UInt8] {
        var pixels = [UInt8](repeating: 0, count: side * side)
        pixels.withUnsafeMutableBufferPointer { pixels in
            copyWindow(of: image, row: row, column: column, side: side) { target, value in pixels[target] = value }
        }
        return pixels
    }

    /// Hands over the pixels of a square of an image's canvas that lie on the digit's cell, each with its position in
    /// the square.
    @inline(__always)
    func copyWindow(of image: Int, row: Int, column: Int, side: Int, _ put: (_ target: Int, _ value: UInt8) -> Void) {
        let cell = Int(cells[image])
        let top = cell / geometry.cellsPerSide * DigitImages.side - row
        let left = cell % geometry.cellsPerSide * DigitImages.side - column
        let rows = max(0, top)..<max(max(0, top), min(side, top + DigitImages.side))
        let columns = max(0, left)..<max(max(0, left), min(side, left + DigitImages.side))
        digits.images.withUnsafeBufferPointer { source in
            for y in rows {
                let start = image * DigitImages.pixelCount + (y - top) * DigitImages.side - left
                for x in columns { put(y * side + x, source[start + x]) }
            }
        }
    }

    private static func nonBlankBlocks(_ digits: DigitImages, stride: Int) -> [UInt64] {
        let blocks = DigitImages.side / stride
        return digits.images.withUnsafeBufferPointer { pixels in
            (0..<digits.count).map { image in
                var bits: UInt64 = 0
                for row in 0..<DigitImages.side {
                    for column in 0..<DigitImages.side
                    where pixels[image * DigitImages.pixelCount + row * DigitImages.side + column] != 0 {
                        bits |= 1 << UInt64(row / stride * blocks + column / stride)
                    }
                }
                return bits
            }
        }
    }
}
