import ArgumentParser
import Diagnostics
import Foundation

/// A path on the command line. An empty one is refused: `--output "$FOLDER"` with an unset variable must not mean the current
/// folder.
struct PathArgument: ExpressibleByArgument {
    /// As it was given, but for `..`.
    private let path: String

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        path = SystemPath.resolved(argument)
    }

    /// Where the program runs.
    static let currentFolder = PathArgument(path: ".")

    private init(path: String) { self.path = path }

    /// As help shows a default.
    var defaultValueDescription: String { path }

    /// The file.
    var file: URL { URL(fileURLWithPath: path, isDirectory: false) }

    /// The folder.
    var folder: URL { URL(fileURLWithPath: path, isDirectory: true) }
}
