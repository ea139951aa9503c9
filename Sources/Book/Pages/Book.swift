import Diagnostics
import Foundation
import Synchronization

/// The book in `docs/book`: its pages, and what keeps them true.
public struct Book: Sendable {
    /// What the book needs of the program that it belongs to.
    public struct Program: Sendable {
        /// Runs the program with some words, in the project's folder, and returns what it prints on standard output.
        let run: @Sendable ([String]) throws -> String
        /// Why the program does not take a command line, or nothing.
        let parse: @Sendable ([String]) -> String?

        /// A program.
        public init(
            run: @escaping @Sendable ([String]) throws -> String, parse: @escaping @Sendable ([String]) -> String?
        ) {
            (self.run, self.parse) = (run, parse)
        }
    }

    let root: URL
    let program: Program
    let bench: Workbench
    let numbers: Numbers
    let project: Project
    private let drawn: Figures

    /// The folder of the pages, within the project.
    static let folder = "docs/book"

    /// The book of a project.
    ///
    /// - Parameters:
    ///   - root: the project's folder.
    ///   - program: the program that its commands are about.
    /// - Throws: `Failure` of kind `.missingInput` where the folder has no book.
    public init(root: URL, program: Program) throws {
        guard FileManager.default.fileExists(atPath: root.appendingPathComponent(Book.folder).path) else {
            throw Failure(
                .missingInput,
                "\(root.path): expected a project with the folder \(Book.folder), found none; run it in the project's folder"
            )
        }
        self.root = root
        self.program = program
        let channels = try Channels(folder: root.appendingPathComponent("\(Book.folder)/channels"))
        bench = Workbench(root: root, channels: channels)
        numbers = try Numbers(root: root, channels: channels)
        project = try Project(root: root)
        drawn = Figures(root: root, channels: channels)
    }

    /// Judges an answer to an exercise.
    ///
    /// - Throws: `Failure` of kind `.usage` where there is no exercise of this number, and as the answer's form asks.
    public func judge(_ answer: String, toExercise number: Int) throws -> Exercise.Judgement {
        try exercise(number).judge(answer, bench)
    }

    /// An exercise by its number.
    ///
    /// - Throws: `Failure` of kind `.usage` where there is none.
    public func exercise(_ number: Int) throws -> Exercise {
        guard let exercise = Exercise.all.first(where: { $0.number == number }) else {
            throw Failure(.usage, "exercise \(number): expected 1 to \(Exercise.all.count); the book is \(Book.folder)")
        }
        return exercise
    }

    /// Everything that does not hold any more, in the order of pages and lines.
    public func check() throws -> [BookProblem] {
        let pages: [Page]
        do { pages = try self.pages() } catch let fault as PageFault { return [fault.problem] }
        let index = EquationIndex(pages)
        var problems = index.problems() + exerciseProblems(pages)
        let constants = try constants()
        for page in pages { problems += try self.problems(of: page, pages, constants) }
        problems += unused(constants, pages)
        return problems.sorted { ($0.file, $0.line) < ($1.file, $1.line) }
    }

    /// What does not hold any more on one page: for the tests of the check.
    package func problems(onPage path: String) throws -> [BookProblem] {
        do {
            let pages = try self.pages()
            return try pages.filter { $0.path == path }.flatMap { try problems(of: $0, pages, constants()) }
        } catch let fault as PageFault {
            return [fault.problem]
        }
    }

    private func problems(
        of page: Page, _ pages: [Page], _ constants: [String: String]
    ) throws -> [BookProblem] {
        let ofProse = ProseChecks(
            page, project, bench.channels, constants: constants, parseCommand: program.parse
        ).problems()
        return try page.regions.flatMap { try check($0, of: page, pages) } + ofProse
    }

    /// Writes every region and figure anew; returns the paths of the files that changed.
    ///
    /// - Throws: `Failure` of kind `.badData` for a region that cannot be written: its place and why.
    public func rewrite() throws -> [String] {
        var changed: [String] = []
        do {
            let pages = try self.pages()
            for page in pages {
                var text = page.text
                for region in page.regions.reversed() {
                    let content = try expected(region, of: page, pages)
                    if agrees(region, content, page.content(of: region)) { continue }
                    text.replaceSubrange(region.body, with: region.isBlock ? "\n" + content + "\n" : content)
                }
                for region in page.regions where region.kind == .figure {
                    let path = figurePath(region)
                    let svg = try drawn.svg(region.argument)
                    let former = project.text(path) ?? ""
                    if !Agreement.holds(svg, former, within: .drawing) {
                        try AtomicFile.write(Data(svg.utf8), to: root.appendingPathComponent(path))
                        changed.append(path)
                    }
                }
                guard text != page.text else { continue }
                try AtomicFile.write(Data(text.utf8), to: root.appendingPathComponent(page.path))
                changed.append(page.path)
            }
        } catch let fault as PageFault {
            throw Failure(.badData, "\(fault.problem)")
        }
        return changed
    }

    /// The pages, by their paths.
    private func pages() throws -> [Page] {
        try Project.files(in: root.appendingPathComponent(Book.folder)).filter { $0.pathExtension == "md" }.map {
            file in
            let path = "\(Book.folder)/\(file.lastPathComponent)"
            let data = try InputFile.contents(of: file, expecting: "a page", advice: "restore it")
            return try Page(path: path, text: String(decoding: data, as: UTF8.self))
        }
    }

    private func constants() throws -> [String: String] {
        let file = root.appendingPathComponent("\(Book.folder)/constants.json")
        let data = try InputFile.contents(of: file, expecting: "constants in JSON", advice: "restore it")
        return try StrictJSON.decode(
            [String: String].self, from: data, named: file.path, expecting: "constants and their sources",
            advice: "correct it")
    }

    private func unused(_ constants: [String: String], _ pages: [Page]) -> [BookProblem] {
        let text = pages.map { Prose($0).text }.joined(separator: "\n")
        return constants.keys.filter { !text.contains($0) }.sorted().map {
            BookProblem("\(Book.folder)/constants.json", 1, expected: "constants that a page shows", found: $0)
        }
    }

    // Regions

    private func figurePath(_ region: Region) -> String { "\(Book.folder)/figures/\(region.argument).svg" }

    private func check(_ region: Region, of page: Page, _ pages: [Page]) throws -> [BookProblem] {
        let content: String
        do {
            content = try expected(region, of: page, pages)
        } catch let fault as PageFault {
            return [fault.problem]
        }
        let found = page.content(of: region)
        var problems: [BookProblem] = []
        if !agrees(region, content, found) { problems.append(difference(region, page, content, found)) }
        if region.kind == .figure {
            let former = project.text(figurePath(region)) ?? "no file"
            if try !Agreement.holds(drawn.svg(region.argument), former, within: .drawing) {
                problems.append(
                    BookProblem(
                        page.path, region.line, expected: "\(figurePath(region)) as the program draws it",
                        found: former == "no file" ? former : "another drawing"))
            }
        }
        return problems
    }

    private func agrees(_ region: Region, _ content: String, _ found: String) -> Bool {
        region.kind == .output ? Agreement.holds(content, found, within: .output) : content == found
    }

    /// The first line that differs.
    private func difference(_ region: Region, _ page: Page, _ content: String, _ found: String) -> BookProblem {
        let expected = content.split(separator: "\n", omittingEmptySubsequences: false)
        let actual = found.split(separator: "\n", omittingEmptySubsequences: false)
        let first =
            zip(expected, actual).enumerated().first { $1.0 != $1.1 }?.offset ?? min(expected.count, actual.count)
        func line(_ lines: [Substring]) -> String { first < lines.count ? String(lines[first]) : "nothing more" }
        let place = region.line + (region.isBlock ? first + 1 : 0)
        return BookProblem(page.path, place, expected: line(expected), found: line(actual))
    }

    /// What should stand in a region.
    private func expected(_ region: Region, of page: Page, _ pages: [Page]) throws -> String {
        func fault(_ expected: String) -> PageFault {
            PageFault(BookProblem(page.path, region.line, expected: expected, found: region.argument))
        }
        do {
            guard let content = try content(of: region, pages) else {
                throw fault("\(region.kind.rawValue): what exists")
            }
            return content
        } catch let failure as Failure {
            throw fault("\(region.kind.rawValue): \(failure.message)")
        }
    }

    private func content(of region: Region, _ pages: [Page]) throws -> String? {
        let words = region.argument.split(separator: " ").map(String.init)
        let parts = region.argument.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        guard let path = words.first, let first = parts.first else { return nil }
        switch region.kind {
        case .swift:
            guard words.count == 2, let text = project.text(path) else { return nil }
            return SwiftSource.declaration(of: words[1], in: text).map { fenced($0, "swift") }
        case .coq:
            guard words.count >= 2, let text = project.text(path) else { return nil }
            let statements = words.dropFirst().map { CoqSource.statement(of: $0, in: text) }
            guard statements.allSatisfy({ $0 != nil }) else { return nil }
            return fenced(statements.compactMap { $0 }.joined(separator: "\n\n"), "coq")
        case .file:
            let language = path.hasSuffix(".json") ? "json" : path.hasSuffix(".v") ? "coq" : "text"
            return project.text(path).map { fenced($0.trimmingCharacters(in: .newlines), language) }
        case .output: return try output(words)
        case .excerpt:
            return project.text(first).map {
                fenced(Excerpt.lines(containing: Array(parts.dropFirst()), in: $0), "text")
            }
        case .section:
            // A heading may contain a bar.
            guard let bar = region.argument.firstIndex(of: "|") else { return nil }
            let heading = region.argument[bar...].dropFirst().trimmingCharacters(in: .whitespaces)
            return project.text(first).flatMap { Excerpt.section(heading, of: $0) }
        case .figure: return try "![\(drawn.description(region.argument))](figures/\(region.argument).svg)"
        case .number: return try numbers.text(region.argument)
        case .answer: return try Int(region.argument).map { try exercise($0).modelAnswer(bench) }
        case .index:
            return region.argument == "equations"
                ? EquationIndex(pages).table : region.argument == "exercises" ? tableOfExercises : nil
        }
    }

    private func fenced(_ text: String, _ language: String) -> String { "```\(language)\n\(text)\n```" }

    private func output(_ words: [String]) throws -> String? {
        guard words.first == "tac-reference" else { return nil }
        let text = try program.run(Array(words.dropFirst()))
        return fenced(
            "$ swift run \(words.joined(separator: " "))\n" + text.trimmingCharacters(in: .newlines), "console")
    }

    private var tableOfExercises: String {
        let rows = Exercise.all.map { exercise in
            let cells = ["\(exercise.number)", "\(exercise.chapter)", exercise.title, exercise.form]
            return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
        }
        return (["| exercise | chapter | about | answer |", "| --- | --- | --- | --- |"] + rows).joined(separator: "\n")
    }

    // Exercises

    /// Exercises that no page asks or answers, and model answers that are judged wrong.
    private func exerciseProblems(_ pages: [Page]) -> [BookProblem] {
        Exercise.all.flatMap { problems(of: $0, pages) }
    }

    /// What does not hold of one exercise: for the tests of the check.
    package func problems(ofExercise number: Int) throws -> [BookProblem] {
        do {
            return try problems(of: exercise(number), pages())
        } catch let fault as PageFault {
            return [fault.problem]
        }
    }

    private func problems(of exercise: Exercise, _ pages: [Page]) -> [BookProblem] {
        let number = "\(exercise.number)"
        let prefix = exercise.chapter < 10 ? "0\(exercise.chapter)-" : "\(exercise.chapter)-"
        let chapter = pages.first { $0.name.hasPrefix(prefix) }
        let heading = chapter?.text.firstRange(of: "**Exercise \(number).**")
        let line = chapter.flatMap { page in heading.map { Page.line(of: $0.lowerBound, in: page.text) } } ?? 1
        var problems: [BookProblem] = []
        func add(_ expected: String, _ found: String) {
            problems.append(BookProblem(chapter?.path ?? Book.folder, line, expected: expected, found: found))
        }
        if heading == nil { add("**Exercise \(number).**", "no such exercise") }
        if chapter?.regions.contains(where: { $0.kind == .answer && $0.argument == number }) != true {
            add("<!-- answer: \(number) -->", "no solution")
        }
        do {
            var answer = try exercise.modelAnswer(bench)
            if case .channel = exercise.answer { answer = root.appendingPathComponent(answer).path }
            let judgement = try exercise.judge(answer, bench)
            if !judgement.isRight { add("a right answer to exercise \(number)", judgement.reason) }
        } catch {
            add("an answer to exercise \(number)", "\(error)")
        }
        return problems
    }
}
