import Dispatch
import Foundation

/// Ctrl-C (SIGINT) and SIGTERM as a question that a loop can ask, for as long as this value lives.
///
/// The first signal is only noted; the second ends the process as if nobody listened.
struct StopRequest: ~Copyable {
    /// The exit status of a process that ended because of it, as shells have it for SIGINT.
    static let status: Int32 = 130

    private static let signals = [SIGINT, SIGTERM]
    private let sources: [any DispatchSourceSignal]

    /// Begins to listen.
    init() {
        sources = Self.signals.map { number in
            // A signal that is ignored is still seen by its source, and does not end the process.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            // A cancelled source is the note: it can be read from any thread, and needs no other state.
            source.setEventHandler {
                signal(number, SIG_DFL)
                source.cancel()
            }
            source.activate()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
        for number in Self.signals { signal(number, SIG_DFL) }
    }

    /// Whether a signal came.
    var isPending: Bool { sources.contains { $0.isCancelled } }
}
