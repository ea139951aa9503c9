/// The value of one setting, as it stands in a file or on the command line.
public enum ConfigurationValue: Equatable, Sendable, CustomStringConvertible {
    /// A whole number.
    case integer(Int)
    /// Another number, finite or not.
    case number(Double)
    /// A word.
    case text(String)
    /// A list of whole numbers.
    case integers([Int])
    /// Something that no setting has, described for a message.
    case unsuitable(String)

    /// The value as in JSON, words without quotes.
    public var description: String {
        switch self {
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .text(let text): text
        case .integers(let list): "[\(list.map(String.init).joined(separator: ", "))]"
        case .unsuitable(let description): description
        }
    }
}

/// One hyperparameter: its name, who chose its default and why, which values it may have.
///
/// The command line, configuration files, messages, the documentation's table and the report's are all made from this.
public struct ConfigurationSetting: Sendable {
    /// Who chose the default.
    public enum Origin: Equatable, Sendable {
        /// The paper, at the given place.
        case paper(String)
        /// This project: the paper leaves it open.
        case ours
    }

    /// What changes when the setting changes.
    public enum Stage: Sendable {
        /// The trained networks.
        case training
        /// Only what is measured on trained networks.
        case evaluation
    }

    /// The name, section and field with a point between: `training.batchSize`.
    public let key: String
    /// Who chose the default.
    public let origin: Origin
    /// What changes with it.
    public let stage: Stage
    /// One line: the meaning, and the reason where the choice is ours.
    public let note: String
    /// Which values it may have, to follow "expected".
    public let expectation: String
    /// The value in a configuration.
    let read: @Sendable (ExperimentConfiguration) -> ConfigurationValue
    /// Sets a value in a configuration if it may have it, and says whether it may.
    let write: @Sendable (ConfigurationValue, inout ExperimentConfiguration) -> Bool

    /// The value in a configuration.
    public func value(in configuration: ExperimentConfiguration) -> ConfigurationValue { read(configuration) }
}

/// The numbers that a setting may have.
///
/// Training computes in single precision. A setting that it reads has to be a normal number there, or 0 where 0 has a
/// meaning: what becomes 0 or infinite on the way from double precision would train nothing, or divide 0 by 0.
struct NumberRange: Sendable {
    let expectation: String
    let contains: @Sendable (Double) -> Bool

    static let share = NumberRange(expectation: "a number above 0 and below 1") { $0 > 0 && $0 < 1 }
    static let shareOrNone = NumberRange(expectation: "a number from 0 and below 1") { $0 >= 0 && $0 < 1 }
    static let shareOrAll = NumberRange(expectation: "a number above 0 and at most 1") { $0 > 0 && $0 <= 1 }
    static let positiveSingle = NumberRange(
        expectation: "a number from 1.2e-38 to 3.4e+38"
    ) { $0 > 0 && isNormal($0) }
    static let notNegativeSingle = NumberRange(
        expectation: "0, or a number from 1.2e-38 to 3.4e+38"
    ) { $0 == 0 || $0 > 0 && isNormal($0) }
    static let fractionSingle = NumberRange(
        expectation: "0, or a number from 1.2e-38 to 0.9999999"
    ) { $0 == 0 || $0 > 0 && isNormal($0) && Float($0) < 1 }
    /// Far enough from 0 and infinity for every log P(T|x) to be finite.
    static let gaussianWidth = NumberRange(expectation: "a number from 0.01 to 1000") { (0.01...1_000).contains($0) }
    /// The greatest as well: log P(T|x) of the narrowest width must be finite in single precision.
    static let gaussianExponent = NumberRange(expectation: "a number from 1 to 8") { (1...8).contains($0) }
    /// Where the Gaussian is used, its first width has to be in the range of ``gaussianWidth`` as well.
    static let gaussianWidening = NumberRange(expectation: "a number from 0.001 to 1000") {
        (0.001...1_000).contains($0)
    }
    /// Adam divides a running mean by √(mean square) + ε. Where the mean square of small gradients becomes 0 it divides by ε
    /// alone, which must not be smaller than they are: not below the root of the least normal number.
    static let adamEpsilon = NumberRange(
        expectation: "a number from 1.1e-19 to 3.4e+38"
    ) { $0 >= Double(Float.leastNormalMagnitude).squareRoot() && isNormal($0) }

    private static func isNormal(_ number: Double) -> Bool { Float(number).isNormal }
}

typealias ConfigurationPath<Value> = WritableKeyPath<ExperimentConfiguration, Value> & Sendable

extension ConfigurationSetting {
    static func integer<Value: FixedWidthInteger & Sendable>(
        _ key: String, _ path: ConfigurationPath<Value>, _ range: ClosedRange<Int>, _ origin: Origin, _ note: String,
        stage: Stage = .training
    ) -> ConfigurationSetting {
        let expectation =
            range.lowerBound == range.upperBound
            ? "\(range.lowerBound)" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return ConfigurationSetting(
            key: key, origin: origin, stage: stage, note: note, expectation: expectation,
            // A file may hold a seed beyond every range; it is still to be shown, and compared.
            read: { .integer(Int(clamping: $0[keyPath: path])) },
            write: { value, configuration in
                guard case .integer(let integer) = value, range.contains(integer) else { return false }
                configuration[keyPath: path] = Value(integer)
                return true
            })
    }

    static func number(
        _ key: String, _ path: ConfigurationPath<Double>, _ range: NumberRange, _ origin: Origin, _ note: String,
        stage: Stage = .training
    ) -> ConfigurationSetting {
        ConfigurationSetting(
            key: key, origin: origin, stage: stage, note: note, expectation: range.expectation,
            read: { .number($0[keyPath: path]) },
            write: { value, configuration in
                let number: Double
                switch value {
                case .integer(let integer): number = Double(integer)
                case .number(let value): number = value
                case .text, .integers, .unsuitable: return false
                }
                guard range.contains(number) else { return false }
                configuration[keyPath: path] = number
                return true
            })
    }

    static func choice<Value: RawRepresentable<String> & CaseIterable & Sendable>(
        _ key: String, _ path: ConfigurationPath<Value>, _ origin: Origin, _ note: String, stage: Stage = .training
    ) -> ConfigurationSetting {
        ConfigurationSetting(
            key: key, origin: origin, stage: stage, note: note,
            expectation: Value.allCases.map(\.rawValue).joined(separator: " or "),
            read: { .text($0[keyPath: path].rawValue) },
            write: { value, configuration in
                guard case .text(let text) = value, let choice = Value(rawValue: text) else { return false }
                configuration[keyPath: path] = choice
                return true
            })
    }

    static func integers(
        _ key: String, _ path: ConfigurationPath<[Int]>, count: Int, _ range: ClosedRange<Int>, _ origin: Origin,
        _ note: String
    ) -> ConfigurationSetting {
        ConfigurationSetting(
            key: key, origin: origin, stage: .training, note: note,
            expectation: "\(count) whole numbers from \(range.lowerBound) to \(range.upperBound)",
            read: { .integers($0[keyPath: path]) },
            write: { value, configuration in
                guard case .integers(let list) = value, list.count == count, list.allSatisfy(range.contains) else {
                    return false
                }
                configuration[keyPath: path] = list
                return true
            })
    }
}
