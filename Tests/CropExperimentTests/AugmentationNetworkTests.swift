import Digits
import TensorReference
import Tensors
import Testing

@testable import CropExperiment

/// Where P(T|X) starts.
@Suite struct AugmentationNetworkTests {
    private func algorithm(initialScale: Double) -> Algorithm1<Double> {
        var configuration = ExperimentConfiguration()
        configuration.intermediateEncoder.channels = [4, 8]
        configuration.intermediateEncoder.features = 12
        configuration.augmentation.channels = 4
        configuration.augmentation.initialScale = initialScale
        return Algorithm1(configuration)
    }

    /// The scale multiplies the last filters, and changes no other weight of P(T|X) or h.
    @Test(arguments: [0, 0.5]) func onlyTheLastFiltersAreScaled(scale: Double) throws {
        var (scaled, whole) = (algorithm(initialScale: scale), algorithm(initialScale: 1))
        var others: [String: [Double]] = [:]
        func visit(_ algorithm: inout Algorithm1<Double>, _ body: (String, [Double]) -> Void) {
            algorithm.representation.visitParameters { body("h.\($0)", $1.value.scalars) }
            algorithm.augmentation?.visitParameters { body($0, $1.value.scalars) }
        }
        visit(&whole) { others[$0] = $1 }
        var count = 0
        visit(&scaled) { name, values in
            count += 1
            #expect(values == others[name]?.map { name == "third.filters" ? scale * $0 : $0 }, "\(name)")
        }
        #expect(count == others.count && others["third.filters"]?.contains { $0 != 0 } == true)
    }

    @Test func withoutLastFiltersItStartsUniform() throws {
        let dataset = CanvasDataset(
            try EmbeddedDigits.load(reason: "a test").train.prefix(4), geometry: CropGeometry(), seed: 4,
            split: .training)
        func greatest(_ scale: Double) throws -> Double {
            let algorithm = algorithm(initialScale: scale)
            let network = try #require(algorithm.augmentation)
            let logP = logProbabilities(network, dataset, Array(0..<4), scale: algorithm.scale).value
            return largest(logP.exponential().scalars)
        }
        // Of 289 crops; the sum of their exponentials is rounded once a term.
        #expect(abs(try greatest(0) - 1.0 / 289) < 1e-15)
        #expect(try greatest(1) > 1.1 / 289)
    }

    /// The first step of a uniform P(T|X) leaves the uniform distribution: the gradient of the last filters is not 0, though
    /// that of the layers before them is.
    @Test func aUniformStartIsLeft() throws {
        let dataset = CanvasDataset(
            try EmbeddedDigits.load(reason: "a test").train.prefix(8), geometry: CropGeometry(), seed: 4,
            split: .training)
        var algorithm = algorithm(initialScale: 0)
        let before = try #require(algorithm.augmentation)
        _ = algorithm.iterate(step: 0, images: Array(0..<8), dataset: dataset)
        let after = try #require(algorithm.augmentation)
        #expect(after.third.filters.value.scalars.contains { $0 != 0 })
        #expect(after.first.filters.value.scalars == before.first.filters.value.scalars)
    }
}
