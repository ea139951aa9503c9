import Diagnostics
import Foundation
import Proposition1
import Synchronization

/// The channels that the book speaks of, each evaluated once: the named ones, and those in its folder `channels`.
package final class Channels: Sendable {
    private let folder: URL
    private let named: [String: FiniteChannel]
    private let kept = Mutex<[String: Evaluation]>([:])

    /// The named channels, and those of the files in `folder`.
    package init(folder: URL) throws {
        self.folder = folder
        named = Dictionary(uniqueKeysWithValues: try NamedChannel.all().map { ($0.name, $0.channel) })
    }

    /// The names of the named channels.
    var names: Set<String> { Set(named.keys) }

    /// Whether there is a channel of this name.
    func contains(_ name: String) -> Bool {
        named[name] != nil || FileManager.default.fileExists(atPath: file(name).path)
    }

    /// A channel by its name.
    ///
    /// - Throws: `Failure` where neither a named channel nor a file has it.
    func channel(_ name: String) throws -> FiniteChannel {
        try named[name] ?? ChannelFile.read(file(name))
    }

    /// A channel's quantities.
    func evaluation(_ name: String) throws -> Evaluation {
        if let known = kept.withLock({ $0[name] }) { return known }
        let evaluation = try Evaluation(channel(name))
        kept.withLock { $0[name] = evaluation }
        return evaluation
    }

    private func file(_ name: String) -> URL { folder.appendingPathComponent(name + ".json") }

    /// A quantity of a channel by its name; `nil` where there is no such quantity.
    func quantity(_ quantity: String, of name: String) throws -> Double? {
        switch quantity {
        case "information": try evaluation(name).informationByEquation2.value
        case "entropyX": try evaluation(name).entropyX
        case "entropyZ": try evaluation(name).entropyZ.value
        case "entropyZGivenX": try evaluation(name).entropyZGivenX.value
        case "jensenBound": try evaluation(name).jensenBound.value
        case "jensenGap": try evaluation(name).jensenGap.value
        case "jensenGapLowerEnd": try evaluation(name).jensenGapLowerEnd.value
        case "jensenGapUpperEnd": try evaluation(name).jensenGapUpperEnd.value
        case "meanApproximation": try evaluation(name).meanApproximation
        case "trueMeanApproximation": try evaluation(name).trueMeanApproximation
        case "viewInformation": try ViewPairs(channel(name)).informationOfOneView
        case "pairInformation": try ViewPairs(channel(name)).information
        case "similarityBound":
            try ViewPairs(channel(name)).bound(
                critic: ViewPairs(channel(name)).similarityCritic(beta: channel(name).family.beta))
        case "bias": try SampledObjectives(channel(name)).simCLRBias
        default: nil
        }
    }
}
