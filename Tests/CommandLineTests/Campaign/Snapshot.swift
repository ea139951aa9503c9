import Foundation

/// The files of a folder by their paths in it, without what may differ between two runs: the seconds that something took.
struct Snapshot: Equatable, Sendable {
    private(set) var files: [String: Data] = [:]

    /// Reads a folder.
    init(of folder: URL) throws {
        let found = FileManager.default.enumerator(
            at: folder.resolvingSymlinksInPath(), includingPropertiesForKeys: [.isRegularFileKey])
        let root = folder.resolvingSymlinksInPath().path + "/"
        for case let file as URL in found ?? FileManager.DirectoryEnumerator() {
            guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
            let content = try Data(contentsOf: file)
            files[String(file.path.dropFirst(root.count))] =
                switch file.pathExtension {
                case "html": Self.withoutDurations(content)
                case "safetensors": Self.withoutSeconds(content, isCheckpoint: true)
                default: Self.withoutSeconds(content, isCheckpoint: false)
                }
        }
    }

    /// A page without the table cells that say how long a run took.
    private static func withoutDurations(_ page: Data) -> Data {
        let text = String(decoding: page, as: UTF8.self)
        return Data(text.replacing(#/<td class="words">(?:[0-9.]+ (?:ms|s|min|h) ?)+<\/td>/#, with: "").utf8)
    }

    /// The bytes without the values of `seconds`. A checkpoint's header says its own length and is padded with blanks, which
    /// depend on the seconds too.
    private static func withoutSeconds(_ content: Data, isCheckpoint: Bool) -> Data {
        let bytes = isCheckpoint ? content.dropFirst(8).filter { $0 != UInt8(ascii: " ") } : [UInt8](content)
        var (result, rest) = ([UInt8](), bytes[...])
        let key = Array("seconds".utf8)
        while let start = rest.firstRange(of: key)?.upperBound {
            result += rest[..<start]
            rest = rest[start...].drop { #"\" :0123456789.e-+"#.utf8.contains($0) }
        }
        return Data(result + rest)
    }

    /// What is wrong with this folder after a run that did not end well: files that are neither as before nor as after an
    /// undisturbed run, files that are missing, and those that should not be there.
    ///
    /// - Parameter allowsLeftovers: whether temporary files may lie about.
    func faults(between before: Snapshot, and after: Snapshot, allowsLeftovers: Bool) -> [String] {
        var faults: [String] = []
        for (name, content) in files.sorted(by: { $0.key < $1.key }) {
            let states = [before.files[name], after.files[name]].compactMap { $0 }
            if states.isEmpty {
                if !(allowsLeftovers && name.hasSuffix(".partial")) { faults.append("\(name) is left behind") }
            } else if !states.contains(content) {
                faults.append("\(name) is neither the old file nor the new one")
            }
        }
        return faults + before.files.keys.filter { files[$0] == nil }.sorted().map { "\($0) is lost" }
    }

    /// How this folder differs from what is expected.
    func differences(from expected: Snapshot, allowsLeftovers: Bool) -> [String] {
        Set(files.keys).union(expected.files.keys).sorted().compactMap { name in
            if allowsLeftovers && name.hasSuffix(".partial") { return nil }
            switch (files[name], expected.files[name]) {
            case (nil, _?): return "\(name) is missing"
            case (_?, nil): return "\(name) is left behind"
            case (let found, let wanted): return found == wanted ? nil : "\(name) has other bits"
            }
        }
    }
}
