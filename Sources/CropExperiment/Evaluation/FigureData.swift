import Foundation
import Tensors

extension Experiment {
    /// The data of figures 1, 3, 6, 7 and 8, from the first test images.
    ///
    /// - Parameters:
    ///   - h: normalised representations of the test images, `[image, dimension]`.
    func figures(_ extractor: FeatureExtractor, _ h: Tensor<Float>, curves: TrainingCurves) -> RunFigures {
        var generator = PhiloxGenerator(seed: configuration.seed, purpose: "pairs of figure 8")
        return RunFigures(
            samples: (0..<min(10, testSet.count)).map { image in
                RunFigures.Sample(
                    canvas: picture(of: image), label: Int(testSet.digits.labels[image]),
                    cell: configuration.canvas.cellsPerSide == 1 ? nil : Int(testSet.cells[image]))
            },
            augmentations: configuration.method == .ours ? augmentations(extractor, count: min(12, testSet.count)) : [],
            plane: h.lastExtent == 2 ? plane(h) : [],
            representations: (0..<min(200, testSet.count)).map { image in
                Array(h.scalars[image * h.lastExtent..<(image + 1) * h.lastExtent])
            },
            absoluteInnerProducts: testSet.count < 2
                ? [] : RepresentationMetrics.absoluteInnerProducts(h, pairs: 2_000, using: &generator),
            curves: curves)
    }

    private func picture(of image: Int) -> RunFigures.Image {
        RunFigures.Image(
            width: testSet.geometry.canvasSide, height: testSet.geometry.canvasSide,
            pixels: Data(testSet.canvas(of: image)))
    }

    private func augmentations(_ extractor: FeatureExtractor, count: Int) -> [RunFigures.Augmentation] {
        let images = Array(0..<count)
        let side = testSet.geometry.cropsPerSide
        let probabilities = extractor.probabilities(testSet, images)
        return images.map { image in
            RunFigures.Augmentation(
                canvas: picture(of: image), label: Int(testSet.digits.labels[image]),
                probabilities: (0..<side).map { row in
                    (0..<side).map { Double(probabilities[image, row * side + $0]) }
                },
                cropSize: testSet.geometry.cropSide, stride: testSet.geometry.stride)
        }
    }

    private func plane(_ h: Tensor<Float>) -> [RunFigures.PlanePoint] {
        (0..<min(2_000, testSet.count)).map { image in
            RunFigures.PlanePoint(
                x: h[image, 0], y: h[image, 1], label: Int(testSet.digits.labels[image]))
        }
    }
}
