import Foundation
import TestSupport
import Testing

@testable import Book

/// Numbers of a reproduction by group and measure.
@Suite struct ResultsTreeTests {
    @Test("a group's number is found in whichever of its rows it stands")
    func severalRowsOfAGroup() throws {
        let folder = try TemporaryFolder()
        let json = """
            {"artefacts": [{"kind": "table", "name": "1", "rows": [
              {"group": "g", "cells": [{"measure": "h", "mean": 1}]},
              {"group": "g", "cells": [{"measure": "hTop", "mean": 2}]},
              {"group": "other", "cells": [{"measure": "f", "mean": 3}]}]}]}
            """
        let tree = try #require(try ResultsTree(try folder.write(json.utf8, as: "results.json")))
        func cell(_ group: String, _ measure: String) -> [String]? {
            tree.cell(kind: "table", name: "1", group: group, measure: measure).map { value in
                value["mean"].map { ["\($0)"] } ?? []
            }
        }
        #expect(cell("g", "h") == ["1"] && cell("g", "hTop") == ["2"])
        // Not measured yet, and nothing that there is.
        #expect(cell("g", "f") == [] && cell("nobody", "h") == nil)
    }
}
