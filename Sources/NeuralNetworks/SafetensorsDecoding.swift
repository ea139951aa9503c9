import Diagnostics
import Foundation

extension SafetensorsFile {
    /// The most bytes of a file with so many single-precision numbers.
    public static func largestSize(scalars: Int) -> Int { 8 + maximumHeaderSize + 4 * scalars }

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - limit: the most bytes that it may have; a device, which has no end, is not read further.
    /// - Throws: `Failure` of kind `.missingInput` where there is no such file or it cannot be opened, `.inputOutput` where the
    ///   system cannot read it, and `.badData` for a larger one, and as ``init(decoding:named:)`` does.
    public init(contentsOf file: URL, limit: Int = .max) throws {
        var isFolder: ObjCBool = false
        guard try InputFile.exists(file), FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder),
            !isFolder.boolValue
        else {
            throw Failure(
                .missingInput,
                "\(file.path): expected a safetensors file, found \(isFolder.boolValue ? "a folder" : "nothing"); "
                    + "give the path of a parameter file")
        }
        let content = try InputFile.contents(
            of: file, expecting: "a safetensors file", advice: "check the file and its permissions", limit: limit)
        try self.init(decoding: content, named: file.path)
    }

    /// Reads the bytes of a file and believes nothing: every length, type, shape and offset is checked against the
    /// bytes that are there before a tensor is made from them.
    ///
    /// - Parameters:
    ///   - data: the whole file.
    ///   - name: the file's name for messages.
    /// - Throws: `Failure` of kind `.badData` that names the file and the first thing that is wrong with it.
    public init(decoding data: Data, named name: String) throws {
        let file = UntrustedFile(data: Data(data), name: name)
        let header = try file.header()
        let content = data.dropFirst(file.contentStart(header))
        try file.requireTiling(header.tensors, of: content.count)
        var tensors: [String: AnyTensor] = [:]
        for (tensor, entry) in header.tensors {
            let bytes = content.dropFirst(entry.begin).prefix(entry.end - entry.begin)
            tensors[tensor] = StoredScalars(type: entry.type, bytes: bytes).tensor(shape: entry.shape)
        }
        self.init(tensors: tensors, metadata: header.metadata)
    }
}

/// A header whose claims about single tensors have been checked, but not yet their places in the file.
private struct CheckedHeader {
    /// One tensor: `type`, `shape` and the bytes `begin..<end` of the content agree with each other.
    struct Entry {
        let type: StoredType
        let shape: [Int]
        let begin: Int
        let end: Int
    }

    let size: Int
    let tensors: [String: Entry]
    let metadata: [String: String]
}

private struct UntrustedFile {
    let data: Data
    let name: String

    private static let lengthSize = 8
    private static let advice = "the file is truncated or damaged, replace it"

    func contentStart(_ header: CheckedHeader) -> Int { Self.lengthSize + header.size }

    func header() throws -> CheckedHeader {
        guard data.count >= Self.lengthSize else {
            throw failure(
                data.isEmpty
                    ? "expected a safetensors file, found an empty file of 0 bytes"
                    : "expected at least \(Self.lengthSize) bytes, found \(data.count)")
        }
        let claimed = data.prefix(Self.lengthSize).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard claimed <= SafetensorsFile.maximumHeaderSize else {
            throw failure(
                "expected a header of at most \(SafetensorsFile.maximumHeaderSize) bytes, found the length field "
                    + "\(claimed)")
        }
        let size = Int(claimed)
        let text = data.dropFirst(Self.lengthSize).prefix(size)
        guard text.count == size else {
            throw failure("expected a header of \(size) bytes, found \(text.count) bytes after the length field")
        }
        guard text.first == UInt8(ascii: "{") else {
            throw failure("expected a header that begins with {, found another beginning")
        }
        let document = try StrictJSON.value(
            of: text, named: name, expecting: "a safetensors header in JSON", advice: Self.advice)
        do {
            return try header(JSONElement(document, named: "the header"), size: size)
        } catch let mismatch as JSONMismatch {
            throw failure("expected a safetensors header, found that \(mismatch)")
        }
    }

    private func header(_ document: JSONElement, size: Int) throws -> CheckedHeader {
        var tensors: [String: CheckedHeader.Entry] = [:]
        var metadata: [String: String] = [:]
        for (name, element) in try document.members() {
            if name == SafetensorsFile.metadataName {
                for (key, text) in try element.members() { metadata[key] = try text.string() }
            } else {
                tensors[name] = try entry(element, of: name)
            }
        }
        return CheckedHeader(size: size, tensors: tensors, metadata: metadata)
    }

    private func entry(_ element: JSONElement, of tensor: String) throws -> CheckedHeader.Entry {
        let place = "in tensor \(JSONValue.quoted(tensor))"
        let typeElement = try element.member("dtype")
        let (shapeElement, offsetsElement) = (try element.member("shape"), try element.member("data_offsets"))
        let shape: [Int] = try shapeElement.elements().map { try $0.integer() }
        let offsets: [Int] = try offsetsElement.elements().map { try $0.integer() }
        guard let type = StoredType(rawValue: try typeElement.string()) else {
            throw failure("expected the dtype F32 or F64 \(place), found \(typeElement.value)")
        }
        guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
            throw failure("expected data_offsets [begin, end] \(place), found \(offsetsElement.value)")
        }
        guard shape.allSatisfy({ $0 >= 0 }) else {
            throw failure("expected a shape without negative extents \(place), found \(shapeElement.value)")
        }
        var size: Int? = 1
        for extent in shape + [type.size] {
            size = size.flatMap { factor in
                let (product, overflow) = factor.multipliedReportingOverflow(by: extent)
                return overflow ? nil : product
            }
        }
        let (begin, end) = (offsets[0], offsets[1])
        guard size == end - begin else {
            let expected = size.map { "\($0) bytes" } ?? "more bytes than can be counted"
            throw failure(
                "expected \(expected) for the \(type.rawValue) shape \(shapeElement.value) \(place), found \(end - begin) by its "
                    + "data_offsets")
        }
        return CheckedHeader.Entry(type: type, shape: shape, begin: begin, end: end)
    }

    /// Makes sure that every byte of the content belongs to exactly one tensor.
    func requireTiling(_ tensors: [String: CheckedHeader.Entry], of count: Int) throws {
        let ordered = tensors.sorted { ($0.value.begin, $0.value.end, $0.key) < ($1.value.begin, $1.value.end, $1.key) }
        var end = 0
        for (tensor, entry) in ordered {
            guard entry.begin == end else {
                let fault = entry.begin < end ? "overlaps the tensor before it" : "leaves a gap before it"
                throw failure(
                    "expected tensor \(JSONValue.quoted(tensor)) to begin at byte \(end), found \(entry.begin): it \(fault)"
                )
            }
            end = entry.end
            guard end <= count else {
                throw failure(
                    "expected tensor \(JSONValue.quoted(tensor)) to end at byte \(end), found only \(count) bytes of content"
                )
            }
        }
        guard end == count else {
            throw failure("expected \(end) bytes of tensors, found \(count) after the header")
        }
    }

    private func failure(_ finding: String) -> Failure {
        Failure(.badData, "\(name): \(finding); \(Self.advice)")
    }
}
