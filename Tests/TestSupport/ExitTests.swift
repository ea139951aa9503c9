import Foundation
import Testing

/// Leaves out the runtime's backtrace of the crash that a test expects: it takes a second and is not looked at.
public func dieAtOnce() {
    signal(SIGILL, SIG_DFL)
    signal(SIGTRAP, SIG_DFL)
}

/// Expects that a program stopped with a message in which all of some parts occur.
public func expectMessage(
    _ result: ExitTest.Result?, _ parts: String..., location: SourceLocation = #_sourceLocation
) {
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    for part in parts {
        #expect(text.contains(part), "expected “\(part)” in: \(text.prefix(400))", sourceLocation: location)
    }
}
