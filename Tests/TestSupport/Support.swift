import CZlib
import Diagnostics
import Foundation
import Testing

/// A folder that exists for one test and is removed after it.
public final class TemporaryFolder {
    /// Where it lies.
    public let url: URL

    /// Makes the folder.
    public init(
        at url: URL = FileManager.default.temporaryDirectory.appendingPathComponent("tac-\(UUID().uuidString)")
    ) throws {
        self.url = url
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    /// Writes a file and returns its place.
    @discardableResult
    public func write(_ bytes: some Sequence<UInt8>, as name: String) throws -> URL {
        let file = url.appendingPathComponent(name)
        try Data(bytes).write(to: file)
        return file
    }
}

/// The content of a file in Fixtures.
public func fixture(_ path: String) throws -> Data {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try Data(contentsOf: root.deletingLastPathComponent().appendingPathComponent("Fixtures/\(path)"))
}

/// Bytes as one gzip member, by zlib's own compressor: the inverse of what is under test, from the same library.
public func gzipped(_ content: some Sequence<UInt8>) -> [UInt8] {
    var input = Array(content)
    var output = [UInt8](repeating: 0, count: input.count + input.count / 10 + 1024)
    var stream = z_stream()
    let status = deflateInit2_(
        &stream, 6, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "deflateInit2 returned \(status)")
    let size = input.withUnsafeMutableBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(output.count)
            let status = deflate(&stream, Z_FINISH)
            precondition(status == Z_STREAM_END, "deflate returned \(status)")
            return output.count - Int(stream.avail_out)
        }
    }
    deflateEnd(&stream)
    return Array(output[..<size])
}

/// The bytes of an IDX file of unsigned bytes.
public func idx(_ dimensions: [Int], _ values: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [0, 0, 8, UInt8(dimensions.count)]
    for dimension in dimensions {
        bytes += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: dimension >> $0) }
    }
    return bytes + values
}

/// Expects `body` to throw a `Failure` of the given kind: one line that contains every fragment.
public func expectFailure(
    _ kind: Failure.Kind, mentioning fragments: String..., sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) {
    do {
        try body()
        Issue.record("expected a failure of kind \(kind), nothing was thrown", sourceLocation: sourceLocation)
    } catch let failure as Failure {
        #expect(failure.kind == kind, "\(failure)", sourceLocation: sourceLocation)
        #expect(!failure.message.contains { $0.isNewline }, sourceLocation: sourceLocation)
        for fragment in fragments {
            #expect(
                failure.message.contains(fragment), "'\(fragment)' is not in: \(failure)",
                sourceLocation: sourceLocation)
        }
    } catch {
        Issue.record("expected a Failure, found \(error)", sourceLocation: sourceLocation)
    }
}
