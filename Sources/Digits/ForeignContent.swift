import Foundation

/// What bytes are that should have been a file of MNIST: people's folders hold much under its names.
enum ForeignContent {
    /// What the bytes look like, to follow "found"; with what to do where that is known.
    static func description(of data: some Collection<UInt8>) -> String {
        guard !data.isEmpty else { return "an empty file (0 bytes)" }
        if let known = signatures.first(where: { data.starts(with: $0.bytes) }) { return known.description }
        let text = textBeginning(of: data)
        if text.hasPrefix("<") {
            return "a web page or another document that begins with '<', such as a server's error page"
        }
        if text.hasPrefix("version https://git-lfs") {
            return "a Git LFS pointer, which stands for the file in a repository ('git lfs pull' fetches it)"
        }
        if !text.isEmpty { return "text that begins with '\(text.prefix(40))'" }
        return data.prefix(4).map { String(format: "%02x", $0) }.joined(separator: " ") + " at the beginning"
    }

    private static let signatures: [(bytes: [UInt8], description: String)] = [
        ([0x1f, 0x8b], "gzip data inside gzip data (decompress them once)"),
        (Array("PK\u{3}\u{4}".utf8), "a zip archive (unpack it)"),
        (Array("BZh".utf8), "a bzip2 file (decompress it)"),
        ([0xfd] + Array("7zXZ".utf8), "an xz file (decompress it)"),
        ([0x28, 0xb5, 0x2f, 0xfd], "a zstd file (decompress it)"),
        (Array("7z".utf8) + [0xbc, 0xaf], "a 7z archive (unpack it)"),
        ([0x93] + Array("NUMPY".utf8), "a NumPy array"),
        ([0x89] + Array("HDF".utf8), "an HDF5 file"),
        ([0x89] + Array("PNG".utf8), "a PNG image"),
    ]

    /// The first line with something in it, without blanks before it or a byte-order mark; empty where the bytes are no
    /// text.
    private static func textBeginning(of data: some Collection<UInt8>) -> String {
        let beginning = data.prefix(512)
        let isText = beginning.allSatisfy { $0 >= 0x20 && $0 != 0x7f || (0x09...0x0d).contains($0) }
        guard isText else { return "" }
        let text = String(decoding: beginning, as: UTF8.self).drop { $0.isWhitespace || $0 == "\u{feff}" }
        return String(text.prefix { !$0.isNewline })
    }
}
