import CZlib
import Diagnostics
import Foundation

/// Decompression of gzip files (RFC 1952) by zlib, with one clear failure for each way in which such a file is bad.
public enum Gzip {
    /// Decompresses a gzip file, reading it piece by piece.
    ///
    /// - Parameters:
    ///   - file: a file that holds exactly one gzip member.
    ///   - limit: the largest number of bytes that the content may have. It bounds memory when a file lies.
    /// - Returns: the decompressed bytes.
    /// - Throws: `Failure` of kind `.missingInput` when the file cannot be opened, `.inputOutput` when reading fails,
    ///   `.badData` when it is empty, no gzip (an HTML page is named as one), truncated, damaged (the CRC-32 or the
    ///   length differs), followed by other bytes, or decompresses to more than `limit` bytes.
    public static func decompress(contentsOf file: URL, limit: Int) throws -> [UInt8] {
        let handle = try InputFile.open(file)
        defer { try? handle.close() }
        return try decompress(named: file.path, limit: limit) { try InputFile.read(chunkSize, from: handle, of: file) }
    }

    /// Decompresses gzip bytes in memory.
    ///
    /// - Parameters:
    ///   - data: exactly one gzip member.
    ///   - name: what failures call the bytes.
    ///   - limit: the largest number of bytes that the content may have.
    /// - Returns: the decompressed bytes.
    /// - Throws: `Failure` of kind `.badData` as `decompress(contentsOf:limit:)` does.
    public static func decompress(_ data: Data, named name: String, limit: Int) throws -> [UInt8] {
        var rest = data[...]
        return try decompress(named: name, limit: limit) {
            defer { rest = rest.dropFirst(chunkSize) }
            return rest.prefix(chunkSize)
        }
    }

    private static let chunkSize = 1 << 18

    /// Runs the pieces that `next` returns (an empty one is the end) through zlib.
    private static func decompress(named name: String, limit: Int, next: () throws -> Data) throws -> [UInt8] {
        var chunk = try next()
        try checkBeginning(chunk, named: name)

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

        var content: [UInt8] = []
        // Pages that are not written to cost nothing; growing would copy the content again and again.
        content.reserveCapacity(min(limit, 1 << 26))
        var buffer = [UInt8](repeating: 0, count: chunkSize)
        var ended = false
        while !chunk.isEmpty {
            if ended { throw trailingBytes(named: name) }
            ended = try inflate(chunk, with: stream, through: &buffer, onto: &content, named: name, limit: limit)
            chunk = try next()
        }
        guard ended else {
            throw Failure(
                .badData,
                "\(name): the gzip data are truncated: the file ends after \(content.count) decompressed bytes, before "
                    + "the end of the stream; fetch the file again")
        }
        return content
    }

    /// Inflates one piece completely.
    ///
    /// - Returns: whether the stream ended with this piece.
    private static func inflate(
        _ chunk: Data, with stream: UnsafeMutablePointer<z_stream>, through buffer: inout [UInt8],
        onto content: inout [UInt8], named name: String, limit: Int
    ) throws -> Bool {
        var input = [UInt8](chunk)
        return try input.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            while true {
                let (status, produced) = buffer.withUnsafeMutableBufferPointer { output in
                    stream.pointee.next_out = output.baseAddress
                    stream.pointee.avail_out = UInt32(output.count)
                    let status = CZlib.inflate(stream, Z_NO_FLUSH)
                    return (status, output.count - Int(stream.pointee.avail_out))
                }
                content.append(contentsOf: buffer[..<produced])
                guard content.count <= limit else {
                    throw Failure(
                        .badData, "\(name): expected at most \(limit) decompressed bytes, found more; fetch it again")
                }
                switch status {
                case Z_STREAM_END:
                    if stream.pointee.avail_in > 0 { throw trailingBytes(named: name) }
                    return true
                case Z_OK where stream.pointee.avail_in > 0 || produced == buffer.count:
                    continue
                case Z_OK, Z_BUF_ERROR:
                    return false
                default:
                    throw damaged(stream.pointee, status: status, named: name, at: content.count)
                }
            }
        }
    }

    private static func checkBeginning(_ beginning: Data, named name: String) throws {
        guard !beginning.isEmpty else {
            throw Failure(.badData, "\(name): expected gzip data, found an empty file (0 bytes); fetch the file again")
        }
        let magic: [UInt8] = [0x1f, 0x8b]
        let found = Array(beginning.prefix(2))
        if found[0] == UInt8(ascii: "<") {
            throw Failure(
                .badData,
                "\(name): expected gzip data, found a web page (the file begins with '<'), such as a server's error "
                    + "page; delete it and fetch the file again")
        }
        guard magic.starts(with: found) else {
            let digits = found.map { String(format: "%02x", $0) }.joined(separator: " ")
            throw Failure(
                .badData, "\(name): expected gzip data (the bytes 1f 8b first), found \(digits); fetch the file again")
        }
    }

    private static func trailingBytes(named name: String) -> Failure {
        Failure(
            .badData,
            "\(name): expected the file's end after the gzip data, found further bytes; fetch the file again")
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
