import ArgumentParser
import Diagnostics
import Digits
import Foundation

#if canImport(Glibc)
    import CMalloc
#endif

/// The program: parses, runs the command, turns an error into one line and an exit status.
@main
enum Main {
    static func main() {
        #if canImport(Glibc)
            // Every step frees and asks for the same large buffers. By default glibc returns each to the system and
            // fetches it anew, page by page, zeroed; keeping them saves that work at the price of memory held.
            _ = (mallopt(M_MMAP_MAX, 0), mallopt(M_TRIM_THRESHOLD, Int32.max))
        #endif
        keepStandardDescriptors()
        // The runtime's handler asks for a debugger and then goes on; a user who quits means it.
        if let former = signal(SIGQUIT, SIG_DFL), StopRequest.isIgnored(former) { signal(SIGQUIT, SIG_IGN) }
        // A file that grows beyond the limit of `ulimit -f` is then an error of its write, not the end of the process.
        signal(SIGXFSZ, SIG_IGN)
        do {
            try requireReadableWords()
            var command = try TacReference.parseAsRoot()
            try SystemPath.requireCurrentFolder()
            if let computing = command as? any ComputingCommand {
                try computing.threads.apply { try command.run() }
            } else {
                try command.run()
            }
        } catch {
            exit(report(error))
        }
    }

    /// Takes the numbers of standard descriptors that are closed, so that no file or socket gets one and is written notes into.
    /// They stay as useless as they were: none can be used the way it is meant to be.
    private static func keepStandardDescriptors() {
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
            _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
        }
    }

    /// Refuses words and a data folder that are no UTF-8: text would stand for another path.
    private static func requireReadableWords() throws {
        var words: [(name: String, bytes: UnsafePointer<CChar>)] = []
        for index in 1..<max(1, Int(CommandLine.argc)) {
            if let bytes = CommandLine.unsafeArgv[index] { words.append(("argument \(index)", UnsafePointer(bytes))) }
        }
        let variable = DigitLoader.environmentVariable
        if let bytes = getenv(variable) { words.append((variable, UnsafePointer(bytes))) }
        for (name, bytes) in words where String(validatingCString: bytes) == nil {
            throw Failure(
                .usage,
                "\(name): expected text in UTF-8, found \(String(cString: bytes)); rename the file or folder")
        }
    }

    /// Says what went wrong, in one line on standard error, and returns the exit status.
    private static func report(_ error: any Error) -> Int32 {
        if let failure = error as? Failure {
            complain(failure.message)
            return failure.kind.rawValue
        }
        let code = TacReference.exitCode(for: error)
        if code == .success {
            do { try Console.answer(TacReference.fullMessage(for: error)) } catch { return report(error) }
        } else if code == .validationFailure {
            let message = TacReference.message(for: error).trimmingCharacters(in: [".", " "])
            complain(Failure(.usage, "\(message); 'tac-reference --help' tells more").message)
        } else if !(error is ExitCode) {
            complain(Failure(.software, "internal error: \(error); please report it").message)
            return Failure.Kind.software.rawValue
        }
        return code.rawValue
    }

    private static func complain(_ message: String) {
        Console.note("tac-reference: \(message)")
    }
}

/// The command and its subcommands; without one, the main job.
struct TacReference: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tac-reference",
        abstract: "Contrastive representation learning with a trainable augmentation channel.",
        discussion: """
            Without a subcommand: checks Proposition 1, trains the paper's method and simCLR on a short schedule, \
            evaluates both, and writes a report.

            Exit status: 0 done; 1 what was checked does not hold; 64 wrong usage; 65 bad data; 66 missing input; \
            69 a download failed; 70 a defect; 74 input or output failed; 75 a folder is in use by another process; 129, 130, 143 stopped by \
            SIGHUP, SIGINT (Ctrl-C), SIGTERM.
            """,
        subcommands: [
            RunCommand.self, VerifyCommand.self, TrainCommand.self, EvaluateCommand.self, InformationCommand.self,
            ReproduceCommand.self, ReportCommand.self, SearchCommand.self, SettingsCommand.self, BenchmarkCommand.self,
            BookCommand.self, ExerciseCommand.self,
        ],
        defaultSubcommand: RunCommand.self)
}
