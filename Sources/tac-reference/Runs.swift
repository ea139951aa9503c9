import ArgumentParser
import CropExperiment
import Diagnostics
import Foundation
import Reproduction

extension Experiment {
    /// Takes the run's folder for this process, as long as the result lives, and clears it of what killed processes left.
    ///
    /// - Parameter note: writes a warning.
    /// - Throws: `Failure` of kind `.busy` where another process has it.
    func lockFolder(note: (String) -> Void = Console.note) throws -> FolderLock {
        let lock = try FolderLock(folder)
        lock.removeLeftovers(
            of: [
                CheckpointStore.fileName, ExperimentConfiguration.fileName, ResultsFolder.resultsName,
                ResultsFolder.figuresName,
            ] + RunGroup.Analysis.allCases.map(\.fileName))
        if !lock.isHeld {
            note(
                "warning: \(folder.path): this file system has no locks; let no other process write into this folder")
        }
        return lock
    }

    /// Trains with a progress bar, from the folder's checkpoint if there is one.
    ///
    /// - Parameters:
    ///   - display: shows it.
    ///   - lock: of the run's folder.
    ///   - stop: what may stop it.
    ///   - isAbandoned: asked after each iteration; when it answers yes, training is stopped, too.
    /// - Returns: what was trained.
    /// - Throws: `ExitCode` 129, 130 or 143 when SIGHUP, SIGINT or SIGTERM stopped it; how to go on has then been said where the
    ///   run is alone.
    @discardableResult
    func trainShowingProgress(
        _ display: RunDisplay, _ lock: FolderLock, _ stop: StopRequest, isAbandoned: () -> Bool = { false }
    ) throws -> TrainedRun {
        // Until it has said where it stopped: when nobody listens any more, the process may end.
        try stop.listening {
            var bar: TerminalProgress?
            // What ends a training with an error is said on a line of its own.
            defer { bar?.endLine() }
            let outcome = try train(
                progress: { progress in
                    if bar == nil {
                        if progress.step > 1 { display.note("going on after step \(progress.step - 1)") }
                        bar = display.bar(total: progress.steps, completed: progress.step - 1)
                    }
                    bar?.update(completed: progress.step, objective: progress.objective)
                }, shouldStop: { stop.isPending || isAbandoned() }, beforeWriting: lock.requireInPlace)
            switch outcome {
            case .finished(let run):
                if bar == nil { display.note("trained already, \(configuration.training.steps) steps") }
                bar?.finish()
                // In the last step it has to stop what follows, such as an evaluation.
                if let status = stop.status {
                    display.noteStop("stopped after the last step")
                    throw ExitCode(status)
                }
                return run
            case .interrupted(let step):
                bar?.endLine()
                display.noteStop("stopped after step \(step)")
                throw ExitCode(stop.status ?? 130)
            }
        }
    }

    /// Says that a run has not been trained to its end.
    ///
    /// - Parameters:
    ///   - run: what there is.
    ///   - data: the words that ask for its data.
    func warnIfUnfinished(_ run: TrainedRun, data: [String]) {
        guard run.state.step < configuration.training.steps else { return }
        Console.note(
            "warning: the run is trained for \(run.state.step) of \(configuration.training.steps) steps; to go on: "
                + Console.quoted(["tac-reference", "train", "--output", folder.relativePath] + data))
    }

    /// Evaluates with a progress bar.
    func evaluateShowingProgress(
        _ run: TrainedRun, _ display: RunDisplay
    ) throws -> (result: RunResult, figures: RunFigures) {
        try evaluate(run, progress: display.showing())
    }

    /// Trains the classifiers of the study of protocols with a progress bar.
    func studyProtocolsShowingProgress(_ run: TrainedRun, _ display: RunDisplay) throws -> ProtocolStudy {
        try protocolStudy(of: run, progress: display.showing())
    }

    /// Measures I(X;Z) with a progress bar for each part of the work.
    func informationShowingProgress(
        of run: TrainedRun, _ display: RunDisplay, on split: TrainedInformation.Split, images: Int, betas: [Double]
    ) throws -> TrainedInformation {
        var bar: TerminalProgress?
        // What ends it with an error is said on a line of its own.
        defer { bar?.endLine() }
        return try TrainedInformation(of: run, in: self, on: split, images: images, betas: betas) { stage in
            let (part, unit, done, total) =
                switch stage {
                case .encoding(let done, let total): ("codes", "images", done, total)
                case .pilot(let done, let total): ("pilot samples", "points", done, total)
                case .sampling(let done, let total): ("samples", "points", done, total)
                }
            if bar == nil { bar = display.bar(of: part, total: total, unit: unit) }
            bar?.update(completed: done)
            if done == total {
                bar?.finish()
                bar = nil
            }
        }
    }

    /// Scores the raw pixels, and says so.
    func rawScoreShowingProgress(_ display: RunDisplay = RunDisplay("baseline")) throws -> ClassifierScore {
        try rawScore(progress: display.showing())
    }
}

extension RunArchive {
    /// Refuses a folder that is a run's, whose results others would replace: they have the same name.
    ///
    /// - Throws: `Failure` of kind `.usage`.
    static func requireNoRun(_ folder: URL) throws {
        guard try !InputFile.exists(folder.appendingPathComponent(ExperimentConfiguration.fileName)) else {
            throw Failure(
                .usage,
                "--output: expected a folder for results of several runs, found that of a run at \(folder.relativePath), whose "
                    + "results would be replaced; name another one")
        }
    }
}

extension RunArchive {
    /// Refuses a folder with results of several runs that were made elsewhere, which others would replace.
    ///
    /// - Throws: `Failure` of kind `.usage`.
    static func requireNoneOfSeveral(_ folder: URL) throws {
        guard try InputFile.exists(folder.appendingPathComponent(ResultsFolder.resultsName)),
            try !InputFile.exists(folder.appendingPathComponent(ExperimentConfiguration.fileName))
        else { return }
        throw Failure(
            .usage,
            "--output: expected a folder without results of other runs, found those of several runs at "
                + "\(folder.relativePath), which would be replaced; name another one")
    }
}

extension EarlierReproduction {
    /// Refuses a folder whose results are those of a reproduction, which others would replace.
    ///
    /// - Throws: `Failure` of kind `.usage`, and of kind `.badData` for results of which nobody can say whose they are.
    static func requireNone(in folder: URL) throws {
        guard try isIn(folder) else { return }
        throw Failure(
            .usage,
            "--output: expected a folder for other results than a reproduction's, found some at \(folder.relativePath), which "
                + "would be replaced; name another one")
    }
}

extension ClassifierScore {
    /// The accuracy, and that it is no optimum's where it is none.
    var text: String { String(format: "%.4f", accuracy) + (hasConverged ? "" : " (not converged)") }
}

extension RunResult {
    /// The numbers in one line.
    var summary: String {
        func text(_ value: Double) -> String { String(format: "%.4f", value) }
        let scores = linearEvaluation.map { score in
            let crops =
                switch score.crops {
                case .expectation: ""
                case .mostProbable: " top \(configuration.evaluation.topCrops)"
                case .oracle: " oracle"
                }
            return "\(score.layer.rawValue)\(crops) \(score.classifier.text)"
        }
        let parts =
            scores + [
                "non-trivial mass \(text(nonTrivialMass.mean))", "uniformity \(text(uniformity))",
                "objective \(text(objective))",
            ]
        return "\(method.name), seed \(seed), \(steps) steps: \(parts.joined(separator: ", "))"
    }
}
