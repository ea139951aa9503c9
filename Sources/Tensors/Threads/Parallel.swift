import Diagnostics
import Synchronization

/// Loops over independent blocks on several threads.
///
/// A kernel cuts its work into blocks that do not depend on the number of threads, and sums partial results in the
/// order of the blocks; so every result has the same bits for any number of threads.
public enum Parallel {
    /// The number of threads that loops started in this task use, at least 1.
    ///
    /// One for each processor that this process may use (`ResourceLimits`) unless set for a scope by
    /// `Parallel.$threadCount.withValue(1) { … }`; more than there are processors is allowed.
    @TaskLocal public static var threadCount = ResourceLimits.current().threads

    /// Calls `body` once for each block in `0..<blockCount`, in no particular order.
    ///
    /// - Precondition: calls for different blocks write to different places.
    public static func forEach(_ blockCount: Int, _ body: (_ block: Int) -> Void) {
        forEach(blockCount, scratch: { () }, { block, _ in body(block) })
    }

    /// Calls `body` once for each block, with working memory that each thread makes once.
    public static func forEach<Scratch>(
        _ blockCount: Int, scratch: () -> Scratch, _ body: (_ block: Int, _ scratch: Scratch) -> Void
    ) {
        let threads = min(threadCount, blockCount)
        guard threads > 1 else {
            guard blockCount > 0 else { return }
            let memory = scratch()
            for block in 0..<blockCount { body(block, memory) }
            return
        }
        let next = Atomic(0)
        WorkerPool.shared.run(helpers: threads - 1) {
            // A loop inside a block runs on the block's own thread.
            $threadCount.withValue(1) {
                var block = next.wrappingAdd(1, ordering: .relaxed).oldValue
                // Who comes late finds nothing to do, and needs no memory for it.
                guard block < blockCount else { return }
                let memory = scratch()
                while block < blockCount {
                    body(block, memory)
                    block = next.wrappingAdd(1, ordering: .relaxed).oldValue
                }
            }
        }
    }

    /// The values of `body` for 0, 1, …, in that order, computed in no particular one.
    ///
    /// - Throws: what `body` threw for the lowest index of those that fail, whatever the number of threads.
    public static func map<Value: Sendable, Failure: Error>(
        _ count: Int, _ body: @Sendable (_ index: Int) throws(Failure) -> Value
    ) throws(Failure) -> [Value] {
        var results = [Result<Value, Failure>?](repeating: nil, count: count)
        // Indices are taken in ascending order: when one fails, all below it have been taken, and are finished.
        let lowestFailure = Atomic(count)
        results.withUnsafeMutableBufferPointer { buffer in
            let results = buffer
            forEach(count) { index in
                guard index < lowestFailure.load(ordering: .relaxed) else { return }
                do throws(Failure) {
                    results[index] = .success(try body(index))
                } catch {
                    results[index] = .failure(error)
                    lowestFailure.min(index, ordering: .relaxed)
                }
            }
        }
        var values: [Value] = []
        values.reserveCapacity(count)
        // What was left out comes after a failure, and that is thrown before.
        for case .some(let result) in results { values.append(try result.get()) }
        return values
    }

    /// Calls `body` with consecutive ranges that together are `0..<count`, each of `grain` elements but the last.
    public static func forRanges(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
        let blocks = (count + grain - 1) / grain
        forEach(blocks) { block in body(block * grain..<min(count, (block + 1) * grain)) }
    }
}

/// Working memory of a kernel, aligned to cache lines, freed with its last owner.
final class Scratch<Element: BitwiseCopyable> {
    let pointer: UnsafeMutablePointer<Element>
    private let memory: UnsafeMutableRawPointer

    /// Room for `count` elements, uninitialised.
    init(_ count: Int) {
        memory = .allocate(byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 64)
        pointer = memory.assumingMemoryBound(to: Element.self)
    }

    deinit { memory.deallocate() }
}
