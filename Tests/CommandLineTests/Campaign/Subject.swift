import Foundation
import Testing

/// A scenario that was played once without disturbance, and can be played again with one.
final class Subject: Sendable {
    let scenario: Scenario
    /// The calls on the folder, in their order.
    let calls: [SystemCall]
    /// The folder before and after the command.
    let before: Snapshot
    let after: Snapshot
    /// Holds the folder as it is before the command.
    private let template: Program

    /// One disturbance: which call, and what it meets. Its text is what a replay is asked for with.
    struct Fault: Sendable, CustomStringConvertible {
        let call: SystemCall
        let disturbance: Disturbance
        var description: String { "\(call.number) \(disturbance.rawValue)" }
    }

    /// What came of a disturbance.
    struct Outcome: Sendable {
        /// Whether the command ended as if nothing had been, with the same files.
        let isAbsorbed: Bool
        /// What is wrong; empty where all is as it should be.
        let faults: [String]
    }

    /// Makes the folder and plays the scenario once.
    init(_ scenario: Scenario) throws {
        self.scenario = scenario
        template = try Program()
        try FileManager.default.createDirectory(
            at: template.file(Scenario.watched), withIntermediateDirectories: true)
        for (path, text) in scenario.files {
            let file = template.file(path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        for arguments in scenario.earlier {
            let outcome = try template.start(arguments).finish()
            try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
        }
        before = try Snapshot(of: template.file(Scenario.watched))
        let program = try Self.copy(of: template, scenario)
        let outcome = try program.start(scenario.arguments, wrapper: Self.wrapper(program)).finish()
        try #require(outcome.status == 0, "\(scenario.arguments): \(outcome.errors)")
        after = try Snapshot(of: program.file(Scenario.watched))
        try #require(after != before, "\(scenario.name) writes nothing")
        calls = try String(contentsOf: program.file("calls"), encoding: .utf8).split(separator: "\n")
            .compactMap(SystemCall.init)
        try #require(calls.contains { $0.name == "rename" }, "the library sees no writing: \(calls)")
    }

    /// Every error that every call may meet; kills apart.
    var faults: [Fault] {
        calls.filter { $0.isWriting || !scenario.isReadUndisturbed }
            .flatMap { call in Disturbance.possible(for: call).map { Fault(call: call, disturbance: $0) } }
    }

    /// The fault that a replay asks for, such as `17 EIO`.
    func fault(_ text: String) -> Fault? {
        let words = text.split(separator: " ")
        guard words.count == 2, let number = Int(words[0]), calls.indices.contains(number - 1) else { return nil }
        return Disturbance(rawValue: String(words[1])).map { Fault(call: calls[number - 1], disturbance: $0) }
    }

    /// Plays the scenario with one disturbance, and then again without.
    func play(_ fault: Fault) throws -> Outcome {
        let program = try Self.copy(of: template, scenario)
        let folder = program.file(Scenario.watched)
        let outcome = try program.start(scenario.arguments, wrapper: Self.wrapper(program, fault)).finish()
        let left = try Snapshot(of: folder)
        var faults: [String] = []
        // Where removing a temporary file is what failed, or the process is no more, the file is still there.
        let isKill = fault.disturbance == .kill
        let allowsLeftovers = isKill || ["unlink", "unlinkat", "remove"].contains(fault.call.name)
        if outcome.status == 0 && !isKill {
            faults += left.differences(from: after, allowsLeftovers: allowsLeftovers)
        } else {
            faults += complaints(about: outcome, fault)
            faults += left.faults(between: before, and: after, allowsLeftovers: allowsLeftovers)
        }
        if scenario.isOnce && left == after { return Outcome(isAbsorbed: outcome.status == 0, faults: faults) }
        let again = try program.start(scenario.arguments).finish()
        if again.status != 0 { faults.append("the next attempt ends with \(again.status): \(again.lastError)") }
        faults += try Snapshot(of: folder).differences(
            from: after, allowsLeftovers: allowsLeftovers && scenario.keepsLeftovers
        ).map { "after the next attempt, \($0)" }
        return Outcome(isAbsorbed: outcome.status == 0, faults: faults)
    }

    /// What is wrong with how a disturbed command ended.
    private func complaints(about outcome: Program.Outcome, _ fault: Fault) -> [String] {
        if fault.disturbance == .kill {
            return outcome.status == 128 + SIGKILL ? [] : ["killed, it ends with \(outcome.status)"]
        }
        var faults: [String] = []
        if fault.disturbance.isHarmless { faults.append("it did not go on: \(outcome.lastError)") }
        // What cannot be opened for reading is an input that is missing.
        let statuses: [Int32] = fault.call.isWriting ? [74] : [74, 66]
        if !statuses.contains(outcome.status) {
            faults.append("status \(outcome.status), expected \(statuses): \(outcome.errors)")
        }
        let complaints = outcome.errors.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("tac-reference: ") }
        if complaints.count != 1 || complaints[0] != outcome.lastError {
            faults.append("expected one last line with the reason, found \(outcome.errors)")
        }
        return faults
    }

    private static func copy(of template: Program, _ scenario: Scenario) throws -> Program {
        let program = try Program()
        try FileManager.default.copyItem(at: template.file(Scenario.watched), to: program.file(Scenario.watched))
        for path in scenario.files.keys where !path.contains("/") {
            try FileManager.default.copyItem(at: template.file(path), to: program.file(path))
        }
        return program
    }

    private static func wrapper(_ program: Program, _ fault: Fault? = nil) throws -> String {
        let folder = program.folder.resolvingSymlinksInPath()
        var variables = [
            "FAULT_FOLDER": folder.appendingPathComponent(Scenario.watched).path,
            "LD_PRELOAD": try FaultLibrary.file.get().path,
        ]
        if let fault {
            variables["FAULT_AT"] = "\(fault.call.number)"
            variables["FAULT_WITH"] = fault.disturbance.value
        } else {
            variables["FAULT_LOG"] = folder.appendingPathComponent("calls").path
        }
        return "export " + variables.map { "\($0)='\($1)'" }.joined(separator: " ")
    }
}
