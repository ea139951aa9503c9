#if os(Linux)
    import Foundation
    import Testing

    /// Commands whose system calls fail, or that are killed at one of them: no file is lost or half written, and the next attempt
    /// ends with the bits of an undisturbed run.
    @Suite(.serialized) struct FaultTests {
        /// How many faults of each scenario a slice has: those that take a tenth of a second get more.
        private static let slice = ["train": 5, "train-on": 7, "verify": 5, "search": 4, "report": 4, "book": 3]

        /// Every call on the write paths made to fail in turn, by every error that it may meet: the program goes on, or ends with
        /// one line and status 74, and leaves nothing behind.
        @Test func systemCallsFail() throws {
            try play(Scenario.all, slice: Self.slice, as: "faults.json") { $0.faults }
        }

        /// SIGKILL at calls drawn from the seed, 200 in the whole campaign. Between two calls on the folder nothing in it changes, so
        /// that these are all the moments there are. Kills of a reproduction, by the clock, are in `CommandLineReproduceTests`.
        @Test func processesAreKilled() throws {
            let whole = ["train": 28, "train-on": 28, "evaluate": 36, "report": 40, "reproduce": 68]
            let scenarios = Scenario.all.filter { whole[$0.name] != nil }
            try play(
                scenarios, slice: ["train-on": 4, "report": 4, "evaluate": 1], whole: whole, as: "kills.json"
            ) { subject in subject.calls.map { Subject.Fault(call: $0, disturbance: .kill) } }
        }

        /// Plays scenarios with faults: the one that a replay asks for, some of each, or, in the whole campaign, all or `whole`.
        private func play(
            _ scenarios: [Scenario], slice: [String: Int], whole: [String: Int]? = nil, as file: String,
            faults: (Subject) -> [Subject.Fault]
        ) throws {
            var rows: [Campaign.Row] = []
            for scenario in scenarios {
                let count = Campaign.folder == nil ? slice[scenario.name] ?? 0 : whole?[scenario.name] ?? .max
                let replayed = Campaign.replayed(scenario)
                guard replayed.map({ $0 != nil }) ?? (count > 0) else { continue }
                let subject = try Subject(scenario)
                let chosen =
                    try replayed.map { [try #require($0.flatMap(subject.fault), "no such fault")] }
                    ?? Campaign.slice(faults(subject), count: count, purpose: "\(file) \(scenario.name)")
                let row = Campaign.play(chosen, on: subject, test: "FaultTests")
                #expect(row.lost == 0, "\(scenario.name): \(row.lost) of \(row.attempts), see above")
                rows.append(row)
                try Campaign.write(rows, as: file)
            }
        }
    }
#endif
