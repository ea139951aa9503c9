import Diagnostics
import Foundation

/// Where the digits come from, as the user asks for it.
public enum DigitSource: Equatable, Sendable {
    /// What the machine has: the folder that `TAC_MNIST` names, which then must be good; else MNIST in the cache; else
    /// the embedded digits. Never the network.
    case automatic
    /// MNIST from this folder and nothing else.
    case folder(URL)
    /// MNIST from the cache, downloaded into it first where it is missing or damaged.
    case download
    /// The embedded digits.
    case embedded
}

/// Finds, verifies and loads the digits.
public struct DigitLoader: Sendable {
    /// The variable that names the folder of MNIST.
    public static let environmentVariable = "TAC_MNIST"

    private let environment: [String: String]
    private let collection: MNIST
    private let download: MNISTDownload

    /// A loader for this process.
    ///
    /// - Parameter environment: read for `TAC_MNIST`, `XDG_CACHE_HOME` and `HOME`.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.init(environment: environment, collection: .published, download: MNISTDownload())
    }

    /// A loader for another collection.
    init(environment: [String: String], collection: MNIST, download: MNISTDownload) {
        self.environment = environment
        self.collection = collection
        self.download = download
    }

    /// The user's cache of MNIST: `$XDG_CACHE_HOME/tac-reference/mnist`, with `~/.cache` where the variable is not set
    /// to an absolute path (XDG Base Directory Specification 0.8); on macOS `~/Library/Caches/tac-reference/mnist`.
    public var cacheFolder: URL {
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0, isDirectory: true) }
        let userFolder = home ?? FileManager.default.homeDirectoryForCurrentUser
        #if os(macOS)
            let caches = userFolder.appendingPathComponent("Library/Caches")
        #else
            let configured = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
            let caches = configured.map { URL(fileURLWithPath: $0) } ?? userFolder.appendingPathComponent(".cache")
        #endif
        return caches.appendingPathComponent("tac-reference/mnist")
    }

    /// Loads the digits; every file of MNIST is verified by its SHA-256.
    ///
    /// - Parameters:
    ///   - source: where from. What is asked for by name (a folder, the environment, a download) is loaded or fails;
    ///     it never falls back to other data.
    ///   - progress: called on this thread while a download runs.
    /// - Returns: the digits, with a line of provenance that says which data these are, and why.
    /// - Throws: `Failure` of kind `.missingInput`, `.badData`, `.download` or `.inputOutput`.
    public func load(
        _ source: DigitSource, progress: (MNISTDownload.Progress) -> Void = { _ in }
    ) throws -> LabelledDigits {
        switch source {
        case .folder(let folder):
            return try collection.load(folder: folder, reason: "the MNIST folder given by --mnist")
        case .download:
            try download.complete(cacheFolder, progress: progress)
            return try cached()
        case .embedded:
            return try EmbeddedDigits.load(reason: "as asked")
        case .automatic:
            return try automatic()
        }
    }

    private func automatic() throws -> LabelledDigits {
        if let path = environment[Self.environmentVariable], !path.isEmpty {
            let folder = URL(fileURLWithPath: SystemPath.resolved(path), isDirectory: true)
            return try collection.load(folder: folder, reason: "the MNIST folder named by \(Self.environmentVariable)")
        }
        let missing = collection.missingFiles(in: cacheFolder)
        if missing.isEmpty { return try cached() }
        let found = missing.count < collection.files.count ? "lacks \(missing[0].name)" : "holds no MNIST"
        return try EmbeddedDigits.load(
            reason: "since neither --mnist nor \(Self.environmentVariable) is given and the cache \(found)")
    }

    private func cached() throws -> LabelledDigits {
        do {
            return try collection.load(folder: cacheFolder, reason: "the MNIST folder in the user's cache")
        } catch let failure as Failure where failure.kind == .badData {
            throw Failure(.badData, "\(failure.message); --download replaces damaged files of the cache")
        }
    }
}
