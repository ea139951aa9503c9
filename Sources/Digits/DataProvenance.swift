/// Which data the numbers were measured on, and whether they may stand beside the paper's.
public struct DataProvenance: Codable, Equatable, Sendable {
    /// Where the images come from.
    public enum Source: String, Codable, Sendable {
        /// The MNIST files, their checksums verified.
        case mnist
        /// The embedded UCI digits, for a machine without MNIST.
        case embeddedDigits
    }

    /// How the images are presented to the networks.
    public enum Variant: String, Codable, Sendable {
        /// Each digit at one of nine cells of an 84×84 canvas (section 3).
        case derived
        /// The 28×28 images themselves (appendix 5.4).
        case original
    }

    /// The data set's name for a reader, such as "MNIST, derived".
    public var name: String
    /// One line on origin and licence.
    public var provenance: String
    /// Where the images come from.
    public var source: Source
    /// How the images are presented.
    public var variant: Variant
    /// Number of images that representations and classifiers are trained on.
    public var trainingCount: Int
    /// Number of images that every accuracy is measured on.
    public var testCount: Int
    /// SHA-256 of each decompressed file, in hexadecimal, by file name; `nil` for embedded digits.
    public var sha256: [String: String]?

    /// Whether the numbers may be set beside the paper's as a reproduction: all of MNIST, 60,000 images to train on
    /// and 10,000 to test on.
    ///
    /// It follows from the source and the counts, is written to the file for its readers, and is not read back.
    public var comparableWithPaper: Bool {
        source == .mnist && trainingCount == 60_000 && testCount == 10_000
    }

    /// Describes a data set.
    public init(
        name: String, provenance: String, source: Source, variant: Variant, trainingCount: Int, testCount: Int,
        sha256: [String: String]? = nil
    ) {
        self.name = name
        self.provenance = provenance
        self.source = source
        self.variant = variant
        self.trainingCount = trainingCount
        self.testCount = testCount
        self.sha256 = sha256
    }

    private enum Key: String, CodingKey {
        case name, provenance, source, variant, trainingCount, testCount, sha256, comparableWithPaper
    }

    /// Reads every stored property; `comparableWithPaper` is derived anew.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        self.init(
            name: try container.decode(String.self, forKey: .name),
            provenance: try container.decode(String.self, forKey: .provenance),
            source: try container.decode(Source.self, forKey: .source),
            variant: try container.decode(Variant.self, forKey: .variant),
            trainingCount: try container.decode(Int.self, forKey: .trainingCount),
            testCount: try container.decode(Int.self, forKey: .testCount),
            sha256: try container.decodeIfPresent([String: String].self, forKey: .sha256))
    }

    /// Writes every stored property and `comparableWithPaper`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .name)
        try container.encode(provenance, forKey: .provenance)
        try container.encode(source, forKey: .source)
        try container.encode(variant, forKey: .variant)
        try container.encode(trainingCount, forKey: .trainingCount)
        try container.encode(testCount, forKey: .testCount)
        try container.encodeIfPresent(sha256, forKey: .sha256)
        try container.encode(comparableWithPaper, forKey: .comparableWithPaper)
    }
}
