import CropExperiment
import Foundation
import TestSupport
import Testing

@Suite("Configuration: what bad input gets")
struct ConfigurationFileTests {
    private func applying(_ json: String) throws -> ExperimentConfiguration {
        var configuration = ExperimentConfiguration()
        try configuration.apply(Data(json.utf8), named: "run.json")
        return configuration
    }

    @Test("a file may name a few settings or none")
    func partialFile() throws {
        let configuration = try applying(
            #"{"seed": 7, "training": {"steps": 100, "learningRate": 1e-2}, "objective": {"beta": 1}, "canvas": {}}"#)
        #expect(configuration.seed == 7)
        #expect(configuration.training.steps == 100)
        #expect(configuration.training.learningRate == 0.01)
        #expect(configuration.objective.beta == 1)
        #expect(configuration.training.batchSize == 256)
        #expect(try applying("{}") == ExperimentConfiguration())
    }

    @Test(
        "an unknown key names the nearest known one",
        arguments: [
            (#"{"training": {"batchsize": 1}}"#, "\"training.batchsize\"", "training.batchSize"),
            (#"{"bachSize": 1}"#, "\"bachSize\"", "training.batchSize"),
            (#"{"trainig": {"steps": 1}}"#, "\"trainig\"", "training"),
            (#"{"objective": {"lamda": 1}}"#, "\"objective.lamda\"", "objective.lambda"),
            (#"{"method": {"kind": "ours"}}"#, "\"method\"", "method"),
        ])
    func unknownKey(json: String, key: String, nearest: String) {
        expectFailure(.usage, mentioning: "run.json", "unknown key \(key)", "nearest is \(nearest)") {
            _ = try applying(json)
        }
    }

    @Test(
        "a value out of range: the key, what is expected, what was found",
        arguments: [
            (
                #"{"objective": {"beta": -0.5}}"#,
                "objective.beta: expected a number from 1.2e-38 to 3.4e+38, found -0.5"
            ),
            (#"{"objective": {"beta": 0}}"#, "objective.beta: expected a number from 1.2e-38 to 3.4e+38, found 0"),
            (
                #"{"objective": {"beta": "NaN"}}"#,
                "objective.beta: expected a number from 1.2e-38 to 3.4e+38, found \"NaN\""
            ),
            (#"{"objective": {"beta": null}}"#, "found null"),
            (#"{"objective": {"beta": true}}"#, "found true"),
            (#"{"objective": {"lambda": -1e-9}}"#, "objective.lambda: expected 0, or a number from 1.2e-38"),
            (#"{"training": {"views": 1}}"#, "training.views: expected a whole number from 2 to 1024, found 1"),
            (#"{"training": {"augmentationViews": 1}}"#, "training.augmentationViews: expected a whole number from 2"),
            (#"{"training": {"steps": 0}}"#, "training.steps: expected a whole number from 1"),
            (#"{"training": {"steps": 1.5}}"#, "found 1.5"),
            (#"{"training": {"steps": 1e30}}"#, "found 1e30"),
            (#"{"training": {"steps": "many"}}"#, "found \"many\""),
            (#"{"training": {"learningRateSchedule": "linear"}}"#, "expected constant or cosine, found \"linear\""),
            (
                #"{"training": {"adamBeta1": 1}}"#,
                "training.adamBeta1: expected 0, or a number from 1.2e-38 to 0.9999999"
            ),
            (#"{"training": {"steps": 1e400}}"#, "training.steps: expected a whole number from 1"),
            (#"{"training": {"steps": 1e400}}"#, "found 1e400"), (#"{"objective": {"beta": 1e-400}}"#, "found 1e-400"),
            (#"{"training": {"steps": "2"}}"#, "found \"2\""),
            (#"{"intermediateEncoder": {"channels": [8, 1.5]}}"#, "found [8, 1.5]"),
            (#"{"training": 5}"#, "training: expected the settings of this section by name"),
            (#"{"method": "theirs"}"#, "method: expected ours or simclr, found \"theirs\""),
            (#"{"seed": -1}"#, "seed: expected a whole number from 0"),
            (#"{"intermediateEncoder": {"channels": [16]}}"#, "intermediateEncoder.channels: expected 2 whole numbers"),
            (#"{"intermediateEncoder": {"channels": [16, 0]}}"#, "found [16, 0]"),
            (#"{"intermediateEncoder": {"channels": [16, "a"]}}"#, "found [16, \"a\"]"),
            (#"{"projectionHead": {"dimension": 1}}"#, "projectionHead.dimension: expected a whole number from 2"),
            (#"{"canvas": {"cropSide": 24}}"#, "canvas.cropSide: expected 20, found 24"),
        ])
    func outOfRange(json: String, message: String) {
        expectFailure(.usage, mentioning: "run.json: ", message, "docs/hyperparameters.md") { _ = try applying(json) }
    }

    @Test(
        "what is no configuration at all",
        arguments: [
            "", "[1]", "5", "{\"objective\": {\"beta\": NaN}}", "{\"seed\": 1", "{\"seed\": 1, \"seed\": 2}",
            "<!DOCTYPE html>", "\u{0}",
        ])
    func notAConfiguration(text: String) {
        expectFailure(.badData, mentioning: "run.json: expected a ", "correct") { _ = try applying(text) }
    }

    @Test("a setting in its section and by its whole name")
    func twoPlaces() throws {
        #expect(try applying(#"{"training.steps": 5}"#).training.steps == 5)
        expectFailure(.badData, mentioning: "run.json: expected each setting once, found training.steps twice") {
            _ = try applying(#"{"training.steps": 5, "training": {"steps": 6}}"#)
        }
    }

    @Test("invalid JSON is quoted with its place")
    func invalidJSON() {
        for (typed, found) in [
            ("007", "found 007, which begins with 0"), ("1.", "found 1., which lacks digits after the point"),
            ("0,001", "expected a key in quotes, found 001"), ("NaN", "expected a value, found NaN"),
        ] {
            expectFailure(.badData, mentioning: "run.json: expected a configuration in JSON", "line 2", found) {
                _ = try applying("{\"objective\":\n  {\"beta\": \(typed)}}")
            }
        }
    }

    @Test("a failure leaves the configuration as it was")
    func failureChangesNothing() {
        var configuration = ExperimentConfiguration()
        #expect(throws: (any Error).self) {
            try configuration.apply(Data(#"{"seed": 7, "training": {"steps": 0}}"#.utf8), named: "run.json")
        }
        #expect(configuration == ExperimentConfiguration())
    }

    @Test("a missing file")
    func missingFile() {
        expectFailure(.missingInput, mentioning: "absent.json", "expected a configuration") {
            _ = try ExperimentConfiguration(contentsOf: URL(fileURLWithPath: "absent.json"))
        }
    }

    @Test("settings from the command line")
    func assignments() throws {
        var configuration = ExperimentConfiguration()
        for assignment in [
            "training.batchSize=128", "method=simclr", "intermediateEncoder.channels=8, 64", "objective.beta=2",
        ] {
            try configuration.set(assignment)
        }
        #expect(configuration.training.batchSize == 128)
        #expect(configuration.method == .simclr)
        #expect(configuration.intermediateEncoder.channels == [8, 64])
        #expect(configuration.objective.beta == 2)
        try configuration.set("intermediateEncoder.channels=[4,5]")
        #expect(configuration.intermediateEncoder.channels == [4, 5])
    }

    @Test(
        "bad settings from the command line",
        arguments: [
            ("objective.beta=-1", "found -1"), ("objective.beta=nan", "found nan"), ("objective.beta=inf", "found inf"),
            ("objective.beta=", "expected a number from 1.2e-38 to 3.4e+38, found"), ("objective.beta", "found no ="),
            ("=1", "unknown key \"\""), ("training.steps=1e3x", "found 1e3x"), ("training.views=1", "found 1"),
            ("training.batch=5", "nearest is training.batchSize"), ("intermediateEncoder.channels=8,,9", "found 8,,9"),
            ("training=5", "such as training.steps, found 5"),
            // As typed: not what some reader takes them for.
            ("training.steps=007", "found 007 (numbers are written as in JSON: 7)"),
            ("training.steps=1.", "found 1. (numbers are written as in JSON: 1)"),
            ("objective.beta=.5", "found .5 (numbers are written as in JSON: 0.5)"),
            ("objective.beta=0x10", "found 0x10 (numbers are written as in JSON: 16)"),
            ("objective.beta=+5", "found +5 (numbers are written as in JSON: 5)"),
            ("objective.beta=1e400", "found 1e400"),
            ("objective.beta=0,001", "found 0,001"), ("objective.beta=\"2\"", "found \"2\""),
            ("training.steps=[2]", "found [2]"), ("objective.beta={\"a\": 1}", "found {\"a\": 1}"),
        ])
    func badAssignments(assignment: String, message: String) {
        var configuration = ExperimentConfiguration()
        expectFailure(.usage, mentioning: assignment.isEmpty ? "=" : assignment, message) {
            try configuration.set(assignment)
        }
        #expect(configuration == ExperimentConfiguration())
    }

    @Test("settings against the data and against each other")
    func crossChecks() {
        var configuration = ExperimentConfiguration()
        configuration.training.batchSize = 2_000
        expectFailure(.usage, mentioning: "training.batchSize", "at most the 1347 images", "found 2000") {
            try configuration.validate(trainingCount: 1_347)
        }
        configuration = .original
        configuration.evaluation.topCrops = 10
        expectFailure(.usage, mentioning: "evaluation.topCrops", "at most the 9 crops", "found 10") {
            try configuration.validate()
        }
        configuration = ExperimentConfiguration()
        configuration.objective.beta = .nan
        expectFailure(.usage, mentioning: "objective.beta", "found nan") { try configuration.validate() }
        configuration = ExperimentConfiguration()
        configuration.canvas.cropSide = 24
        expectFailure(.usage, mentioning: "canvas.cropSide") { try configuration.validate() }
    }

    /// Read in double precision and used in single: what is lost on the way is refused before anything is trained.
    @Test(
        "numbers that single precision does not hold",
        arguments: [
            ("training.adamEpsilon=1e-46", "training.adamEpsilon: expected a number from 1.1e-19"),
            ("training.adamEpsilon=1e-20", "found 1e-20"), ("training.adamEpsilon=1e39", "found 1e39"),
            ("training.learningRate=1e-46", "training.learningRate: expected a number from 1.2e-38"),
            ("training.learningRate=1e39", "found 1e39"), ("training.augmentationLearningRate=1e-40", "found 1e-40"),
            ("objective.beta=1e-46", "found 1e-46"), ("objective.lambda=1e-46", "found 1e-46"),
            ("objective.beta=1e300", "found 1e300"), ("training.adamBeta1=0.99999999", "found 0.99999999"),
            ("training.adamBeta2=1e-50", "found 1e-50"), ("canvas.pixelDeviation=1e-46", "found 1e-46"),
            ("canvas.pixelMean=1e-300", "found 1e-300"),
        ])
    func singlePrecision(assignment: String, message: String) {
        var configuration = ExperimentConfiguration()
        expectFailure(.usage, mentioning: assignment, message) { try configuration.set(assignment) }
    }

    @Test(
        "numbers whose combination single precision does not hold",
        arguments: [
            (["training.learningRate=1e-12"], "training.learningRate: expected a step of at least 4e-10"),
            (["training.augmentationLearningRate=1e-30"], "training.augmentationLearningRate: expected a step"),
            (["training.adamEpsilon=1e30"], "training.learningRate: expected a step"),
            (["canvas.pixelMean=1e10"], "expected blank and ink"),
            (["canvas.pixelMean=10", "canvas.pixelDeviation=2e-38"], "expected blank and ink"),
        ])
    func vanishingCombinations(assignments: [String], message: String) throws {
        var configuration = ExperimentConfiguration()
        for assignment in assignments { try configuration.set(assignment) }
        expectFailure(.usage, mentioning: "configuration: ", message) { try configuration.validate() }
    }

    @Test("the least and the greatest that single precision holds")
    func extremes() throws {
        var configuration = ExperimentConfiguration()
        for assignment in [
            "objective.beta=1.2e-38", "objective.beta=3.4e38", "objective.lambda=0", "training.adamBeta1=0",
            "training.adamBeta2=0.9999999", "training.adamEpsilon=1.1e-19", "evaluation.tolerance=1e-300",
        ] {
            try configuration.set(assignment)
        }
        configuration.objective.beta = 1
        try configuration.validate()
    }
}
