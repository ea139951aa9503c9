import Foundation

/// The suite's seed and what may be asked of it from outside.
public struct PropertySettings: Sendable {
    /// The seed that every run uses unless the environment names another.
    public static let fixedSeed: UInt64 = 20_220_501

    /// The suite's seed.
    public var seed: UInt64
    /// The only case to run, where a failure is replayed.
    public var onlyCase: Int?
    /// What is added to the tolerance of every comparison. A test of a law sets it: a law whose tolerances are useless
    /// notices nothing, and whoever relies on that law must complain.
    public var extraTolerance: Double

    /// Settings with an explicit seed.
    public init(seed: UInt64 = PropertySettings.fixedSeed, onlyCase: Int? = nil, extraTolerance: Double = 0) {
        self.seed = seed
        self.onlyCase = onlyCase
        self.extraTolerance = extraTolerance
    }

    /// The settings of this process: `TAC_PROPERTY_SEED` overrides the seed, `TAC_PROPERTY_CASE` picks one case.
    ///
    /// - Throws: `PropertyFailure` when a variable is set to something that is not a whole number.
    public static func fromEnvironment(
        _ environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> PropertySettings {
        var settings = PropertySettings()
        if let text = environment["TAC_PROPERTY_SEED"] {
            guard let seed = UInt64(text) else { throw badVariable("TAC_PROPERTY_SEED", text) }
            settings.seed = seed
        }
        if let text = environment["TAC_PROPERTY_CASE"] {
            guard let index = Int(text), index >= 0 else { throw badVariable("TAC_PROPERTY_CASE", text) }
            settings.onlyCase = index
        }
        return settings
    }

    private static func badVariable(_ name: String, _ text: String) -> PropertyFailure {
        PropertyFailure(report: "\(name) is \"\(text)\"; expected a whole number that is not negative")
    }
}

/// What a property's check throws: a report for its reader.
public struct PropertyFailure: Error, CustomStringConvertible, Equatable, Sendable {
    /// The report, of several lines.
    public let report: String
    /// What did not hold for the reported value, in numbers; empty where no case failed but the cases themselves are at
    /// fault.
    public let failures: [Trial.Failure]

    /// A failure with its report.
    public init(report: String, failures: [Trial.Failure] = []) {
        self.report = report
        self.failures = failures
    }

    /// The report.
    public var description: String { report }
}
