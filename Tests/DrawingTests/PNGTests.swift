import CZlib
import Drawing
import Foundation
import Tensors
import Testing

@Suite("PNG") struct PNGTests {
    /// Reads a PNG by the standard's own description, with a checksum of its own, and gives its rows back.
    private func decode(_ file: Data) throws -> (width: Int, height: Int, color: UInt8, pixels: Data) {
        let bytes = [UInt8](file)
        #expect(Array(bytes.prefix(8)) == [137, 80, 78, 71, 13, 10, 26, 10])
        func number(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
        var chunks: [(name: String, content: [UInt8])] = []
        var at = 8
        while at < bytes.count {
            let length = number(at)
            let body = Array(bytes[at + 4..<at + 8 + length])
            #expect(number(at + 8 + length) == Int(checksum(body)))
            chunks.append((String(decoding: body.prefix(4), as: UTF8.self), Array(body.dropFirst(4))))
            at += 12 + length
        }
        #expect(chunks.map(\.name) == ["IHDR", "IDAT", "IEND"])
        let header = chunks[0].content
        let (width, height) = (Int(header[3]) | Int(header[2]) << 8, Int(header[7]) | Int(header[6]) << 8)
        #expect(header[8] == 8 && header[10...12].allSatisfy { $0 == 0 })
        let rowLength = width * (header[9] == 0 ? 1 : 3) + 1
        var rows = [UInt8](repeating: 0, count: rowLength * height + 1)
        var count = uLong(rows.count)
        #expect(uncompress(&rows, &count, chunks[1].content, uLong(chunks[1].content.count)) == Z_OK)
        try #require(Int(count) == rowLength * height)
        var pixels = Data()
        for row in 0..<height {
            #expect(rows[row * rowLength] == 0, "rows carry no filter")
            pixels += rows[row * rowLength + 1..<(row + 1) * rowLength]
        }
        return (width, height, header[9], pixels)
    }

    /// CRC-32 bit by bit, as annex D of the PNG standard defines it.
    private func checksum(_ bytes: [UInt8]) -> UInt32 {
        var value = UInt32.max
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }
        return ~value
    }

    @Test("decodes back to its pixels", arguments: [(1, 1), (17, 17), (84, 84), (3, 300)])
    func decodesBack(_ width: Int, _ height: Int) throws {
        var generator = PhiloxGenerator(seed: UInt64(width))
        for color in [PNG.ColorType.greyscale, .rgb] {
            let pixels = Data(
                (0..<width * height * color.bytesPerPixel).map { _ in UInt8(generator.uniformInteger(below: 256)) })
            // A slice, whose indices do not begin at 0, must do as well.
            let slice = (Data([9, 9]) + pixels).dropFirst(2)
            let decoded = try decode(PNG.encode(width: width, height: height, pixels: slice, colorType: color))
            #expect(decoded.width == width && decoded.height == height)
            #expect(decoded.color == (color == .greyscale ? 0 : 2))
            #expect(decoded.pixels == pixels)
        }
    }
}
