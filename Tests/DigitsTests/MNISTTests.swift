import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Digits

/// A collection of the shape of MNIST with a few random-looking images, and the folder of its files.
struct SmallCollection {
    static let trainCount = 5
    static let testCount = 3

    /// The content of each file by name, uncompressed.
    var contents: [String: [UInt8]]
    let collection: MNIST
    let folder: TemporaryFolder

    init() throws {
        func pixels(_ count: Int) -> [UInt8] { (0..<count * 784).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) } }
        let contents = [
            "train-images-idx3-ubyte": idx([Self.trainCount, 28, 28], pixels(Self.trainCount)),
            "train-labels-idx1-ubyte": idx([Self.trainCount], [5, 0, 4, 1, 9]),
            "t10k-images-idx3-ubyte": idx([Self.testCount, 28, 28], pixels(Self.testCount)),
            "t10k-labels-idx1-ubyte": idx([Self.testCount], [7, 2, 1]),
        ]
        func file(_ published: MNIST.File) throws -> MNIST.File {
            let content = contents[published.name] ?? []
            return MNIST.File(name: published.name, rank: published.rank, sha256: try Checksum.sha256(content))
        }
        let published = MNIST.published
        self.contents = contents
        collection = MNIST(
            trainImages: try file(published.trainImages), trainLabels: try file(published.trainLabels),
            testImages: try file(published.testImages), testLabels: try file(published.testLabels))
        folder = try TemporaryFolder()
    }

    /// Writes all files compressed, under their usual names.
    func writeAll(into folder: TemporaryFolder? = nil) throws {
        for (name, content) in contents {
            try (folder ?? self.folder).write(gzipped(content), as: name + ".gz")
        }
    }

    func load() throws -> LabelledDigits {
        try collection.load(folder: folder.url, reason: "the folder of the test")
    }
}

@Suite("MNIST from a folder")
struct DataMNISTTests {
    let small: SmallCollection

    init() throws {
        small = try SmallCollection()
        try small.writeAll()
    }

    @Test("the digits, their labels, their provenance")
    func loads() throws {
        let digits = try small.load()
        #expect(digits.train.labels == [5, 0, 4, 1, 9])
        #expect(digits.test.labels == [7, 2, 1])
        #expect(digits.train.images == Array(small.contents["train-images-idx3-ubyte", default: []][16...]))
        #expect(Array(digits.test[1]) == Array(digits.test.images[784..<1568]))
        #expect(digits.provenance == "MNIST, 5 + 3 images, SHA-256 verified, from the folder of the test")
        #expect(digits.sha256?.count == 4)
        #expect(digits.description(variant: .derived).name == "MNIST, derived")
    }

    @Test("the first images of each split")
    func prefix() throws {
        let digits = try small.load()
        let part = digits.prefix(train: 2, test: 100)
        #expect(part.train.labels == [5, 0] && part.train.images == Array(digits.train.images[..<1568]))
        #expect(part.test == digits.test)
    }

    @Test("uncompressed files, and the spelling with a dot")
    func spellings() throws {
        let name = "train-images-idx3-ubyte"
        let expected = try small.load()
        let path = small.folder.url.appendingPathComponent(name + ".gz")
        for (spelling, content) in [
            (name, small.contents[name, default: []]),
            ("train-images.idx3-ubyte", small.contents[name, default: []]),
            ("train-images.idx3-ubyte.gz", gzipped(small.contents[name, default: []])),
        ] {
            try? FileManager.default.removeItem(at: path)
            let file = try small.folder.write(content, as: spelling)
            #expect(try small.load() == expected)
            try FileManager.default.removeItem(at: file)
        }
    }

    @Test("a missing folder, a file in its place, a missing file")
    func missing() throws {
        let absent = small.folder.url.appendingPathComponent("absent")
        expectFailure(.missingInput, mentioning: absent.path, "does not exist", "train-images-idx3-ubyte.gz") {
            _ = try small.collection.load(folder: absent, reason: "the folder")
        }
        let file = try small.folder.write([1], as: "file")
        expectFailure(.missingInput, mentioning: file.path, "is no folder") {
            _ = try small.collection.load(folder: file, reason: "the folder")
        }
        try FileManager.default.removeItem(at: small.folder.url.appendingPathComponent("t10k-labels-idx1-ubyte.gz"))
        expectFailure(.missingInput, mentioning: small.folder.url.path, "holds no t10k-labels-idx1-ubyte.gz") {
            _ = try small.load()
        }
    }

    @Test("the content decides whether a file is compressed, not its name")
    func contentDecides() throws {
        let expected = try small.load()
        let (images, labels) = ("train-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
        try small.folder.write(small.contents[images, default: []], as: images + ".gz")
        try FileManager.default.removeItem(at: small.folder.url.appendingPathComponent(labels + ".gz"))
        try small.folder.write(gzipped(small.contents[labels, default: []]), as: labels)
        #expect(try small.load() == expected)
    }

    @Test("a folder of the file's name: beside the file it is passed over, and the file is looked for in it")
    func foldersOfTheSameName() throws {
        let expected = try small.load()
        let name = "train-images-idx3-ubyte"
        try FileManager.default.removeItem(at: small.folder.url.appendingPathComponent(name + ".gz"))
        let inner = try TemporaryFolder(at: small.folder.url.appendingPathComponent(name))
        #expect(throws: Failure.self) { try small.load() }
        try inner.write(small.contents[name, default: []], as: name)
        #expect(try small.load() == expected)
        try inner.write([1, 2, 3], as: name)
        try small.folder.write(small.contents[name, default: []], as: "train-images.idx3-ubyte")
        #expect(try small.load() == expected)
    }

    @Test("Fashion-MNIST, which comes under the same names")
    func fashion() throws {
        try small.folder.write(
            gzipped(idx([10, 28, 28], [UInt8](repeating: 3, count: 7840))), as: "t10k-images-idx3-ubyte.gz")
        try small.folder.write(gzipped(idx([10], [9, 2, 1, 1, 6, 1, 4, 6, 5, 7])), as: "t10k-labels-idx1-ubyte.gz")
        expectFailure(.badData, mentioning: "t10k-labels-idx1-ubyte.gz", "found those of Fashion-MNIST") {
            _ = try small.load()
        }
    }

    @Test("what lies in people's folders under the names of MNIST is called what it is")
    func broken() throws {
        let good = gzipped(small.contents["train-labels-idx1-ubyte", default: []])
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9912422\n"
        let cases: [(bytes: [UInt8], word: String)] = [
            (Array("<html>403</html>".utf8), "web page"), ([], "empty"), (good.dropLast(9), "truncated"),
            (Array("\u{feff}\r\n\n  <!DOCTYPE html>".utf8), "web page"), (Array(pointer.utf8), "Git LFS pointer"),
            (gzipped(good), "gzip data inside gzip data"), (gzipped(Array("<html>".utf8)), "web page"),
            (Array("PK\u{3}\u{4}".utf8), "zip archive"), (Array("BZh91AY".utf8), "bzip2"),
            (Array("label,1x1\n5,0".utf8), "text that begins with 'label,1x1'"), ([0x80, 1, 2, 3, 4], "80 01 02 03"),
            ([0x93] + Array("NUMPY".utf8), "NumPy"),
        ]
        for (bytes, word) in cases {
            try small.folder.write(bytes, as: "train-labels-idx1-ubyte.gz")
            expectFailure(.badData, mentioning: "train-labels-idx1-ubyte.gz", word) { _ = try small.load() }
        }
    }

    @Test("labels where images belong, and images of another size")
    func wrongContent() throws {
        try small.folder.write(
            gzipped(small.contents["train-labels-idx1-ubyte", default: []]), as: "train-images-idx3-ubyte.gz")
        expectFailure(.badData, mentioning: "train-images-idx3-ubyte.gz", "magic", "0x00000801") {
            _ = try small.load()
        }
        try small.folder.write(
            gzipped(idx([5, 8, 8], [UInt8](repeating: 1, count: 320))), as: "train-images-idx3-ubyte.gz")
        expectFailure(.badData, mentioning: "train-images-idx3-ubyte.gz", "28 x 28", "found 8 x 8") {
            _ = try small.load()
        }
    }

    @Test("images and labels of different length, labels that are no digits, no images")
    func inconsistent() throws {
        try small.folder.write(gzipped(idx([4], [5, 0, 4, 1])), as: "train-labels-idx1-ubyte.gz")
        expectFailure(
            .badData, mentioning: "train-images-idx3-ubyte.gz and", "train-labels-idx1-ubyte.gz", "5 images", "4 labels"
        ) {
            _ = try small.load()
        }
        try small.folder.write(gzipped(idx([5], [5, 0, 4, 10, 9])), as: "train-labels-idx1-ubyte.gz")
        expectFailure(.badData, mentioning: "labels 0...9", "found 10 for image 3") { _ = try small.load() }
        expectFailure(.badData, mentioning: "at least one image") {
            _ = try DigitImages(images: [], labels: [], named: "empty")
        }
        expectFailure(.badData, mentioning: "1 images", "1 further pixels") {
            _ = try DigitImages(images: [UInt8](repeating: 0, count: 785), labels: [1], named: "uneven")
        }
    }

    @Test("a wrong checksum: one pixel, one label")
    func wrongChecksum() throws {
        var images = small.contents["t10k-images-idx3-ubyte", default: []]
        images[1000] ^= 1
        try small.folder.write(gzipped(images), as: "t10k-images-idx3-ubyte.gz")
        expectFailure(.badData, mentioning: "t10k-images-idx3-ubyte.gz", "wrong checksum") { _ = try small.load() }
        try small.writeAll()
        try small.folder.write(gzipped(idx([3], [7, 2, 2])), as: "t10k-labels-idx1-ubyte.gz")
        expectFailure(.badData, mentioning: "t10k-labels-idx1-ubyte.gz", "wrong checksum") { _ = try small.load() }
    }
}
