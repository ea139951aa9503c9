import Diagnostics

/// Images of single handwritten digits with their classes: one split of MNIST, or of the embedded digits.
public struct DigitImages: Equatable, Sendable {
    /// Rows, and columns, of an image.
    public static let side = 28
    /// Pixels of an image.
    public static let pixelCount = side * side
    /// Number of classes: the digits 0...9.
    public static let classCount = 10

    /// The pixels [image, row, column], 0 (blank) ... 255 (ink).
    public let images: [UInt8]
    /// The class 0...9 of each image.
    public let labels: [UInt8]

    /// Number of images.
    public var count: Int { labels.count }

    /// Collects images and labels.
    ///
    /// - Parameters:
    ///   - images: pixels [image, 28, 28].
    ///   - labels: one class 0...9 an image.
    ///   - name: what failures call the data.
    /// - Throws: `Failure` of kind `.badData` when there are no images, when images and labels differ in number, or
    ///   when a label is no digit.
    public init(images: [UInt8], labels: [UInt8], named name: String) throws {
        let (count, rest) = images.count.quotientAndRemainder(dividingBy: Self.pixelCount)
        guard rest == 0, count == labels.count else {
            throw Failure(
                .badData,
                "\(name): expected as many labels as images, found \(count) images of 28 x 28 pixels"
                    + "\(rest == 0 ? "" : " and \(rest) further pixels") and \(labels.count) labels; "
                    + "take the two files from the same source")
        }
        guard count > 0 else {
            throw Failure(.badData, "\(name): expected at least one image, found none; fetch the files again")
        }
        if let index = labels.firstIndex(where: { $0 >= Self.classCount }) {
            throw Failure(
                .badData,
                "\(name): expected labels 0...9, found \(labels[index]) for image \(index); fetch the labels again")
        }
        self.images = images
        self.labels = labels
    }

    /// The first images, with their labels.
    ///
    /// - Precondition: `count` is in 1...self.count.
    public func prefix(_ count: Int) -> DigitImages {
        require((1...self.count).contains(count), "\(count) images of \(self.count)")
        return DigitImages(
            verifiedImages: Array(images.prefix(count * Self.pixelCount)), labels: Array(labels.prefix(count)))
    }

    private init(verifiedImages: [UInt8], labels: [UInt8]) {
        images = verifiedImages
        self.labels = labels
    }

    /// The pixels [28, 28] of one image.
    ///
    /// - Precondition: `index` is in 0..<count.
    public subscript(index: Int) -> ArraySlice<UInt8> {
        require((0..<count).contains(index), "image \(index) of \(count)")
        return images[index * Self.pixelCount..<(index + 1) * Self.pixelCount]
    }
}

/// Digits to train on and digits to test on, with their origin.
public struct LabelledDigits: Equatable, Sendable {
    /// Which collection it is; only numbers from MNIST may stand beside the paper's.
    public let source: DataProvenance.Source
    /// One line for every output: which data these are, and why these.
    public let provenance: String
    /// SHA-256 of each decompressed file by the file's name; `nil` for the embedded digits.
    public let sha256: [String: String]?
    /// The digits to train on.
    public let train: DigitImages
    /// The digits to test on.
    public let test: DigitImages

    /// Collects both splits.
    public init(
        source: DataProvenance.Source, provenance: String, sha256: [String: String]? = nil, train: DigitImages,
        test: DigitImages
    ) {
        self.source = source
        self.provenance = provenance
        self.sha256 = sha256
        self.train = train
        self.test = test
    }

    /// The first images of each split, for short runs; counts beyond the data mean all of it.
    ///
    /// - Precondition: both counts are positive.
    public func prefix(train trainCount: Int, test testCount: Int) -> LabelledDigits {
        LabelledDigits(
            source: source, provenance: provenance, sha256: sha256,
            train: train.prefix(min(trainCount, train.count)), test: test.prefix(min(testCount, test.count)))
    }

    /// What results say of these data.
    ///
    /// - Parameter variant: how the experiment presents the digits.
    public func description(variant: DataProvenance.Variant) -> DataProvenance {
        let collection =
            switch source {
            case .mnist: "MNIST"
            case .embeddedDigits: "embedded UCI digits"
            }
        return DataProvenance(
            name: "\(collection), \(variant.rawValue)", provenance: provenance, source: source, variant: variant,
            trainingCount: train.count, testCount: test.count, sha256: sha256)
    }
}
