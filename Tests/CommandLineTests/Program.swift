import Foundation
import Testing

/// The program as its users run it: a process with arguments, output and an exit status.
final class Program: Sendable {
    /// What a finished process left.
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String

        /// The last line of standard error.
        var lastError: String { errors.split(whereSeparator: \.isNewline).last.map(String.init) ?? "" }
    }

    /// A folder of its own, where the program runs; removed with this object.
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tac-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// A place in the folder.
    func file(_ name: String) -> URL { folder.appendingPathComponent(name) }

    /// Writes a file into the folder.
    @discardableResult
    func write(_ text: String, as name: String) throws -> URL {
        try Data(text.utf8).write(to: file(name))
        return file(name)
    }

    /// An executable beside the test bundle.
    private static func executable(_ name: String) throws -> URL {
        let places = [Bundle.main.bundleURL] + CommandLine.arguments.map { URL(fileURLWithPath: $0) }
        let folders = places.flatMap { place in
            sequence(first: place) { $0.path == "/" ? nil : $0.deletingLastPathComponent() }
        }
        let executable = folders.map { $0.appendingPathComponent(name) }.first { file in
            let type = try? FileManager.default.attributesOfItem(atPath: file.path)[.type] as? FileAttributeType
            return type == .typeRegular && FileManager.default.isExecutableFile(atPath: file.path)
        }
        return try #require(executable, "no executable \(name) beside \(places)")
    }

    /// Starts the program without waiting for it.
    ///
    /// - Parameters:
    ///   - wrapper: a shell command line that ends by executing its arguments, or nothing.
    ///   - executable: the program, or another one of the package.
    func start(
        _ arguments: [String], wrapper: String? = nil, executable name: String = "tac-reference"
    ) throws -> Running {
        let process = Process()
        let executable = try Self.executable(name).path
        if let wrapper {
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", "\(wrapper); exec \"$@\"", "sh", executable] + arguments
        } else {
            process.executableURL = URL(fileURLWithPath: executable)
            process.arguments = arguments
        }
        process.currentDirectoryURL = folder
        // What the machine has must not change what a test sees; a sanitizer's options are the test run's own. A crash is told by its
        // signal: the runtime's backtrace takes seconds, and under a sanitizer it does not end.
        process.environment = Self.sanitizerOptions
            .merging([
                "HOME": folder.path, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no",
            ]) { _, own in own }
        let files = try ["out", "err"].map { try write("", as: "\($0)-\(UUID().uuidString)") }
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return Running(program: self, process: process, output: files[0], errors: files[1])
    }

    private static var sanitizerOptions: [String: String] {
        ProcessInfo.processInfo.environment.filter { $0.key.hasSuffix("SAN_OPTIONS") }
    }

    /// Whether a process may have mounts of its own.
    static var mayMount: Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "unshare -m mount --bind /tmp /tmp 2>/dev/null"]
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// Whether the tests run under a sanitizer, as `.ci/sanitizers` starts them.
    static var isSanitized: Bool { !sanitizerOptions.isEmpty }

    /// Runs the program to its end.
    func run(_ arguments: String..., wrapper: String? = nil) throws -> Outcome {
        try start(arguments, wrapper: wrapper).finish()
    }

    /// A process that may still run.
    struct Running {
        /// Keeps the folder.
        fileprivate let program: Program
        let process: Process
        fileprivate let output: URL
        fileprivate let errors: URL

        /// Waits for the end.
        func finish() throws -> Outcome {
            process.waitUntilExit()
            return Outcome(
                status: process.terminationReason == .exit
                    ? process.terminationStatus : 128 + process.terminationStatus,
                output: try String(contentsOf: output, encoding: .utf8),
                errors: try String(contentsOf: errors, encoding: .utf8))
        }

        /// Waits until a file exists.
        func wait(for file: URL) throws {
            let deadline = Date(timeIntervalSinceNow: 60)
            while !FileManager.default.fileExists(atPath: file.path) {
                try #require(process.isRunning && Date() < deadline, "the process made no \(file.path)")
                Thread.sleep(forTimeInterval: 0.005)
            }
        }
    }
}
