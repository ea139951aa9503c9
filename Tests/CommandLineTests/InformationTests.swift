import Foundation
import Reproduction
import Testing

@Suite("Command line: information")
struct CommandLineInformationTests {
    /// A folder with a trained run of each method, with networks so small that a step takes a few milliseconds.
    private func program() throws -> Program {
        let program = try Program()
        try program.write(
            """
            {"training": {"batchSize": 8, "views": 2, "augmentationViews": 2},
             "intermediateEncoder": {"channels": [2, 4], "features": 8},
             "projectionHead": {"hidden": 8, "dimension": 4}, "augmentation": {"channels": 2}}
            """, as: "tiny.json")
        for method in ["ours", "simclr"] {
            let trained = try program.run(
                "train", "--embedded", "--config", "tiny.json", "--steps", "30", "--method", method, "--output", method)
            try #require(trained.status == 0, "\(trained.errors)")
        }
        return program
    }

    private func decoded(_ json: String) throws -> TrainedInformation {
        try JSONDecoder().decode(TrainedInformation.self, from: Data(json.utf8))
    }

    @Test("a trained run's information: the table, the files, the same bits with any number of threads")
    func information() throws {
        let program = try program()
        for method in ["ours", "simclr"] {
            let arguments = ["information", method, "--embedded", "--images", "60", "--beta", "20,0.5"]
            let outcome = try program.start(arguments + ["--output", "\(method)-out", "--threads", "2"]).finish()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.contains("I(X;Z)") && outcome.output.contains("H(X) = 4.094"), "\(outcome.output)")
            let file = try String(contentsOf: program.file("\(method)-out/information.json"), encoding: .utf8)
            let chart = try String(contentsOf: program.file("\(method)-out/information.svg"), encoding: .utf8)
            #expect(chart.hasPrefix("<?xml") && chart.contains("bound (16)") && chart.contains("H(X) = log N"))
            let one = try program.start(arguments + ["--json", "--threads", "1"]).finish()
            #expect(one.output == file, "the number of threads changes a bit")

            let information = try decoded(file)
            #expect(information.method.rawValue == method && information.images == 60 && information.split == .test)
            #expect(information.rows.map(\.beta) == [0.5, 20], "β ascends")
            #expect(abs(information.entropyOfImages - log(60)) < 1e-12)
            #expect(information.trainingObjective != nil)
            for row in information.rows {
                let value = row.information.value
                #expect(value > 0 && row.information.error <= 0.01 * value)
                let most = min(information.entropyOfImages, row.divergenceBound.value)
                #expect(value <= most + 6 * row.information.error)
                #expect(row.jensenBound.value <= value + 6 * (row.information.error + row.jensenBound.error))
            }
            // At β = 0.5 in four dimensions the next term of the expansion is some per cent of the first.
            let first = information.rows[0]
            #expect(abs(first.information.value / first.expansion.value - 1) < 0.2)
        }
    }

    @Test("training images, and another number of them, are another channel")
    func splits() throws {
        let program = try program()
        func run(_ more: String...) throws -> TrainedInformation {
            let outcome = try program.start(
                ["information", "ours", "--embedded", "--beta", "1", "--json"] + more
            ).finish()
            #expect(outcome.status == 0, "\(outcome.errors)")
            return try decoded(outcome.output)
        }
        let (test, training) = (try run("--images", "40"), try run("--images", "40", "--train"))
        #expect(training.split == .training && training.rows != test.rows)
        #expect(try run("--images", "1").rows[0].information.value == 0, "one image: nothing to learn")
    }

    @Test("a P(T|x) that one huge step has made useless is one line and status 65; a sharp one has information")
    func extremeDistributions() throws {
        let program = try program()
        for (setting, status) in [
            ("training.augmentationLearningRate=1e37", 65), ("augmentation.initialScale=1000", 0),
        ] as [(String, Int32)] {
            let trained = try program.run(
                "train", "--embedded", "--config", "tiny.json", "--steps", "1", "--set", setting, "--output", setting)
            #expect(trained.status == 0, "\(setting): \(trained.errors)")
            let outcome = try program.run("information", setting, "--embedded", "--images", "20", "--beta", "1")
            #expect(outcome.status == status, "\(setting): \(outcome.errors)")
            #expect(status == 0 || outcome.lastError.contains("expected probabilities that sum to 1"))
        }
    }

    @Test("wrong usage is one line and status 64, a missing run 66, and nothing is written")
    func errors() throws {
        let program = try program()
        for (arguments, status, message) in [
            (["ours", "--beta", "0.5,x"], 64, "--beta: expected numbers from 1e-06 to 1000000.0"),
            (["ours", "--beta", "0"], 64, "found \"0\""), (["ours", "--beta", "-1"], 64, "--beta"),
            (["ours", "--beta", "nan"], 64, "found \"nan\""), (["ours", "--beta", ""], 64, "found \"\""),
            (["ours", "--images", "0"], 64, "--images: expected a whole number of at least 1, found 0"),
            (["ours", "--images", "451"], 64, "--images: expected at most the 450 test images, found 451"),
            (["absent"], 66, "absent"), ([], 64, "<folder>"),
        ] as [([String], Int32, String)] {
            let outcome = try program.start(["information", "--embedded", "--output", "out"] + arguments).finish()
            #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
            #expect(outcome.lastError.contains(message), "\(arguments): \(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: program.file("out").path))
        }
    }
}
