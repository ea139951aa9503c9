import Foundation
import Testing

/// docs/architecture.md against Package.swift, and Package.swift against what the sources import: the compiler finds every
/// module that has been built, declared or not.
@Suite struct ArchitectureTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardizedFileURL

    private static func contents(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// What each target of Package.swift that is built from Swift declares to need, by its name.
    private static func declared() throws -> [String: Set<String>] {
        let package = try contents("Package.swift")
        let start = try #require(package.range(of: "targets: ["), "Package.swift has no targets")
        var result: [String: Set<String>] = [:]
        let pattern = /library\(\s*"(\w+)",\s*\[((?:[^\[\]])*)\]\s*(?:, \w+)?\)/
        for match in package[start.upperBound...].matches(of: pattern) {
            result[String(match.1)] = names(in: match.2)
        }
        let executable = /executableTarget\(\s*name: "([\w-]+)",\s*dependencies: \[([^\[\]]*)\]/
        for match in package.matches(of: executable) { result[String(match.1)] = names(in: match.2) }
        return result
    }

    private static func names(in list: Substring) -> Set<String> {
        let products = list.matches(of: /\.product\(name: "(\w+)", package: "[\w-]+"\)/)
        let plain = list.replacing(/\.product\([^)]*\)/, with: "")
        return Set(plain.matches(of: /"([\w-]+)"/).map { String($0.1) } + products.map { String($0.1) })
    }

    /// What the sources of a target import of this package's modules and of its dependencies' ones.
    private static func imported(by target: String) throws -> Set<String> {
        let folder = root.appendingPathComponent("Sources/\(target)")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var modules: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            let pattern = /^ *(?:@preconcurrency )?import (?:func |struct |class )?(\w+)/.anchorsMatchLineEndings()
            for match in text.matches(of: pattern) { modules.insert(String(match.1)) }
        }
        // What the toolchain and the system bring.
        return modules.subtracting([
            "Foundation", "FoundationNetworking", "Dispatch", "Synchronization", "Glibc", "Darwin",
        ])
    }

    /// The arrows of a graph that no longer way replaces: as few as say the same.
    private static func reduced(_ graph: [String: Set<String>]) -> Set<String> {
        func reachable(_ name: String) -> Set<String> {
            graph[name, default: []].reduce(into: graph[name, default: []]) { $0.formUnion(reachable($1)) }
        }
        var arrows: Set<String> = []
        for (name, needs) in graph {
            for other in needs where !needs.contains(where: { $0 != other && reachable($0).contains(other) }) {
                arrows.insert("\(name) --> \(other)")
            }
        }
        return arrows
    }

    @Test func everyTargetDeclaresWhatItImportsAndNoMore() throws {
        let declared = try Self.declared()
        #expect(declared.count >= 15)
        for (target, needs) in declared {
            let imported = try Self.imported(by: target)
            #expect(imported == needs, "\(target): imports \(imported.sorted()), declares \(needs.sorted())")
        }
    }

    @Test func thePictureIsThePackages() throws {
        let libraries = try Self.declared()
        let graph = libraries.mapValues { needs in needs.filter { libraries[$0] != nil } }
        let page = try Self.contents("docs/architecture.md")
        let drawn = Set(page.matches(of: /([\w-]+) --> ([\w-]+)/).map { "\($0.1) --> \($0.2)" })
        let expected = Self.reduced(graph)
        let (surplus, missing) = (drawn.subtracting(expected).sorted(), expected.subtracting(drawn).sorted())
        #expect(surplus.isEmpty, "arrows that are not there: \(surplus)")
        #expect(missing.isEmpty, "arrows not drawn: \(missing)")
    }

    @Test func everyFolderHasItsRowAndEveryRowItsFolder() throws {
        let page = try Self.contents("docs/architecture.md")
        let rows = Set(page.matches(of: /\n\| \[(\w[\w-]*)\]\(\.\.\/Sources\/([\w-]+)\)/).map { String($0.1) })
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: Self.root.appendingPathComponent("Sources").path)
        #expect(rows == Set(folders))
    }

    /// A graph with an arrow too many, one too few or a cycle's beginning is told from the right one.
    @Test func theReductionKeepsWhatNoLongerWaySays() {
        let graph: [String: Set<String>] = ["a": ["b", "c"], "b": ["c"], "c": [], "d": ["c"]]
        #expect(Self.reduced(graph) == ["a --> b", "b --> c", "d --> c"])
        #expect(Self.reduced(["a": ["c"], "b": ["c"], "c": []]) == ["a --> c", "b --> c"])
        #expect(Self.names(in: #""A", "B-C", .product(name: "D", package: "e-f")"#) == ["A", "B-C", "D"])
    }
}
