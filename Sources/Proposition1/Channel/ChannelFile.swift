import Diagnostics
import Foundation

/// The channel file: one JSON object that describes a ``FiniteChannel``.
///
/// ```json
/// { "family": {"kind": "vonMisesFisher", "dimension": 3, "beta": 2.0},
///   "prior": [0.5, 0.5],
///   "augmentation": [[0.3, 0.7], [1.0, 0.0]],
///   "encoder": [[[1,0,0],[0,1,0]], [[0,0,1],[0,0,1]]] }
/// ```
public enum ChannelFile {
    /// Reads the channel that `url` holds.
    ///
    /// - Throws: `Failure`: `.missingInput` or `.inputOutput` when there is no readable file, `.badData` when it is not a
    ///   channel.
    public static func read(_ url: URL) throws -> FiniteChannel {
        let data = try InputFile.contents(
            of: url, expecting: "a channel in JSON", advice: "give the path of a channel file")
        do {
            return try decode(data)
        } catch let failure as Failure {
            throw Failure(failure.kind, "\(url.path): \(failure.message)")
        }
    }

    /// The channel that JSON text describes.
    ///
    /// - Throws: `Failure` of kind `.badData` with the place, what was expected and what was found.
    public static func decode(_ data: Data) throws -> FiniteChannel {
        let document = try StrictJSON.value(
            of: data, named: "channel", expecting: "one JSON object", advice: "correct the file")
        do {
            return try channel(JSONElement(document, named: "the channel"))
        } catch let mismatch as JSONMismatch {
            throw Failure(.badData, "channel: \(mismatch)")
        }
    }

    private static func channel(_ document: JSONElement) throws -> FiniteChannel {
        try document.requireKeys(["family", "prior", "augmentation", "encoder"])
        let family = try document.member("family")
        try family.requireKeys(["kind", "dimension", "beta"])
        return try FiniteChannel(
            family: NoiseFamily(
                kind: try kind(family.member("kind")), dimension: try family.member("dimension").integer(),
                beta: try family.member("beta").number()),
            prior: try document.member("prior").numbers(),
            augmentation: try document.member("augmentation").elements().map { try $0.numbers() },
            encoder: try document.member("encoder").elements().map { image in
                try image.elements().map { try $0.numbers() }
            })
    }

    private static func kind(_ element: JSONElement) throws(JSONMismatch) -> NoiseFamily.Kind {
        guard case .string(let name) = element.value.form, let kind = NoiseFamily.Kind(rawValue: name) else {
            let known = NoiseFamily.Kind.allCases.map { JSONValue.quoted($0.rawValue) }
            throw element.mismatch(known.joined(separator: " or "))
        }
        return kind
    }
}
