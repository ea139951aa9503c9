import ArgumentParser
import Book
import Diagnostics
import Foundation

/// `tac-reference book`: the pages of docs/book, kept true.
struct BookCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "book",
        abstract: "Write the marked regions of the book anew, or check them.",
        discussion: """
            Declarations, theorems, outputs, numbers, figures and lists in docs/book come from the sources, from this program \
            and from committed results. Without --check, what is out of date is written anew. With it, nothing is written: \
            every line that does not hold is printed with what was expected and what was found, and the exit status is 1.
            """)

    @Flag(help: "Write nothing; print what does not hold.")
    var check = false

    @Option(help: ArgumentHelp("The project's folder.", valueName: "folder"))
    var project = PathArgument.currentFolder

    @OptionGroup
    var threads: ThreadOptions

    /// Checks or rewrites.
    func run() throws {
        let book = try OwnBook.open(project)
        if check {
            let problems = try book.check()
            for problem in problems { try Console.answer("\(problem)") }
            if !problems.isEmpty {
                Console.note("the book: \(problems.count) places do not hold")
                throw ExitCode(1)
            }
            try Console.answer("The book holds.")
        } else {
            let changed = try book.rewrite()
            for path in changed { try Console.answer(path) }
            Console.note(changed.isEmpty ? "the book was up to date" : "\(changed.count) files written")
        }
    }
}

/// `tac-reference exercise`: an answer to an exercise of the book, judged.
struct ExerciseCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "exercise",
        abstract: "Judge an answer to an exercise of the book.",
        discussion: """
            Says right or wrong and why, without giving the solution away; the exit status is 1 when the answer is wrong. \
            Without an answer: what the exercise is about, and what form an answer has.
            """)

    @Argument(help: "The exercise's number.")
    var number: Int

    @Argument(
        parsing: .allUnrecognized,
        help: "A number, the path of a channel file, or a name in quotes, as the exercise asks.")
    var answer: [String] = []

    @Option(help: ArgumentHelp("The project's folder.", valueName: "folder"))
    var project = PathArgument.currentFolder

    @OptionGroup
    var threads: ThreadOptions

    /// Judges the answer.
    func run() throws {
        let book = try OwnBook.open(project)
        let exercise = try book.exercise(number)
        guard !answer.isEmpty else {
            return try Console.answer(
                "Exercise \(number), chapter \(exercise.chapter): \(exercise.title). The answer is \(exercise.form).")
        }
        let judgement = try book.judge(answer.joined(separator: " "), toExercise: number)
        try Console.answer((judgement.isRight ? "right: " : "wrong: ") + judgement.reason)
        if !judgement.isRight { throw ExitCode(1) }
    }
}

/// The book of the project that this program belongs to.
private enum OwnBook {
    static func open(_ project: PathArgument) throws -> Book {
        let root = project.folder.standardizedFileURL
        return try Book(
            root: root,
            program: Book.Program(
                run: { try output(of: $0, in: root) }, parse: { TacReference.reasonAgainst($0) }))
    }

    /// What this program prints when it is run with some words in the project's folder.
    private static func output(of words: [String], in root: URL) throws -> String {
        guard let executable = Bundle.main.executableURL else {
            throw Failure(.software, "the program does not know where it lies")
        }
        let process = Process()
        process.executableURL = executable
        process.arguments = words
        process.currentDirectoryURL = root
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch {
            throw Failure(.software, "cannot run \(executable.path): \(systemReason(of: error))")
        }
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}

extension TacReference {
    /// Why the program does not take a command line, or nothing.
    static func reasonAgainst(_ words: [String]) -> String? {
        do {
            _ = try parseAsRoot(words)
            return nil
        } catch {
            return exitCode(for: error) == .success ? nil : message(for: error)
        }
    }
}
