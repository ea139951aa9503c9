import Book
import CropExperiment
import Diagnostics
import Digits
import Foundation
import Proposition1
import Reporting
import Reproduction

extension Format {
    /// The channel of Proposition 1.
    static let channel = Format(
        name: "channel",
        corpus: [
            #"""
            { "family": {"kind": "vonMisesFisher", "dimension": 3, "beta": 2.0}, "prior": [0.5, 0.5],
              "augmentation": [[0.3, 0.7], [1.0, 0.0]], "encoder": [[[1,0,0],[0,1,0]], [[0,0,1],[0,0,1]]] }
            """#,
            #"{"family":{"kind":"gaussian","dimension":1,"beta":1},"prior":[1],"augmentation":[[1]],"encoder":[[[0.5]]]}"#,
        ].map { Array($0.utf8) },
        tokens: ["\"family\":", "\"kind\":\"gaussian\"", "\"dimension\":", "[[", "]]", "[]", "\"prior\":[", "{", "}"],
        isText: true
    ) { _ = try ChannelFile.decode(Data($0)) }

    /// The settings of an experiment.
    static func configuration() throws -> Format {
        let whole = try StrictJSON.encoder(isPretty: false).encode(ExperimentConfiguration())
        return Format(
            name: "configuration",
            corpus: [
                Array(whole),
                Array(#"{"training": {"steps": 10, "batchSize": 8}, "seed": 3, "method": "simclr"}"#.utf8),
                Array(#"{"training.steps": 10, "intermediateEncoder.channels": [2, 4]}"#.utf8),
            ],
            tokens: ["\"training\":{", "\"steps\":", "training.", "[", "]", "{", "}", "\"ours\"", "\"constant\"", ","],
            isText: true
        ) { input in
            var configuration = ExperimentConfiguration()
            try configuration.apply(Data(input), named: "input")
            try configuration.validate()
        }
    }

    /// The results of a run with the data of its figures, which a report is then made of: two texts with a line between them.
    static func results() throws -> Format {
        let (numbers, figures) = try SampleResults.encoded()
        return Format(
            name: "results", corpus: [numbers + Array("\n---\n".utf8) + figures],
            tokens: [
                "\n---\n", "\"runs\":[", "\"pixels\":\"", "\"width\":", "\"probabilities\":[[", "[]", "[[", "\"NaN\"",
                "{}",
            ],
            allowance: 1 << 20, isText: true
        ) { input in
            let parts = twoTexts(input)
            let (results, figures) = try ResultsFolder.decode(
                results: parts.first, figures: parts.second, named: ("results.json", "figures.json"))
            _ = ExperimentReport(results, figures: figures, commands: ["command"]).html()
        }
    }

    /// The results of a reproduction with the data of its figures, as a merge reads them and makes the page of them: two texts
    /// with a line between them.
    static func reproduction() throws -> Format {
        let (catalogue, plan) = try SampleResults.reproduction()
        let (numbers, figures) = try SampleResults.encodedReproduction()
        return Format(
            name: "reproduction", corpus: [numbers + Array("\n---\n".utf8) + figures],
            tokens: [
                "\n---\n", "\"runs\":[", "\"data\":[", "\"format\":1", "\"kind\":\"rawPixels\"",
                "\"kind\":\"training\"", "\"raw\":{", "\"variant\":\"original\"", "[]", "{}",
                "\"kind\":\"standard error\"", "\"value\":", "\"NaN\"", "1e300",
            ],
            allowance: 1 << 20, isText: true
        ) { input in
            let parts = twoTexts(input)
            let earlier = try EarlierReproduction(results: parts.first, named: "results.json")
            _ = earlier.artefacts(of: catalogue, and: plan.artefacts)
            let runs = try ReproductionRuns(
                results: parts.first, figures: parts.second, named: ("results.json", "figures.json"))
            let results = try ReproductionResults(plan, catalogue, archive: try RunArchive(of: runs))
            _ = try results.encoded()
            _ = ReproductionPage(results, plan: plan, commands: ["command"], environment: "environment").html()
        }
    }

    /// What stands before and behind a line of three dashes.
    private static func twoTexts(_ input: [UInt8]) -> (first: Data, second: Data) {
        let text = Data(input)
        let line = text.firstRange(of: Data("\n---\n".utf8))
        return (Data(text[..<(line?.lowerBound ?? text.endIndex)]), Data(text[(line?.upperBound ?? text.endIndex)...]))
    }

    /// A page of the book with marked regions.
    static func book() throws -> Format {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("tac-no-folder-\(UUID().uuidString)")
        let numbers = try Numbers(root: root, channels: Channels(folder: root))
        let page = """
            # A page
            <!-- covers: (1), (2) -->
            <!-- swift: Sources/A.swift name -->
            ```swift
            func name(_ value: [Int: (Int)] = [:]) -> String {
                "a \\(value) b"
            }
            ```
            <!-- end -->
            Prose with `code`, $`x = 0.5`$ and <!-- number: log 2 .4 -->0.6931<!-- end -->.
            <!-- number: vonMisesFisher 3 0.5 entropy s3 -->2.5<!-- end --> <!-- number: channel paper-parameters entropyX %1 -->
            <!-- end -->
            <!-- excerpt: README.md | word | other -->
            <!-- end -->
            ## Heading
            (* comment *)
            Theorem jensen : forall x, 0 <= x.
            Proof. trivial. Qed.
            """
        return Format(
            name: "book", corpus: [Array(page.utf8)],
            tokens: Region.Kind.allCases.map { "<!-- \($0.rawValue): " }
                + [
                    "<!-- ", " -->", "<!-- end -->", "<!--", "```", "\n", "`", "$`", "`$", ":", "|", "## ", "name", "{",
                    "}", "\"", "\r\n",
                ],
            isText: true
        ) { input in
            let text = String(decoding: input, as: UTF8.self)
            let page: Page
            do { page = try Page(path: "docs/book/page.md", text: text) } catch let fault as PageFault {
                throw Failure(.badData, "\(fault.problem)")
            }
            _ = Prose(page).text
            for name in ["name", "jensen"] {
                _ = (SwiftSource.declaration(of: name, in: text), CoqSource.statement(of: name, in: text))
            }
            // Each region is made to quote the page itself, which takes time as the square of their number.
            for region in page.regions.prefix(100) {
                _ = Excerpt.section(region.argument, of: text)
                if region.kind == .number { _ = try numbers.text(region.argument) }
            }
        }
    }
}
