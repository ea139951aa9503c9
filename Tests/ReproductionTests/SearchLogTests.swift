import Diagnostics
import Foundation
import Testing

@testable import Reproduction

/// The log of the search: what it takes in, the page that it makes, the file that it is kept in.
@Suite struct SearchLogTests {
    private let folders = RunFolders()

    private func run(_ group: String, seed: Int = 0) throws -> PlannedRun {
        try #require(try Catalogue().groups.first { $0.name == group }).run(seed: seed)
    }

    /// Two runs, the second without a rank, as early ones are.
    private func log() throws -> SearchLog {
        var log = SearchLog()
        try log.add(
            try folders.write(try run("lambda-0.001"), as: "narrow", h: 0.91236, seconds: 90),
            guess: "narrower, h better | f worse")
        try log.add(
            try folders.write(try run("original-simclr", seed: 1), as: "original", h: 0.5, seconds: 3_600),
            guess: "as before")
        log.entries[1].rank = nil
        log.entries[1].accuracies["f"] = nil
        return log
    }

    @Test func thePageHasARowForEachRun() throws {
        #expect(
            try log().markdown() == """
                | run | settings other than the recipe's | guess, written before | steps | J | H | h | f | potential | rank | minutes |
                | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
                | narrow | intermediateEncoder.padding=0, objective.lambda=0.001, training.weightDecay=0.0 | narrower, h better \\| f worse | 1000 | 0.4000 | 2.00 | 0.9124 | 0.9124 | 0.1000 | 9.0 | 1.5 |
                | original | method=simclr, seed=1 | as before | 3000 | 0.4000 | 2.00 | 0.5000 | – | 0.1000 | – | 60.0 |

                """)
    }

    @Test func theFileHoldsIt() throws {
        let (log, file) = (try log(), folders.url.appendingPathComponent("search.json"))
        try log.write(to: file)
        #expect(try SearchLog(contentsOf: file) == log)
        try Data("{\"entries\": 3}".utf8).write(to: file)
        let failure = #expect(throws: Failure.self) { try SearchLog(contentsOf: file) }
        #expect(failure?.kind == .badData && failure?.message.contains("search.json") == true)
    }

    /// Under whatever name: the settings and the data make it the same run, and another seed or other data another.
    @Test func aRunIsTakenInOnce() throws {
        var log = try log()
        let again = try folders.write(try run("lambda-0.001"), as: "again", seconds: 5)
        let before = log
        let failure = #expect(throws: Failure.self) { try log.add(again, guess: "another") }
        #expect(failure?.kind == .usage && failure?.message.contains("again") == true)
        #expect(log == before)
        try log.add(try folders.write(try run("lambda-0.001", seed: 1)), guess: "another seed")
        log.entries[0].data = "other"
        try log.add(again, guess: "other data")
        #expect(log.entries.map(\.name) == ["narrow", "original", "lambda-0.001-seed1", "again"])
    }

    @Test func whatIsNotOneFinishedRunIsRefused() throws {
        var log = SearchLog()
        for folder in [
            try folders.write(try run("derived-raw")), try folders.write(try run("lambda-0.001"), steps: 7),
        ] {
            let failure = #expect(throws: Failure.self) { try log.add(folder, guess: "nothing") }
            #expect(failure?.kind == .badData)
        }
        #expect(log.entries.isEmpty)
    }
}
