import CropExperiment
import Drawing
import Foundation
import Reproduction

/// The report's figures, each under the number that it has in the paper.
struct ReportFigures {
    /// A run with its figure data.
    struct Run {
        let method: RunMethod
        let figures: RunFigures
    }

    /// The runs that the tables show: equal but for their seeds within a method.
    let main: [Run]
    /// Every run, for figure 6.
    let all: [Run]
    /// The logarithm of the number of crops: the entropy of uniform P(T|X), in nats; `nil` where it is unknown.
    let uniformEntropy: Double?

    /// Runs with their figures' data, and which of them stand for their methods.
    private struct Source {
        /// Every run.
        let all: [Run]
        /// Those that stand for their methods: equal but for their seeds.
        let main: [Run]

        /// The runs of a report; those of the main groups stand for their methods.
        init(_ results: ExperimentResults, _ figures: [RunFigures]) {
            let runs = zip(results.runs, figures).map { Run(method: $0.method, figures: $1) }
            all = runs
            main = RunMethod.allCases.flatMap { results.mainIndices($0) }.filter { $0 < runs.count }.map { runs[$0] }
        }

        /// Runs of a reproduction, all of which stand for their methods.
        init(_ records: [RunRecord]) {
            all = records.compactMap { record in
                guard let method = record.result?.method, let figures = record.figures else { return nil }
                return Run(method: method, figures: figures)
            }
            main = all
        }
    }

    init(_ results: ExperimentResults, _ figures: [RunFigures]) { self.init(Source(results, figures)) }

    init(_ records: [RunRecord]) { self.init(Source(records)) }

    private init(_ source: Source) {
        (all, main) = (source.all, source.main)
        let crops = all.lazy.compactMap { $0.figures.augmentations.first?.probabilities.joined().count }
            .first { $0 > 0 }
        uniformEntropy = crops.map { log(Double($0)) }
    }

    /// Figure 1: what the images look like.
    func samples() -> Markup? {
        guard let samples = all.map(\.figures.samples).first(where: { !$0.isEmpty }) else { return nil }
        let isDerived = samples.contains { $0.cell != nil }
        return HTML.figure(
            HTML.images(samples.prefix(12).map(ImagePanels.sample)), label: "Figure 1 of the paper: the data.",
            caption: isDerived
                ? "Each digit stands in one of the cells (dashed) of an otherwise blank image, and a crop covers "
                    + "a 20×20 part of it. Most crops are blank, and blank crops of different images are equal: an "
                    + "encoder that must give all crops of an image one code has to give all images one code."
                : "The images as they are; a crop covers a 20×20 part of each.")
    }

    /// Figure 3: where P(T|x) looks.
    func augmentations() -> Markup? {
        guard let run = main.first(where: { $0.method == .ours && !$0.figures.augmentations.isEmpty }) else {
            return nil
        }
        let rows = run.figures.augmentations.first?.probabilities ?? []
        let grid = "\(rows.count)×\(rows.first?.count ?? 0)"
        let hasBlankCrops = rows.count > 3
        let panels = run.figures.augmentations.prefix(12).map(ImagePanels.augmentation)
        return HTML.figure(
            .fragment([HTML.images(panels), ImagePanels.colorBar()]),
            label: "Figure 3 of the paper: the trained P(T|x).",
            caption: "Above, test images x with the most probable crop framed; below each, P(T|x) over the "
                + "\(grid) positions of the crop, from the top left to the bottom right, on a scale of its own. "
                + (hasBlankCrops
                    ? "A trained P(T|x) is bright where the digit stands and dark over the blank rest."
                    : "A trained P(T|x) prefers the crops that tell the image from others."))
    }

    /// Figure 3 as a file that needs no other; `nil` without a trained P(T|x).
    func augmentationFile() -> String? {
        guard let run = main.first(where: { $0.method == .ours && !$0.figures.augmentations.isEmpty }) else {
            return nil
        }
        let (width, height) = ImagePanels.augmentationSize
        return SVG.file(
            run.figures.augmentations.prefix(6).map(ImagePanels.augmentation), columns: 6, width: width, height: height,
            title: "The trained P(T|x)",
            description: "Test images with their most probable crop, above the probabilities of all crops")
    }

    /// Figure 6: two-dimensional representations.
    func plane() -> Markup? {
        let panels = RunMethod.allCases.compactMap { method in
            all.first { $0.method == method && !$0.figures.plane.isEmpty }.map { run in
                PlaneScatter.svg(
                    run.figures.plane, title: method == .ours ? "Ours: trained P(T|X)" : "SimCLR: uniform P(T|X)")
            }
        }
        guard !panels.isEmpty else { return nil }
        return HTML.figure(
            HTML.charts(panels), label: "Figure 6 of the paper: two-dimensional representations.",
            caption: "In the middle, h(x) of test images on the unit circle, as in the paper; around it the same "
                + "directions once more with a ring for each class. Classes that keep to their own arcs are told "
                + "apart; a collapsed encoder puts all of them in one place.")
    }

    /// Figure 7: superimposed representations.
    func representations() -> Markup? {
        let shown = RunMethod.allCases.compactMap { method in
            main.first { $0.method == method && !$0.figures.representations.isEmpty }
        }
        guard !shown.isEmpty else { return nil }
        let values = shown.flatMap { $0.figures.representations.joined() }.filter(\.isFinite)
        let greatest = Double(values.map(abs).max() ?? 0.5)
        let charts = shown.map { superimposed($0.figures.representations, $0.method, greatest: greatest) }
        return HTML.figure(
            HTML.charts(charts.map { $0.svg() }), label: "Figure 7 of the paper: superimposed representations.",
            caption: "Each curve is one test image's h(x), coordinate by coordinate. Curves that spread out differ "
                + "from image to image; curves that lie on one another are a collapsed representation.")
    }

    private func superimposed(_ vectors: [[Float]], _ method: RunMethod, greatest: Double) -> Chart {
        let lines = vectors.enumerated().map { index, vector in
            Chart.Line(
                "", vector.enumerated().map { Chart.Point(Double($0.offset + 1), Double($0.element)) },
                color: index % Palette.seriesCount, isFaint: true)
        }
        let dimension = max(vectors.map(\.count).max() ?? 2, 2)
        return Chart(
            title: "\(method.name): \(vectors.count) representations",
            description: "Coordinates of \(vectors.count) representations of \(dimension) dimensions, superimposed",
            horizontal: Chart.Axis("coordinate of h(x)", range: 1...Double(dimension)),
            vertical: Chart.Axis("value", covering: -greatest...greatest), lines: lines)
    }

    /// Figure 8: how orthogonal representations are.
    func innerProducts() -> Markup? {
        let lines = RunMethod.allCases.compactMap { method in
            main.first { $0.method == method && !$0.figures.absoluteInnerProducts.isEmpty }.map { run in
                let values = run.figures.absoluteInnerProducts
                let step = max(1, values.count / 400)
                let last = Double(max(values.count - 1, 1))
                let points = stride(from: 0, to: values.count, by: step).map { index in
                    Chart.Point(100 * Double(index) / last, Double(values[index]))
                }
                return Chart.Line(method.name, points, color: method.color)
            }
        }
        guard !lines.isEmpty else { return nil }
        let chart = Chart(
            title: "Sorted |⟨h(x), h(x′)⟩|",
            description: "Sorted absolute inner products of the representations of random pairs of test images",
            horizontal: Chart.Axis("pairs, in per cent, from the smallest value", range: 0...100),
            vertical: Chart.Axis("|⟨h(x), h(x′)⟩|", range: 0...1), lines: lines)
        return HTML.figure(
            HTML.charts([chart.svg()]), label: "Figure 8 of the paper: orthogonality.",
            caption: "For random pairs of test images. A curve near 0 belongs to representations that are nearly "
                + "orthogonal; a curve near 1 to representations that have collapsed into one direction.")
    }

    /// The training curves of the main runs.
    func trainingCurves() -> Markup? {
        let runs = main.filter { !$0.figures.curves.points.isEmpty }
        guard !runs.isEmpty else { return nil }
        let step = Chart.Axis("step")
        var charts = [
            Chart(
                title: "Objective", description: "The sampled objective against training steps",
                horizontal: step, vertical: Chart.Axis("nats", covering: 0...0.01),
                lines: lines(runs, "h-phase") { $0.representationObjective }
                    + lines(runs, "P-phase", isDashed: true) { $0.augmentationObjective })
        ]
        let entropies = lines(runs, "") { $0.entropy }
        if !entropies.isEmpty {
            charts.append(
                Chart(
                    title: "Entropy of P(T|x)", description: "The mean entropy of P(T|x) against training steps",
                    horizontal: step, vertical: Chart.Axis("nats", covering: 0...(uniformEntropy ?? 1)),
                    lines: entropies, rules: uniformEntropy.map { [Chart.Rule($0, "uniform")] } ?? []))
        }
        let shares = lines(runs, "") { $0.nonBlankShare }
        if !shares.isEmpty {
            charts.append(
                Chart(
                    title: "Crops that are not blank",
                    description: "The share of sampled crops that meet the digit, against training steps",
                    horizontal: step, vertical: Chart.Axis("share", range: 0...1), lines: shares))
        }
        return HTML.figure(
            HTML.charts(charts.map { $0.svg() }), label: "Training.",
            caption: "Records are averaged over equal numbers of steps; where there are several seeds, each has a "
                + "curve, the first drawn strongest. An objective that stays at 0 is the collapse; P(T|x) leaves the uniform distribution when "
                + "its entropy falls and the share of non-blank crops rises. The objective alone does not tell how "
                + "useful a representation is.")
    }

    private func lines(
        _ runs: [Run], _ phase: String, isDashed: Bool = false, _ value: (TrainingCurves.Point) -> Double?
    ) -> [Chart.Line] {
        var named: Set<RunMethod> = []
        return runs.compactMap { run in
            let points = run.figures.curves.points.compactMap { point in
                value(point).map { Chart.Point(Double(point.step), $0) }
            }
            guard !points.isEmpty else { return nil }
            let name = [run.method.name, phase].filter { !$0.isEmpty }.joined(separator: ", ")
            return Chart.Line(
                name, Self.averaged(points), color: run.method.color, isDashed: isDashed,
                isFaint: !named.insert(run.method).inserted)
        }
    }

    /// At most 200 points, each the mean of its neighbours' finite values; NaN where there is none, so that a
    /// diverging run shows a gap.
    static func averaged(_ points: [Chart.Point]) -> [Chart.Point] {
        let width = (points.count + 199) / 200
        guard width > 1 else { return points }
        return stride(from: 0, to: points.count, by: width).map { start in
            let bin = points[start..<min(start + width, points.count)]
            let finite = bin.map(\.y).filter(\.isFinite)
            let x = bin.map(\.x).reduce(0, +) / Double(bin.count)
            return Chart.Point(x, finite.isEmpty ? .nan : finite.reduce(0, +) / Double(finite.count))
        }
    }
}
