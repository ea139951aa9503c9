#if os(Linux)
    import Foundation
    import Testing

    /// Every system call on the write paths made to fail in turn: the program goes on, or ends with one line and status 74; no
    /// file is lost or half written, none is left behind, and the next attempt ends with the bits of an undisturbed run.
    @Suite(.serialized) struct FaultTests {
        /// Scenarios of a slice and how many faults of each it has: those that take a tenth of a second get more.
        private static let slice = ["train": 6, "train-on": 8, "verify": 6, "search": 4, "report": 4, "book": 3]

        @Test func systemCallsFail() throws {
            var rows: [Campaign.Row] = []
            for scenario in Scenario.all {
                let replayed = Campaign.replayed(scenario)
                let count = Campaign.folder == nil ? Self.slice[scenario.name] ?? 0 : .max
                guard replayed == nil ? count > 0 : replayed! != nil else { continue }
                let subject = try Subject(scenario)
                let faults =
                    if let replayed { [try #require(replayed.flatMap(subject.fault), "no such fault")] } else {
                        try Campaign.slice(subject.faults, count: count, purpose: scenario.name)
                    }
                let row = Campaign.play(faults, on: subject, test: "FaultTests")
                #expect(row.lost == 0, "\(scenario.name): \(row.lost) of \(row.attempts), see above")
                rows.append(row)
            }
            try Campaign.write(rows, as: "faults.json")
        }
    }
#endif
