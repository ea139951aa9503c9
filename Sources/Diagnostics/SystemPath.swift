import Foundation

/// A path as the system understands it.
public enum SystemPath {
    /// The same place without `..`: `link/../x` lies beside what the link points to, not beside the link, as the system has it
    /// and `URL` has not. A path without `..` stays as it was given.
    public static func resolved(_ path: String) -> String {
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

    /// Fails where relative paths have no meaning.
    ///
    /// - Throws: `Failure` of kind `.inputOutput` where the current folder was deleted.
    public static func requireCurrentFolder() throws {
        guard let path = getcwd(nil, 0) else {
            throw Failure(
                .inputOutput,
                "the current folder: expected one that exists, found that it cannot be reached "
                    + "(\(systemReason(errno))); change into another folder")
        }
        free(path)
    }
}
