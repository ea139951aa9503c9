import Digits
import Foundation
import TestSupport
import Testing

@Suite("Gzip")
struct DataGzipTests {
    /// Two megabytes that do not compress: larger than the reader's pieces, so that input and output cross their
    /// borders. (A linear congruential generator with Knuth's constants.)
    static let content: [UInt8] = {
        var state: UInt64 = 1
        return (0..<2_000_000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }()
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func decompress(_ bytes: [UInt8], limit: Int = 4_000_000) throws -> [UInt8] {
        try Gzip.decompress(contentsOf: folder.write(bytes, as: "digits.gz"), limit: limit)
    }

    @Test("the content comes back, from a file and from memory", arguments: [0, 1, 1 << 18, 1 << 19, 2_000_000])
    func roundTrip(size: Int) throws {
        let content = Array(Self.content.prefix(size))
        let compressed = gzipped(content)
        #expect(try decompress(compressed) == content)
        #expect(try Gzip.decompress(Data(compressed), named: "memory", limit: size) == content)
    }

    /// Written by `gzip` 1.12 (`printf 'The paper' | gzip -n | xxd -i`), so by another program than zlib.
    @Test("a file that gzip wrote")
    func foreignFile() throws {
        let bytes: [UInt8] = [
            0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x0b, 0xc9, 0x48, 0x55, 0x28, 0x48, 0x2c, 0x48,
            0x2d, 0x02, 0x00, 0xa5, 0x4e, 0xa3, 0x9c, 0x09, 0x00, 0x00, 0x00,
        ]
        #expect(try decompress(bytes) == Array("The paper".utf8))
    }

    @Test("a missing file")
    func missingFile() {
        let file = folder.url.appendingPathComponent("absent.gz")
        expectFailure(.missingInput, mentioning: "absent.gz", "No such file") {
            _ = try Gzip.decompress(contentsOf: file, limit: 1)
        }
    }

    @Test("a folder where a file was expected")
    func folderInsteadOfFile() {
        expectFailure(.inputOutput, mentioning: folder.url.path, "directory") {
            _ = try Gzip.decompress(contentsOf: folder.url, limit: 1)
        }
    }

    @Test("zero bytes")
    func emptyFile() {
        expectFailure(.badData, mentioning: "digits.gz", "empty file", "0 bytes") { _ = try decompress([]) }
    }

    @Test("a web page")
    func webPage() {
        expectFailure(.badData, mentioning: "digits.gz", "web page", "'<'") {
            _ = try decompress(Array("<!DOCTYPE html><html><body>403 Forbidden</body></html>".utf8))
        }
    }

    @Test("something else", arguments: [[0x50, 0x4b, 0x03, 0x04], [0x00], [0x1f, 0x00]] as [[UInt8]])
    func otherFormat(bytes: [UInt8]) {
        expectFailure(.badData, mentioning: "digits.gz", "1f 8b first", "found") { _ = try decompress(bytes) }
    }

    @Test("truncated at every kind of place: header, data, trailer", arguments: [1, 2, 9, 10, 500_000, -8, -4, -1])
    func truncated(place: Int) {
        let compressed = gzipped(Self.content)
        let end = place < 0 ? compressed.count + place : place
        expectFailure(.badData, mentioning: "digits.gz", "truncated") {
            _ = try decompress(Array(compressed[..<end]))
        }
    }

    @Test("a flipped bit in the CRC, in the length, and in the data")
    func damaged() {
        let compressed = gzipped(Self.content)
        for (place, reason) in [(-8, "CRC-32"), (-4, "length"), (-500_000, "damaged")] {
            var bytes = compressed
            bytes[bytes.count + place] ^= 0x10
            expectFailure(.badData, mentioning: "digits.gz", "damaged", reason) { _ = try decompress(bytes) }
        }
    }

    @Test("trailing garbage, in the same piece and in a piece of its own")
    func trailingBytes() throws {
        let small = gzipped(Self.content.prefix(1000))
        expectFailure(.badData, mentioning: "digits.gz", "further bytes") { _ = try decompress(small + [0]) }
        let large = gzipped(Self.content)
        let piece = 1 << 18
        #expect(large.count > 2 * piece)
        expectFailure(.badData, mentioning: "digits.gz", "further bytes") {
            _ = try decompress(large + [UInt8](repeating: 7, count: 2 * piece))
        }
    }

    @Test("more content than the limit")
    func limit() {
        expectFailure(.badData, mentioning: "digits.gz", "at most 1999999") {
            _ = try decompress(gzipped(Self.content), limit: 1_999_999)
        }
    }
}
