import Diagnostics
import Foundation

/// Numbers as a reader sees them. Not a finite number: "–" for NaN, "∞" and "−∞"; minus is U+2212.
package enum Format {
    /// `value` with a fixed number of decimals.
    package static func fixed(_ value: Double, decimals: Int) -> String {
        if let special = special(value) { return special }
        let text = String(format: "%.\(max(decimals, 0))f", value)
        let isZero = !text.contains { $0 != "0" && $0 != "." && $0 != "-" }
        return isZero ? text.replacingOccurrences(of: "-", with: "") : text.replacingOccurrences(of: "-", with: "−")
    }

    /// `value` with a sign in every case, for differences.
    package static func signed(_ value: Double, decimals: Int) -> String {
        let text = fixed(value, decimals: decimals)
        let isZero = !text.contains { $0.isNumber && $0 != "0" } && value.isFinite
        return isZero ? "±" + text : (value > 0 && value.isFinite ? "+" + text : text)
    }

    /// `value` with about `digits` significant digits: plain between 0.001 and a million, else as 1.2×10⁻⁹.
    package static func significant(_ value: Double, digits: Int = 4) -> String {
        if let special = special(value) { return special }
        if value == 0 { return "0" }
        let exponent = Int(floor(log10(abs(value))))
        if (-3..<6).contains(exponent) {
            return trimmed(fixed(value, decimals: max(0, digits - 1 - exponent)))
        }
        let parts = String(format: "%.\(max(digits - 1, 0))e", value).split(separator: "e")
        let mantissa = trimmed(parts[0].replacingOccurrences(of: "-", with: "−"))
        return "\(mantissa)×10\(superscript(Int(parts[1]) ?? exponent))"
    }

    /// An integer with groups of three digits.
    package static func count(_ value: Int) -> String {
        var digits = String(value.magnitude)
        var index = digits.endIndex
        while let next = digits.index(index, offsetBy: -3, limitedBy: digits.startIndex), next > digits.startIndex {
            digits.insert(",", at: next)
            index = next
        }
        return (value < 0 ? "−" : "") + digits
    }

    /// A span of time: "0.4 s", "12 s", "3 min 20 s", "2 h 05 min".
    package static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0 else { return "–" }
        if seconds < 9.95 { return String(format: "%.1f s", seconds) }
        guard seconds < 3.6e9 else { return "–" }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(String(format: "%02d", whole % 60)) s" }
        return "\(count(whole / 3600)) h \(String(format: "%02d", whole % 3600 / 60)) min"
    }

    /// A coordinate of an SVG: at most two decimals, ASCII. Precondition: finite.
    package static func coordinate(_ value: Double) -> String {
        require(value.isFinite, "a coordinate must be finite, not \(value)")
        let rounded = (value * 100).rounded() / 100
        if rounded == rounded.rounded() && abs(rounded) < 1e9 { return String(Int(rounded)) }
        return trimmed(String(format: "%.2f", rounded))
    }

    /// An integer in superscript digits.
    package static func superscript(_ value: Int) -> String {
        let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
        let raised = String(value.magnitude).compactMap { digit in digit.wholeNumberValue.map { digits[$0] } }
        return (value < 0 ? "⁻" : "") + String(raised)
    }

    private static func special(_ value: Double) -> String? {
        if value.isNaN { return "–" }
        if value.isInfinite { return value < 0 ? "−∞" : "∞" }
        return nil
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}
