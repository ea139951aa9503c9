import Diagnostics
import Foundation

extension ExperimentConfiguration {
    /// The name of the file that lies beside each result.
    public static let fileName = "configuration.json"

    /// A saved configuration, as it lies in a run's folder. A setting that is not there came after it was saved, and has the value
    /// that it had before.
    ///
    /// - Throws: as ``applying(contentsOf:)`` does.
    public init(contentsOf file: URL) throws { self = try Self.beforeLaterSettings.applying(contentsOf: file) }

    /// This configuration, changed by what a JSON file says.
    ///
    /// - Throws: `Failure` of kind `.missingInput` or `.inputOutput` where there is no readable file, `.badData` where it
    ///   is no JSON object, and `.usage` for an unknown key or a value that its setting may not have.
    public func applying(contentsOf file: URL) throws -> ExperimentConfiguration {
        var changed = self
        try changed.apply(try Self.contents(of: file), named: file.path)
        return changed
    }

    /// The bytes of a file for ``apply(_:named:)``.
    ///
    /// - Throws: `Failure` of kind `.missingInput`, `.inputOutput` or `.badData` for a file that cannot be read.
    public static func contents(of file: URL) throws -> Data {
        try InputFile.contents(
            of: file, expecting: "a configuration in JSON",
            advice: "name such a file, or the folder of a run that has one")
    }

    /// Changes the settings that a JSON object names, sections as nested objects.
    ///
    /// - Parameters:
    ///   - json: the object in UTF-8.
    ///   - name: the file's name for messages.
    /// - Throws: `Failure` of kind `.badData` or `.usage`; the configuration is then as it was.
    public mutating func apply(_ json: Data, named name: String) throws {
        let document = try StrictJSON.value(
            of: json, named: name, expecting: "a configuration in JSON", advice: "correct the file")
        guard case .object = document.form else {
            throw Failure(.badData, "\(name): expected a JSON object with settings, found \(document); correct it")
        }
        var changed = self
        var known: Set<String> = []
        for (key, value) in try Self.assignments(document, under: "", named: name).sorted(by: { $0.key < $1.key }) {
            guard known.insert(key).inserted else {
                throw Failure(
                    .badData,
                    "\(name): expected each setting once, found \(key) twice, in its section and by its whole name; "
                        + "correct the file")
            }
            try changed.set(key, to: ConfigurationValue(value), typed: "\(value)", place: name)
        }
        self = changed
    }

    /// Key and value of every leaf.
    private static func assignments(
        _ value: JSONValue, under path: String, named name: String
    ) throws -> [(key: String, value: JSONValue)] {
        guard case .object(let members) = value.form else { return [(path, value)] }
        let known = path.isEmpty || settings.contains { $0.key.hasPrefix(path + ".") }
        guard known else { throw unknownKey(path, place: name) }
        return try members.flatMap { member in
            try assignments(member.value, under: path.isEmpty ? member.key : "\(path).\(member.key)", named: name)
        }
    }

    /// Changes one setting as the command line gives it: `training.batchSize=128`, `intermediateEncoder.channels=16,32`.
    ///
    /// - Throws: `Failure` of kind `.usage` for another form, an unknown key, or a value that the setting may not have.
    public mutating func set(_ assignment: String) throws {
        let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw Failure(
                .usage, "\(assignment): expected KEY=VALUE such as training.batchSize=128, found no =; \(Self.advice)")
        }
        let typed = String(parts[1])
        try set(
            String(parts[0]), to: Self.value(of: typed), typed: typed.isEmpty ? "nothing" : typed, place: assignment)
    }

    private mutating func set(_ key: String, to value: ConfigurationValue, typed: String, place: String) throws {
        guard let setting = Self.settings.first(where: { $0.key == key }) else {
            guard let first = Self.settings.first(where: { $0.key.hasPrefix(key + ".") }) else {
                throw Self.unknownKey(key, place: place)
            }
            throw Failure(
                .usage,
                "\(place): \(key): expected the settings of this section by name, such as \(first.key), found \(typed); "
                    + Self.advice)
        }
        guard setting.write(value, &self) else {
            throw Self.unsuitable(typed + Self.spellingAdvice(value), for: setting, place: place)
        }
    }

    /// How to write what some readers take for a number and JSON does not, such as 007, .5 and 0x10; empty for the rest.
    private static func spellingAdvice(_ value: ConfigurationValue) -> String {
        guard case .text(let text) = value, let number = Double(text), number.isFinite else { return "" }
        let written = Int(exactly: number).map { "\($0)" } ?? "\(number)"
        return " (numbers are written as in JSON: \(written))"
    }

    static func unsuitable(_ found: String, for setting: ConfigurationSetting, place: String) -> Failure {
        Failure(.usage, "\(place): \(setting.key): expected \(setting.expectation), found \(found); \(advice)")
    }

    static func unknownKey(_ key: String, place: String) -> Failure {
        Failure(.usage, "\(place): unknown key \"\(key)\", the nearest is \(nearestKey(to: key)); \(advice)")
    }

    static let advice = "docs/hyperparameters.md lists every key with its range"

    /// The value that a word on the command line stands for: JSON, a list without brackets, or the word itself.
    private static func value(of text: String) -> ConfigurationValue {
        if let value = try? JSONValue(parsing: Data(text.utf8)) { return ConfigurationValue(value) }
        let elements = text.split(separator: ",", omittingEmptySubsequences: false)
            .map { Int($0.trimmingCharacters(in: .whitespaces)) }
        let integers = elements.compactMap { $0 }
        return elements.count > 1 && integers.count == elements.count ? .integers(integers) : .text(text)
    }

    /// The known section or key, whole or without its section, that the fewest edits turn the given one into.
    static func nearestKey(to key: String) -> String {
        // A key much longer than any is far from all of them, and the distance takes time in proportion to its length.
        let key = String(key.prefix(100))
        func field(_ key: String) -> String { key.split(separator: ".").last.map(String.init) ?? key }
        func distance(_ known: String) -> Int { min(editDistance(key, known), editDistance(key, field(known))) }
        let sections = settings.map(\.key).filter { $0.contains(".") }.map { String($0.prefix { $0 != "." }) }
        // Among equals a section: its name is one word, as a mistyped section is.
        return (sections + settings.map(\.key)).min { distance($0) < distance($1) } ?? ""
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

extension ConfigurationValue {
    /// The value that JSON stands for.
    init(_ value: JSONValue) {
        switch value.form {
        case .number(let number):
            if let integer: Int = number.integer() {
                self = .integer(integer)
            } else {
                self = number.double.map { .number($0) } ?? .unsuitable("\(value)")
            }
        case .string(let text): self = .text(text)
        case .array(let values):
            var integers: [Int] = []
            integers.reserveCapacity(values.count)
            for element in values {
                guard case .number(let number) = element.form, let integer: Int = number.integer() else {
                    self = .unsuitable("\(value)")
                    return
                }
                integers.append(integer)
            }
            self = .integers(integers)
        case .null, .boolean, .object: self = .unsuitable("\(value)")
        }
    }
}
