import Foundation
import Testing

@Suite("Command line: threads and memory")
struct CommandLineResourceTests {
    /// Far more than the limits of these tests.
    private static let large = [
        "train", "--embedded", "--set", "training.batchSize=1347", "--set", "training.views=512", "--steps", "1",
    ]

    @Test("the number of threads changes no bit of a run")
    func threads() throws {
        let program = try Program()
        try program.write(
            """
            {"training": {"batchSize": 8, "views": 2, "augmentationViews": 2}, "augmentation": {"channels": 2},
             "intermediateEncoder": {"channels": [2, 4], "features": 8}, "projectionHead": {"hidden": 8, "dimension": 4}}
            """, as: "tiny.json")
        let scalars = try ["1", "2", "3", "5", "8"].map { threads in
            let arguments = ["train", "--embedded", "--config", "tiny.json", "--steps", "8", "--output", threads]
            let outcome = try program.start(arguments + ["--threads", threads]).finish()
            try #require(outcome.status == 0, "\(outcome.errors)")
            // The header has the seconds; behind it are the parameters.
            let file = try Data(contentsOf: program.file("\(threads)/checkpoint.safetensors"))
            let header = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
            return file.dropFirst(8 + header)
        }
        #expect(scalars[0].count > 1000)
        for others in scalars.dropFirst() { #expect(Array(others) == Array(scalars[0])) }
    }

    @Test(
        "a limit of the process to the memory is kept",
        .disabled(if: Program.isSanitized, "a sanitizer takes more addresses than any limit allows"))
    func processLimit() throws {
        let outcome = try Program().start(Self.large, wrapper: "ulimit -v 4000000").finish()
        #expect(outcome.status == 64)
        #expect(outcome.lastError.contains("the 4.1 GB of memory that the limit of the process (ulimit) allows"))
    }

    @Test("a control group's limit to the memory is kept")
    func controlGroup() throws {
        guard let group = Self.makeGroup(bytes: 1 << 30) else { return }
        defer { rmdir(group) }
        let outcome = try Program().start(Self.large, wrapper: "echo $$ > \(group)/cgroup.procs").finish()
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(outcome.lastError.contains("the 1.1 GB of memory that the control group"), "\(outcome.lastError)")
    }

    /// A control group with a limit to the memory; says why there is none where the system has or allows none.
    private static func makeGroup(bytes: Int) -> String? {
        let name = "tac-reference-test-\(UUID().uuidString)"
        var reasons: [String] = []
        for (folder, file) in [
            ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max"),
        ] {
            let group = "\(folder)/\(name)"
            guard mkdir(group, 0o755) == 0 else {
                reasons.append("\(group): \(String(cString: strerror(errno)))")
                continue
            }
            do {
                let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(group)/\(file)"))
                try handle.write(contentsOf: Data("\(bytes)".utf8))
                try handle.close()
                return group
            } catch {
                reasons.append("\(group)/\(file): \(error)")
                rmdir(group)
            }
        }
        print("no control group can be made here, its limit is not tested: \(reasons.joined(separator: "; "))")
        return nil
    }
}
