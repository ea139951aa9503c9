import CropExperiment
import Diagnostics
import Digits
import Foundation
import Reproduction
import Testing

@Suite("Results") struct ResultsTests {
    private func temporaryFolder() -> URL {
        FileManager.default.temporaryDirectory.appendingPathComponent("reporting-\(UUID().uuidString)")
    }

    private func written(_ results: ExperimentResults) throws -> [String: Any] {
        let folder = temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try ResultsFolder.write(results, figures: results.runs.map { _ in RunFigures() }, to: folder)
        let content = try Data(contentsOf: folder.appendingPathComponent("results.json"))
        return try #require(try JSONSerialization.jsonObject(with: content) as? [String: Any])
    }

    @Test("results.json has exactly the agreed keys")
    func keys() throws {
        let run = Sample.run(.ours, h: 0.1, f: 0.2)
        let json = try written(Sample.results([run]))
        #expect(Set(json.keys) == ["data", "raw", "runs"])
        let raw = try #require(json["raw"] as? [String: Any])
        #expect(raw["accuracy"] as? Double == 0.875 && raw["hasConverged"] as? Bool == true)
        #expect(Set(raw.keys) == ["accuracy", "trainingAccuracy", "hasConverged", "iterations"])
        let entry = try #require((json["runs"] as? [[String: Any]])?.first)
        #expect(
            Set(entry.keys) == [
                "method", "seed", "steps", "objective", "linearEvaluation", "nonTrivialMass", "uniformity",
                "effectiveRank", "blankDistance", "trainingObjective", "testObjective", "offsetInformation", "entropy",
                "seconds", "configuration",
            ])
        #expect(entry["method"] as? String == "ours")
        let scores = try #require(entry["linearEvaluation"] as? [[String: Any]])
        #expect(scores.map { $0["layer"] as? String } == ["h", "f"])
        #expect(scores.allSatisfy { $0["crops"] as? String == "expectation" })
        #expect((scores[1]["classifier"] as? [String: Any])?["accuracy"] as? Double == 0.2)
        #expect(entry["nonTrivialMass"] as? [String: Double] == ["mean": 0.75, "std": 0.125])
        #expect(((entry["configuration"] as? [String: Any])?["objective"] as? [String: Any])?["beta"] as? Double == 0.5)
        let data = try #require(json["data"] as? [String: Any])
        #expect(data["comparableWithPaper"] as? Bool == true)
        #expect(data["sha256"] as? [String: String] == ["train-images": "00ff"])
    }

    @Test("a score that does not apply has no entry, and simCLR is spelled as agreed")
    func absentKeys() throws {
        let json = try written(Sample.results([Sample.run(.simclr, h: 0.3, f: nil)], raw: nil))
        let entry = try #require((json["runs"] as? [[String: Any]])?.first)
        #expect(entry["method"] as? String == "simclr")
        #expect((entry["linearEvaluation"] as? [[String: Any]])?.count == 1)
        #expect(json["raw"] == nil)
    }

    @Test("both files read back as they were written, and equal results give equal bytes")
    func roundTrip() throws {
        let folder = temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        var run = Sample.run(.ours, seed: .max)
        run.objective = 0.1 + 0.2
        let results = Sample.results([run, Sample.run(.simclr)])
        let figures = [Sample.figures(), RunFigures()]
        try ResultsFolder.write(results, figures: figures, to: folder)
        let first = try Data(contentsOf: folder.appendingPathComponent("results.json"))
        let read = try ResultsFolder.read(from: folder)
        #expect(read.results == results)
        #expect(read.figures == figures)
        try ResultsFolder.write(read.results, figures: read.figures, to: folder)
        #expect(try Data(contentsOf: folder.appendingPathComponent("results.json")) == first)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
    }

    @Test("numbers that are not finite survive the file")
    func notFinite() throws {
        let folder = temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        var run = Sample.run(.ours, h: -.infinity)
        run.objective = .nan
        run.uniformity = .infinity
        let figures = RunFigures(absoluteInnerProducts: [.nan])
        try ResultsFolder.write(Sample.results([run]), figures: [figures], to: folder)
        let read = try ResultsFolder.read(from: folder)
        #expect(read.results.runs[0].objective.isNaN)
        #expect(read.results.runs[0].uniformity == .infinity)
        #expect(read.results.runs[0].score(of: .h, over: .expectation)?.accuracy == -.infinity)
        #expect(read.figures[0].absoluteInnerProducts[0].isNaN)
    }

    @Test("whether numbers may stand beside the paper's follows from the data, not from the file's flag")
    func flagCannotBeForged() throws {
        let json = try JSONEncoder().encode(Sample.data(.embeddedDigits))
        var object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        #expect(object["comparableWithPaper"] as? Bool == false)
        object["comparableWithPaper"] = true
        let forged = try JSONSerialization.data(withJSONObject: object)
        #expect(try JSONDecoder().decode(DataProvenance.self, from: forged).comparableWithPaper == false)
        #expect(!Sample.data(.mnist, training: 4_000).comparableWithPaper)
        #expect(Sample.data(.mnist, .original).comparableWithPaper)
    }

    @Test("a folder that cannot be written gives an input/output failure and leaves nothing")
    func unwritable() throws {
        let file = temporaryFolder()
        try Data("a file".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        // A folder below a file can be made by nobody, not even by root.
        let folder = file.appendingPathComponent("results")
        let results = Sample.results([Sample.run(.ours)])
        let failure = #expect(throws: Failure.self) {
            try ResultsFolder.write(results, figures: [RunFigures()], to: folder)
        }
        #expect(failure?.kind == .inputOutput)
        let other = #expect(throws: Failure.self) { try Sample.report(results).write(to: folder) }
        #expect(other?.kind == .inputOutput)
        #expect(other?.message.contains(folder.path) == true)
        #expect(try Data(contentsOf: file) == Data("a file".utf8))
    }

    @Test("files that are missing or broken give one line with the place")
    func brokenFiles() throws {
        let folder = temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        func failure() -> Failure? {
            #expect(throws: Failure.self) { try ResultsFolder.read(from: folder) }
        }
        #expect(failure()?.kind == .missingInput)
        try ResultsFolder.write(
            Sample.results([Sample.run(.ours)]), figures: [Sample.figures()], to: folder)
        let numbers = folder.appendingPathComponent("results.json")
        let content = try String(contentsOf: numbers, encoding: .utf8)
        let broken: [(String, String)] = [
            (content.replacingOccurrences(of: "\"ours\"", with: "\"theirs\""), "runs[0].method"),
            (content.replacingOccurrences(of: "\"steps\"", with: "\"step\""), "\"steps\""),
            (
                content.replacingOccurrences(of: "\"seed\" : 0", with: "\"seed\" : -1"),
                "-1 instead of a whole number in the range of UInt64 at runs[0].seed"
            ),
            (String(content.dropLast(20)), "results.json"), ("", "results.json"),
        ]
        for (text, place) in broken {
            try Data(text.utf8).write(to: numbers)
            let found = try #require(failure())
            #expect(found.kind == .badData && found.message.contains(place), "\(place): \(found.message)")
            #expect(!found.message.contains("\n"))
        }
        try Data(content.utf8).write(to: numbers)
        let images = folder.appendingPathComponent("figures.json")
        let figures = try String(contentsOf: images, encoding: .utf8)
        try Data(figures.replacingOccurrences(of: "\"height\":84", with: "\"height\":85").utf8).write(to: images)
        #expect(failure()?.message.contains("84×85") == true)
        let changes = [
            (#""cropSize":20"#, #""cropSize":0"#, "crops of 0 pixels"),
            (#""stride":4"#, #""stride":9223372036854775807"#, "9223372036854775807 apart"),
            (#""probabilities":[["#, #""probabilities":[[],["#, "rows of [0, "),
            (#""probabilities":[["#, #""probabilities":[],"former":[["#, "0 rows of []"),
        ]
        for (former, value, place) in changes {
            let changed = figures.replacingOccurrences(of: former, with: value)
            #expect(changed != figures, "\(former)")
            try Data(changed.utf8).write(to: images)
            #expect(failure()?.message.contains(place) == true, "\(failure()?.message ?? "")")
        }
        try Data("[]".utf8).write(to: images)
        #expect(failure()?.message.contains("1 runs") == true)
    }

    @Test(
        "results of several folders are put together; what is named twice counts once, and two results of one run are refused"
    )
    func merging() throws {
        let folders = (0..<3).map { _ in temporaryFolder() }
        defer { for folder in folders { try? FileManager.default.removeItem(at: folder) } }
        let (first, second) = (Sample.run(.ours, seed: 1), Sample.run(.ours, seed: 2))
        for (folder, run) in zip(folders, [first, second, first]) {
            try ResultsFolder.write(Sample.results([run]), figures: [Sample.figures()], to: folder)
        }
        let merged = try MergedResults(of: [folders[0], folders[1], folders[0], folders[2]])
        #expect(merged.results.runs == [first, second] && merged.figures.count == 2)
        var other = first
        other.seconds += 1
        try ResultsFolder.write(Sample.results([other]), figures: [Sample.figures()], to: folders[2])
        #expect(try MergedResults(of: folders).results.runs.count == 2)
        other.uniformity += 0.25
        try ResultsFolder.write(Sample.results([other]), figures: [Sample.figures()], to: folders[2])
        let twice = #expect(throws: Failure.self) { try MergedResults(of: folders) }
        #expect(twice?.kind == .badData && twice?.message.contains("seed 1, 100 steps") == true)
        try ResultsFolder.write(
            Sample.results([second], data: Sample.data(.embeddedDigits)), figures: [Sample.figures()], to: folders[2])
        let foreign = #expect(throws: Failure.self) { try MergedResults(of: folders) }
        #expect(foreign?.message.contains("report them apart") == true)
    }
}
