import GSLNumerics
import PropertyTesting
import Proposition1

extension Law {
    /// What is said of errors.
    static let errors: [Law] = [coarseErrors, sampledRoute, standardErrors]

    /// The reported errors of a coarse rule cover what a finer rule changes.
    static let coarseErrors = Law.channels("a coarse rule's errors cover what a finer one changes") {
        subject, channel, trial in
        var settings = subject.settings
        settings.relativeTolerance = 1e-2
        settings.relativeToleranceOfRank3 = 1e-2
        let fine = try subject.evaluate(channel, trial)
        let coarse = try subject.evaluator(channel, settings, 0)
        for quantity in ComparedQuantity.all where quantity.isRelative {
            let (left, right) = (coarse[keyPath: quantity.path], fine[keyPath: quantity.path])
            trial.useful(
                tolerance: left.error, atMost: 0.1 * right.value.magnitude + 1e-12, "the error of \(quantity.name)")
            trial.agree(left, right, "\(quantity.name), coarse = fine")
        }
    }

    private static func sampling(_ settings: QuadratureSettings) -> QuadratureSettings {
        var settings = settings
        settings.maximumScores = 0
        settings.samplesPerReplicate = 1024
        return settings
    }

    /// Six standard errors of 32 replicates: a t variate of 31 degrees of freedom is beyond them once in 800,000 times, and
    /// the seed is fixed.
    static let sampledRoute = Law.channels(
        "the sampled route agrees with quadrature", ChannelShape(images: 2...2, views: 2...2), labels: [:],
        cases: Cases(thorough: 20, brief: 8), hasRegressions: false
    ) { subject, channel, trial in
        let exact = try subject.evaluate(channel, trial)
        let sampled = try subject.evaluate(channel, settings: sampling(subject.settings), trial)
        trial.holds(sampled.isSampled, "expected a sampled evaluation, found \(sampled.method)")
        for quantity in ComparedQuantity.all {
            trial.agree(
                sampled[keyPath: quantity.path], exact[keyPath: quantity.path],
                "\(quantity.name), sampled = integrated")
        }
    }

    /// The distance to the exact value in standard errors is a t variate of 31 degrees of freedom: its square has the mean
    /// 31/29 and the variance 2.54, so that the mean over 250 seeds has a standard deviation of 0.1. Five of them see standard errors
    /// that are wrong by a factor of 1.4 in either direction. The seeds are fixed.
    static let standardErrors = Law.over("errors of the sampled route are its standard errors") { subject, _ in
        let circle = try FiniteChannel(
            family: NoiseFamily(kind: .vonMisesFisher, dimension: 2, beta: 2), prior: [0.4, 0.6],
            augmentation: [[1], [1]], encoder: [[[1, 0]], [[-0.6, 0.8]]])
        return Property("standard errors", .constant(RandomChannel(channel: circle)), cases: 1) { value, trial in
            let exact = try subject.evaluate(value.channel, trial).informationByEquation2
            var settings = sampling(subject.settings)
            settings.samplesPerReplicate = 256
            var sum = 0.0
            for seed in 1...250 {
                settings.seed = UInt64(seed)
                let sampled = try subject.evaluator(value.channel, settings, 0)
                guard case .sampling(_, let standardError) = sampled.method else {
                    return trial.holds(false, "expected a sampled evaluation, found \(sampled.method)")
                }
                trial.useful(tolerance: exact.error, atMost: standardError / 10, "the error of the exact value")
                trial.atMost(
                    6 * standardError, sampled.informationByEquation2.error, within: 0, "six standard errors at least")
                let distance = (sampled.informationByEquation2.value - exact.value) / standardError
                sum += distance * distance / 250
            }
            trial.equal(sum, 31.0 / 29, within: 0.5, "the mean of ((sampled − exact)/standard error)²")
        }
    }
}
