import ArgumentParser
import CropExperiment
import Diagnostics
import Digits
import Drawing
import Foundation
import Reporting
import Reproduction
import Tensors

/// `tac-reference reproduce`: the paper's tables, figures and claims.
struct ReproduceCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Reproduce the paper: every table, figure and claim, beside the paper's numbers.",
        discussion: """
            Trains what is not trained yet, evaluates it, and writes results.json, tables and a page into --output. \
            Stopped by Ctrl-C or otherwise, the same command goes on where it was; a run that the folder holds already \
            is not done again. Without a selection everything is reproduced.
            """)

    @Option(help: ArgumentHelp("Only this table: 1 or 2. May be repeated.", valueName: "number"))
    var table: [String] = []

    @Option(help: ArgumentHelp("Only this figure: 1, 3, 6, 7 or 8. May be repeated.", valueName: "number"))
    var figure: [String] = []

    @Option(help: ArgumentHelp("Only this claim; --list shows their names. May be repeated.", valueName: "name"))
    var claim: [String] = []

    @Option(
        help: ArgumentHelp(
            "Runs of each configuration; if not given, as many as the folder's results have, else 4 as in the paper.",
            valueName: "number"))
    var seeds: Int?

    @Flag(help: "A tenth of the steps: to see the method at work. Its numbers never stand beside the paper's.")
    var quick = false

    @Option(
        help: ArgumentHelp(
            "A setting that every run has instead of its own; such numbers never stand beside the paper's. May be repeated.",
            valueName: "key=value"))
    var set: [String] = []

    @Flag(help: "Show tables, figures and claims with their state and the time that they will take, and do nothing.")
    var list = false

    @Flag(
        help: """
            Print the runs that are not done yet, one command a line, for xargs -P, GNU parallel or a batch system; they \
            depend on nothing, and the same command without --plan then puts their results together.
            """)
    var plan = false

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("Do one run of the plan and nothing else.", valueName: "name"))
    var only: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            """
            Train nothing: put together the runs that these folders hold, be it as folders of runs or as the results of a \
            reproduction. They are only read. Needs --output with a folder that lies in none of them.
            """, valueName: "folder"))
    var merge: [PathArgument] = []

    @Option(
        help: ArgumentHelp(
            """
            The reproduction's folder; results/reproduction if not given, with -quick behind it for --quick and -embedded \
            for --embedded. What its results have already stays.
            """,
            valueName: "folder"))
    var output: PathArgument?

    @Option(
        help: ArgumentHelp(
            """
            Do so many runs at once, each with one thread; 1 for one after the other with all threads. If not given, as many \
            as there are threads, and memory for. The results have the same bits with any number.
            """, valueName: "number"))
    var jobs: Int?

    @OptionGroup
    var threads: ThreadOptions

    @OptionGroup(title: "Data")
    var data: DataOptions

    func validate() throws {
        if let seeds, !(1...EarlierReproduction.mostSeeds).contains(seeds) {
            throw ValidationError(
                "--seeds: expected a whole number from 1 to \(EarlierReproduction.mostSeeds), found \(seeds)")
        }
        let most = threads.count ?? Parallel.threadCount
        if let jobs, !(1...most).contains(jobs) {
            throw ValidationError(
                "--jobs: expected a whole number from 1 to \(most), the number of --threads, found \(jobs)")
        }
        if data.embedded && !quick {
            throw ValidationError(
                "--embedded: expected --quick beside it, found none: the embedded digits reproduce no number of the paper"
            )
        }
        if let change = set.first(where: { $0.hasPrefix("seed=") || $0.hasPrefix("method=") }) {
            throw ValidationError(
                "--set: expected a setting that the runs have in common, found \(change): each artefact has its own methods, "
                    + "and --seeds says how many seeds")
        }
        if [list, plan, only != nil, !merge.isEmpty].filter({ $0 }).count > 1 {
            throw ValidationError("--list, --plan, --run and --merge exclude each other: give one")
        }
    }

    /// Reproduces.
    func run() throws {
        let catalogue = try Catalogue(quick ? .quick : .full, changes: set)
        let folder =
            output?.folder
            ?? URL(
                fileURLWithPath: "results/reproduction\(quick ? "-quick" : "")\(data.embedded ? "-embedded" : "")",
                isDirectory: true)
        if merge.isEmpty { try RunArchive.requireNoRun(folder) }
        let earlier = try EarlierReproduction(in: folder)
        let plan = ReproductionPlan(try selection(catalogue), seeds: seeds ?? earlier?.seeds ?? Self.seedsOfPaper)
        if !merge.isEmpty { return try putTogether(plan, catalogue, in: folder) }
        let archive =
            try InputFile.exists(folder) ? RunArchive(of: [folder]) : RunArchive()
        if list { return try show(plan, catalogue, archive, in: folder) }
        if self.plan { return try printCommands(plan, archive, folder) }
        let onlyRun = try only.map(plan.run(named:))
        let page = try pagePlan(plan, catalogue, archive, earlier, folder)
        Console.outliveClosedPipes()
        let digits = try digits()
        try requireOneDataSet(page, archive, digits)
        let reproduction = Reproducer(folder: folder, digits: digits, cost: cost(), stop: StopRequest())
        // Behind the digits: a reproduction that has none leaves no folder.
        try AtomicFile.requireWritable(folder.appendingPathComponent(ReproductionResults.fileName))
        if let onlyRun { return try reproduction.run(onlyRun, archive, RunDisplay(onlyRun.name)) }
        try reproduction.run(plan, archive, jobs: jobs ?? Self.defaultJobs())
        let lock = try lockForResults(folder)
        defer { withExtendedLifetime(lock) {} }
        try finish(plan, catalogue, RunArchive(of: [folder]), in: folder)
    }

    /// Takes the reproduction's folder for as long as results are read, put together and written. Others do the same.
    private func lockForResults(_ folder: URL) throws -> FolderLock {
        let lock = try FolderLock(folder, waits: true)
        lock.removeLeftovers(of: ReproductionFiles.names)
        return lock
    }

    /// Refuses to go on from runs on other images.
    ///
    /// - Throws: `Failure` of kind `.usage`.
    private func requireOneDataSet(_ plan: ReproductionPlan, _ archive: RunArchive, _ digits: LabelledDigits) throws {
        for run in plan.runs {
            let data = digits.description(variant: run.configuration.variant)
            guard let record = archive.record(of: run), !record.data.isSameMeasurement(as: data) else { continue }
            throw Failure(
                .usage,
                "--output: expected runs on \(data.summary), found \(record.name) on \(record.data.summary); name another folder, "
                    + "or the data of those runs")
        }
    }

    /// What the paper's means are over.
    private static let seedsOfPaper = 4

    /// The artefacts that were asked for; all without a selection.
    private func selection(_ catalogue: Catalogue) throws -> [Artefact] {
        let chosen =
            try table.map { try catalogue.artefact(.table, $0) }
            + figure.map { try catalogue.artefact(.figure, $0) } + claim.map { try catalogue.artefact(.claim, $0) }
        guard !chosen.isEmpty else { return catalogue.artefacts }
        // In their order, each once, however they were asked for.
        return catalogue.artefacts.filter { artefact in
            chosen.contains { $0.kind == artefact.kind && $0.name == artefact.name }
        }
    }

    /// MNIST, or what was asked for in its place.
    private func digits() throws -> LabelledDigits {
        let digits = try data.load()
        guard digits.source == .mnist || data.embedded else {
            throw Failure(
                .missingInput,
                "reproduce: expected MNIST, found none in the folder named by TAC_MNIST or in the cache; give --mnist "
                    + "FOLDER or --download, or see the method at work with reproduce --quick --embedded")
        }
        return digits
    }

    private func cost() -> RunCost {
        // The best of several: other load only ever takes away.
        let speeds = (0..<5).map { _ in
            var operations = 0
            let time = ContinuousClock().measure {
                operations = PeakMeasurement.run(
                    Float.self, threads: Parallel.threadCount, repetitions: 200_000)
            }
            return Double(operations) / (time / .seconds(1))
        }
        // Counted as RunCost counts, training and evaluation reached seven tenths of the peak where they were timed.
        return RunCost(
            speed: 0.7 * (speeds.max() ?? 1), images: data.embedded ? EmbeddedDigits.count : RunCost.mnistImages)
    }

    /// As many runs at once as there are threads: one thread a run loses no time by waiting for another. Fewer where memory is
    /// short.
    private static func defaultJobs() -> Int {
        max(1, min(Parallel.threadCount, Int(Double(ResourceLimits.current().memory) / memoryOfRun)))
    }

    /// Bytes that a run on MNIST takes, with room to spare: the most, 0.45 GB, are taken by the studies of protocols and of I(X;Z).
    private static let memoryOfRun = 1e9

    private func show(
        _ plan: ReproductionPlan, _ catalogue: Catalogue, _ archive: RunArchive, in folder: URL
    ) throws {
        let cost = cost()
        // A checkpoint is read once, however many artefacts need its run.
        let trained = Dictionary(
            plan.runs.filter { archive.record(of: $0) == nil }.map {
                ($0.identity, CheckpointStore.steps(in: archive.folder(of: $0, in: folder)))
            }, uniquingKeysWith: max)
        func timeLeft(_ runs: [PlannedRun]) -> String {
            Format.duration(
                runs.reduce(0) {
                    $0 + cost.seconds(of: $1, known: archive.record(of: $1), trained: trained[$1.identity] ?? 0)
                })
        }
        // The verdicts of the page, whatever else the folder holds.
        let results = try ReproductionResults(plan, catalogue, archive: archive)
        var table = TextTable(
            columns: [.left("artefact"), .right("runs done"), .left("state"), .right("time left"), .left("what")])
        for (artefact, result) in zip(plan.artefacts, results.artefacts) {
            let runs = ReproductionPlan([artefact], seeds: plan.seeds).runs
            let open = runs.filter { !archive.isDone($0) }
            table.add([
                "--\(artefact.kind.rawValue) \(artefact.name)", "\(runs.count - open.count)/\(runs.count)",
                open.isEmpty ? result.verdict.rawValue : "open",
                open.isEmpty ? "–" : timeLeft(open), artefact.title,
            ])
        }
        let open = plan.runs.filter { !archive.isDone($0) }
        try Console.answer(table.lines.joined(separator: "\n"))
        try Console.answer(
            "\(plan.runs.count) different runs, \(open.count) to do, about \(timeLeft(open)) on \(Parallel.threadCount) threads"
        )
    }

    /// One command a line for the runs that are not done.
    private func printCommands(_ plan: ReproductionPlan, _ archive: RunArchive, _ folder: URL) throws {
        // How many runs are done at once is for who starts the commands to say: one of them does one.
        var options: [String] = []
        var arguments = Console.arguments.makeIterator()
        while let argument = arguments.next() {
            if argument == "--jobs" {
                _ = arguments.next()
            } else if argument != "--plan" && !argument.hasPrefix("--jobs=") {
                options.append(argument)
            }
        }
        for run in plan.runs where !archive.isDone(run) {
            try Console.answer(Console.quoted([Console.program] + options + ["--run", run.name]))
        }
    }

    private func putTogether(
        _ plan: ReproductionPlan, _ catalogue: Catalogue, in folder: URL
    ) throws {
        let sources = merge.map(\.folder)
        guard output != nil, !sources.contains(where: { SystemPath.isSame(folder, orInside: $0) }) else {
            throw Failure(
                .usage,
                "--merge: expected --output with a folder that is none of those to merge and lies in none of them, found "
                    + "\(output.map { "--output \($0.folder.relativePath)" } ?? "no --output"); name another one")
        }
        try RunArchive.requireNoRun(folder)
        let archive = try RunArchive(of: sources, published: true)
        let everything = ReproductionPlan(catalogue.artefacts, seeds: plan.seeds)
        let foreign = archive.records.filter { record in !everything.runs.contains { $0.identity == record.identity } }
        if !foreign.isEmpty {
            Console.note(
                "warning: left out, being of other settings, seeds or schedule than the plan's: "
                    + foreign.prefix(3).map(\.name).joined(separator: ", ")
                    + (foreign.count > 3 ? " and \(foreign.count - 3) more" : ""))
        }
        let lock = try lockForResults(folder)
        defer { withExtendedLifetime(lock) {} }
        try finish(plan, catalogue, archive, in: folder)
    }

    /// The plan of the page: with what was asked for, what the results in the folder have already.
    ///
    /// - Throws: `Failure` of kind `.usage` where those results are of other settings, or hold runs that are nowhere else.
    private func pagePlan(
        _ plan: ReproductionPlan, _ catalogue: Catalogue, _ archive: RunArchive, _ earlier: EarlierReproduction?,
        _ folder: URL
    ) throws -> ReproductionPlan {
        guard let earlier else { return plan }
        let file = folder.appendingPathComponent(ReproductionResults.fileName).relativePath
        guard earlier.schedule == catalogue.schedule && earlier.changes == catalogue.changes else {
            throw Failure(
                .usage,
                "--output: expected results of the same schedule and settings at \(file), found the schedule "
                    + "\(earlier.schedule.rawValue) and the settings \(earlier.changes); name another folder")
        }
        let lost = try archive.missing(ofResultsIn: folder)
        guard lost.isEmpty else {
            throw Failure(
                .usage,
                "--output: expected the runs of \(file) in folders of their own or among those to merge, found "
                    + "\(lost.count) that would be lost, such as \(lost.first?.name ?? ""); name another folder for --output, "
                    + "and --merge the two")
        }
        return ReproductionPlan(
            earlier.artefacts(of: catalogue, and: plan.artefacts), seeds: max(plan.seeds, earlier.seeds))
    }

    /// Writes results, tables and page, and says what came out.
    ///
    /// Meanwhile another process may have put results into the folder: what is there now stays.
    ///
    /// - Parameters:
    ///   - wanted: what was asked for.
    ///   - catalogue: what there is.
    ///   - runs: the runs.
    ///   - folder: the reproduction's folder, locked.
    private func finish(
        _ wanted: ReproductionPlan, _ catalogue: Catalogue, _ runs: RunArchive, in folder: URL
    ) throws {
        var archive = runs
        try archive.complete(fromResultsIn: folder)
        let plan = try pagePlan(wanted, catalogue, archive, try EarlierReproduction(in: folder), folder)
        let results = try ReproductionResults(plan, catalogue, archive: archive)
        let page = ReproductionPage(
            results, plan: plan, commands: [Console.commandLine], environment: Console.environment)
        try ReproductionFiles.write(results, plan: plan, page: page, to: folder)
        for artefact in results.artefacts {
            let reason = artefact.reason.isEmpty ? "" : " (\(artefact.reason))"
            try Console.answer("\(artefact.title): \(artefact.verdict.rawValue)\(reason)")
        }
        let missing = plan.runs.count { !archive.isDone($0) }
        if missing > 0 {
            Console.note(
                "warning: \(missing) of \(plan.runs.count) runs are not done, or not all that is measured on them, and are missing on "
                    + "the page")
        }
        try Console.answer("page: \(folder.appendingPathComponent(ReproductionFiles.pageName).relativePath)")
    }
}
