import Digits
import Diagnostics
import Tensors

/// The data set of section 3: each digit in one cell of a blank canvas, the cell drawn once and then fixed.
///
/// Canvases are never stored: a digit and its cell say everything.
public struct CanvasDataset: Sendable {
    /// The digits.
    public let digits: DigitImages
    /// The canvas and its crops.
    public let geometry: CropGeometry
    /// The cell that holds each digit, 0..<geometry.cellCount.
    public let cells: [UInt8]

    /// The non-blank blocks of each digit, bit row * digitBlocks + column.
    private let inkedBlocks: [UInt64]
    /// The pixels of each digit that are not 0, [digit, row], bit column.
    private let inkedColumns: [UInt32]
    /// The blocks of the cell that a crop covers, [cell, crop].
    private let coveredBlocks: [UInt64]

    /// Number of images.
    public var count: Int { digits.count }

    /// Which images they are.
    public enum Split: Sendable, CaseIterable {
        /// The images to train on.
        case training
        /// The images to test on.
        case test

        /// What the random numbers that place the images are for. Every placement depends on these words.
        var purpose: String {
            switch self {
            case .training: "cells of training images"
            case .test: "cells of test images"
            }
        }
    }

    /// Places each digit in a random cell.
    ///
    /// - Parameters:
    ///   - digits: the digits.
    ///   - geometry: the canvas and its crops.
    ///   - seed: with `split`, it fixes the cell of every image: image i has the same one however many there are.
    ///   - split: the splits draw from independent streams.
    public init(_ digits: DigitImages, geometry: CropGeometry, seed: UInt64, split: Split) {
        var generator = PhiloxGenerator(seed: seed, purpose: split.purpose)
        self.init(digits, geometry: geometry, using: &generator)
    }

    /// Places each digit in a cell that the generator draws: one word an image.
    public init(_ digits: DigitImages, geometry: CropGeometry, using generator: inout some RandomNumberGenerator) {
        // Lemire's reduction without rejection: its bias, 9/2⁶⁴, is nothing, and word i belongs to image i.
        let cells = (0..<digits.count).map { _ in
            UInt8(generator.next().multipliedFullWidth(by: UInt64(geometry.cellCount)).high)
        }
        self.init(digits, geometry: geometry, cells: cells)
    }

    /// Places each digit in a given cell.
    ///
    /// - Precondition: one cell an image, each in 0..<geometry.cellCount.
    public init(_ digits: DigitImages, geometry: CropGeometry, cells: [UInt8]) {
        require(cells.count == digits.count, "\(cells.count) cells for \(digits.count) images")
        require(
            cells.allSatisfy { $0 < geometry.cellCount }, "cell \(cells.max() ?? 0) of \(geometry.cellCount)")
        self.digits = digits
        self.geometry = geometry
        self.cells = cells
        inkedColumns = Self.inkedColumns(of: digits)
        inkedBlocks = Self.inkedBlocks(inkedColumns, geometry)
        coveredBlocks = (0..<geometry.cellCount).flatMap { cell in
            (0..<geometry.cropCount).map { geometry.coveredBlocks(ofCell: cell, byCrop: $0) }
        }
    }

    /// Whether a crop of an image shows no pixel of the digit: every one of its pixels is exactly 0.
    ///
    /// - Precondition: `image` is in 0..<count, `crop` in 0..<geometry.cropCount.
    public func isBlank(image: Int, crop: Int) -> Bool {
        require((0..<geometry.cropCount).contains(crop), "crop \(crop) of \(geometry.cropCount)")
        return inkedBlocks[image] & coveredBlocks[Int(cells[image]) * geometry.cropCount + crop] == 0
    }

    /// The canvas of an image, [canvasSide, canvasSide], 0...255.
    ///
    /// - Precondition: `image` is in 0..<count.
    public func canvas(of image: Int) -> [UInt8] {
        var canvas = [UInt8](repeating: 0, count: geometry.canvasPixelCount)
        forEachDigitPixel(of: image, row: 0, column: 0, side: geometry.canvasSide) { canvas[$0] = $1 }
        return canvas
    }

    /// Visits the part of a square window of the canvas that the digit's cell covers; all of the rest is blank.
    ///
    /// - Parameters:
    ///   - image: in 0..<count.
    ///   - row: the canvas row of the window's first row; the window may reach beyond the canvas, where all is blank.
    ///   - column: the canvas column of its first column.
    ///   - side: rows, and columns, of the window.
    ///   - body: called with a pixel's index in the window, [side, side], and its value, row by row.
    @inline(__always)
    func forEachDigitPixel(
        of image: Int, row: Int, column: Int, side: Int, _ body: (_ index: Int, _ value: UInt8) -> Void
    ) {
        require((0..<count).contains(image), "image \(image) of \(count)")
        let (cellTop, cellLeft) = geometry.topLeft(ofCell: Int(cells[image]))
        let (top, left) = (cellTop - row, cellLeft - column)
        let columns = max(0, -left)..<max(min(DigitImages.side, side - left), max(0, -left))
        digits.images.withUnsafeBufferPointer { pixels in
            let first = image * DigitImages.pixelCount
            for digitRow in max(0, -top)..<max(min(DigitImages.side, side - top), max(0, -top)) {
                let source = first + digitRow * DigitImages.side
                let target = (top + digitRow) * side + left
                for digitColumn in columns {
                    body(target + digitColumn, pixels[source + digitColumn])
                }
            }
        }
    }

    /// For each row of an image's digit the pixels that are not 0: bit column.
    ///
    /// - Precondition: `image` is in 0..<count.
    func inkedColumns(of image: Int) -> ArraySlice<UInt32> {
        require((0..<count).contains(image), "image \(image) of \(count)")
        return inkedColumns[image * DigitImages.side..<(image + 1) * DigitImages.side]
    }

    private static func inkedColumns(of digits: DigitImages) -> [UInt32] {
        let side = DigitImages.side
        return [UInt32](unsafeUninitializedCapacity: digits.count * side) { result, initialized in
            initialized = digits.count * side
            guard let result = result.baseAddress else { return }
            digits.images.withUnsafeBufferPointer { pixels in
                Parallel.forRanges(digits.count * side, grain: 1024 * side) { rows in
                    for row in rows {
                        result[row] = (0..<side).reduce(0) { bits, column in
                            bits | (pixels[row * side + column] == 0 ? 0 : 1 << UInt32(column))
                        }
                    }
                }
            }
        }
    }

    /// The blocks of each digit that are not blank.
    private static func inkedBlocks(_ inkedColumns: [UInt32], _ geometry: CropGeometry) -> [UInt64] {
        let (side, stride) = (DigitImages.side, geometry.stride)
        return Parallel.map(inkedColumns.count / side) { digit in
            var blocks: UInt64 = 0
            for block in 0..<geometry.digitBlocks {
                let first = digit * side + block * stride
                let columns = inkedColumns[first..<first + stride].reduce(0, |)
                for column in 0..<geometry.digitBlocks
                where columns >> UInt32(column * stride) & (1 << UInt32(stride) - 1) != 0 {
                    blocks |= 1 << UInt64(block * geometry.digitBlocks + column)
                }
            }
            return blocks
        }
    }
}
