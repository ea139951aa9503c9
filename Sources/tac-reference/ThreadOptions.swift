import ArgumentParser
import Tensors

/// How many threads a command computes with.
struct ThreadOptions: ParsableArguments {
    @Option(
        name: .customLong("threads"),
        help: ArgumentHelp(
            "Compute with this many threads; if not given, with one for each processor that the affinity and the control "
                + "group of the process allow. The results have the same bits with any number.", valueName: "number"))
    var count: Int?

    /// More would be a slip of the keyboard.
    private static let range = 1...1024

    func validate() throws {
        if let count, !Self.range.contains(count) {
            throw ValidationError(
                "--threads: expected a whole number from \(Self.range.lowerBound) to \(Self.range.upperBound), "
                    + "found \(count)")
        }
    }

    /// Runs `body` with so many threads.
    func apply(_ body: () throws -> Void) rethrows {
        try Parallel.$threadCount.withValue(count ?? Parallel.threadCount, operation: body)
    }
}

/// A command that computes, on as many threads as it is told.
protocol ComputingCommand: ParsableCommand {
    /// How many.
    var threads: ThreadOptions { get }
}
