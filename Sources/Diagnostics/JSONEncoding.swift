import Foundation

extension StrictJSON {
    /// An encoder for files that ``decode(_:from:named:expecting:advice:)`` reads: keys are sorted, so that equal values
    /// give equal bytes, and a number that is not finite is written as "NaN", "Infinity" or "-Infinity".
    ///
    /// - Parameter isPretty: whether the text is laid out for people, a line each key.
    public static func encoder(isPretty: Bool) -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = isPretty ? [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes] : [.sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return encoder
    }
}
