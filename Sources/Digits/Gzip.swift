import CZlib
import Diagnostics
import Foundation

/// Decompression of gzip data (RFC 1952) by zlib, with one clear failure for each way in which they can be bad.
public enum Gzip {
    /// Whether bytes begin as gzip data do; their content decides, whatever their file is called.
    public static func isGzip(_ data: Data) -> Bool { data.starts(with: magic) }

    /// Decompresses gzip data.
    ///
    /// The data may have several members, as `cat a.gz b.gz` and `bgzip` make them: their contents follow each other
    /// (RFC 1952, section 2.2). Zero bytes after the last member are padding, as `gzip` takes them.
    ///
    /// - Parameters:
    ///   - data: at least one gzip member.
    ///   - name: what failures call the data.
    ///   - limit: the largest number of bytes that the content may have. It bounds memory when data lie.
    /// - Returns: the decompressed bytes.
    /// - Throws: `Failure` of kind `.badData` when the data are no gzip (what they are is said), truncated, damaged (the
    ///   CRC-32 or the length differs), followed by other bytes, or decompress to more than `limit` bytes.
    public static func decompress(_ data: Data, named name: String, limit: Int) throws -> [UInt8] {
        guard isGzip(data) || !data.isEmpty && data.count < magic.count && magic.starts(with: data) else {
            throw Failure(
                .badData,
                "\(name): expected gzip data (the bytes 1f 8b first), found \(ForeignContent.description(of: data)); "
                    + "fetch the file again")
        }
        // zlib's state points back at its stream, which therefore needs an address that never changes.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        let gzipWithLargestWindow: Int32 = 16 + 15
        let status = inflateInit2_(
            stream, gzipWithLargestWindow, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            throw Failure(.software, "zlib \(ZLIB_VERSION) did not start (status \(status)); reinstall zlib")
        }
        defer { inflateEnd(stream) }
        guard let size = UInt32(exactly: data.count) else {
            throw Failure(.badData, "\(name): expected less than 4 GiB of gzip data, found \(data.count) bytes")
        }

        var content: [UInt8] = []
        content.reserveCapacity(min(limit, declaredLength(data), largestExpansion * data.count))
        var input = [UInt8](data)
        // One for all members, of which a file may have very many.
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        try input.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = size
            while true {
                try inflateMember(stream, by: &buffer, onto: &content, named: name, limit: limit)
                let rest = UnsafeBufferPointer(rebasing: input.suffix(Int(stream.pointee.avail_in)))
                if rest.allSatisfy({ $0 == 0 }) { return }
                guard rest.starts(with: magic) else {
                    throw Failure(
                        .badData,
                        "\(name): expected the file's end after the gzip data, found \(rest.count) further bytes; fetch "
                            + "the file again")
                }
                inflateReset(stream)
            }
        }
        return content
    }

    private static let magic: [UInt8] = [0x1f, 0x8b]
    /// No deflate stream grows by more: 258 bytes take at least two bits.
    private static let largestExpansion = 1032

    /// The length of the last member's content modulo 2³², as the data say it: the last four bytes, the lowest first.
    private static func declaredLength(_ data: Data) -> Int {
        data.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// Inflates one member, up to its end, by way of a buffer.
    private static func inflateMember(
        _ stream: UnsafeMutablePointer<z_stream>, by buffer: inout [UInt8], onto content: inout [UInt8],
        named name: String, limit: Int
    ) throws {
        while true {
            let (status, produced) = buffer.withUnsafeMutableBufferPointer { output in
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(output.count)
                let status = inflate(stream, Z_NO_FLUSH)
                return (status, output.count - Int(stream.pointee.avail_out))
            }
            content.append(contentsOf: buffer[..<produced])
            guard content.count <= limit else {
                throw Failure(
                    .badData, "\(name): expected at most \(limit) decompressed bytes, found more; fetch it again")
            }
            switch status {
            case Z_STREAM_END:
                return
            case Z_OK where stream.pointee.avail_in > 0 || produced == buffer.count:
                continue
            case Z_OK, Z_BUF_ERROR:
                throw Failure(
                    .badData,
                    "\(name): the gzip data are truncated: they end after \(content.count) decompressed bytes, before the "
                        + "end of the stream; fetch the file again")
            default:
                throw damaged(stream.pointee, status: status, named: name, at: content.count)
            }
        }
    }

    private static func damaged(_ stream: z_stream, status: Int32, named name: String, at position: Int) -> Failure {
        let reason =
            switch stream.msg.map({ String(cString: $0) }) {
            case "incorrect data check": "the CRC-32 of the content differs from the one in the file"
            case "incorrect length check": "the length of the content differs from the one in the file"
            case let message?: message
            case nil: "zlib status \(status)"
            }
        return Failure(
            .badData,
            "\(name): the gzip data are damaged after \(position) decompressed bytes: \(reason); fetch the file again")
    }
}
