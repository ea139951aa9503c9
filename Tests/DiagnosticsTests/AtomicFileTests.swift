import Foundation
import TestSupport
import Testing

@testable import Diagnostics

/// What a write leaves: the file whole, links, modes and special files as they were, and nothing besides.
@Suite struct AtomicFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOf: folder.url.appendingPathComponent(name), encoding: .utf8)
    }

    private func mode(_ name: String) throws -> Int? {
        let path = folder.url.appendingPathComponent(name).path
        return (try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue
    }

    private func place(_ name: String) -> URL { folder.url.appendingPathComponent(name) }

    @Test func theModeIsKept() throws {
        try Data("old".utf8).write(to: place("file"))
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: place("file").path)
        try AtomicFile.write(Data("new".utf8), to: place("file"))
        #expect(try text("file") == "new" && mode("file") == 0o640)
    }

    /// The owner may have a mode that lets nobody else read.
    @Test(.enabled(if: geteuid() == 0, "only the superuser may give a file away")) func theOwnerIsKept() throws {
        try Data("old".utf8).write(to: place("file"))
        #expect(chown(place("file").path, 1_000, 1_001) == 0 && chmod(place("file").path, 0o600) == 0)
        try AtomicFile.write(Data("new".utf8), to: place("file"))
        var status = stat()
        #expect(stat(place("file").path, &status) == 0 && status.st_uid == 1_000 && status.st_gid == 1_001)
        #expect(try text("file") == "new" && mode("file") == 0o600)
    }

    @Test("a link stays one, whether it points to a file, to a link, or to nothing yet", arguments: [true, false])
    func linksAreFollowed(targetExists: Bool) throws {
        let other = place("elsewhere")
        try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
        if targetExists { try Data("old".utf8).write(to: other.appendingPathComponent("target")) }
        try FileManager.default.createSymbolicLink(
            atPath: place("second").path, withDestinationPath: "elsewhere/target")
        try FileManager.default.createSymbolicLink(
            atPath: place("first").path, withDestinationPath: place("second").path)
        try AtomicFile.write(Data("new".utf8), to: place("first"))
        #expect(try text("elsewhere/target") == "new")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: place("first").path) == place("second").path)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: place("second").path) == "elsewhere/target")
        #expect(try names() == ["elsewhere", "first", "second"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: other.path) == ["target"])
    }

    @Test func aPipeIsWrittenInto() throws {
        let path = place("pipe").path
        #expect(mkfifo(path, 0o600) == 0)
        // Open for both, so that no end waits for the other.
        let reader = open(path, O_RDWR)
        defer { close(reader) }
        try AtomicFile.requireWritable(place("pipe"))
        try AtomicFile.write(Data("through".utf8), to: place("pipe"))
        var bytes = [UInt8](repeating: 0, count: 7)
        #expect(read(reader, &bytes, 7) == 7 && String(decoding: bytes, as: UTF8.self) == "through")
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType != .typeRegular)
        #expect(try names() == ["pipe"])
    }

    @Test func devicesStay() throws {
        try AtomicFile.requireWritable(URL(fileURLWithPath: "/dev/null"))
        try AtomicFile.write(Data("gone".utf8), to: URL(fileURLWithPath: "/dev/null"))
        var status = stat()
        #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    }

    @Test("a name of 250 bytes is a name", arguments: ["n", "ü"])
    func longNames(letter: String) throws {
        let name = String(repeating: letter, count: 250 / letter.utf8.count)
        try AtomicFile.write(Data("new".utf8), to: place(name))
        #expect(try text(name) == "new" && names() == [name])
    }

    @Test("what cannot be written is said, before the work and at the write, and nothing stays behind")
    func obstacles() throws {
        try Data("a file".utf8).write(to: place("file"))
        let tooLong = String(repeating: "n", count: 256)
        for (name, words) in [
            (".", "folder"), ("file/below", "is no folder"), ("\(tooLong)", "too long"),
            ("missing/\(tooLong)/x", "cannot"),
        ] {
            for attempt in [AtomicFile.requireWritable, { try AtomicFile.write(Data(), to: $0) }] {
                let failure = #expect(throws: Failure.self) { try attempt(place(name)) }
                #expect(failure?.kind == .inputOutput && failure?.message.contains(words) == true, "\(failure as Any)")
            }
        }
        #expect(try names() == ["file"] && text("file") == "a file")
    }

    /// What `--output /dev/stderr 2>>log` means: the file that others write to gets the bytes after what it has, and stays.
    @Test("a descriptor's file is written to, not replaced", arguments: ["/dev/fd", "/proc/self/fd"])
    func descriptors(folder: String) throws {
        try Data("old ".utf8).write(to: place("log"))
        let descriptor = open(place("log").path, O_WRONLY | O_APPEND)
        let reading = open(place("log").path, O_RDONLY)
        defer {
            close(descriptor)
            close(reading)
        }
        let target = URL(fileURLWithPath: "\(folder)/\(descriptor)")
        try AtomicFile.requireWritable(target)
        try AtomicFile.write(Data("new".utf8), to: target)
        write(descriptor, " and more", 9)
        #expect(try text("log") == "old new and more")
        for attempt in [AtomicFile.requireWritable, { try AtomicFile.write(Data("x".utf8), to: $0) }] {
            #expect(throws: Failure.self) { try attempt(URL(fileURLWithPath: "\(folder)/\(reading)")) }
            #expect(throws: Failure.self) { try attempt(URL(fileURLWithPath: "\(folder)/999")) }
        }
        #expect(try names() == ["log"])
    }

    @Test func beingAskedLeavesNothing() throws {
        try AtomicFile.requireWritable(place("file"))
        try AtomicFile.requireWritable(place("new/folders/file"))
        #expect(try names().isEmpty)
        try AtomicFile.write(Data("new".utf8), to: place("new/folders/file"))
        try AtomicFile.requireWritable(place("new/folders/other"))
        #expect(try text("new/folders/file") == "new")
    }

    @Test func aSocketIsRefused() throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // A socket's path is short; that of the folder need not be.
        let path = "/tmp/tac-\(UInt32.random(in: .min ... .max)).socket"
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        #if os(Linux)
            let kind = Int32(SOCK_STREAM.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        let descriptor = socket(AF_UNIX, kind, 0)
        defer {
            close(descriptor)
            unlink(path)
        }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isBound = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        try #require(isBound == 0)
        let failure = #expect(throws: Failure.self) { try AtomicFile.requireWritable(URL(fileURLWithPath: path)) }
        #expect(failure?.message.contains("it is a socket") == true)
    }
}
