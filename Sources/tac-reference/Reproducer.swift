import CropExperiment
import Diagnostics
import Digits
import Drawing
import Foundation
import Reproduction
import Tensors

/// Does the runs of a plan, each in a folder of its own.
struct Reproducer: Sendable {
    /// The reproduction's folder.
    let folder: URL
    /// The images.
    let digits: LabelledDigits
    /// How long runs take, roughly.
    let cost: RunCost
    /// What may stop a training.
    let stop: StopRequest

    /// Does what is not done, several runs at once, each with one thread; or one at a time, with all threads.
    ///
    /// - Parameter jobs: how many at once, at least 1.
    /// - Throws: `Failure` of kind `.usage` for a run with settings that do not go together, before any is begun; and what ends a
    ///   run, after the others that were at work have saved how far they are.
    func run(_ plan: ReproductionPlan, _ archive: RunArchive, jobs: Int) throws {
        let open = plan.runs.filter { !archive.isDone($0) }
        // Settings of every run may contradict those of one: known before the others are trained.
        for run in open { try run.configuration.validate(trainingCount: digits.train.count) }
        let jobs = max(1, min(jobs, open.count))
        let time = RemainingTime(open.map { cost.seconds(of: $0, archive, in: folder) }, atOnce: jobs)
        func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
        Console.note(
            "plan: \(count(plan.artefacts.count, "artefact")), \(count(plan.runs.count, "run")), "
                + "\(plan.runs.count - open.count) done, "
                + "about \(Format.duration(time.seconds())) left"
                + (jobs > 1 ? "; \(jobs) runs at once, each with one thread" : ""))
        let state = Guarded(State(time))
        let rows = jobs > 1 && TerminalStyle.standardError().isInteractive ? TerminalRows() : nil
        let done = plan.runs.count - open.count
        @Sendable func work(_ index: Int) {
            guard !stop.isPending && state.withLock({ $0.begin(index) }) else { return }
            let place = jobs > 1 ? RunDisplay.Place(row: index, rows: rows) : nil
            let display = RunDisplay(at: place) {
                let left = Format.duration(state.withLock { $0.secondsLeft })
                return "[\(done + index + 1)/\(plan.runs.count), \(left) left] \(open[index].name)"
            }
            do {
                try run(open[index], archive, display) { state.withLock { $0.failure != nil } }
                state.withLock { $0.finish(index) }
            } catch {
                let isFirst = state.withLock { $0.fail(error) }
                if isFirst && jobs > 1 && stop.status == nil {
                    display.note("failed; the other runs stop where they can go on from")
                }
            }
            // Who is still at work does not train, and so has nothing to save; exit would take away what it works with.
            if let status = stop.status, !stop.isListenedTo, state.withLock({ $0.endsProcess() }) {
                if jobs > 1 { display.show("stopped; to go on: \(Console.commandLine)") }
                _exit(status)
            }
        }
        if jobs == 1 {
            for index in open.indices { work(index) }
        } else {
            Parallel.$threadCount.withValue(jobs) { Parallel.forEach(open.count, work) }
        }
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// Does one run, if it is not done.
    ///
    /// - Parameters:
    ///   - run: the run.
    ///   - archive: what is done.
    ///   - display: shows how far it is.
    ///   - isAbandoned: asked while it trains; when it answers yes, training is saved and ends as when it is stopped.
    func run(
        _ run: PlannedRun, _ archive: RunArchive, _ display: RunDisplay, isAbandoned: () -> Bool = { false }
    ) throws {
        if archive.isDone(run) { return Console.note("\(run.name): done already") }
        let folder = archive.folder(of: run, in: folder)
        let experiment = try Experiment(configuration: run.configuration, digits: digits, folder: folder)
        let lock = try experiment.lockFolder(note: display.show)
        try Self.requireOwnResults(folder, of: run, on: experiment.data)
        defer { withExtendedLifetime(lock) {} }
        switch run.group.kind {
        case .rawPixels:
            let score = try experiment.rawScoreShowingProgress(display)
            try lock.requireInPlace()
            try run.configuration.write(to: folder)
            try ResultsFolder.write(
                ExperimentResults(data: experiment.data, raw: score, runs: []), figures: [], to: folder)
        case .training:
            let trained = try experiment.trainShowingProgress(display, lock, stop, isAbandoned: isAbandoned)
            let known = archive.record(of: run)
            if let objective = known?.result?.objective, objective != trained.state.curves.finalObjective {
                throw Failure(
                    .badData,
                    "\(folder.relativePath): expected a checkpoint of the networks that its results are of, found others, as are left "
                        + "where the run was trained again by another version or on another machine; delete "
                        + "\(ResultsFolder.resultsName) there to evaluate them")
            }
            if known == nil {
                let (result, figures) = try experiment.evaluateShowingProgress(trained, display)
                try lock.requireInPlace()
                try ResultsFolder.write(
                    ExperimentResults(data: experiment.data, raw: nil, runs: [result]), figures: [figures], to: folder)
                try display.answer(result.summary)
            }
            for analysis in run.analyses where known?.analyses.has(analysis) != true {
                switch analysis {
                case .protocols:
                    let study = try experiment.studyProtocolsShowingProgress(trained, display)
                    try lock.requireInPlace()
                    try RunAnalyses.write(study, to: folder)
                case .information:
                    let information = try experiment.informationShowingProgress(
                        of: trained, display, on: .test, images: experiment.testSet.count,
                        betas: TrainedInformation.defaultBetas(trainingBeta: run.configuration.objective.beta))
                    try lock.requireInPlace()
                    try information.write(to: folder)
                }
            }
        }
    }

    /// Refuses a folder with results of other settings or data, which those of the run would replace.
    private static func requireOwnResults(_ folder: URL, of run: PlannedRun, on data: DataProvenance) throws {
        guard try InputFile.exists(folder.appendingPathComponent(ResultsFolder.resultsName)) else { return }
        let results = try ResultsFolder.read(from: folder).results
        let configuration =
            try results.runs.first?.configuration
            ?? ExperimentConfiguration(contentsOf: folder.appendingPathComponent(ExperimentConfiguration.fileName))
        let isOwn = RunIdentity(kind: run.group.kind, configuration: configuration) == run.identity
        guard isOwn && results.data.isSameMeasurement(as: data) else {
            throw Failure(
                .usage,
                "\(folder.relativePath): expected results of \(run.name) on \(data.summary), found some "
                    + (isOwn ? "on \(results.data.summary)" : "of other settings")
                    + "; name another folder with --output")
        }
    }

    /// What the runs at work share.
    private struct State {
        private var time: RemainingTime
        private let start = ContinuousClock.now
        /// What ended the first run that failed.
        private(set) var failure: (any Error)?
        private var isEnding = false

        init(_ time: RemainingTime) { self.time = time }

        private var elapsed: Double { start.duration(to: .now) / .seconds(1) }

        /// Seconds to the end of the plan.
        var secondsLeft: Double { time.seconds(at: elapsed) }

        /// Notes that a run begins; none does where another has failed.
        mutating func begin(_ run: Int) -> Bool {
            guard failure == nil else { return false }
            time.begin(run, at: elapsed)
            return true
        }

        mutating func finish(_ run: Int) { time.finish(run, at: elapsed) }

        /// Whether the caller is the first that is to end the process.
        mutating func endsProcess() -> Bool {
            defer { isEnding = true }
            return !isEnding
        }

        /// Notes what ended a run, and says whether it is the first.
        mutating func fail(_ error: any Error) -> Bool {
            defer { failure = failure ?? error }
            return failure == nil
        }
    }
}
