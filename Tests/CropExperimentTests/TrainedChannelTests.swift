import AugmentationChannel
import Digits
import Foundation
import Tensors
import TestSupport
import Testing

@testable import CropExperiment

/// The channel of a trained run, as codes with weights.
@Suite struct TrainedChannelTests {
    private func dataset() throws -> CanvasDataset {
        CanvasDataset(
            try EmbeddedDigits.load(reason: "a test").train.prefix(300), geometry: CropGeometry(), seed: 4,
            split: .training)
    }

    private func extractor(_ method: RunMethod) -> FeatureExtractor {
        var configuration = ExperimentConfiguration()
        configuration.method = method
        configuration.intermediateEncoder.channels = [4, 8]
        configuration.intermediateEncoder.features = 12
        configuration.projectionHead.dimension = 6
        configuration.augmentation.channels = 4
        var algorithm = Algorithm1<Float>(configuration)
        // Untrained, P(T|x) is nearly uniform.
        if let filters = algorithm.augmentation?.third.filters {
            algorithm.augmentation?.third.filters = filters.scaled(by: 40)
        }
        return FeatureExtractor(algorithm)
    }

    /// Distinct crops with their weights have the distribution of the codes of all 289 crops under P(T|x): equal means of
    /// h, and of its squares, for every image.
    @Test(arguments: RunMethod.allCases) func codesAreThoseOfEveryCrop(method: RunMethod) throws {
        let dataset = try dataset()
        let extractor = extractor(method)
        var told: [Int] = []
        let channel = try extractor.weightedCodes(of: dataset, imageCount: 270) { told.append($0) }
        #expect(told == [256, 270])
        #expect(channel.images == 270 && channel.dimension == 6)
        #expect(channel.blocks.count > 1, "the test should see several blocks")
        var image = 0
        var blanks: Set<[Double]> = []
        for block in channel.blocks {
            for (first, next) in zip(block.offsets, block.offsets.dropFirst()) {
                defer { image += 1 }
                let shown = (0..<289).count { !dataset.isBlank(image: image, crop: $0) }
                // Of the blank crops there is one.
                #expect(next - first <= shown + 1)
                if method == .simclr { #expect(next - first == shown + 1) }
                guard image % 37 == 0 else { continue }
                let probabilities = extractor.probabilities(dataset, [image])
                let crops: Tensor<Float> = dataset.cropTensor(
                    (0..<289).map { (image, $0) }, scale: extractor.scale)
                let h = extractor.representation(.init(crops)).value
                for power in [1.0, 2] {
                    for k in 0..<6 {
                        let expected = (0..<289).reduce(0.0) {
                            $0 + Double(probabilities[0, $1]) * pow(Double(h[$1, k]), power)
                        }
                        let found = (first..<next).reduce(0.0) {
                            $0 + block.weights[$1] * pow(block.codes[$1, k], power)
                        }
                        // 289 weights in single precision, and h computed in another batch.
                        #expect(abs(found - expected) < 2e-5, "image \(image), coordinate \(k)")
                    }
                }
                if method == .simclr { blanks.insert((0..<6).map { block.codes[next - 1, $0] }) }
            }
        }
        #expect(image == 270)
        if method == .simclr { #expect(blanks.count == 1, "the blank crop has one code") }
    }

    /// An encoder that gives zeros has no unit vectors, and says so in one line.
    @Test func aDeadEncoderIsRefused() throws {
        var algorithm = Algorithm1<Float>(ExperimentConfiguration())
        algorithm.representation.projectionHead.output.visitParameters { _, parameter in
            parameter = parameter.scaled(by: 0)
        }
        let extractor = FeatureExtractor(algorithm)
        let dataset = try dataset()
        expectFailure(.badData, mentioning: "expected representations of norm 1, found one of norm 0") {
            _ = try extractor.weightedCodes(of: dataset, imageCount: 2) { _ in }
        }
    }
}
