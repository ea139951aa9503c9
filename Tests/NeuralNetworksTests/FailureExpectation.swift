import Diagnostics
import Testing

/// Expects `body` to throw a `Failure` of the given kind: one line that contains every fragment.
func expectFailure(
    _ kind: Failure.Kind, mentioning fragments: String..., sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) {
    do {
        try body()
        Issue.record("expected a failure of kind \(kind), nothing was thrown", sourceLocation: sourceLocation)
    } catch let failure as Failure {
        #expect(failure.kind == kind, "\(failure)", sourceLocation: sourceLocation)
        #expect(!failure.message.contains { $0.isNewline }, sourceLocation: sourceLocation)
        for fragment in fragments {
            #expect(
                failure.message.contains(fragment), "'\(fragment)' is not in: \(failure)",
                sourceLocation: sourceLocation)
        }
    } catch {
        Issue.record("expected a Failure, found \(error)", sourceLocation: sourceLocation)
    }
}
