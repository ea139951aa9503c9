import PropertyTesting
import Synchronization
import Testing

/// Faults that were caught, for the score.
private let caught = Mutex<[String: String]>([:])

@Suite(.serialized) struct MutationTests {
    /// The suite notices every planted fault: some law fails on it.
    @Test(arguments: Fault.allCases)
    func everyFaultIsCaught(fault: Fault) {
        let subject = fault.subject
        for law in Law.all {
            do {
                try law.check(subject, 16, 0)
            } catch {
                caught.withLock { $0[fault.rawValue] = law.name }
                return
            }
        }
        Issue.record("no law notices: \(fault.rawValue)")
    }

    /// Without a fault the same laws hold on the same few channels: it is the faults that are caught.
    @Test func theLibraryItselfPasses() throws {
        for law in Law.all { try law.check(.reference, 16, 0) }
    }

    @Test func score() {
        let byFault = caught.withLock { $0 }
        for fault in Fault.allCases {
            print("mutant: \(fault.rawValue) — \(byFault[fault.rawValue].map { "caught by: \($0)" } ?? "SURVIVES")")
        }
        print("mutation score: \(byFault.count) of \(Fault.allCases.count)")
        #expect(Fault.allCases.count >= 20)
    }
}
