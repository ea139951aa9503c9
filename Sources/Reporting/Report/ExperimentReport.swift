import CropExperiment
import Diagnostics
import Digits
import Drawing
import Foundation
import Reproduction

/// The report of an experiment: one HTML page that needs no other file, no network and no script.
///
/// The paper's numbers stand beside ours only where `DataProvenance.comparableWithPaper` allows it.
public struct ExperimentReport: Sendable {
    /// The name of the page's file.
    public static let fileName = "report.html"

    /// The heading of the page.
    public var title: String
    /// The numbers.
    public var results: ExperimentResults
    /// The figure data, one entry for each run, in the order of `results.runs`.
    public var figures: [RunFigures]
    /// Scores of raw pixels over several placements of the digits; empty for the one of `results`.
    public var rawScores: [ClassifierScore]
    /// The configuration table; empty for none.
    public var hyperparameters: [Hyperparameter]
    /// The check of Proposition 1; `nil` for none.
    public var proposition1: Proposition1Summary?
    /// Command lines that make this report again, one each.
    public var commands: [String]
    /// What the numbers depend on besides: versions, the machine, the day.
    public var environment: String

    /// Collects what the report shows. Precondition: one entry of `figures` for each run.
    public init(
        title: String = "CRL-TAC: contrastive learning with a trainable augmentation channel",
        results: ExperimentResults, figures: [RunFigures], rawScores: [ClassifierScore] = [],
        hyperparameters: [Hyperparameter] = [], proposition1: Proposition1Summary? = nil, commands: [String] = [],
        environment: String = ""
    ) {
        require(
            figures.count == results.runs.count, "\(results.runs.count) runs with \(figures.count) figure records")
        self.title = title
        self.results = results
        self.figures = figures
        self.rawScores = rawScores
        self.hyperparameters = hyperparameters
        self.proposition1 = proposition1
        self.commands = commands
        self.environment = environment
    }

    /// Writes the page as `report.html`.
    ///
    /// - Returns: the file.
    /// - Throws: `Failure` of kind `.inputOutput` that names the file and the system's reason.
    @discardableResult
    public func write(to folder: URL) throws -> URL {
        let file = folder.appendingPathComponent(Self.fileName)
        try AtomicFile.write(Data(html().utf8), to: file)
        return file
    }

    /// The page.
    public func html() -> String {
        Page(
            title: title, subtitle: "\(results.data.name). \(results.data.provenance)", sections: sections(),
            footer: environment
        ).html()
    }

    private func sections() -> [Page.Section] {
        let drawn = ReportFigures(results, figures)
        let table = ComparisonTable(results, raw: rawScores)
        let twoDimensional = drawn.plane()
        var sections = [
            Page.Section(
                title: "Results", id: "results",
                content: [notice(), tiles(table), ReportTables.comparison(table)].compactMap { $0 })
        ]
        func add(_ title: String, _ id: String, _ content: [Markup?]) {
            let present = content.compactMap { $0 }
            if !present.isEmpty { sections.append(Page.Section(title: title, id: id, content: present)) }
        }
        add("Data and crops", "crops", [drawn.samples(), drawn.augmentations()])
        add("Representations", "representations", [twoDimensional, drawn.representations(), drawn.innerProducts()])
        add("Training", "training", [drawn.trainingCurves()])
        add("Proposition 1", "proposition-1", [proposition1?.content()])
        let configuration = hyperparameters.isEmpty ? nil : ReportTables.configuration(hyperparameters)
        add("Configuration", "configuration", [configuration])
        add("Runs", "runs", [results.runs.isEmpty ? nil : ReportTables.runs(results.runs)])
        add("Provenance", "provenance", [ReportTables.data(results.data, isComparable: results.isComparableWithPaper)])
        add("How to reproduce", "reproduce", [commands.isEmpty ? nil : reproduction()])
        return sections
    }

    /// Says why the paper's numbers are missing, where they are.
    private func notice() -> Markup? {
        guard !results.isComparableWithPaper else { return nil }
        let reason =
            results.data.source == .embeddedDigits
            ? "These numbers come from the embedded digits, not from MNIST."
            : results.data.comparableWithPaper
                ? "These numbers come from other canvases or crops than the paper's."
                : "These numbers come from \(Format.count(results.data.trainingCount)) training and "
                    + "\(Format.count(results.data.testCount)) test images, not from all of MNIST."
        return .element(
            "p", ["class": "notice", "role": "note"],
            text: reason + " They show the method at work and are no reproduction of the paper's numbers, which are "
                + "therefore not shown here.")
    }

    /// The few numbers that tell how it went.
    private func tiles(_ table: ComparisonTable) -> Markup? {
        func tile(_ name: String, _ rows: [ComparisonTable.Row], _ label: String) -> Markup? {
            let found = rows.filter { $0.label.hasPrefix(label) }
            guard let ours = found.first(where: { $0.group == RunMethod.ours.name })?.here else { return nil }
            let other = found.first { $0.group == RunMethod.simclr.name }?.here
            return .element(
                "div", ["class": "tile"],
                [
                    .element("div", ["class": "name"], text: name),
                    .element("div", ["class": "value"], text: Format.fixed(ours.mean, decimals: 3)),
                    .element(
                        "div", ["class": "versus"],
                        text: other.map { "SimCLR \(Format.fixed($0.mean, decimals: 3))" } ?? "SimCLR not run"),
                ])
        }
        let tiles = [
            tile("Linear accuracy, encoder f", table.accuracies, Self.label(.f)),
            tile("Linear accuracy, head h", table.accuracies, Self.label(.h)),
            tile("P(T|x) on non-trivial crops", table.measures, "Mass"),
            tile("Objective, nats", table.measures, "Objective"),
        ].compactMap { $0 }
        return tiles.isEmpty ? nil : .element("div", ["class": "tiles"], tiles)
    }

    private static func label(_ layer: RepresentationScore.Layer) -> String {
        TableEntry.representation(.ours, layer, .expectation).label(topCrops: 0)
    }

    private func reproduction() -> Markup {
        .fragment([
            HTML.paragraph("In a clone of the repository:"),
            .element("pre", [:], [.element("code", text: commands.joined(separator: "\n"))]),
        ])
    }
}
