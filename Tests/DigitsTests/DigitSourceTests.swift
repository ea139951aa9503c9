import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Digits

@Suite("Where the digits come from")
struct DataDigitSourceTests {
    let small: SmallCollection
    let home: TemporaryFolder

    init() throws {
        small = try SmallCollection()
        home = try TemporaryFolder()
    }

    /// A loader whose mirrors are as given: each an answer to the name of a file.
    private func loader(
        _ variables: [String: String] = [:], mirrors: [@Sendable (String) throws -> [UInt8]] = []
    ) -> DigitLoader {
        let environment = ["XDG_CACHE_HOME": home.url.path, "HOME": home.url.path].merging(variables) { $1 }
        let names = mirrors.indices.map { "https://mirror\($0).example/mnist/" }
        let download = MNISTDownload(small.collection, mirrors: names) { url, progress in
            let index = names.firstIndex { url.absoluteString.hasPrefix($0) } ?? 0
            let data = Data(try mirrors[index](url.lastPathComponent))
            progress(data.count, data.count)
            return data
        }
        return DigitLoader(environment: environment, collection: small.collection, download: download)
    }

    private var goodMirror: @Sendable (String) throws -> [UInt8] {
        let contents = small.contents
        return { name in gzipped(contents[String(name.dropLast(3)), default: []]) }
    }

    @Test("nothing there: the embedded digits, with the reason, and no attempt to download")
    func nothingThere() throws {
        let digits = try loader(mirrors: [
            { _ in
                Issue.record("the network was asked")
                return []
            }
        ]).load(.automatic)
        #expect(digits.source == .embeddedDigits)
        #expect(digits.provenance.contains("neither --mnist nor TAC_MNIST"))
        #expect(digits.provenance.contains("holds no MNIST"))
        #expect(try loader(["TAC_MNIST": ""]).load(.automatic).source == .embeddedDigits)
    }

    @Test("TAC_MNIST is used, before the cache, and must be good")
    func environment() throws {
        try small.writeAll()
        let digits = try loader(["TAC_MNIST": small.folder.url.path]).load(.automatic)
        #expect(digits.source == .mnist && digits.provenance.contains("TAC_MNIST"))
        try small.writeAll(into: emptyCache(of: loader()))
        expectFailure(.missingInput, mentioning: "/absent", "TAC_MNIST") {
            _ = try loader(["TAC_MNIST": "/absent"]).load(.automatic)
        }
        try small.folder.write([], as: "t10k-images-idx3-ubyte.gz")
        expectFailure(.badData, mentioning: "t10k-images-idx3-ubyte.gz", "empty") {
            _ = try loader(["TAC_MNIST": small.folder.url.path]).load(.automatic)
        }
    }

    @Test("a folder given explicitly comes before TAC_MNIST and never falls back")
    func explicitFolder() throws {
        try small.writeAll()
        let good = ["TAC_MNIST": small.folder.url.path]
        expectFailure(.missingInput, mentioning: "/absent", "--mnist") {
            _ = try loader(good).load(.folder(URL(fileURLWithPath: "/absent")))
        }
        let digits = try loader(["TAC_MNIST": "/absent"]).load(.folder(small.folder.url))
        #expect(digits.source == .mnist && digits.provenance.contains("--mnist"))
    }

    @Test("the embedded digits when asked for, though MNIST is there")
    func embedded() throws {
        try small.writeAll()
        #expect(try loader(["TAC_MNIST": small.folder.url.path]).load(.embedded).source == .embeddedDigits)
    }

    @Test("the cache: complete, incomplete, damaged")
    func cache() throws {
        let cache = try emptyCache(of: loader())
        try small.writeAll(into: cache)
        let digits = try loader().load(.automatic)
        #expect(digits.source == .mnist && digits.provenance.contains("cache"))
        let labels = cache.url.appendingPathComponent("t10k-labels-idx1-ubyte.gz")
        try Data(gzipped(idx([3], [1, 1, 1]))).write(to: labels)
        expectFailure(.badData, mentioning: "wrong checksum", "--download replaces") {
            _ = try loader().load(.automatic)
        }
        try FileManager.default.removeItem(at: labels)
        let fallback = try loader().load(.automatic)
        #expect(fallback.source == .embeddedDigits && fallback.provenance.contains("lacks t10k-labels"))
    }

    @Test("the place of the cache")
    func cacheFolder() {
        func folder(_ environment: [String: String]) -> String {
            DigitLoader(environment: environment).cacheFolder.path
        }
        #if os(macOS)
            #expect(folder(["HOME": "/home/a"]) == "/home/a/Library/Caches/tac-reference/mnist")
        #else
            #expect(folder(["HOME": "/home/a"]) == "/home/a/.cache/tac-reference/mnist")
            #expect(folder(["HOME": "/home/a", "XDG_CACHE_HOME": "/c"]) == "/c/tac-reference/mnist")
            #expect(folder(["HOME": "/home/a", "XDG_CACHE_HOME": "c"]) == "/home/a/.cache/tac-reference/mnist")
        #endif
    }

    @Test("a download fills the cache, tells its progress, and is not repeated")
    func download() throws {
        var progress: [MNISTDownload.Progress] = []
        let digits = try loader(mirrors: [goodMirror]).load(.download) { progress.append($0) }
        #expect(digits.source == .mnist && digits.train.count == 5)
        #expect(progress.map(\.file) == small.collection.files.map { $0.name + ".gz" })
        #expect(progress.allSatisfy { $0.received == $0.expected })
        let again = try loader(mirrors: [{ _ in throw HTTPTransfer.Problem(reason: "asked again") }]).load(.download)
        #expect(again == digits)
        #expect(try loader().load(.automatic) == digits)
    }

    @Test("a download replaces what is damaged in the cache, and only that")
    func damagedCache() throws {
        let digits = try loader(mirrors: [goodMirror]).load(.download)
        let cache = loader().cacheFolder
        let damages: [(name: String, bytes: [UInt8])] = [
            ("train-images-idx3-ubyte.gz", Array("<html>".utf8)), ("t10k-labels-idx1-ubyte.gz", []),
            ("t10k-labels-idx1-ubyte.gz", gzipped(idx([3], [1, 1, 1]))),
        ]
        for (name, bytes) in damages {
            try Data(bytes).write(to: cache.appendingPathComponent(name))
            // While no mirror answers, what is there stays there.
            expectFailure(.download, mentioning: name) { _ = try loader().load(.download) }
            #expect(try Data(contentsOf: cache.appendingPathComponent(name)) == Data(bytes))
            var fetched: Set<String> = []
            #expect(try loader(mirrors: [goodMirror]).load(.download) { fetched.insert($0.file) } == digits)
            #expect(fetched == [name])
        }
    }

    @Test("the next mirror is asked after a refusal, an HTML page, a truncated or a wrong file")
    func nextMirror() throws {
        let good = goodMirror
        let digits = try loader(mirrors: [
            { _ in throw HTTPTransfer.Problem(reason: "status 403") }, { _ in Array("<html>".utf8) },
            { name in try good(name).dropLast() }, { _ in gzipped([1, 2, 3]) }, good,
        ]).load(.download)
        #expect(digits.source == .mnist)
    }

    @Test("no mirror works: one line with every reason, and an untouched cache")
    func noMirror() throws {
        expectFailure(
            .download, mentioning: "train-images-idx3-ubyte.gz", "mirror0.example", "HTTP status 403",
            "mirror1.example", "web page", "--mnist"
        ) {
            _ = try loader(mirrors: [
                { _ in throw HTTPTransfer.Problem(reason: "the server answered with HTTP status 403") },
                { _ in Array("<html>".utf8) },
            ]).load(.download)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.url.path).isEmpty)
    }

    @Test("a cache that cannot be written is no fault of the mirrors")
    func unwritableCache() throws {
        let file = try home.write([1], as: "file")
        expectFailure(.inputOutput, mentioning: file.path) {
            _ = try loader(["XDG_CACHE_HOME": file.path, "HOME": file.path], mirrors: [goodMirror]).load(.download)
        }
    }

    /// The loader's cache folder, made empty.
    private func emptyCache(of loader: DigitLoader) throws -> TemporaryFolder {
        try TemporaryFolder(at: loader.cacheFolder)
    }
}
