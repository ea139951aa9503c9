import RealModule
import Tensors

/// A P(T|X) that is not trained: a Gaussian about the digit, discretised over the crops, or one of another shape:
///
///     P(T|x) ∝ exp(−(√((r − r₀)² + (c − c₀)²) / a)ᵖ),
///
/// where (r, c) is the position of a crop and (r₀, c₀) that of the crop whose middle is the middle of the digit's cell, both in
/// strides. It is normalised over the crops of the canvas, so that a digit at the edge has the part beyond the edge cut off.
/// Like the oracle's choice of crops it needs to be told the cell; nothing is learnt.
package struct GaussianAugmentation: Hashable, Sendable {
    /// σ, in strides, from 0.01 to 1000: the standard deviation, or, of another shape than the Gaussian's, that of the Gaussian
    /// whose density on the plane has the same entropy.
    var width: Double
    /// p, from 1 to 8: 2 for a Gaussian; a greater one is flatter in the middle and ends more sharply.
    var exponent = 2.0

    /// a², in strides squared: what makes the density on the plane one of the same entropy for every p.
    ///
    /// Its integral is 2πa²Γ(2/p)/p, and the mean of its exponent −2/p. So its entropy is log(2πa²Γ(2/p)/p) + 2/p, which is the
    /// Gaussian's, log(2πσ²) + 1, where a² = σ²·p·exp(1 − 2/p)/Γ(2/p).
    var squaredRadius: Double {
        width * width * exponent * Double.exp(1 - 2 / exponent) / Double.gamma(2 / exponent)
    }

    /// log P(T|x) of every crop of some images.
    ///
    /// - Parameters:
    ///   - dataset: the data.
    ///   - images: whose distribution.
    /// - Returns: log-probabilities in nats, `[image, crop]`.
    func logProbabilities<Scalar: TensorScalar>(_ dataset: CanvasDataset, _ images: [Int]) -> Tensor<Scalar> {
        let geometry = dataset.geometry
        let middle = Double(geometry.digitBlocks - geometry.cropBlocks) / 2
        let squaredRadius = squaredRadius
        let ofCell = (0..<geometry.cellCount).map { cell in
            let exponents = (0..<geometry.cropCount).map { crop in
                let (row, column) = geometry.offset(ofCrop: crop, fromCell: cell)
                let (r, c) = (Double(row) - middle, Double(column) - middle)
                return -Double.pow((r * r + c * c) / squaredRadius, exponent / 2)
            }
            let largest = exponents.max() ?? 0
            let logSum = largest + Double.log(exponents.reduce(0) { $0 + Double.exp($1 - largest) })
            return exponents.map { Scalar($0 - logSum) }
        }
        return Tensor(
            shape: [images.count, geometry.cropCount], scalars: images.flatMap { ofCell[Int(dataset.cells[$0])] })
    }
}
