import Foundation

/// A path as the system understands it.
public enum SystemPath {
    /// The same place without `..`: `link/../x` lies beside what the link points to, not beside the link, as the system has it
    /// and `URL` has not. A path without `..` stays as it was given, but for one that begins with `~`: to the system that is a name
    /// like others, whereas `URL` takes it for a home folder, which the shell has put there if it was meant.
    public static func resolved(_ path: String) -> String {
        if path.hasPrefix("~") { return resolved("./" + path) }
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        guard parts.contains("..") else { return path }
        var place = path.hasPrefix("/") ? "/" : FileManager.default.currentDirectoryPath
        for part in parts where part != "." {
            if part == ".." {
                if let real = realpath(place, nil) {
                    place = String(cString: real)
                    free(real)
                }
                place = (place as NSString).deletingLastPathComponent
            } else {
                place = (place as NSString).appendingPathComponent(String(part))
            }
        }
        return place
    }

    /// Whether a folder, which need not exist yet, is another one or lies in it, behind all links.
    public static func isSame(_ folder: URL, orInside other: URL) -> Bool {
        var place = folder
        var names: [String] = []
        while true {
            if let real = realpath(place.path, nil) {
                defer { free(real) }
                guard let end = realpath(other.path, nil) else { return false }
                defer { free(end) }
                let path = names.reversed().reduce(String(cString: real)) {
                    ($0 as NSString).appendingPathComponent($1)
                }
                let other = String(cString: end)
                return path == other || path.hasPrefix(other == "/" ? "/" : other + "/")
            }
            guard place.path != "/", !place.path.isEmpty else { return false }
            names.append(place.lastPathComponent)
            place = place.deletingLastPathComponent()
        }
    }

    /// Fails where relative paths have no meaning, or would get another.
    ///
    /// - Throws: `Failure` of kind `.inputOutput` where the current folder was deleted, of kind `.usage` where its path is no
    ///   UTF-8: text would stand for another path.
    public static func requireCurrentFolder() throws {
        guard let path = getcwd(nil, 0) else {
            throw Failure(
                .inputOutput,
                "the current folder: expected one that exists, found that it cannot be reached "
                    + "(\(systemReason(errno))); change into another folder")
        }
        defer { free(path) }
        guard String(validatingCString: path) != nil else {
            throw Failure(
                .usage,
                "the current folder: expected a path in UTF-8, found \(String(cString: path)); change into another folder, or "
                    + "rename this one")
        }
    }
}
