import CropExperiment
import Diagnostics
import Digits
import Foundation
import Reproduction
import Testing

/// What is measured on a run besides its result: planned for the first seed, read with the run, never of two minds.
@Suite struct AnalysisTests {
    /// A study of the runs that ``RunFolders`` makes up: under the protocol of their results it has their scores.
    ///
    /// - Parameters:
    ///   - accuracy: of f times a tenth.
    ///   - h: the score of the results.
    private func study(_ accuracy: Double, h: Double = 0.5) -> ProtocolStudy {
        func entry(
            _ layer: RepresentationScore.Layer, _ crops: CropWeighting, _ preparation: FeaturePreparation,
            _ score: Double
        ) -> ProtocolStudy.Entry {
            ProtocolStudy.Entry(
                layer: layer, crops: crops, preparation: preparation, stop: .optimum,
                classifier: ClassifierScore(accuracy: score, trainingAccuracy: score, hasConverged: true, iterations: 9)
            )
        }
        let own = RepresentationScore.Layer.allCases.flatMap { layer in
            CropWeighting.allCases.map { entry(layer, $0, .unchanged, h) }
        }
        return ProtocolStudy(entries: own + [entry(.f, .expectation, .tenth, accuracy)], scales: [])
    }

    private func run(seed: Int) throws -> PlannedRun {
        let groups = try Catalogue().artefact(.claim, "evaluation-protocol").groups
        return try #require(groups.first).run(seed: seed)
    }

    @Test func onlyTheFirstSeedHasOne() throws {
        #expect(try run(seed: 0).analyses == [.protocols])
        #expect(try run(seed: 1).analyses.isEmpty)
    }

    /// A run that several artefacts need has every analysis that one of them asks for; one alone may ask for none.
    @Test func aPlanAsksForWhatItsArtefactsNeed() throws {
        let catalogue = try Catalogue()
        let plain = try catalogue.artefact(.claim, "weight-decay")
        let claims = try ["evaluation-protocol", "trained-information"].map { try catalogue.artefact(.claim, $0) }
        func analyses(_ artefacts: [Artefact]) throws -> Set<RunGroup.Analysis> {
            let run = try run(seed: 0)
            return try #require(ReproductionPlan(artefacts, seeds: 2).runs.first { $0.identity == run.identity })
                .analyses
        }
        #expect(try analyses([plain]).isEmpty)
        #expect(try analyses([plain, claims[0]]) == [.protocols])
        #expect(try analyses([claims[1], plain, claims[0]]) == [.protocols, .information])
        #expect(
            ReproductionPlan([plain] + claims, seeds: 2).runs.count == ReproductionPlan([plain], seeds: 2).runs.count)
    }

    @Test func aRunWithoutItsAnalysisIsNotDone() throws {
        let folder = RunFolders()
        let (first, second) = (try run(seed: 0), try run(seed: 1))
        let place = try folder.write(first)
        try folder.write(second)
        var archive = try RunArchive(of: [folder.url])
        #expect(archive.record(of: first) != nil && !archive.isDone(first) && archive.isDone(second))
        try RunAnalyses.write(study(0.5), to: place)
        try archive.add(place)
        #expect(archive.isDone(first))
        #expect(archive.record(of: first)?.analyses.protocols == study(0.5))
    }

    @Test func itsNumbersStandInTheRow() throws {
        let folder = RunFolders()
        let first = try run(seed: 0)
        try RunAnalyses.write(study(0.625), to: try folder.write(first))
        let measure = Measure.protocolScore(of: .f, over: .expectation, .tenth, .optimum)
        let record = try #require(try RunArchive(of: [folder.url]).record(of: first))
        #expect(measure.value(in: record) == 0.625)
        #expect(Measure.protocolScore(of: .f, over: .oracle, .tenth, .optimum).value(in: record) == nil)
        #expect(
            Measure.protocolScore(of: .f, over: .expectation, .tenth, .defaultsOfScikitLearn).value(in: record) == nil)
    }

    @Test("an analysis may come from another folder than the run; two different ones are refused")
    func mergedFromSeveralFolders() throws {
        let (without, one, other) = (RunFolders(), RunFolders(), RunFolders())
        let first = try run(seed: 0)
        try without.write(first)
        try RunAnalyses.write(study(0.5), to: try one.write(first))
        try RunAnalyses.write(study(0.6), to: try other.write(first))
        #expect(try RunArchive(of: [without.url, one.url]).isDone(first))
        #expect(try RunArchive(of: [one.url, without.url]).isDone(first))
        let failure = #expect(throws: Failure.self) { try RunArchive(of: [one.url, other.url]) }
        #expect(failure?.kind == .badData)
    }

    /// What was made of other networks with the same settings, trained in the folder before, has other scores.
    @Test func aStudyOfOtherNetworksIsNotTheRuns() throws {
        let folder = RunFolders()
        let first = try run(seed: 0)
        let place = try folder.write(first, h: 0.5)
        try RunAnalyses.write(study(0.6, h: 0.4), to: place)
        #expect(try !RunArchive(of: [folder.url]).isDone(first))
        try RunAnalyses.write(ProtocolStudy(entries: [], scales: []), to: place)
        #expect(try !RunArchive(of: [folder.url]).isDone(first))
        try RunAnalyses.write(study(0.6), to: place)
        #expect(try RunArchive(of: [folder.url]).isDone(first))
        // With the objective of its networks it may come from another machine, where a score differs by a rounding.
        for (objective, isOwn) in [(0.4, true), (0.41, false)] {
            var other = study(0.6, h: 0.499)
            other.objective = objective
            try RunAnalyses.write(other, to: place)
            #expect(try RunArchive(of: [folder.url]).isDone(first) == isOwn)
        }
    }

    /// What the published results have of a run besides stays, where the run is the same.
    @Test func publishedAnalysesStay() throws {
        let (complete, published, without, other) = (RunFolders(), RunFolders(), RunFolders(), RunFolders())
        let first = try run(seed: 0)
        try RunAnalyses.write(study(0.6), to: try complete.write(first))
        try FileManager.default.createDirectory(at: published.url, withIntermediateDirectories: true)
        let catalogue = try Catalogue()
        let plan = ReproductionPlan([try catalogue.artefact(.claim, "evaluation-protocol")], seeds: 1)
        try StrictJSON.encoder(isPretty: false)
            .encode(try ReproductionResults(plan, catalogue, archive: try RunArchive(of: [complete.url])))
            .write(to: published.url.appendingPathComponent(ReproductionResults.fileName))
        try without.write(first, seconds: 2)
        try other.write(first, h: 0.7)
        for (folder, isKept) in [(without, true), (other, false)] {
            var archive = try RunArchive(of: [folder.url])
            try archive.complete(fromResultsIn: published.url)
            #expect(archive.isDone(first) == isKept)
        }
    }

    /// `information RUN --output RUN` may have been asked for other images, and a file copied from another run.
    @Test func informationCountsOnlyIfItIsTheRuns() throws {
        let folder = RunFolders()
        let run = try #require(try Catalogue().artefact(.claim, "trained-information").groups.first).run(seed: 0)
        let place = try folder.write(run)
        func isDone(_ change: (inout TrainedInformation) -> Void) throws -> Bool {
            var information = try information(of: run, in: place)
            change(&information)
            try information.write(to: place)
            return try RunArchive(of: [folder.url]).isDone(run)
        }
        #expect(try isDone { _ in })
        #expect(try !isDone { $0.images = 3 })
        #expect(try !isDone { $0.split = .training })
        #expect(try !isDone { $0.rows[0].beta = 5 })
        #expect(try !isDone { $0.method = .simclr })
        #expect(try !isDone { $0.seed = 1 })
        #expect(try !isDone { $0.steps -= 1 })
        // The objective of ``RunFolders``, and that of networks that were trained otherwise.
        #expect(try isDone { $0.trainingObjective = InformationValue(0.4, standardError: 0.1) })
        #expect(try !isDone { $0.trainingObjective = InformationValue(0.41, standardError: 0.1) })
        #expect(try !isDone { $0.data.sha256 = ["images": "of others"] })
    }

    /// Made-up numbers, with everything that says what they were measured on as the reproduction has it.
    private func information(of run: PlannedRun, in folder: URL) throws -> TrainedInformation {
        let data = try ResultsFolder.read(from: folder).results.data
        let value = ["value": 0.5, "error": 0.0, "kind": "rounding"] as [String: Any]
        let beta = run.configuration.objective.beta
        let file: [String: Any] = [
            "format": TrainedInformation.currentFormat, "method": run.configuration.method.rawValue, "seed": run.seed,
            "steps": run.configuration.training.steps,
            "data": try JSONSerialization.jsonObject(with: JSONEncoder().encode(data)), "split": "test",
            "images": data.testCount, "codes": 9, "dimension": 50, "entropyOfImages": 9.21, "betweenImages": 0.5,
            "withinImages": 0.1, "trainingBeta": beta,
            "rows": [
                [
                    "beta": beta, "information": value, "jensenBound": value, "meanApproximation": value,
                    "expansion": value, "divergenceBound": value, "points": 9, "surrogatePoints": 0,
                ]
            ],
        ]
        return try JSONDecoder().decode(
            TrainedInformation.self, from: try JSONSerialization.data(withJSONObject: file))
    }

    @Test func aDamagedAnalysisIsSaid() throws {
        let folder = RunFolders()
        let file = try folder.write(try run(seed: 0)).appendingPathComponent(RunGroup.Analysis.protocols.fileName)
        try Data("{\"entries\": 3}".utf8).write(to: file)
        let failure = #expect(throws: Failure.self) { try RunArchive(of: [folder.url]) }
        #expect(failure?.kind == .badData && failure?.message.contains("protocols.json") == true)
    }
}
