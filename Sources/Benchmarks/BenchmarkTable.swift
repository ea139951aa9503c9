import Foundation
import Reporting

extension BenchmarkReport {
    /// The measurements as a table for people: a title and one line for each measurement, group by group.
    ///
    /// - Parameter earlier: a former run; where it has the same measurement, the line says how many times as fast this one is.
    public func lines(beside earlier: BenchmarkReport? = nil) -> [String] {
        var lines: [String] = []
        for section in BenchmarkSection.allCases {
            let entries = entries.filter { $0.section == section }
            guard !entries.isEmpty else { continue }
            var table = TextTable(columns: [.left(section.rawValue), .right("threads"), .right("ms"), .left("")])
            for entry in entries {
                table.add([
                    entry.name, "\(entry.threads)", String(format: "%.3f", entry.milliseconds),
                    details(entry, earlier?.entry(entry.name, threads: entry.threads)),
                ])
            }
            lines += (lines.isEmpty ? [] : [""]) + table.lines
        }
        return lines
    }

    private func details(_ entry: Entry, _ before: Entry?) -> String {
        var columns: [String] = []
        if let gigaflops = entry.gigaflops { columns.append(String(format: "%8.1f GFLOP/s", gigaflops)) }
        if let percent = entry.percentOfPeak { columns.append(String(format: "%6.1f%% of peak", percent)) }
        if let intensity = entry.operationsPerByte { columns.append(String(format: "%6.1f FLOP/byte", intensity)) }
        if let bandwidth = entry.gigabytesPerSecond { columns.append(String(format: "%8.1f GB/s", bandwidth)) }
        if let images = entry.imagesPerSecond { columns.append(String(format: "%10.0f images/s", images)) }
        if let speedUp = speedUp(entry) { columns.append(String(format: "%5.2f × one thread", speedUp)) }
        if let pages = entry.freshPages { columns.append(String(format: "%5d fresh pages", pages)) }
        if let megabytes = entry.peakMegabytes { columns.append(String(format: "%5.0f MB at most", megabytes)) }
        if let loss = entry.loss { columns.append(String(format: "loss %.4f nats", loss)) }
        if let before {
            columns.append(String(format: "%6.2f × as fast as before", before.milliseconds / entry.milliseconds))
        }
        return columns.joined(separator: "  ")
    }
}
