import Foundation

/// Makes a system call again as long as a signal interrupts it (`EINTR`): an interruption is no failure.
///
/// - Parameter call: a call that answers −1 and sets `errno` where it fails. Not `close`: on Linux its descriptor is gone even then.
func uninterrupted<Result: SignedInteger>(_ call: () throws -> Result) rethrows -> Result {
    while true {
        let result = try call()
        guard result == -1, errno == EINTR else { return result }
    }
}
