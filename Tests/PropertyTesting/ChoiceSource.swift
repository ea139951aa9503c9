import Diagnostics
import Tensors

/// Where generators take their decisions from: a random stream whose decisions are recorded, or a recorded sequence.
///
/// Every decision is a whole number in `0...limit`, and **0 is the simplest**. A value is a function of its decisions, so
/// that the harness shrinks the sequence of numbers and knows nothing of the values: shrinking needs no code in a
/// generator, and a shrunk value obeys every constraint that the generator builds in.
///
/// Reference: MacIver & Donaldson, *Test-case reduction via test-case generation*, ECOOP 2020.
public struct ChoiceSource {
    private var random: PhiloxGenerator
    private let recorded: [UInt64]?
    /// The decisions so far.
    public private(set) var choices: [UInt64] = []

    /// A source of fresh decisions, drawn from `random`.
    public init(_ random: PhiloxGenerator) {
        self.random = random
        recorded = nil
    }

    /// A source that repeats `choices`, each cut to its limit, and then answers 0.
    public init(replaying choices: [UInt64]) {
        random = PhiloxGenerator(seed: 0)
        recorded = choices
    }

    /// The next decision, in `0...limit`; fresh ones come from `draw`, which must stay in that range.
    public mutating func choose(upTo limit: UInt64, draw: (inout PhiloxGenerator) -> UInt64) -> UInt64 {
        let choice: UInt64
        if let recorded {
            choice = choices.count < recorded.count ? min(recorded[choices.count], limit) : 0
        } else {
            choice = draw(&random)
            require(choice <= limit, "expected a draw of at most \(limit), found \(choice)")
        }
        choices.append(choice)
        return choice
    }

    /// The next decision, uniform in `0...limit`.
    public mutating func choose(upTo limit: UInt64) -> UInt64 {
        choose(upTo: limit) { $0.integer(upTo: limit) }
    }

    /// An index into `weights`, drawn in proportion to them.
    ///
    /// - Precondition: the weights are whole, not negative, and not all zero.
    public mutating func choose(weights: [Int]) -> Int {
        let total = weights.reduce(0, +)
        require(total > 0 && weights.allSatisfy { $0 >= 0 }, "expected positive weights, found \(weights)")
        let index = choose(upTo: UInt64(weights.count - 1)) { random in
            var remaining = random.uniformInteger(below: total)
            for (index, weight) in weights.enumerated() {
                if remaining < weight { return UInt64(index) }
                remaining -= weight
            }
            return 0
        }
        return Int(index)
    }
}

extension RandomNumberGenerator {
    /// A whole number, uniform on 0...limit.
    mutating func integer(upTo limit: UInt64) -> UInt64 {
        limit == .max ? next() : uniformInteger(below: limit + 1)
    }
}
