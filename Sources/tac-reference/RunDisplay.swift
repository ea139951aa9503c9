import CropExperiment
import Diagnostics

/// Shows on standard error how far a run is.
struct RunDisplay {
    private let name: () -> String
    /// Where it is shown among others; `nil` for a run that is the only one.
    private let place: Place?

    /// The place of a run among others.
    struct Place {
        /// Its row on the terminal.
        let row: Int
        /// The rows of all; `nil` where lines cannot be overwritten.
        let rows: TerminalRows?
    }

    /// A display for one of several runs.
    ///
    /// - Parameters:
    ///   - place: among the others; `nil` for a run that is the only one.
    ///   - name: of the run; asked for at each drawing, so that it can hold a time.
    init(at place: Place?, name: @escaping () -> String) {
        self.name = name
        self.place = place
    }

    /// A display for a run that is the only one.
    init(_ name: String) { self.init(at: nil) { name } }

    /// The bar of a task.
    ///
    /// - Parameters:
    ///   - part: of the run; `nil` for its training.
    ///   - total: how many units there are.
    ///   - completed: how many were done before.
    ///   - unit: what is counted, in the plural.
    func bar(of part: String? = nil, total: Int, completed: Int = 0, unit: String = "steps") -> TerminalProgress {
        let (name, place) = (name, place)
        return TerminalProgress(
            part.map { "\(name()): \($0)" } ?? name(), total: total, completed: completed, unit: unit,
            write: { piece in
                guard let place, let rows = place.rows else { return TerminalProgress.writeToStandardError(piece) }
                rows.write(piece, row: place.row)
            })
    }

    /// Says something of the run.
    func note(_ text: String) { show("\(name()): \(text)") }

    /// Says that it was stopped, and how to go on where no other run has to stop first.
    func noteStop(_ text: String) {
        if place == nil { show("\(text); to go on: \(Console.commandLine)") } else { note(text) }
    }

    /// Writes a part of the answer to standard output.
    ///
    /// - Throws: `Failure` of kind `.inputOutput`, as ``Console/answer(_:)`` does.
    func answer(_ text: String) throws {
        guard let rows = place?.rows else { return try Console.answer(text) }
        try rows.withoutRows { try Console.answer(text) }
    }

    /// Writes a line that stays, above the bars of all runs.
    func show(_ line: String) {
        if let rows = place?.rows { rows.note(line) } else { Console.note(line) }
    }

    /// Shows the stages of an evaluation.
    func showing() -> (Experiment.EvaluationStage) -> Void {
        var bar: TerminalProgress?
        return { stage in
            switch stage {
            case .features(let done, let total):
                if bar == nil { bar = self.bar(of: "features", total: total, unit: "images") }
                bar?.update(completed: done)
                if done == total { bar?.finish() }
            case .classifier(let features): note("linear classifier on \(features)")
            case .unconvergedClassifier(let features, let iterations):
                show(
                    "warning: \(name()): the linear classifier on \(features) did not converge in \(iterations) iterations; its "
                        + "accuracy may be far from the optimum's: raise evaluation.maximumIterations")
            }
        }
    }
}
