import Foundation
import PropertyTesting
import Synchronization
import Tensors
import Testing

/// A campaign that `swift test` runs a slice of, and `.ci/reliability` all of.
///
/// `TAC_CAMPAIGN` names the folder that gets the figures and asks for all; `TAC_PROPERTY_SEED` draws another slice.
enum Campaign {
    /// Where the figures go; `nil` where a slice is enough.
    static var folder: URL? {
        ProcessInfo.processInfo.environment["TAC_CAMPAIGN"].map { URL(fileURLWithPath: $0, isDirectory: true) }
    }

    /// What `TAC_FAULT` asks to replay, such as `train 17 EIO`: a scenario and a fault.
    static func replayed(_ scenario: Scenario) -> String?? {
        guard let text = ProcessInfo.processInfo.environment["TAC_FAULT"] else { return nil }
        return .some(text.hasPrefix(scenario.name + " ") ? String(text.dropFirst(scenario.name.count + 1)) : nil)
    }

    /// What a command went through.
    struct Row: Codable, Equatable, Sendable {
        /// The scenario's name.
        let command: String
        /// The calls of an undisturbed run.
        let calls: Int
        /// How often the command was disturbed.
        let attempts: Int
        /// How often it ended as if nothing had been.
        let absorbed: Int
        /// How often it ended with one line and a status, or was killed, and the next attempt ended well.
        let recovered: Int
        /// How often anything was lost, left behind or wrong.
        let lost: Int
    }

    /// Draws `count` of some values, in the order in which they come.
    static func slice<Value>(_ values: [Value], count: Int, purpose: String) throws -> [Value] {
        let seed = try PropertySettings.fromEnvironment().seed
        var random = PhiloxGenerator(seed: seed, purpose: purpose)
        return random.permutation(of: values.count).prefix(count).sorted().map { values[$0] }
    }

    /// Plays a scenario with each of some faults, two at a time, and reports what is wrong with the command that replays it.
    static func play(_ faults: [Subject.Fault], on subject: Subject, test: String) -> Row {
        let counts = Mutex((absorbed: 0, recovered: 0, lost: 0))
        DispatchQueue.concurrentPerform(iterations: faults.count) { index in
            let fault = faults[index]
            let outcome = Result { try subject.play(fault) }
            let problems =
                switch outcome {
                case .success(let outcome): outcome.faults
                case .failure(let error): ["\(error)"]
                }
            let isAbsorbed = (try? outcome.get().isAbsorbed) == true
            counts.withLock {
                if !problems.isEmpty { $0.lost += 1 } else if isAbsorbed { $0.absorbed += 1 } else { $0.recovered += 1 }
            }
            if !problems.isEmpty {
                print(
                    "\(subject.scenario.name), call \(fault.call.number) (\(fault.call.name)) meets "
                        + "\(fault.disturbance.rawValue):\n  \(problems.joined(separator: "\n  "))\n"
                        + "  replay: TAC_FAULT='\(subject.scenario.name) \(fault)' swift test --filter \(test)")
            }
        }
        let (absorbed, recovered, lost) = counts.withLock { $0 }
        return Row(
            command: subject.scenario.name, calls: subject.calls.count, attempts: faults.count, absorbed: absorbed,
            recovered: recovered, lost: lost)
    }

    /// Writes figures into the campaign's folder, if there is one.
    static func write(_ figures: some Encodable, as name: String) throws {
        guard let folder else { return }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try (encoder.encode(figures) + Data("\n".utf8)).write(to: folder.appendingPathComponent(name))
    }
}
