import GSLNumerics

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
    /// - Throws: `GSLError` when an integral fails, `Failure` of kind `.badData` when a quantity is not finite.
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
        agree(
            "I(X;Z) is not the mean of the integrand of (16) plus the gap", information,
            evaluation.meanJensenInformation + evaluation.jensenGap)
        if let inaccuracy = inaccuracy(evaluation) { failures.append(inaccuracy) }
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

    /// The route with the larger error, if that is so large that agreement says nothing.
    private static func inaccuracy(_ evaluation: Evaluation) -> String? {
        let (definition, equation) = (evaluation.informationByDefinition, evaluation.informationByEquation2)
        // NaN is of no use either.
        let isDefinition = !(definition.error <= equation.error)
        let information = isDefinition ? definition : equation
        let useful = evaluation.method.largestUsefulError(of: information.value)
        if information.error <= useful { return nil }
        // Some ten roundings of a score, as RoundingBounds counts them.
        let isRounding = 10 * Double.ulpOfOne * evaluation.largestScore > useful
        let reason =
            isRounding
            ? "scores βS reach \(evaluation.largestScore) nats and are rounded to 16 digits: make \"beta\" smaller"
            : "the \(evaluation.method.name) over \(evaluation.method.rank) dimensions did not converge"
        return "I(X;Z) by \(isDefinition ? "definition" : "(2)") = \(information): the error is of no use, expected "
            + "\(useful) or less; \(reason)"
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
