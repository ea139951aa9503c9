import ArgumentParser
import CropExperiment
import Diagnostics
import Digits
import Foundation
import Tensors

/// Where the digits come from.
struct DataOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Take MNIST from this folder.", valueName: "folder"))
    var mnist: PathArgument?

    @Flag(help: "Take MNIST from the cache, downloading it first if it is not there.")
    var download = false

    @Flag(help: "Take the embedded digits, whatever else there is.")
    var embedded = false

    func validate() throws {
        if [mnist != nil, download, embedded].filter({ $0 }).count > 1 {
            throw ValidationError("--mnist, --download and --embedded exclude each other: give one")
        }
    }

    /// The words that ask for the same data again.
    var arguments: [String] {
        if let mnist { return ["--mnist", mnist.folder.relativePath] }
        return download ? ["--download"] : embedded ? ["--embedded"] : []
    }

    private var source: DigitSource {
        if let mnist { return .folder(mnist.folder) }
        return download ? .download : embedded ? .embedded : .automatic
    }

    /// Loads the digits and says which they are.
    func load() throws -> LabelledDigits {
        var bar: (file: String, progress: TerminalProgress)?
        let digits = try DigitLoader().load(source) { received in
            guard let expected = received.expected, expected > 0 else { return }
            if bar?.file != received.file {
                bar?.progress.finish()
                bar = (received.file, TerminalProgress(received.file, total: expected, unit: "bytes"))
            }
            bar?.progress.update(completed: received.received)
        }
        bar?.progress.finish()
        Console.note("data: \(digits.provenance)")
        return digits
    }
}

/// Hyperparameters by file and by flag.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Read hyperparameters from this JSON file.", valueName: "file.json"))
    var config: PathArgument?

    @Option(
        help: ArgumentHelp(
            "Set a hyperparameter; 'tac-reference settings' lists them. May be repeated.", valueName: "key=value"))
    var set: [String] = []

    @Option(help: "Short for --set seed=…")
    var seed: String?

    @Option(help: "Short for --set training.steps=…")
    var steps: String?

    @Flag(help: "The paper's experiment on the original MNIST (appendix 5.4) instead of the derived data.")
    var original = false

    /// The hyperparameters that were asked for.
    ///
    /// - Parameters:
    ///   - base: what holds where nothing was said; `nil` for the paper's values.
    ///   - method: what a command's own option says of the method.
    func configuration(
        base: ExperimentConfiguration? = nil, method: RunMethod? = nil
    ) throws -> ExperimentConfiguration {
        try changes(method: method).applied(to: base ?? ExperimentConfiguration())
    }

    /// What was asked for, with the file read: a pipe can be read once.
    ///
    /// - Parameter method: as for ``configuration(base:method:)``.
    func changes(method: RunMethod? = nil) throws -> Changes {
        let shortcuts = [
            ("--method", "method", method?.rawValue), ("--seed", "seed", seed), ("--steps", "training.steps", steps),
        ]
        for (option, key, value) in shortcuts where value != nil && set.contains(where: { $0.hasPrefix("\(key)=") }) {
            throw ValidationError("\(option) and --set \(key)=… say the same thing: give one")
        }
        return Changes(
            isOriginal: original,
            file: try config.map { ($0.file.path, try ExperimentConfiguration.contents(of: $0.file)) },
            assignments: set + shortcuts.compactMap { _, key, value in value.map { "\(key)=\($0)" } })
    }

    /// Changes of a configuration.
    struct Changes {
        fileprivate let isOriginal: Bool
        fileprivate let file: (name: String, json: Data)?
        fileprivate let assignments: [String]

        /// The configuration that a base becomes by them.
        ///
        /// - Throws: `Failure` for settings that are unknown, out of range, or do not go together.
        func applied(to base: ExperimentConfiguration) throws -> ExperimentConfiguration {
            var configuration = base
            if isOriginal {
                for difference in ExperimentConfiguration.original.differences(from: ExperimentConfiguration()) {
                    try configuration.set("\(difference.key)=\(difference.value)")
                }
            }
            if let file { try configuration.apply(file.json, named: file.name) }
            for assignment in assignments { try configuration.set(assignment) }
            try configuration.validate()
            return configuration
        }
    }
}

/// What the program says besides its results.
enum Console {
    /// Writes a line to standard error, where progress goes too.
    static func note(_ text: String) { TerminalProgress.writeToStandardError(text + "\n") }

    /// Writes lines of the answer to standard output, at once: a redirected output would otherwise wait for the end.
    ///
    /// - Throws: `Failure` of kind `.inputOutput`: an answer that is lost is no success.
    static func answer(_ text: String) throws {
        do {
            let lines = text.hasSuffix("\n") ? text : text + "\n"
            try FileHandle.standardOutput.write(contentsOf: Data(lines.utf8))
        } catch {
            throw Failure(
                .inputOutput,
                "cannot write to standard output: \(systemReason(of: error)); free space or direct it elsewhere")
        }
    }

    /// Makes a pipe that nobody reads any more an error of the write, and not the end of the process: what takes long is saved
    /// first.
    static func outliveClosedPipes() { signal(SIGPIPE, SIG_IGN) }

    /// The program's name as it was called, for a command that calls it again.
    static var program: String { CommandLine.arguments.first ?? "tac-reference" }

    /// The words behind the program's name.
    static var arguments: [String] { Array(CommandLine.arguments.dropFirst()) }

    /// The command line that this process was started with, quoted for a shell.
    static var commandLine: String { quoted(["tac-reference"] + arguments) }

    /// Words as a shell reads them.
    static func quoted(_ words: [String]) -> String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%")
        return words.map { word in
            !word.isEmpty && word.allSatisfy(plain.contains) ? word : "'\(word.replacing("'", with: #"'\''"#))'"
        }.joined(separator: " ")
    }

    /// What numbers depend on besides the settings: the compiler's vectors, the system.
    static var environment: String {
        "Swift on \(ProcessInfo.processInfo.operatingSystemVersionString), vectors of \(TargetFeatures.vectorBytes) bytes, "
            + "\(Parallel.threadCount) threads."
    }
}
