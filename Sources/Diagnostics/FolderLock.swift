import Foundation

/// The right to write into a folder, which one process has at a time.
///
/// An advisory lock of the system (`flock`) on the folder itself, so that no file is left behind; the kernel takes it back when
/// its holder ends, however it ends. Some network file systems have none: see ``isHeld``.
public final class FolderLock {
    /// Whether the system gave the lock. Where it is false, the file system has no locks, and nothing keeps two processes apart.
    public let isHeld: Bool
    private let folder: URL
    /// The folders that were made for it, the innermost first.
    private let made: [String]
    private let descriptor: Int32

    /// Takes the lock of a folder, which is created where it is missing.
    ///
    /// - Parameters:
    ///   - folder: the folder.
    ///   - waits: whether to wait for another process that has it, which is to have it for a moment only.
    /// - Throws: `Failure` of kind `.busy` where another process has it, `.inputOutput` for a folder that cannot be created or
    ///   opened.
    public init(_ folder: URL, waits: Bool = false) throws {
        made = AtomicFile.missingFolders(above: folder.path + "/.")
        try AtomicFile.createFolder(folder)
        self.folder = folder
        descriptor = uninterrupted { open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else {
            let reason = systemReason(errno)
            throw Failure(
                .inputOutput, "cannot open the folder \(folder.path): \(reason); choose one that you may write to")
        }
        let held = descriptor
        let outcome = uninterrupted { flock(held, waits ? LOCK_EX : LOCK_EX | LOCK_NB) }
        if outcome != 0 && errno == EWOULDBLOCK {
            close(descriptor)
            throw Failure(
                .busy,
                "\(folder.path): expected a folder that no other process is writing into, found one that is in use; wait for "
                    + "that process to end, or choose another folder")
        }
        isHeld = outcome == 0
    }

    /// Fails where the folder is no longer at its path: what is there now may be another process's.
    ///
    /// - Throws: `Failure` of kind `.inputOutput`.
    public func requireInPlace() throws {
        var (own, there) = (stat(), stat())
        guard fstat(descriptor, &own) == 0, stat(folder.path, &there) == 0, own.st_dev == there.st_dev,
            own.st_ino == there.st_ino
        else {
            throw Failure(
                .inputOutput,
                "\(folder.path): expected the folder that this process began with, found that it was moved or deleted; move it "
                    + "back, or begin again")
        }
    }

    deinit {
        // Fails, as it should, for a folder with anything in it.
        if (try? requireInPlace()) != nil {
            for path in made { guard rmdir(path) == 0 else { break } }
        }
        close(descriptor)
    }

    /// Removes what a process that was killed while it wrote files of these names left of them. Without the lock nothing is
    /// removed: it might be what a living process is writing.
    public func removeLeftovers(of names: [String]) {
        guard isHeld, let entries = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else { return }
        for entry in entries where names.contains(where: { AtomicFile.isTemporary(entry, for: $0) }) {
            try? FileManager.default.removeItem(at: folder.appendingPathComponent(entry))
        }
    }
}
