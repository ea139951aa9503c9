import CropExperiment
import Diagnostics
import Digits
import Foundation
import Reproduction
import Testing

/// The runs in folders: found by their settings, counted once, never mixed up.
@Suite struct ArchiveTests {
    private func plan(seeds: Int = 2) throws -> ReproductionPlan {
        ReproductionPlan([try Catalogue().artefact(.table, "1")], seeds: seeds)
    }

    private func encoded(_ archive: RunArchive) throws -> Data {
        try ReproductionResults(try plan(), try Catalogue(), archive: archive).encoded()
    }

    @Test func aRunIsFoundByItsSettings() throws {
        let folder = RunFolders()
        let plan = try plan()
        for run in plan.runs { try folder.write(run, as: "other-\(run.name)") }
        let archive = try RunArchive(of: [folder.url])
        #expect(plan.runs.allSatisfy { archive.record(of: $0) != nil })
        #expect(archive.records.count == plan.runs.count)
    }

    /// A run that is known stays where it is; another one will be done in the reproduction's folder.
    @Test func whereARunIsOrWillBe() throws {
        let (folder, reproduction) = (RunFolders(), RunFolders())
        let runs = try plan().runs
        try folder.write(runs[0], as: "elsewhere")
        let archive = try RunArchive(of: [folder.url])
        #expect(archive.folder(of: runs[0], in: reproduction.url).lastPathComponent == "elsewhere")
        let open = archive.folder(of: runs[1], in: reproduction.url)
        #expect(open.path == reproduction.url.appendingPathComponent("runs/\(runs[1].name)").path)
    }

    @Test func anUnfinishedTrainingIsNoResult() throws {
        let folder = RunFolders()
        let run = try #require(try plan().runs.first { $0.group.kind == .training })
        try folder.write(run, steps: 7)
        #expect(try RunArchive(of: [folder.url]).record(of: run) == nil)
    }

    /// However the runs came together, the results have the same bytes.
    @Test func whereARunCameFromDoesNotMatter() throws {
        let (whole, first, second) = (RunFolders(), RunFolders(), RunFolders())
        for (index, run) in try plan().runs.enumerated() {
            try whole.write(run)
            try (index % 2 == 0 ? first : second).write(run, as: "r\(index)")
        }
        let expected = try encoded(try RunArchive(of: [whole.url]))
        #expect(try encoded(try RunArchive(of: [first.url, second.url])) == expected)
        #expect(try encoded(try RunArchive(of: [second.url, first.url, second.url])) == expected)
        #expect(try encoded(try RunArchive(of: [first.url.appendingPathComponent("runs"), second.url])) == expected)
    }

    /// The results of a reproduction stand for the folders of its runs, alone or beside others.
    @Test func publishedResultsAreRunsToo() throws {
        let (whole, half, published) = (RunFolders(), RunFolders(), RunFolders())
        let runs = try plan().runs
        for (index, run) in runs.enumerated() {
            try whole.write(run)
            if index % 2 == 0 { try half.write(run) }
        }
        let expected = try encoded(try RunArchive(of: [whole.url]))
        try FileManager.default.createDirectory(at: published.url, withIntermediateDirectories: true)
        let file = published.url.appendingPathComponent(ReproductionResults.fileName)
        try expected.write(to: file)
        #expect(try encoded(try RunArchive(of: [published.url], published: true)) == expected)
        #expect(try encoded(try RunArchive(of: [half.url, published.url], published: true)) == expected)
        // A reproduction that goes on in this folder looks at the folders of the runs only.
        #expect(try RunArchive(of: [published.url]).records.isEmpty)

        let text = try #require(String(bytes: expected, encoding: .utf8))
        for (damaged, finding) in [
            (text.replacing("\"format\" : 1", with: "\"format\" : 7"), "format 7"),
            (text.replacing("\"variant\" : \"derived\"", with: "\"variant\" : \"original\""), "runs[0]"),
            (text.replacing("\"kind\" : \"training\"", with: "\"kind\" : \"rawPixels\""), "no result"),
        ] {
            try Data(damaged.utf8).write(to: file)
            let failure = #expect(throws: Failure.self) { try RunArchive(of: [published.url], published: true) }
            #expect(failure?.kind == .badData && failure?.message.contains(finding) == true, "\(finding)")
        }
    }

    /// The same images count as the same, wherever they were read from.
    @Test func whereTheImagesLayDoesNotMatter() throws {
        let (one, two) = (RunFolders(), RunFolders())
        let runs = try plan().runs
        try one.write(runs[0])
        try two.write(runs[0], origin: "somewhere else")
        try two.write(runs[1], origin: "somewhere else")
        let archive = try RunArchive(of: [one.url, two.url])
        #expect(archive.records.count == 2)
        #expect(try ReproductionResults(try plan(), try Catalogue(), archive: archive).data.count == 1)
    }

    /// A setting that a run does not depend on does not make it another one; any other does.
    @Test func aRunIsKnownByWhatItDependsOn() throws {
        func identity(_ kind: RunGroup.Kind, _ method: RunMethod, _ setting: String? = nil) throws -> RunIdentity {
            var configuration = ExperimentConfiguration()
            configuration.method = method
            if let setting { try configuration.set(setting) }
            return RunIdentity(kind: kind, configuration: configuration)
        }
        let simCLR = try identity(.training, .simclr)
        for setting in [
            "augmentation.initialScale=1", "training.augmentationLearningRate=1e-5", "objective.lambda=0.5",
        ] {
            #expect(try identity(.training, .simclr, setting) == simCLR, "\(setting)")
            #expect(try identity(.training, .ours, setting) != identity(.training, .ours), "\(setting)")
        }
        #expect(try identity(.training, .simclr, "training.steps=7") != simCLR)
    }

    /// The four kinds of runs that depend on different settings.
    private enum Dependence: CaseIterable { case pixels, simCLR, fixed, trained }

    /// Another value of every setting, with the runs that it changes.
    private static let otherValues: [String: (value: String, changes: Set<Dependence>)] = {
        let all = Set(Dependence.allCases)
        let networks = all.subtracting([.pixels])
        return [
            "seed": ("1", all), "canvas.cellsPerSide": ("1", all), "canvas.pixelMean": ("0.5", networks),
            "canvas.pixelDeviation": ("0.5", networks), "intermediateEncoder.channels": ("2,4", networks),
            "intermediateEncoder.features": ("8", networks), "intermediateEncoder.pooling": ("none", networks),
            "intermediateEncoder.filterSide": ("5", networks), "intermediateEncoder.padding": ("1", networks),
            "intermediateEncoder.normalization": ("batch", networks),
            "projectionHead.hidden": ("8", networks), "projectionHead.normalization": ("none", networks),
            "projectionHead.dimension": ("4", networks), "augmentation.gaussianWidth": ("0.5", [.fixed]),
            "augmentation.gaussianWidening": ("2", [.fixed]), "augmentation.gaussianExponent": ("8", [.fixed]),
            "augmentation.channels": ("2", [.trained]), "augmentation.initialScale": ("1", [.trained]),
            "objective.beta": ("1", networks), "objective.lambda": ("0.5", [.trained]),
            "objective.negatives": ("otherImages", networks),
            "objective.augmentationPositives": ("allViews", [.trained]),
            "objective.augmentationNegatives": ("allViews", [.trained]), "training.steps": ("7", networks),
            "training.alternation": ("together", [.trained]), "training.batchSize": ("8", networks),
            "training.views": ("2", networks), "training.augmentationViews": ("2", [.trained]),
            "training.learningRate": ("0.5", networks), "training.augmentationLearningRate": ("0.5", [.trained]),
            "training.learningRateSchedule": ("constant", networks), "training.adamBeta1": ("0.5", networks),
            "training.adamBeta2": ("0.5", networks), "training.adamEpsilon": ("0.5", networks),
            "training.weightDecay": ("0.25", networks), "training.augmentationStart": ("3", [.trained]),
            "training.augmentationEnd": ("0.5", [.trained]),
            "training.augmentationWarmUp": ("0.5", [.trained]), "training.representationRestart": ("0.5", networks),
            "evaluation.topCrops": ("4", [.fixed, .trained]), "evaluation.tolerance": ("0.5", all),
            "evaluation.maximumIterations": ("5", all),
        ]
    }()

    @Test func everySettingChangesTheRunsThatDependOnIt() throws {
        func identity(_ dependence: Dependence, _ setting: String? = nil) throws -> RunIdentity {
            var configuration = ExperimentConfiguration()
            configuration.method = dependence == .simCLR ? .simclr : .ours
            if dependence == .fixed { try configuration.set("augmentation.training=fixed") }
            if let setting { try configuration.set(setting) }
            return RunIdentity(kind: dependence == .pixels ? .rawPixels : .training, configuration: configuration)
        }
        // These say which of the four a run is, or may have one value only.
        let others: Set = ["method", "augmentation.training", "canvas.cropSide", "canvas.cropStride"]
        #expect(Set(ExperimentConfiguration.settings.map(\.key)) == others.union(Self.otherValues.keys))
        for (key, (value, changes)) in Self.otherValues {
            for dependence in Dependence.allCases {
                let isChanged = try identity(dependence, "\(key)=\(value)") != identity(dependence)
                #expect(isChanged == changes.contains(dependence), "\(key) of \(dependence)")
            }
        }
        #expect(
            Set(try Dependence.allCases.map { try identity($0) }).count == Dependence.allCases.count,
            "two kinds of runs are taken for one")
    }

    @Test func aRunCountsOnceAndItsSecondsDoNotMatter() throws {
        let (one, two) = (RunFolders(), RunFolders())
        let run = try #require(try plan().runs.first { $0.group.kind == .training })
        try one.write(run, seconds: 1)
        try two.write(run, seconds: 2)
        #expect(try RunArchive(of: [one.url, two.url, one.url]).records.count == 1)
    }

    @Test func twoResultsOfOneRunAreRefused() throws {
        let (one, two) = (RunFolders(), RunFolders())
        let run = try #require(try plan().runs.first { $0.group.kind == .training })
        try one.write(run, h: 0.5)
        try two.write(run, h: 0.6)
        let failure = #expect(throws: Failure.self) { try RunArchive(of: [one.url, two.url]) }
        #expect(failure?.kind == .badData && failure?.message.contains("leave one of the two out") == true)
    }

    /// simCLR has no λ.
    @Test func settingsThatARunDoesNotDependOnAreNoDifference() throws {
        let (one, two) = (RunFolders(), RunFolders())
        for (folder, changes) in [(one, []), (two, ["objective.lambda=0.5"])] {
            let table = try Catalogue(.full, changes: changes).artefact(.table, "1")
            let run = try #require(
                ReproductionPlan([table], seeds: 1).runs.first { $0.name == "derived-simclr-seed0" })
            try folder.write(run)
        }
        #expect(try RunArchive(of: [one.url, two.url]).records.count == 1)
        #expect(try encoded(RunArchive(of: [one.url, two.url])) == encoded(RunArchive(of: [two.url, one.url])))
    }

    /// As a kill between the two files of an evaluation leaves them.
    @Test func figuresOfOtherNetworksAreNoticed() throws {
        let folder = RunFolders()
        let run = try #require(try plan().runs.first { $0.group.kind == .training })
        let place = try folder.write(run)
        func replaceFigures(objective: Double) throws {
            let curves = TrainingCurves(points: [TrainingCurves.Point(step: 1, representationObjective: objective)])
            try JSONEncoder().encode([RunFigures(curves: curves)])
                .write(to: place.appendingPathComponent(ResultsFolder.figuresName))
        }
        try replaceFigures(objective: 0.4)
        #expect(try RunArchive(of: [folder.url]).record(of: run) != nil)
        #expect(try MergedResults(of: [place]).results.runs.count == 1)
        try replaceFigures(objective: 0.41)
        #expect(try RunArchive(of: [folder.url]).record(of: run) == nil)
        let failure = #expect(throws: Failure.self) { try MergedResults(of: [place]) }
        #expect(failure?.kind == .badData && failure?.message.contains("found those of others") == true)
    }

    @Test func aFolderThatIsNotThereIsSaid() {
        let failure = #expect(throws: Failure.self) {
            try RunArchive(of: [URL(fileURLWithPath: "/nonexistent-reproduction")])
        }
        #expect(failure?.kind == .missingInput)
    }

    /// Runs of other settings never enter a row: here those of another λ, four of them against two.
    @Test func onlyTheRunsOfARowStandInIt() throws {
        let folder = RunFolders()
        let plan = try plan()
        for run in plan.runs { try folder.write(run, h: 0.5) }
        let other = try #require(try Catalogue().groups.first { $0.name == "lambda-0.001" })
        for seed in 0..<4 { try folder.write(other.run(seed: seed), h: 0.9) }
        let results = try ReproductionResults(plan, try Catalogue(), archive: try RunArchive(of: [folder.url]))
        let cells = results.artefacts[0].rows.flatMap(\.cells)
        #expect(!cells.isEmpty && cells.allSatisfy { $0.mean == 0.5 && $0.values.count == 2 })
    }
}
