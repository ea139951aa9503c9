import Foundation
import GSLNumerics
import Proposition1

// Chapters 5 to 8.

extension Exercise {
    static let onTheMean: [Exercise] = [
        Exercise(
            14, chapter: 5, "the mean on the ordinary sphere",
            .number(
                unit: "", tolerance: .relative(0.005),
                slips: [Slip("β/d is its limit as β → 0") { _ in 1.0 / 3 }],
                value: { _ in VonMisesFisherConstants.meanResultantLength(dimension: 3, beta: 1) })),
        Exercise(
            15, chapter: 5, "by how much (17) exceeds I on S⁰",
            .number(
                unit: " in nats", tolerance: .relative(0.005),
                slips: [
                    Slip("that is I(X;Z)") { _ in tanh(1) - log(cosh(1)) },
                    Slip("that is (17)") { _ in 1 - log(cosh(1)) },
                ], value: { _ in 1 - tanh(1) })),
        Exercise(
            16, chapter: 5, "the β at which (17) crosses I(X;Z)",
            .number(
                unit: "", tolerance: .relative(0.02), slips: [],
                value: { bench in
                    try bench.once("crossing") {
                        let opposite = try bench.channels.channel("opposite-50")
                        return try bisection(5...80, ratio: 1.004) { beta in
                            let evaluation = try Evaluation(opposite.with(beta: beta), settings: roughly)
                            return evaluation.meanApproximation - evaluation.informationByEquation2.value
                        }
                    }
                })),
        Exercise(
            17, chapter: 5, "a ceiling of a thousandth",
            .number(
                unit: "", tolerance: .whole, slips: [],
                value: { _ in
                    let first = (2...1000).first {
                        VonMisesFisherConstants.divergenceFromUniform(dimension: $0, beta: 0.5) < 0.001
                    }
                    return Double(first ?? 0)
                })),
    ]

    /// Four digits are enough for a crossing that is asked for to two hundredths.
    private static var roughly: QuadratureSettings {
        var settings = QuadratureSettings()
        settings.relativeTolerance = 1e-6
        return settings
    }

    /// Where a function that falls through zero does so, up to a ratio.
    static func bisection(
        _ interval: ClosedRange<Double>, ratio: Double, _ function: (Double) throws -> Double
    ) rethrows -> Double {
        var (low, high) = (interval.lowerBound, interval.upperBound)
        while high / low > ratio {
            let middle = (low * high).squareRoot()
            if try function(middle) > 0 { low = middle } else { high = middle }
        }
        return (low * high).squareRoot()
    }

    static let onSamples: [Exercise] = [
        Exercise(
            18, chapter: 6, "the greatest value of (20)",
            .number(
                unit: " in nats", tolerance: .relative(0.002),
                slips: [Slip("that is 2β; let β grow") { _ in 1 }], value: { _ in log(256) })),
        Exercise(
            19, chapter: 6, "the greatest value at β = 0.5",
            .number(
                unit: " in nats", tolerance: .relative(0.001),
                slips: [
                    Slip(
                        "no 256 unit vectors are opposite to one another; their sum has a square that is never negative"
                    ) {
                        _ in 0.5 - log((exp(0.5) + 255 * exp(-0.5)) / 256)
                    }
                ], value: { _ in simplexObjective(count: 256, beta: 0.5) })),
        Exercise(
            20, chapter: 6, "the bias of (20)",
            .number(
                unit: " in nats", tolerance: .relative(0.02), slips: [],
                value: { try SampledObjectives($0.channels.channel("orthogonal-codes")).simCLRBias })),
        Exercise(
            21, chapter: 6, "the law that misses the positive",
            .name(
                model: "(20) is log N minus InfoNCE, the positive in the denominator",
                alternatives: ["infoNCE"], place: "Tests/Proposition1Tests/SampleLaws.swift",
                hint:
                    "find the fault “(20) without the positive in the denominator” in the catalogue, and the law it names"
            )),
    ]

    /// (20) where every anchor is its positive, and the positives are the corners of a regular simplex.
    static func simplexObjective(count: Int, beta: Double) -> Double {
        let others = Double(count - 1)
        return beta - log((exp(beta) + others * exp(-beta / others)) / Double(count))
    }

    static let onPairs: [Exercise] = [
        Exercise(
            22, chapter: 7, "what two crops say of each other",
            .number(
                unit: " in nats", tolerance: .relative(0.005),
                slips: [
                    Slip("that is I(X;V), what one view says of its image") {
                        try ViewPairs($0.channels.channel("figure-1-transitivity")).informationOfOneView
                    }
                ], value: { try ViewPairs($0.channels.channel("figure-1-transitivity")).information })),
        Exercise(
            23, chapter: 7, "the best critic on two blank crops",
            .number(
                unit: "", tolerance: .absolute(1e-6), slips: [],
                value: { bench in
                    let pairs = ViewPairs(try bench.channels.channel("figure-1-transitivity"))
                    let shared = pairs.marginal.firstIndex { ($0 - 0.5).magnitude < 1e-12 } ?? 0
                    return pairs.optimalCritic[shared][shared]
                })),
        Exercise(
            24, chapter: 7, "(3) as printed",
            .number(
                unit: "", tolerance: .relative(0.005),
                slips: [Slip("that is its logarithm") { _ in log(2 / (1 + exp(-2))) }],
                value: { _ in 2 / (1 + exp(-2)) })),
    ]

    static let onChoosing: [Exercise] = [
        Exercise(
            25, chapter: 8, "the best P(T|X) by I(X;Z)",
            .channel(model: "blank-crops-best") { submission, bench in
                if let other = try unlikeBlankCrops(submission.channel, bench) { return other }
                let best = try bestChoice(bench)
                return submission.information >= best * (1 - 1e-3)
                    ? nil : "I(X;Z) is below the best by more than a thousandth"
            }),
        Exercise(
            26, chapter: 8, "the best P(T|X) by (16)",
            .channel(model: "blank-crops-best") { submission, bench in
                if let other = try unlikeBlankCrops(submission.channel, bench) { return other }
                let best = try bestChoice(bench)
                return submission.bound >= best * (1 - 1e-3) ? nil : "(16) is below the best by more than a thousandth"
            }),
        Exercise(
            27, chapter: 8, "the price of entropy",
            .number(
                unit: "", tolerance: .relative(0.02),
                slips: [
                    Slip("that compares I(X;Z), but the objective is (16)") { bench in
                        let avoided = try bench.channels.evaluation("blank-crops-avoided")
                        return try (bestChoice(bench) - avoided.informationByEquation2.value) / log(4)
                    }
                ],
                value: { bench in
                    let avoided = try bench.channels.evaluation("blank-crops-avoided")
                    return try (bestChoice(bench) - avoided.jensenBound.value) / log(4)
                })),
        Exercise(
            28, chapter: 8, "the law behind the corner",
            .name(
                model: "I(X;Z) is convex in P(Z|X)", alternatives: ["convexity"],
                place: "Tests/Proposition1Tests/MoreLaws.swift",
                hint: "it says how I(X;Z) of a mixture of two channels compares with the mixture of their I(X;Z)")),
    ]

    private static func unlikeBlankCrops(_ channel: FiniteChannel, _ bench: Workbench) throws -> String? {
        let reference = try bench.channels.channel("blank-crops-uniform")
        let isSame =
            channel.family == reference.family && channel.prior == reference.prior
            && channel.encoder == reference.encoder
        return isSame ? nil : "only \"augmentation\" may differ from blank-crops-uniform.json"
    }

    /// The greatest I(X;Z) of one crop an image with the codes of `blank-crops-uniform`; asked for often, computed once.
    private static func bestChoice(_ bench: Workbench) throws -> Double {
        try bench.once("best choice of crops") { try greatestInformation(bench) }
    }

    private static func greatestInformation(_ bench: Workbench) throws -> Double {
        let channel = try bench.channels.channel("blank-crops-uniform")
        // The last four crops show the digit, two and two of them with one code; the first is blank.
        let candidates = [0, channel.views - 3, channel.views - 1]
        var best = 0.0
        for first in candidates {
            for second in candidates {
                let chosen = [first, second].map { crop in (0..<channel.views).map { $0 == crop ? 1.0 : 0 } }
                let certain = try FiniteChannel(
                    family: channel.family, prior: channel.prior, augmentation: chosen, encoder: channel.encoder)
                best = max(best, try Evaluation(certain, settings: roughly).informationByEquation2.value)
            }
        }
        return best
    }
}
