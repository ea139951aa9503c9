import Diagnostics
import Foundation

/// Writes and reads `results.json` and `figures.json` in one folder.
///
/// Files have sorted keys, so that equal results give equal bytes; each is written whole or not at all.
public enum ResultsFolder {
    /// The name of the numbers' file.
    public static let resultsName = "results.json"
    /// The name of the figure data's file: an array with one entry for each run of `results.json`, in its order.
    public static let figuresName = "figures.json"

    /// Writes both files; the folder is created where it is missing.
    ///
    /// `figures.json` goes first: a reader who finds the numbers finds the figures that belong to them. Precondition:
    /// one entry of `figures` for each run.
    /// - Throws: `Failure` of kind `.inputOutput` that names the file and the system's reason.
    public static func write<Configuration>(
        _ results: ExperimentResults<Configuration>, figures: [RunFigures], to folder: URL
    ) throws {
        precondition(
            figures.count == results.runs.count, "\(results.runs.count) runs with \(figures.count) figure records")
        try AtomicFile.write(try encoder(pretty: false).encode(figures), to: folder.appendingPathComponent(figuresName))
        let content = try encoder(pretty: true).encode(results)
        try AtomicFile.write(content + Data("\n".utf8), to: folder.appendingPathComponent(resultsName))
    }

    /// Reads both files of a folder.
    ///
    /// - Throws: `Failure` of kind `.missingInput` where a file is not there, and `.badData` where its content is not
    ///   what is expected, with the place in the file.
    public static func read<Configuration>(
        _ configuration: Configuration.Type = Configuration.self, from folder: URL
    ) throws -> (results: ExperimentResults<Configuration>, figures: [RunFigures]) {
        let results = try decode(
            ExperimentResults<Configuration>.self, at: folder.appendingPathComponent(resultsName))
        let figures = try decode([RunFigures].self, at: folder.appendingPathComponent(figuresName))
        guard results.runs.count == figures.count else {
            throw Failure(
                .badData,
                "\(folder.appendingPathComponent(figuresName).path): expected figure data for \(results.runs.count) "
                    + "runs, as in \(resultsName), found \(figures.count); evaluate the run again")
        }
        return (results, figures)
    }

    static func encoder(pretty: Bool) -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = pretty ? [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes] : [.sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return encoder
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, at file: URL) throws -> Value {
        guard let content = FileManager.default.contents(atPath: file.path) else {
            throw Failure(
                .missingInput,
                "\(file.path): expected the results of a run, found no readable file; name the folder of an "
                    + "evaluated run")
        }
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        do {
            return try decoder.decode(type, from: content)
        } catch let error as DecodingError {
            throw Failure(.badData, "\(file.path): \(explanation(error)); evaluate the run again")
        }
    }

    private static func explanation(_ error: DecodingError) -> String {
        func place(_ path: [any CodingKey]) -> String {
            let steps = path.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }
            return steps.isEmpty ? "at the top level" : "at \(steps.joined().drop { $0 == "." })"
        }
        switch error {
        case .keyNotFound(let key, let context):
            return "expected the key \"\(key.stringValue)\" \(place(context.codingPath)), found none"
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            return "expected a value of type \(type) \(place(context.codingPath)), found another"
        case .dataCorrupted(let context):
            // Foundation calls a number out of range invalid JSON, and does not say where it stands.
            let found =
                context.codingPath.isEmpty ? "broken JSON or a number out of range" : context.debugDescription
            return "expected valid results \(place(context.codingPath)), found: \(found)"
        @unknown default:
            return "expected the results of a run, found content that does not decode: \(error)"
        }
    }
}
