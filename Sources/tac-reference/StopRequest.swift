import Dispatch
import Foundation

/// Ctrl-C (SIGINT) and SIGTERM as a question that a loop can ask, for as long as this value lives.
///
/// The first signal is only noted; the second ends the process as if nobody listened. A signal that was ignored when the
/// process was started, as SIGINT is for a shell script's background jobs, stays ignored (POSIX, Shell Command Language,
/// 2.11).
struct StopRequest: ~Copyable {
    private let sources: [(number: Int32, source: any DispatchSourceSignal)]

    /// Begins to listen.
    init() {
        sources = [SIGINT, SIGTERM].compactMap { number in
            // A signal that is ignored is still seen by its source, and does not end the process.
            guard signal(number, SIG_IGN).map(Self.isIgnored) != true else { return nil }
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            // A cancelled source is the note: it can be read from any thread, and needs no other state.
            source.setEventHandler {
                signal(number, SIG_DFL)
                source.cancel()
            }
            source.activate()
            return (number, source)
        }
    }

    deinit {
        for (number, source) in sources {
            source.cancel()
            signal(number, SIG_DFL)
        }
    }

    /// Whether a signal came.
    var isPending: Bool { status != nil }

    /// The exit status that the signal which came asks for, as shells have it: 130 for SIGINT, 143 for SIGTERM.
    var status: Int32? { sources.first { $0.source.isCancelled }.map { 128 + $0.number } }

    /// Functions are compared by their addresses: the values of `SIG_IGN` and `SIG_DFL` are 1 and 0.
    static func isIgnored(_ handler: @convention(c) (Int32) -> Void) -> Bool {
        unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
