import Foundation
import TestSupport
import Testing

/// The comparison that the campaign rests on notices what it is there to notice.
@Suite struct SnapshotTests {
    private func snapshot(_ files: [String: String]) throws -> Snapshot {
        let folder = try TemporaryFolder()
        for (name, text) in files { try folder.write(text.utf8, as: name) }
        return try Snapshot(of: folder.url)
    }

    @Test func everyLossIsNoticed() throws {
        let before = try snapshot(["a": "old", "c": "same"])
        let after = try snapshot(["a": "new", "b": "new", "c": "same"])
        for (left, faults) in [
            (["a": "old", "c": "same"], []), (["a": "new", "c": "same"], []),
            (["a": "new", "b": "new", "c": "same"], []), (["a": "ne", "c": "same"], ["a is neither"]),
            (["a": "", "c": "same"], ["a is neither"]), (["c": "same"], ["a is lost"]),
            (["a": "old", "c": "same", ".a.1.partial": "n"], [".a.1.partial is left"]),
            (["a": "old", "c": "other", "d": ""], ["c is neither", "d is left"]),
        ] as [([String: String], [String])] {
            let found = try snapshot(left).faults(between: before, and: after, allowsLeftovers: false)
            #expect(
                found.count == faults.count && zip(found, faults).allSatisfy { $0.hasPrefix($1) }, "\(left): \(found)")
        }
        let leftover = try snapshot(["a": "old", "c": "same", ".a.1.partial": "n"])
        #expect(leftover.faults(between: before, and: after, allowsLeftovers: true).isEmpty)
        #expect(leftover.differences(from: before, allowsLeftovers: false) == [".a.1.partial is left behind"])
        #expect(before.differences(from: after, allowsLeftovers: false) == ["a has other bits", "b is missing"])
    }

    @Test func onlySecondsMayDiffer() throws {
        func differs(_ name: String, _ first: String, _ second: String) throws -> Bool {
            try snapshot([name: first]) != snapshot([name: second])
        }
        #expect(try !differs("r.json", #"{"seconds" : 1.5, "h" : 2}"#, #"{"seconds" : 12e-3, "h" : 2}"#))
        #expect(try differs("r.json", #"{"seconds" : 1.5, "h" : 2}"#, #"{"seconds" : 1.5, "h" : 3}"#))
        #expect(try !differs("c.safetensors", #"12345678{\"seconds\":1} x"#, #"22345678{\"seconds\":1.25}x"#))
        #expect(try differs("c.safetensors", #"12345678{\"step\":1} x"#, #"12345678{\"step\":2}x"#))
        let cells = ["0.7 s", "1 min 5 s", "0.7"].map { "<td class=\"words\">\($0)</td>" }
        #expect(try !differs("p.html", cells[0], cells[1]))
        #expect(try differs("p.html", cells[0], cells[2]))
    }
}
