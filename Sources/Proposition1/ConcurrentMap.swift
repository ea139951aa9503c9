import Dispatch
import Synchronization

/// `body` of 0, 1, … in order, computed on as many threads as the machine has cores.
///
/// - Parameter isWorthwhile: whether the work pays for threads; otherwise it is done on this one.
/// - Throws: what the first failing `body` threw.
func concurrentMap<Value: Sendable>(
    _ count: Int, isWorthwhile: Bool = true, _ body: @Sendable (Int) throws -> Value
) throws -> [Value] {
    guard isWorthwhile, count > 1 else { return try (0..<count).map(body) }
    let results = Mutex([Int: Result<Value, any Error>]())
    DispatchQueue.concurrentPerform(iterations: count) { index in
        let result = Result { try body(index) }
        results.withLock { $0[index] = result }
    }
    return try results.withLock { $0 }.sorted { $0.key < $1.key }.map { try $0.value.get() }
}
