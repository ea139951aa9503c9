import Diagnostics
import Foundation

/// A page of the book: Markdown with marked regions.
package struct Page: Sendable {
    /// Its path within the project, such as `docs/book/01-a-channel-of-crops.md`.
    let path: String
    /// The text.
    let text: String
    /// The marked regions, in order.
    package let regions: [Region]
    /// What the chapter is said to cover, from its comment `covers`.
    let covers: [String]

    private static let end = "<!-- end -->"

    /// Reads a page's text.
    ///
    /// - Throws: `BookProblem` as the page's first fault: an unknown kind of region, one without an end, an end without a
    ///   beginning.
    package init(path: String, text: String) throws {
        self.path = path
        self.text = text
        var regions: [Region] = []
        var covers: [String] = []
        var position = text.startIndex
        var fences = FencedBlocks(text)
        var (line, counted) = (1, text.startIndex)
        while let open = text[position...].firstRange(of: "<!-- ") {
            guard let close = text[open.upperBound...].firstRange(of: " -->") else { break }
            position = close.upperBound
            // What is shown as code is no comment.
            if fences.contain(open.lowerBound) { continue }
            line += Page.lineBreaks(text[counted..<open.lowerBound])
            counted = open.lowerBound
            let words = text[open.upperBound..<close.lowerBound].split(
                separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let argument = words.count > 1 ? words[1].trimmingCharacters(in: .whitespaces) : ""
            if words[0] == "covers" {
                covers += argument.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
                continue
            }
            guard let kind = Region.Kind(rawValue: String(words[0])) else {
                let found = words[0] == "end" ? "an end without a beginning" : "<!-- \(words[0])"
                throw PageFault(
                    BookProblem(
                        path, line, expected: "a region of a known kind: " + Region.Kind.allNames, found: found))
            }
            guard let end = text[close.upperBound...].firstRange(of: Page.end) else {
                throw PageFault(BookProblem(path, line, expected: Page.end, found: "the end of the page"))
            }
            regions.append(
                Region(kind: kind, argument: argument, line: line, body: close.upperBound..<end.lowerBound))
            position = end.upperBound
            fences.skip(to: position)
        }
        self.regions = regions
        self.covers = covers
    }

    /// The content of a region without the line breaks that a block has around it.
    func content(of region: Region) -> String {
        let body = text[region.body]
        return region.isBlock ? body.trimmingCharacters(in: .newlines) : String(body)
    }

    /// The page's name, without folder and extension.
    var name: String { URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent }

    /// The heading of the page.
    var title: String {
        text.split(separator: "\n").first { $0.hasPrefix("# ") }.map { String($0.dropFirst(2)) } ?? name
    }

    /// The number of the line that an index lies on, counted from 1.
    static func line(of index: String.Index, in text: String) -> Int { 1 + lineBreaks(text[..<index]) }

    private static func lineBreaks(_ text: Substring) -> Int {
        text.utf8.reduce(0) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
    }
}

/// A page that cannot be read, and why.
package struct PageFault: Error {
    package let problem: BookProblem
    init(_ problem: BookProblem) { self.problem = problem }
}

extension Region.Kind {
    /// All kinds, for a message.
    static var allNames: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

/// The fenced code blocks of a text, asked for from its beginning to its end.
struct FencedBlocks {
    private let text: String
    private var position: String.Index
    private var isInside = false

    init(_ text: String) {
        self.text = text
        position = text.startIndex
    }

    /// Whether an index, not before those asked for earlier, lies in a fenced block.
    mutating func contain(_ index: String.Index) -> Bool {
        while let fence = text[position..<index].firstRange(of: "```") {
            let isAtLineStart =
                fence.lowerBound == text.startIndex || text[text.index(before: fence.lowerBound)].isNewline
            if isAtLineStart { isInside.toggle() }
            position = fence.upperBound
        }
        return isInside
    }

    /// Goes on behind a region, whose fences open and close within it.
    mutating func skip(to index: String.Index) { position = index }
}
