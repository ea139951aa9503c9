import Diagnostics
import Drawing
import Foundation

/// The numbers that prose may show, by key.
///
/// | key | number |
/// | --- | --- |
/// | `channel NAME QUANTITY FORMAT` | a quantity of a named channel, or of one in the book's folder |
/// | `vonMisesFisher DIMENSION BETA QUANTITY FORMAT` | a constant of the density |
/// | `log X FORMAT` | a natural logarithm |
/// | `reproduction KIND NAME GROUP MEASURE mean FORMAT`, … `std FORMAT`, … `paper` | from the committed reproduction |
/// | `json PATH KEY FORMAT` | from another committed file |
///
/// FORMAT is `.4` for four decimals, `s3` for three significant digits, `%1` for a percentage with one decimal.
package struct Numbers: Sendable {
    /// What stands for a number whose results are not there yet.
    static let missing = "(not measured yet)"

    let root: URL
    let channels: Channels
    private let reproduction: ResultsTree?

    package init(root: URL, channels: Channels) throws {
        self.root = root
        self.channels = channels
        reproduction = try ResultsTree(root.appendingPathComponent("docs/results/reproduction/results.json"))
    }

    /// The text of a number.
    ///
    /// - Throws: `Failure` of kind `.badData`: the key names nothing.
    package func text(_ key: String) throws -> String {
        // One more than the longest key has.
        let words = key.split(separator: " ", maxSplits: 7).map(String.init)
        let text: String? =
            switch (words.first ?? "", words.count) {
            case ("channel", 4):
                try channels.quantity(words[2], of: words[1]).flatMap { Numbers.format($0, words[3]) }
            case ("vonMisesFisher", 5): constant(words)
            case ("log", 3): Double(words[1]).flatMap { Numbers.format(log($0), words[2]) }
            case ("reproduction", 6...7): reproduced(words)
            case ("json", 4): try stored(words)
            default: nil
            }
        guard let text else { throw Failure(.badData, "no number has the key “\(key)”") }
        return text
    }

    private func constant(_ words: [String]) -> String? {
        guard let dimension = Int(words[1]), dimension >= 2, let beta = Double(words[2]), beta >= 0,
            beta.isFinite
        else { return nil }
        return VonMisesFisher.quantity(words[3], dimension: dimension, beta: beta)
            .flatMap { Numbers.format($0, words[4]) }
    }

    private func reproduced(_ words: [String]) -> String? {
        guard
            let cell = reproduction?.cell(kind: words[1], name: words[2], group: words[3], measure: words[4])
        else { return nil }
        guard let value = cell[words[5]] else {
            return ["mean", "std", "paper"].contains(words[5]) ? Numbers.missing : nil
        }
        if case .string(let text) = value.form, words.count == 6 { return text }
        guard words.count == 7 else { return nil }
        return Numbers.number(value).flatMap { Numbers.format($0, words[6]) }
    }

    private func stored(_ words: [String]) throws -> String? {
        guard let tree = try ResultsTree(root.appendingPathComponent(words[1])) else { return Numbers.missing }
        return tree.value(words[2]).flatMap(Numbers.number).flatMap { Numbers.format($0, words[3]) }
    }

    private static func number(_ value: JSONValue) -> Double? {
        guard case .number(let number) = value.form else { return nil }
        return number.double
    }

    /// A number as prose shows it; `nil` for an unknown format.
    static func format(_ value: Double, _ format: String) -> String? {
        guard let digits = Int(format.dropFirst()), (0...15).contains(digits) else { return nil }
        switch format.first {
        case ".": return Format.fixed(value, decimals: digits)
        case "s": return Format.significant(value, digits: max(1, digits))
        case "%": return Format.fixed(100 * value, decimals: digits) + "%"
        default: return nil
        }
    }
}
