import Foundation
import Testing

/// A system call on a folder that is counted by the preloaded library in Tests/FaultInjection.
struct SystemCall: Sendable, Equatable {
    /// Its place among the counted calls, from 1.
    let number: Int
    /// Whether it changes the folder or what is in it.
    let isWriting: Bool
    /// The function of the C library.
    let name: String

    /// Reads a line of the library's log; `nil` for another text.
    init?(_ line: Substring) {
        let words = line.split(separator: " ")
        guard words.count >= 3, let number = Int(words[0]) else { return nil }
        self.number = number
        isWriting = words[1] == "w"
        name = String(words[2])
    }
}

/// What a system call meets.
enum Disturbance: String, Sendable, CaseIterable {
    /// The disk is full.
    case noSpace = "ENOSPC"
    /// The device failed.
    case inputOutput = "EIO"
    /// The user's share of the disk is full.
    case quota = "EDQUOT"
    /// No permission.
    case access = "EACCES"
    /// A signal came in between; nothing was done.
    case interrupted = "EINTR"
    /// Half of the bytes were written or read.
    case short = "short"
    /// The process is killed before the call; a write has then written half of its bytes.
    case kill = "kill"

    /// The value of `FAULT_WITH`.
    var value: String {
        switch self {
        case .noSpace: "\(ENOSPC)"
        case .inputOutput: "\(EIO)"
        case .quota: "\(EDQUOT)"
        case .access: "\(EACCES)"
        case .interrupted: "\(EINTR)"
        case .short, .kill: rawValue
        }
    }

    /// Whether the program must go on as if nothing had been.
    var isHarmless: Bool { self == .interrupted || self == .short }

    /// What the documentation of a call says that it can meet.
    static func possible(for call: SystemCall) -> [Disturbance] {
        let full: [Disturbance] = [.noSpace, .inputOutput, .quota]
        switch call.name {
        case "open": return (call.isWriting ? full : [.inputOutput]) + [.access, .interrupted]
        case "write": return full + [.interrupted, .short]
        case "read": return [.inputOutput, .interrupted, .short]
        case "fsync", "fdatasync", "ftruncate", "close": return full + [.interrupted]
        case "rename", "renameat", "renameat2", "link", "mkdir", "mkdirat": return full + [.access]
        case "flock": return [.interrupted]
        default: return [.inputOutput, .access]
        }
    }
}

/// The library that disturbs system calls, compiled once in a process.
enum FaultLibrary {
    static let file: Result<URL, any Error> = Result {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../FaultInjection/faults.c").standardizedFileURL
        let library = FileManager.default.temporaryDirectory
            .appendingPathComponent("tac-faults-\(UUID().uuidString).so")
        // A C compiler comes with the system or with Swift's toolchain.
        for compiler in ["cc", "clang"] {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [compiler, "-shared", "-fPIC", "-O1", "-o", library.path, source.path, "-ldl"]
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            if process.terminationStatus == 0 { return library }
        }
        throw CocoaError(.executableNotLoadable, userInfo: [NSFilePathErrorKey: source.path])
    }
}
