import CropExperiment
import Diagnostics
import Foundation
import NeuralNetworks
import Reproduction
import Testing

@Suite("Command line: training")
struct CommandLineTrainingTests {
    /// Networks so small that a step takes a few milliseconds, with normalised layers, whose running means have to survive too.
    private static let tiny = """
        {"training": {"batchSize": 8, "views": 2, "augmentationViews": 2, "learningRateSchedule": "constant"},
         "intermediateEncoder": {"channels": [2, 4], "features": 8, "normalization": "batch"},
         "projectionHead": {"hidden": 8, "dimension": 4, "normalization": "batch"}, "augmentation": {"channels": 2}}
        """

    private func program() throws -> Program {
        let program = try Program()
        try program.write(Self.tiny, as: "tiny.json")
        return program
    }

    private func arguments(_ output: String, steps: Int, _ others: String...) -> [String] {
        ["train", "--embedded", "--config", "tiny.json", "--steps", "\(steps)", "--output", output] + others
    }

    /// The part of a checkpoint that must not depend on interruptions: all of it but the seconds.
    private func bits(
        _ program: Program, _ run: String
    ) throws -> (tensors: [String: AnyTensor], curves: TrainingCurves) {
        struct State: Decodable {
            var curves: TrainingCurves
        }
        let file = try SafetensorsFile(contentsOf: program.file("\(run)/checkpoint.safetensors"))
        let state = try JSONDecoder().decode(State.self, from: Data((file.metadata["training"] ?? "").utf8))
        return (file.tensors, state.curves)
    }

    @Test("--original trains appendix 5.4's experiment, every setting of it")
    func original() throws {
        let program = try Program()
        try program.write(#"{"training": {"batchSize": 8}}"#, as: "small.json")
        let outcome = try program.start(
            ["train", "--embedded", "--original", "--config", "small.json", "--steps", "1", "--output", "run"]
        ).finish()
        #expect(outcome.status == 0, "\(outcome.errors)")
        var expected = ExperimentConfiguration.original
        expected.training.batchSize = 8
        expected.training.steps = 1
        #expect(try ExperimentConfiguration(contentsOf: program.file("run/configuration.json")) == expected)
    }

    @Test("a pipe that nobody reads any more does not end a training before it is saved")
    func closedPipe() throws {
        let program = try program()
        let outcome = try program.start(
            arguments("run", steps: 20),
            wrapper: #"s=$1; shift; { "$s" "$@"; echo $? > status; } 2>&1 | true; exit"#
        ).finish()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try String(contentsOf: program.file("status"), encoding: .utf8) == "74\n")
        #expect(FileManager.default.fileExists(atPath: program.file("run/checkpoint.safetensors").path))
    }

    @Test("the main job answers when its results are saved")
    func closedPipeOfTheMainJob() throws {
        let program = try program()
        let outcome = try program.start(
            ["run", "--embedded", "--config", "tiny.json", "--steps", "2", "--output", "job"],
            wrapper: #"s=$1; shift; { "$s" "$@"; echo $? > status; } | head -n 1; exit"#
        ).finish()
        #expect(outcome.output.hasPrefix("Proposition 1: ") && outcome.status == 0, "\(outcome.errors)")
        #expect(try String(contentsOf: program.file("status"), encoding: .utf8) == "74\n")
        #expect(FileManager.default.fileExists(atPath: program.file("job/report.html").path))
    }

    @Test("the main job takes its settings from a pipe")
    func configurationFromAPipe() throws {
        let program = try program()
        let outcome = try program.start(
            ["run", "--embedded", "--steps", "2", "--output", "job", "--config", "/dev/stdin"],
            wrapper: "exec < tiny.json"
        ).finish()
        #expect(outcome.status == 0, "\(outcome.errors)")
        let configuration = try ExperimentConfiguration(contentsOf: program.file("job/ours/configuration.json"))
        #expect(configuration.training.batchSize == 8 && configuration.training.steps == 2)
    }

    @Test("the results of several runs are not replaced by those of one, nor the other way round")
    func resultsOfOthers() throws {
        let program = try program()
        #expect(
            try program.start(["run", "--embedded", "--config", "tiny.json", "--steps", "2", "--output", "job"])
                .finish()
                .status == 0)
        for refused in [arguments("job", steps: 2), ["report", "job", "--output", "job/ours"]] {
            let outcome = try program.start(refused).finish()
            #expect(outcome.status == 64 && outcome.lastError.contains("would be replaced"), "\(outcome.errors)")
        }
        #expect(try program.run("evaluate", "job/ours", "--embedded").status == 0)
        let report = ["report", "job/ours", "--output", "job"]
        let part = try program.start(report).finish()
        #expect(part.status == 64 && part.lastError.contains("would be replaced"), "\(part.errors)")
        #expect(try program.run("report", "job/ours", "--output", "other").status == 0)
        #expect(try program.run("report", "job/ours", "--output", "other").status == 0)
        let job = ["run", "--embedded", "--config", "tiny.json", "--steps", "2", "--output", "other"]
        let replacing = try program.start(job).finish()
        #expect(replacing.status == 64 && replacing.lastError.contains("would be replaced"), "\(replacing.errors)")
        // Nobody can say whose damaged results are.
        try program.write("{", as: "job/results.json")
        for refused in [arguments("job", steps: 2), report] {
            let outcome = try program.start(refused).finish()
            #expect(outcome.status == 65, "\(outcome.errors)")
        }
        #expect(try String(contentsOf: program.file("job/results.json"), encoding: .utf8) == "{")
    }

    @Test("terminated, killed and started again, a run ends with the bits of an uninterrupted one")
    func interruptions() throws {
        let program = try program()
        let steps = 300
        #expect(try program.start(arguments("whole", steps: steps)).finish().status == 0)

        let first = try program.start(arguments("parts", steps: steps))
        try first.wait(for: program.file("parts/configuration.json"))
        first.process.interrupt()
        let stopped = try first.finish()
        #expect(stopped.status == 130)
        #expect(stopped.errors.contains("to go on: tac-reference train --embedded --config tiny.json"))
        let halfway = try bits(program, "parts")

        let second = try program.start(arguments("parts", steps: steps))
        Thread.sleep(forTimeInterval: 0.2)
        kill(second.process.processIdentifier, SIGKILL)
        #expect(try second.finish().status == 128 + SIGKILL)
        // What a process leaves that is killed while it writes.
        try program.write("half a checkpoint", as: "parts/.checkpoint.safetensors.4711.partial")

        #expect(try program.start(arguments("parts", steps: steps)).finish().status == 0)
        let (whole, parts) = (try bits(program, "whole"), try bits(program, "parts"))
        #expect(whole.tensors == parts.tensors)
        #expect(whole.tensors.keys.count { $0.hasSuffix(".populationVariance") } == 3)
        #expect(whole.curves == parts.curves)
        #expect(whole.tensors != halfway.tensors, "the interruption came after the end")
        let names = try FileManager.default.contentsOfDirectory(atPath: program.file("parts").path).sorted()
        #expect(names == ["checkpoint.safetensors", "configuration.json"])
    }

    @Test("SIGTERM stops after the step, with a checkpoint and its own status; an ignored SIGINT stays ignored")
    func signals() throws {
        let program = try program()
        let first = try program.start(arguments("run", steps: 3_000))
        try first.wait(for: program.file("run/configuration.json"))
        Thread.sleep(forTimeInterval: 0.3)
        first.process.terminate()
        let stopped = try first.finish()
        #expect(stopped.status == 128 + SIGTERM && stopped.lastError.contains("to go on: "), "\(stopped)")
        #expect(FileManager.default.fileExists(atPath: program.file("run/checkpoint.safetensors").path))

        let background = try program.start(arguments("other", steps: 20), wrapper: "trap '' INT")
        try background.wait(for: program.file("other/configuration.json"))
        background.process.interrupt()
        #expect(try background.finish().status == 0)
    }

    @Test("a terminal that is closed (SIGHUP) stops it as SIGTERM does")
    func hangUp() throws {
        let program = try program()
        let running = try program.start(
            arguments("run", steps: 3_000), wrapper: "set -- env --default-signal=HUP \"$@\"")
        try running.wait(for: program.file("run/configuration.json"))
        Thread.sleep(forTimeInterval: 0.3)
        kill(running.process.processIdentifier, SIGHUP)
        let stopped = try running.finish()
        #expect(stopped.status == 128 + SIGHUP && stopped.lastError.contains("to go on: "), "\(stopped)")
        #expect(FileManager.default.fileExists(atPath: program.file("run/checkpoint.safetensors").path))
    }

    @Test("SIGQUIT ends it at once, with the runtime's backtraces left as they are")
    func quit() throws {
        let program = try program()
        let running = try program.start(
            arguments("run", steps: 3_000),
            // What starts the tests may ignore the signal, which children inherit.
            wrapper: "unset SWIFT_BACKTRACE; set -- env --default-signal=QUIT \"$@\"")
        try running.wait(for: program.file("run/configuration.json"))
        kill(running.process.processIdentifier, SIGQUIT)
        let outcome = try running.finish()
        #expect(outcome.status == 128 + SIGQUIT, "\(outcome)")
    }

    #if os(Linux)
        @Test("closed standard descriptors are given to no file, and stay as useless as they were")
        func closedDescriptors() throws {
            let program = try program()
            let running = try program.start(arguments("run", steps: 3_000), wrapper: "exec <&- >&- 2>&-")
            try running.wait(for: program.file("run/configuration.json"))
            let folder = "/proc/\(running.process.processIdentifier)/fd"
            for descriptor in 0...2 {
                let target = try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(descriptor)")
                #expect(target == "/dev/null", "\(descriptor) leads to \(target)")
            }
            running.process.terminate()
            #expect(try running.finish().status == 128 + SIGTERM)
            // What cannot be said is no success.
            #expect(try program.run("settings", wrapper: "exec >&-").status == 74)
        }
    #endif

    @Test("results that cannot be written are said before the evaluation")
    func unwritableResults() throws {
        let program = try program()
        #expect(try program.start(arguments("run", steps: 3)).finish().status == 0)
        try FileManager.default.createDirectory(
            at: program.file("run/results.json"), withIntermediateDirectories: true)
        let outcome = try program.run("evaluate", "run", "--embedded")
        #expect(outcome.status == 74 && !outcome.errors.contains("features"), "\(outcome.errors)")
    }

    @Test("a run whose folder is moved away ends, and writes nothing into another one in its place")
    func movedFolder() throws {
        let program = try program()
        let first = try program.start(arguments("run", steps: 3_000))
        try first.wait(for: program.file("run/configuration.json"))
        try FileManager.default.moveItem(at: program.file("run"), to: program.file("moved"))
        try FileManager.default.createDirectory(at: program.file("run"), withIntermediateDirectories: true)
        first.process.terminate()
        let outcome = try first.finish()
        #expect(outcome.status == 74 && outcome.lastError.contains("moved or deleted"), "\(outcome.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: program.file("run").path).isEmpty)
    }

    @Test("results are not written over what they are made of, and the log of a search is one process's at a time")
    func sourcesAreKept() throws {
        let program = try program()
        for (name, seed) in [("a", "1"), ("b", "2")] {
            #expect(try program.start(arguments(name, steps: 3) + ["--seed", seed]).finish().status == 0)
            #expect(try program.run("evaluate", name, "--embedded").status == 0)
        }
        let before = try Data(contentsOf: program.file("a/results.json"))
        for arguments in [
            ["report", "a", "b", "--output", "a"], ["report", "a", "b", "--output", "b/../a/inside"],
            ["reproduce", "--quick", "--embedded", "--merge", ".", "--output", "a"],
        ] {
            let outcome = try program.start(arguments).finish()
            #expect(outcome.status == 64 && outcome.lastError.contains("lies in none of them"), "\(outcome.errors)")
        }
        #expect(try Data(contentsOf: program.file("a/results.json")) == before)

        let lock = try FolderLock(program.folder)
        #expect(try program.run("search", "log.json", "--add", "a").status == 75)
        withExtendedLifetime(lock) {}
        #expect(!FileManager.default.fileExists(atPath: program.file("log.json").path))
    }

    @Test("a half-trained run is no entry of a search")
    func unfinishedRuns() throws {
        let program = try program()
        let running = try program.start(arguments("run", steps: 3_000))
        try running.wait(for: program.file("run/configuration.json"))
        running.process.terminate()
        #expect(try running.finish().status == 128 + SIGTERM)
        let evaluated = try program.run("evaluate", "run", "--embedded")
        #expect(evaluated.status == 0 && evaluated.errors.contains("of 3000 steps"), "\(evaluated.errors)")
        let outcome = try program.run("search", "log.json", "--add", "run")
        #expect(outcome.status == 65 && outcome.lastError.contains("of 3000 steps"), "\(outcome.errors)")
    }

    @Test("a finished run is not trained again, and its folder alone says how it was configured")
    func finished() throws {
        let program = try program()
        #expect(try program.start(arguments("run", steps: 3)).finish().status == 0)
        let before = try bits(program, "run")
        let again = try program.run("train", "--embedded", "--output", "run")
        #expect(again.status == 0)
        #expect(again.errors.contains("trained already, 3 steps"))
        #expect(try bits(program, "run").tensors == before.tensors)
        let more = try program.run("train", "--embedded", "--output", "run", "--steps", "5")
        #expect(more.status == 0)
        #expect(more.errors.contains("going on after step 3"))
    }

    @Test("a checkpoint of another run is refused: status 64; a damaged one: status 65; both are left alone")
    func refusedCheckpoints() throws {
        let program = try program()
        #expect(try program.start(arguments("run", steps: 3)).finish().status == 0)
        let file = program.file("run/checkpoint.safetensors")
        let good = try Data(contentsOf: file)
        for (change, message) in [
            ("objective.beta=1", "objective.beta: expected 1.0, found 0.5"),
            (
                "intermediateEncoder.features=9",
                "third.bias of shape [9], found it of shape [8] (intermediateEncoder.features: expected 9"
            ),
        ] {
            let outcome = try program.start(arguments("run", steps: 3, "--set", change)).finish()
            #expect(outcome.status == 64)
            #expect(outcome.lastError.contains(message), "\(outcome.errors)")
            #expect(try Data(contentsOf: file) == good)
        }
        try good.prefix(1_000).write(to: file)
        let outcome = try program.start(arguments("run", steps: 3)).finish()
        #expect(outcome.status == 65)
        #expect(outcome.lastError.contains("delete the file to train from the start"))
        #expect(try Data(contentsOf: file) == good.prefix(1_000))
    }

    @Test("a diverging run stops with the step and what to try: status 64")
    func divergence() throws {
        let program = try program()
        let rates = [
            ["training.learningRate=1e37", "training.weightDecay=0"], ["training.augmentationLearningRate=1e37"],
        ]
        let together = rates.map { $0 + ["training.alternation=together"] }
        for (index, settings) in (rates + together).enumerated() {
            let outcome = try program.start(
                arguments("run\(index)", steps: 30) + settings.flatMap { ["--set", $0] }
            ).finish()
            #expect(outcome.status == 64, "\(settings): \(outcome.errors)")
            #expect(outcome.lastError.contains("training diverged at step"), "\(settings)")
            #expect(outcome.lastError.contains("smaller training.learningRate"), "\(settings)")
        }
    }

    /// `ulimit -f 8` lets the program write a few kilobytes of a file, then fails the write as a full disk does; the
    /// signal that comes with it is ignored.
    @Test(
        "a disk that takes no more is one line and status 74, with nothing half-written",
        .disabled(if: Program.isSanitized, "ThreadSanitizer maps files of its own, larger than the limit"))
    func fullDisk() throws {
        let program = try program()
        let outcome = try program.start(
            arguments("run", steps: 3) + ["--set", "intermediateEncoder.features=64"],
            wrapper: "trap '' XFSZ; ulimit -f 8"
        ).finish()
        #expect(outcome.status == 74)
        #expect(outcome.lastError.contains("cannot write"))
        #expect(outcome.lastError.contains("File too large"))
        let names = try FileManager.default.contentsOfDirectory(atPath: program.file("run").path)
        #expect(names == ["configuration.json"])
    }

    @Test("train, evaluate, report: each leaves its files")
    func wholeChain() throws {
        let program = try program()
        for method in ["ours", "simclr"] {
            #expect(try program.start(arguments(method, steps: 2, "--method", method)).finish().status == 0)
            let evaluated = try program.run("evaluate", "--embedded", method)
            #expect(evaluated.status == 0, "\(evaluated.errors)")
            #expect(evaluated.output.contains("non-trivial mass"))
        }
        let report = try program.run("report", "ours", "simclr", "--output", "both")
        #expect(report.status == 0, "\(report.errors)")
        let (results, figures) = try ResultsFolder.read(from: program.file("both"))
        #expect(results.runs.map(\.method) == [.ours, .simclr])
        #expect(figures.count == 2)
        #expect(results.runs[0].configuration.intermediateEncoder.features == 8)
        let html = try String(contentsOf: program.file("both/report.html"), encoding: .utf8)
        #expect(html.contains("SimCLR"))
    }
}
