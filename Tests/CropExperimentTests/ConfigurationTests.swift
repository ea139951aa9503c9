import CropExperiment
import Foundation
import TestSupport
import Testing

@Suite("Configuration")
struct ConfigurationTests {
    @Test("the defaults are the paper's")
    func paperValues() {
        let configuration = ExperimentConfiguration()
        #expect(configuration.training.views == 8)
        #expect(configuration.training.augmentationViews == 8)
        #expect(configuration.objective.beta == 0.5)
        #expect(configuration.objective.lambda == 0.0025)
        #expect(configuration.intermediateEncoder.features == 200)
        #expect(configuration.projectionHead.dimension == 50)
        #expect(configuration.evaluation.topCrops == 8)
        #expect(configuration.geometry.canvasSide == 84)
        #expect(configuration.geometry.cropCount == 289)
        let original = ExperimentConfiguration.original
        #expect(original.objective.beta == 1)
        #expect(original.geometry.canvasSide == 28)
        #expect(original.geometry.cropCount == 9)
        #expect(original.variant == .original)
    }

    @Test("the defaults and the original variant are valid")
    func defaultsAreValid() throws {
        try ExperimentConfiguration().validate(trainingCount: 60_000)
        try ExperimentConfiguration.original.validate(trainingCount: 256)
    }

    /// The settings are written beside the structure; this holds the two together.
    @Test("the settings are exactly the leaves of the JSON, and read the same values")
    func settingsMatchTheStructure() throws {
        let object = try JSONSerialization.jsonObject(with: ExperimentConfiguration().encoded())
        var leaves: [String: String] = [:]
        func collect(_ value: Any, _ path: String) {
            if let section = value as? [String: Any] {
                for (key, value) in section { collect(value, path.isEmpty ? key : "\(path).\(key)") }
            } else if let list = value as? [Int] {
                leaves[path] = "\(list)"
            } else {
                leaves[path] = "\(value)"
            }
        }
        collect(object, "")
        let settings = ExperimentConfiguration.settings
        #expect(Set(settings.map(\.key)) == Set(leaves.keys))
        #expect(settings.count == leaves.count, "a key occurs twice")
        for setting in settings {
            let value = setting.value(in: ExperimentConfiguration())
            guard case .number(let number) = value else {
                #expect(leaves[setting.key] == value.description, "\(setting.key)")
                continue
            }
            #expect(leaves[setting.key].flatMap(Double.init) == number, "\(setting.key)")
        }
    }

    /// A setting wired to another's field, or that ignores what it is given, fails here.
    @Test("each setting changes its own value and no other", arguments: ExperimentConfiguration.settings.map(\.key))
    func settingsAreIndependent(key: String) throws {
        let changes = [
            "method": "simclr", "canvas.cellsPerSide": "1", "intermediateEncoder.channels": "8,24",
            "training.learningRateSchedule": "constant", "objective.negatives": "otherViews",
            "objective.augmentationNegatives": "allViews", "objective.augmentationPositives": "allViews",
            "training.adamBeta1": "0.5",
            "training.adamBeta2": "0.5", "evaluation.topCrops": "7", "evaluation.tolerance": "0.5",
            "intermediateEncoder.normalization": "batch",
            "projectionHead.normalization": "none", "intermediateEncoder.pooling": "none",
            "intermediateEncoder.padding": "1", "intermediateEncoder.filterSide": "5",
            "augmentation.training": "fixed", "training.alternation": "together",
            "training.augmentationWarmUp": "0.5", "training.representationRestart": "0.5",
            "training.augmentationEnd": "0.5",
        ]
        let fixed: Set = ["canvas.cropSide", "canvas.cropStride"]
        var configuration = ExperimentConfiguration()
        try #require(throws: (any Error).self) { try configuration.set("\(key)=[]") }
        if fixed.contains(key) { return }
        try configuration.set("\(key)=\(changes[key] ?? "3")")
        let differences = configuration.differences(from: ExperimentConfiguration())
        #expect(differences.map(\.key) == [key])
        var back = ExperimentConfiguration()
        try back.apply(configuration.encoded(), named: "configuration.json")
        #expect(back == configuration)
    }

    @Test("every bit of a number survives the file")
    func numbersSurvive() throws {
        var configuration = ExperimentConfiguration()
        configuration.objective.beta = 0.1 + 0.2
        configuration.evaluation.tolerance = .leastNonzeroMagnitude
        configuration.seed = 1 << 53
        var back = ExperimentConfiguration()
        try back.apply(configuration.encoded(), named: "configuration.json")
        #expect(back == configuration)
        let decoded = try JSONDecoder().decode(ExperimentConfiguration.self, from: configuration.encoded())
        #expect(decoded == configuration)
    }

    @Test("a seed beyond every range, as a foreign file may hold it, is refused and can be shown")
    func hugeSeed() {
        var configuration = ExperimentConfiguration()
        configuration.seed = .max
        expectFailure(.usage, mentioning: "seed: expected a whole number from 0") { try configuration.validate() }
        #expect(configuration.differences(from: ExperimentConfiguration()).map(\.key) == ["seed"])
    }

    @Test(
        "settings that leave a third one without effect",
        arguments: [
            (["training.steps=5", "training.augmentationStart=5"], "a step before the last of training.steps = 5"),
            (
                ["training.alternation=together", "augmentation.training=adversarial"],
                "expected inTurn with augmentation.training = adversarial, found together"
            ),
            (
                ["training.alternation=together", "augmentation.training=fixed"],
                "expected inTurn with augmentation.training = fixed, found together"
            ),
            (
                ["augmentation.training=fixed", "augmentation.gaussianWidening=100"],
                "found 0.7 / 100.0 = 0.006999999999999999; choose it nearer to 1"
            ),
            (["training.weightDecay=1000"], "found 0.003 · 1000.0, which turns the sign of weights"),
        ])
    func withoutEffect(assignments: [String], message: String) throws {
        var configuration = ExperimentConfiguration()
        for assignment in assignments { try configuration.set(assignment) }
        expectFailure(.usage, mentioning: message) { try configuration.validate() }
    }

    @Test("runs of one configuration and several seeds belong together")
    func withoutSeed() {
        var (first, second) = (ExperimentConfiguration(), ExperimentConfiguration())
        first.seed = 1
        second.seed = 2
        #expect(first != second)
        #expect(first.withoutSeed == second.withoutSeed)
        second.objective.beta = 1
        #expect(first.withoutSeed != second.withoutSeed)
    }

    @Test("docs/hyperparameters.md is what the code says")
    func documentation() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/hyperparameters.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(
            text == ExperimentConfiguration.documentation,
            "out of date: swift run tac-reference settings --markdown > docs/hyperparameters.md")
    }

    @Test("the table marks what the paper leaves open, and only that")
    func origins() {
        let paper = ExperimentConfiguration.settings.filter { $0.origin != .ours }.map(\.key)
        #expect(
            paper == [
                "method", "canvas.cellsPerSide", "canvas.cropSide", "canvas.cropStride", "intermediateEncoder.features",
                "projectionHead.dimension", "augmentation.training", "objective.beta", "objective.lambda",
                "training.alternation", "training.views", "training.augmentationViews",
                "evaluation.topCrops",
            ])
        for setting in ExperimentConfiguration.settings {
            #expect(!setting.note.isEmpty && !setting.note.contains("|\n") && !setting.note.contains("\n"))
        }
    }
}

/// Configurations that were saved with a result or a checkpoint.
@Suite struct SavedConfigurationTests {
    @Test func everySettingReadsBack() throws {
        var configuration = ExperimentConfiguration()
        configuration.method = .simclr
        configuration.seed = .max
        configuration.intermediateEncoder.channels = [3, 5]
        configuration.objective.lambda = 0.125
        configuration.training.steps = 77
        let saved = try JSONEncoder().encode(configuration)
        #expect(try JSONDecoder().decode(ExperimentConfiguration.self, from: saved) == configuration)
    }

    /// A setting that came after the configuration was saved has its default; one of the wrong type or range is refused, and
    /// so is one that this version does not know.
    @Test func aSettingThatIsMissingHasItsDefault() throws {
        let decoder = JSONDecoder()
        let old = Data(#"{"seed": 4, "objective": {"beta": 2}}"#.utf8)
        var expected = ExperimentConfiguration()
        expected.seed = 4
        // Which was so before there was the setting.
        expected.augmentation.initialScale = 1
        expected.intermediateEncoder.padding = 0
        expected.training.weightDecay = 0
        expected.objective.beta = 2
        #expect(try decoder.decode(ExperimentConfiguration.self, from: old) == expected)
        for wrong in [
            #"{"objective": {"beta": "2"}}"#, #"{"training": {"steps": 0}}"#, #"{"training": 3}"#,
            // Of a later version: without them the run would be another.
            #"{"training": {"warmUp": 3}}"#, #"{"noise": 3}"#, #"{"noise": {"width": 3}}"#,
        ] {
            #expect(throws: DecodingError.self) {
                try decoder.decode(ExperimentConfiguration.self, from: Data(wrong.utf8))
            }
        }
    }
}
