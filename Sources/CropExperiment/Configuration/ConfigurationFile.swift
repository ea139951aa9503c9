import Diagnostics
import Foundation
import NeuralNetworks

extension ExperimentConfiguration {
    /// The name of the file that lies beside each result.
    public static let fileName = "configuration.json"

    /// The defaults, changed by what a JSON file says; it may name all settings or a few.
    ///
    /// - Throws: as ``applying(contentsOf:)`` does.
    public init(contentsOf file: URL) throws { self = try Self().applying(contentsOf: file) }

    /// This configuration, changed by what a JSON file says.
    ///
    /// - Throws: `Failure` of kind `.missingInput` or `.inputOutput` where there is no readable file, `.badData` where it
    ///   is no JSON object, and `.usage` for an unknown key or a value that its setting may not have.
    public func applying(contentsOf file: URL) throws -> ExperimentConfiguration {
        let content = try InputFile.contents(
            of: file, expecting: "a configuration in JSON", advice: "give the path of one")
        var changed = self
        try changed.apply(content, named: file.path)
        return changed
    }

    /// Changes the settings that a JSON object names, sections as nested objects.
    ///
    /// - Parameters:
    ///   - json: the object in UTF-8.
    ///   - name: the file's name for messages.
    /// - Throws: `Failure` of kind `.badData` or `.usage`; the configuration is then as it was.
    public mutating func apply(_ json: Foundation.Data, named name: String) throws {
        let tree = try StrictJSON.decode(
            ConfigurationTree.self, from: json, named: name, expecting: "a configuration in JSON",
            advice: "correct the file")
        guard case .section = tree else {
            throw Failure(.badData, "\(name): expected a JSON object with settings, found another value; correct it")
        }
        var changed = self
        for (key, value) in try tree.assignments(named: name) {
            try changed.set(key, to: value, place: name)
        }
        self = changed
    }

    /// Changes one setting as the command line gives it: `training.batchSize=128`, `encoder.channels=16,32`.
    ///
    /// - Throws: `Failure` of kind `.usage` for another form, an unknown key, or a value that the setting may not have.
    public mutating func set(_ assignment: String) throws {
        let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw Failure(
                .usage, "\(assignment): expected KEY=VALUE such as training.batchSize=128, found no =; \(Self.advice)")
        }
        try set(String(parts[0]), to: Self.value(of: String(parts[1])), place: assignment)
    }

    private mutating func set(_ key: String, to value: ConfigurationValue, place: String) throws {
        guard let setting = Self.settings.first(where: { $0.key == key }) else {
            guard let first = Self.settings.first(where: { $0.key.hasPrefix(key + ".") }) else {
                throw Self.unknownKey(key, place: place)
            }
            throw Failure(
                .usage,
                "\(place): \(key): expected the settings of this section by name, such as \(first.key), found \(value); "
                    + Self.advice)
        }
        guard setting.write(value, &self) else { throw Self.unsuitable(value, for: setting, place: place) }
    }

    static func unsuitable(_ value: ConfigurationValue, for setting: ConfigurationSetting, place: String) -> Failure {
        Failure(.usage, "\(place): \(setting.key): expected \(setting.expectation), found \(value); \(advice)")
    }

    static func unknownKey(_ key: String, place: String) -> Failure {
        Failure(.usage, "\(place): unknown key \"\(key)\", the nearest is \(nearestKey(to: key)); \(advice)")
    }

    static let advice = "docs/hyperparameters.md lists every key with its range"

    /// The value that a word on the command line stands for: JSON, a number that JSON lacks, a list without brackets, or
    /// the word itself.
    private static func value(of text: String) -> ConfigurationValue {
        if let tree = try? JSONDecoder().decode(ConfigurationTree.self, from: Foundation.Data(text.utf8)),
            case .value(let value) = tree
        {
            return value
        }
        if let number = Double(text) { return .number(number) }
        let elements = text.split(separator: ",", omittingEmptySubsequences: false)
            .map { Int($0.trimmingCharacters(in: .whitespaces)) }
        let integers = elements.compactMap { $0 }
        return elements.count > 1 && integers.count == elements.count ? .integers(integers) : .text(text)
    }

    /// The known section or key, whole or without its section, that the fewest edits turn the given one into.
    static func nearestKey(to key: String) -> String {
        func field(_ key: String) -> String { key.split(separator: ".").last.map(String.init) ?? key }
        func distance(_ known: String) -> Int { min(editDistance(key, known), editDistance(key, field(known))) }
        let sections = settings.map(\.key).filter { $0.contains(".") }.map { String($0.prefix { $0 != "." }) }
        return (settings.map(\.key) + sections).min { distance($0) < distance($1) } ?? ""
    }

    /// The least number of characters to insert, delete or replace (Levenshtein), letter case ignored.
    private static func editDistance(_ first: String, _ second: String) -> Int {
        let (first, second) = (Array(first.lowercased()), Array(second.lowercased()))
        var row = Array(0...second.count)
        for (i, a) in first.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in second.enumerated() {
                let replaced = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[second.count]
    }
}

/// JSON as it stands in a configuration file.
private indirect enum ConfigurationTree: Decodable {
    case section([String: ConfigurationTree])
    case value(ConfigurationValue)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let section = try? container.decode([String: ConfigurationTree].self) {
            self = .section(section)
        } else if let integer = try? container.decode(Int.self) {
            self = .value(.integer(integer))
        } else if let number = try? container.decode(Double.self) {
            self = .value(.number(number))
        } else if let text = try? container.decode(String.self) {
            self = .value(.text(text))
        } else if let list = try? container.decode([Int].self) {
            self = .value(.integers(list))
        } else if let truth = try? container.decode(Bool.self) {
            self = .value(.unsuitable("\(truth)"))
        } else {
            self = .value(.unsuitable(container.decodeNil() ? "null" : "a list of other things than whole numbers"))
        }
    }

    /// Key and value of every leaf, in a fixed order.
    func assignments(
        under path: String = "", named name: String
    ) throws -> [(key: String, value: ConfigurationValue)] {
        switch self {
        case .value(let value):
            return [(path, value)]
        case .section(let entries):
            let known = path.isEmpty || ExperimentConfiguration.settings.contains { $0.key.hasPrefix(path + ".") }
            guard known else { throw ExperimentConfiguration.unknownKey(path, place: name) }
            return try entries.sorted { $0.key < $1.key }.flatMap { key, tree in
                try tree.assignments(under: path.isEmpty ? key : "\(path).\(key)", named: name)
            }
        }
    }
}
