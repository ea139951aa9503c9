import Foundation
import Testing

/// What a careless user or a broken machine does to the places that are written to.
@Suite("Command line: output") struct CommandLineOutputTests {
    private static let tiny = [
        "training.batchSize=8", "training.views=2", "training.augmentationViews=2", "intermediateEncoder.channels=2,4",
        "intermediateEncoder.features=8", "projectionHead.hidden=8", "projectionHead.dimension=4",
        "augmentation.channels=2",
        "evaluation.maximumIterations=5",
    ].flatMap { ["--set", $0] }

    private func train(_ folder: String, steps: Int, _ others: String...) -> [String] {
        ["train", "--embedded", "--output", folder, "--steps", "\(steps)"] + Self.tiny + others
    }

    @Test("while one process trains in a folder, another neither trains nor evaluates there")
    func oneFolderTwoProcesses() throws {
        let program = try Program()
        let first = try program.start(train("run", steps: 100_000))
        try first.wait(for: program.file("run/configuration.json"))
        for arguments in [train("run", steps: 100_000, "--seed", "2"), ["evaluate", "--embedded", "run"]] {
            let outcome = try program.start(arguments).finish()
            #expect(outcome.status == 75 && outcome.lastError.contains("in use"), "\(outcome.errors)")
        }
        first.process.interrupt()
        #expect(try first.finish().status == 130)
        let files = try FileManager.default.contentsOfDirectory(atPath: program.file("run").path).sorted()
        #expect(files == ["checkpoint.safetensors", "configuration.json"])
    }

    @Test("a run that is not trained to its end is evaluated with a warning")
    func halfTrained() throws {
        let program = try Program()
        let first = try program.start(train("run", steps: 100_000))
        try first.wait(for: program.file("run/configuration.json"))
        first.process.interrupt()
        #expect(try first.finish().status == 130)
        let outcome = try program.run("evaluate", "--embedded", "run")
        #expect(
            outcome.status == 0 && outcome.errors.contains("of 100000 steps; to go on: tac-reference train"),
            "\(outcome.errors)")
        // However few its steps are, the run has an objective.
        #expect(outcome.output.contains("objective ") && !outcome.output.contains("nan"), "\(outcome.output)")
    }

    @Test("the same setting twice is refused, in whatever order")
    func settingTwice() throws {
        for arguments in [["--seed", "5", "--set", "seed=7"], ["--set", "training.steps=7", "--steps", "7"]] {
            let outcome = try Program().start(["train", "--embedded"] + arguments).finish()
            #expect(outcome.status == 64 && outcome.lastError.contains("say the same thing"), "\(outcome.errors)")
        }
    }

    @Test(
        "a limit on the size of files is an error of the write: the old file stays, and nothing else",
        .disabled(if: Program.isSanitized, "ThreadSanitizer maps files of its own, larger than the limit"))
    func fileSizeLimit() throws {
        let program = try Program()
        #expect(try program.start(train("run", steps: 2)).finish().status == 0)
        let before = try Data(contentsOf: program.file("run/checkpoint.safetensors"))
        let outcome = try program.start(
            train("run", steps: 4, "--set", "training.learningRateSchedule=constant"), wrapper: "ulimit -f 1"
        )
        .finish()
        #expect(outcome.status == 64 || outcome.status == 74, "\(outcome.errors)")
        let fresh = try program.start(train("fresh", steps: 2), wrapper: "ulimit -f 1").finish()
        #expect(fresh.status == 74 && fresh.lastError.contains("cannot write"), "\(fresh.errors)")
        #expect(try Data(contentsOf: program.file("run/checkpoint.safetensors")) == before)
        for folder in ["run", "fresh"] {
            // A new folder in which nothing could be written is gone.
            let files = (try? FileManager.default.contentsOfDirectory(atPath: program.file(folder).path)) ?? []
            #expect(!files.contains { $0.hasSuffix(".partial") }, "\(files)")
        }
    }

    @Test(
        "a current folder that was deleted is said at once",
        arguments: [
            ["train", "--embedded"], ["verify", "--output", "page"], ["benchmark", "--output", "file.json"],
        ])
    func deletedFolder(arguments: [String]) throws {
        let outcome = try Program().start(arguments, wrapper: "mkdir gone && cd gone && rmdir ../gone").finish()
        #expect(outcome.status == 74 && outcome.lastError.contains("the current folder"), "\(outcome.errors)")
    }

    @Test(
        "an empty path is none",
        arguments: [
            ["train", "--output", ""], ["train", "--mnist", ""], ["train", "--config", ""],
            ["verify", "--channel", ""],
            ["evaluate", ""], ["reproduce", "--merge", ""],
        ])
    func emptyPaths(arguments: [String]) throws {
        let program = try Program()
        let outcome = try program.start(arguments).finish()
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(outcome.errors.split(whereSeparator: \.isNewline).count == 1, "\(outcome.errors)")
    }

    @Test("a path that is no UTF-8 is refused, not taken for another one")
    func otherEncodings() throws {
        let program = try Program()
        for wrapper in [
            #"set -- "$@" --output "$(printf 'r\377n')""#, #"TAC_MNIST="$(printf '/tmp/\377')"; export TAC_MNIST"#,
        ] {
            let outcome = try program.start(["train", "--steps", "1"], wrapper: wrapper).finish()
            #expect(outcome.status == 64 && outcome.lastError.contains("UTF-8"), "\(outcome.errors)")
        }
        let inside = try program.start(
            ["train", "--embedded", "--steps", "1", "--output", "run"],
            wrapper: #"d="$(printf 'f\377')"; mkdir "$d"; cd "$d""#
        ).finish()
        #expect(inside.status == 64 && inside.lastError.contains("the current folder"), "\(inside.errors)")
        #expect(!FileManager.default.fileExists(atPath: program.file("results").path))
    }

    @Test("a file that cannot be written is said before the measurement")
    func checkedBeforeTheWork() throws {
        let program = try Program()
        try program.write("a file", as: "file")
        for arguments in [
            ["benchmark", "--output", "file/below.json"], ["benchmark", "--output", "."],
            ["verify", "--output", "file"],
            ["reproduce", "--quick", "--embedded", "--table", "1", "--output", "file"],
        ] {
            let outcome = try program.start(arguments).finish()
            #expect(outcome.status == 74 || outcome.status == 66, "\(arguments): \(outcome.errors)")
            #expect(!outcome.errors.contains("timing") && outcome.output.isEmpty, "\(outcome.errors)")
        }
        #expect(try String(contentsOf: program.file("file"), encoding: .utf8) == "a file")
    }
}
