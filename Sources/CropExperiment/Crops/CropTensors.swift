import Digits
import Diagnostics
import Tensors

/// How bytes become numbers: (byte/255 − mean) / deviation.
public struct PixelScale: Equatable, Sendable {
    /// Subtracted, in [0, 1].
    public let mean: Double
    /// Divided by; positive.
    public let deviation: Double

    /// Fixes the scale.
    ///
    /// - Precondition: `deviation` is positive.
    public init(mean: Double, deviation: Double) {
        require(deviation > 0, "a pixel scale with deviation \(deviation)")
        self.mean = mean
        self.deviation = deviation
    }

    /// The number for each byte.
    func table<Scalar: TensorScalar>(of type: Scalar.Type) -> [Scalar] {
        (0..<256).map { Scalar((Double($0) / 255 - mean) / deviation) }
    }
}

extension CanvasDataset {
    /// Crops as a network reads them.
    ///
    /// - Parameter crops: which crop of which image.
    /// - Returns: standardised pixels, `[crop, row, column, 1]`.
    func cropTensor<Scalar: TensorScalar>(
        _ crops: [(image: Int, crop: Int)], scale: PixelScale
    ) -> Tensor<Scalar> {
        let squares = crops.map { image, crop in
            Square(
                image: image, row: crop / geometry.cropsPerSide * geometry.stride,
                column: crop % geometry.cropsPerSide * geometry.stride)
        }
        return squareTensor(self, squares, side: geometry.cropSide, scale.table(of: Scalar.self))
    }

    /// The distinct contents of sampled views.
    ///
    /// - Parameter images: the batch that the views' positions count in.
    /// - Returns: standardised pixels, `[crop, row, column, 1]`.
    func cropTensor<Scalar: TensorScalar>(
        _ views: SampledViews, of images: [Int], scale: PixelScale
    ) -> Tensor<Scalar> {
        cropTensor(views.distinct.map { (images[$0.position], $0.crop) }, scale: scale)
    }

    /// Each image's digit: the pixels of its cell, and on a canvas with a single cell all there are.
    ///
    /// - Returns: standardised pixels, `[image, row, column, 1]`.
    func digitTensor<Scalar: TensorScalar>(of images: [Int], scale: PixelScale) -> Tensor<Scalar> {
        let squares = images.map { image in
            let (row, column) = geometry.topLeft(ofCell: Int(cells[image]))
            return Square(image: image, row: row, column: column)
        }
        return squareTensor(self, squares, side: DigitImages.side, scale.table(of: Scalar.self))
    }

    /// One blank crop.
    ///
    /// - Returns: standardised pixels, `[1, row, column, 1]`.
    func blankCrop<Scalar: TensorScalar>(scale: PixelScale) -> Tensor<Scalar> {
        Tensor(
            shape: [1, geometry.cropSide, geometry.cropSide, 1], repeating: scale.table(of: Scalar.self)[0])
    }
}

/// A square of an image's canvas by its top left pixel.
private struct Square {
    let image: Int
    let row: Int
    let column: Int
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func squareTensor<Scalar: TensorScalar>(
    _ dataset: CanvasDataset, _ squares: [Square], side: Int, _ table: [Scalar]
) -> Tensor<Scalar> {
    Tensor(shape: [squares.count, side, side, 1]) { out in
        Parallel.forRanges(squares.count, grain: 64) { range in
            for index in range {
                let target = out + index * side * side
                target.initialize(repeating: table[0], count: side * side)
                let square = squares[index]
                dataset.forEachDigitPixel(of: square.image, row: square.row, column: square.column, side: side) {
                    target[$0] = table[Int($1)]
                }
            }
        }
    }
}
