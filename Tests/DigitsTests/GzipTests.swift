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
    private func decompress(_ bytes: [UInt8], limit: Int = 4_000_000) throws -> [UInt8] {
        try Gzip.decompress(Data(bytes), named: "digits.gz", limit: limit)
    }

    @Test("the content comes back", arguments: [0, 1, 1 << 18, 1 << 19, 2_000_000])
    func roundTrip(size: Int) throws {
        let content = Array(Self.content.prefix(size))
        #expect(try decompress(gzipped(content), limit: size) == content)
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

    @Test("trailing garbage, little and much")
    func trailingBytes() throws {
        let small = gzipped(Self.content.prefix(1000))
        for rest in [[1], [0, 0, 7], [0x1f], [UInt8](repeating: 7, count: 1 << 19)] as [[UInt8]] {
            expectFailure(.badData, mentioning: "digits.gz", "found \(rest.count) further bytes") {
                _ = try decompress(small + rest)
            }
        }
    }

    @Test("several members, as cat and bgzip make them, and an empty one")
    func members() throws {
        let parts = [Self.content[..<1000], [], Self.content[1000..<700_000]]
        #expect(try decompress(parts.flatMap { gzipped($0) }) == Array(Self.content[..<700_000]))
        expectFailure(.badData, mentioning: "digits.gz", "truncated") {
            _ = try decompress(Array(parts.flatMap { gzipped($0) }.dropLast(500_000)))
        }
        // The second member begins like one and is none.
        expectFailure(.badData, mentioning: "digits.gz", "damaged") {
            _ = try decompress(gzipped([1, 2, 3]) + [0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 0])
        }
    }

    /// Written by `bgzip` 1.16 (`printf 'The paper' | bgzip | xxd -i`): an extra field in the header, an empty last member.
    @Test("a file that bgzip wrote")
    func blockedFile() throws {
        let bytes: [UInt8] = [
            0x1f, 0x8b, 0x08, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0x06, 0x00, 0x42, 0x43, 0x02, 0x00, 0x27, 0x00,
            0x01, 0x09, 0x00, 0xf6, 0xff, 0x54, 0x68, 0x65, 0x20, 0x70, 0x61, 0x70, 0x65, 0x72, 0xa5, 0x4e, 0xa3, 0x9c,
            0x09, 0x00, 0x00, 0x00, 0x1f, 0x8b, 0x08, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0x06, 0x00, 0x42, 0x43,
            0x02, 0x00, 0x1b, 0x00, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        ]
        #expect(try decompress(bytes) == Array("The paper".utf8))
    }

    @Test("zero bytes behind the data, as tapes and disk blocks leave them")
    func padding() throws {
        for count in [1, 511, 1 << 19] {
            #expect(try decompress(gzipped([7, 7]) + [UInt8](repeating: 0, count: count)) == [7, 7])
        }
    }

    @Test("more content than the limit")
    func limit() {
        expectFailure(.badData, mentioning: "digits.gz", "at most 1999999") {
            _ = try decompress(gzipped(Self.content), limit: 1_999_999)
        }
    }
}
