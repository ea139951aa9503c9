import CropExperiment
import Diagnostics
import Foundation

/// What the results of a reproduction in a folder were made of, so that new ones there take nothing away.
public struct EarlierReproduction: Sendable {
    /// How long its runs trained.
    public let schedule: Catalogue.Schedule
    /// Settings that every run had instead of its own.
    public let changes: [String]
    /// Runs of each group.
    public let seeds: Int
    private let artefacts: [Name]

    private struct Name: Decodable, Equatable {
        let kind: Artefact.Kind
        let name: String
    }

    /// Reads a folder's results; `nil` where it has none of a reproduction.
    ///
    /// - Throws: `Failure`: a file that cannot be read, or whose content is not that of a reproduction.
    public init?(in folder: URL) throws {
        guard try ReproductionRuns.isIn(folder) else { return nil }
        let file = folder.appendingPathComponent(ReproductionResults.fileName)
        try self.init(
            results: try InputFile.contents(of: file, expecting: Self.content, advice: Self.advice), named: file.path)
    }

    /// Whether a folder has the results of a reproduction, and not those of one or several runs.
    ///
    /// - Throws: `Failure`: a file that cannot be read, or whose content is neither.
    public static func isIn(_ folder: URL) throws -> Bool {
        guard try ReproductionRuns.isIn(folder) else { return false }
        return try ResultsFolder.results(in: folder) == nil && EarlierReproduction(in: folder) != nil
    }

    /// The most runs of a group that a command takes.
    public static let mostSeeds = 1_000
    private static let (content, advice) = ("the results of a reproduction", "name another folder, or delete the file")

    /// What the bytes of the file say, whose name is for messages.
    ///
    /// - Throws: `Failure` of kind `.badData` as ``init(in:)`` does.
    package init(results: Data, named name: String) throws {
        let contents = try StrictJSON.decode(
            File.self, from: results, named: name, expecting: Self.content, advice: Self.advice)
        guard (1...Self.mostSeeds).contains(contents.seeds) else {
            throw Failure(
                .badData,
                "\(name): expected from 1 to \(Self.mostSeeds) seeds, found \(contents.seeds); \(Self.advice)")
        }
        (schedule, changes, seeds, artefacts) = (
            contents.schedule, contents.changes, contents.seeds, contents.artefacts
        )
    }

    private struct File: Decodable {
        let schedule: Catalogue.Schedule
        let changes: [String]
        let seeds: Int
        let artefacts: [Name]
    }

    /// The artefacts of a catalogue that it has, or that are wanted, in the catalogue's order.
    public func artefacts(of catalogue: Catalogue, and wanted: [Artefact]) -> [Artefact] {
        let names = artefacts + wanted.map { Name(kind: $0.kind, name: $0.name) }
        return catalogue.artefacts.filter { names.contains(Name(kind: $0.kind, name: $0.name)) }
    }
}
