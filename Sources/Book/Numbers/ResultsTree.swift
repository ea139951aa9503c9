import Diagnostics
import Foundation

/// A committed results file in JSON, whose numbers are asked for by keys.
struct ResultsTree: Sendable {
    private let root: JSONValue

    /// Reads a file; `nil` where there is none.
    ///
    /// - Throws: `Failure` of kind `.badData` where the file is no JSON.
    init?(_ file: URL) throws {
        guard try InputFile.exists(file) else { return nil }
        let data = try InputFile.contents(of: file, expecting: "results in JSON", advice: "make them again")
        root = try StrictJSON.value(
            of: data, named: file.lastPathComponent, expecting: "results in JSON", advice: "make them again")
    }

    /// The value under a path such as `rows[0].information.value`.
    func value(_ path: String) -> JSONValue? {
        var value = root
        for step in path.replacing("[", with: ".[").split(separator: ".") {
            let next =
                step.hasPrefix("[") ? Int(step.dropFirst().dropLast()).flatMap { value[$0] } : value[String(step)]
            guard let next else { return nil }
            value = next
        }
        return value
    }

    /// A cell of an artefact of a reproduction: what the table, figure or claim has for a group of runs and a measure.
    ///
    /// - Returns: `nil` where results hold no such artefact or row; the JSON null where it is not measured yet.
    func cell(kind: String, name: String, group: String, measure: String) -> JSONValue? {
        let artefact = ResultsTree.elements(root["artefacts"]).first {
            ResultsTree.has($0, "kind", kind) && ResultsTree.has($0, "name", name)
        }
        // A group may have several rows: one for the most probable crops, say.
        let rows = ResultsTree.elements(artefact?["rows"]).filter { ResultsTree.has($0, "group", group) }
        guard !rows.isEmpty else { return nil }
        let cells = rows.flatMap { ResultsTree.elements($0["cells"]) }
        return cells.first { ResultsTree.has($0, "measure", measure) } ?? .null
    }

    /// The mean of such a cell; `nil` where it is not measured.
    func mean(kind: String, name: String, group: String, measure: String) -> Double? {
        guard let cell = cell(kind: kind, name: name, group: group, measure: measure),
            case .number(let mean)? = cell["mean"]?.form
        else { return nil }
        return mean.double
    }

    private static func elements(_ value: JSONValue?) -> [JSONValue] {
        guard case .array(let elements)? = value?.form else { return [] }
        return Array(elements)
    }

    /// Whether a member of an object is this string.
    private static func has(_ value: JSONValue, _ key: String, _ expected: String) -> Bool {
        guard case .string(let string)? = value[key]?.form else { return false }
        return string == expected
    }
}
