import Diagnostics
import Foundation

/// The four files of MNIST: their names, what they must hold, and how a folder of them is read.
///
/// A file is compressed or not as its content says, not as its name does.
///
/// LeCun, Cortes, Burges, *The MNIST database of handwritten digits*.
public struct MNIST: Equatable, Sendable {
    /// One file of the collection.
    public struct File: Equatable, Sendable {
        /// The name without the ending `.gz`.
        public let name: String
        /// Number of dimensions in its IDX header: 3 for images, 1 for labels.
        public let rank: Int
        /// SHA-256 of the decompressed content, in hexadecimal.
        public let sha256: String

        /// The names that the file goes by, in the order in which they are tried: with `-idx` and with `.idx`, each
        /// compressed and not.
        public var spellings: [String] {
            let dotted = name.replacingOccurrences(of: "-idx", with: ".idx")
            return [name + ".gz", name, dotted + ".gz", dotted]
        }

        /// Describes a file.
        public init(name: String, rank: Int, sha256: String) {
            self.name = name
            self.rank = rank
            self.sha256 = sha256
        }
    }

    /// Images to train on.
    public let trainImages: File
    /// Labels to train on.
    public let trainLabels: File
    /// Images to test on.
    public let testImages: File
    /// Labels to test on.
    public let testLabels: File

    /// All four files.
    public var files: [File] { [trainImages, trainLabels, testImages, testLabels] }

    /// Describes a collection of four files.
    public init(trainImages: File, trainLabels: File, testImages: File, testLabels: File) {
        self.trainImages = trainImages
        self.trainLabels = trainLabels
        self.testImages = testImages
        self.testLabels = testLabels
    }

    /// The published collection: 60,000 images to train on and 10,000 to test on.
    public static let published = MNIST(
        trainImages: File(
            name: "train-images-idx3-ubyte", rank: 3,
            sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        trainLabels: File(
            name: "train-labels-idx1-ubyte", rank: 1,
            sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        testImages: File(
            name: "t10k-images-idx3-ubyte", rank: 3,
            sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        testLabels: File(
            name: "t10k-labels-idx1-ubyte", rank: 1,
            sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"))

    /// The largest decompressed file that is read, in bytes; the training images have 47,040,016.
    static let sizeLimit = 1 << 26

    /// Reads and verifies the four files of a folder.
    ///
    /// - Parameters:
    ///   - folder: the folder.
    ///   - reason: why this folder, in words that follow "from": "the folder given by --mnist".
    /// - Returns: the digits; their provenance names the reason, not the path, so that results can be compared.
    /// - Throws: `Failure` of kind `.missingInput` when the folder or a file of it does not exist, `.badData` when a
    ///   file is not what it should be: damaged gzip data, no IDX file of 28 x 28 images or of labels, images and labels
    ///   that differ in number, the labels of Fashion-MNIST, a wrong SHA-256.
    public func load(folder: URL, reason: String) throws -> LabelledDigits {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder)
        guard exists && isFolder.boolValue else {
            throw Failure(
                .missingInput,
                "\(reason), \(folder.path), \(exists ? "is no folder" : "does not exist"); "
                    + "give the folder that holds \(trainImages.spellings[0]) and the three other files of MNIST")
        }
        let train = try split(images: trainImages, labels: trainLabels, of: folder, reason: reason)
        let test = try split(images: testImages, labels: testLabels, of: folder, reason: reason)
        return LabelledDigits(
            source: .mnist,
            provenance: "MNIST, \(train.count) + \(test.count) images, SHA-256 verified, from \(reason)",
            sha256: Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.sha256) }), train: train, test: test)
    }

    /// The files that a folder does not hold in any spelling; all four when there is no such folder.
    func missingFiles(in folder: URL) -> [File] {
        files.filter { locate($0, in: folder) == nil }
    }

    /// Why a file that a folder holds is not the published one; `nil` where it is, or where there is none.
    func damage(of file: File, in folder: URL) throws -> Failure? {
        guard let url = locate(file, in: folder) else { return nil }
        do {
            try Checksum.verify(Self.contents(of: url), is: file.sha256, named: url.path)
            return nil
        } catch let failure as Failure where failure.kind == .badData {
            return failure
        }
    }

    private func split(images: File, labels: File, of folder: URL, reason: String) throws -> DigitImages {
        let (imageFile, imageDigest, imagePath) = try parse(images, in: folder, reason: reason)
        let (labelFile, labelDigest, labelPath) = try parse(labels, in: folder, reason: reason)
        let shape = imageFile.dimensions.dropFirst()
        guard shape.elementsEqual([DigitImages.side, DigitImages.side]) else {
            throw Failure(
                .badData,
                "\(imagePath): expected images of 28 x 28 pixels, found "
                    + "\(shape.map(String.init).joined(separator: " x ")); fetch the file again")
        }
        try Self.refuseFashion(labelFile.values, named: labelPath)
        let digits = try DigitImages(
            images: imageFile.values, labels: labelFile.values, named: "\(imagePath) and \(labelPath)")
        try Checksum.verify(digest: imageDigest, is: images.sha256, named: imagePath)
        try Checksum.verify(digest: labelDigest, is: labels.sha256, named: labelPath)
        return digits
    }

    /// Fashion-MNIST comes under the names of MNIST and has its form; its labels tell it.
    private static func refuseFashion(_ labels: [UInt8], named path: String) throws {
        let beginnings: [[UInt8]] = [[9, 0, 0, 3, 0, 2, 7, 2, 5, 5], [9, 2, 1, 1, 6, 1, 4, 6, 5, 7]]
        guard !beginnings.contains(where: labels.starts(with:)) else {
            throw Failure(
                .badData,
                "\(path): expected the labels of MNIST, found those of Fashion-MNIST, which has files of the same names; "
                    + "give the folder of MNIST")
        }
    }

    /// A file's content and, to be compared once its form is right, the digest of its bytes.
    private func parse(
        _ file: File, in folder: URL, reason: String
    ) throws -> (content: IDXFile, digest: String, path: String) {
        guard let url = locate(file, in: folder) else {
            throw Failure(
                .missingInput,
                "\(reason), \(folder.path), holds no \(file.spellings[0]) (nor \(file.name)); "
                    + "give a folder with all four files of MNIST")
        }
        let bytes = try Self.contents(of: url)
        let digest = try Checksum.sha256(bytes)
        return (try IDXFile(consume bytes, named: url.path, rank: file.rank), digest, url.path)
    }

    /// The decompressed bytes of a file, which begin like an IDX file.
    private static func contents(of url: URL) throws -> [UInt8] {
        let data = try InputFile.contents(
            of: url, expecting: "a file of MNIST", advice: "fetch the file again", limit: sizeLimit)
        let bytes = Gzip.isGzip(data) ? try Gzip.decompress(data, named: url.path, limit: sizeLimit) : [UInt8](data)
        guard bytes.starts(with: [0, 0]) else {
            throw Failure(
                .badData,
                "\(url.path): expected a file of MNIST (IDX, compressed by gzip or not), found "
                    + "\(ForeignContent.description(of: bytes)); fetch the file again")
        }
        return bytes
    }

    /// The file in the folder, under the first of its spellings that is there.
    ///
    /// Where the folder holds a folder of that name, as Kaggle's archive does, the file is looked for in it too.
    private func locate(_ file: File, in folder: URL) -> URL? {
        let here = file.spellings.map { folder.appendingPathComponent($0) }
        let within = here.flatMap { inner in file.spellings.map { inner.appendingPathComponent($0) } }
        return (here + within).first { url in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) && !isFolder.boolValue
        }
    }
}
