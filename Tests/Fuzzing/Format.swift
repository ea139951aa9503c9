import Foundation

/// A kind of input from the world, and what reads it.
struct Format: Sendable {
    /// The name on the command line and of the folder with found inputs.
    let name: String
    /// Small valid inputs, which are mutated.
    let corpus: [[UInt8]]
    /// Pieces that mean something to the reader.
    let tokens: [String]
    /// Bytes that reading may hold at once whatever the input.
    var allowance = 1 << 18
    /// Whether the format is text: whole numbers are then mutated as digits, not as bytes.
    let isText: Bool
    /// Bytes that reading may hold at once for each byte of the input.
    static let factor = 10
    /// Reads an input; throws a `Failure` where it is none of this format.
    let read: @Sendable ([UInt8]) throws -> Void
}

extension Format {
    /// The formats that are fuzzed.
    static func all() throws -> [Format] {
        [
            idx, gzip, try safetensors(), try checkpoint(), channel, try configuration(), try results(),
            try reproduction(), try book(),
        ]
    }
}
