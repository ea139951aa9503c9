import Digits
import Foundation
import Tensors
import TestSupport
import Testing

@testable import CropExperiment

/// The linear evaluation under other protocols than this project's.
@Suite struct ProtocolStudyTests {
    private func values(_ count: Int, _ width: Int) -> Tensor<Float> {
        var generator = PhiloxGenerator(seed: 5, purpose: "features")
        return Tensor<Float>.normal([count, width], using: &generator)
    }

    @Test func standardizedFeaturesHaveMean0AndVariance1() {
        var scalars = values(300, 4).scalars
        for row in 0..<300 {
            scalars[row * 4] = scalars[row * 4] * 3 + 100
            scalars[row * 4 + 1] *= 1e-6
            // Constant but for the last bit.
            scalars[row * 4 + 2] = row % 2 == 0 ? 7 : Float(7).nextUp
        }
        let features = Tensor(shape: [300, 4], scalars: scalars)
        let result = FeaturePreparation.standardized.fitted(to: features)(features)
        for column in [0, 1, 3] {
            let numbers = (0..<300).map { Double(result[$0, column]) }
            let mean = numbers.reduce(0, +) / 300
            // Single precision's rounding of numbers up to 3; of the first column's, as a share of its deviation.
            #expect(abs(mean) < 1e-5)
            #expect(abs(numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 300 - 1) < 1e-5)
        }
        #expect((0..<300).allSatisfy { result[$0, 2] == 0 })
        // Other images are measured by the training images' moments: those of the last column by formula.
        let other = FeaturePreparation.standardized.fitted(to: features)(features.scaled(by: 2, plus: 1))
        let numbers = (0..<300).map { Double(features[$0, 3]) }
        let mean = numbers.reduce(0, +) / 300
        let deviation = (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 300).squareRoot()
        for row in 0..<300 { #expect(abs(Double(other[row, 3]) - (2 * numbers[row] + 1 - mean) / deviation) < 1e-5) }
    }

    @Test func featuresOfUnitLength() {
        let features = Tensor<Float>(shape: [3, 2], scalars: [3, 4, 0, 0, -1e-20, 0])
        let result = FeaturePreparation.unitLength.fitted(to: features)(features)
        #expect(result.scalars == [0.6, 0.8, 0, 0, -1, 0])
    }

    @Test func multiples() {
        let features = Tensor<Float>(shape: [1, 2], scalars: [1, -3])
        for (preparation, factor) in [
            (FeaturePreparation.hundredth, Float(0.01)), (.tenth, 0.1), (.unchanged, 1), (.threefold, 3.162_277_7),
            (.tenfold, 10),
        ] { #expect(preparation.fitted(to: features)(features).scalars == [factor, -3 * factor]) }
    }

    private func study(_ assignments: [String]) throws -> (study: ProtocolStudy, result: RunResult) {
        var configuration = ExperimentConfiguration()
        for assignment in [
            "intermediateEncoder.channels=4,8", "intermediateEncoder.features=12", "projectionHead.hidden=10",
            "projectionHead.dimension=6", "augmentation.channels=4", "training.batchSize=16", "training.steps=1",
        ] + assignments { try configuration.set(assignment) }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tac-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let digits = try EmbeddedDigits.load(reason: "a test").prefix(train: 120, test: 60)
        let experiment = try Experiment(configuration: configuration, digits: digits, folder: folder)
        guard case .finished(let run) = try experiment.train() else { throw CancellationError() }
        var names: Set<String> = []
        let study = try experiment.protocolStudy(of: run) { if case .classifier(let name) = $0 { names.insert(name) } }
        #expect(names.count == study.entries.count, "a classifier's name occurs twice")
        return (study, try experiment.evaluate(run).result)
    }

    /// Every layer under every weighting of the run, seven preparations of f and six of h, two stops; the project's own protocol
    /// is one of them, and gives the evaluation's score.
    @Test(arguments: [
        ([], [CropWeighting.expectation, .mostProbable]), (["method=simclr"], [.expectation, .oracle]),
    ]) func itHoldsEveryProtocol(assignments: [String], weightings: [CropWeighting]) throws {
        let (study, result) = try study(assignments)
        #expect(study.entries.count == weightings.count * 26)
        for weighting in weightings {
            for layer in RepresentationScore.Layer.allCases {
                let entries = study.entries.filter { $0.layer == layer && $0.crops == weighting }
                #expect(entries.count == (layer == .f ? 14 : 12))
                let own = entries.first { $0.preparation == .unchanged && $0.stop == .optimum }
                #expect(own?.classifier == result.score(of: layer, over: weighting))
                let scale = try #require(study.scales.first { $0.layer == layer && $0.crops == weighting })
                #expect(scale.deviation > 0 && scale.deviation < scale.rootMeanSquare)
                // Unit vectors of 6 numbers.
                if layer == .h { #expect(abs(scale.rootMeanSquare - (1.0 / 6).squareRoot()) < 1e-6) }
            }
        }
        let tight = study.entries.filter { $0.stop == .optimum && $0.preparation == .hundredth }
        // So strong a penalty leaves the intercepts: the most frequent class, of ten.
        #expect(tight.allSatisfy { $0.classifier.accuracy < 0.6 && $0.classifier.hasConverged })
        #expect(study.entries.allSatisfy { $0.stop == .optimum || $0.classifier.iterations <= 100 })
        let coded = try JSONDecoder().decode(ProtocolStudy.self, from: JSONEncoder().encode(study))
        #expect(coded == study)
    }
}
