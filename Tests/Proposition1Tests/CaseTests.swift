import AugmentationChannel
import Diagnostics
import Foundation
import GSLNumerics
import Synchronization
import Tensors
import Testing

@testable import Proposition1

/// Channels on which an earlier version was wrong, Fixtures/Proposition1/cases, each with the kind that it stands for.
@Suite struct CaseTests {
    private func verdict(_ name: String) throws -> ChannelVerdict {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Fixtures/Proposition1/cases/\(name).channel.json")
        return try ChannelVerdict(name: name, purpose: "", channel: ChannelFile.read(file))
    }

    private func expect(_ verdict: ChannelVerdict, _ information: Double, within deviation: Double) {
        let evaluation = verdict.evaluation
        #expect(verdict.holds, "\(verdict.failures)")
        for found in [evaluation.informationByDefinition, evaluation.informationByEquation2] {
            #expect(
                (found.value - information).magnitude <= found.error + deviation,
                "\(verdict.name): \(found), expected \(information)")
        }
    }

    @Test func smallBeta() throws {
        // β² |m_1 − m_2|²/8d, with |m_1 − m_2|² = 2 (3/4 − 2/3)² up to the file's ten decimals.
        let difference = 0.75 - 0.6666666667
        try expect(verdict("small-beta"), 1e-12 * 2 * difference * difference / 16, within: 1e-26)
    }

    @Test func besselHole() throws { try expect(verdict("bessel-hole"), log(2), within: 0) }

    @Test func sampledUnderflow() throws {
        let verdict = try verdict("sampled-underflow")
        expect(verdict, 2 * log(2), within: 0)
        #expect(verdict.evaluation.informationByEquation2.error < 1e-3)
    }

    @Test func tinyProbability() throws { try expect(verdict("tiny-probability"), 0, within: 0) }

    /// Two images of three views on the circle, β log-uniform from 1e-6 to 1e-3.
    private func circleChannel(using generator: inout PhiloxGenerator) throws -> FiniteChannel {
        func uniform() -> Double { Double.unitInterval(generator.next()) }
        func probabilities(_ count: Int) -> [Double] {
            let weights = (0..<count).map { _ in -log(1 - uniform()) }
            let sum = weights.reduce(0, +)
            return weights.map { $0 / sum }
        }
        func code() -> [Double] {
            let angle = 2 * Double.pi * uniform()
            return [cos(angle), sin(angle)]
        }
        return try FiniteChannel(
            family: NoiseFamily(kind: .vonMisesFisher, dimension: 2, beta: pow(10, -6 + 3 * uniform())),
            prior: probabilities(2), augmentation: [probabilities(3), probabilities(3)],
            encoder: [[code(), code(), code()], [code(), code(), code()]])
    }

    /// One in six such channels was "FAILS".
    @Test func twoImagesOnTheCircleAtSmallBeta() throws {
        var generator = PhiloxGenerator(seed: 14, purpose: "two images on the circle")
        for index in 0..<200 {
            let channel = try circleChannel(using: &generator)
            let verdict = try ChannelVerdict(name: "\(index)", purpose: "", channel: channel)
            #expect(verdict.holds, "\(RandomChannel(channel: channel)): \(verdict.failures)")
            // The integrand's plain mean is off by an ulp of 1 and more: the bound counts it, and little else.
            let pointwise = verdict.evaluation.meanPointwiseInformation
            #expect(pointwise.error < 1e-14 && pointwise.error > .ulpOfOne)
            let information = verdict.evaluation.informationByEquation2
            #expect(information.error < 1e-9 * information.value)
        }
    }

    /// Orthogonal codes: I = log n where noise hardly ever confuses them, β²(1 − 1/n)/2d where it is all there is.
    @Test(arguments: [2048, 10_000], [1, 2, 3, 4])
    func manyDimensions(dimension: Int, rank: Int) throws {
        let codes = max(2, rank)
        let encoder = (0..<codes).map { index -> [[Double]] in
            var code = [Double](repeating: 0, count: dimension)
            if rank == 1 { code[0] = index == 0 ? 1 : -1 } else { code[index] = 1 }
            return [code]
        }
        // Three dimensions and samples take a second each.
        for beta in rank < 3 ? [1e-3, 600, 4000, 1e4, 1e6] : [1e4] {
            let channel = try FiniteChannel(
                family: NoiseFamily(kind: .vonMisesFisher, dimension: dimension, beta: beta),
                prior: [Double](repeating: 1 / Double(codes), count: codes),
                augmentation: [[Double]](repeating: [1], count: codes), encoder: encoder)
            let verdict = try ChannelVerdict(name: "d = \(dimension), β = \(beta)", purpose: "", channel: channel)
            // Codes whose scores differ by β on average, with a standard deviation of √β at most, where β²/d is large.
            let separation = beta * channel.family.meanFactor
            if separation > 300 {
                expect(verdict, log(Double(codes)), within: 0)
            } else if beta < 1 {
                let share = rank == 1 ? 1 : 1 - 1 / Double(codes)
                let small = beta * beta * share / (2 * Double(dimension))
                expect(verdict, small, within: beta * small)
            } else {
                #expect(verdict.holds, "\(verdict.failures)")
            }
        }
    }

    /// Scores without a digit after the point fail on every route, with one line, and do not advise what is already so.
    @Test(arguments: [1, 2, 3, 4, 6])
    func noiseTooSharpForDoublesFails(rank: Int) throws {
        let codes = max(2, rank)
        let encoder = (0..<codes).map { index -> [[Double]] in
            var code = [Double](repeating: 0, count: 8)
            if rank == 1 { code[0] = index == 0 ? 1 : -1 } else { code[index] = 1 }
            return [code]
        }
        let channel = try FiniteChannel(
            family: NoiseFamily(kind: .vonMisesFisher, dimension: 8, beta: 1e16),
            prior: [Double](repeating: 1 / Double(codes), count: codes),
            augmentation: [[Double]](repeating: [1], count: codes), encoder: encoder)
        let counting = CountingEquations()
        let evaluation = try Evaluation(channel, settings: QuadratureSettings(), equations: counting)
        let verdict = ChannelVerdict(name: "", purpose: "", evaluation: evaluation, expectations: [])
        // It was a hundred million in three dimensions: half a minute.
        #expect(counting.scores.load(ordering: .relaxed) < 2_000_000)
        let lines = verdict.failures.filter { $0.contains("the error is of no use") }
        #expect(lines.count == 1 && lines[0].contains("scores βS reach 1e+16 nats"), "\(verdict.failures)")
        #expect(!lines[0].contains("1e-6 to 1e4"))
    }

    /// Means that span three dimensions and whose scores leave the doubles' range end at the first level of nodes.
    @Test func valuesThatAreNotFiniteFailAtOnce() throws {
        let channel = try FiniteChannel(
            family: NoiseFamily(kind: .gaussian, dimension: 3, beta: 1e300), prior: [0.25, 0.25, 0.25, 0.25],
            augmentation: [[1], [1], [1], [1]],
            encoder: [[[0, 0, 0]], [[1e120, 0, 0]], [[0, 1e120, 0]], [[0, 0, 1e120]]])
        let counting = CountingEquations()
        let failure = #expect(throws: Failure.self) {
            try Evaluation(channel, settings: QuadratureSettings(), equations: counting)
        }
        #expect(failure?.message.contains("the scores βS reach inf nats") == true, "\(failure?.message ?? "none")")
        // All levels would be a thousand million: half a minute.
        #expect(counting.scores.load(ordering: .relaxed) < 2_000_000)
    }

    /// Weights of all sizes down to the smallest double, in both places.
    @Test(arguments: [1e-280, 1e-295, .leastNormalMagnitude, .leastNonzeroMagnitude])
    func tinyWeightsChangeNothing(weight: Double) throws {
        func channel(_ prior: [Double], _ augmentation: [[Double]]) throws -> FiniteChannel {
            try FiniteChannel(
                family: NoiseFamily(kind: .gaussian, dimension: 1, beta: 1), prior: prior, augmentation: augmentation,
                encoder: [[[0], [40]], [[1], [-40]], [[900], [0]]])
        }
        let plain = try Evaluation(channel([0.5, 0.5, 0], [[1, 0], [1, 0], [1, 0]]))
        for (prior, row) in [([0.5, 0.5, 0], weight), ([0.5, 0.5, weight], 0), ([0.5, 0.5, weight], weight)] {
            let tiny = try ChannelVerdict(
                name: "", purpose: "", channel: channel(prior, [[1, row], [1, row], [1, row]]))
            #expect(tiny.holds, "\(tiny.failures)")
            #expect(tiny.evaluation.informationByEquation2.agrees(with: plain.informationByEquation2))
            #expect(tiny.evaluation.entropyZ.agrees(with: plain.entropyZ))
        }
    }
}

/// The paper's equations, and how many scores were evaluated.
private final class CountingEquations: Equations {
    let scores = Atomic(0)

    func score(
        _ similarity: Similarity, _ z: UnsafeBufferPointer<Double>, _ h: UnsafeBufferPointer<Double>, beta: Double
    ) -> Double {
        scores.wrappingAdd(1, ordering: .relaxed)
        return PaperEquations().score(similarity, z, h, beta: beta)
    }
}

@Suite struct DivergenceIntegrandTests {
    /// By mpmath 1.3.0 at 40 digits: lambda L: exp(L)*L - exp(L) + 1, on the double L.
    @Test(arguments: [
        (1e-9, 5.000000003333334e-19), (-1e-3, 4.996667916333403e-07), (0.0499, 0.0012872076061093672),
        (0.0501, 0.001297720317791496), (-0.06, 0.0017295944006963677), (3, 41.171073846375336),
        (-40, 0.9999999999999998), (690, 3.17257381289548e+302), (-1.0625, 0.28721907280999004),
        (-1.5, 0.4421745996289254), (-1e16, 1), (-1e300, 1),
    ])
    func goldenValues(logRatio: Double, expected: Double) {
        let found = divergenceIntegrand(logRatio)
        #expect((found / expected - 1).magnitude < 2e-14, "L = \(logRatio): \(found), expected \(expected)")
    }

    @Test func atItsEnds() {
        #expect(divergenceIntegrand(0) == 0 && divergenceIntegrand(-.infinity) == 1)
        #expect(divergenceIntegrand(.infinity) == .infinity && divergenceIntegrand(.nan).isNaN)
    }
}

@Suite struct JensenGapIntegrandTests {
    /// By mpmath 1.3.0 at 50 digits: exp(x) - 1 - x, on the double x.
    @Test(arguments: [(0.124, 0.008015870999175154), (-0.1249, 0.0074851566874854615)])
    func beyondFirstOrder(x: Double, expected: Double) {
        let found = JensenGapIntegrand.exponentialBeyondFirstOrder(x)
        // A rounding for each of the series' last terms, the product and the golden value.
        #expect((found / expected - 1).magnitude < 3 * .ulpOfOne, "x = \(x): \(found), expected \(expected)")
    }

    /// By mpmath 1.3.0 at 40 digits, on the double weights and scores: μ and σ² of e^s, log μ − E s, and σ²·g at the greatest and
    /// the least e^s with g(y) = (log μ − log y)/(y − μ)² + 1/(μ(y − μ)).
    @Test func valueAndInterval() {
        let (weights, scores) = ([0.5, 0.3, 0.2], [0.0, 2, -1])
        let gap = weights.withUnsafeBufferPointer { weights in
            scores.withUnsafeBufferPointer { JensenGapIntegrand(own: ScoreRow($0), weights: weights) }
        }
        for (found, expected) in [
            (gap.value, 0.62614650714475882), (gap.lowerEnd, 0.29079531708297813), (gap.upperEnd, 1.7998649162189124),
        ] {
            // A dozen roundings; with the mean of s for log μ the lower end would be 0.176.
            #expect((found / expected - 1).magnitude < 1e-14, "\(found), expected \(expected)")
        }
    }
}

@Suite struct ViewPairsOfTinyWeightsTests {
    /// The product of two such probabilities is 0 in double precision. The other view's image is hardly ever drawn: I(V₁;V₂) is
    /// p log(1/p), less than 1e-276.
    @Test func tinyProbabilities() throws {
        let channel = try FiniteChannel(
            family: NoiseFamily(kind: .gaussian, dimension: 1, beta: 1), prior: [1, 1e-280], augmentation: [[1], [1]],
            encoder: [[[0]], [[1]]])
        let pairs = ViewPairs(channel)
        #expect(pairs.information >= 0 && pairs.information < 1e-276)
        #expect(!pairs.optimalCritic.joined().contains { !$0.isFinite })
        #expect(pairs.bound(critic: pairs.optimalCritic).magnitude < 1e-15)
    }
}

@Suite struct ComponentGeometryTests {
    /// Where the two terms of the complement's logarithm cancel the bound is of the size of the terms: by mpmath 1.3.0 at 50
    /// digits, log(2*pi) - 2*log(beta), on the double beta.
    @Test(arguments: [
        (2.5066282746310002, 2.080910142800202e-16), (2.5066282746310007, -1.4624090987848853e-16),
        (2.506628274631, 5.6242293843852898e-16), (2.50662827463099, 8.3577252699257382e-15),
    ])
    func errorOfTheComplementWhereItsTermsCancel(beta: Double, expected: Double) {
        let geometry = ComponentGeometry(
            family: NoiseFamily(kind: .gaussian, dimension: 4, beta: beta), rank: 2, depth: 40)
        let error = (geometry.logComplement - expected).magnitude
        #expect(error <= geometry.errorOfLogComplement, "\(error)")
        #expect(geometry.errorOfLogComplement < 1e-14)
    }
}

@Suite struct CompensatedDotTests {
    /// 5,000 products and, in another order, their negatives: the sum is 0, of which a plain sum keeps twelve digits.
    @Test func keepsItsDigitsWhereTermsCancel() {
        var left: [Double] = []
        for index in 0..<5000 { left.append(1 + Double(index) / 1000) }
        for index in 0..<5000 { left.append(-left[(index * 7) % 5000]) }
        let right = [Double](repeating: 1.0 / 3, count: left.count)
        let plain = zip(left, right).reduce(0.0) { $0 + $1.0 * $1.1 }
        #expect(plain.magnitude > 1e-13)
        #expect(compensatedDot(left, right).magnitude < 1e-20)
    }
}
