import Foundation

/// Files opened and read with failures that name the file and the system's reason.
public enum InputFile {
    /// The largest file of text that is read, in bytes: far beyond the results of hundreds of runs, and little enough for
    /// the memory of any machine. It matters where a device or a foreign file is named by mistake.
    public static let largestText = 1 << 28

    /// Opens a file for reading.
    ///
    /// - Throws: `Failure` of kind `.missingInput` when the file cannot be opened.
    public static func open(_ file: URL) throws -> FileHandle {
        do {
            return try FileHandle(forReadingFrom: file)
        } catch {
            throw Failure(
                .missingInput, "cannot open \(file.path): \(systemReason(of: error)); give the path of a readable file")
        }
    }

    /// Reads the next bytes, at most `count`; none at the end of the file.
    ///
    /// - Throws: `Failure` of kind `.inputOutput` when the system cannot read.
    public static func read(_ count: Int, from handle: FileHandle, of file: URL) throws -> Data {
        do {
            return try handle.read(upToCount: count) ?? Data()
        } catch {
            throw Failure(
                .inputOutput, "cannot read \(file.path): \(systemReason(of: error)); give the path of a readable file")
        }
    }

    /// Reads a whole file.
    ///
    /// - Parameters:
    ///   - file: the file; a pipe will do.
    ///   - content: what the file should hold, such as "a configuration in JSON", for messages.
    ///   - advice: what to do where there is no such file, for messages.
    ///   - limit: the largest number of bytes that the file may have.
    /// - Throws: `Failure` of kind `.missingInput` when the file cannot be opened, `.inputOutput` when it cannot be read,
    ///   `.badData` when it is longer than `limit`.
    public static func contents(
        of file: URL, expecting content: String, advice: String, limit: Int = largestText
    ) throws -> Data {
        func failure(_ kind: Failure.Kind, _ error: any Error) -> Failure {
            Failure(
                kind,
                "\(file.path): expected \(content), found no readable file (\(systemReason(of: error))); \(advice)")
        }
        let handle: FileHandle
        do { handle = try FileHandle(forReadingFrom: file) } catch { throw failure(.missingInput, error) }
        defer { try? handle.close() }
        var bytes = Data()
        while true {
            let piece: Data
            do { piece = try handle.read(upToCount: 1 << 20) ?? Data() } catch { throw failure(.inputOutput, error) }
            if piece.isEmpty { return bytes }
            bytes.append(piece)
            guard bytes.count <= limit else {
                throw Failure(
                    .badData, "\(file.path): expected \(content) of at most \(limit) bytes, found more; \(advice)")
            }
        }
    }
}
