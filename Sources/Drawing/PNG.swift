import Diagnostics
import CZlib
import Foundation

/// Writes images in the PNG format (ISO/IEC 15948), compressed by zlib.
public enum PNG {
    /// How many bytes a pixel has.
    public enum ColorType: Sendable {
        /// One byte: 0 is black.
        case greyscale
        /// Three bytes: red, green, blue.
        case rgb

        /// Bytes for a pixel.
        public var bytesPerPixel: Int { self == .greyscale ? 1 : 3 }
        fileprivate var code: UInt8 { self == .greyscale ? 0 : 2 }
    }

    /// Encodes 8-bit pixels, [row][column][channel].
    ///
    /// Rows carry no filter: our images are small and mostly flat. Precondition: width and height in 1…65,535, and
    /// `pixels.count == width * height * bytesPerPixel`.
    public static func encode(width: Int, height: Int, pixels: Data, colorType: ColorType) -> Data {
        let rowLength = width * colorType.bytesPerPixel
        require(
            (1...65_535).contains(width) && (1...65_535).contains(height) && pixels.count == rowLength * height,
            "\(pixels.count) bytes are no \(width)×\(height) image of \(colorType.bytesPerPixel) bytes a pixel")
        var rows = Data(capacity: (rowLength + 1) * height)
        for row in 0..<height {
            rows.append(0)
            rows.append(pixels.dropFirst(row * rowLength).prefix(rowLength))
        }
        var file = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        let header = bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + Data([8, colorType.code, 0, 0, 0])
        appendChunk("IHDR", header, to: &file)
        appendChunk("IDAT", compress(rows), to: &file)
        appendChunk("IEND", Data(), to: &file)
        return file
    }

    /// Encodes as `encode` does, for use in an `href`.
    package static func dataURI(width: Int, height: Int, pixels: Data, colorType: ColorType) -> String {
        let content = encode(width: width, height: height, pixels: pixels, colorType: colorType)
        return "data:image/png;base64," + content.base64EncodedString()
    }

    private static func appendChunk(_ type: String, _ content: Data, to file: inout Data) {
        let body = Data(type.utf8) + content
        let checksum = body.withUnsafeBytes { bytes in
            crc32(0, bytes.bindMemory(to: UInt8.self).baseAddress, uInt(bytes.count))
        }
        file += bigEndian(UInt32(content.count)) + body + bigEndian(UInt32(truncatingIfNeeded: checksum))
    }

    private static func compress(_ content: Data) -> Data {
        var length = compressBound(uLong(content.count))
        var output = Data(count: Int(length))
        let status = output.withUnsafeMutableBytes { target in
            content.withUnsafeBytes { source in
                compress2(
                    target.bindMemory(to: UInt8.self).baseAddress, &length,
                    source.bindMemory(to: UInt8.self).baseAddress, uLong(source.count), Z_BEST_COMPRESSION)
            }
        }
        require(status == Z_OK, "zlib cannot compress \(content.count) bytes: status \(status)")
        return output.prefix(Int(length))
    }

    private static func bigEndian(_ value: UInt32) -> Data {
        withUnsafeBytes(of: value.bigEndian) { Data($0) }
    }
}
