import Diagnostics
import Foundation
import Tensors

extension Generator where Value == Int {
    /// Whole numbers in `range`, uniform except that the two ends come up in one draw of eight; they shrink towards the
    /// number nearest to zero.
    public static func integer(in range: ClosedRange<Int>) -> Generator {
        let origin = min(max(0, range.lowerBound), range.upperBound)
        let below = UInt64(origin - range.lowerBound)
        let above = UInt64(range.upperBound - origin)
        return Generator { source in
            let isBelow = below > 0 && source.choose(upTo: 1) == 1
            let limit = isBelow ? below : above
            let distance = source.choose(upTo: limit) { random in
                let isEnd = random.integer(upTo: 7) == 0
                return isEnd
                    ? (random.integer(upTo: 1) == 0 ? 0 : limit) : random.integer(upTo: limit)
            }
            return isBelow ? origin - Int(distance) : origin + Int(distance)
        }
    }
}

extension Generator where Value == Bool {
    /// True or false; shrinks to false.
    public static var boolean: Generator { Generator { source in source.choose(upTo: 1) == 1 } }
}

/// How much of a real number is kept: shrinking goes from full precision to round numbers.
private enum Precision: Int {
    case integer, half, tenth, hundredth, full, edge

    /// Most draws keep full precision, one in eight is an edge value, a few are round.
    static let weights = [2, 1, 1, 1, 16, 3]

    /// `value` on this precision's grid.
    func rounded(_ value: Double) -> Double {
        switch self {
        case .integer: value.rounded()
        case .half: (value * 2).rounded() / 2
        case .tenth: (value * 10).rounded() / 10
        case .hundredth: (value * 100).rounded() / 100
        case .full, .edge: value
        }
    }
}

extension Generator where Value == Double {
    private static let fractionLimit: UInt64 = 1 << 53

    /// Real numbers in `range`, uniform; both ends and zero come up in one draw of eight, and the smallest magnitudes
    /// that lie in the range (±1e-12, ±1e-300) in another. They shrink to round numbers near zero.
    public static func real(in range: ClosedRange<Double>) -> Generator {
        real(in: range, edges: [1e-12, -1e-12, 1e-300, -1e-300])
    }

    private static func real(in range: ClosedRange<Double>, edges: [Double]) -> Generator {
        let origin = min(max(0, range.lowerBound), range.upperBound)
        let edges = edges.filter(range.contains)
        return Generator { source in
            let precision = Precision(rawValue: source.choose(weights: Precision.weights)) ?? .full
            let isBelow = origin > range.lowerBound && source.choose(upTo: 1) == 1
            if precision == .edge, !edges.isEmpty {
                return edges[Int(source.choose(upTo: UInt64(edges.count - 1)))]
            }
            let length = isBelow ? origin - range.lowerBound : range.upperBound - origin
            let fraction = Double(source.choose(upTo: fractionLimit, draw: fractionWithEnds)) / Double(fractionLimit)
            let exact = isBelow ? origin - length * fraction : origin + length * fraction
            return min(max(precision.rounded(exact), range.lowerBound), range.upperBound)
        }
    }

    private static func fractionWithEnds(_ random: inout PhiloxGenerator) -> UInt64 {
        switch random.integer(upTo: 15) {
        case 0: 0
        case 1: fractionLimit
        default: random.integer(upTo: fractionLimit)
        }
    }

    /// Positive numbers whose logarithm is uniform over `range`; both ends come up in one draw of eight. They shrink to
    /// powers of ten near one.
    ///
    /// - Precondition: the range's lower end is positive.
    public static func logUniform(in range: ClosedRange<Double>) -> Generator {
        require(range.lowerBound > 0, "expected a positive range, found \(range)")
        let exponents = log10(range.lowerBound)...log10(range.upperBound)
        return Generator.real(in: exponents, edges: []).map {
            min(max(pow(10, $0), range.lowerBound), range.upperBound)
        }
    }

    /// Any number that the format holds: ordinary ones, and often 0, −0, tiny, huge, subnormal, ±∞ and NaN.
    public static var anything: Generator {
        let edges: [Double] = [
            0, -0.0, 1, -1, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude,
            -.greatestFiniteMagnitude, .infinity, -.infinity, .nan,
        ]
        return .oneOf([
            (3, .real(in: -10...10)), (2, .logUniform(in: 1e-300...1e300)), (3, .element(of: edges)),
        ])
    }

    /// Standard normal numbers (Box and Muller); they shrink to 0.
    public static var normal: Generator {
        Generator { source in
            let radius = Double(source.choose(upTo: fractionLimit - 1)) / Double(fractionLimit)
            let angle = Double(source.choose(upTo: fractionLimit - 1)) / Double(fractionLimit)
            return (-2 * log(1 - radius)).squareRoot() * cos(2 * Double.pi * angle)
        }
    }
}
