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

    @Test(arguments: ["x", "./x/y", "/x//y", "..x/y..", ""]) func withoutParentsItStays(path: String) {
        #expect(SystemPath.resolved(path) == path)
    }
}
