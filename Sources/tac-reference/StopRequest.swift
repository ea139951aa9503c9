import Dispatch
import Foundation
import Synchronization

/// Ctrl-C (SIGINT), SIGTERM and a closed terminal (SIGHUP) as a question that a loop can ask.
///
/// While somebody listens the first signal is only noted. The second, and any while nobody listens, ends the process as if
/// this value were not there. A signal that was ignored when the process was started, as SIGINT is for a shell script's
/// background jobs and SIGHUP under nohup, stays ignored (POSIX, Shell Command Language, 2.11).
///
/// A process makes one of these: libdispatch takes a signal over when it makes the first source for it, and not again, so that
/// a second source for the same signal would wait for ever.
final class StopRequest: Sendable {
    private let note: Note
    /// Kept alive, and not touched again.
    nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

    /// Takes the signals over.
    init() {
        let note = Note()
        sources = [SIGINT, SIGTERM, SIGHUP].compactMap { number in
            // A signal that is ignored is still seen by its source, and does not end the process.
            guard signal(number, SIG_IGN).map(Self.isIgnored) != true else { return nil }
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { note.take(number) }
            source.activate()
            return source
        }
        self.note = note
    }

    /// Does what can be stopped: it asks ``isPending`` from time to time. Several threads may listen at the same time.
    func listening<Result>(_ body: () throws -> Result) rethrows -> Result {
        note.listeners.add(1, ordering: .sequentiallyConsistent)
        defer { note.listeners.subtract(1, ordering: .sequentiallyConsistent) }
        return try body()
    }

    /// Whether anybody listens.
    var isListenedTo: Bool { note.listeners.load(ordering: .sequentiallyConsistent) > 0 }

    /// Whether a signal came.
    var isPending: Bool { status != nil }

    /// The exit status that the signal which came asks for, as shells have it: 130 for SIGINT, 143 for SIGTERM, 129 for
    /// SIGHUP.
    var status: Int32? {
        let number = note.number.load(ordering: .sequentiallyConsistent)
        return number == 0 ? nil : 128 + number
    }

    /// What came, for the threads that handle signals and those that ask.
    private final class Note: Sendable {
        /// How many threads listen.
        let listeners = Atomic(0)
        /// The signal, 0 for none.
        let number = Atomic<Int32>(0)

        func take(_ number: Int32) {
            let isFirst = self.number.exchange(number, ordering: .sequentiallyConsistent) == 0
            if isFirst && listeners.load(ordering: .sequentiallyConsistent) > 0 { return }
            // Threads that libdispatch starts block all signals, and it lets others block those that it takes over.
            var set = sigset_t()
            sigemptyset(&set)
            sigaddset(&set, number)
            signal(number, SIG_DFL)
            pthread_sigmask(SIG_UNBLOCK, &set, nil)
            raise(number)
        }
    }

    /// Functions are compared by their addresses: the values of `SIG_IGN` and `SIG_DFL` are 1 and 0.
    static func isIgnored(_ handler: @convention(c) (Int32) -> Void) -> Bool {
        unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
