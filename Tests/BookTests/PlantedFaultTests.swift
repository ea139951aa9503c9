import Foundation
import Testing

@testable import Book

/// The check of the book notices what it is there to notice, and names the line.
@Suite struct PlantedFaultTests {
    /// A fault on a page: what is replaced by what, how many lines below the replacement it is reported, and what the report says.
    struct PlantedFault: Sendable {
        let name: String
        let page: String
        let text: String
        let fault: String
        var below = 0
        let report: String
    }

    private static let crops = "docs/book/01-a-channel-of-crops.md"
    private static let information = "docs/book/02-information-without-the-constant.md"

    /// Names that must not exist are put together here, or they would: the check looks into the tests.
    static let faults = [
        PlantedFault(
            name: "a stale snippet", page: crops, text: "own.logExpectationOfExponential(weights)",
            fault: "own.expectation(weights)", report: "own.logExpectationOfExponential(weights)"),
        PlantedFault(
            name: "a stale theorem", page: information, text: "E_XZ (fun xz => log_ratio (numerator xz)",
            fault: "E_XZ (fun xz => log_ratio (denominator xz)", report: "log_ratio (numerator xz)"),
        PlantedFault(
            name: "a changed digit of a number", page: information,
            text: "<!-- number: channel paper-parameters entropyX .4 -->1.0986",
            fault: "<!-- number: channel paper-parameters entropyX .4 -->1.0987",
            report: "expected 1.0986, found 1.0987"),
        PlantedFault(
            name: "a decimal without a key", page: crops, text: "Most crops are blank",
            fault: "Of the crops 0.8443 are blank", report: "0.8443"),
        PlantedFault(
            name: "a decimal in a formula", page: information, text: "## Derivation",
            fault: "$`\\beta = 0.7125`$", report: "0.7125"),
        PlantedFault(
            name: "a number without a meaning", page: information,
            text: "channel paper-parameters entropyX .4", fault: "channel paper-parameters entropyQ .4",
            report: "no number has the key"),
        PlantedFault(
            name: "a dead link", page: crops, text: "](README.md)", fault: "](READ-ME.md)",
            report: "expected a link to what exists, found READ-ME.md"),
        PlantedFault(
            name: "a link to a heading that is not there", page: information, text: ".md#run-it)",
            fault: ".md#run-that)", report: "#run-that"),
        PlantedFault(
            name: "a test that does not exist", page: information,
            text: "--filter equation2FailsWhenTheConstantDependsOnTheView", fault: "--filter equation2" + "NeverFails",
            report: "NeverFails names none"),
        PlantedFault(
            name: "a theorem that does not exist", page: crops, text: "`dimension` 2 or more",
            fault: "`jensen_bound" + "_gt` 2 or more", report: "a name of the sources, tests or proofs"),
        PlantedFault(
            name: "a channel that does not exist", page: crops, text: "`figure-1-transitivity`.",
            fault: "`figure-1-transitive`.", report: "a channel that exists"),
        PlantedFault(
            name: "a file that does not exist", page: crops, text: "`Tests/Proposition1Tests/MoreLaws.swift`",
            fault: "`Tests/Proposition1Tests/FewerLaws.swift`", report: "a path that exists"),
        PlantedFault(
            name: "a command that the program does not take", page: crops,
            text: "`swift run tac-reference exercise 1 ANSWER`", fault: "`swift run tac-reference exercises 1`",
            report: "a command that the program takes"),
        PlantedFault(
            name: "an answer that is not the model's", page: crops, text: "<!-- answer: 1 -->49",
            fault: "<!-- answer: 1 -->48", report: "expected 49, found 48"),
        PlantedFault(
            name: "a figure that there is not", page: crops, text: "<!-- figure: crops -->",
            fault: "<!-- figure: craps -->", report: "expected a figure of"),
        PlantedFault(
            name: "an end that is missing", page: crops, text: "<!-- end -->\n\nMost", fault: "\n\nMost", below: -3,
            report: "expected nothing more"),
    ]

    /// One copy for all faults: its channels are evaluated once.
    @Test func everyFaultIsReportedOnItsLine() throws {
        let copy = try CopiedBook()
        for fault in Self.faults {
            let (line, problems) = try copy.planting(fault.fault, for: fault.text, in: fault.page) {
                try copy.book.problems(onPage: fault.page)
            }
            let found = problems.contains {
                $0.file == fault.page && (fault.below != 0 || $0.line == line + fault.below)
                    && $0.description.contains(fault.report)
            }
            #expect(found, "\(fault.name) on line \(line): \(problems)")
        }
        // Without a fault the same pages hold.
        for page in [Self.crops, Self.information] { #expect(try copy.book.problems(onPage: page) == []) }
        let path = "docs/book/channels/negative-entropy.json"
        let (_, problems) = try copy.planting("\"beta\": 4}", for: "\"beta\": 400}", in: path) {
            try copy.book.problems(ofExercise: 9)
        }
        #expect(problems.contains { $0.description.contains("a right answer to exercise 9") }, "\(problems)")
        #expect(try copy.book.problems(ofExercise: 9) == [])
    }

    @Test func anEquationWithoutAChapterIsReported() throws {
        let page = try Page(path: "docs/book/01.md", text: "# 1. All\n<!-- covers: (1), (2), Table 3 -->\n")
        let problems = EquationIndex([page]).problems().map(\.description)
        #expect(problems.contains { $0.contains("a chapter that covers (3)") })
        #expect(problems.contains { $0.contains("found Table 3") })
        #expect(!problems.contains { $0.contains("covers (2)") })
    }

    /// What is out of date is written anew, once.
    @Test func rewritingRepairs() throws {
        let copy = try CopiedBook()
        try copy.keepOnly(Self.crops)
        let former = try copy.text(Self.crops)
        try copy.write(former.replacing("<!-- answer: 1 -->49", with: "<!-- answer: 1 -->"), to: Self.crops)
        #expect(try copy.book.rewrite() == [Self.crops])
        #expect(try copy.text(Self.crops) == former)
        #expect(try copy.book.rewrite() == [])
    }
}
