import Foundation
import GSLNumerics
import Proposition1

// Chapters 9 to 12.

extension Exercise {
    static let onTraining: [Exercise] = [
        Exercise(
            29, chapter: 9, "fourteen tight clusters",
            .number(
                unit: " in nats", tolerance: .relative(0.005),
                slips: [
                    Slip("clusters may lie at more than a right angle from one another") { _ in
                        0.5 - log((exp(0.5) + 13) / 14)
                    },
                    Slip("that is 2β, which no 14 clusters reach") { _ in 1 },
                ], value: { _ in simplexObjective(count: 14, beta: 0.5) })),
        Exercise(
            30, chapter: 9, "what λ pays at most",
            .number(
                unit: " in nats", tolerance: .relative(0.005),
                slips: [Slip("that is log 289; it is paid λ times") { _ in log(289) }],
                value: { _ in 0.0025 * log(289) })),
        Exercise(
            31, chapter: 9, "the potential of two opposite clusters",
            .number(
                unit: "", tolerance: .relative(0.005),
                slips: [Slip("half of all pairs lie in one cluster, at distance 0") { _ in exp(-8) }],
                value: { _ in (1 + exp(-8)) / 2 })),
    ]

    static let onTheNumber: [Exercise] = [
        Exercise(
            32, chapter: 10, "the factor between (17) and I(X;Z)",
            .number(
                unit: "", tolerance: .relative(0.01),
                slips: [Slip("I is β²/2d, (17) is β: divide the other way round") { _ in 0.005 }],
                value: { _ in 200 })),
        Exercise(
            33, chapter: 10, "the β that ten classes need",
            .number(
                unit: "", tolerance: .relative(0.01),
                slips: [
                    Slip("β²/2d holds for small β only; take the divergence itself") { _ in
                        (100 * log(10)).squareRoot()
                    }
                ],
                value: { _ in
                    bisection(1...200, ratio: 1.0001) {
                        log(10) - VonMisesFisherConstants.divergenceFromUniform(dimension: 50, beta: $0)
                    }
                })),
    ]

    static let onProofs: [Exercise] = [
        Exercise(
            34, chapter: 11, "the theorem that needs β ≠ 0",
            .name(
                model: "jensen_bound_eq", alternatives: [], place: "Proofs/theorems.txt",
                hint: "look for beta != 0 in Proofs/Statements.v")),
        Exercise(
            35, chapter: 11, "the axiom that chooses",
            .name(
                model: "constructive_indefinite_description",
                alternatives: ["boolp.constructive_indefinite_description"],
                place: "Proofs/check", hint: "it turns “there is an x” into an x")),
        Exercise(
            36, chapter: 11, "the step that sees a weakened statement",
            .name(
                model: "build", alternatives: [], place: "Proofs/check-negative",
                hint: "weaken a theorem in its own file, and run Proofs/check")),
    ]

    static let onTrust: [Exercise] = [
        Exercise(
            37, chapter: 12, "who notices a forgotten P(T|x)",
            .name(
                model: "(2) is the definition", alternatives: ["equation2"],
                place: "Tests/Proposition1Tests/Laws.swift",
                hint: "find the fault “P(T|x) ignored in the numerator” in the catalogue, and the law it names")),
        Exercise(
            38, chapter: 12, "the law without which a fault would live",
            .name(
                model: "as β → 0, I(X;Z) and the gap are variances of the codes", alternatives: ["muchNoise"],
                place: "Tests/Proposition1Tests/LimitLaws.swift",
                hint: "the other laws ask only that the interval holds the gap; which knows how wide it should be?")),
    ]

    /// Every exercise, in the book's order.
    public static let all: [Exercise] =
        onCrops + onInformation + onEntropies + onJensen + onTheMean + onSamples + onPairs + onChoosing + onTraining
        + onTheNumber + onProofs + onTrust
}
