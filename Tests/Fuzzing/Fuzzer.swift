import AllocationMeter
import Diagnostics
import Foundation
import PropertyTesting
import Tensors

/// One format's reader and its mutants.
struct Fuzzer {
    private let options: Options
    private let format: Format
    private let mutation: Mutation
    private let found: [[UInt8]]

    /// What a reader did over all inputs, as the last line of output says it.
    struct Summary: Codable {
        /// The format's name.
        let format: String
        /// How many inputs were read.
        var inputs = 0
        /// How many of them were accepted.
        var accepted = 0
        /// The most bytes that a reader held at once beyond ``Format/factor`` for each byte of its input.
        var peakBeyondInput = 0
        /// Whether memory was counted, which it is not under a sanitizer.
        var isCounted = allocation_meter_counts() != 0
        /// Wall-clock seconds.
        var seconds = 0.0
    }

    /// Inputs that were found to break a reader once lie beside the package, in a folder for each format.
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Fixtures/fuzz").standardizedFileURL

    init(_ options: Options) throws {
        self.options = options
        guard let format = (try Format.all() + Format.planted).first(where: { $0.name == options.format }) else {
            throw Failure(.usage, "\(options.format): no such format")
        }
        self.format = format
        found = try Self.inputs(in: Self.folder.appendingPathComponent(format.name))
        // Long inputs are read, but make slow mutants.
        mutation = Mutation(format, found: found.filter { $0.count <= 1 << 12 })
    }

    private static func inputs(in folder: URL) throws -> [[UInt8]] {
        try InputFile.names(in: folder).sorted().map { name in
            [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
        }
    }

    /// Reads what the options ask for.
    ///
    /// - Throws: `Failure` that says what a reader did wrong, with the command that replays it.
    func run() throws {
        var summary = Summary(format: format.name)
        allocation_meter_limit(1 << 32)
        let start = Date()
        if let input = options.input {
            try read([UInt8](try Data(contentsOf: URL(fileURLWithPath: input))), &summary, named: input)
        } else if let guided = options.guided {
            #if GUIDED
                try Guided.run(options, format, in: URL(fileURLWithPath: guided), found: found)
            #else
                throw Failure(.usage, "\(guided): expected a build for libFuzzer, see .ci/fuzz-guided")
            #endif
        } else {
            for (index, input) in found.enumerated() {
                try read(input, &summary, named: "found input \(index)")
            }
            let trace = try options.trace.map(Trace.init)
            for index in options.from..<(options.from + options.count) {
                trace?.write(index)
                var source = ChoiceSource(PhiloxGenerator(seed: options.seed, purpose: format.name, step: index))
                let mutant = mutation.mutant(from: &source)
                if let keep = options.keep { try Data(mutant).write(to: URL(fileURLWithPath: keep)) }
                try read(
                    mutant, &summary, named: "\(format.name) --seed \(options.seed) --from \(index) --count 1")
            }
        }
        summary.seconds = -start.timeIntervalSinceNow
        print(String(decoding: try JSONEncoder().encode(summary), as: UTF8.self))
    }

    private func read(_ input: [UInt8], _ summary: inout Summary, named name: String) throws {
        allocation_meter_deadline(1)
        defer { allocation_meter_deadline(0) }
        try Self.read(input, with: format, &summary, named: name)
    }

    /// Reads one input and counts what its reader did.
    ///
    /// - Throws: `Failure` that says what the reader did wrong.
    static func read(_ input: [UInt8], with format: Format, _ summary: inout Summary, named name: String) throws {
        func fault(_ words: String) -> Failure { Failure(.software, "swift run fuzz-readers \(name): \(words)") }
        allocation_meter_reset()
        var complaint: (any Error)?
        do { try format.read(input) } catch { complaint = error }
        let beyond = Int(allocation_meter_peak()) - Format.factor * input.count
        summary.inputs += 1
        summary.peakBeyondInput = max(summary.peakBeyondInput, beyond)
        if beyond > format.allowance {
            throw fault("\(input.count) bytes made it hold \(allocation_meter_peak()) at once")
        }
        switch complaint {
        case nil: summary.accepted += 1
        case let failure as Failure where failure.kind != .software: break
        case let error?: throw fault("expected a failure for users, found \(error)")
        }
    }
}

/// The number of the mutant that is being read, in memory that outlives the process.
private struct Trace {
    private let place: UnsafeMutableRawPointer

    init(_ path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT, 0o644)
        defer { close(descriptor) }
        guard descriptor >= 0, ftruncate(descriptor, 8) == 0,
            let place = mmap(nil, 8, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), place != MAP_FAILED
        else { throw Failure(.inputOutput, "\(path): cannot be written") }
        self.place = place
    }

    func write(_ index: Int) { place.storeBytes(of: Int64(index), as: Int64.self) }
}
