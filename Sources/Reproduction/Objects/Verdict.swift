import Tensors

/// What a comparison with the paper came to.
public enum Verdict: String, Codable, CaseIterable, Sendable {
    /// Within two standard errors of the paper's number; or the paper's claim holds by its rule.
    case reproduced
    /// A claim of this project, not of the paper, holds by its rule.
    case holds
    /// Beyond the paper's number, in the direction that the paper's argument needs.
    case exceeded
    /// Neither.
    case different
    /// A figure, which has no number to compare.
    case drawn
    /// Measured on runs that do not stand beside the paper's numbers: of a shorter schedule, other settings or other data.
    case uncompared = "not compared"
    /// The runs are not there yet.
    case missing = "not measured"
}

/// A number of the paper, and in which direction more of it supports the paper.
public struct PaperExpectation: Equatable, Sendable {
    /// What would be more than a reproduction.
    public enum Direction: String, Codable, Sendable {
        /// A greater number: an accuracy of the paper's method.
        case upwards
        /// A smaller number: an accuracy of simCLR, whose collapse the paper shows.
        case downwards
        /// None: a number that does not depend on the method.
        case none
    }

    /// The paper's number.
    public let paper: PaperValue
    /// What would be more.
    public let direction: Direction

    /// A number with its direction.
    public init(paper: PaperValue, direction: Direction) {
        self.paper = paper
        self.direction = direction
    }

    /// The standard error of our mean less the paper's, from both spreads; the paper's means are over 4 seeds. A number that
    /// the paper states without its spread counts as exact, and a single run of ours as spreading like the paper's.
    func standardError(of here: SampleStatistics) -> Double? {
        let theirs = paper.deviation.map { $0 * $0 / 4 }
        let ours =
            here.count > 1
            ? here.variance / Double(here.count) : paper.deviation.map { $0 * $0 }
        guard let ours else { return nil }
        return (ours + (theirs ?? 0)).squareRoot()
    }

    /// (our mean − the paper's) / standard error; `nil` where there is no spread at all.
    public func standardErrors(of here: SampleStatistics) -> Double? {
        guard let error = standardError(of: here), error > 0 else { return nil }
        return (here.mean - paper.mean) / error
    }

    /// Standard errors of the difference within which a number is reproduced.
    public static let tolerance = 2.0

    /// The verdict on our number.
    public func verdict(on here: SampleStatistics?) -> Verdict {
        guard let here else { return .missing }
        let difference = here.mean - paper.mean
        // Half a unit of the paper's last digit is no difference in any case.
        let limit = max((standardError(of: here) ?? 0) * Self.tolerance, paper.halfDigit)
        if abs(difference) <= limit { return .reproduced }
        switch direction {
        case .upwards: return difference > 0 ? .exceeded : .different
        case .downwards: return difference < 0 ? .exceeded : .different
        case .none: return .different
        }
    }
}
