import Diagnostics
import Drawing
import Foundation
import GSLNumerics
import Proposition1

/// The check of Proposition 1 as a page of its own: the table of channels and the figures.
public struct Proposition1Report: Sendable {
    /// The name of the page's file.
    public static let fileName = "proposition1.html"

    /// What the page shows.
    public var summary: Proposition1Summary
    /// The command line that makes the page again.
    public var command: String

    /// A page of a summary.
    public init(_ summary: Proposition1Summary, command: String) {
        self.summary = summary
        self.command = command
    }

    /// The page.
    public func html() -> String {
        Page(
            title: "Proposition 1 by numerical integration",
            subtitle: "Every quantity of the proposition and its proof for finite channels, in nats.",
            sections: [
                Page.Section(title: "Channels and figures", id: "proposition-1", content: [summary.content()]),
                Page.Section(
                    title: "How to reproduce", id: "reproduce",
                    content: [.element("pre", [:], [.element("code", text: command)])]),
            ], footer: "The mathematics, the methods and their errors are explained in docs/book."
        ).html()
    }

    /// Writes the page as `proposition1.html`.
    ///
    /// - Returns: the file.
    /// - Throws: `Failure` of kind `.inputOutput` that names the file and the system's reason.
    @discardableResult
    public func write(to folder: URL) throws -> URL {
        let file = folder.appendingPathComponent(Self.fileName)
        try AtomicFile.write(Data(html().utf8), to: file)
        return file
    }
}

extension Proposition1Summary {
    /// A verification as reports show it.
    public init(_ report: VerificationReport, figures: [FigureData] = []) {
        self.init(
            rows: report.verdicts.map { verdict in
                let evaluation = verdict.evaluation
                let difference = evaluation.informationByEquation2 - evaluation.informationByDefinition
                var row = Row(
                    channel: verdict.name, byDefinition: evaluation.informationByDefinition.value,
                    byEquation2: evaluation.informationByEquation2.value, error: difference.error,
                    errorKind: difference.kind.name, jensenBound: evaluation.jensenBound.value, passes: verdict.holds)
                row.purpose = verdict.purpose
                row.failures = verdict.failures
                return row
            }, figures: figures.map(Figure.init))
    }
}

extension Proposition1Summary.Figure {
    /// A figure of Proposition 1, drawn.
    init(_ data: FigureData) {
        // An angle has its own range; other axes end at round numbers.
        let x = data.curves.flatMap(\.x)
        let range = data.hasLogarithmicX ? nil : x.min().flatMap { low in x.max().map { low...$0 } }
        func scale(_ isLogarithmic: Bool) -> Ticks.Scale { isLogarithmic ? .logarithmic : .linear }
        let chart = Chart(
            title: data.title, description: data.curves.map(\.name).joined(separator: ", ") + " against " + data.xLabel,
            horizontal: Chart.Axis(data.xLabel, scale: scale(data.hasLogarithmicX), range: range),
            vertical: Chart.Axis(data.yLabel, scale: scale(data.hasLogarithmicY)),
            lines: data.curves.map { curve in
                Chart.Line(
                    curve.name, zip(curve.x, curve.y).map { Chart.Point($0, $1) }, color: curve.color,
                    isDashed: curve.isDashed)
            })
        self.init(chart, caption: data.caption)
    }
}
