import TestSupport
import Testing

@testable import Drawing

@Suite("Dot charts")
struct DotChartTests {
    private func chart(_ rows: [DotChart.Row], series: [String] = ["h", "f"]) -> DotChart {
        DotChart(
            title: "Accuracies", description: "A test", axis: Chart.Axis("accuracy"), series: series,
            referenceName: "paper", rows: rows)
    }

    private let rows = [
        DotChart.Row(
            "ours", [.init(series: 0, values: [0.89, 0.91, 0.93], reference: 0.955), .init(series: 1, values: [0.98])]),
        DotChart.Row("simCLR, oracle", [.init(series: 1, values: [0.93], reference: 0.9354)]),
    ]

    @Test("every number has its dot, every reference its line, every row and series its name")
    func parts() throws {
        let outline = try #require(XMLOutline.parse(chart(rows).svg().rendered()))
        // Three means and two entries of the legend.
        #expect(outline.count("circle") == 5)
        for text in ["ours", "simCLR, oracle", "h", "f", "paper", "accuracy", "Accuracies"] {
            #expect(outline.text.contains(text), "\(text)")
        }
        let withoutReferences = chart([DotChart.Row("ours", [.init(series: 0, values: [0.5])])], series: ["h"])
        #expect(!withoutReferences.svg().rendered().contains("paper"))
    }

    @Test("the mean stands where the mean is, right of all that is less")
    func order() throws {
        func positions(_ values: [Double]) throws -> [Double] {
            let text = chart([DotChart.Row("", values.map { .init(series: 0, values: [$0]) })], series: []).svg()
                .rendered()
            return text.matches(of: /<circle[^>]*cx="([0-9.]+)"/).compactMap { Double($0.1) }
        }
        let found = try positions([0.2, 0.4, 0.3])
        try #require(found.count == 3)
        #expect(abs((found[1] - found[0]) - 2 * (found[2] - found[0])) < 0.05)
        let mean = chart([DotChart.Row("", [.init(series: 0, values: [0.2, 0.3, 0.4])])], series: []).svg().rendered()
        let single = chart([DotChart.Row("", [.init(series: 0, values: [0.3])])], series: []).svg().rendered()
        #expect(mean.matches(of: /<circle/).count == 1 && single.matches(of: /<circle/).count == 1)
    }

    @Test("numbers that are not finite, and long names, leave a sound figure")
    func extremes() throws {
        for values in [[Double.nan], [.infinity, 0.5], [0], [1e300, -1e300]] {
            let name = String(repeating: "a long name & <more> ", count: 5)
            try expectSoundFigure(
                chart([DotChart.Row(name, [.init(series: 0, values: values, reference: .nan)])]).svg().rendered())
        }
    }
}
