/// Finds a simple sequence of decisions that still fails: shorter first, then smaller numbers.
struct Shrinker {
    /// Runs the law on a sequence; the decisions it used when it fails, `nil` when it passes or discards.
    let failingChoices: ([UInt64]) -> [UInt64]?
    /// How many runs remain; shrinking stops when they are used up.
    var budget: Int
    /// How many times a simpler failure was found.
    private(set) var steps = 0

    init(budget: Int, failingChoices: @escaping ([UInt64]) -> [UInt64]?) {
        self.budget = budget
        self.failingChoices = failingChoices
    }

    /// The simplest failing sequence that was found from `choices`.
    mutating func shrink(_ choices: [UInt64]) -> [UInt64] {
        var best = choices
        var previous: [UInt64]
        repeat {
            previous = best
            deleteBlocks(&best)
            zeroBlocks(&best)
            lowerEach(&best)
            lowerAndDelete(&best)
        } while best != previous && budget > 0
        return best
    }

    private mutating func accept(_ candidate: [UInt64], over best: inout [UInt64]) -> Bool {
        guard budget > 0, Shrinker.isSimpler(candidate, best) else { return false }
        budget -= 1
        guard let used = failingChoices(candidate), Shrinker.isSimpler(used, best) else { return false }
        best = used
        steps += 1
        return true
    }

    static func isSimpler(_ left: [UInt64], _ right: [UInt64]) -> Bool {
        left.count != right.count ? left.count < right.count : left.lexicographicallyPrecedes(right)
    }

    private mutating func deleteBlocks(_ best: inout [UInt64]) {
        for size in [16, 8, 4, 2, 1] {
            var start = 0
            while start + size <= best.count, budget > 0 {
                var candidate = best
                candidate.removeSubrange(start..<start + size)
                if !accept(candidate, over: &best) { start += size }
            }
        }
    }

    private mutating func zeroBlocks(_ best: inout [UInt64]) {
        for size in [16, 4, 2] {
            var start = 0
            while start + size <= best.count, budget > 0 {
                var candidate = best
                for index in start..<start + size { candidate[index] = 0 }
                _ = accept(candidate, over: &best)
                start += size
            }
        }
    }

    private mutating func lowerEach(_ best: inout [UInt64]) {
        var index = 0
        while index < best.count, budget > 0 {
            lower(index, &best)
            index += 1
        }
    }

    /// The smallest value at `index` that still fails, by bisection from below.
    private mutating func lower(_ index: Int, _ best: inout [UInt64]) {
        var candidate = best
        guard best[index] > 0 else { return }
        candidate[index] = 0
        if accept(candidate, over: &best) { return }
        var passing: UInt64 = 0
        while index < best.count, best[index] > passing + 1, budget > 0 {
            candidate = best
            candidate[index] = passing + (best[index] - passing) / 2
            let middle = candidate[index]
            if !accept(candidate, over: &best) { passing = middle }
        }
    }

    /// Fewer elements: a count goes down by one, and the decisions of one element go with it.
    private mutating func lowerAndDelete(_ best: inout [UInt64]) {
        var index = 0
        while index < best.count, budget > 0 {
            if (1...16).contains(best[index]) {
                for size in 1...6 where index + size < best.count {
                    var candidate = best
                    candidate[index] -= 1
                    candidate.removeSubrange(index + 1...index + size)
                    if accept(candidate, over: &best) { break }
                }
            }
            index += 1
        }
    }
}
