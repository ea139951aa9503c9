import Diagnostics
import RealModule

// Draws on top of the words of a generator. The standard library's own (`Int.random(in:)`, `Double.random(in:)`,
// `shuffle`, `randomElement`) may consume other words, or use them otherwise, from one release to the next; the results
// of a run shall not change with the compiler.

extension RandomNumberGenerator {
    /// A whole number, uniform on 0..<bound: the upper half of word · bound.
    ///
    /// Each result has ⌊2⁶⁴/bound⌋ words or one more; by rejecting 2⁶⁴ mod bound of them, which hardly ever happens for
    /// small bounds, all have the same number. D. Lemire, *Fast random integer generation in an interval*, ACM
    /// Transactions on Modeling and Computer Simulation 29(1), 2019, algorithm 5.
    ///
    /// - Precondition: `bound` is positive.
    public mutating func uniformInteger(below bound: UInt64) -> UInt64 {
        require(bound > 0, "a random integer below \(bound)")
        var product = next().multipliedFullWidth(by: bound)
        // The remainder 2⁶⁴ mod bound is below the bound: most words need no division.
        if product.low < bound {
            let rejected = (0 &- bound) % bound
            while product.low < rejected { product = next().multipliedFullWidth(by: bound) }
        }
        return product.high
    }

    /// A whole number, uniform on 0..<bound; see the function of the same name for `UInt64`.
    ///
    /// - Precondition: `bound` is positive.
    public mutating func uniformInteger(below bound: Int) -> Int {
        require(bound > 0, "a random integer below \(bound)")
        return Int(uniformInteger(below: UInt64(bound)))
    }

    /// The numbers 0..<count in random order, every order as probable as any other.
    ///
    /// Fisher–Yates: each place in turn gets one of the numbers that are left. D. E. Knuth, *The art of computer
    /// programming*, volume 2, section 3.4.2, algorithm P.
    ///
    /// - Precondition: `count` is not negative.
    public mutating func permutation(of count: Int) -> [Int] {
        require(count >= 0, "a permutation of \(count) numbers")
        var order = Array(0..<count)
        for place in 0..<max(count - 1, 0) {
            order.swapAt(place, place + uniformInteger(below: count - place))
        }
        return order
    }

    /// A number, uniform on [0, 1): a multiple of 2⁻⁵³.
    public mutating func unitInterval() -> Double { Double.unitInterval(next()) }

    /// Fills memory with independent standard normal variates, by the Box–Muller transform.
    public mutating func fillWithNormals(_ variates: UnsafeMutableBufferPointer<Double>) {
        for index in stride(from: 0, to: variates.count, by: 2) {
            // 1 − u lies in (0, 1], where the logarithm is finite.
            let radius = (-2 * Double.log(1 - unitInterval())).squareRoot()
            let angle = 2 * Double.pi * unitInterval()
            variates[index] = radius * Double.cos(angle)
            if index + 1 < variates.count { variates[index + 1] = radius * Double.sin(angle) }
        }
    }
}
