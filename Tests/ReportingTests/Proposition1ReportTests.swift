import Foundation
import Proposition1
import TestSupport
import Testing

@testable import Reporting

@Suite("Report of Proposition 1") struct Proposition1ReportTests {
    private func channel() throws -> FiniteChannel {
        try FiniteChannel(
            family: NoiseFamily(kind: .vonMisesFisher, dimension: 2, beta: 1), prior: [0.5, 0.5],
            augmentation: [[1], [1]], encoder: [[[1, 0]], [[0, 1]]])
    }

    @Test("the page shows the channel and draws every curve of every figure")
    func page() throws {
        let figures = try PropositionFigures.all()
        let summary = Proposition1Summary(
            try VerificationReport(name: "mine <&>", channel: channel()), figures: figures)
        let page = Proposition1Report(summary, command: "tac-reference verify --output x").html()
        let outline = try #require(XMLOutline.parse(String(page.dropFirst("<!DOCTYPE html>\n".count))))
        #expect(outline.count("svg") == 2 * figures.count, "each chart is an svg with one for its plot inside")
        #expect(outline.count("figcaption") == figures.count)
        for figure in figures {
            #expect(outline.text.contains(figure.caption))
            for curve in figure.curves { #expect(outline.text.contains(curve.name), "\(curve.name)") }
        }
        let lines = outline.elements.filter { $0.attributes["class"]?.hasPrefix("series") == true }
        // Each curve once in the legend and once in the plot.
        #expect(lines.count == 2 * figures.reduce(0) { $0 + $1.curves.count })
        #expect(lines.allSatisfy { $0.attributes["d"]?.hasPrefix("M") == true })
        #expect(outline.text.contains("mine <&>") && outline.text.contains("The channel passes."))
        #expect(outline.text.contains("tac-reference verify --output x"))
        #expect(!page.contains("src=") && !page.contains("<script"))
    }

    @Test("a channel that fails says why")
    func failure() throws {
        var summary = Proposition1Summary(try VerificationReport(name: "mine", channel: channel()))
        summary.rows[0].passes = false
        summary.rows[0].failures = ["definition and equation (2) differ"]
        let page = Proposition1Report(summary, command: "").html()
        #expect(page.contains("1 of 1 channels fail.") && page.contains("mine: definition and equation (2) differ"))
    }
}
