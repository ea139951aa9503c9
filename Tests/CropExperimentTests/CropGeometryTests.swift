import Testing

@testable import CropExperiment

@Suite("Crop geometry")
struct DataCropGeometryTests {
    static let geometries = [
        CropGeometry.derived, .original, CropGeometry(cellsPerSide: 2, cropSide: 14, stride: 7),
        CropGeometry(cellsPerSide: 8, cropSide: 28, stride: 28),
    ]

    @Test("the paper's numbers")
    func paper() {
        let derived = CropGeometry.derived
        #expect(derived.canvasSide == 84 && derived.cellCount == 9)
        #expect(derived.cropsPerSide == 17 && derived.cropCount == 289)
        #expect(derived.offsetsPerSide == 11 && derived.offsetCount == 121)
        let original = CropGeometry.original
        #expect(original.canvasSide == 28 && original.cropCount == 9)
        #expect(original.cropsInside(cell: 0) == Array(0..<9))
    }

    @Test("crops lie within the canvas, all different, one stride apart", arguments: geometries)
    func crops(geometry: CropGeometry) {
        var seen: Set<[Int]> = []
        for crop in 0..<geometry.cropCount {
            let (row, column) = geometry.topLeft(ofCrop: crop)
            #expect(row % geometry.stride == 0 && column % geometry.stride == 0)
            #expect(row >= 0 && row + geometry.cropSide <= geometry.canvasSide)
            #expect(column >= 0 && column + geometry.cropSide <= geometry.canvasSide)
            seen.insert([row, column])
        }
        #expect(seen.count == geometry.cropCount)
    }

    /// Compares with intervals of pixels, without any arithmetic in blocks.
    @Test("overlap, covered blocks and the oracle, by pixels", arguments: geometries)
    func overlap(geometry: CropGeometry) {
        for cell in 0..<geometry.cellCount {
            let (cellTop, cellLeft) = geometry.topLeft(ofCell: cell)
            var inside: [Int] = []
            var offsets: [Int: [Int]] = [:]
            for crop in 0..<geometry.cropCount {
                let (top, left) = geometry.topLeft(ofCrop: crop)
                let rows = (top..<top + geometry.cropSide).clamped(to: cellTop..<cellTop + 28)
                let columns = (left..<left + geometry.cropSide).clamped(to: cellLeft..<cellLeft + 28)
                let pixels = rows.count * columns.count
                var blocks: UInt64 = 0
                for row in rows {
                    for column in columns {
                        let block =
                            (row - cellTop) / geometry.stride * geometry.digitBlocks
                            + (column - cellLeft) / geometry.stride
                        blocks |= 1 << UInt64(block)
                    }
                }
                #expect(geometry.coveredBlocks(ofCell: cell, byCrop: crop) == blocks)
                let overlap = geometry.overlap(ofCrop: crop, withCell: cell)
                #expect((overlap != nil) == (pixels > 0))
                if let overlap {
                    #expect((0..<geometry.offsetCount).contains(overlap))
                    offsets[overlap, default: []].append(crop)
                }
                if pixels == geometry.cropSide * geometry.cropSide { inside.append(crop) }
            }
            #expect(offsets.values.allSatisfy { $0.count == 1 })
            #expect(geometry.cropsInside(cell: cell) == inside)
        }
    }

    @Test("in the middle of the canvas every overlap occurs, and the oracle has nine crops in every cell")
    func middle() {
        let geometry = CropGeometry.derived
        #expect(Set((0..<289).compactMap { geometry.overlap(ofCrop: $0, withCell: 4) }) == Set(0..<121))
        #expect((0..<9).allSatisfy { geometry.cropsInside(cell: $0).count == 9 })
    }
}
