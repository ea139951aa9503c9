import Foundation

/// Files that are written whole or not at all.
public enum AtomicFile {
    /// Writes `data` to `url` so that a reader sees the former content or all of the new one, never a part.
    ///
    /// The bytes go to a temporary file in the same folder, reach the disk (`fsync`), and take the name by `rename`; the folder
    /// is created where it is missing. A symbolic link stays one: what it points to is replaced. A file that is replaced hands
    /// on its mode and, from the superuser, its owner. What is no regular file (a device, a pipe) is written to and stays what it
    /// is, and so is what a descriptor of this process leads to (`/dev/stdout`, `/dev/fd/3`). After a failure the temporary
    /// file is gone and `url` is as it was. One kind of file cannot be replaced: that on which another is mounted, as containers
    /// do; its content is overwritten, and a failure in between leaves a part of it.
    ///
    /// - Throws: `Failure` of kind `.inputOutput` that names the file and the system's reason.
    public static func write(_ data: Data, to url: URL) throws {
        let missing = missingFolders(above: url.path)
        do {
            try put(data, into: url)
        } catch {
            for folder in missing { rmdir(folder) }
            throw error
        }
    }

    private static func put(_ data: Data, into url: URL) throws {
        switch try Destination(of: url) {
        case .descriptor(let number): try writeAll(data, to: number, for: url)
        case .stream(let path):
            let descriptor = uninterrupted { open(path, O_WRONLY | O_CLOEXEC) }
            guard descriptor >= 0 else { throw systemFailure("write", url) }
            defer { close(descriptor) }
            try writeAll(data, to: descriptor, for: url)
        case .file(let path, let status):
            try createFolder(URL(fileURLWithPath: path).deletingLastPathComponent())
            let temporary = try TemporaryFile(beside: path, for: url)
            do {
                if let status {
                    // Only the superuser may give a file away; whose it is matters only if that is who writes.
                    if status.st_uid != geteuid() { _ = fchown(temporary.descriptor, status.st_uid, status.st_gid) }
                    guard uninterrupted({ fchmod(temporary.descriptor, status.st_mode & 0o7777) }) == 0 else {
                        throw systemFailure("write", url)
                    }
                }
                try writeAll(data, to: temporary.descriptor, for: url)
                guard uninterrupted({ fsync(temporary.descriptor) }) == 0 else { throw systemFailure("write", url) }
            } catch {
                temporary.remove()
                throw error
            }
            // An interrupted close has closed on Linux, and the bytes are on the disk.
            let isClosed = close(temporary.descriptor) == 0 || errno == EINTR
            if isClosed, rename(temporary.path, path) == 0 { return }
            let isMountPoint = isClosed && errno == EBUSY
            let failure = systemFailure("write", url)
            unlink(temporary.path)
            guard isMountPoint else { throw failure }
            try overwrite(path, with: data, for: url)
        }
    }

    /// Writes over the content of a file that is there.
    private static func overwrite(_ path: String, with data: Data, for url: URL) throws {
        let descriptor = uninterrupted { open(path, O_WRONLY | O_TRUNC | O_CLOEXEC) }
        guard descriptor >= 0 else { throw systemFailure("write", url) }
        defer { close(descriptor) }
        try writeAll(data, to: descriptor, for: url)
        guard uninterrupted({ fsync(descriptor) }) == 0 else { throw systemFailure("write", url) }
    }

    /// Fails now where ``write(_:to:)`` would fail for a place that cannot be written to: called before work whose result goes
    /// there. Nothing is left behind.
    ///
    /// - Throws: as ``write(_:to:)`` does.
    public static func requireWritable(_ url: URL) throws {
        switch try Destination(of: url) {
        case .descriptor(let number):
            let flags = fcntl(number, F_GETFL)
            guard flags != -1 else { throw systemFailure("write", url) }
            guard flags & O_ACCMODE != O_RDONLY else {
                errno = EBADF
                throw systemFailure("write", url)
            }
        case .stream(let path): guard access(path, W_OK) == 0 else { throw systemFailure("write", url) }
        case .file(let path, _):
            // Folders are not made and removed again for this: another process may have found them in between.
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
            if let obstacle = obstacle(to: folder) { throw folderFailure(folder, "\(obstacle) is no folder") }
            let missing = [path] + missingFolders(above: path)
            guard missing.allSatisfy({ ($0 as NSString).lastPathComponent.utf8.count <= NAME_MAX }) else {
                errno = ENAMETOOLONG
                throw systemFailure("create", url)
            }
            try TemporaryFile(beside: missing[missing.count - 1], for: url).remove()
        }
    }

    /// The folders that a file needs and that are not there, the innermost first.
    static func missingFolders(above path: String) -> [String] {
        var (missing, folder) = ([String](), (path as NSString).deletingLastPathComponent)
        while !folder.isEmpty, folder != "/", access(folder, F_OK) != 0 {
            missing.append(folder)
            folder = (folder as NSString).deletingLastPathComponent
        }
        return missing
    }

    /// Whether a file's name is that of a temporary file of ``write(_:to:)`` for a file named `name`.
    static func isTemporary(_ candidate: String, for name: String) -> Bool {
        candidate.hasPrefix(".\(shortened(name)).") && candidate.hasSuffix(".partial")
    }

    /// Where bytes for a file go.
    private enum Destination {
        /// A regular file, or none yet: its place, behind all links, and what the system says of what is there.
        case file(path: String, status: stat?)
        /// A descriptor that this process was given.
        case descriptor(Int32)
        /// Something that bytes flow into.
        case stream(path: String)

        init(of url: URL) throws {
            var (path, status) = (url.path, stat())
            if let number = Self.descriptor(named: path) {
                self = .descriptor(number)
                return
            }
            if stat(path, &status) == 0 {
                switch status.st_mode & S_IFMT {
                case S_IFREG:
                    guard access(path, W_OK) == 0, let real = realpath(path, nil) else {
                        throw systemFailure("write", url)
                    }
                    defer { free(real) }
                    self = .file(path: String(cString: real), status: status)
                case S_IFDIR:
                    throw Failure(.inputOutput, "cannot write \(path): it is a folder; give the name of a file")
                case S_IFSOCK:
                    throw Failure(.inputOutput, "cannot write \(path): it is a socket; give the name of a file")
                default: self = .stream(path: path)
                }
                return
            }
            guard errno == ENOENT || errno == ENOTDIR else { throw systemFailure("write", url) }
            // A link that points to nothing yet is followed, as the system's own open would; it gives up at 40 as well.
            for _ in 0..<40 {
                guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { break }
                path = target.hasPrefix("/") ? target : (path as NSString).deletingLastPathComponent + "/" + target
            }
            self = .file(path: path, status: nil)
        }

        /// The descriptor that a path of the system's own stands for. What it leads to may be a file that others write to, too; a
        /// new one in its place would not reach them.
        private static func descriptor(named path: String) -> Int32? {
            switch path {
            case "/dev/stdin": return 0
            case "/dev/stdout": return 1
            case "/dev/stderr": return 2
            default:
                let folders = ["/dev/fd/", "/proc/self/fd/"]
                return folders.first(where: path.hasPrefix).flatMap { Int32(path.dropFirst($0.count)) }
            }
        }
    }

    /// A file that takes another's name once it is complete.
    private struct TemporaryFile {
        let path: String
        let descriptor: Int32

        /// A new file in the folder of `path`. Its name is random: processes in two containers, which see one folder and may
        /// have equal ids, never share one.
        init(beside path: String, for url: URL) throws {
            let (folder, name) = ((path as NSString).deletingLastPathComponent, (path as NSString).lastPathComponent)
            let random = String(UInt64.random(in: .min ... .max), radix: 16)
            self.path = "\(folder)/.\(shortened(name)).\(random).partial"
            let place = self.path
            descriptor = uninterrupted { open(place, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644) }
            guard descriptor >= 0 else { throw systemFailure("create", url) }
        }

        func remove() {
            close(descriptor)
            unlink(path)
        }
    }

    /// A name cut so that a longer one made of it is still a name: file systems allow 255 bytes.
    private static func shortened(_ name: String) -> String {
        var name = name
        while name.utf8.count > 200 { name.removeLast() }
        return name
    }

    /// Creates a folder and those above it.
    static func createFolder(_ folder: URL) throws {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            let reason = obstacle(to: folder).map { "\($0) is no folder" } ?? systemReason(of: error)
            throw folderFailure(folder, reason)
        }
    }

    private static func folderFailure(_ folder: URL, _ reason: String) -> Failure {
        Failure(
            .inputOutput, "cannot create the folder \(folder.path): \(reason); choose a folder that you may write to")
    }

    /// What stands in a folder's place, or in that of a folder above it; Foundation does not say.
    private static func obstacle(to folder: URL) -> String? {
        var path = folder.path
        while !path.isEmpty && path != "/" {
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue { return path }
            path = (path as NSString).deletingLastPathComponent
        }
        return nil
    }

    private static func writeAll(_ data: Data, to descriptor: Int32, for url: URL) throws {
        try data.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = uninterrupted {
                    Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                }
                guard written > 0 else { throw systemFailure("write", url) }
                rest = rest.dropFirst(written)
            }
        }
    }

    private static func systemFailure(_ verb: String, _ url: URL) -> Failure {
        let number = errno
        let remedy = [EACCES, EPERM, EROFS].contains(number) ? "give access to it" : "free space"
        return Failure(
            .inputOutput, "cannot \(verb) \(url.path): \(systemReason(number)); \(remedy) or choose another folder")
    }
}
