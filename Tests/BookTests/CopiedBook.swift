import Foundation
import TestSupport
import Testing

@testable import Book

/// A copy of the repository's book in a folder of its own, beside links to everything else, where faults can be planted.
final class CopiedBook {
    static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardizedFileURL

    let book: Book
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let files = FileManager.default
        for name in ["Sources", "Tests", "Proofs", "Fixtures", "README.md"] {
            try files.createSymbolicLink(
                at: folder.url.appendingPathComponent(name),
                withDestinationURL: CopiedBook.repository.appendingPathComponent(name))
        }
        let docs = CopiedBook.repository.appendingPathComponent("docs")
        try files.createDirectory(at: folder.url.appendingPathComponent("docs"), withIntermediateDirectories: true)
        for name in try files.contentsOfDirectory(atPath: docs.path) where name != "book" {
            try files.createSymbolicLink(
                at: folder.url.appendingPathComponent("docs/\(name)"),
                withDestinationURL: docs.appendingPathComponent(name))
        }
        try files.copyItem(
            at: docs.appendingPathComponent("book"), to: folder.url.appendingPathComponent("docs/book"))
        book = try Book(root: folder.url, program: CopiedBook.program(docs.appendingPathComponent("book")))
    }

    /// A program that prints what the pages say; the real one is run by the test of the command.
    private static func program(_ pages: URL) throws -> Book.Program {
        let text = try FileManager.default.contentsOfDirectory(atPath: pages.path).filter { $0.hasSuffix(".md") }
            .map { try String(contentsOf: pages.appendingPathComponent($0), encoding: .utf8) }.joined(separator: "\n")
        return Book.Program(
            run: { words in
                let call = "$ swift run tac-reference \(words.joined(separator: " "))\n"
                guard let start = text.firstRange(of: call)?.upperBound,
                    let end = text[start...].firstRange(of: "\n```")?.lowerBound
                else { return "" }
                return String(text[start..<end])
            }, parse: { ["verify", "book", "exercise", "reproduce", nil].contains($0.first) ? nil : "unknown" })
    }

    func text(_ path: String) throws -> String {
        try String(contentsOf: folder.url.appendingPathComponent(path), encoding: .utf8)
    }

    func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: folder.url.appendingPathComponent(path))
    }

    /// Removes all pages but one.
    func keepOnly(_ path: String) throws {
        let pages = folder.url.appendingPathComponent("docs/book")
        for name in try FileManager.default.contentsOfDirectory(atPath: pages.path)
        where name.hasSuffix(".md") && !path.hasSuffix("/" + name) {
            try FileManager.default.removeItem(at: pages.appendingPathComponent(name))
        }
    }

    /// Replaces the first occurrence of a text on a page, runs `body`, and puts the page back.
    ///
    /// - Returns: the line of the replacement, and what `body` returned.
    func planting<Result>(
        _ fault: String, for text: String, in path: String, _ body: () throws -> Result
    ) throws -> (line: Int, result: Result) {
        let former = try self.text(path)
        let range = try #require(former.firstRange(of: text), "\(path) does not contain \(text)")
        try write(former.replacingCharacters(in: range, with: fault), to: path)
        defer { try? write(former, to: path) }
        return (Page.line(of: range.lowerBound, in: former), try body())
    }
}
