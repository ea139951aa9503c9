import Foundation

extension Format {
    /// Readers with faults of the kinds that a fuzzer is there to find.
    static let planted = [
        planted("planted-trap") { bytes in
            let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            // The last element of what a length field promises.
            if length > 1 << 16 { _ = bytes[length - 1] }
        },
        planted("planted-allocation") { bytes in
            let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            let content = [UInt8](repeating: 0, count: min(length, 1 << 28))
            if content.last == 1 { throw CancellationError() }
        },
        planted("planted-hang") { bytes in
            var place = 0
            // A length of zero leads nowhere.
            while place < bytes.count { place += Int(bytes[place]) }
        },
        planted("planted-error") { bytes in
            if bytes.starts(with: [0, 0, 0xff]) { throw CocoaError(.fileReadCorruptFile) }
        },
    ]

    private static func planted(_ name: String, read: @escaping @Sendable ([UInt8]) throws -> Void) -> Format {
        Format(
            name: name, corpus: [[0, 0, 0, 4, 1, 2, 3, 4], [1, 1, 1, 1, 1, 1, 1, 1]], tokens: [], isText: false,
            read: read)
    }
}
