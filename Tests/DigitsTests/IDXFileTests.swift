import Digits
import TestSupport
import Testing

@Suite("IDX files and checksums")
struct DataIDXFileTests {
    @Test("images and labels")
    func parses() throws {
        let images = try IDXFile(idx([2, 3, 1], [1, 2, 3, 4, 5, 6]), named: "images", rank: 3)
        #expect(images.dimensions == [2, 3, 1])
        #expect(images.values == [1, 2, 3, 4, 5, 6])
        let labels = try IDXFile(idx([300], [UInt8](repeating: 9, count: 300)), named: "labels", rank: 1)
        #expect(labels.dimensions == [300])
        #expect(try IDXFile(idx([0], []), named: "none", rank: 1).values.isEmpty)
    }

    @Test("zero bytes, and an end inside the header", arguments: [0, 1, 3, 4, 15])
    func shortFile(length: Int) {
        let bytes = Array(idx([2, 3, 1], [1, 2, 3, 4, 5, 6]).prefix(length))
        expectFailure(.badData, mentioning: "images", length == 0 ? "no bytes" : "header of 16 bytes") {
            _ = try IDXFile(bytes, named: "images", rank: 3)
        }
    }

    @Test("a wrong magic number")
    func wrongMagic() {
        expectFailure(.badData, mentioning: "images", "0x00000803", "found 0x00000801") {
            _ = try IDXFile(idx([4], [1, 2, 3, 4]), named: "images", rank: 3)
        }
        expectFailure(.badData, mentioning: "labels", "0x00000801", "found 0x89504e47") {
            _ = try IDXFile([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0, 0], named: "labels", rank: 1)
        }
    }

    @Test("a length that lies: too few, too many, overflowing")
    func wrongLength() {
        expectFailure(.badData, mentioning: "images", "2 x 3 x 1", "6 bytes", "found 5") {
            _ = try IDXFile(idx([2, 3, 1], [1, 2, 3, 4, 5]), named: "images", rank: 3)
        }
        expectFailure(.badData, mentioning: "images", "found 7") {
            _ = try IDXFile(idx([2, 3, 1], [1, 2, 3, 4, 5, 6, 7]), named: "images", rank: 3)
        }
        let huge = 0xffff_ffff
        expectFailure(.badData, mentioning: "4294967295 x 4294967295 x 4294967295", "found 1 bytes") {
            _ = try IDXFile(idx([huge, huge, huge], [1]), named: "images", rank: 3)
        }
        // The product wraps to 0 in 64 bits: 2^31 * 2^31 * 4.
        expectFailure(.badData, mentioning: "found 0 bytes") {
            _ = try IDXFile(idx([1 << 31, 1 << 31, 4], []), named: "images", rank: 3)
        }
    }

    /// The examples of FIPS 180-4 (NIST's "Examples with Intermediate Values").
    @Test("SHA-256 of the published examples")
    func sha256() throws {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(try Checksum.sha256(Array("abc".utf8)) == abc)
        #expect(try Checksum.sha256([]) == empty)
        try Checksum.verify(Array("abc".utf8), is: abc, named: "abc")
        expectFailure(.badData, mentioning: "abc.gz", "wrong checksum", "expected SHA-256 \(empty)", "found \(abc)") {
            try Checksum.verify(Array("abc".utf8), is: empty, named: "abc.gz")
        }
    }
}
