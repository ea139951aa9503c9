import CropExperiment
import Diagnostics

/// Everything that is reproduced: the groups of runs, and the tables, figures and claims that are made of them.
public struct Catalogue: Sendable {
    /// How long runs train.
    public enum Schedule: String, Codable, Sendable {
        /// As long as the recipe says.
        case full
        /// A tenth of that: to see the method at work, not to compare.
        case quick
    }

    /// How long runs train.
    public let schedule: Schedule
    /// Settings that every run has instead of its own, as in `--set`; none for a reproduction of the paper.
    public let changes: [String]

    /// Whether its runs may stand beside the paper's numbers: the whole schedule, and the recipe as it is.
    public var isComparable: Bool { schedule == .full && changes.isEmpty }
    /// Tables, figures and claims, in the order of the page.
    public let artefacts: [Artefact]

    /// The catalogue.
    ///
    /// - Parameters:
    ///   - schedule: how long runs train.
    ///   - changes: settings that every run has instead of its own, as in `--set`.
    /// - Throws: `Failure` of kind `.usage` for a setting that there is not.
    public init(_ schedule: Schedule = .full, changes: [String] = []) throws {
        self.schedule = schedule
        self.changes = changes
        let groups = try Groups(schedule, changes)
        artefacts = try Self.tables(groups) + Self.figures(groups) + Self.claims(groups)
    }

    /// Every group, in the order of the artefacts; each once.
    public var groups: [RunGroup] {
        var known: Set<String> = []
        return artefacts.flatMap(\.groups).filter { known.insert($0.name).inserted }
    }

    /// The artefact of a kind with a name.
    ///
    /// - Throws: `Failure` of kind `.usage` that lists the names that there are.
    public func artefact(_ kind: Artefact.Kind, _ name: String) throws -> Artefact {
        let known = artefacts.filter { $0.kind == kind }
        guard let found = known.first(where: { $0.name == name }) else {
            throw Failure(
                .usage,
                "--\(kind.rawValue): expected \(known.map(\.name).joined(separator: ", ")), found \(name); "
                    + "'reproduce --list' shows all")
        }
        return found
    }

    /// The groups that several artefacts share.
    struct Groups {
        /// How long runs train.
        let schedule: Schedule
        /// Settings of every run.
        let changes: [String]
        /// Table 1.
        let derivedOurs, derivedSimCLR, derivedRaw: RunGroup
        /// Both methods on the derived data with every setting at its default: less work than Table 1's, and what its settings, and
        /// those of some claims, are compared with.
        let defaultOurs, defaultSimCLR: RunGroup
        /// Table 2.
        let originalOurs, originalSimCLR, originalRaw: RunGroup
        /// Ours of Table 2 with a P(T|X) that moves ten times and three times as fast.
        let originalOursFaster: [RunGroup]

        init(_ schedule: Schedule, _ changes: [String]) throws {
            self.schedule = schedule
            self.changes = changes
            func group(
                _ name: String, _ label: String, _ kind: RunGroup.Kind = .training, _ method: RunMethod,
                _ base: ExperimentConfiguration
            ) throws -> RunGroup {
                try RunGroup(
                    name, label, kind: kind, base: Self.scaled(base, method, schedule), changes: changes)
            }
            let (derived, original) = (ExperimentConfiguration(), ExperimentConfiguration.original)
            defaultOurs = try group("default-ours", "Ours, default settings", .training, .ours, derived)
            defaultSimCLR = try group("default-simclr", "SimCLR, default settings", .training, .simclr, derived)
            derivedOurs = try RunGroup(
                "derived-ours", "Ours", base: defaultOurs.configuration,
                settings: Self.tableSettings + Self.tableSettingsOfOurs
                    + ["training.steps=\(schedule == .quick ? 500 : 5_000)"],
                changes: changes)
            derivedSimCLR = try RunGroup(
                "derived-simclr", "SimCLR", base: defaultSimCLR.configuration, settings: Self.tableSettings,
                changes: changes)
            derivedRaw = try group("derived-raw", "Raw pixels", .rawPixels, .simclr, derived)
            originalOurs = try group("original-ours", "Ours", .training, .ours, original)
            originalOursFaster = try ["0.0001", "0.00003"].map { [originalOurs] rate in
                try RunGroup(
                    "original-ours-rate-\(rate)", "Ours", base: originalOurs.configuration,
                    settings: ["training.augmentationLearningRate=\(rate)"], changes: changes)
            }
            originalSimCLR = try group("original-simclr", "SimCLR", .training, .simclr, original)
            originalRaw = try group("original-raw", "Raw pixels", .rawPixels, .simclr, original)
        }

        /// The recipe of a method, with the steps of the schedule.
        static func scaled(
            _ base: ExperimentConfiguration, _ method: RunMethod, _ schedule: Schedule
        ) -> ExperimentConfiguration {
            var configuration = base
            configuration.method = method
            if schedule == .quick { configuration.training.steps = max(1, configuration.training.steps / 10) }
            return configuration
        }

        /// What both methods have in Table 1: filters of f's third layer that see a whole digit, on maps with a stride of the crops
        /// around them.
        private static let tableSettings = ["intermediateEncoder.filterSide=5", "intermediateEncoder.padding=1"]

        /// What ours has in Table 1 besides. P(T|X) becomes narrow where its update has more views and counts each with itself, as (2)
        /// does where P(T|x) is the distribution on them; it is nearer to the digit's middle where it begins slowly, and drifts off it
        /// unless it ends in time. h begins anew when it does, and trains for as many steps as simCLR's. Less weight decay leaves f
        /// larger.
        private static let tableSettingsOfOurs = [
            "objective.augmentationPositives=allViews", "training.augmentationViews=32",
            "training.augmentationWarmUp=0.4", "training.augmentationEnd=0.4", "training.representationRestart=0.4",
            "training.weightDecay=0.3",
        ]

        private static let noDecay = "training.weightDecay=0"

        /// A group of default settings without weight decay.
        func undecayed(_ group: RunGroup) throws -> RunGroup {
            try RunGroup(
                "\(group.name)-undecayed", "\(group.label), no weight decay", base: group.configuration,
                settings: group.settings + [Self.noDecay], changes: changes)
        }

        /// A group of default settings, or of Table 2, without weight decay, and with maps of f that are not padded.
        func unpadded(_ group: RunGroup) throws -> RunGroup {
            try RunGroup(
                "\(group.name)-unpadded", "\(group.label), not padded", base: group.configuration,
                settings: group.settings + ["intermediateEncoder.padding=0", Self.noDecay], changes: changes)
        }

        /// What the runs that compare settings with each other have in common: fewer steps than the tables' and maps of f that are
        /// not padded, which is less work, so that there can be many; and no weight decay, which came later than most of them.
        var comparisonSettings: [String] {
            [
                "training.steps=\(schedule == .quick ? 100 : 1_000)", "intermediateEncoder.padding=0",
                Self.noDecay,
            ]
        }

        /// A group that is compared with ``baseline()``: the derived data, ``comparisonSettings``, some settings changed.
        func variation(
            _ name: String, _ label: String, _ method: RunMethod = .ours, _ settings: [String] = []
        ) throws -> RunGroup {
            try RunGroup(
                name, label, base: Self.scaled(ExperimentConfiguration(), method, .full),
                settings: comparisonSettings + settings, changes: changes)
        }

        /// What the variations are compared with: the recipe with ``comparisonSettings``.
        func baseline(_ method: RunMethod = .ours) throws -> RunGroup {
            try variation("short-\(method.rawValue)", "recipe", method)
        }
    }
}
