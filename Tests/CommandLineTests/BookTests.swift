import Foundation
import Testing

/// The repository's book, checked by the program as its readers do.
@Suite struct BookCommandTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardizedFileURL.path

    /// Every listing, output, number, picture, link, name, command and answer of docs/book.
    @Test func theBookHolds() throws {
        let outcome = try Program().run("book", "--check", "--project", Self.root)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output == "The book holds.\n")
    }

    @Test func answersAreJudged() throws {
        let program = try Program()
        let right = try program.run("exercise", "1", "49", "--project", Self.root)
        #expect(right.status == 0 && right.output.hasPrefix("right: "), "\(right)")
        let wrong = try program.run("exercise", "20", "-2.5", "--project", Self.root)
        #expect(wrong.status == 1 && wrong.output.hasPrefix("wrong: "), "\(wrong)")
        let form = try program.run("exercise", "3", "--project", Self.root)
        #expect(form.status == 0 && form.output.contains("channel file"), "\(form)")
        let elsewhere = try program.run("exercise", "1", "49")
        #expect(elsewhere.status == 66 && elsewhere.lastError.contains("docs/book"), "\(elsewhere)")
    }
}
