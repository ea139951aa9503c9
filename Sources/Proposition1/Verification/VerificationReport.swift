import Diagnostics
import Foundation
import GSLNumerics
import Tensors

/// The verdict on one channel.
public struct ChannelVerdict: Sendable {
    /// The channel's name: of a named channel or of the user's file.
    public let name: String
    /// What the channel shows.
    public let purpose: String
    /// Every quantity.
    public let evaluation: Evaluation
    /// What does not hold, a line each; empty when all is well.
    public let failures: [String]

    /// Whether everything holds.
    public var holds: Bool { failures.isEmpty }

    /// Evaluates a channel and checks what Proposition 1 says of it.
    ///
    /// - Throws: `GSLError` when an integral fails.
    public init(
        name: String, purpose: String, channel: FiniteChannel, expectations: [NamedChannel.Expectation] = [],
        settings: QuadratureSettings = QuadratureSettings()
    ) throws {
        self.init(
            name: name, purpose: purpose, evaluation: try Evaluation(channel, settings: settings),
            expectations: expectations)
    }

    package init(
        name: String, purpose: String, evaluation: Evaluation, expectations: [NamedChannel.Expectation]
    ) {
        self.name = name
        self.purpose = purpose
        self.evaluation = evaluation
        failures = ChannelVerdict.statements(evaluation) + expectations.compactMap { $0.failure(evaluation) }
    }

    /// The statements of Proposition 1 that an evaluation contradicts.
    private static func statements(_ evaluation: Evaluation) -> [String] {
        let information = evaluation.informationByEquation2
        var failures: [String] = []
        func agree(_ what: String, _ left: Estimate, _ right: Estimate) {
            if !left.agrees(with: right) {
                failures.append("\(what): \(left) against \(right), apart by \((left.value - right.value).magnitude)")
            }
        }
        agree("definition and equation (2) differ", evaluation.informationByDefinition, information)
        agree("H(Z) − H(Z|X) is not I(X;Z)", evaluation.entropyZ - evaluation.entropyZGivenX, information)
        agree("the mean of the integrand of (2) is not I(X;Z)", evaluation.meanPointwiseInformation, information)
        agree("I(X;Z) is not bound plus gap", information, evaluation.jensenBound + evaluation.jensenGap)
        failures += inaccuracies(evaluation)
        if information.upperEnd < 0 { failures.append("I(X;Z) = \(information) is negative") }
        if information.lowerEnd > evaluation.entropyX + 1e-15 {
            failures.append("I(X;Z) = \(information) exceeds H(X) = \(evaluation.entropyX)")
        }
        if evaluation.jensenBound.lowerEnd > information.upperEnd {
            failures.append("the bound (16) is \(evaluation.jensenBound), above I(X;Z) = \(information)")
        }
        if evaluation.jensenGap.lowerEnd > evaluation.jensenGapUpperEnd.upperEnd
            || evaluation.jensenGap.upperEnd < evaluation.jensenGapLowerEnd.lowerEnd
        {
            failures.append(
                "the Jensen gap \(evaluation.jensenGap) leaves [\(evaluation.jensenGapLowerEnd.value), "
                    + "\(evaluation.jensenGapUpperEnd.value)], the interval of Liao and Berg")
        }
        return failures
    }

    /// Integrals whose error is so large that agreement says little: beyond a millionth, in three dimensions beyond 1e-4.
    ///
    /// Differences below 1e-12 nats are beyond double precision. Sampled values state their standard error instead.
    private static func inaccuracies(_ evaluation: Evaluation) -> [String] {
        guard case .quadrature(let rank) = evaluation.method else { return [] }
        let accepted = rank == 3 ? 1e-4 : 1e-6
        return [
            ("by definition", evaluation.informationByDefinition), ("by (2)", evaluation.informationByEquation2),
        ].compactMap { name, information in
            // NaN is not accurate either.
            let isAccurate = information.error <= max(accepted * information.value.magnitude, 1e-12)
            return isAccurate
                ? nil : "I(X;Z) \(name) = \(information): the integral did not converge to \(accepted) of its value"
        }
    }
}

extension NamedChannel.Expectation {
    /// Why an evaluation does not meet this expectation, or nothing.
    func failure(_ evaluation: Evaluation) -> String? {
        let information = evaluation.informationByEquation2
        switch self {
        case .information(let expected, let deviation):
            let allowed = information.error + deviation
            return (information.value - expected).magnitude <= allowed
                ? nil : "I(X;Z) = \(information), expected \(expected) within \(deviation)"
        case .informationIn(let range):
            return information.upperEnd >= range.lowerBound && information.lowerEnd <= range.upperBound
                ? nil : "I(X;Z) = \(information), expected a value in \(range)"
        case .jensenIsTight:
            return evaluation.jensenGap.value <= evaluation.jensenGap.error + 1e-15
                ? nil : "the Jensen gap is \(evaluation.jensenGap), expected 0"
        case .meanApproximationExceedsBy(let factor):
            return evaluation.meanApproximation >= factor * information.value
                ? nil
                : "the mean approximation is \(evaluation.meanApproximation), expected \(factor) times "
                    + "I(X;Z) = \(information)"
        }
    }
}

/// What `tac-reference verify` says: the verdict on each channel, as a table or as JSON.
public struct VerificationReport: Sendable {
    /// One verdict for each channel, in their order.
    public let verdicts: [ChannelVerdict]

    /// Whether everything holds for every channel; the command's exit status is 1 when it does not.
    public var holds: Bool { verdicts.allSatisfy(\.holds) }

    /// Evaluates all named channels, as many at a time as the machine has cores.
    ///
    /// - Throws: the first `GSLError` of a channel.
    public init(settings: QuadratureSettings = QuadratureSettings()) throws {
        let channels = try NamedChannel.all()
        verdicts = try Parallel.map(channels.count) { index in
            let named = channels[index]
            return try ChannelVerdict(
                name: named.name, purpose: named.purpose, channel: named.channel, expectations: named.expectations,
                settings: settings)
        }
    }

    /// Evaluates the user's channel.
    ///
    /// - Throws: `Failure` of kind `.badData` when an integral fails, or a quantity is not finite.
    public init(name: String, channel: FiniteChannel, settings: QuadratureSettings = QuadratureSettings()) throws {
        do {
            verdicts = [try ChannelVerdict(name: name, purpose: "", channel: channel, settings: settings)]
        } catch let error as GSLError {
            throw Failure(
                .badData,
                "channel: an integral failed: \(error); choose a \"beta\" from 1e-6 to 1e4, or fewer dimensions")
        }
    }

    package init(verdicts: [ChannelVerdict]) {
        self.verdicts = verdicts
    }
}
