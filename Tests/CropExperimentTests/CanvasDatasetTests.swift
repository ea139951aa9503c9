import Digits
import Tensors
import Testing

@testable import CropExperiment

@Suite("The derived data set")
struct DataCanvasDatasetTests {
    let digits: DigitImages
    let derived: CanvasDataset

    init() throws {
        digits = try EmbeddedDigits.load(reason: "in a test").train.prefix(300)
        derived = CanvasDataset(digits, geometry: .derived, seed: 1, split: .training)
    }

    @Test("a canvas holds the digit in its cell and nothing else")
    func canvas() {
        for image in 0..<derived.count {
            let canvas = derived.canvas(of: image)
            let (top, left) = derived.geometry.topLeft(ofCell: Int(derived.cells[image]))
            let cell = (0..<28).flatMap { canvas[((top + $0) * 84 + left)...].prefix(28) }
            #expect(cell == Array(digits[image]))
            #expect(canvas.count { $0 != 0 } == cell.count { $0 != 0 })
        }
    }

    @Test("with one cell the canvas is the image")
    func original() {
        let original = CanvasDataset(digits, geometry: .original, seed: 1, split: .training)
        #expect(original.cells.allSatisfy { $0 == 0 })
        #expect((0..<original.count).allSatisfy { original.canvas(of: $0) == Array(digits[$0]) })
    }

    @Test("the cells are fixed by seed and split, whatever the number of images")
    func cellsAreFixed() {
        func cells(_ seed: UInt64, _ split: CanvasDataset.Split, count: Int = 300) -> [UInt8] {
            CanvasDataset(digits.prefix(count), geometry: .derived, seed: seed, split: split).cells
        }
        #expect(cells(1, .training) == derived.cells)
        #expect(cells(1, .training, count: 100) == Array(derived.cells[..<100]))
        #expect(cells(2, .training) != derived.cells)
        #expect(cells(1, .test) != derived.cells)
    }

    /// χ² of 3,000 cells against 1/9 each; 8 degrees of freedom exceed 37.3 with probability 1e-5, and the seed is
    /// fixed.
    @Test("the cells are uniform")
    func cellsAreUniform() {
        var counts = [Double](repeating: 0, count: 9)
        for seed in 0..<10 {
            let cells = CanvasDataset(digits, geometry: .derived, seed: UInt64(seed), split: .training).cells
            for cell in cells { counts[Int(cell)] += 1 }
        }
        let expected = 3000.0 / 9
        let chiSquared = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
        #expect(chiSquared < 37.3, "\(counts)")
    }

    @Test(
        "blank crops, by looking at every pixel",
        arguments: [CropGeometry.derived, .original, CropGeometry(cellsPerSide: 2, cropSide: 14, stride: 7)])
    func blankCrops(geometry: CropGeometry) {
        let dataset = CanvasDataset(digits.prefix(25), geometry: geometry, seed: 5, split: .training)
        for image in 0..<dataset.count {
            let canvas = dataset.canvas(of: image)
            for crop in 0..<geometry.cropCount {
                let (top, left) = geometry.topLeft(ofCrop: crop)
                let blank = (0..<geometry.cropSide).allSatisfy { row in
                    canvas[((top + row) * geometry.canvasSide + left)...].prefix(geometry.cropSide)
                        .allSatisfy { $0 == 0 }
                }
                if dataset.isBlank(image: image, crop: crop) != blank {
                    Issue.record("image \(image), crop \(crop): expected \(blank ? "blank" : "not blank")")
                }
            }
        }
    }

    @Test("one faint pixel makes exactly the crops that cover it non-blank")
    func onePixel() throws {
        var pixels = [UInt8](repeating: 0, count: 784)
        pixels[3 * 28 + 27] = 1
        let dataset = CanvasDataset(
            try DigitImages(images: pixels, labels: [0], named: "one pixel"), geometry: .derived, cells: [8])
        let (row, column) = (56 + 3, 56 + 27)
        for crop in 0..<289 {
            let (top, left) = dataset.geometry.topLeft(ofCrop: crop)
            let covers = (top..<top + 20).contains(row) && (left..<left + 20).contains(column)
            #expect(dataset.isBlank(image: 0, crop: crop) == !covers)
        }
    }

    @Test(
        "a window, within the canvas and beyond it", arguments: [(0, 0, 84), (-16, 60, 20), (40, -3, 60), (84, 0, 20)])
    func window(row: Int, column: Int, side: Int) {
        for image in 0..<20 {
            let canvas = derived.canvas(of: image)
            var found = [UInt8](repeating: 0, count: side * side)
            derived.forEachDigitPixel(of: image, row: row, column: column, side: side) { found[$0] = $1 }
            let expected = (0..<side * side).map { index in
                let (y, x) = (row + index / side, column + index % side)
                return (0..<84).contains(y) && (0..<84).contains(x) ? canvas[y * 84 + x] : 0
            }
            #expect(found == expected)
        }
    }

    @Test("crops with the same overlap have the same content; those without are blank")
    func contentByOverlap() {
        let digit = digits.prefix(1)
        var contents: [Int: [UInt8]] = [:]
        for cell in 0..<9 {
            let dataset = CanvasDataset(digit, geometry: .derived, cells: [UInt8(cell)])
            for crop in 0..<289 {
                let (row, column) = dataset.geometry.topLeft(ofCrop: crop)
                var content = [UInt8](repeating: 0, count: 400)
                dataset.forEachDigitPixel(of: 0, row: row, column: column, side: 20) { content[$0] = $1 }
                if let overlap = dataset.geometry.overlap(ofCrop: crop, withCell: cell) {
                    #expect(contents[overlap, default: content] == content)
                    contents[overlap] = content
                } else {
                    #expect(content.allSatisfy { $0 == 0 })
                }
            }
        }
        #expect(contents.count == 121)
    }

    @Test("the sparse pixels are the canvases")
    func sparsePixels() {
        let rows = derived.sparsePixels()
        #expect(rows.columnCount == 84 * 84 && rows.rowCount == derived.count)
        for image in 0..<derived.count {
            var canvas = [UInt8](repeating: 0, count: rows.columnCount)
            let entries = rows.rowStarts[image]..<rows.rowStarts[image + 1]
            for entry in entries {
                canvas[Int(rows.columns[entry])] = rows.values[entry]
            }
            #expect(canvas == derived.canvas(of: image))
            #expect(entries.count == canvas.count { $0 != 0 })
            #expect(zip(rows.columns[entries], rows.columns[entries].dropFirst()).allSatisfy { $0 < $1 })
        }
    }
}
