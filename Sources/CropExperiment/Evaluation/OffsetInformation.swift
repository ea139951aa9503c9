import RealModule

/// What P(T|X) writes into the offset of the crops that it picks, in nats.
///
/// T ~ P(T|x) for x uniform on a set of images; O is the offset at which the crop shows the digit, or "blank" where it shows
/// nothing of it, all of which look alike. An encoder that sees the offset can read O off every view, and P(T|X) can raise the
/// objective by telling images apart through O alone. Where in the canvas a digit lies changes which offsets there are, and the
/// crop does not show it; so all is conditional on the digit's cell C. Under a P that depends on the cell alone, such as the uniform
/// one or a fixed Gaussian, all that is left is which crops are blank, which differs from digit to digit: it would be 0 if all
/// digits had ink in the same blocks.
///
/// These are exact values of the distribution on the images at hand, not estimates of a larger population's.
public struct OffsetInformation: Codable, Equatable, Sendable {
    /// I(X; O | C) = H(O|C) − H(O|X): what the offset tells of which image it is. From 0 to log(offsets + 1), "blank"
    /// being one more.
    public var image: Double
    /// I(Y; O | C) = H(O|C) − H(O|Y, C): what it tells of the digit's class Y. At most ``image``.
    public var label: Double

    /// Collects what was computed.
    public init(image: Double, label: Double) {
        self.image = image
        self.label = label
    }
}

/// The distribution of offsets, summed over images as they come.
struct OffsetStatistics: Sendable {
    private let symbols: Int
    private let labels: Int
    private var images = 0.0
    /// Σ P(o|x) over the images of each cell and label, `[cell, label, offset]`, the blank crops' share last.
    private var sums: [Double]
    /// Σ H(O|x).
    private var entropies = 0.0

    /// No images yet.
    init(_ geometry: CropGeometry, labels: Int) {
        symbols = geometry.offsetCount + 1
        self.labels = labels
        sums = [Double](repeating: 0, count: geometry.cellCount * labels * symbols)
    }

    /// Adds an image.
    ///
    /// - Parameter probabilities: P(T|x) of every crop.
    mutating func add(_ image: Int, of dataset: CanvasDataset, probabilities: some Sequence<Float>) {
        let cell = Int(dataset.cells[image])
        var offsets = [Double](repeating: 0, count: symbols)
        for (crop, probability) in probabilities.enumerated() where probability > 0 {
            let shown =
                dataset.isBlank(image: image, crop: crop) ? nil : dataset.geometry.overlap(ofCrop: crop, withCell: cell)
            offsets[shown ?? symbols - 1] += Double(probability)
        }
        let first = (cell * labels + Int(dataset.digits.labels[image])) * symbols
        for (index, share) in offsets.enumerated() { sums[first + index] += share }
        entropies += entropy(offsets)
        images += 1
    }

    /// What the offsets of the added images tell.
    ///
    /// - Precondition: there is an image.
    var information: OffsetInformation {
        let ofLabels = stride(from: 0, to: sums.count, by: symbols).map { Array(sums[$0..<$0 + symbols]) }
        let ofCells = stride(from: 0, to: ofLabels.count, by: labels).map { first in
            ofLabels[first..<first + labels].reduce([Double](repeating: 0, count: symbols)) { zip($0, $1).map(+) }
        }
        let ofCell = ofCells.reduce(0) { $0 + entropy($1) } / images
        // Differences of equal numbers are rounding errors of either sign.
        return OffsetInformation(
            image: max(0, ofCell - entropies / images),
            label: max(0, ofCell - ofLabels.reduce(0) { $0 + entropy($1) } / images))
    }

    /// The entropy of weights divided by their sum, times their sum; 0 of none.
    private func entropy(_ weights: [Double]) -> Double {
        let sum = weights.reduce(0, +)
        return -weights.reduce(0) { $1 > 0 ? $0 + $1 * Double.log($1 / sum) : $0 }
    }
}
