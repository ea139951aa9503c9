import CropExperiment
import Digits

/// One configuration of the reproduction, run with several seeds: what a row of a table stands for.
public struct RunGroup: Hashable, Sendable {
    /// What a run of the group does.
    public enum Kind: String, Codable, Hashable, Sendable {
        /// Trains by Algorithm 1 and evaluates.
        case training
        /// Trains a linear classifier on the pixels of the images.
        case rawPixels
    }

    /// What is measured on a trained run beyond `RunResult`.
    public enum Analysis: String, Codable, CaseIterable, Hashable, Sendable {
        /// The linear evaluation by several protocols.
        case protocols
        /// I(X;Z) of the trained channel.
        case information
    }

    /// The group's name: that of its runs' folders, with the seed behind it.
    public let name: String
    /// What stands in a table.
    public let label: String
    /// What a run does.
    public let kind: Kind
    /// The configuration with seed 0.
    public let configuration: ExperimentConfiguration
    /// What distinguishes it from the defaults of its data and method: settings as the command line takes them.
    public let settings: [String]
    /// What is measured besides, on the run of the first seed.
    public private(set) var analyses: Set<Analysis> = []

    /// A group.
    ///
    /// - Parameters:
    ///   - base: the configuration that `settings` change.
    ///   - settings: as in `--set`.
    ///   - changes: settings of every group, which count more than its own.
    /// - Throws: `Failure` of kind `.usage` for a setting that there is not.
    init(
        _ name: String, _ label: String, kind: Kind = .training, base: ExperimentConfiguration,
        settings: [String] = [], changes: [String] = []
    ) throws {
        var configuration = base
        for setting in settings + changes { try configuration.set(setting) }
        self.name = name
        self.label = label
        self.kind = kind
        self.configuration = configuration
        self.settings = settings
    }

    /// The same group, of which this is measured as well.
    func with(_ analysis: Analysis) -> RunGroup {
        var copy = self
        copy.analyses.insert(analysis)
        return copy
    }

    /// How the images are presented.
    public var variant: DataProvenance.Variant { configuration.variant }

    /// The run of one seed.
    public func run(seed: Int) -> PlannedRun { PlannedRun(group: self, seed: UInt64(seed)) }
}

/// One run of a group.
public struct PlannedRun: Hashable, Sendable {
    /// The group.
    public let group: RunGroup
    /// Fixes every random choice.
    public let seed: UInt64

    /// The name of the run and of its folder.
    public var name: String { "\(group.name)-seed\(seed)" }

    /// The group's configuration with this run's seed.
    public var configuration: ExperimentConfiguration {
        var configuration = group.configuration
        configuration.seed = seed
        return configuration
    }

    /// What is measured on it besides its result.
    public internal(set) var analyses: Set<RunGroup.Analysis>

    /// A run of a group, whose analyses are made of its first seed.
    init(group: RunGroup, seed: UInt64) {
        self.group = group
        self.seed = seed
        analyses = seed == 0 ? group.analyses : []
    }

    /// What makes it one run, whatever its name.
    public var identity: RunIdentity { RunIdentity(kind: group.kind, configuration: configuration) }
}
