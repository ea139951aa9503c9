import Diagnostics
import Foundation

/// Files opened and read with failures that name the file and the system's reason.
enum InputFile {
    /// Opens a file for reading.
    ///
    /// - Throws: `Failure` of kind `.missingInput` when the file cannot be opened.
    static func open(_ file: URL) throws -> FileHandle {
        do {
            return try FileHandle(forReadingFrom: file)
        } catch {
            throw Failure(
                .missingInput, "cannot open \(file.path): \(systemReason(error)); give the path of a readable file")
        }
    }

    /// Reads the next bytes, at most `count`; none at the end of the file.
    ///
    /// - Throws: `Failure` of kind `.inputOutput` when the system cannot read.
    static func read(_ count: Int, from handle: FileHandle, of file: URL) throws -> Data {
        do {
            return try handle.read(upToCount: count) ?? Data()
        } catch {
            throw Failure(
                .inputOutput, "cannot read \(file.path): \(systemReason(error)); give the path of a readable file")
        }
    }

    /// Reads a whole file.
    ///
    /// - Parameter limit: the largest number of bytes that the file may have.
    /// - Throws: `Failure` of kind `.missingInput`, `.inputOutput`, or `.badData` when the file is longer than `limit`.
    static func contents(of file: URL, limit: Int) throws -> [UInt8] {
        let handle = try open(file)
        defer { try? handle.close() }
        var content: [UInt8] = []
        while true {
            let piece = try read(1 << 20, from: handle, of: file)
            if piece.isEmpty { return content }
            content.append(contentsOf: piece)
            guard content.count <= limit else {
                throw Failure(.badData, "\(file.path): expected at most \(limit) bytes, found more; fetch it again")
            }
        }
    }

    private static func systemReason(_ error: any Error) -> String {
        let error = error as NSError
        let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
        return cause.domain == NSPOSIXErrorDomain
            ? String(cString: strerror(Int32(cause.code))) : error.localizedDescription
    }
}
