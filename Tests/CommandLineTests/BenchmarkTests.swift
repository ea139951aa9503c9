import Benchmarks
import CropExperiment
import Foundation
import Testing

@Suite("Command line: benchmark")
struct BenchmarkTests {
    @Test("a run's JSON is what a later run is compared with")
    func comparison() throws {
        let program = try Program()
        let arguments = ["benchmark", "--embedded", "--section", "step", "--set", "training.batchSize=8"]
        let measured = try program.start(arguments + ["--json"]).finish()
        #expect(measured.status == 0)
        let report = try JSONDecoder().decode(BenchmarkReport.self, from: Data(measured.output.utf8))
        #expect(report.data.contains("UCI"))
        let phases = ["hPhaseConcentrated", "hPhaseUniform", "pPhase", "iteration"]
        let networks = ["", ", normalised g", ", normalised f, g"]
        #expect(Set(report.entries.map(\.name)) == Set(phases.flatMap { phase in networks.map { phase + $0 } }))
        #expect(report.entries.allSatisfy { $0.section == .step && $0.milliseconds > 0 && $0.freshPages != nil })

        try program.write(measured.output, as: "before.json")
        let compared = try program.start(arguments + ["--compare", "before.json", "--output", "now.json"]).finish()
        #expect(compared.status == 0)
        let now = try JSONDecoder().decode(BenchmarkReport.self, from: Data(contentsOf: program.file("now.json")))
        #expect(now.entries.map(\.name) == report.entries.map(\.name))
        let lines = compared.output.split(separator: "\n")
        // A heading and a rule stand above the measurements.
        #expect(lines.count == report.entries.count + 2)
        #expect(lines.dropFirst(2).allSatisfy { $0.contains("images/s") && $0.contains("as fast as before") })
    }
}
