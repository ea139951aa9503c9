import GSLNumerics
import PropertyTesting
import Proposition1
import Testing

/// A law of Proposition 1, to be checked on the library and on every faulty version of it.
struct Law: Sendable, CustomTestStringConvertible {
    /// What a law over channels says about one of them.
    typealias OfChannel = @Sendable (Subject, FiniteChannel, Trial) throws -> Void

    /// How closely a law is looked at.
    enum Effort: Sendable {
        /// Many cases, shrinking, committed regressions, and required shares of kinds of cases.
        case thorough
        /// A few cases, as for faulty libraries.
        case brief
    }

    /// How many cases a law looks at; fewer where one takes long.
    struct Cases: Sendable {
        static let usual = Cases(thorough: 200, brief: 16)

        var thorough: Int
        var brief: Int

        subscript(effort: Effort) -> Int { effort == .thorough ? thorough : brief }
    }

    let name: String
    /// Throws a report with a shrunk counterexample where the law does not hold.
    let check: @Sendable (Subject, Effort) throws -> Void
    /// All that does not hold on the cases of an effort, whatever the first one is.
    let survey: @Sendable (Subject, Effort, PropertySettings) throws -> [Trial.Failure]
    /// What it says of one channel; absent in laws over other values.
    var ofChannel: OfChannel?
    var testDescription: String { name }

    /// A law that is a property of a subject.
    static func over<Value>(
        _ name: String, _ property: @escaping @Sendable (Subject, Effort) throws -> Property<Value>
    ) -> Law {
        Law(
            name: name,
            check: { subject, effort in
                try property(subject, effort).shrinking(runs: 300).check(function: "everyLawHolds()")
            },
            survey: { subject, effort, settings in try property(subject, effort).survey(settings: settings) })
    }

    /// A law over random channels.
    static func channels(
        _ name: String, _ shape: ChannelShape = ChannelShape(), labels: [String: Double] = channelLabels,
        cases: Cases = .usual, hasRegressions: Bool = true, _ law: @escaping OfChannel
    ) -> Law {
        var overChannels = Law.over(name) { subject, effort in
            var shape = shape
            // Where a wrong integrand does not converge, one over two dimensions takes seconds.
            if effort == .brief { shape.wideShare = 0 }
            let property = Property(name, Generator<RandomChannel>.channel(shape), cases: cases[effort]) {
                value, trial in
                trial.label(value.channel)
                try law(subject, value.channel, trial)
            }
            let regressions = RegressionChannels.all.filter { hasRegressions && shape.accepts($0.channel) }
            return effort == .thorough ? property.requiring(labels).examples(regressions) : property
        }
        overChannels.ofChannel = law
        return overChannels
    }

    /// Every law.
    static let all: [Law] =
        routes + bounds + pairs + symmetries + products + shapes + entropies + limits + approximations + samples
        + errors + [goldenValues, inThreeDimensions]

    /// Every law about one evaluation, on channels that span three dimensions, evaluated once for all of them.
    static let inThreeDimensions = Law.channels(
        "three dimensions: the laws of one channel", .spatial, labels: spatialLabels,
        cases: Cases(thorough: 30, brief: 3)
    ) { subject, channel, trial in
        var known = subject
        known.settings.maximumScores = subject.maximumScoresInThreeDimensions
        let evaluation = try subject.evaluator(channel, known.settings, 0)
        known.evaluator = { other, settings, shift in
            other == channel && shift == 0 ? evaluation : try subject.evaluator(other, settings, shift)
        }
        let ofOneChannel = routes + bounds + pairs + entropies + approximations
        for law in ofOneChannel where law.name != Law.constantInSimilarity.name {
            try law.ofChannel?(known, channel, trial)
        }
    }
}

extension Trial {
    /// Requires two estimates to agree within their errors.
    func agree(_ left: Estimate, _ right: Estimate, _ what: @autoclosure () -> String) {
        equal(left.value, right.value, within: left.error + right.error, what())
    }
}
