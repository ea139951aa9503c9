import Foundation

/// Checks of what stands between the regions of a page: decimals, links, names, commands.
struct ProseChecks {
    let page: Page
    let project: Project
    let channels: Channels
    /// Decimals that prose may show without a key, with where they come from.
    let constants: [String: String]
    /// Why the program does not take a command line, or nothing.
    let parseCommand: @Sendable ([String]) -> String?
    private let prose: Prose

    init(
        _ page: Page, _ project: Project, _ channels: Channels, constants: [String: String],
        parseCommand: @escaping @Sendable ([String]) -> String?
    ) {
        self.page = page
        self.project = project
        self.channels = channels
        self.constants = constants
        self.parseCommand = parseCommand
        prose = Prose(page)
    }

    /// All problems of the page.
    func problems() -> [BookProblem] { decimals() + links() + names() + commands() }

    private func problem(_ line: Int, _ expected: String, _ found: String) -> BookProblem {
        BookProblem(page.path, line, expected: expected, found: found)
    }

    // Numbers

    /// Decimals without a key. Numbers of sections and versions are none.
    private func decimals() -> [BookProblem] {
        let numbered =
            /(?:[Ss]ections?|[Aa]ppendix|[Aa]ppendices|DLMF|[Vv]ersion|Coq|mathcomp-analysis|Swift|and) \d+\.\d+/
        let formulas = prose.fences.filter { $0.language == "math" }.flatMap { fence in
            lines(fence.text).map { (number: fence.line + $0.number - 1, line: $0.line) }
        }
        return (lines(prose.text) + formulas).flatMap { number, line -> [BookProblem] in
            let plain = ProseChecks.withoutLinkTargets(line).replacing(numbered, with: "")
            return plain.matches(of: /\d+\.\d+/).map { String($0.0) }.filter { constants[$0] == nil }.map {
                problem(number, "a key for every decimal, in a region or in docs/book/constants.json", $0)
            }
        }
    }

    private func lines(_ text: String) -> [(number: Int, line: String)] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { ($0 + 1, String($1)) }
    }

    private static func withoutLinkTargets(_ line: String) -> String { line.replacing(/\]\([^)]*\)/, with: "]") }

    // Links

    /// Links within the project that lead nowhere.
    private func links() -> [BookProblem] {
        let folder = page.path.split(separator: "/").dropLast().joined(separator: "/")
        // Regions hold links too: pictures, and those of the index.
        return lines(page.text).flatMap { number, line -> [BookProblem] in
            line.matches(of: /\]\(([^)\s]+)\)/).compactMap { match in
                let target = String(match.1)
                guard !target.hasPrefix("http"), !target.hasPrefix("mailto:") else { return nil }
                let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                let path = parts[0].isEmpty ? page.path : ProseChecks.joined(folder, String(parts[0]))
                guard project.exists(path) else { return problem(number, "a link to what exists", target) }
                guard parts.count > 1, path.hasSuffix(".md") else { return nil }
                let anchors = ProseChecks.anchors(of: project.text(path) ?? "")
                return anchors.contains(String(parts[1]))
                    ? nil : problem(number, "a heading of \(path)", "#\(parts[1])")
            }
        }
    }

    /// A path seen from a folder, without `..`.
    static func joined(_ folder: String, _ path: String) -> String {
        var steps = folder.split(separator: "/").map(String.init)
        for step in path.split(separator: "/") {
            if step == ".." { _ = steps.popLast() } else if step != "." { steps.append(String(step)) }
        }
        return steps.joined(separator: "/")
    }

    /// The anchors that GitHub gives the headings of a page.
    static func anchors(of text: String) -> Set<String> {
        Set(
            text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
                let heading = line.drop { $0 == "#" }.dropFirst().lowercased()
                return heading.filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
                    .replacing(" ", with: "-")
            })
    }

    // Names

    /// Code that names what does not exist: files, channels, theorems, declarations.
    private func names() -> [BookProblem] {
        prose.code.compactMap { code, line in
            let span = String(code)
            if let path = ProseChecks.path(span) {
                return project.exists(path) ? nil : problem(line, "a path that exists", span)
            }
            if span.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)+/) != nil, span != "tac-reference" {
                return channels.contains(span) ? nil : problem(line, "a channel that exists", span)
            }
            if span.wholeMatch(of: /[A-Za-z]\w*(\.\w+)*(\([\w:]*\))?/) != nil {
                let parts = span.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "'") }
                let unknown = parts.first { !project.words.contains(String($0)) }
                return unknown.map { problem(line, "a name of the sources, tests or proofs", String($0)) }
            }
            return nil
        }
    }

    /// A span that is a path of the project, without what stands for a choice of the reader's.
    private static func path(_ span: String) -> String? {
        let isPath = ["Sources/", "Tests/", "Proofs/", "docs/", "Fixtures/", ".ci/"].contains { span.hasPrefix($0) }
        return isPath && !span.contains(" ") && !span.contains("*") ? span : nil
    }

    // Commands

    /// Commands that the program does not take, and test filters that name no test.
    private func commands() -> [BookProblem] {
        let inFences = prose.fences.filter { ["sh", "console", ""].contains($0.language) }.flatMap { fence in
            lines(fence.text).map { (text: $0.line, line: fence.line + $0.number - 1) }
        }
        let inProse = prose.code.map { (text: String($0.text), line: $0.line) }
        return (inProse + inFences).compactMap { text, line in
            ProseChecks.problem(ofCommand: text, project: project, parseCommand: parseCommand)
                .map { problem(line, $0, text) }
        }
    }

    /// What is wrong with a line of a shell, as far as it calls the program or the tests.
    static func problem(
        ofCommand text: String, project: Project, parseCommand: ([String]) -> String?
    ) -> String? {
        var words = text.split(separator: "#")[..<1].joined().split(separator: " ").map(String.init)
        while let first = words.first, first == "$" || first.contains("=") { words.removeFirst() }
        if words.starts(with: ["swift", "test"]) {
            guard let option = words.firstIndex(of: "--filter"), option + 1 < words.count else { return nil }
            let filter = words[option + 1].split { "'\"./|".contains($0) }
            let unknown = filter.first { !project.tests.contains($0) }
            return unknown.map { "a filter that names a test (\($0) names none)" }
        }
        if words.starts(with: ["swift", "run", "tac-reference"]) { words.removeFirst(2) }
        guard words.first == "tac-reference" else { return nil }
        let arguments = words.dropFirst().map { $0.trimmingCharacters(in: ["'", "\""]) }
        // A redirection is the shell's.
        let own = Array(arguments.prefix { !$0.hasPrefix(">") && $0 != "|" })
        return parseCommand(own).map { "a command that the program takes (\($0))" }
    }
}
