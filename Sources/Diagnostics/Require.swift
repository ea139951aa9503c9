/// Stops the program with `message` unless `condition` holds: for errors of the programmer, such as shapes that do not
/// fit.
///
/// The standard library's `precondition` prints its message only from modules compiled without optimisation; most of
/// these are always compiled with it, and a stop without a word would be of no help.
@inlinable
@inline(__always)
public func require(
    _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
    if !condition { fatalError(message(), file: file, line: line) }
}
