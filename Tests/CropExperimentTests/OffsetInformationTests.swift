import Digits
import Foundation
import Tensors
import Testing

@testable import CropExperiment

/// What the offsets of crops tell of the images, on distributions whose information is known.
@Suite struct OffsetInformationTests {
    /// Six images, two of each of three classes; all in one cell, or the second three in another.
    private func dataset(cells: [UInt8] = [UInt8](repeating: 4, count: 6)) throws -> CanvasDataset {
        let digits = try EmbeddedDigits.load(reason: "a test").train.prefix(6)
        let labelled = try DigitImages(images: digits.images, labels: [0, 0, 1, 1, 2, 2], named: "six digits")
        return CanvasDataset(labelled, geometry: CropGeometry(), cells: cells)
    }

    /// - Parameter weights: P(T|x) of each image, by crop.
    private func information(_ dataset: CanvasDataset, _ weights: (Int) -> [Int: Float]) -> OffsetInformation {
        var statistics = OffsetStatistics(dataset.geometry, labels: 10)
        for image in 0..<6 {
            let given = weights(image)
            statistics.add(image, of: dataset, probabilities: (0..<289).map { given[$0] ?? 0 })
        }
        return statistics.information
    }

    private func expect(
        _ found: OffsetInformation, image: Double, label: Double, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        // Sums of a few logarithms.
        #expect(abs(found.image - image) < 1e-12, "\(found)", sourceLocation: sourceLocation)
        #expect(abs(found.label - label) < 1e-12, "\(found)", sourceLocation: sourceLocation)
    }

    @Test func knownValues() throws {
        let dataset = try dataset()
        let inside = dataset.geometry.cropsInside(cell: 4)
        // The same crop for all; a crop for each image; for each class; for the first image of each class.
        expect(information(dataset) { _ in [inside[3]: 1] }, image: 0, label: 0)
        expect(information(dataset) { [inside[$0]: 1] }, image: log(6), label: log(3))
        expect(information(dataset) { [inside[$0 / 2]: 1] }, image: log(3), label: log(3))
        expect(information(dataset) { [inside[$0 % 2]: 1] }, image: log(2), label: 0)
        // Two crops of equal probability, the same ones for all; disjoint pairs for the classes.
        expect(information(dataset) { _ in [inside[0]: 0.5, inside[1]: 0.5] }, image: 0, label: 0)
        expect(
            information(dataset) { [inside[$0 / 2]: 0.5, inside[3 + $0 / 2]: 0.5] }, image: log(3), label: log(3))
    }

    /// Where all crops are blank they look alike, whichever they are.
    @Test func blankCropsTellNothing() throws {
        let dataset = try dataset()
        #expect((0..<6).allSatisfy { dataset.isBlank(image: $0, crop: $0) })
        expect(information(dataset) { [$0: 1] }, image: 0, label: 0)
        let inside = dataset.geometry.cropsInside(cell: 4)
        expect(information(dataset) { [$0: 0.5, inside[0]: 0.5] }, image: 0, label: 0)
    }

    /// A P that knows the cell alone tells nothing beyond it: in two cells, other offsets for each.
    @Test func theCellIsNotCounted() throws {
        let dataset = try dataset(cells: [0, 8, 0, 8, 0, 8])
        let crops = [dataset.geometry.cropsInside(cell: 0)[0], dataset.geometry.cropsInside(cell: 8)[4]]
        expect(information(dataset) { [crops[$0 % 2]: 1] }, image: 0, label: 0)
        let others = [dataset.geometry.cropsInside(cell: 0)[5], dataset.geometry.cropsInside(cell: 8)[5]]
        // In each cell one image of three is told apart.
        let third = log(3) - 2.0 / 3 * log(2)
        expect(information(dataset) { [($0 < 2 ? others : crops)[$0 % 2]: 1] }, image: third, label: third)
    }

    /// Uniform and Gaussian ones tell nothing of embedded digits, whose ink meets other crops from one to the next, but what is
    /// blank does; a mutation of each image's own tells.
    @Test func aDistributionOfTheCellTellsLittle() throws {
        let digits = try EmbeddedDigits.load(reason: "a test").train.prefix(60)
        let dataset = CanvasDataset(digits, geometry: CropGeometry(), seed: 4, split: .training)
        let logP: Tensor<Float> = GaussianAugmentation(width: 0.7).logProbabilities(dataset, Array(0..<60))
        var (gaussian, shifted) = (
            OffsetStatistics(dataset.geometry, labels: 10), OffsetStatistics(dataset.geometry, labels: 10)
        )
        for image in 0..<60 {
            let p = (0..<289).map { exp(logP[image, $0]) }
            gaussian.add(image, of: dataset, probabilities: p)
            // Moved by up to two strides, as the image's number says.
            let shift = image % 3
            shifted.add(image, of: dataset, probabilities: (0..<289).map { $0 < shift ? 0 : p[$0 - shift] })
        }
        #expect(gaussian.information.image < 0.02, "\(gaussian.information)")
        #expect(shifted.information.image > 0.3, "\(shifted.information)")
    }
}
