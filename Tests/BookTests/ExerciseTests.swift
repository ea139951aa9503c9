import Diagnostics
import Foundation
import Proposition1
import TestSupport
import Testing

@testable import Book

/// Exercises: right and wrong answers, and what is said of them.
@Suite struct ExerciseTests {
    private static let book = Result {
        try Book(
            root: CopiedBook.repository, program: Book.Program(run: { _ in "" }, parse: { _ in nil }))
    }

    private func judge(_ answer: String, _ number: Int) throws -> Exercise.Judgement {
        try Self.book.get().judge(answer, toExercise: number)
    }

    @Test func thereAreThirtyOrMoreNumberedInOrder() {
        #expect(Exercise.all.count >= 30)
        #expect(Exercise.all.map(\.number) == Array(1...Exercise.all.count))
        #expect(Set(Exercise.all.map(\.chapter)) == Set(1...12))
        #expect(Exercise.all.map(\.chapter) == Exercise.all.map(\.chapter).sorted())
    }

    /// What the solutions derive by hand, against what the library computes.
    @Test func answersAreThoseOfTheDerivations() throws {
        let answers: [(number: Int, answer: Double)] = [
            (1, 49), (2, 0.24029), (4, 1.098612), (5, 0.110904), (7, 2.0517), (10, 1.25e-5), (15, 0.238406),
            (18, 5.545177), (22, 0.173287), (23, 0), (24, 1.7616), (30, 0.014165), (31, 0.50017), (32, 200),
        ]
        for (number, answer) in answers {
            let judgement = try judge("\(answer)", number)
            #expect(judgement.isRight, "exercise \(number): \(answer): \(judgement.reason)")
        }
    }

    @Test func aWrongNumberIsExplained() throws {
        #expect(try judge("77", 1).reason.contains("edge"))
        #expect(try judge("1.585", 4).reason.contains("nat"))
        #expect(try judge("-1.0986", 4).reason.contains("sign"))
        #expect(try judge("1.2", 4).reason.contains("too large"))
        #expect(try !judge("48", 1).isRight)
        #expect(try judge("1.25×10⁻⁵", 10).isRight)
        expectFailure(.badData, mentioning: "exercise 4", "three") { _ = try judge("three", 4) }
        expectFailure(.usage, mentioning: "exercise 99") { _ = try judge("1", 99) }
    }

    @Test func aNameMayBeWrittenInAnyCase() throws {
        #expect(try judge("i(x;z) is convex in p(z|x)", 28).isRight)
        #expect(try judge("convexity", 28).isRight)
        #expect(try judge("concavity", 28).reason.contains("another one"))
        #expect(try judge("no such law", 28).reason.contains("is not in"))
    }

    /// What is said of a wrong answer does not contain the right one.
    @Test func wrongAnswersDoNotGiveTheSolutionAway() throws {
        let bench = try Self.book.get().bench
        for exercise in Exercise.all {
            guard case .number = exercise.answer else { continue }
            let model = try exercise.modelAnswer(bench)
            let reason = try exercise.judge("123456", bench).reason
            #expect(!reason.contains(model), "exercise \(exercise.number): \(reason)")
        }
    }

    @Test func aChannelIsJudgedByItsQuantities() throws {
        func path(_ name: String) -> String {
            CopiedBook.repository.appendingPathComponent("docs/book/channels/\(name).json").path
        }
        #expect(try judge(path("views-together"), 11).isRight)
        #expect(try judge(path("views-apart"), 11).reason.contains("I(X;Z)"))
        #expect(try judge(path("opposite-50"), 11).reason.contains("the family"))
        #expect(try judge(path("blank-crops-best"), 25).isRight)
        #expect(try judge(path("blank-crops-uniform"), 25).reason.contains("below the best"))
        expectFailure(.missingInput, mentioning: "no-such-file") { _ = try judge("no-such-file.json", 11) }
    }

    /// The copy that readers change is the named channel.
    @Test func theFileOfBlankCropsIsTheNamedChannel() throws {
        let channels = try Self.book.get().bench.channels
        let text = try Data(
            contentsOf: CopiedBook.repository.appendingPathComponent("docs/book/channels/blank-crops-uniform.json"))
        #expect(try ChannelFile.decode(text) == channels.channel("blank-crops-uniform"))
    }
}
