import CropExperiment
import Drawing
import Foundation
import Reproduction

/// The page of a reproduction: the paper's tables, figures and claims, each with the paper's numbers, ours, and a verdict.
public struct ReproductionPage: Sendable {
    /// The numbers.
    public let results: ReproductionResults
    /// What was to be made, in the order of `results.artefacts`.
    public let plan: ReproductionPlan
    /// Command lines that make the page again, one each.
    public let commands: [String]
    /// What the numbers depend on besides: versions, the machine.
    public let environment: String

    /// Collects what the page shows.
    public init(_ results: ReproductionResults, plan: ReproductionPlan, commands: [String], environment: String) {
        self.results = results
        self.plan = plan
        self.commands = commands
        self.environment = environment
    }

    /// The page as text.
    public func html() -> String {
        let data = results.data.map {
            "\($0.name), \(Format.count($0.trainingCount)) + \(Format.count($0.testCount)) images"
        }
        return Page(
            title: results.showsPaper ? "The paper, reproduced" : "The paper's method at work",
            subtitle: "Contrastive Representation Learning with Trainable Augmentation Channel. "
                + "\(data.joined(separator: "; ")); \(results.seeds) seed\(results.seeds == 1 ? "" : "s").",
            sections: sections(), footer: environment
        ).html()
    }

    private func sections() -> [Page.Section] {
        var sections = [
            Page.Section(title: "Verdicts", id: "verdicts", content: [notice(), overview()].compactMap { $0 })
        ]
        let headings: [(Artefact.Kind, String, String)] = [
            (.table, "Tables", "tables"), (.figure, "Figures", "figures"), (.claim, "Claims", "claims"),
        ]
        for (kind, title, id) in headings {
            let content = zip(plan.artefacts, results.artefacts).filter { $0.0.kind == kind }.flatMap(section)
            if !content.isEmpty { sections.append(Page.Section(title: title, id: id, content: content)) }
        }
        let drawn = ReportFigures(mainRuns)
        if let curves = drawn.trainingCurves() {
            sections.append(Page.Section(title: "Training", id: "training", content: [curves]))
        }
        sections.append(Page.Section(title: "Runs", id: "runs", content: [runs()]))
        sections.append(
            Page.Section(title: "How to reproduce", id: "reproduce", content: [reproduction()]))
        return sections
    }

    /// Says why the paper's numbers are missing, where they are.
    private func notice() -> Markup? {
        guard !results.showsPaper else { return nil }
        let isOfMNIST = results.data.allSatisfy(\.comparableWithPaper)
        let reasons = [
            isOfMNIST ? nil : "do not come from all of MNIST",
            results.schedule == .quick ? "are of the quick schedule, a tenth of the steps" : nil,
            results.changes.isEmpty
                ? nil : "are of runs with settings of their own (\(results.changes.joined(separator: ", ")))",
        ].compactMap { $0 }
        return .element(
            "p", ["class": "notice", "role": "note"],
            text:
                "These numbers \(reasons.joined(separator: " and ")): they show the method at work and are no reproduction of "
                + "the paper's numbers, which are therefore not shown here.")
    }

    private func overview() -> Markup {
        HTML.table(
            caption:
                "Every table, figure and claim. Reproduced: within two standard errors of the paper's number, or the rule of "
                + "its claim holds; exceeded: beyond that, in the direction that supports the paper; holds: a claim of this "
                + "project, which the paper does not make; drawn: a figure, to be compared by the eye.",
            head: ["", "Verdict", "Because"], numbers: nil,
            results.artefacts.map { artefact in
                [
                    .element("a", ["href": "#\(Self.anchor(artefact))"], text: artefact.title),
                    Self.mark(artefact.verdict), .text(artefact.reason),
                ]
            })
    }

    private static func anchor(_ artefact: ArtefactResult) -> String { "\(artefact.kind.rawValue)-\(artefact.name)" }

    private static func mark(_ verdict: Verdict) -> Markup {
        let kind =
            switch verdict {
            case .reproduced, .exceeded, .holds: "pass"
            case .different: "fail"
            case .drawn, .uncompared, .missing: "ours"
            }
        return HTML.mark(kind, text: verdict.rawValue)
    }

    private func section(_ artefact: Artefact, _ result: ArtefactResult) -> [Markup] {
        var content: [Markup] = [
            .element("h3", ["id": Self.anchor(result)], text: result.title),
            .element(
                "p", [:],
                [.text("\(artefact.statement) "), .element("span", ["class": "fine"], text: artefact.context)]),
            .element(
                "p", [:], [Self.mark(result.verdict), .text(" \(result.reason). \(artefact.rule)")]),
        ]
        if let table = ArtefactTable(artefact, result).markup() { content.append(table) }
        if let figure = figure(artefact) { content.append(figure) }
        if let chart = chart(artefact, result) { content.append(chart) }
        if let charts = informationCharts(artefact) { content.append(charts) }
        let explanation = artefact.explanation(of: result)
        if !explanation.isEmpty { content.append(HTML.paragraph(explanation)) }
        content.append(
            HTML.paragraph(
                command("--\(artefact.kind.rawValue) \(artefact.name)", isOfOneSeed: artefact.isOfOneSeed)
                    + time(artefact),
                class: "fine"))
        return content
    }

    /// What the training and evaluation of an artefact's runs took, in brackets.
    private func time(_ artefact: Artefact) -> String {
        let measurements = artefact.measurements(among: Measurements(results.runs))
        let runs = artefact.groups.flatMap(measurements.records).compactMap(\.result)
        guard !runs.isEmpty else { return "" }
        let seconds = runs.reduce(0) { $0 + $1.seconds }
        return " (\(runs.count) run\(runs.count == 1 ? "" : "s"), \(Format.duration(seconds)))"
    }

    /// The command that makes something of the page from nothing.
    private func command(_ selection: String? = nil, isOfOneSeed: Bool = false) -> String {
        let isEmbedded = results.data.contains { $0.source == .embeddedDigits }
        let parts =
            ["tac-reference reproduce", selection, isOfOneSeed ? nil : "--seeds \(results.seeds)"].compactMap { $0 }
            + (results.schedule == .quick ? ["--quick"] : []) + (isEmbedded ? ["--embedded"] : [])
            + results.changes.map { "--set '\($0)'" }
        return parts.joined(separator: " ")
    }

    /// The data of the figures that the page draws, by the name of the run; of the runs of which only the curves are drawn, those.
    var figureData: [String: RunFigures] {
        let pictured = plan.artefacts.filter { $0.kind == .figure }.flatMap { firstRuns($0.groups) }
            .compactMap { run in run.figures.map { (run.name, $0) } }
        let curves = mainRuns.compactMap { run in run.figures.map { (run.name, RunFigures(curves: $0.curves)) } }
        return Dictionary(pictured + curves, uniquingKeysWith: { one, _ in one })
    }

    /// The runs that a picture shows.
    private func firstRuns(_ groups: [RunGroup]) -> [RunRecord] {
        groups.compactMap(Measurements(results.runs).first)
    }

    /// The runs of Table 1.
    private var mainRuns: [RunRecord] {
        let groups = plan.artefacts.first { $0.kind == .table && $0.name == "1" }?.groups ?? []
        return groups.flatMap { group in
            results.runs.filter { $0.identity.kind == .training && $0.identity.isOf(group) }
        }
    }

    /// Figure 3 as a file that needs no other; `nil` where it was not made.
    func augmentationFile() -> String? {
        plan.artefacts.first { $0.kind == .figure && $0.name == "3" }
            .flatMap { ReportFigures(firstRuns($0.groups)).augmentationFile() }
    }

    private func figure(_ artefact: Artefact) -> Markup? {
        guard artefact.kind == .figure else { return nil }
        let drawn = ReportFigures(firstRuns(artefact.groups))
        switch artefact.name {
        case "1": return drawn.samples()
        case "3": return drawn.augmentations()
        case "6": return drawn.plane()
        case "7": return drawn.representations()
        default: return drawn.innerProducts()
        }
    }

    private func chart(_ artefact: Artefact, _ result: ArtefactResult) -> Markup? {
        let measurements = artefact.measurements(among: Measurements(results.runs))
        let lines = artefact.curves.enumerated().compactMap { index, curve -> Chart.Line? in
            let points = curve.points.compactMap { point in
                measurements[point.group, point.measure].map { Chart.Point(point.x, $0.mean) }
            }
            guard points.count > 1 else { return nil }
            return Chart.Line(curve.name, points, color: index % Palette.seriesCount, hasMarkers: true)
        }
        guard !lines.isEmpty else { return dots(artefact, result) }
        let chart = Chart(
            title: "Accuracy",
            description: "\(artefact.title): \(artefact.isOfOneSeed ? "the first seed" : "means over seeds")",
            horizontal: Chart.Axis(artefact.axis, scale: .logarithmic, ticks: artefact.curves[0].points.map(\.x)),
            vertical: Chart.Axis("accuracy"), lines: lines)
        return HTML.charts([chart.svg()])
    }

    /// The numbers of a table as dots, the paper's beside them: its accuracies, or where it has none its first measure.
    private func dots(_ artefact: Artefact, _ result: ArtefactResult) -> Markup? {
        guard artefact.kind != .figure, informationCharts(artefact) == nil else { return nil }
        let pairs = zip(artefact.rows, result.rows)
        let measures = artefact.rows.flatMap(\.measures)
        let isShown: (Measure) -> Bool =
            measures.contains(where: \.isAccuracy) ? { $0.isAccuracy } : { $0 == measures.first }
        var headings: [String] = []
        let rows = pairs.map { row, values -> DotChart.Row in
            let marks = zip(row.measures, row.headings).compactMap { measure, heading -> DotChart.Mark? in
                guard isShown(measure), let cell = values.cells.first(where: { $0.measure == measure.key }) else {
                    return nil
                }
                if !headings.contains(heading) { headings.append(heading) }
                return DotChart.Mark(
                    series: headings.firstIndex(of: heading) ?? 0, values: cell.values,
                    reference: cell.paper == nil ? nil : row.expectations[measure]?.paper.mean)
            }
            return DotChart.Row(row.label, marks)
        }.filter { row in !row.marks.isEmpty }
        guard !rows.isEmpty else { return nil }
        return HTML.charts([
            DotChart(
                title: measures.contains(where: \.isAccuracy) ? "Accuracy" : headings[0],
                description: "\(artefact.title): the numbers of the table, each seed and the mean over the seeds",
                axis: Chart.Axis(measures.contains(where: \.isAccuracy) ? "accuracy" : headings[0]), series: headings,
                referenceName: "paper", rows: rows
            ).svg()
        ])
    }

    /// I(X;Z) and what stands in for it against β, for the runs of an artefact of which that was measured.
    private func informationCharts(_ artefact: Artefact) -> Markup? {
        let groups = artefact.groups.filter { $0.analyses.contains(.information) }
        let charts = groups.compactMap { group in
            results.runs.first { $0.identity == group.run(seed: 0).identity }?.analyses.information?.chart.svg()
        }
        return charts.isEmpty ? nil : HTML.charts(charts)
    }

    private func runs() -> Markup {
        HTML.table(
            caption:
                "Every run, with its settings beyond the defaults and the time that its training and evaluation took on the "
                + "machine that did it; one after the other they would take \(Format.duration(results.seconds)). Where "
                + "several were done at once, each had one thread.",
            head: ["Run", "Steps", "Settings", "Time"], numbers: nil,
            results.runs.map { run in
                let group =
                    plan.artefacts.flatMap(\.groups).first { $0.run(seed: 0).name == run.name }
                    ?? plan.artefacts.flatMap(\.groups).first { run.identity.isOf($0) }
                return [
                    .text(run.name), .text(run.result.map { Format.count($0.steps) } ?? "–"),
                    .text(group?.settings.joined(separator: ", ") ?? ""),
                    .text(run.result.map { Format.duration($0.seconds) } ?? "–"),
                ]
            })
    }

    private func reproduction() -> Markup {
        .fragment([
            HTML.paragraph("In a clone of the repository, with MNIST in the folder that TAC_MNIST names:"),
            .element("pre", [:], [.element("code", text: "swift run \(command())")]),
            HTML.paragraph("This page was written by:"),
            .element("pre", [:], [.element("code", text: commands.joined(separator: "\n"))]),
        ])
    }
}
