import CropExperiment
import Digits
import Drawing
import Foundation
import Reproduction
import Tensors
import TestSupport
import Testing

@testable import Reporting

@Suite("Report") struct ReportTests {
    private static let runs = [
        Sample.run(.ours, seed: 1, h: 0.5, f: 0.8), Sample.run(.ours, seed: 2, h: 0.6, f: 0.9),
        Sample.run(.simclr, seed: 1, h: 0.2, f: 0.3),
    ]

    /// Every number that the paper's tables print for the variant, and those of sections 3.1 and 3.2.
    private static let paperNumbers: [String] = {
        var values: [PaperValue?] = []
        for variant in [DataProvenance.Variant.derived, .original] {
            values += TableEntry.all.map { PaperResults.accuracy($0, variant) }
            values += RunMethod.allCases.map { PaperResults.uniformity($0, variant) }
            values += RunMethod.allCases.map { PaperResults.nonTrivialMass($0, variant) }
        }
        return values.compactMap { $0 }.map { value in String(value.printed.prefix { $0 != " " }) }
    }()

    @Test("embedded digits and parts of MNIST never stand beside the paper's numbers")
    func noPaperForOtherData() {
        #expect(Self.paperNumbers.count == 19)
        for variant in [DataProvenance.Variant.derived, .original] {
            for data in [Sample.data(.embeddedDigits, variant), Sample.data(.mnist, variant, training: 59_999)] {
                let results = Sample.results(Self.runs, data: data)
                let page = Sample.report(results).html()
                for number in Self.paperNumbers { #expect(!page.contains(number), "\(number)") }
                #expect(!page.contains(">Paper<"))
                #expect(page.contains("no reproduction"))
                let table = ComparisonTable(results)
                #expect(!table.showsPaper && (table.accuracies + table.measures).allSatisfy { $0.paper == nil })
            }
        }
    }

    @Test("all of MNIST stands beside every number of the paper's table, with the difference")
    func paperForMNIST() throws {
        let page = Sample.report(Sample.results(Self.runs)).html()
        for row in TableEntry.all.compactMap({ PaperResults.accuracy($0, .derived)?.printed }) {
            #expect(page.contains(row.replacingOccurrences(of: "± ", with: "±\u{A0}")), "\(row)")
        }
        #expect(!page.contains("no reproduction"))
        let table = ComparisonTable(Sample.results(Self.runs))
        let row = try #require(table.accuracies.first { $0.group == "Ours" && $0.label == "Projection head h" })
        // 0.55 − 0.95505; the tolerance is rounding of numbers near 1.
        #expect(abs(try #require(row.difference) + 0.40505) < 1e-12)
        func comparison(_ variant: DataProvenance.Variant, _ canvas: ExperimentConfiguration.Canvas) -> ComparisonTable
        {
            let runs = Self.runs.map { run in
                var run = run
                run.configuration.canvas = canvas
                return run
            }
            return ComparisonTable(Sample.results(runs, data: Sample.data(.mnist, variant)))
        }
        let original = comparison(.original, ExperimentConfiguration.original.canvas)
        #expect(original.number == 2)
        #expect(original.accuracies.first { $0.label == "Encoder f" }?.paper?.printed == "0.9805 ± 0.0006")
        #expect(original.measures.allSatisfy { $0.paper == nil })
        // All of MNIST in four cells, or cropped otherwise, is not what the paper measured.
        var canvas = ExperimentConfiguration().canvas
        #expect(comparison(.derived, canvas).showsPaper)
        canvas.cropStride = 2
        #expect(!comparison(.derived, canvas).showsPaper)
        canvas = ExperimentConfiguration().canvas
        canvas.cellsPerSide = 2
        #expect(!comparison(.derived, canvas).showsPaper)
    }

    @Test("the spread has n − 1 in the denominator, and a single run has none")
    func spread() throws {
        // numpy 2: np.std([0.5, 0.6, 0.9], ddof=1) = 0.20816659994661327
        let estimate = SampleStatistics([0.5, 0.6, 0.9])
        #expect(abs(estimate.standardDeviation - 0.208_166_599_946_613_27) < 1e-15)
        #expect(estimate.formatted(decimals: 2) == "0.67 ±\u{A0}0.21")
        #expect(SampleStatistics([0.5]).formatted() == "0.5000")
        #expect(SampleStatistics([0.5, .nan]).formatted() == "– ±\u{A0}–")
        let page = Sample.report(Sample.results(Self.runs)).html()
        #expect(page.contains("Ours: n\u{A0}=\u{A0}2, SimCLR: n\u{A0}=\u{A0}1."))
        #expect(Sample.report(Sample.results([Self.runs[0]])).html().contains("One run each, so no spread."))
    }

    @Test("only runs that differ in their seed alone are averaged; two-dimensional runs stay out")
    func grouping() throws {
        let others = [
            Sample.run(.ours, seed: 3, h: 0, beta: 1), Sample.run(.ours, seed: 3, h: 0, steps: 99),
            Sample.run(.ours, seed: 3, h: 0, dimension: 2), Sample.run(.ours, seed: 4, h: 0, dimension: 2),
            Sample.run(.ours, seed: 5, h: 0, dimension: 2),
        ]
        let table = ComparisonTable(Sample.results(Self.runs + others))
        let row = try #require(table.accuracies.first { $0.group == "Ours" && $0.label == "Projection head h" })
        #expect(row.here?.count == 2)
        #expect(abs(try #require(row.here?.mean) - 0.55) < 1e-12)
        #expect(table.leftOut == 2)
        // The first run says which group stands for the method, however many runs another one has.
        let ablation = (0..<5).map { Sample.run(.ours, seed: $0, h: 0.1, beta: 1) }
        let first = ComparisonTable(Sample.results([Sample.run(.ours, h: 0.7)] + ablation))
        #expect(first.accuracies.first { $0.label == "Projection head h" }?.here?.mean == 0.7)
        #expect(
            Sample.report(Sample.results([Sample.run(.ours, h: 0.7)] + ablation)).html().contains(
                "5 runs with other settings"))
    }

    @Test("the 50-dimensional potential is compared with the paper's, another dimension's is not")
    func potentialOfOtherDimension() {
        let results = Sample.results([Sample.run(.ours, dimension: 64)])
        #expect(ComparisonTable(results).measures.first { $0.label.hasPrefix("Gaussian") }?.paper == nil)
        #expect(ComparisonTable(Sample.results(Self.runs)).measures.first?.paper?.printed == "0.0845")
    }

    @Test("several placements of the digits give raw pixels a spread")
    func rawPixels() {
        let table = ComparisonTable(Sample.results([]), raw: [Sample.score(0.8), Sample.score(0.9)])
        #expect(table.accuracies.first?.here?.count == 2)
        #expect(ComparisonTable(Sample.results([], raw: Sample.score(0.5))).accuracies.first?.here?.mean == 0.5)
    }

    @Test("a classifier that did not converge is marked wherever its number stands, with an explanation")
    func unconverged() {
        var run = Sample.run(.ours, h: 0.5)
        let page = Sample.report(Sample.results([run])).html()
        #expect(!page.contains("†"))
        run.linearEvaluation[0].classifier.hasConverged = false
        let marked = Sample.report(Sample.results([run])).html()
        #expect(marked.contains("0.5000 †") && marked.contains("†: a classifier was given up"))
    }

    @Test("rows say over how many crops they average")
    func topCrops() {
        var run = Sample.run(.ours)
        run.configuration.evaluation.topCrops = 4
        run.linearEvaluation.append(RepresentationScore(.h, over: .mostProbable, Sample.score(0.5)))
        let table = ComparisonTable(Sample.results([run], data: Sample.data(.embeddedDigits)))
        #expect(table.accuracies.contains { $0.label == "h, top 4 crops" })
    }

    @Test(
        "the page is well-formed XML without scripts or outside resources", arguments: [0.25, .nan, -.infinity])
    func wellFormed(_ value: Double) throws {
        for runs in [[], [Self.runs[0]], Self.runs, [Sample.run(.ours, h: value, f: nil, dimension: 2)]] {
            for source in [DataProvenance.Source.mnist, .embeddedDigits] {
                let results = Sample.results(runs, data: Sample.data(source), raw: Sample.score(value))
                let outline = try #require(XMLOutline.parse(Sample.report(results, value: value).html()))
                #expect(outline.count("script") == 0 && outline.count("link") == 0)
                #expect(outline.count("html") == 1 && outline.count("h1") == 1)
                for element in outline.elements {
                    for name in ["href", "src"] {
                        guard let target = element.attributes[name] else { continue }
                        #expect(target.hasPrefix("#") || target.hasPrefix("data:image/png;base64,"))
                    }
                }
                let ids = outline.elements.compactMap { $0.attributes["id"] }
                #expect(Set(ids).count == ids.count)
                let targets = outline.elements.compactMap { $0.name == "a" ? $0.attributes["href"] : nil }
                #expect(targets.allSatisfy { ids.contains(String($0.dropFirst())) } && !targets.isEmpty)
            }
        }
    }

    @Test("the page shows every figure that there are data for, and no other")
    func figures() {
        let full = Sample.report(Sample.results(Self.runs)).html()
        for number in [1, 3, 6, 7, 8] { #expect(full.contains("Figure \(number) of the paper"), "\(number)") }
        for section in ["Training.", "Proposition 1", "Configuration", "How to reproduce"] {
            #expect(full.contains(section))
        }
        let bare = ExperimentReport(results: Sample.results(Self.runs), figures: Self.runs.map { _ in RunFigures() })
        #expect(!bare.html().contains("Figure ") && !bare.html().contains("Proposition 1"))
    }

    @Test("hostile text is shown and not obeyed")
    func escaping() throws {
        var results = Sample.results(Self.runs)
        results.data.name = hostileText
        results.data.provenance = hostileText
        results.data.sha256 = [hostileText: hostileText]
        let page = Sample.report(results, text: hostileText).html()
        let outline = try #require(XMLOutline.parse(page))
        #expect(outline.count("script") == 0)
        #expect(!page.contains("<script"))
        // Shown as it was, but for the characters that XML forbids.
        let shown = hostileText.replacingOccurrences(
            of: "[\u{0}\u{1B}\u{FFFE}]", with: "\u{FFFD}", options: .regularExpression)
        #expect(outline.text.contains(shown))
    }

    @Test("an empty cell is not closed like a void element")
    func emptyElements() {
        #expect(Markup.element("td").rendered() == "<td></td>")
        #expect(Markup.element("br").rendered() == "<br/>")
    }

    @Test("long curves are averaged over equal stretches, and a stretch without numbers is a gap")
    func averaging() {
        let points = (0..<1_000).map { Chart.Point(Double($0), $0 < 500 ? Double($0) : .nan) }
        let short = ReportFigures.averaged(points)
        #expect(short.count == 200)
        #expect(short[0] == Chart.Point(2, 2))
        #expect(short[99].y == 497 && short[100].y.isNaN)
        #expect(ReportFigures.averaged(Array(points.prefix(200))).count == 200)
    }

    @Test("numbers are written for readers")
    func formatting() {
        #expect(Format.fixed(-0.00001, decimals: 3) == "0.000")
        #expect(Format.fixed(-1.5, decimals: 1) == "−1.5")
        #expect(Format.fixed(.nan, decimals: 1) == "–" && Format.fixed(-.infinity, decimals: 1) == "−∞")
        #expect(Format.signed(0.00001, decimals: 4) == "±0.0000" && Format.signed(0.5, decimals: 1) == "+0.5")
        #expect(Format.significant(0.000_012_34, digits: 3) == "1.23×10⁻⁵")
        #expect(Format.significant(1234.56) == "1235" && Format.significant(0.5) == "0.5")
        #expect(Format.count(1_234_567) == "1,234,567" && Format.count(-999) == "−999")
        #expect(Format.duration(59.7) == "1 min 00 s" && Format.duration(7_265) == "2 h 01 min")
        #expect(Format.duration(.infinity) == "–" && Format.duration(0.44) == "0.4 s")
    }
}
