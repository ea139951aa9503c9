import Foundation
import Testing

@Suite("Command line: errors")
struct CommandLineErrorTests {
    /// The exit statuses of DESIGN: sysexits.h.
    @Test(
        "wrong usage is one line and status 64",
        arguments: [
            (["--frobnicate"], "frobnicate"), (["frobnicate"], "frobnicate"), (["evaluate"], "<folder>"),
            (["train", "--method", "theirs"], "'ours' and 'simclr'"),
            (["train", "--set", "objective.beta=-1"], "objective.beta: expected a number from 1.2e-38"),
            (["train", "--set", "objective.beta=nan"], "found nan"),
            (["train", "--set", "training.views=1"], "training.views: expected a whole number from 2"),
            (["train", "--set", "training.bachSize=1"], "nearest is training.batchSize"),
            (["train", "--set", "canvas.cellsPerSide=9"], "canvas.cellsPerSide: expected a whole number from 1 to 8"),
            (["train", "--steps", "0"], "training.steps: expected a whole number from 1"),
            (["train", "--seed", "-1"], "seed"),
            (["train", "--embedded", "--set", "training.batchSize=1348"], "at most the 1347 images"),
            (["--embedded", "--set", "training.batchSize=1348"], "at most the 1347 images"),
            (["train", "--mnist", "a", "--embedded"], "exclude each other"), (["report", "a", "b"], "--output"),
            (["train", "--threads", "0"], "--threads: expected a whole number from 1 to 1024, found 0"),
            // Settings come first: what is wrong in them is said without the network.
            (["--download", "--set", "nonsense=1"], "unknown key"),
            (["train", "--download", "--set", "nonsense=1"], "unknown key"),
            (["reproduce", "--download", "--set", "nonsense=1"], "unknown key"),
            (["reproduce", "--download", "--run", "nonsense"], "nonsense"),
            (["--threads", "1025"], "found 1025"), (["verify", "--threads", "two"], "two"),
            (["evaluate", "a", "--threads", "1.5"], "1.5"), (["benchmark", "--threads", "-1"], "--threads"),
            (
                ["train", "--method", "ours", "--set", "method=simclr"],
                "--method and --set method=… say the same thing"
            ),
            (["run", "--set", "method=simclr"], "expected a setting of both methods"),
            (["search", "log.json", "--guess", "better"], "expected --add beside it"),
            (["benchmark", "--section", "speed"], "section"), (["benchmark", "--json", "--compare", "a"], "exclude"),
        ])
    func wrongUsage(arguments: [String], message: String) throws {
        try expect(Program(), arguments, status: 64, mentioning: message)
    }

    @Test(
        "missing input is one line and status 66",
        arguments: [
            (["train", "--mnist", "absent"], "absent"), (["--mnist", "absent"], "absent"),
            (["train", "--config", "absent.json"], "absent.json"), (["evaluate", "absent"], "absent"),
            (["report", "absent"], "absent"), (["verify", "--channel", "absent.json"], "absent.json"),
            (["benchmark", "--compare", "absent.json"], "absent.json"),
        ])
    func missingInput(arguments: [String], message: String) throws {
        try expect(Program(), arguments, status: 66, mentioning: message)
    }

    @Test("bad data are one line and status 65, and nothing is written")
    func badData() throws {
        let program = try Program()
        try program.write("<!DOCTYPE html>", as: "page.json")
        try expect(program, ["train", "--embedded", "--config", "page.json"], status: 65, mentioning: "page.json")
        try expect(program, ["benchmark", "--compare", "page.json"], status: 65, mentioning: "page.json")
        try FileManager.default.createDirectory(at: program.file("mnist"), withIntermediateDirectories: true)
        for name in ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"] {
            try program.write("<!DOCTYPE html><title>403</title>", as: "mnist/\(name)-ubyte.gz")
        }
        try expect(program, ["train", "--mnist", "mnist"], status: 65, mentioning: "web page")
        #expect(!FileManager.default.fileExists(atPath: program.file("results").path))
    }

    @Test("a results folder that cannot be written is one line and status 74")
    func unwritableFolder() throws {
        let program = try Program()
        try program.write("", as: "file")
        let arguments = ["train", "--embedded", "--steps", "1", "--output", "file/run"]
        try expect(program, arguments, status: 74, mentioning: "/file is no folder; choose a folder")
    }

    @Test("an answer that nobody gets is no success, and an error that nobody reads keeps its status")
    func closedOutputs() throws {
        for arguments in [["settings"], ["settings", "--markdown"], ["--help"]] {
            let outcome = try Program().start(arguments, wrapper: "exec >&-").finish()
            #expect(outcome.status == 74, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.split(whereSeparator: \.isNewline).count == 1, "\(outcome.errors)")
            #expect(outcome.lastError.contains("cannot write to standard output"), "\(outcome.errors)")
        }
        #expect(try Program().run("--frobnicate", wrapper: "exec 2>&-").status == 64)
    }

    @Test("a folder where a file is expected is one line")
    func folderForFile() throws {
        try expect(Program(), ["train", "--embedded", "--config", "."], status: 74, mentioning: "a configuration")
        try expect(Program(), ["verify", "--channel", "."], status: 74, mentioning: "a channel in JSON")
    }

    /// Beyond the range of a double, of an integer, and of what can be integrated.
    @Test(
        "a channel of absurd sizes is one line and status 65",
        arguments: [("vonMisesFisher", "1e18"), ("vonMisesFisher", "1e40"), ("gaussian", "1e-320")])
    func absurdChannel(kind: String, beta: String) throws {
        let program = try Program()
        try program.write(
            #"{"family": {"kind": "\#(kind)", "dimension": 3, "beta": \#(beta)}, "prior": [0.5, 0.5], "#
                + #""augmentation": [[1], [1]], "encoder": [[[1, 0, 0]], [[0, 1, 0]]]}"#, as: "mine.json")
        for more in [[], ["--json"]] {
            try expect(program, ["verify", "--channel", "mine.json"] + more, status: 65, mentioning: "\"beta\" ")
        }
    }

    @Test("help is no error")
    func help() throws {
        for arguments in [["--help"], ["help", "train"], ["train", "--help"]] {
            let outcome = try Program().start(arguments).finish()
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("USAGE: tac-reference"))
            #expect(outcome.errors.isEmpty)
        }
    }

    @Test("the settings are listed")
    func settings() throws {
        let outcome = try Program().run("settings")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("objective.beta = 0.5  [paper]"))
        #expect(outcome.output.contains("training.batchSize = 256  [ours]"))
    }

    private func expect(
        _ program: Program, _ arguments: [String], status: Int32, mentioning message: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try program.start(arguments).finish()
        #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: sourceLocation)
        #expect(outcome.lastError.hasPrefix("tac-reference: "), "\(outcome.errors)", sourceLocation: sourceLocation)
        #expect(outcome.lastError.contains(message), "\(outcome.errors)", sourceLocation: sourceLocation)
        // The line on the data may stand before the error.
        let others = outcome.errors.split(whereSeparator: \.isNewline).dropLast().filter { !$0.hasPrefix("data: ") }
        #expect(others.isEmpty, "more than one line: \(outcome.errors)", sourceLocation: sourceLocation)
        #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
    }
}
