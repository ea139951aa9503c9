import AugmentationChannel
import Foundation
import PropertyTesting
import TensorReference
import Tensors
import Testing

@testable import Proposition1

/// Sampling of I(X;Z), (16) and (17) for channels with many codes, on channels with few, whose values quadrature knows.
@Suite struct SampledInformationTests {
    /// Named channels on the sphere that are neither trivial nor the same twice, with what they are here for.
    private static let channels = [
        "paper-parameters", "blank-crops-uniform", "high-dimension-rank-3", "sphere-rank-3", "figure-1-transitivity",
    ]

    private func named(_ name: String) throws -> FiniteChannel {
        try #require(try NamedChannel.all().first { $0.name == name }).channel
    }

    /// Points of a replicate, of which there are 32.
    private let points = 64

    /// Whether the channel is sampled as it is, or with a surrogate: then each image stands for four equal ones, which leave
    /// every quantity as it is, and the surrogate has three of them. It is another channel, because four does not divide three.
    private static let surrogates: [Int?] = [nil, 3]

    /// Every quantity of every named channel on the sphere lies within six standard errors of its value by quadrature.
    ///
    /// Six of 31 degrees of freedom are exceeded with a probability of 1.2e-6 where replicates' means are normal
    /// (`SampledRoute.doubt`).
    @Test func namedChannelsAreMet() throws {
        for named in try NamedChannel.all() where named.channel.family.kind == .vonMisesFisher {
            let reference = try evaluationMadeOnce(named.name, named.channel)
            for surrogateImages in Self.surrogates {
                let comparison = try Comparison(
                    named.channel, reference, points: points, surrogateImages: surrogateImages)
                for quantity in comparison.quantities {
                    #expect(quantity.isMet, "\(named.name): \(quantity)")
                    // An error that says nothing proves nothing: a hundredth of the value or of a nat, at most.
                    #expect(
                        quantity.standardError <= 0.01 * max(quantity.expected.magnitude, 1),
                        "\(named.name): \(quantity)")
                }
                let codes = WeightedCodes(named.channel, copies: surrogateImages == nil ? 1 : 4)
                let reached = try InformationSampler(codes, seed: 7, surrogateImages: surrogateImages ?? codes.images)
                    .estimates(betas: [named.channel.family.beta])[0].information
                #expect(reached.standardError <= max(0.01 * reached.value, 1e-15), "\(named.name): \(reached)")
            }
        }
    }

    /// The same on random channels on the circle and in more dimensions.
    ///
    /// They may have images and views so rare that no sample meets them. A set of probability q escapes n points with
    /// (1 − q)ⁿ, below 1e-6 from q = 14/n on; what is there differs from the mean by no more than the scores do, 2β.
    @Test func randomChannelsAreMet() throws {
        let shape = ChannelShape(betas: 1e-2...30, kinds: [.vonMisesFisher])
        try Property("sampling meets quadrature", Generator<RandomChannel>.channel(shape), cases: 40) { value, trial in
            let channel = value.channel
            trial.label("several images", if: channel.prior.count { $0 > 0 } > 1)
            let comparison = try Comparison(channel, Evaluation(channel), points: points)
            let unseen = 14 / Double(32 * points) * 2 * channel.family.beta
            for quantity in comparison.quantities {
                let rare = quantity.standardError > 1e-12 * quantity.expected.magnitude ? unseen : 0
                trial.equal(quantity.found, quantity.expected, within: quantity.tolerance + rare, quantity.name)
            }
        }
        .requiring(["several images": 0.3])
        .shrinking(runs: 100)
        .check()
    }

    /// Errors in standard errors, [quantity][seed], of I(X;Z), (16) and (17).
    private func deviations(
        _ name: String, surrogateImages: Int?, seeds: Int
    ) throws -> [(name: String, values: [Double])] {
        let channel = try named(name)
        let reference = try evaluationMadeOnce(name, channel)
        let codes = WeightedCodes(channel, copies: surrogateImages == nil ? 1 : 4)
        let beta = channel.family.beta
        // The least that is ever drawn, which is the hardest case: means of more points are nearer to normal.
        let least = InformationSampler<PaperEquations>.leastPoints
        let points = TwoLevelMean.Points(quantity: least, surrogate: surrogateImages == nil ? 0 : least)
        let samples = try Parallel.map(seeds) { seed in
            Result {
                let sampler = InformationSampler(
                    codes, seed: UInt64(1_000 + seed), surrogateImages: surrogateImages ?? codes.images)
                return try sampler.estimate(beta: beta, pilot: sampler.pilot(beta: beta), points: points)
            }
        }.map { try $0.get() }
        var deviations: [[Double]] = [[], [], []]
        for sample in samples {
            for (index, quantity) in Comparison.quantities(sample, reference).enumerated() {
                // What is a finite sum, or nearly one, has no error but rounding.
                guard quantity.standardError > 1e-12 * quantity.expected.magnitude else {
                    #expect(quantity.isMet, "\(quantity)")
                    continue
                }
                deviations[index].append((quantity.found - quantity.expected) / quantity.standardError)
            }
        }
        return zip(["I(X;Z)", "(16)", "(17)"], deviations).filter { !$0.1.isEmpty }.map { ($0, $1) }
    }

    /// What is wrong with errors in standard errors of 32 replicates.
    ///
    /// They should follow Student's t with 31 degrees of freedom: beyond ±1 with probability 0.3251, beyond ±2.0395 with 0.05
    /// (`2*scipy.stats.t.sf(1, 31)`, `scipy.stats.t.isf(0.025, 31)`), of mean square 31/29, and of variance 2.539 of the
    /// square (from E t⁴ = 3·31²/(29·27)). Shares, mean and mean square are held to five of their standard deviations: each is
    /// exceeded with a probability of about 6e-7, the last of 1e-6 (by simulation; squares are skewed).
    private func complaints(_ values: [Double]) -> [String] {
        let count = Double(values.count)
        var complaints: [String] = []
        for (bound, probability) in [(1.0, 0.3251), (2.0395, 0.05)] {
            let share = Double(values.count { $0.magnitude > bound }) / count
            if abs(share - probability) > 5 * (probability * (1 - probability) / count).squareRoot() {
                complaints.append("beyond ±\(bound) in a share of \(share), not \(probability)")
            }
        }
        let mean = values.reduce(0, +) / count
        if abs(mean) > 5 * (31.0 / 29 / count).squareRoot() { complaints.append("off by \(mean) on average") }
        let square = values.reduce(0) { $0 + $1 * $1 } / count
        if abs(square - 31.0 / 29) > 5 * (2.539 / count).squareRoot() {
            complaints.append("of mean square \(square), not \(31.0 / 29)")
        }
        return complaints
    }

    /// The standard error is what the means scatter by from seed to seed, and they scatter about the truth: where the residual
    /// is tiny, so that controls must not add rounding to it, and where it is skewed.
    @Test(arguments: ["paper-parameters", "high-dimension-rank-3"]) func standardErrorsCover(name: String) throws {
        for quantity in try deviations(name, surrogateImages: nil, seeds: 80) {
            let complaints = complaints(quantity.values)
            #expect(complaints.isEmpty, "\(name), \(quantity.name): \(complaints)")
        }
    }

    /// The same with a surrogate, over so many seeds that wrong errors are noticed: half as large again, or smaller by as
    /// much, and a mean that is off by one of them.
    @Test func wrongStandardErrorsDoNotCover() throws {
        for quantity in try deviations("sphere-rank-3", surrogateImages: 3, seeds: 250) {
            let complaints = complaints(quantity.values)
            #expect(complaints.isEmpty, "\(quantity.name): \(complaints)")
            for (fault, values) in [
                ("errors too small", quantity.values.map { 1.5 * $0 }),
                ("errors too large", quantity.values.map { $0 / 1.5 }),
                ("off by one error", quantity.values.map { $0 + 1 }),
            ] {
                #expect(!self.complaints(values).isEmpty, "\(quantity.name): \(fault), and not noticed")
            }
        }
    }

    /// Each planted fault moves a quantity by more than three tolerances, eighteen standard errors, on some channel, and
    /// nothing does so by more than one without a fault.
    @Test(arguments: SamplingFault.all) func everyFaultIsCaught(fault: SamplingFault) throws {
        var margin = 0.0
        for (name, surrogateImages) in Self.channels.flatMap({ name in Self.surrogates.map { (name, $0) } }) {
            // Once it is caught there is nothing more to see.
            guard margin <= 3 else { break }
            let channel = try named(name)
            let comparison = try Comparison(
                channel, evaluationMadeOnce(name, channel), points: points, surrogateImages: surrogateImages,
                equations: fault.equations, fault.alter)
            margin = largest([margin] + comparison.quantities.map(\.margin))
        }
        if fault.isNone {
            #expect(margin <= 1, "\(margin) tolerances")
        } else {
            #expect(margin > 3, "\(fault.name): \(margin) tolerances")
        }
    }

    /// The number of threads, and how images are put into blocks, changes no bit of what is drawn; threads none of the result.
    @Test func threadsChangeNoBit() throws {
        let channel = try named("high-dimension-rank-3")
        func estimates(threads: Int) throws -> [SampledInformation] {
            try Parallel.$threadCount.withValue(threads) {
                try InformationSampler(WeightedCodes(channel, copies: 4), seed: 3, surrogateImages: 3)
                    .estimates(betas: [0.5, 20])
            }
        }
        let one = try estimates(threads: 1)
        #expect(try estimates(threads: 2) == one)
        #expect(try estimates(threads: 5) == one)
        #expect(one.allSatisfy { $0.information.standardError <= 0.01 * $0.information.value })
    }

    /// A view in two halves, and images in one block or in several, is the same channel, drawn by the same numbers.
    @Test func splittingChangesNothing() throws {
        let channel = try named("high-dimension-rank-3")
        let halved = try FiniteChannel(
            family: channel.family, prior: channel.prior,
            augmentation: channel.augmentation.map { [$0[0] / 2, $0[0] / 2, $0[1]] },
            encoder: channel.encoder.map { [$0[0], $0[0], $0[1]] })
        let samples = try [
            WeightedCodes(channel, imagesOfBlock: 1), WeightedCodes(channel, imagesOfBlock: 2), WeightedCodes(halved),
        ].map { codes in
            let sampler = InformationSampler(codes, seed: 5)
            return try sampler.estimate(
                beta: 10, pilot: sampler.pilot(beta: 10), points: .init(quantity: 16, surrogate: 0))
        }
        for sample in samples.dropFirst() {
            for (left, right) in [
                (sample.information, samples[0].information), (sample.jensenBound, samples[0].jensenBound),
                (sample.meanApproximation, samples[0].meanApproximation),
            ] {
                // Sums in another order.
                #expect(abs(left.value - right.value) <= 1e-10 * max(1, left.value.magnitude))
                #expect(abs(left.standardError - right.standardError) <= 1e-8)
            }
        }
    }

    /// One image, or images of one distribution of codes: nothing to learn, and nothing that divides by it.
    @Test(arguments: ["collapsed", "same-mixture"]) func nothingToLearn(name: String) throws {
        let channel = try named(name)
        var total = 0
        let estimates = try InformationSampler(WeightedCodes(channel), seed: 1).estimates(betas: [1, 100]) {
            if !$0.isPilot { total = $0.total }
        }
        for estimate in estimates {
            #expect(estimate.information.value.magnitude < 1e-15 && estimate.information.standardError < 1e-15)
        }
        #expect(total > 0)
    }

    /// Progress ends where it says that it ends, in every part of the work.
    @Test func progressIsComplete() throws {
        var parts: [(total: Int, done: Int)] = []
        _ = try InformationSampler(WeightedCodes(try named("sphere-rank-3")), seed: 1).estimates(betas: [0.5, 5]) {
            if let last = parts.last, last.total == $0.total, last.done < $0.done {
                parts[parts.count - 1].done = $0.done
            } else {
                parts.append(($0.total, $0.done))
            }
        }
        #expect(parts.count >= 2 && parts.allSatisfy { $0.done == $0.total }, "\(parts)")
    }
}

/// A fault in what is sampled.
struct SamplingFault: Sendable, CustomTestStringConvertible {
    let name: String
    var equations = FaultyEquations()
    /// What is done to the channel that is sampled, not to that of the reference.
    var alter: @Sendable (FiniteChannel) throws -> FiniteChannel = { $0 }
    var isNone = false
    var testDescription: String { name }

    private init(_ name: String, _ plant: (inout SamplingFault) -> Void) {
        self.name = name
        plant(&self)
    }

    private static let paper = PaperEquations()

    static let all = [
        SamplingFault("no fault") { $0.isNone = true },
        SamplingFault("A_d of a dimension more") {
            $0.equations.meanFactorFault = {
                NoiseFamily(kind: $0.kind, dimension: $0.dimension + 1, beta: $0.beta).meanFactor
            }
        },
        SamplingFault("the mean of p(z|h) taken to be h") { $0.equations.meanFactorFault = { _ in 1 } },
        SamplingFault("the log dropped in the numerator") {
            $0.equations.conditionalFault = { own, weights, _ in
                exp(paper.logConditional(own: own, weights: weights))
            }
        },
        SamplingFault("the log dropped in the denominator") {
            $0.equations.marginalFault = { all, weights, _ in exp(paper.logMarginal(all: all, weights: weights)) }
        },
        SamplingFault("P(T|x) dropped in the numerator") {
            $0.equations.conditionalFault = { own, weights, _ in
                let equal = [Double](repeating: 1 / Double(weights.count), count: weights.count)
                return equal.withUnsafeBufferPointer { paper.logConditional(own: own, weights: $0) }
            }
        },
        SamplingFault("p(x) dropped in the denominator") {
            $0.equations.marginalFault = { all, weights, _ in
                let equal = [Double](repeating: 1 / Double(weights.count), count: weights.count)
                return equal.withUnsafeBufferPointer { paper.logMarginal(all: all, weights: $0) }
            }
        },
        SamplingFault("Jensen's form in the numerator of (2)") {
            $0.equations.conditionalFault = { own, weights, _ in paper.jensenLogConditional(own: own, weights: weights)
            }
        },
        SamplingFault("a view left out") {
            $0.alter = { channel in
                try FiniteChannel(
                    family: channel.family, prior: channel.prior,
                    augmentation: channel.augmentation.map { row in
                        row.count == 1 || row[0] == 1 ? row : [0] + row.dropFirst().map { $0 / (1 - row[0]) }
                    }, encoder: channel.encoder)
            }
        },
        SamplingFault("β off by a hundredth") {
            $0.alter = { try $0.with(beta: 1.01 * $0.family.beta) }
        },
    ]
}

/// Sampled quantities of a channel beside those by quadrature.
struct Comparison {
    /// One of them.
    struct Quantity: CustomStringConvertible {
        let name: String
        let found: Double
        let standardError: Double
        let expected: Double
        /// Six standard errors, the reference's error and rounding.
        let tolerance: Double

        /// The distance in tolerances.
        var margin: Double { (found - expected).magnitude / tolerance }
        var isMet: Bool { margin <= 1 }
        var description: String {
            "\(name): \(found) ± \(standardError) for \(expected), \(margin) tolerances of \(tolerance)"
        }
    }

    let quantities: [Quantity]

    init(
        _ channel: FiniteChannel, _ reference: Evaluation, points: Int, surrogateImages: Int? = nil,
        equations: FaultyEquations = FaultyEquations(),
        _ alter: (FiniteChannel) throws -> FiniteChannel = { $0 }
    ) throws {
        let sampled = try alter(channel)
        let beta = sampled.family.beta
        let codes = WeightedCodes(sampled, copies: surrogateImages == nil ? 1 : 4)
        let sampler = InformationSampler(
            codes, seed: 7, equations: equations, surrogateImages: surrogateImages ?? codes.images)
        let sample = try sampler.estimate(
            beta: beta, pilot: sampler.pilot(beta: beta),
            points: .init(quantity: points, surrogate: surrogateImages == nil ? 0 : 2 * points))
        quantities = Self.quantities(sample, reference)
    }

    static func quantities(_ sample: SampledInformation, _ reference: Evaluation) -> [Quantity] {
        func quantity(_ name: String, _ found: SampledValue, _ expected: Double, error: Double) -> Quantity {
            // First terms and log-marginals are of the size of a score and cancel.
            let rounding = 1e-14 * (1 + sample.beta)
            return Quantity(
                name: name, found: found.value, standardError: found.standardError, expected: expected,
                tolerance: 6 * found.standardError + error + rounding)
        }
        return [
            quantity(
                "I(X;Z)", sample.information, reference.informationByEquation2.value,
                error: reference.informationByEquation2.error),
            quantity(
                "(16)", sample.jensenBound, reference.jensenBound.value, error: reference.jensenBound.error),
            quantity("(17)", sample.meanApproximation, reference.meanApproximation, error: 0),
        ]
    }
}

extension WeightedCodes {
    /// A channel with few codes as one with many, each image standing for some equal ones that share its probability.
    init(_ channel: FiniteChannel, imagesOfBlock: Int = 2, copies: Int = 1) {
        let images = channel.prior.indices.flatMap { [Int](repeating: $0, count: copies) }
        let blocks = stride(from: 0, to: images.count, by: imagesOfBlock).map { start in
            let own = images[start..<min(images.count, start + imagesOfBlock)]
            let codes = own.flatMap { channel.encoder[$0] }
            return Block(
                codes: Tensor(
                    shape: [codes.count, channel.family.dimension], scalars: codes.flatMap { $0 }),
                weights: own.flatMap { channel.augmentation[$0] },
                counts: own.map { channel.encoder[$0].count })
        }
        self.init(blocks, prior: images.map { channel.prior[$0] / Double(copies) })
    }
}
