import Foundation
import TestSupport
import Testing

@testable import Diagnostics

/// One writer a folder.
@Suite struct FolderLockTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func oneHolderAtATime() throws {
        let place = folder.url.appendingPathComponent("run")
        var first: FolderLock? = try FolderLock(place)
        #expect(first?.isHeld == true)
        let failure = #expect(throws: Failure.self) { try FolderLock(place) }
        #expect(failure?.kind == .busy && failure?.message.contains(place.path) == true)
        try Data().write(to: place.appendingPathComponent("file"))
        first = nil
        #expect(try FolderLock(place).isHeld)
    }

    /// The lock is on the folder, wherever it is; what is at its path may be another one.
    @Test func aFolderThatWasMovedIsNoticed() throws {
        let (place, elsewhere) = (folder.url.appendingPathComponent("run"), folder.url.appendingPathComponent("moved"))
        let lock = try FolderLock(place)
        try lock.requireInPlace()
        try FileManager.default.moveItem(at: place, to: elsewhere)
        #expect(throws: Failure.self) { try lock.requireInPlace() }
        let other = try FolderLock(place)
        try other.requireInPlace()
        let failure = #expect(throws: Failure.self) { try lock.requireInPlace() }
        #expect(failure?.kind == .inputOutput && failure?.message.contains("moved or deleted") == true)
        withExtendedLifetime(other) {}
    }

    @Test func aNewFolderThatStaysEmptyGoes() throws {
        let outermost = folder.url.appendingPathComponent("a")
        do { _ = try FolderLock(outermost.appendingPathComponent("b/run")) }
        #expect(!FileManager.default.fileExists(atPath: outermost.path))
        // Not those that have anything else in them meanwhile, or were there before.
        do {
            let lock = try FolderLock(outermost.appendingPathComponent("b/run"))
            try Data("x".utf8).write(to: outermost.appendingPathComponent("file"))
            withExtendedLifetime(lock) {}
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: outermost.path) == ["file"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a"])
    }

    /// Who waits has the lock as soon as the other lets go.
    @Test func oneMayWait() async throws {
        let place = folder.url.appendingPathComponent("run")
        let first = try FolderLock(place)
        let second = Task.detached { try FolderLock(place, waits: true).isHeld }
        try await Task.sleep(for: .milliseconds(50))
        withExtendedLifetime(first) {}
        _ = consume first
        #expect(try await second.value)
    }

    @Test func onlyLeftoversOfItsFilesGo() throws {
        let kept = [".other.1f.partial", "checkpoint", ".checkpoint.1f", "x.checkpoint.1f.partial", "configuration"]
        for name in kept + [".checkpoint.1f.partial", ".configuration.4711.partial"] {
            try Data("x".utf8).write(to: folder.url.appendingPathComponent(name))
        }
        try FolderLock(folder.url).removeLeftovers(of: ["checkpoint", "configuration"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == kept.sorted())
    }
}
