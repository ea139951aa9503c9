import ArgumentParser
import Diagnostics
import Foundation
import Proposition1
import Reporting

/// `tac-reference verify`: Proposition 1 by numerical integration.
struct VerifyCommand: ComputingCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check Proposition 1 by numerical integration.",
        discussion: """
            Without --channel, every named channel is evaluated: mutual information by definition and by equation (2), \
            the Jensen bound, the mean approximation, each with its error and what kind of error that is. With \
            --channel, the channel in the file. With --output, a page with the table and figures: of the channel in the \
            file, else of examples. The exit status is 1 when a statement of \
            Proposition 1 does not hold.
            """)

    @Option(name: .long, help: ArgumentHelp("Evaluate the channel in this JSON file.", valueName: "file.json"))
    var channel: PathArgument?

    @Flag(name: .long, help: "Answer with JSON: every quantity in nats, with its error.")
    var json = false

    @Option(help: ArgumentHelp("Also write a page with the table and the figures here.", valueName: "folder"))
    var output: PathArgument?

    @OptionGroup
    var threads: ThreadOptions

    /// Prints the table or the JSON.
    func run() throws {
        let channel = try channel.map { path in
            (url: path.file, value: try ChannelFile.read(path.file))
        }
        if let output {
            try AtomicFile.requireWritable(output.folder.appendingPathComponent(Proposition1Report.fileName))
        }
        let report: VerificationReport
        if let channel {
            do {
                report = try VerificationReport(
                    name: channel.url.deletingPathExtension().lastPathComponent, channel: channel.value)
            } catch let failure as Failure {
                throw Failure(failure.kind, "\(channel.url.path): \(failure.message)")
            }
        } else {
            report = try VerificationReport()
        }
        if json {
            try Console.answer(report.json())
            for verdict in report.verdicts {
                for failure in verdict.failures {
                    Console.note("\(verdict.name): \(failure)")
                }
            }
        } else {
            try Console.answer(report.table(isColoured: TerminalStyle.standardOutput().usesColor))
        }
        if let output {
            let figures = try channel.map { try PropositionFigures.of($0.value) } ?? PropositionFigures.all()
            let page = Proposition1Report(
                Proposition1Summary(report, figures: figures), command: Console.commandLine)
            Console.note("report: \(try page.write(to: output.folder).relativePath)")
        }
        if !report.holds { throw ExitCode(1) }
    }
}
