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
                step.hasPrefix("[")
                ? Int(step.dropFirst().dropLast()).flatMap { ResultsTree.element(value, $0) }
                : ResultsTree.member(value, String(step))
            guard let next else { return nil }
            value = next
        }
        return value
    }

    /// A cell of an artefact of a reproduction: what the table, figure or claim has for a group of runs and a measure.
    ///
    /// - Returns: `nil` where results hold no such artefact or row; the JSON null where it is not measured yet.
    func cell(kind: String, name: String, group: String, measure: String) -> JSONValue? {
        guard case .array(let artefacts)? = ResultsTree.member(root, "artefacts") else { return nil }
        let artefact = artefacts.first {
            ResultsTree.member($0, "kind") == .string(kind) && ResultsTree.member($0, "name") == .string(name)
        }
        guard let artefact, case .array(let all)? = ResultsTree.member(artefact, "rows") else { return nil }
        // A group may have several rows: one for the most probable crops, say.
        let rows = all.filter { ResultsTree.member($0, "group") == .string(group) }
        guard !rows.isEmpty else { return nil }
        let cells = rows.flatMap { row -> [JSONValue] in
            guard case .array(let cells)? = ResultsTree.member(row, "cells") else { return [] }
            return cells
        }
        return cells.first { ResultsTree.member($0, "measure") == .string(measure) } ?? .null
    }

    /// The mean of such a cell; `nil` where it is not measured.
    func mean(kind: String, name: String, group: String, measure: String) -> Double? {
        guard let cell = cell(kind: kind, name: name, group: group, measure: measure),
            case .number(let mean)? = ResultsTree.member(cell, "mean")
        else { return nil }
        return mean.double
    }

    /// A member of an object.
    static func member(_ value: JSONValue, _ key: String) -> JSONValue? {
        guard case .object(let members) = value else { return nil }
        return members.first { $0.key == key }?.value
    }

    private static func element(_ value: JSONValue, _ index: Int) -> JSONValue? {
        guard case .array(let elements) = value, elements.indices.contains(index) else { return nil }
        return elements[index]
    }
}
