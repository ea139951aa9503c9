import AugmentationChannel
import Foundation
import Proposition1
import Tensors
import Testing

@Suite struct SampledObjectiveTests {
    private func channel(beta: Double) throws -> FiniteChannel {
        try FiniteChannel(
            family: NoiseFamily(kind: .vonMisesFisher, dimension: 2, beta: beta), prior: [0.3, 0.7],
            augmentation: [[0.5, 0.5], [0.5, 0.5]],
            encoder: [[[1, 0], [0.8, 0.6]], [[-1, 0], [0, 1]]])
    }

    /// What a batch shows of one image: which image, and the codes of the anchor and the positives.
    private struct Draw {
        let probability: Double
        let anchor: [Double]
        let positives: [[Double]]
    }

    /// All batches of N images with Ñ positives each, the library's objective on each one, weighted by its probability.
    private func average(
        _ channel: FiniteChannel, images: Int, positives: Int, _ objective: ([[Double]], [[[Double]]]) -> Double
    ) -> Double {
        let draws = (0..<channel.images).flatMap { image -> [Draw] in
            let views = zip(channel.augmentation[image], channel.encoder[image])
            var draws = views.map { Draw(probability: channel.prior[image] * $0, anchor: $1, positives: []) }
            for _ in 0..<positives {
                draws = draws.flatMap { draw in
                    views.map {
                        Draw(
                            probability: draw.probability * $0, anchor: draw.anchor, positives: draw.positives + [$1])
                    }
                }
            }
            return draws
        }
        var batches: [[Draw]] = [[]]
        for _ in 0..<images { batches = batches.flatMap { batch in draws.map { batch + [$0] } } }
        return batches.reduce(0) { sum, batch in
            sum + batch.reduce(1) { $0 * $1.probability } * objective(batch.map(\.anchor), batch.map(\.positives))
        }
    }

    /// The enumeration that the laws of the bias rely on, against the functions that train the networks on every batch.
    @Test(arguments: [1, 2, 3])
    func theEnumerationIsTheSumOverAllBatches(images: Int) throws {
        let channel = try channel(beta: 2)
        let all = average(channel, images: images, positives: 1) { anchors, positives in
            Subject.reference.simCLR(anchors, positives.map { $0[0] }, .dotProduct, 2)
        }
        #expect(abs(all - BatchEnumeration(channel).expectation(images: images, positives: 1)) < 1e-13)
    }

    @Test func theEnumerationOfSeveralPositivesIsTheSumOverAllBatches() throws {
        let channel = try channel(beta: 2)
        let all = average(channel, images: 2, positives: 2) { anchors, positives in
            sampledObjective(
                anchors: Subject.matrix(anchors),
                positives: Subject.matrix(positives.flatMap { $0 }).reshaped([2, 2, 2]),
                positiveWeights: .init(Tensor(shape: [2, 2], repeating: 0.5)),
                negatives: Subject.matrix(positives.flatMap { $0 }),
                negativeWeights: .init(Tensor(shape: [4], repeating: 0.25)), beta: 2
            ).value.scalars[0]
        }
        #expect(abs(all - BatchEnumeration(channel).expectation(images: 2, positives: 2)) < 1e-13)
    }

    /// (20) tends to its limit (17) like 1/N, with the constant that the delta method predicts: exactly, over all batches.
    /// What is left when N doubles is a quarter of what was left: the next term is of order 1/N².
    @Test(arguments: [0.5, 2.0])
    func simCLRTendsToTheMeanApproximationAtThePredictedRate(beta: Double) throws {
        let channel = try channel(beta: beta)
        let limit = try #require(try Evaluation(channel).simCLR)
        let bias = SampledObjectives(channel).simCLRBias
        try expectRate(channel, limit: limit, bias: bias, positives: 1)
    }

    /// (19) tends to (17) as well, and several positives change the bias as the variance within an image predicts.
    @Test(arguments: [2, 4])
    func equation19ApproachesItsLimit(positives: Int) throws {
        let channel = try channel(beta: 2)
        let sampler = SampledObjectives(channel)
        let bias = sampler.bias(positives: positives)
        try expectRate(channel, limit: try Evaluation(channel).meanApproximation, bias: bias, positives: positives)
        #expect(abs(bias - sampler.simCLRBias) > 0.01)
    }

    /// e^{2β} is no number here; as β grows, an anchor's own codes are all that counts, and the bias tends to a limit.
    @Test func theBiasIsFiniteAtAnyConcentration() throws {
        let biases = try [300.0, 400, 1e16].map { SampledObjectives(try channel(beta: $0)).simCLRBias }
        #expect(biases.allSatisfy(\.isFinite) && abs(biases[1] - biases[0]) < 1e-9 * abs(biases[0]), "\(biases)")
    }

    private func expectRate(_ channel: FiniteChannel, limit: Double, bias: Double, positives: Int) throws {
        let batches = BatchEnumeration(channel)
        let rests = [16, 32].map { count in
            batches.expectation(images: count, positives: positives) - limit - bias / Double(count)
        }
        #expect(abs(rests[0]) < 0.2 * abs(bias) / 16)
        #expect((3.5...4.6).contains(rests[0] / rests[1]), "\(rests)")
    }

    /// (19) with Ñ = 1 and M = N is (20), on the same draws.
    @Test func equation19WithOnePositiveIsEquation20() throws {
        let channel = try channel(beta: 1)
        let batches = Batches(images: 8, count: 20, seed: 3)
        let simCLR = try Subject.reference.average(channel, .equation20, batches)
        let sampled = try Subject.reference.average(channel, .equation19(positives: 1), batches)
        #expect(abs(simCLR.mean - sampled.mean) < 1e-14)
    }
}
