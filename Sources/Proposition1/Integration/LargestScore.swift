import Diagnostics

extension ReducedChannel {
    /// The largest |βS(z, h)| that counts, in nats: β on the sphere; for the Gaussian β/2 times the squared distance between
    /// a z nine standard deviations out on each axis and any mean.
    var largestScore: Double {
        guard family.kind == .gaussian else { return family.beta }
        let radius = means.map { compensatedDot($0, $0).squareRoot() }.max() ?? 0
        let reach = 2 * radius * family.beta.squareRoot() + 9 * max(1, Double(rank)).squareRoot()
        return reach * reach / 2
    }

    /// The largest difference of two codes' scores at one z, in nats: on the sphere anywhere, for the Gaussian out to where the
    /// density around a code has fallen by e^(−depth).
    func largestDifferenceOfScores(atDepth depth: Double) -> Double {
        var squared = 0.0
        for (index, first) in means.enumerated() {
            for second in means[..<index] {
                let apart = zip(first, second).map { $0 - $1 }
                squared = max(squared, compensatedDot(apart, apart))
            }
        }
        guard family.kind == .gaussian else { return family.beta * squared.squareRoot() }
        let distance = (family.beta * squared).squareRoot()
        return distance * ((2 * depth).squareRoot() + 1 + distance / 2)
    }

    /// Requires a quantity to be a number.
    ///
    /// - Throws: `Failure` of kind `.badData` that says how large the scores are: beyond the range of a double, or without
    ///   a digit after the point, they leave no density to integrate.
    func requireFinite(_ value: Double) throws {
        guard value.isFinite else {
            throw Failure(
                .badData,
                "channel: a quantity is \(value.isNaN ? "not a number" : "\(value)"), expected a finite one: the scores "
                    + "βS reach \(largestScore) nats, expected 1e12 at most; make \"beta\" or the codes' distances smaller"
            )
        }
    }
}
