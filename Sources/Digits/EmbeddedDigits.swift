import Diagnostics
import Foundation

/// The digits inside the program, for a machine without MNIST and without a network.
///
/// They are the 1,797 images (8 x 8, values 0...16) of the UCI test set "Optical Recognition of Handwritten Digits"
/// (E. Alpaydin, C. Kaynak, 1998, CC BY 4.0), enlarged to the shape of MNIST's. Fixtures/digits/README.md says how.
public enum EmbeddedDigits {
    /// How many images there are.
    public static let count = 1_797
    /// Number of images to train on: the first ones of the original file. The others, 450, are for the test.
    public static let trainingCount = 1_347

    /// Unpacks, verifies and enlarges the digits.
    ///
    /// - Parameter reason: why these digits and not MNIST, in words that end the line of provenance.
    public static func load(reason: String) throws -> LabelledDigits {
        let small = try unpack(
            EmbeddedDigitsContent.images, sha256: EmbeddedDigitsContent.imagesSHA256, named: "embedded images", rank: 3)
        let labels = try unpack(
            EmbeddedDigitsContent.labels, sha256: EmbeddedDigitsContent.labelsSHA256, named: "embedded labels", rank: 1)
        let images = (0..<labels.dimensions[0]).flatMap { (index: Int) -> [UInt8] in
            enlarge(small.values[index * smallSide * smallSide..<(index + 1) * smallSide * smallSide])
        }
        let cut = trainingCount * DigitImages.pixelCount
        let train = try DigitImages(
            images: Array(images[..<cut]), labels: Array(labels.values[..<trainingCount]),
            named: "embedded training digits")
        let test = try DigitImages(
            images: Array(images[cut...]), labels: Array(labels.values[trainingCount...]),
            named: "embedded test digits")
        return LabelledDigits(
            source: .embeddedDigits,
            provenance: "embedded UCI digits (CC BY 4.0), \(train.count) + \(test.count) images enlarged from 8 x 8, "
                + "not MNIST: no reproduction of the paper's numbers; used \(reason)",
            train: train, test: test)
    }

    private static let smallSide = 8
    private static let glyphSide = 20
    private static let margin = (DigitImages.side - glyphSide) / 2
    /// Pixels fainter than two of the sixteen steps become blank.
    private static let faintest = 32

    private static func unpack(_ base64: String, sha256: String, named name: String, rank: Int) throws -> IDXFile {
        // No base64 at all becomes no bytes, which the decompression reports.
        let data = Data(base64Encoded: base64, options: .ignoreUnknownCharacters) ?? Data()
        let content = try Gzip.decompress(data, named: name, limit: MNIST.sizeLimit)
        try Checksum.verify(content, is: sha256, named: name)
        return try IDXFile(content, named: name, rank: rank)
    }

    /// Enlarges an image [8, 8] with values 0...16 to [28, 28] with values 0...255: a glyph of 20 x 20 by bilinear
    /// interpolation in exact integer arithmetic, in a margin of 4 blank pixels.
    static func enlarge(_ small: ArraySlice<UInt8>) -> [UInt8] {
        require(small.count == smallSide * smallSide, "\(small.count) pixels, expected 8 x 8")
        var image = [UInt8](repeating: 0, count: DigitImages.pixelCount)
        for row in 0..<glyphSide {
            let (above, below, rowWeight) = neighbours(row)
            for column in 0..<glyphSide {
                let (left, right, columnWeight) = neighbours(column)
                func mean(_ row: Int) -> Int {
                    let pixels = small[(small.startIndex + row * smallSide)...]
                    return (10 - columnWeight) * Int(pixels[pixels.startIndex + left])
                        + columnWeight * Int(pixels[pixels.startIndex + right])
                }
                // The weights sum to 100, the values reach 16: 1600 becomes 255, to the nearest.
                let weighted = (10 - rowWeight) * mean(above) + rowWeight * mean(below)
                let value = (2 * 255 * weighted + 1600) / 3200
                image[(margin + row) * DigitImages.side + margin + column] = value < faintest ? 0 : UInt8(value)
            }
        }
        return image
    }

    /// The small pixels on both sides of an enlarged one, which lies at (4i - 3)/10, and the second one's weight in
    /// tenths; beyond the edge the edge pixel counts.
    private static func neighbours(_ index: Int) -> (first: Int, second: Int, weight: Int) {
        let tenths = 4 * index - 3
        let first = tenths < 0 ? -1 : tenths / 10
        return (max(first, 0), min(first + 1, smallSide - 1), tenths - 10 * first)
    }
}
