import Diagnostics
import Foundation
import Tensors

/// A tensor whose scalar type is known only once its file has been read.
public enum AnyTensor: Equatable, Sendable {
    /// Single precision, `F32` in the file.
    case float(Tensor<Float>)
    /// Double precision, `F64` in the file.
    case double(Tensor<Double>)

    /// The extents of the axes.
    public var shape: [Int] {
        switch self {
        case .float(let tensor): tensor.shape
        case .double(let tensor): tensor.shape
        }
    }
}

/// The content of a safetensors file: named tensors of `Float` or `Double`, and named texts.
///
/// The format (https://huggingface.co/docs/safetensors) is that of the Python package `safetensors`: eight bytes with
/// the length of a JSON header, the header, and the scalars of all tensors, little endian, row-major, without gaps. It
/// can be read without running any code that the file brings along, and every claim of the header can be checked
/// against the file's size before anything is allocated.
public struct SafetensorsFile: Equatable, Sendable {
    /// The tensors by name. `__metadata__` is not a name: the format reserves it.
    public var tensors: [String: AnyTensor]
    /// Texts by name; empty where the file has none.
    public var metadata: [String: String]

    /// Collects the content of a file.
    public init(tensors: [String: AnyTensor], metadata: [String: String] = [:]) {
        self.tensors = tensors
        self.metadata = metadata
    }

    /// The largest header that is read or written, in bytes: the limit of the Python package.
    public static let maximumHeaderSize = 100_000_000

    static let metadataName = "__metadata__"

    /// The bytes of the file; equal contents give equal bytes.
    ///
    /// The layout is the Python package's own, byte for byte while there is one metadata entry at most: doubles before
    /// floats, so that both are aligned, then by name, and a header padded with spaces to a multiple of eight.
    ///
    /// - Precondition: no tensor is called `__metadata__` and the header does not exceed ``maximumHeaderSize``.
    public func encoded() -> Data {
        require(
            tensors[Self.metadataName] == nil, "the safetensors format reserves the name \(Self.metadataName)")
        let ordered = tensors.map { (name: $0.key, tensor: $0.value, content: StoredScalars($0.value)) }
            .sorted { ($1.content.type.size, $0.name) < ($0.content.type.size, $1.name) }
        var entries: [String] = []
        if !metadata.isEmpty {
            let texts = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
            entries.append("\(quoted(Self.metadataName)):{\(texts.joined(separator: ","))}")
        }
        var end = 0
        for (name, tensor, content) in ordered {
            let type = content.type.rawValue
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            let begin = end
            end += content.bytes.count
            entries.append(
                #"\#(quoted(name)):{"dtype":"\#(type)","shape":[\#(shape)],"data_offsets":[\#(begin),\#(end)]}"#)
        }
        var header = Data("{\(entries.joined(separator: ","))}".utf8)
        header.append(Data(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8))
        require(
            header.count <= Self.maximumHeaderSize,
            "a safetensors header of \(header.count) bytes exceeds \(Self.maximumHeaderSize)")
        var file = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
        file.append(header)
        for (_, _, content) in ordered { file.append(content.bytes) }
        return file
    }

    /// Writes the file whole or not at all.
    ///
    /// - Precondition: as for ``encoded()``.
    /// - Throws: `Failure` of kind `.inputOutput` that names the file and the system's reason.
    public func write(to file: URL) throws {
        try AtomicFile.write(encoded(), to: file)
    }

    /// A JSON string literal.
    private func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        guard let literal = try? encoder.encode(text) else { preconditionFailure("a text that is no JSON: \(text)") }
        return String(decoding: literal, as: UTF8.self)
    }
}

/// The scalar types that are read and written, under their names in the file.
enum StoredType: String {
    case float = "F32"
    case double = "F64"

    /// Bytes of one scalar.
    var size: Int { self == .float ? 4 : 8 }
}

/// The scalars of one tensor as they lie in the file.
struct StoredScalars {
    let type: StoredType
    let bytes: Data

    init(_ tensor: AnyTensor) {
        switch tensor {
        case .float(let tensor):
            type = .float
            bytes = tensor.scalars.map { $0.bitPattern.littleEndian }.withUnsafeBytes { Data($0) }
        case .double(let tensor):
            type = .double
            bytes = tensor.scalars.map { $0.bitPattern.littleEndian }.withUnsafeBytes { Data($0) }
        }
    }

    init(type: StoredType, bytes: Data) {
        self.type = type
        self.bytes = bytes
    }

    /// The tensor of the given shape.
    ///
    /// - Precondition: the shape fits the number of bytes.
    func tensor(shape: [Int]) -> AnyTensor {
        switch type {
        case .float:
            let words: [UInt32] = words()
            return .float(Tensor(shape: shape, scalars: words.map(Float.init(bitPattern:))))
        case .double:
            let words: [UInt64] = words()
            return .double(Tensor(shape: shape, scalars: words.map(Double.init(bitPattern:))))
        }
    }

    private func words<Word: FixedWidthInteger & BitwiseCopyable>() -> [Word] {
        bytes.withUnsafeBytes { raw in
            stride(from: 0, to: raw.count, by: MemoryLayout<Word>.size).map {
                Word(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: Word.self))
            }
        }
    }
}
