import Diagnostics

/// The content of an IDX file of unsigned bytes, the format of MNIST: a magic number, the dimensions, the values.
///
/// The format (http://yann.lecun.com/exdb/mnist): two zero bytes, the type (0x08 is unsigned byte), the number of
/// dimensions, each dimension as a big-endian 32-bit integer, then the values in row-major order.
public struct IDXFile: Equatable, Sendable {
    /// The dimensions, outermost first: [image, row, column] for images, [image] for labels.
    public let dimensions: [Int]
    /// The values in row-major order; as many as the product of the dimensions.
    public let values: [UInt8]

    /// Parses the bytes of an IDX file.
    ///
    /// - Parameters:
    ///   - bytes: the whole (decompressed) file.
    ///   - name: what failures call the bytes.
    ///   - rank: the number of dimensions that the file must have, 1...255: 3 for images, 1 for labels.
    /// - Throws: `Failure` of kind `.badData` when the file is empty, begins with another magic number, ends inside
    ///   its header, or when its length is not the one that its dimensions promise.
    public init(_ bytes: consuming [UInt8], named name: String, rank: Int) throws {
        require((1...255).contains(rank), "rank is \(rank), expected 1...255")
        var bytes = bytes
        guard !bytes.isEmpty else {
            throw Failure(.badData, "\(name): expected an IDX file, found no bytes at all; fetch the file again")
        }
        let headerSize = 4 + 4 * rank
        let expectedMagic = Self.unsignedByteType << 8 | rank
        let foundMagic = Self.bigEndian(bytes.prefix(4))
        guard bytes.count < 4 || foundMagic == expectedMagic else {
            throw Failure(
                .badData,
                "\(name): expected the IDX magic number \(Self.hexadecimal(expectedMagic)) (unsigned bytes, "
                    + "\(rank) dimension\(rank == 1 ? "" : "s")), found \(Self.hexadecimal(foundMagic)); "
                    + "check that this is the right file")
        }
        guard bytes.count >= headerSize else {
            throw Failure(
                .badData,
                "\(name): expected an IDX header of \(headerSize) bytes, found a file of \(bytes.count); "
                    + "fetch the file again")
        }
        let dimensions = (0..<rank).map { axis in Self.bigEndian(bytes[(4 + 4 * axis)..<(8 + 4 * axis)]) }
        var count: Int? = 1
        for dimension in dimensions {
            count = count.flatMap { count in
                let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
                return overflow ? nil : product
            }
        }
        let found = bytes.count - headerSize
        guard count == found else {
            let shape = dimensions.map(String.init).joined(separator: " x ")
            throw Failure(
                .badData,
                "\(name): its IDX header promises \(shape) values\(count.map { " = \($0) bytes" } ?? ""), found "
                    + "\(found) bytes after the header; fetch the file again")
        }
        self.dimensions = dimensions
        // In place if the caller gave the bytes away: the training images would otherwise take twice their memory.
        bytes.removeFirst(headerSize)
        self.values = bytes
    }

    private static let unsignedByteType = 0x08

    private static func bigEndian(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 << 8 | Int($1) }
    }

    private static func hexadecimal(_ magic: Int) -> String {
        let digits = String(magic, radix: 16)
        return "0x" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }
}
