import Foundation
import Testing

@Suite("Command line: reproduce")
struct CommandLineReproduceTests {
    /// Networks and data so small that a run takes a second; the classifiers are given up early.
    private static let tiny = [
        "training.steps=12", "training.batchSize=8", "training.views=2", "training.augmentationViews=2",
        "intermediateEncoder.channels=2,4", "intermediateEncoder.features=8", "projectionHead.hidden=8",
        "projectionHead.dimension=4", "augmentation.channels=2", "evaluation.maximumIterations=5",
    ].flatMap { ["--set", $0] }

    /// What `others` ask for, of the first seed, in the folder `all`.
    private func firstSeeds(_ program: Program, _ others: [String]) throws -> Program.Outcome {
        try program.start(
            ["reproduce", "--quick", "--embedded", "--seeds", "1", "--output", "all"] + Self.tiny + others
        ).finish()
    }

    private func arguments(_ folder: String, _ others: String...) -> [String] {
        ["reproduce", "--quick", "--embedded", "--seeds", "1", "--table", "1", "--claim", "simclr-collapses"]
            + Self.tiny + ["--output", folder] + others
    }

    /// The results without what may differ: the seconds.
    private func results(_ program: Program, _ folder: String) throws -> String {
        let text = try String(contentsOf: program.file("\(folder)/results.json"), encoding: .utf8)
        return text.replacing(#/"seconds" : [-0-9.e]+/#, with: "")
    }

    @Test("killed and started again, planned and merged, a reproduction ends with the same results")
    func everyWayIsTheSame() throws {
        let program = try Program()
        let whole = try program.start(arguments("whole")).finish()
        #expect(whole.status == 0, "\(whole.errors)")
        #expect(whole.errors.contains("plan: 2 artefacts, 3 runs, 0 done"))
        #expect(
            whole.output.contains("Table 1: linear evaluation, derived data: not compared (these runs do not stand"))
        let expected = try results(program, "whole")
        for name in ["report.html", "numbers.csv", "tables.md"] {
            #expect(FileManager.default.fileExists(atPath: program.file("whole/\(name)").path), "\(name)")
        }
        #expect(try String(contentsOf: program.file("whole/report.html"), encoding: .utf8).contains("no reproduction"))

        // Killed at ten moments spread over the time that all takes: while data are read, while a run trains and while one is
        // evaluated, as the machine's speed will have it; then one attempt is left alone.
        for delay in (1...10).map({ (Double($0) * 0.618).truncatingRemainder(dividingBy: 1) * 1.5 }) {
            let running = try program.start(arguments("parts"))
            Thread.sleep(forTimeInterval: delay)
            kill(running.process.processIdentifier, SIGKILL)
            _ = try running.finish()
        }
        #expect(try program.start(arguments("parts")).finish().status == 0)
        #expect(try results(program, "parts") == expected)
        let again = try program.start(arguments("parts")).finish()
        #expect(again.status == 0 && again.errors.contains("3 runs, 3 done"))

        // One process a line, in any order and in other folders.
        let plan = try program.start(arguments("planned", "--threads", "2", "--jobs", "2", "--plan")).finish()
        // How many are done at once is not for a line, which does one.
        #expect(!plan.output.contains("--jobs") && plan.output.contains("--threads"), "\(plan.output)")
        let names = plan.output.split(separator: "\n").compactMap { $0.split(separator: " ").last.map(String.init) }
        #expect(names.count == 3 && plan.status == 0)
        for (index, name) in names.reversed().enumerated() {
            let outcome = try program.start(arguments("machine\(index)", "--run", name)).finish()
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let machines = (0..<3).map { "machine\($0)" }
        let merged = try program.start(
            arguments("merged") + ["--merge"] + machines + ["machine0"]
        ).finish()
        #expect(merged.status == 0, "\(merged.errors)")
        #expect(try results(program, "merged") == expected)
        #expect(try program.start(arguments("machine0") + ["--merge", "machine0", "machine1"]).finish().status == 64)

        // Its results are enough to go on from, with the figures of the page: the folders of the runs may be gone.
        for machine in machines { try FileManager.default.removeItem(at: program.file(machine)) }
        let published = try program.start(arguments("published") + ["--merge", "merged"]).finish()
        #expect(published.status == 0, "\(published.errors)")
        #expect(try results(program, "published") == expected)
        let figures = try ["merged", "published"].map { try Data(contentsOf: program.file("\($0)/figures.json")) }
        #expect(figures[0] == figures[1] && figures[0].firstRange(of: Data("representationObjective".utf8)) != nil)
        // Of a run that no figure pictured they have the curves: another figure is not drawn from them.
        let drawn = try program.start(
            ["reproduce", "--quick", "--embedded", "--seeds", "1", "--figure", "3"] + Self.tiny
                + ["--merge", "published", "--output", "drawn"]
        ).finish()
        #expect(drawn.status == 0 && drawn.output.contains("not measured"), "\(drawn.output)")
        #expect(!FileManager.default.fileExists(atPath: program.file("drawn/figure-3.svg").path))
    }

    @Test("the results of several runs at once are those of one after the other")
    func jobs() throws {
        let program = try Program()
        let outcomes = try [["1", "1"], ["1", "2"], ["2", "3"], ["3", "3"]].map { numbers in
            try program.start(
                arguments("jobs" + numbers.joined(), "--jobs", numbers[0], "--threads", numbers[1])
            ).finish()
        }
        #expect(outcomes.allSatisfy { $0.status == 0 }, "\(outcomes.map(\.errors))")
        #expect(outcomes[0].errors.contains("runs at once") == false)
        #expect(outcomes[3].errors.contains("3 runs at once, each with one thread"), "\(outcomes[3].errors)")
        let expected = try results(program, "jobs11")
        for name in ["jobs12", "jobs23", "jobs33"] { #expect(try results(program, name) == expected, "\(name)") }
        for (jobs, threads) in [("0", "2"), ("3", "2")] {
            let refused = try program.start(arguments("refused", "--jobs", jobs, "--threads", threads)).finish()
            #expect(
                refused.status == 64
                    && refused.lastError.contains(
                        "--jobs: expected a whole number from 1 to 2, the number of --threads"),
                "\(refused.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: program.file("refused").path))
    }

    @Test("a signal stops all runs that train at once, what they have is kept, and the command goes on from there")
    func stopsAllAtOnce() throws {
        let program = try Program()
        let arguments = arguments("all", "--jobs", "3", "--threads", "3")
            .map { $0 == "training.steps=12" ? "training.steps=100000" : $0 }
        let running = try program.start(arguments)
        let trained = ["derived-ours-seed0", "derived-simclr-seed0"]
        for name in trained { try running.wait(for: program.file("all/runs/\(name)/configuration.json")) }
        running.process.terminate()
        let outcome = try running.finish()
        #expect(outcome.status == 128 + SIGTERM, "\(outcome.errors)")
        // What does not train may write a last line of its own.
        #expect(outcome.errors.contains("\nstopped; to go on: tac-reference reproduce"), "\(outcome.errors)")
        for name in trained {
            #expect(outcome.errors.contains("\(name): stopped after step"), "\(outcome.errors)")
            #expect(
                FileManager.default.fileExists(atPath: program.file("all/runs/\(name)/checkpoint.safetensors").path),
                "\(name)")
        }
    }

    @Test("where one of several runs at once fails, the others save what they have, and the failure is the last word")
    func failureAmongOthers() throws {
        let program = try Program()
        let arguments = arguments("failed", "--jobs", "3", "--threads", "3")
            .map { $0 == "training.steps=12" ? "training.steps=100000" : $0 }
        // A file where one run's folder is to be.
        try FileManager.default.createDirectory(at: program.file("failed/runs"), withIntermediateDirectories: true)
        try Data().write(to: program.file("failed/runs/derived-simclr-seed0"))
        let outcome = try program.start(arguments).finish()
        #expect(outcome.status != 0 && outcome.status != 70, "\(outcome.errors)")
        #expect(outcome.errors.contains("derived-simclr-seed0: failed"), "\(outcome.errors)")
        #expect(outcome.lastError.contains("failed/runs/derived-simclr-seed0"), "\(outcome.errors)")
        let checkpoint = program.file("failed/runs/derived-ours-seed0/checkpoint.safetensors")
        #expect(FileManager.default.fileExists(atPath: checkpoint.path), "\(outcome.errors)")
    }

    @Test("a signal stops the second training of a process as it does the first, and the command goes on from there")
    func stopsInEveryTraining() throws {
        let program = try Program()
        let arguments = arguments("stopped", "--jobs", "1")
            .map { $0 == "training.steps=12" ? "training.steps=3000" : $0 }
        let running = try program.start(arguments)
        let second = "stopped/runs/derived-simclr-seed0/configuration.json"
        try running.wait(for: program.file(second))
        running.process.terminate()
        let outcome = try running.finish()
        #expect(outcome.status == 128 + SIGTERM, "\(outcome.errors)")
        #expect(outcome.lastError.contains("to go on: tac-reference reproduce"), "\(outcome.errors)")
        let checkpoint = program.file("stopped/runs/derived-simclr-seed0/checkpoint.safetensors")
        #expect(FileManager.default.fileExists(atPath: checkpoint.path))
        let list = try program.start(arguments + ["--list"]).finish()
        #expect(list.output.contains("2/3"), "\(list.output)")
    }

    @Test("what a folder has already stays: its artefacts, its runs, the results of other settings")
    func nothingIsLost() throws {
        let program = try Program()
        func reproduce(_ others: String...) throws -> Program.Outcome { try firstSeeds(program, others) }
        #expect(try reproduce("--table", "1").status == 0)
        #expect(try reproduce("--figure", "1").status == 0)
        let tables = try String(contentsOf: program.file("all/tables.md"), encoding: .utf8)
        #expect(tables.contains("## Table 1") && tables.contains("## Figure 1"))

        let results = try results(program, "all")
        for (arguments, status, message) in [
            (["--set", "objective.lambda=0.5"], 64, "expected results of the same schedule and settings"),
            (["--set", "objective.lambda=0.5", "--run", "derived-ours-seed0"], 64, "the same schedule and settings"),
        ] as [([String], Int32, String)] {
            let outcome = try program.start(
                ["reproduce", "--quick", "--embedded", "--table", "1", "--output", "all"] + Self.tiny + arguments
            ).finish()
            #expect(outcome.status == status && outcome.lastError.contains(message), "\(outcome.errors)")
        }
        try FileManager.default.createDirectory(at: program.file("empty"), withIntermediateDirectories: true)
        let empty = try reproduce("--merge", "empty")
        #expect(empty.status == 66 && empty.lastError.contains("found no results in it"), "\(empty.errors)")

        let report = try program.run("report", "all")
        #expect(report.status == 64 && report.lastError.contains("found those of a reproduction"), "\(report.errors)")

        for others in [
            ["report", "all/runs/derived-ours-seed0", "all/runs/derived-simclr-seed0"], ["train", "--embedded"],
            ["run", "--embedded"],
        ] {
            let outcome = try program.start(others + ["--output", "all"]).finish()
            #expect(outcome.status == 64 && outcome.lastError.contains("would be replaced"), "\(outcome.errors)")
        }

        // Results without the folders of their runs are the only copy of them.
        try FileManager.default.removeItem(at: program.file("all/runs"))
        let alone = try reproduce("--figure", "1")
        #expect(alone.status == 64 && alone.lastError.contains("would be lost"), "\(alone.errors)")
        #expect(try self.results(program, "all") == results)
    }

    @Test("runs on other images are refused before anything is done, and an artefact that is asked for twice is one")
    func otherImages() throws {
        let program = try Program()
        let arguments = ["reproduce", "--quick", "--seeds", "1", "--figure", "1", "--output", "all"] + Self.tiny
        #expect(try program.start(arguments + ["--embedded", "--figure", "1"]).finish().status == 0)
        let page = try String(contentsOf: program.file("all/report.html"), encoding: .utf8)
        #expect(page.components(separatedBy: "id=\"figure-1\"").count == 2)
        // Images of another number are other images.
        let results = program.file("all/runs/derived-ours-seed0/results.json")
        let text = try String(contentsOf: results, encoding: .utf8)
        try text.replacing(#""testCount" : 450"#, with: #""testCount" : 451"#).write(
            to: results, atomically: true, encoding: .utf8)
        // Also where artefacts of other runs are asked for: they would stand on one page.
        for artefact in ["1", "6"] {
            let outcome = try program.start(
                ["reproduce", "--quick", "--embedded", "--seeds", "1", "--figure", artefact, "--output", "all"]
                    + Self.tiny
            ).finish()
            #expect(outcome.status == 64 && outcome.lastError.contains("expected runs on"), "\(outcome.errors)")
        }
    }

    @Test("fewer seeds take nothing away, and without a number there are as many as there were")
    func seeds() throws {
        let program = try Program()
        func reproduce(_ others: String...) throws -> Program.Outcome {
            try program.start(
                ["reproduce", "--quick", "--embedded", "--output", "all"] + Self.tiny + others
            ).finish()
        }
        #expect(try reproduce("--claim", "simclr-collapses", "--seeds", "2").status == 0)
        #expect(try reproduce("--figure", "1", "--seeds", "1").status == 0)
        #expect(try results(program, "all").contains(#/"seeds" : 2/#))
        let list = try reproduce("--claim", "simclr-collapses", "--list")
        #expect(list.output.contains("4 different runs, 0 to do"), "\(list.output)")
    }

    @Test(
        "networks that were trained anew, and are others than the run's results are of, are not studied in their place")
    func networksOfAnotherTraining() throws {
        let program = try Program()
        func reproduce(_ others: String...) throws -> Program.Outcome { try firstSeeds(program, others) }
        #expect(try reproduce("--claim", "weight-decay", "--run", "default-ours-seed0").status == 0)
        // As another machine rounds: the numbers are there, the checkpoint is not.
        let run = "all/runs/default-ours-seed0"
        for (file, pattern, other) in [
            ("results.json", #/"objective" : [-0-9.e]+/#, #""objective" : 0.25"#),
            ("figures.json", #/"points":\[[^\]]*\]/#, #""points":[]"#),
        ] {
            let text = try String(contentsOf: program.file("\(run)/\(file)"), encoding: .utf8)
            try program.write(text.replacing(pattern, with: other), as: "\(run)/\(file)")
        }
        try FileManager.default.removeItem(at: program.file("\(run)/checkpoint.safetensors"))
        let study = try reproduce("--claim", "evaluation-protocol")
        #expect(study.status == 65 && study.lastError.contains("trained again by another version"), "\(study.errors)")
        #expect(!FileManager.default.fileExists(atPath: program.file("\(run)/protocols.json").path))
    }

    @Test("what a run lacks is made in its folder, whatever that is called")
    func analysisOfARunOfAnotherName() throws {
        let program = try Program()
        func reproduce(_ others: String...) throws -> Program.Outcome { try firstSeeds(program, others) }
        #expect(try reproduce("--claim", "weight-decay", "--run", "default-ours-seed0").status == 0)
        try FileManager.default.moveItem(
            at: program.file("all/runs/default-ours-seed0"), to: program.file("all/runs/mine"))
        let study = try reproduce("--claim", "evaluation-protocol")
        #expect(study.status == 0 && study.errors.contains("default-ours-seed0: trained already"), "\(study.errors)")
        #expect(FileManager.default.fileExists(atPath: program.file("all/runs/mine/protocols.json").path))
        #expect(!FileManager.default.fileExists(atPath: program.file("all/runs/default-ours-seed0").path))
        let report = try program.start(
            ["report", "all/runs/mine", "all/runs/default-simclr-seed0", "--output", "all/runs/mine"]
        ).finish()
        #expect(report.status == 64, "\(report.errors)")
        let replaced = try program.start(["report", "all/runs/mine", "--output", "all/runs/default-simclr-seed0"])
            .finish()
        #expect(replaced.status == 64 && replaced.lastError.contains("that of a run"), "\(replaced.errors)")
    }

    @Test("a run's folder with results of other settings or data is left alone")
    func foreignResults() throws {
        let program = try Program()
        func raw(_ setting: String) throws -> Program.Outcome {
            try program.start(
                [
                    "reproduce", "--quick", "--embedded", "--output", "all", "--run", "derived-raw-seed0", "--set",
                    "evaluation.maximumIterations=\(setting)",
                ]
            ).finish()
        }
        #expect(try raw("5").status == 0)
        let other = try raw("6")
        #expect(other.status == 64 && other.lastError.contains("of other settings"), "\(other.errors)")
    }

    @Test("without MNIST it says what it needs")
    func withoutMNIST() throws {
        let program = try Program()
        let outcome = try program.run("reproduce", "--table", "1")
        #expect(outcome.status == 66 && outcome.lastError.contains("reproduce --quick --embedded"))
        #expect(!FileManager.default.fileExists(atPath: program.file("results").path))
    }

    @Test("what makes no sense is refused with one line")
    func refusals() throws {
        let program = try Program()
        for arguments in [
            ["--table", "3"], ["--claim", "nonsense"], ["--seeds", "0"], ["--embedded"], ["--list", "--plan"],
            ["--quick", "--set", "nonsense=1"], ["--run", "nonsense", "--quick", "--embedded"], ["--set", "seed=4"],
            ["--set", "method=ours"],
            ["--merge", "somewhere"],
        ] {
            let outcome = try program.start(["reproduce"] + arguments).finish()
            #expect(outcome.status == 64, "\(arguments): \(outcome.status), \(outcome.errors)")
            #expect(outcome.lastError.hasPrefix("tac-reference: "), "\(outcome.errors)")
        }
    }

    /// Of the claim's runs only the last has a Gaussian that widens from too little.
    @Test("settings that do not go together in one run are refused before any other is trained")
    func contradictingSettings() throws {
        let program = try Program()
        let outcome = try program.start(
            ["reproduce", "--quick", "--embedded", "--seeds", "1", "--claim", "narrow-first", "--output", "refused"]
                + Self.tiny + ["--set", "augmentation.gaussianWidening=1000"]
        ).finish()
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(
            outcome.lastError.contains("augmentation.gaussianWidening: expected a first width"), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: program.file("refused").path))
    }

    @Test("it takes the folder of a run neither for its own nor a file for a folder")
    func whatIsNoReproduction() throws {
        let program = try Program()
        for name in ["run", "elsewhere"] {
            try FileManager.default.createDirectory(at: program.file(name), withIntermediateDirectories: true)
        }
        try program.write("{}", as: "run/configuration.json")
        try program.write("numbers", as: "run/results.json")
        for arguments in [["--output", "run"], ["--merge", "elsewhere", "--output", "run"]] {
            let outcome = try program.start(["reproduce", "--quick", "--embedded"] + arguments).finish()
            #expect(outcome.status == 64 && outcome.lastError.contains("that of a run at run"), "\(outcome.errors)")
        }
        #expect(try String(contentsOf: program.file("run/results.json"), encoding: .utf8) == "numbers")
        let list = try program.run("reproduce", "--list", "--output", "run/results.json")
        #expect(list.status == 66 && list.lastError.contains("found a file"), "\(list.errors)")
    }

    @Test("the list names every artefact")
    func list() throws {
        let outcome = try Program().run("reproduce", "--list")
        #expect(outcome.status == 0)
        for name in ["--table 1", "--table 2", "--figure 6", "--claim selection-of-lambda"] {
            #expect(outcome.output.contains(name), "\(name)")
        }
    }
}
