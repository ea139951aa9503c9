import Foundation
import Tensors

extension Experiment {
    /// The data of figures 1, 3, 6, 7 and 8, from the first test images.
    ///
    /// - Parameters:
    ///   - head: normalised representations of the test images, `[image, dimension]`.
    func figures(_ extractor: FeatureExtractor, _ head: Tensor<Float>, curves: TrainingCurves) -> RunFigures {
        var generator = PhiloxGenerator(seed: configuration.seed, purpose: "pairs of figure 8")
        return RunFigures(
            samples: (0..<min(10, test.count)).map { image in
                RunFigures.Sample(
                    canvas: picture(of: image), label: Int(test.digits.labels[image]),
                    cell: configuration.data.cellsPerSide == 1 ? nil : Int(test.cells[image]))
            },
            augmentations: configuration.method == .ours ? augmentations(extractor, count: min(12, test.count)) : [],
            plane: head.lastExtent == 2 ? plane(head) : [],
            representations: (0..<min(200, test.count)).map { image in
                Array(head.scalars[image * head.lastExtent..<(image + 1) * head.lastExtent])
            },
            absoluteInnerProducts: test.count < 2
                ? [] : RepresentationMetrics.absoluteInnerProducts(head, pairs: 2_000, using: &generator),
            curves: curves)
    }

    private func picture(of image: Int) -> RunFigures.Image {
        RunFigures.Image(
            width: test.geometry.canvasSide, height: test.geometry.canvasSide, pixels: Data(test.canvas(of: image)))
    }

    private func augmentations(_ extractor: FeatureExtractor, count: Int) -> [RunFigures.Augmentation] {
        let images = Array(0..<count)
        let side = test.geometry.cropsPerSide
        let probabilities = extractor.probabilities(test, images)
        return images.map { image in
            RunFigures.Augmentation(
                canvas: picture(of: image), label: Int(test.digits.labels[image]),
                probabilities: (0..<side).map { row in
                    (0..<side).map { Double(probabilities[image, row * side + $0]) }
                },
                cropSize: test.geometry.cropSide, stride: test.geometry.stride)
        }
    }

    private func plane(_ head: Tensor<Float>) -> [RunFigures.PlanePoint] {
        (0..<min(2_000, test.count)).map { image in
            RunFigures.PlanePoint(
                x: head[image, 0], y: head[image, 1], label: Int(test.digits.labels[image]))
        }
    }
}
