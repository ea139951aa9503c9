import Diagnostics
import Drawing
import Foundation
import GSLNumerics
import Proposition1

extension Exercise {
    /// Judges an answer.
    ///
    /// - Parameter text: a number, a path (seen from the current folder) or a name, as ``form`` says.
    /// - Throws: `Failure`: a number that is none, or a file that cannot be read.
    func judge(_ text: String, _ bench: Workbench) throws -> Judgement {
        switch answer {
        case .number(_, let tolerance, let slips, let value):
            return try judge(number: text, tolerance, slips, value, bench)
        case .channel(_, let check):
            return try judge(channel: text, check, bench)
        case .name(let model, let alternatives, let place, let hint):
            return try judge(name: text, [model] + alternatives, place, hint, bench)
        }
    }

    /// The answer of the book's own solution, as a solution shows it.
    func modelAnswer(_ bench: Workbench) throws -> String {
        switch answer {
        case .number(_, .whole, _, let value): return "\(Int(try value(bench).rounded()))"
        case .number(_, _, _, let value): return Format.significant(try value(bench), digits: 4)
        case .channel(let model, _): return "docs/book/channels/\(model).json"
        case .name(let model, _, _, _): return model
        }
    }

    private func judge(
        number text: String, _ tolerance: Tolerance, _ slips: [Slip],
        _ value: (Workbench) throws -> Double, _ bench: Workbench
    ) throws -> Judgement {
        guard let found = Exercise.number(text) else {
            throw Failure(.badData, "exercise \(number): expected \(form), found \(JSONValue.quoted(text))")
        }
        func isNear(_ expected: Double) -> Bool {
            switch tolerance {
            case .whole: found == expected.rounded()
            case .absolute(let distance): (found - expected).magnitude <= distance
            case .relative(let share): (found - expected).magnitude <= share * expected.magnitude
            }
        }
        let expected = try value(bench)
        if isNear(expected) { return .right("the library computes the same, to the precision that was asked for") }
        for slip in slips where try isNear(slip.value(bench)) { return .wrong(slip.reason) }
        if isNear(-expected) { return .wrong("the size is right, the sign is not") }
        if isNear(expected * log(2)) || isNear(expected / log(2)) {
            return .wrong("off by a factor of log 2: the book's unit is the nat, not the bit")
        }
        let size = (found - expected).magnitude
        let isClose = size <= 0.1 * expected.magnitude
        return .wrong((found > expected ? "too large" : "too small") + (isClose ? ", but by less than a tenth" : ""))
    }

    /// A number as one types it: `0.5`, `1e-3`, `−2`, `1.25×10⁻⁵`.
    static func number(_ text: String) -> Double? {
        let raised = Dictionary(uniqueKeysWithValues: zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
        let plain = String(
            text.trimmingCharacters(in: .whitespaces).replacing("−", with: "-").replacing("×10^", with: "e")
                .replacing("×10", with: "e").map { raised[$0] ?? $0 })
        guard let value = Double(plain), value.isFinite else { return nil }
        return value
    }

    private func judge(
        channel path: String, _ check: (Submission, Workbench) throws -> String?, _ bench: Workbench
    ) throws -> Judgement {
        let channel = try ChannelFile.read(URL(fileURLWithPath: path, relativeTo: nil))
        let verdict: ChannelVerdict
        do {
            verdict = try ChannelVerdict(name: path, purpose: "", channel: channel)
        } catch let error as GSLError {
            throw Failure(.badData, "\(path): an integral failed: \(error)")
        }
        if let failure = verdict.failures.first { return .wrong("Proposition 1 is not verified: \(failure)") }
        let submission = Submission(channel: channel, evaluation: verdict.evaluation)
        if let unmet = try check(submission, bench) { return .wrong(unmet) }
        return .right("Proposition 1 is verified for this channel, and it has what was asked for")
    }

    private func judge(
        name text: String, _ accepted: [String], _ place: String, _ hint: String, _ bench: Workbench
    ) throws -> Judgement {
        func plain(_ name: String) -> String {
            name.lowercased().filter { !$0.isWhitespace && !"`'\"“”.".contains($0) }
        }
        // An answer that the file no longer holds is none.
        let file = try String(contentsOf: bench.root.appendingPathComponent(place), encoding: .utf8)
        guard let model = accepted.first, file.contains(model) else {
            throw Failure(.software, "exercise \(number): \(place) no longer contains its answer")
        }
        if accepted.contains(where: { plain($0) == plain(text) }) { return .right("it stands in \(place)") }
        let exists = file.contains(text.trimmingCharacters(in: .whitespaces))
        return .wrong(exists ? "it stands in \(place), but is another one; \(hint)" : "it is not in \(place); \(hint)")
    }
}
