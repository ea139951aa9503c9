import Foundation

/// Files that are written whole or not at all.
public enum AtomicFile {
    /// Writes `data` to `url` so that a reader sees the former content or all of the new one, never a part.
    ///
    /// The bytes go to a temporary file in the same folder, reach the disk (`fsync`), and take the name by `rename`;
    /// the folder is created where it is missing. After a failure the temporary file is gone and `url` is as it was.
    ///
    /// - Throws: `Failure` of kind `.inputOutput` that names the file and the system's reason.
    public static func write(_ data: Data, to url: URL) throws {
        let folder = url.deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            let reason = obstacle(to: folder).map { "\($0.path) is no folder" } ?? systemReason(of: error)
            throw Failure(
                .inputOutput,
                "cannot create the folder \(folder.path): \(reason); choose a folder that you may write to")
        }
        let temporary = folder.appendingPathComponent(
            ".\(url.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier).partial")
        let descriptor = open(temporary.path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { throw systemFailure("create", url) }
        do {
            try writeAll(data, to: descriptor, for: url)
        } catch {
            close(descriptor)
            unlink(temporary.path)
            throw error
        }
        guard close(descriptor) == 0, rename(temporary.path, url.path) == 0 else {
            let failure = systemFailure("write", url)
            unlink(temporary.path)
            throw failure
        }
    }

    /// What stands in a folder's place, or in that of a folder above it; Foundation does not say.
    private static func obstacle(to folder: URL) -> URL? {
        sequence(first: folder.standardizedFileURL) { $0.path == "/" ? nil : $0.deletingLastPathComponent() }
            .first { place in
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder) && !isFolder.boolValue
            }
    }

    private static func writeAll(_ data: Data, to descriptor: Int32, for url: URL) throws {
        try data.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                let written = Foundation.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
                if written < 0 && errno == EINTR { continue }
                guard written > 0 else { throw systemFailure("write", url) }
                offset += written
            }
        }
        guard fsync(descriptor) == 0 else { throw systemFailure("write", url) }
    }

    private static func systemFailure(_ verb: String, _ url: URL) -> Failure {
        Failure(
            .inputOutput,
            "cannot \(verb) \(url.path): \(String(cString: strerror(errno))); free space or choose another folder")
    }
}
