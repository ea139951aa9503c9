import Diagnostics
import Foundation

/// Reads mutants of small files with the program's readers: `fuzz-readers FORMAT [--seed N] [--from N] [--count N]
/// [--trace FILE] [--keep FILE]`, or `fuzz-readers FORMAT --input FILE`; where it was built for libFuzzer, `fuzz-readers FORMAT
/// --guided FOLDER` lets that choose the mutants.
///
/// A reader returns, or throws a `Failure` of one line. A crash, or more than a second of processor time, ends the process; the
/// file of `--trace` then holds the number of the mutant. `--keep` writes the mutant `--from` into a file.
@main
enum Main {
    static func main() {
        do {
            let options = try Options(Array(CommandLine.arguments.dropFirst()))
            try Fuzzer(options).run()
        } catch {
            print("\(error)")
            exit(1)
        }
    }
}

/// What the command line asks for.
struct Options {
    let format: String
    private(set) var seed: UInt64 = 20_220_501
    private(set) var from = 0
    private(set) var count = 1000
    private(set) var trace: String?
    private(set) var keep: String?
    private(set) var input: String?
    private(set) var guided: String?

    /// Reads words; every option has a value.
    init(_ words: [String]) throws {
        guard let format = words.first else { throw Failure(.usage, "expected a format, found nothing") }
        self.format = format
        var rest = words.dropFirst()
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw Failure(.usage, "\(name): expected a value, found none") }
            switch (name, UInt64(value)) {
            case ("--seed", let number?): seed = number
            case ("--from", let number?): from = Int(number)
            case ("--count", let number?): count = Int(number)
            case ("--trace", _): trace = value
            case ("--keep", _): keep = value
            case ("--input", _): input = value
            case ("--guided", _): guided = value
            default: throw Failure(.usage, "\(name) \(value): unknown")
            }
        }
    }
}
