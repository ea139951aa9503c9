import Drawing
import Foundation
import Reproduction
import TestSupport
import Testing

@testable import Reporting

@Suite("Information of a trained channel") struct InformationReportTests {
    /// The committed charts are drawn from the committed numbers, on a background of their own.
    @Test(arguments: ["ours", "simclr"]) func committedChartsAreWhatTheNumbersSay(method: String) throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let folder = tests.deletingLastPathComponent().appendingPathComponent("docs/results/information/\(method)")
        let numbers = try Data(contentsOf: folder.appendingPathComponent(TrainedInformation.fileName))
        let information = try JSONDecoder().decode(TrainedInformation.self, from: numbers)
        let chart = try String(contentsOf: folder.appendingPathComponent(TrainedInformation.chartName), encoding: .utf8)
        #expect(chart == information.chart.file() && chart.contains("fill: var(--page)"))
    }

    /// Rows of β, I(X;Z), (16) and (17), each with a standard error of 0.01.
    private func information(_ rows: [[Double]]) throws -> TrainedInformation {
        func value(_ number: Double, _ kind: String = "standard error") -> String {
            #"{"value": \#(number), "error": \#(kind == "rounding" ? 0 : 0.01), "kind": "\#(kind)"}"#
        }
        let text = rows.map { row in
            """
            {"beta": \(row[0]), "information": \(value(row[1])), "jensenBound": \(value(row[2])),
             "meanApproximation": \(value(row[3])), "expansion": \(value(row[0], "rounding")),
             "divergenceBound": \(value(2 * row[0], "rounding")), "points": 256, "surrogatePoints": 0}
            """
        }.joined(separator: ", ")
        let data = Sample.data()
        let json = """
            {"format": 1, "method": "ours", "seed": 0, "steps": 10, "split": "test", "images": 1000, "codes": 40000,
             "dimension": 50, "entropyOfImages": 6.9, "betweenImages": 0.9, "withinImages": 0.05, "trainingBeta": 0.5,
             "trainingObjective": \(value(0.47)), "rows": [\(text)],
             "data": \(String(decoding: try JSONEncoder().encode(data), as: UTF8.self))}
            """
        return try JSONDecoder().decode(TrainedInformation.self, from: Data(json.utf8))
    }

    /// (17) is above I(X;Z), then near it, then below; (16) above 0, then below.
    private func usual() throws -> TrainedInformation {
        try information([[1, 0.2, 0.1, 0.9], [10, 0.8, 0.6, 0.81], [100, 3, -1, 2], [1000, 6, -9, -9]])
    }

    @Test("crossings lie between the values of β that show them, beyond the errors") func crossings() throws {
        let information = try usual()
        // At β = 10 the difference of 0.01 is within three standard errors: it does not count.
        #expect(information.meanApproximationFallsBelow == 1...100)
        #expect(information.jensenBoundVanishes == 10...100)
        let below = try self.information([[1, 0.2, -0.1, 0.1], [10, 0.8, -0.6, 0.3]])
        #expect(below.meanApproximationFallsBelow == nil && below.jensenBoundVanishes == nil)
    }

    @Test("the table has every row, the bounds and what training ended with") func table() throws {
        let table = try usual().table()
        for text in ["H(X) = 6.9", "40,000 codes", "0.47 ± 0.01", "between β = 1 and 100", "between β = 10 and 100"] {
            #expect(table.contains(text), "\(text) is not in \(table)")
        }
        #expect(table.split(separator: "\n").count { $0.hasSuffix("256") } == 4)
    }

    @Test("the chart's file is one image with its style, a curve for each quantity and the entropy") func chart() throws
    {
        let folder = try TemporaryFolder()
        let file = try usual().writeChart(to: folder.url)
        #expect(file.lastPathComponent == "information.svg")
        let text = try String(contentsOf: file, encoding: .utf8)
        try expectSoundFigure(text)
        let outline = try #require(XMLOutline.parse(text))
        #expect(outline.count("style") == 1)
        for name in ["I(X;Z)", "bound (16)", "(17), z = h", "β²/2d · E‖E[h|X] − E h‖²", "H(X) = log N"] {
            #expect(outline.text.contains(name), "\(name)")
        }
        let lines = outline.elements.filter { $0.attributes["class"]?.hasPrefix("series") == true }
        // Each curve once in the legend and once in the plot.
        #expect(lines.count == 2 * 5)
    }

    @Test("the file is read as it was written") func roundTrip() throws {
        let folder = try TemporaryFolder()
        let information = try usual()
        let file = try information.write(to: folder.url)
        #expect(file.lastPathComponent == "information.json")
        let read = try JSONDecoder().decode(TrainedInformation.self, from: Data(contentsOf: file))
        #expect(read == information)
        #expect(try String(contentsOf: file, encoding: .utf8) == information.json())
    }
}
