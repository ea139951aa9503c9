/// A value that is needed later, and that a thread with nothing else to do computes in the meantime.
///
/// If none has come to it when the value is asked for, it is computed then. Who computes it changes no bit of it.
public final class Deferred<Value: Sendable>: Sendable {
    private enum State {
        case waiting(@Sendable () -> Value)
        case taken
        case known(Value)
    }

    private let state: Guarded<State>

    /// Announces the value; with one thread it is computed when it is asked for.
    public init(_ compute: @escaping @Sendable () -> Value) {
        state = Guarded(.waiting(compute))
        WorkerPool.shared.offer(helpers: Parallel.threadCount - 1) { [weak self] in
            // Loops inside run on the worker's own thread: the others have work of their own.
            Parallel.$threadCount.withValue(1) { self?.computeUnlessTaken() }
        }
    }

    /// The value; waits if another thread is computing it.
    public var value: Value {
        computeUnlessTaken()
        return WorkerPool.shared.wait {
            state.withLock { state in
                guard case .known(let value) = state else { return nil }
                return value
            }
        }
    }

    private func computeUnlessTaken() {
        let compute: (@Sendable () -> Value)? = state.withLock { state in
            guard case .waiting(let compute) = state else { return nil }
            state = .taken
            return compute
        }
        guard let compute else { return }
        let value = compute()
        state.withLock { $0 = .known(value) }
    }
}
