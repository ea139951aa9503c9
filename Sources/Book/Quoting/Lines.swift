/// The lines of a text, of which only the places are kept.
struct Lines: RandomAccessCollection {
    private let text: String
    /// The bytes of the text before each line.
    private let starts: [Int]

    /// The lines of a text, empty ones too.
    init(_ text: String) {
        var text = text
        starts = text.withUTF8 { bytes in
            // Counted first: an array that grows would hold its old places beside the new ones.
            var starts: [Int] = []
            starts.reserveCapacity(1 + bytes.count { $0 == UInt8(ascii: "\n") })
            starts.append(0)
            for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") { starts.append(index + 1) }
            return starts
        }
        self.text = text
    }

    var startIndex: Int { 0 }
    var endIndex: Int { starts.count }

    /// A line without its end.
    subscript(line: Int) -> Substring {
        let end = line + 1 < starts.count ? index(starts[line + 1] - 1) : text.endIndex
        return text[index(starts[line])..<end]
    }

    private func index(_ offset: Int) -> String.Index { text.utf8.index(text.startIndex, offsetBy: offset) }
}
