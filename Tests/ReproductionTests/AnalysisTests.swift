import CropExperiment
import Diagnostics
import Digits
import Foundation
import Reproduction
import Testing

/// What is measured on a run besides its result: planned for the first seed, read with the run, never of two minds.
@Suite struct AnalysisTests {
    private func study(_ accuracy: Double) -> ProtocolStudy {
        ProtocolStudy(
            entries: [
                ProtocolStudy.Entry(
                    layer: .f, crops: .expectation, preparation: .tenth, stop: .optimum,
                    classifier: ClassifierScore(
                        accuracy: accuracy, trainingAccuracy: accuracy, hasConverged: true, iterations: 9))
            ], scales: [])
    }

    private func run(seed: Int) throws -> PlannedRun {
        let groups = try Catalogue().artefact(.claim, "evaluation-protocol").groups
        return try #require(groups.first).run(seed: seed)
    }

    @Test func onlyTheFirstSeedHasOne() throws {
        #expect(try run(seed: 0).analyses == [.protocols])
        #expect(try run(seed: 1).analyses.isEmpty)
    }

    /// A run that several artefacts need has every analysis that one of them asks for; a table alone asks for none.
    @Test func aPlanAsksForWhatItsArtefactsNeed() throws {
        let catalogue = try Catalogue()
        let table = try catalogue.artefact(.table, "1")
        let claims = try ["evaluation-protocol", "trained-information"].map { try catalogue.artefact(.claim, $0) }
        func analyses(_ artefacts: [Artefact]) throws -> Set<RunGroup.Analysis> {
            let run = try run(seed: 0)
            return try #require(ReproductionPlan(artefacts, seeds: 2).runs.first { $0.identity == run.identity })
                .analyses
        }
        #expect(try analyses([table]).isEmpty)
        #expect(try analyses([table, claims[0]]) == [.protocols])
        #expect(try analyses([claims[1], table, claims[0]]) == [.protocols, .information])
        #expect(
            ReproductionPlan([table] + claims, seeds: 2).runs.count == ReproductionPlan([table], seeds: 2).runs.count)
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

    @Test func aDamagedAnalysisIsSaid() throws {
        let folder = RunFolders()
        let file = try folder.write(try run(seed: 0)).appendingPathComponent(RunGroup.Analysis.protocols.fileName)
        try Data("{\"entries\": 3}".utf8).write(to: file)
        let failure = #expect(throws: Failure.self) { try RunArchive(of: [folder.url]) }
        #expect(failure?.kind == .badData && failure?.message.contains("protocols.json") == true)
    }
}
