import Foundation

/// Which chapter is about which equation, table and figure of the paper.
struct EquationIndex {
    /// Everything that the paper numbers.
    static let numbered: [String] =
        (1...20).map { "(\($0))" } + ["Algorithm 1", "Table 1", "Table 2"] + (1...8).map { "Figure \($0)" }

    private let chapters: [Page]

    init(_ pages: [Page]) { chapters = pages.filter { !$0.covers.isEmpty } }

    /// What has no chapter, and what a chapter covers that the paper does not number.
    func problems() -> [BookProblem] {
        var problems: [BookProblem] = []
        let covered = Set(chapters.flatMap(\.covers))
        for item in EquationIndex.numbered where !covered.contains(item) {
            problems.append(BookProblem("docs/book", 1, expected: "a chapter that covers \(item)", found: "none"))
        }
        for page in chapters {
            for item in page.covers where !EquationIndex.numbered.contains(item) {
                problems.append(
                    BookProblem(page.path, 1, expected: "(1) to (20), a table, a figure or Algorithm 1", found: item))
            }
        }
        return problems
    }

    /// The index as a table, with links.
    var table: String {
        let rows = EquationIndex.numbered.map { item -> String in
            let links = chapters.filter { $0.covers.contains(item) }.map { "[\($0.title)](\($0.name).md)" }
            return "| \(item) | \(links.joined(separator: ", ")) |"
        }
        return (["| of the paper | chapter |", "| --- | --- |"] + rows).joined(separator: "\n")
    }
}
