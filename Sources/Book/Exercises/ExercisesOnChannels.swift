import CropExperiment
import Foundation
import GSLNumerics
import Proposition1

// Chapters 1 to 4.

extension Exercise {
    static let onCrops: [Exercise] = [
        Exercise(
            1, chapter: 1, "crops that meet a corner cell",
            .number(
                unit: "", tolerance: .whole,
                slips: [
                    Slip("that many meet the cell at the middle of an edge") { _ in crops(meeting: 1) },
                    Slip("that many meet the cell in the centre") { _ in crops(meeting: 4) },
                    Slip("that many lie wholly inside a cell; a crop that shows a part of it meets it too") { _ in 9 },
                ], value: { _ in crops(meeting: 0) })),
        Exercise(
            2, chapter: 1, "the share of crops that meet the cell",
            .number(
                unit: "", tolerance: .relative(0.005),
                slips: [Slip("that is the share of the crops that miss it") { _ in 1 - meetingShare }],
                value: { _ in meetingShare })),
        Exercise(
            3, chapter: 1, "halving a view",
            .channel(model: "figure-1-halved") { submission, bench in
                let original = try bench.channels.evaluation("figure-1-transitivity")
                let channel = submission.channel
                guard channel.images == 2, channel.views >= 3 else {
                    return "expected two images with three views or more, found \(channel.images) and \(channel.views)"
                }
                let occurring = zip(channel.augmentation, channel.encoder).allSatisfy { weights, codes in
                    zip(weights, codes).filter { $0.0 > 0 }.count >= 3
                }
                guard occurring else { return "expected three views of positive probability of each image" }
                let pairs = [
                    ("I(X;Z)", submission.information, original.informationByEquation2.value),
                    ("H(Z)", submission.evaluation.entropyZ.value, original.entropyZ.value),
                    ("(16)", submission.bound, original.jensenBound.value),
                    ("(17)", submission.evaluation.meanApproximation, original.meanApproximation),
                ]
                return pairs.first { !isClose($1, $2, 1e-6) }.map { "\($0) is not that of figure-1-transitivity" }
            }),
    ]

    /// How many of the 289 crops meet a cell.
    private static func crops(meeting cell: Int) -> Double {
        let geometry = CropGeometry.derived
        return Double((0..<geometry.cropCount).count { geometry.overlap(ofCrop: $0, withCell: cell) != nil })
    }

    private static var meetingShare: Double {
        let geometry = CropGeometry.derived
        let meeting = (0..<geometry.cellCount).reduce(0.0) { $0 + crops(meeting: $1) }
        return meeting / Double(geometry.cellCount * geometry.cropCount)
    }

    static func isClose(_ left: Double, _ right: Double, _ tolerance: Double) -> Bool {
        (left - right).magnitude <= tolerance * (1 + right.magnitude)
    }

    static let onInformation: [Exercise] = [
        Exercise(
            4, chapter: 2, "three images that are told apart",
            .number(
                unit: " in nats", tolerance: .relative(0.001),
                slips: [Slip("that is H(X) of two images") { _ in log(2) }],
                value: { try $0.channels.evaluation("disjoint-supports").informationByEquation2.value })),
        Exercise(
            5, chapter: 2, "what blank crops leave of a bit",
            .number(
                unit: " in nats", tolerance: .relative(0.005),
                slips: [
                    Slip("that is what the blank crops take away") { _ in 0.84 * log(2) },
                    Slip("that would be so if no crop were blank") { _ in log(2) },
                ], value: { _ in 0.16 * log(2) })),
        Exercise(
            6, chapter: 2, "a β for each view",
            .number(
                unit: " in nats", tolerance: .relative(0.01),
                slips: [
                    Slip("that is I(X;Z) by the definition; what does the right side of (2) read?") { _ in
                        try viewsOfTheirOwnBeta(withConstants: true)
                    }
                ], value: { _ in try viewsOfTheirOwnBeta(withConstants: false) })),
    ]

    /// I(X;Z) of two images with views at 0.3, 1.9 and 4 radians whose β are 1, 2 and 6, by the definition; or what (2)
    /// makes of the same scores, without the constants.
    static func viewsOfTheirOwnBeta(withConstants: Bool) throws -> Double {
        let directions = [0.3, 1.9, 4.0]
        let betas = [1.0, 2, 6]
        let weights = [[0.6, 0.4, 0], [0, 0.3, 0.7]]
        let logConstants = betas.map { VonMisesFisherConstants.logNormaliser(dimension: 2, beta: $0) }
        return try PeriodicTrapezoid(absoluteTolerance: 1e-12).integrate(over: 0...2 * Double.pi) { angle in
            let scores = zip(betas, directions).map { $0 * cos(angle - $1) }
            let densities = zip(scores, logConstants).map { exp($0 + $1) }
            let terms = withConstants ? densities : scores.map { exp($0) }
            func mixtures(_ values: [Double]) -> [Double] {
                weights.map { row in zip(row, values).reduce(0) { $0 + $1.0 * $1.1 } }
            }
            let numerators = mixtures(terms)
            let denominator = numerators.reduce(0, +) / 2
            return zip(mixtures(densities), numerators).reduce(0) { $0 + $1.0 / 2 * log($1.1 / denominator) }
        }.value
    }

    static let onEntropies: [Exercise] = [
        Exercise(
            7, chapter: 3, "the entropy of one von Mises–Fisher density",
            .number(
                unit: " in nats", tolerance: .relative(0.005),
                slips: [
                    Slip("the term −βA_d(β) = −β·E⟨z, h⟩ is missing") { _ in
                        -VonMisesFisherConstants.logNormaliser(dimension: 3, beta: 2)
                    },
                    Slip("that is the entropy of the uniform density on S²") { _ in
                        VonMisesFisherConstants.logSurface(dimension: 3)
                    },
                ], value: { _ in VonMisesFisher.entropy(dimension: 3, beta: 2) })),
        Exercise(
            8, chapter: 3, "how wrong the misprint makes H(Z)",
            .number(
                unit: " in nats", tolerance: .relative(0.01), slips: [],
                value: { _ in
                    let logConstant = VonMisesFisherConstants.logNormaliser(dimension: 3, beta: 2)
                    return logConstant - exp(logConstant)
                })),
        Exercise(
            9, chapter: 3, "a negative entropy",
            .channel(model: "negative-entropy") { submission, _ in
                guard submission.evaluation.entropyZ.upperEnd < 0 else {
                    return "H(Z) is not negative; how does a density exceed 1 on average?"
                }
                return submission.information > 0.3 ? nil : "I(X;Z) is not above 0.3 nats"
            }),
    ]

    static let onJensen: [Exercise] = [
        Exercise(
            10, chapter: 4, "the gap of two views at a right angle, for small β",
            .number(
                unit: " in nats", tolerance: .relative(0.01),
                slips: [
                    Slip("twice that: the half of ½ Var s, or the half of the mean square of ⟨z, u⟩, is missing") { _ in
                        2.5e-5
                    },
                    Slip("four times that: ‖h − h'‖² is not the variance of two values with probability 1/2") { _ in
                        5e-5
                    },
                ],
                value: { _ in
                    let views = try FiniteChannel(
                        family: NoiseFamily(kind: .vonMisesFisher, dimension: 2, beta: 0.01), prior: [1],
                        augmentation: [[0.5, 0.5]], encoder: [[[1, 0], [0, 1]]])
                    return try Evaluation(views).jensenGap.value
                })),
        Exercise(
            11, chapter: 4, "(16) rises, I(X;Z) falls",
            .channel(model: "views-together") { submission, bench in
                if let other = unlike("views-apart", submission.channel, bench) { return other }
                let reference = try bench.channels.evaluation("views-apart")
                guard submission.information < reference.informationByEquation2.value - 0.1 else {
                    return "I(X;Z) is not lower than that of views-apart by 0.1 nats"
                }
                return submission.bound > reference.jensenBound.value + 0.1
                    ? nil : "(16) is not higher than that of views-apart by 0.1 nats"
            }),
        Exercise(
            12, chapter: 4, "no information, and (16) far below",
            .channel(model: "same-mixture-sharp") { submission, _ in
                guard submission.information < 1e-9 else { return "I(X;Z) is not 0" }
                return submission.bound <= -1 ? nil : "(16) is above −1"
            }),
        Exercise(
            13, chapter: 4, "tight, with more than one view",
            .channel(model: "tight-with-two-views") { submission, _ in
                let channel = submission.channel
                let several = channel.augmentation.allSatisfy { row in row.count { $0 > 0 } >= 2 }
                guard several else { return "each image needs two views of positive probability" }
                guard submission.information > 0.5 else { return "I(X;Z) is not above 0.5 nats" }
                return submission.evaluation.jensenGap.value <= 1e-12 ? nil : "the gap is not 0"
            }),
    ]

    /// What sets a channel apart from one of the book's in all but its codes.
    private static func unlike(_ name: String, _ channel: FiniteChannel, _ bench: Workbench) -> String? {
        guard let reference = try? bench.channels.channel(name) else { return "\(name) cannot be read" }
        if channel.family != reference.family { return "the family is not that of \(name)" }
        if channel.prior != reference.prior { return "the prior is not that of \(name)" }
        return channel.augmentation == reference.augmentation ? nil : "P(T|X) is not that of \(name)"
    }
}
