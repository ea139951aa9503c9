import Foundation

/// Whether two texts say the same, where numbers may differ by what another machine's rounding makes of them.
enum Agreement {
    /// How far numbers may be apart.
    struct Tolerance: Sendable {
        let relative: Double
        let absolute: Double

        /// What a command prints: six digits of a quantity. Errors and differences near zero are rounding, and differ from
        /// machine to machine.
        static let output = Tolerance(relative: 1e-6, absolute: 1e-6)
        /// Coordinates of a drawing, rounded to hundredths.
        static let drawing = Tolerance(relative: 1e-3, absolute: 0.05)
    }

    /// Whether the texts are equal up to white space, lines of rules, and numbers within the tolerance.
    static func holds(_ left: String, _ right: String, within tolerance: Tolerance) -> Bool {
        if left == right { return true }
        let (left, right) = (pieces(left), pieces(right))
        return left.count == right.count
            && zip(left, right).allSatisfy { a, b in
                if a == b { return true }
                guard let x = Double(a), let y = Double(b) else { return false }
                return (x - y).magnitude <= tolerance.absolute
                    || (x - y).magnitude <= tolerance.relative * max(x.magnitude, y.magnitude)
            }
    }

    /// Numbers and what stands between them, without white space.
    private static func pieces(_ text: String) -> [Substring] {
        var result: [Substring] = []
        for word in text.split(whereSeparator: { $0.isWhitespace || $0 == "─" }) {
            var rest = word[...]
            while let number = rest.firstMatch(of: /-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?/) {
                if rest.startIndex < number.range.lowerBound { result.append(rest[..<number.range.lowerBound]) }
                result.append(rest[number.range])
                rest = rest[number.range.upperBound...]
            }
            if !rest.isEmpty { result.append(rest) }
        }
        return result
    }
}
