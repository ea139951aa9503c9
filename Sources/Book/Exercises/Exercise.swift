import Foundation
import Proposition1
import Synchronization

/// An exercise of the book, with an answer that the program checks.
///
/// No answer is written down where it can be computed: it is computed by the library when it is asked for, so that it cannot
/// go stale.
public struct Exercise: Sendable {
    /// What was said of an answer.
    public struct Judgement: Equatable, Sendable {
        /// Whether the answer is right.
        public let isRight: Bool
        /// Why, in a sentence that does not give the solution away.
        public let reason: String

        static func right(_ reason: String) -> Judgement { Judgement(isRight: true, reason: reason) }
        static func wrong(_ reason: String) -> Judgement { Judgement(isRight: false, reason: reason) }
    }

    /// What an answer is.
    enum Answer: Sendable {
        /// A number within a tolerance of the value, with other values that betray a known slip.
        case number(unit: String, tolerance: Tolerance, slips: [Slip], value: @Sendable (Workbench) throws -> Double)
        /// The path of a channel file; the function says what it does not meet.
        case channel(model: String, check: @Sendable (Submission, Workbench) throws -> String?)
        /// A name that stands in a file of the project.
        case name(model: String, alternatives: [String], place: String, hint: String)
    }

    /// How far a number may be off.
    enum Tolerance: Sendable {
        case relative(Double)
        case absolute(Double)
        /// A whole number, exactly.
        case whole
    }

    /// A wrong number that has a known cause.
    struct Slip: Sendable {
        let reason: String
        let value: @Sendable (Workbench) throws -> Double

        init(_ reason: String, _ value: @escaping @Sendable (Workbench) throws -> Double) {
            (self.reason, self.value) = (reason, value)
        }
    }

    /// A channel that was handed in, and its quantities.
    struct Submission: Sendable {
        let channel: FiniteChannel
        let evaluation: Evaluation

        var information: Double { evaluation.informationByEquation2.value }
        var bound: Double { evaluation.jensenBound.value }
    }

    /// Its number in the book, from 1.
    public let number: Int
    /// The chapter that asks it.
    public let chapter: Int
    /// What it is about, in a few words.
    public let title: String
    let answer: Answer

    init(_ number: Int, chapter: Int, _ title: String, _ answer: Answer) {
        (self.number, self.chapter, self.title, self.answer) = (number, chapter, title, answer)
    }

    /// What an answer looks like.
    public var form: String {
        switch answer {
        case .number(let unit, let tolerance, _, _):
            switch tolerance {
            case .whole: "a whole number"
            case .relative(let share): "a number\(unit), right to \(percent(share))"
            case .absolute(let distance): "a number\(unit), right to \(distance)"
            }
        case .channel: "the path of a channel file"
        case .name(_, _, let place, _): "a name that stands in \(place)"
        }
    }

    private func percent(_ share: Double) -> String {
        let percentage = 100 * share
        return percentage == percentage.rounded() ? "\(Int(percentage))%" : "\(percentage)%"
    }
}

/// What exercises are checked with.
struct Workbench: Sendable {
    /// The project's folder.
    let root: URL
    /// The book's channels.
    let channels: Channels
    /// Numbers that take a while, by name.
    private let kept = Kept()

    init(root: URL, channels: Channels) { (self.root, self.channels) = (root, channels) }

    /// A number that is computed once.
    func once(_ name: String, _ value: () throws -> Double) rethrows -> Double {
        if let known = kept.values.withLock({ $0[name] }) { return known }
        let value = try value()
        kept.values.withLock { $0[name] = value }
        return value
    }

    private final class Kept: Sendable {
        let values = Mutex<[String: Double]>([:])
    }
}
