import Diagnostics
import Foundation
import TestSupport
import Testing

/// `..` as the system reads it.
@Suite struct SystemPathTests {
    @Test func theParentOfALinkIsThatOfItsTarget() throws {
        let folder = try TemporaryFolder()
        let root = try #require(realpath(folder.url.path, nil).map { String(cString: $0) })
        try FileManager.default.createDirectory(atPath: "\(root)/deep/inner", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: "\(root)/link", withDestinationPath: "deep/inner")
        #expect(SystemPath.resolved("\(root)/link/../x") == "\(root)/deep/x")
        #expect(SystemPath.resolved("\(root)/deep/../x") == "\(root)/x")
        #expect(SystemPath.resolved("\(root)/link/../../x/./y") == "\(root)/x/y")
        // Where nothing is there is nothing to follow.
        #expect(SystemPath.resolved("\(root)/none/../x") == "\(root)/x")
        #expect(SystemPath.resolved("/../x") == "/x")
    }

    /// The shell replaces the tilde that means a home folder.
    @Test func aTildeIsAName() {
        #expect(SystemPath.resolved("~") == "./~" && SystemPath.resolved("~x/y") == "./~x/y")
        #expect(URL(fileURLWithPath: SystemPath.resolved("~root")).lastPathComponent == "~root")
    }

    @Test func aFolderIsInAnotherBehindAllLinks() throws {
        let root = try TemporaryFolder()
        let (a, b) = (root.url.appendingPathComponent("a"), root.url.appendingPathComponent("b"))
        try FileManager.default.createDirectory(at: a.appendingPathComponent("x"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(at: b, withDestinationURL: a.appendingPathComponent("x"))
        for inside in [a, b, a.appendingPathComponent("new/newer"), b.appendingPathComponent("new")] {
            #expect(SystemPath.isSame(inside, orInside: a), "\(inside.path)")
        }
        for outside in [root.url, root.url.appendingPathComponent("ab"), root.url.appendingPathComponent("new")] {
            #expect(!SystemPath.isSame(outside, orInside: a), "\(outside.path)")
        }
        #expect(!SystemPath.isSame(a, orInside: root.url.appendingPathComponent("none")))
    }

    @Test(arguments: ["x", "./x/y", "/x//y", "..x/y..", ""]) func withoutParentsItStays(path: String) {
        #expect(SystemPath.resolved(path) == path)
    }
}
