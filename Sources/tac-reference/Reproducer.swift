import CropExperiment
import Diagnostics
import Digits
import Drawing
import Foundation
import Reproduction

/// Does the runs of a plan, one after the other, each in a folder of its own.
struct Reproducer {
    /// The reproduction's folder.
    let folder: URL
    /// The images.
    let digits: LabelledDigits
    /// How long runs take, roughly.
    let cost: RunCost
    /// What may stop a training.
    let stop: StopRequest

    /// Does what is not done.
    ///
    /// - Returns: the archive with every run of the plan.
    /// - Throws: `Failure` of kind `.usage` for a run with settings that do not go together, before any is begun; and what ends a
    ///   run.
    func run(_ plan: ReproductionPlan, _ archive: RunArchive) throws -> RunArchive {
        var archive = archive
        let open = plan.runs.filter { !archive.isDone($0) }
        // Settings of every run may contradict those of one: known before the others are trained.
        for run in open { try run.configuration.validate(trainingCount: digits.train.count) }
        var time = RemainingTime(open.map { cost.seconds(of: $0, known: archive.record(of: $0)) })
        Console.note(
            "plan: \(plan.artefacts.count) artefacts, \(plan.runs.count) runs, \(plan.runs.count - open.count) done, "
                + "about \(Format.duration(time.seconds())) left")
        for (index, run) in open.enumerated() {
            let (start, before) = (ContinuousClock.now, time)
            func elapsed() -> Double { start.duration(to: .now) / .seconds(1) }
            let number = plan.runs.count - open.count + index + 1
            try self.run(run, archive) {
                "[\(number)/\(plan.runs.count), \(Format.duration(before.seconds(elapsed: elapsed()))) left] "
            }
            time.finishRun(taken: elapsed())
            try archive.add(folder(of: run, archive))
        }
        return archive
    }

    /// Does one run, if it is not done.
    ///
    /// - Parameter position: what stands before the run's name in the progress at the time.
    func run(_ run: PlannedRun, _ archive: RunArchive, position: @escaping () -> String = { "" }) throws {
        if archive.isDone(run) { return Console.note("\(run.name): done already") }
        let folder = folder(of: run, archive)
        let experiment = try Experiment(configuration: run.configuration, digits: digits, folder: folder)
        let lock = try experiment.lockFolder()
        try Self.requireOwnResults(folder, of: run, on: experiment.data)
        defer { withExtendedLifetime(lock) {} }
        let name = { position() + run.name }
        switch run.group.kind {
        case .rawPixels:
            let score = try experiment.rawScoreShowingProgress()
            try lock.requireInPlace()
            try run.configuration.write(to: folder)
            try ResultsFolder.write(
                ExperimentResults(data: experiment.data, raw: score, runs: []), figures: [], to: folder)
        case .training:
            let trained = try experiment.trainShowingProgress(name: name(), lock, stop)
            let known = archive.record(of: run)
            if known == nil {
                let (result, figures) = try experiment.evaluateShowingProgress(trained, name: name())
                try lock.requireInPlace()
                try ResultsFolder.write(
                    ExperimentResults(data: experiment.data, raw: nil, runs: [result]), figures: [figures], to: folder)
                try Console.answer(result.summary)
            }
            for analysis in run.analyses where known?.analyses.has(analysis) != true {
                switch analysis {
                case .protocols:
                    let study = try experiment.studyProtocolsShowingProgress(trained, name: name())
                    try lock.requireInPlace()
                    try RunAnalyses.write(study, to: folder)
                case .information:
                    let information = try experiment.informationShowingProgress(
                        of: trained, name: name(), on: .test, images: experiment.testSet.count,
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

    /// Where the run is known already, whatever the folder is called, or where it is to be done.
    private func folder(of run: PlannedRun, _ archive: RunArchive) -> URL {
        archive.folder(of: run)
            ?? folder.appendingPathComponent(RunArchive.runsName, isDirectory: true)
            .appendingPathComponent(run.name, isDirectory: true)
    }
}
