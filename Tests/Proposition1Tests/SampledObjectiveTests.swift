import AugmentationChannel
import Foundation
import PropertyTesting
import Proposition1
import Testing

@Suite struct SampledObjectiveTests {
    private func channel(beta: Double) throws -> FiniteChannel {
        try FiniteChannel(
            family: NoiseFamily(kind: .vonMisesFisher, dimension: 2, beta: beta), prior: [0.3, 0.7],
            augmentation: [[0.5, 0.5], [0.5, 0.5]],
            encoder: [[[1, 0], [0.8, 0.6]], [[-1, 0], [0, 1]]])
    }

    /// (20) tends to its limit (17) like 1/N, with the constant that the delta method predicts.
    @Test(arguments: [0.5, 2.0])
    func simCLRTendsToTheMeanApproximationAtThePredictedRate(beta: Double) throws {
        let channel = try channel(beta: beta)
        let limit = try #require(try Evaluation(channel).simCLR)
        let sampler = SampledObjectives(channel)
        var generator = SplitMix64(seed: 20)
        for (images, batches) in [(16, 6000), (64, 3000)] {
            let average = sampler.simCLR(images: images, batches: batches, using: &generator)
            let predicted = limit + sampler.simCLRBias / Double(images)
            // The expansion's next term is of order 1/N²; five standard errors, and the seed is fixed.
            let tolerance = 5 * average.standardError + 8 * (1 + beta * beta) / Double(images * images)
            #expect(abs(average.mean - predicted) < tolerance, "N = \(images)")
        }
        // The bias is there: a batch of four is off by more than the noise.
        let small = sampler.simCLR(images: 4, batches: 20_000, using: &generator)
        #expect(abs(small.mean - limit) > 5 * small.standardError)
    }

    /// (19) with Ñ = 1 and M = N is (20), on the same draws.
    @Test func equation19WithOnePositiveIsEquation20() throws {
        let sampler = SampledObjectives(try channel(beta: 1))
        var first = SplitMix64(seed: 3)
        var second = SplitMix64(seed: 3)
        let simCLR = sampler.simCLR(images: 8, batches: 20, using: &first)
        let sampled = sampler.sampled(images: 8, positives: 1, batches: 20, using: &second)
        #expect(abs(simCLR.mean - sampled.mean) < 1e-14)
    }

    /// (19) tends to (17) as well, and several positives change the bias as the variance within an image predicts.
    @Test(arguments: [2, 4])
    func equation19ApproachesItsLimit(positives: Int) throws {
        let channel = try channel(beta: 2)
        let limit = try Evaluation(channel).meanApproximation
        let sampler = SampledObjectives(channel)
        var generator = SplitMix64(seed: 9)
        let images = 24
        let average = sampler.sampled(images: images, positives: positives, batches: 4000, using: &generator)
        let predicted = limit + sampler.bias(positives: positives) / Double(images)
        // As for (20): five standard errors and the next term of the expansion.
        let tolerance = 5 * average.standardError + 40 / Double(images * images)
        #expect(abs(average.mean - predicted) < tolerance)
        #expect(sampler.bias(positives: positives) != sampler.simCLRBias)
    }
}
