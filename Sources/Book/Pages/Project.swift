import Foundation

/// What pages may name: the project's files, its theorems, its words.
struct Project: Sendable {
    /// The project's folder.
    let root: URL
    /// Every word of Swift sources, tests and proofs; of a name with dots or parentheses its parts.
    let words: Set<String>
    /// The text of all tests.
    let tests: String

    /// Reads the project's sources.
    ///
    /// - Throws: where a file that is listed cannot be read.
    init(root: URL) throws {
        self.root = root
        var words: Set<String> = []
        var tests = ""
        for folder in ["Sources", "Tests", "Proofs", "Fixtures"] {
            for file in Project.files(in: root.appendingPathComponent(folder)) {
                guard ["swift", "v", "txt", "py", ""].contains(file.pathExtension) else { continue }
                guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
                if folder == "Tests" { tests += text }
                let isPart: (Character) -> Bool = { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "'" }
                text.split { !isPart($0) }.forEach { words.insert(String($0)) }
            }
        }
        self.words = words
        self.tests = tests
    }

    /// Regular files under a folder, in the order of their paths; none of what was built.
    static func files(in folder: URL) -> [URL] {
        let found = FileManager.default.enumerator(
            at: folder.resolvingSymlinksInPath(), includingPropertiesForKeys: nil, options: [.skipsHiddenFiles])
        return (found?.compactMap { $0 as? URL } ?? []).sorted { $0.path < $1.path }
    }

    /// The text of a file by its path within the project; `nil` where there is none.
    func text(_ path: String) -> String? {
        try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Whether a file or folder exists.
    func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
    }
}
