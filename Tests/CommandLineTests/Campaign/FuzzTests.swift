#if os(Linux)
    import Foundation
    import PropertyTesting
    import Testing

    /// Mutated files of every format: each reader returns or fails with one line, within a second and within memory in proportion
    /// to its input. The readers run in a process of their own, so that a crash is a finding.
    @Suite struct FuzzTests {
        /// With each format the number of inputs that take some seconds, up to ten beside the other tests.
        private static let formats = [
            ("idx", 100_000), ("gzip", 50_000), ("safetensors", 100_000), ("checkpoint", 40_000), ("channel", 200_000),
            ("configuration", 40_000), ("results", 6000), ("reproduction", 6000), ("book", 6000),
        ]

        /// What a run of the fuzzer left.
        private struct Finding {
            let status: Int32
            let output: String
            /// The number of the last mutant that was read.
            let last: Int64?
        }

        private func fuzz(_ format: String, count: Int, seed: UInt64) throws -> Finding {
            let program = try Program()
            let trace = program.file("trace")
            let outcome = try program.start(
                [format, "--seed", "\(seed)", "--count", "\(count)", "--trace", trace.path],
                wrapper: "ulimit -c 0", executable: "fuzz-readers"
            ).finish()
            let bytes = (try? Data(contentsOf: trace)) ?? Data()
            return Finding(
                status: outcome.status, output: outcome.output,
                last: bytes.count == 8 ? bytes.withUnsafeBytes { $0.loadUnaligned(as: Int64.self) } : nil)
        }

        @Test(arguments: formats) func readersTakeAnything(format: String, slice: Int) throws {
            let seed = try PropertySettings.fromEnvironment().seed
            let count =
                Campaign.folder == nil
                ? slice : Int(ProcessInfo.processInfo.environment["TAC_INPUTS"] ?? "") ?? 1_000_000
            let finding = try fuzz(format, count: count, seed: seed)
            let last = finding.last.map { "\($0)" } ?? "?"
            #expect(
                finding.status == 0,
                "status \(finding.status); replay: swift run fuzz-readers \(format) --seed \(seed) --from \(last) --count 1\n\(finding.output)"
            )
            guard finding.status == 0, let folder = Campaign.folder else { return }
            try Data(finding.output.utf8).write(to: folder.appendingPathComponent("fuzz-\(format).json"))
        }

        /// The fuzzer is worth what it finds: readers with one fault each.
        @Test(arguments: ["planted-trap", "planted-allocation", "planted-hang", "planted-error"])
        func plantedFaultsAreFound(format: String) throws {
            if format == "planted-allocation" {
                let first = try fuzz(format, count: 1, seed: PropertySettings.fixedSeed)
                if first.output.contains(#""isCounted":false"#) { return }
            }
            let finding = try fuzz(format, count: 20_000, seed: PropertySettings.fixedSeed)
            #expect(finding.status != 0)
            // The mutant is the one that the trace names.
            let program = try Program()
            let again = try program.start(
                [format, "--from", "\(try #require(finding.last))", "--count", "1"], wrapper: "ulimit -c 0",
                executable: "fuzz-readers"
            ).finish()
            #expect(again.status == finding.status)
            switch format {
            case "planted-hang": #expect(finding.status == 128 + SIGVTALRM)
            case "planted-trap": #expect(finding.status > 128)
            case "planted-allocation": #expect(finding.output.contains("at once"))
            default: #expect(finding.output.contains("expected a failure for users"))
            }
        }
    }
#endif
