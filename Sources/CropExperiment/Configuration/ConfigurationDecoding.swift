extension ExperimentConfiguration {
    /// A key that is a setting's section or name.
    private struct Key: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// What held in every saved run before a setting came to be: its present default, but for P(T|X)'s start from He's weights, f's
    /// third layer, which was not padded, and h's weights, which did not decay.
    static var beforeLaterSettings: ExperimentConfiguration {
        var configuration = ExperimentConfiguration()
        configuration.augmentation.initialScale = 1
        configuration.intermediateEncoder.padding = 0
        configuration.training.weightDecay = 0
        return configuration
    }

    /// Reads a saved configuration. A setting that is not there came after it was saved, and had the value of
    /// `beforeLaterSettings`.
    ///
    /// - Throws: `DecodingError` for a value of another type, or one that its setting may not have, and for a setting that this
    ///   version does not know: without it the run would be another.
    public init(from decoder: any Decoder) throws {
        self = .beforeLaterSettings
        let top = try decoder.container(keyedBy: Key.self)
        try Self.requireKnown(in: top)
        for setting in Self.settings {
            let path = setting.key.split(separator: ".").map { Key(stringValue: String($0)) }
            guard let name = path.last else { continue }
            if path.count == 1 {
                try read(setting, named: name, from: top)
            } else if top.contains(path[0]) {
                try read(setting, named: name, from: top.nestedContainer(keyedBy: Key.self, forKey: path[0]))
            }
        }
    }

    private static func requireKnown(in top: KeyedDecodingContainer<Key>) throws {
        let known = Set(settings.map(\.key))
        let sections = Set(known.compactMap { $0.split(separator: ".").dropLast().first.map(String.init) })
        for name in top.allKeys {
            var keys = [name.stringValue]
            if sections.contains(name.stringValue) {
                keys = try top.nestedContainer(keyedBy: Key.self, forKey: name).allKeys
                    .map { "\(name.stringValue).\($0.stringValue)" }
            }
            for key in keys where !known.contains(key) {
                throw DecodingError.dataCorruptedError(
                    forKey: name, in: top,
                    debugDescription: "the setting \(key), which this version does not know; use the one that wrote it")
            }
        }
    }

    private mutating func read(
        _ setting: ConfigurationSetting, named name: Key, from section: KeyedDecodingContainer<Key>
    ) throws {
        guard section.contains(name) else { return }
        if setting.key == "seed" {
            // A result may have any seed.
            seed = try section.decode(UInt64.self, forKey: name)
            return
        }
        let value = try Self.value(in: section, name)
        guard setting.write(value, &self) else {
            throw DecodingError.dataCorruptedError(
                forKey: name, in: section, debugDescription: "\(value) instead of \(setting.expectation)")
        }
    }

    private static func value(
        in container: KeyedDecodingContainer<Key>, _ name: Key
    ) throws -> ConfigurationValue {
        if let integer = try? container.decode(Int.self, forKey: name) { return .integer(integer) }
        if let number = try? container.decode(Double.self, forKey: name) { return .number(number) }
        if let text = try? container.decode(String.self, forKey: name) { return .text(text) }
        return .integers(try container.decode([Int].self, forKey: name))
    }
}
