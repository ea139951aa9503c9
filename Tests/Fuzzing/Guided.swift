#if GUIDED
    import AllocationMeter
    import Diagnostics
    import Foundation

    /// The same readers under libFuzzer, which keeps a mutant that reaches new code and makes others of it. `.ci/fuzz-guided` builds
    /// and runs it; a fault leaves its input in the folder's file `crash-…`.
    struct Guided {
        /// No mutant is longer: what is reached by long inputs is reached by short ones too, and these are faster.
        private static let longest = 1 << 13

        private let format: Format
        private let start = Date()
        private var summary: Fuzzer.Summary

        /// What libFuzzer's callbacks, which can capture nothing, read with.
        nonisolated(unsafe) private static var running: Guided?

        private init(_ format: Format) {
            self.format = format
            summary = Fuzzer.Summary(format: format.name)
        }

        /// Reads mutants of what a folder holds, and leaves there what reached new code.
        static func run(_ options: Options, _ format: Format, in folder: URL, found: [[UInt8]]) throws -> Never {
            let corpus = folder.appendingPathComponent("corpus")
            try FileManager.default.createDirectory(at: corpus, withIntermediateDirectories: true)
            for (index, input) in (format.corpus + found).enumerated() {
                try Data(input).write(to: corpus.appendingPathComponent("given-\(index)"))
            }
            let words = folder.appendingPathComponent("words")
            try Data(format.tokens.map(dictionaryEntry).joined().utf8).write(to: words)
            running = Guided(format)
            allocation_meter_limit(1 << 32)
            atexit { Guided.running?.printSummary() }
            let dictionary = format.tokens.isEmpty ? [] : ["-dict=\(words.path)"]
            let arguments =
                [
                    "fuzz-readers", corpus.path, "-runs=\(options.count)", "-seed=\(options.seed)",
                    "-max_len=\(longest)", "-timeout=10", "-rss_limit_mb=1024",
                    "-artifact_prefix=\(folder.path)/", "-print_final_stats=1",
                ] + dictionary
            var count = Int32(arguments.count)
            var vector = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: arguments.count + 1)
            for (index, argument) in arguments.enumerated() { vector[index] = strdup(argument) }
            vector[arguments.count] = nil
            exit(drive(&count, &vector) { bytes, count in Guided.read(bytes, count) })
        }

        private static func read(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
            let input = [UInt8](UnsafeBufferPointer(start: bytes, count: count))
            do {
                try running?.read(input)
            } catch {
                print("\(error)")
                abort()
            }
            return 0
        }

        private mutating func read(_ input: [UInt8]) throws {
            let start = clock()
            try Fuzzer.read(input, with: format, &summary, named: "\(format.name) --input FILE")
            let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
            guard seconds < 1 else { throw Failure(.software, "\(input.count) bytes took \(seconds) s") }
        }

        private func printSummary() {
            var summary = summary
            summary.seconds = -start.timeIntervalSinceNow
            print((try? JSONEncoder().encode(summary)).map { String(decoding: $0, as: UTF8.self) } ?? "no summary")
        }

        /// A line of a libFuzzer dictionary.
        private static func dictionaryEntry(_ token: String) -> String {
            let bytes = token.utf8.map { byte in
                let digits = String(byte, radix: 16)
                return "\\x" + (digits.count < 2 ? "0" : "") + digits
            }
            return "\"\(bytes.joined())\"\n"
        }
    }

    @_silgen_name("LLVMFuzzerRunDriver")
    private func drive(
        _ count: UnsafeMutablePointer<Int32>,
        _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
        _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
    ) -> Int32
#endif
