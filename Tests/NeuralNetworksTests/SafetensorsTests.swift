import Diagnostics
import Foundation
import Tensors
import TestSupport
import Testing

@testable import NeuralNetworks

/// Golden values by the Python package `safetensors` 0.8.0: Fixtures/Safetensors/golden.py.
@Suite("Safetensors")
struct SafetensorsTests {
    static let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Fixtures/Safetensors/golden.safetensors")

    /// The values of golden.py.
    static let golden = SafetensorsFile(
        tensors: [
            "encoder.weight": .float(
                Tensor(shape: [2, 3], scalars: [1.5, -2.25, 0x1p-148, .infinity, -0.0, 3.4028235e38])),
            "encoder.bias": .float(Tensor(shape: [3], scalars: [0.1, 0.2, 0.3])),
            "größe \"/\\\n": .double(Tensor(shape: [2, 1, 1], scalars: [1e-300, -1.7976931348623157e308])),
            "scalar": .double(Tensor(0.1)),
            "none": .float(.zeros([0, 4])),
        ],
        metadata: ["state": #"{"step":3,"path":"a/b"}"#])

    @Test("what the Python package writes, we read")
    func readsGoldenFile() throws {
        let file = try SafetensorsFile(contentsOf: Self.fixture)
        #expect(file == Self.golden)
        guard case .float(let weight) = file.tensors["encoder.weight"] else { Issue.record("no weight"); return }
        #expect(weight[1, 1].sign == .minus, "-0 lost its sign")
    }

    @Test("what we write are the Python package's bytes, so that it reads them")
    func writesGoldenFile() throws {
        #expect(Self.golden.encoded() == (try Data(contentsOf: Self.fixture)))
    }

    @Test("every bit pattern survives, NaN payloads included; an empty file is a file")
    func roundTrip() throws {
        let bits: [UInt32] = [0, 1, 0x7fc0_0000, 0x7f80_0001, 0xffc1_2345, 0x8000_0000, 0x7f7f_ffff]
        let tensor = Tensor<Float>(shape: [7], scalars: bits.map(Float.init(bitPattern:)))
        let read = try SafetensorsFile(
            decoding: SafetensorsFile(tensors: ["a": .float(tensor)]).encoded(), named: "memory")
        guard case .float(let result) = read.tensors["a"] else { Issue.record("no tensor a"); return }
        #expect(result.scalars.map(\.bitPattern) == bits)
        #expect(try SafetensorsFile(decoding: SafetensorsFile(tensors: [:]).encoded(), named: "none").tensors.isEmpty)
    }

    @Test("every proper prefix and every extension of a file is refused")
    func truncated() throws {
        let whole = Self.golden.encoded()
        for count in 0..<whole.count {
            expectFailure(.badData, mentioning: "p.safetensors", "replace it") {
                _ = try SafetensorsFile(decoding: whole.prefix(count), named: "p.safetensors")
            }
        }
        expectFailure(.badData, mentioning: "found 61 after the header") {
            _ = try SafetensorsFile(decoding: whole + [0], named: "p.safetensors")
        }
        expectFailure(.badData, mentioning: "empty file of 0 bytes") {
            _ = try SafetensorsFile(decoding: Data(), named: "p.safetensors")
        }
    }

    /// A flipped bit is noticed or changes scalars or names, but never stops the program.
    @Test("any single damaged byte is survived")
    func damagedByte() {
        let whole = Self.golden.encoded()
        var refused = 0
        for index in whole.indices {
            for mask in [UInt8(0x01), 0x02, 0x10, 0x80, 0xff] {
                var bytes = whole
                bytes[index] ^= mask
                do {
                    _ = try SafetensorsFile(decoding: bytes, named: "p.safetensors")
                } catch {
                    #expect((error as? Failure)?.kind == .badData, "\(error)")
                    refused += 1
                }
            }
        }
        #expect(refused > 5 * 200, "only \(refused) refusals: the structure takes about 300 of \(whole.count) bytes")
    }

    @Test(
        "a length field that lies",
        arguments: [
            (UInt64(401), "expected a header of 401 bytes, found 400"), (100_000_000, "found 400 bytes"),
            (100_000_001, "length field 100000001"), (.max, "length field 18446744073709551615"),
            (1 << 63, "length field 9223372036854775808"), (0, "begins with {"), (399, "found 61 after the header"),
        ])
    func lyingLength(length: UInt64, message: String) {
        let whole = Self.golden.encoded()
        let bytes = withUnsafeBytes(of: length.littleEndian) { Data($0) } + whole.dropFirst(8).prefix(400)
        if length == 399 {
            // One byte short: padding makes the header valid still, and the content one byte too long.
            var shortened = whole
            shortened[0] -= 1
            expectFailure(.badData, mentioning: message) {
                _ = try SafetensorsFile(decoding: shortened, named: "p.safetensors")
            }
        } else {
            expectFailure(.badData, mentioning: "p.safetensors", message) {
                _ = try SafetensorsFile(decoding: bytes, named: "p.safetensors")
            }
        }
    }

    @Test(
        "a header that lies",
        arguments: [
            ("", 0, "begins with {"),
            ("{", 0, "JSON"),
            ("[1]", 0, "begins with {"),
            (#"{"a":1}"#, 0, "\"a\" is 1; expected an object"),
            (#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, "\"a\" lacks the key \"data_offsets\""),
            (
                #"{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}"#, 4,
                "F32 or F64 in tensor \"a\", found \"BF16\""
            ),
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "expected 8 bytes for the F32 shape [2]"),
            (#"{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}"#, 4, "without negative extents"),
            (
                #"{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}"#, 4,
                "\"a\".\"shape\"[0] is \"1\"; expected a whole number"
            ),
            (
                #"{"a":{"dtype":"F32","shape":[1e30],"data_offsets":[0,4]}}"#, 4,
                "\"a\".\"shape\"[0] is 1e30; expected a whole number"
            ),
            (
                #"{"a":{"dtype":"F32","shape":[4611686018427387904,4,0],"data_offsets":[0,0]}}"#, 0,
                "more bytes than can be counted"
            ),
            (
                #"{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}"#, 0,
                "more bytes than can be counted"
            ),
            (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "data_offsets [begin, end]"),
            (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, 4, "data_offsets [begin, end]"),
            (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, 8, "data_offsets [begin, end]"),
            (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "leaves a gap"),
            (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 3, "found only 3 bytes of content"),
            (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 5, "expected 4 bytes of tensors, found 5"),
            (
                #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
                    + #""b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, 12,
                "tensor \"b\" to begin at byte 8, found 4: it overlaps"
            ),
            (
                #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
                    + #""b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, "overlaps"
            ),
            (
                #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
                    + #""a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, "the key \"a\" twice"
            ),
            (#"{"a":{"dtype":"F32","shape":[0],"shape":[1],"data_offsets":[0,4]}}"#, 4, "twice"),
            (#"{"__metadata__":{"a":1}}"#, 0, "\"__metadata__\".\"a\" is 1; expected a string"),
        ] as [(String, Int, String)])
    func lyingHeader(header: String, contentSize: Int, message: String) {
        let bytes =
            withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) } + Data(header.utf8)
            + Data(repeating: 0, count: contentSize)
        expectFailure(.badData, mentioning: "p.safetensors", message, "replace it") {
            _ = try SafetensorsFile(decoding: bytes, named: "p.safetensors")
        }
    }

    @Test("a missing file, and a folder")
    func missing() {
        let folder = FileManager.default.temporaryDirectory
        expectFailure(.missingInput, mentioning: "absent.safetensors", "found nothing") {
            _ = try SafetensorsFile(contentsOf: folder.appendingPathComponent("absent.safetensors"))
        }
        expectFailure(.missingInput, mentioning: folder.path, "found a folder") {
            _ = try SafetensorsFile(contentsOf: folder)
        }
    }
}
