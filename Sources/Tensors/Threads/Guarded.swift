import Foundation

/// A value that one thread at a time may touch.
///
/// In place of `Synchronization.Mutex`, which on Linux locks inside a library that ThreadSanitizer does not see into: it would
/// report every value behind one as a race. This lock is one of POSIX threads.
package final class Guarded<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    /// Puts a value under the lock.
    package init(_ value: sending Value) { self.value = value }

    /// Calls `body` with the value while no other thread has it.
    package func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        lock.withLock { body(&value) }
    }
}
