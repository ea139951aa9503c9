import Digits
import Foundation
import TensorReference
import Tensors
import Testing

@testable import CropExperiment

/// P(T|X) where it is fixed: a Gaussian about the digit.
@Suite struct GaussianAugmentationTests {
    private func dataset(cellsPerSide: Int) throws -> CanvasDataset {
        let digits = try EmbeddedDigits.load(reason: "a test").train.prefix(cellsPerSide * cellsPerSide)
        return CanvasDataset(
            digits, geometry: CropGeometry(cellsPerSide: cellsPerSide),
            cells: (0..<cellsPerSide * cellsPerSide).map { UInt8($0) })
    }

    /// One image in each cell, `[cell][crop]`.
    private func probabilities(_ width: Double, cellsPerSide: Int = 3) throws -> [[Double]] {
        let dataset = try dataset(cellsPerSide: cellsPerSide)
        let logP: Tensor<Double> = GaussianAugmentation(width: width).logProbabilities(
            dataset, Array(0..<dataset.count))
        return (0..<dataset.count).map { cell in (0..<dataset.geometry.cropCount).map { exp(logP[cell, $0]) } }
    }

    /// The same by pixels and one axis at a time: the Gaussian of the distance between the middles of crop and cell is a product of
    /// one for the rows and one for the columns, and so is its normalisation over a square of crops.
    private func product(_ deviation: Double, cellsPerSide side: Int) -> [[Double]] {
        let corners = Array(stride(from: 0, through: 28 * side - 20, by: 4))
        func axis(_ place: Int) -> [Double] {
            let densities = corners.map { corner in
                exp(-0.5 * pow((Double(corner + 10) - Double(28 * place + 14)) / (4 * deviation), 2))
            }
            let sum = densities.reduce(0, +)
            return densities.map { $0 / sum }
        }
        return (0..<side * side).map { cell in
            let (rows, columns) = (axis(cell / side), axis(cell % side))
            return rows.flatMap { row in columns.map { row * $0 } }
        }
    }

    @Test(arguments: [(0.7, 3), (1.0, 3), (2.5, 2), (0.3, 1), (0.01, 3), (1_000, 3)])
    func itIsTheProductOfTwoGaussians(width: Double, cellsPerSide: Int) throws {
        let found = try probabilities(width, cellsPerSide: cellsPerSide).joined()
        let expected = product(width, cellsPerSide: cellsPerSide).joined()
        let difference = largestDifference(found, expected)
        // A hundred roundings of numbers up to 1.
        #expect(difference < 1e-14, "\(difference)")
        // The comparison would notice a width that is off by a thousandth, where there is more than one crop to it.
        guard width != 0.01 else { return }
        let other = product(width * 1.001, cellsPerSide: cellsPerSide).joined()
        #expect(largestDifference(found, other) > 1e-10)
    }

    /// Of every shape the density on the plane has the Gaussian's entropy, by sums over a fine grid.
    @Test(arguments: [1, 2, 3.5, 8]) func everyShapeIsAsBroad(exponent: Double) {
        let (width, step) = (0.8, 0.02)
        let squaredRadius = GaussianAugmentation(width: width, exponent: exponent).squaredRadius
        // Twenty standard deviations: beyond, the widest tail, that of exponent 1, has less than 1e-11 of the whole.
        let axis = stride(from: -16 + step / 2, to: 16, by: step)
        var (mass, mean) = (0.0, 0.0)
        for x in axis {
            for y in axis {
                let power = pow((x * x + y * y) / squaredRadius, exponent / 2)
                mass += exp(-power) * step * step
                mean += power * exp(-power) * step * step
            }
        }
        let entropy = log(mass) + mean / mass
        // The midpoint rule's error: a cone's tip is seen by the grid to the square of its step.
        #expect(abs(entropy - (log(2 * .pi * width * width) + 1)) < 1e-4, "\(entropy)")
    }

    /// A disc of two strides about the middle crop: nearly constant inside, nearly nothing outside.
    @Test func aGreatExponentMakesADisc() throws {
        let dataset = try dataset(cellsPerSide: 3)
        let disc = GaussianAugmentation(width: 1.2, exponent: 8)
        let logP: Tensor<Double> = disc.logProbabilities(dataset, [4])
        let middle = logP[0, 8 * 17 + 8]
        for crop in 0..<dataset.geometry.cropCount {
            let distance = hypot(Double(crop / 17 - 8), Double(crop % 17 - 8))
            let below = middle - logP[0, crop]
            if distance < 2 { #expect(below < 0.1, "\(distance) strides: \(below)") }
            if distance > 3.6 { #expect(below > 10, "\(distance) strides: \(below)") }
        }
    }

    /// In single precision, too, on the largest canvas.
    @Test(arguments: [1, 8]) func everyShapeIsFinite(exponent: Double) throws {
        let dataset = try dataset(cellsPerSide: 8)
        for width in [0.01, 1_000] {
            let shape = GaussianAugmentation(width: width, exponent: exponent)
            let logP: Tensor<Float> = shape.logProbabilities(dataset, [0, 63])
            #expect(logP.isFinite)
            #expect(meanEntropy(.init(logP)).value.scalar.isFinite)
        }
    }

    /// A narrow one takes the crop in the middle of the cell, a wide one all crops alike; in single precision all is finite.
    @Test func itsLimits() throws {
        for (cell, row) in try probabilities(0.01).enumerated() {
            // Strides of 4 pixels: the crop in the middle begins one stride below and right of the cell's corner.
            let middle = (cell / 3 * 7 + 1) * 17 + cell % 3 * 7 + 1
            #expect(row[middle] == 1)
        }
        for row in try probabilities(1_000) { #expect(row.allSatisfy { abs($0 - 1.0 / 289) < 1e-6 }) }
        let dataset = try dataset(cellsPerSide: 3)
        for width in [0.01, 0.7, 1_000] {
            let logP: Tensor<Float> = GaussianAugmentation(width: width).logProbabilities(dataset, Array(0..<9))
            #expect(logP.isFinite)
            let entropy = meanEntropy(.init(logP)).value.scalar
            #expect(entropy.isFinite && entropy >= 0)
        }
    }

    /// The mean over the cells of H(T|x), which a study in PyTorch had written down as 2.06 and 2.62.
    @Test(arguments: [(0.7, 2.06), (1.0, 2.62)]) func itsEntropyIsTheKnownOne(width: Double, known: Double) throws {
        let entropies = try probabilities(width).map { row in row.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 } }
        #expect(abs(entropies.reduce(0, +) / 9 - known) < 0.005, "\(entropies)")
    }
}
