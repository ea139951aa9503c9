import Foundation

/// Files opened and read with failures that name the file and the system's reason.
public enum InputFile {
    /// The largest file of text that is read, in bytes: far beyond the results of hundreds of runs, and little enough for
    /// the memory of any machine. It matters where a device or a foreign file is named by mistake.
    public static let largestText = 1 << 28

    /// Whether there is a file or folder of this name.
    ///
    /// - Throws: `Failure` of kind `.inputOutput` where the system cannot tell. That a file cannot be looked at does not mean
    ///   that there is none: whoever takes it so begins anew and overwrites what is there.
    public static func exists(_ file: URL) throws -> Bool {
        var status = stat()
        if stat(file.path, &status) == 0 { return true }
        let error = errno
        // Below a file there is nothing.
        if error == ENOENT || error == ENOTDIR { return false }
        throw Failure(
            .inputOutput, "cannot look for \(file.path): \(systemReason(error)); check the file system and permissions")
    }

    /// The names of what a folder holds, without order; none where there is no such folder.
    ///
    /// - Throws: `Failure` of kind `.inputOutput` where the system cannot tell.
    public static func names(in folder: URL) throws -> [String] {
        var isFolder: ObjCBool = false
        guard try exists(folder), FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder),
            isFolder.boolValue
        else { return [] }
        do { return try FileManager.default.contentsOfDirectory(atPath: folder.path) } catch {
            throw Failure(
                .inputOutput,
                "cannot list the folder \(folder.path): \(systemReason(of: error)); check the file system and permissions"
            )
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
        func failure(_ kind: Failure.Kind) -> Failure {
            let reason = systemReason(errno)
            return Failure(kind, "\(file.path): expected \(content), found no readable file (\(reason)); \(advice)")
        }
        let descriptor = uninterrupted { Foundation.open(file.path, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw failure(.missingInput) }
        defer { close(descriptor) }
        var (bytes, piece) = (Data(), [UInt8](repeating: 0, count: 1 << 16))
        while true {
            let read = piece.withUnsafeMutableBytes { piece in
                uninterrupted { Foundation.read(descriptor, piece.baseAddress, piece.count) }
            }
            guard read >= 0 else { throw failure(.inputOutput) }
            if read == 0 { return bytes }
            bytes.append(contentsOf: piece[..<read])
            guard bytes.count <= limit else {
                throw Failure(
                    .badData, "\(file.path): expected \(content) of at most \(limit) bytes, found more; \(advice)")
            }
        }
    }
}
