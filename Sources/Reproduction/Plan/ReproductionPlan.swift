import CropExperiment
import Diagnostics
import Foundation

/// The runs that some artefacts need, each once, with what of them is done.
public struct ReproductionPlan: Sendable {
    /// What is to be made.
    public let artefacts: [Artefact]
    /// Seeds of each group: 0, 1, ….
    public let seeds: Int
    /// The runs, in the order of the artefacts: first one seed of everything an artefact needs, then the next.
    public let runs: [PlannedRun]

    /// Plans.
    ///
    /// - Parameters:
    ///   - artefacts: what is to be made.
    ///   - seeds: runs of each group, at least 1; an artefact of one seed takes the first.
    public init(_ artefacts: [Artefact], seeds: Int) {
        require(seeds >= 1, "a plan of \(seeds) seeds")
        self.artefacts = artefacts
        self.seeds = seeds
        var (runs, known): ([PlannedRun], [RunIdentity: Int]) = ([], [:])
        for artefact in artefacts {
            for seed in 0..<(artefact.isOfOneSeed ? 1 : seeds) {
                for run in artefact.groups.map({ $0.run(seed: seed) }) {
                    if let index = known[run.identity] {
                        // Another artefact may ask for more of the same run.
                        runs[index].analyses.formUnion(run.analyses)
                    } else {
                        known[run.identity] = runs.count
                        runs.append(run)
                    }
                }
            }
        }
        self.runs = runs
    }

    /// The run of a name.
    ///
    /// - Throws: `Failure` of kind `.usage` where there is none.
    public func run(named name: String) throws -> PlannedRun {
        guard let run = runs.first(where: { $0.name == name }) else {
            throw Failure(
                .usage, "--run: expected a run of the plan, found \(name); 'reproduce --plan' lists them, one a line")
        }
        return run
    }
}

/// How long a run takes, roughly: its arithmetic, at a speed.
public struct RunCost: Sendable {
    /// Floating-point operations a second that training and evaluation reach on all threads together.
    public let speed: Double
    /// Training and test images together.
    public let images: Int

    /// A machine of this speed.
    ///
    /// - Parameters:
    ///   - speed: operations a second; positive.
    ///   - images: training and test images together; those of MNIST if not given.
    public init(speed: Double, images: Int = mnistImages) {
        require(speed > 0 && images > 0, "\(images) images at a speed of \(speed) operations a second")
        self.speed = speed
        self.images = images
    }

    /// Training and test images of MNIST.
    public static let mnistImages = 70_000

    /// Seconds of what is to be done of a run.
    ///
    /// - Parameters:
    ///   - run: the run.
    ///   - known: what there is of it; `nil` for nothing.
    ///   - trained: iterations that a checkpoint has behind it.
    public func seconds(of run: PlannedRun, known: RunRecord? = nil, trained: Int = 0) -> Double {
        let share = Double(images) / Double(Self.mnistImages)
        var operations = 0.0
        if known == nil {
            switch run.group.kind {
            case .rawPixels: operations = Self.rawOperations * share
            case .training:
                operations =
                    Double(max(0, run.configuration.training.steps - trained)) * run.configuration.operationsOfIteration
                    + run.configuration.operationsOfEvaluation(images: images)
            }
        }
        for analysis in run.analyses where known?.analyses.has(analysis) != true {
            operations += share * Self.operations(of: analysis)
        }
        return operations / speed
    }

    /// Seconds of what is to be done of a run, if it goes on from its checkpoint.
    ///
    /// - Parameters:
    ///   - run: the run.
    ///   - archive: what is done.
    ///   - reproduction: the reproduction's folder.
    public func seconds(of run: PlannedRun, _ archive: RunArchive, in reproduction: URL) -> Double {
        seconds(
            of: run, known: archive.record(of: run),
            trained: CheckpointStore.steps(in: archive.folder(of: run, in: reproduction)))
    }

    /// What an analysis of a run on MNIST takes in this unit, roughly.
    private static func operations(of analysis: RunGroup.Analysis) -> Double {
        switch analysis {
        case .protocols: 2.2e13
        case .information: 1.7e13
        }
    }

    /// What a classifier on MNIST's raw pixels takes, measured in this unit.
    private static let rawOperations = 4e11
}
