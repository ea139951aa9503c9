import Diagnostics
import Foundation

/// Fetches the four files of MNIST from mirrors into a folder.
public struct MNISTDownload: Sendable {
    /// How far a download is.
    public struct Progress: Equatable, Sendable {
        /// The file that is being fetched, such as "train-images-idx3-ubyte.gz".
        public let file: String
        /// Bytes received so far.
        public let received: Int
        /// Bytes of the whole file, where the server tells.
        public let expected: Int?
    }

    /// Fetches one URL; throws `HTTPTransfer.Problem`.
    typealias Fetch = @Sendable (URL, (_ received: Int, _ expected: Int?) -> Void) throws -> Data

    /// Folders on the network that hold the compressed files, in the order in which they are tried.
    public static let mirrors = [
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ]

    private let collection: MNIST
    private let mirrors: [String]
    private let fetch: Fetch

    /// A download of the published files from the known mirrors.
    public init() {
        self.init(.published, mirrors: Self.mirrors) { url, progress in
            try HTTPTransfer.get(url, progress: progress)
        }
    }

    /// A download of other files, from other mirrors, by other means.
    init(_ collection: MNIST, mirrors: [String], fetch: @escaping Fetch) {
        self.collection = collection
        self.mirrors = mirrors
        self.fetch = fetch
    }

    /// Fetches the files that the folder lacks, and those that are damaged.
    ///
    /// A file is verified in memory and then written whole, so the folder never holds a part of one or another file; a
    /// damaged file is replaced when a good one is there.
    ///
    /// - Parameters:
    ///   - folder: where the files go.
    ///   - progress: called on this thread while bytes arrive.
    /// - Throws: `Failure` of kind `.download` with every mirror's reason when no mirror has a file, `.inputOutput`
    ///   when the folder cannot be written.
    public func complete(_ folder: URL, progress: (Progress) -> Void) throws {
        let missing = collection.missingFiles(in: folder)
        for file in try collection.files.filter({
            try missing.contains($0) || collection.damage(of: $0, in: folder) != nil
        }) {
            let data = try fetchVerified(file, progress)
            try AtomicFile.write(data, to: folder.appendingPathComponent(file.spellings[0]))
        }
    }

    private func fetchVerified(_ file: MNIST.File, _ progress: (Progress) -> Void) throws -> Data {
        let name = file.spellings[0]
        var reasons: [String] = []
        for mirror in mirrors {
            guard let url = URL(string: mirror + name) else {
                throw Failure(.usage, "the mirror \(mirror) is no URL; give one such as \(Self.mirrors[0])")
            }
            do {
                let data = try fetch(url) { received, expected in
                    progress(Progress(file: name, received: received, expected: expected))
                }
                let content = try Gzip.decompress(data, named: mirror + name, limit: MNIST.sizeLimit)
                try Checksum.verify(content, is: file.sha256, named: mirror + name)
                return data
            } catch let problem as HTTPTransfer.Problem {
                reasons.append("\(mirror)\(name): \(problem.reason)")
            } catch let failure as Failure {
                reasons.append(failure.message)
            }
        }
        throw Failure(
            .download,
            "cannot download \(name): \(reasons.joined(separator: " | ")); try again later, or put the four files of "
                + "MNIST into a folder and name it with --mnist or TAC_MNIST")
    }
}
