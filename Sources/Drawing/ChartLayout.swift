import Foundation

/// Where everything of a chart stands.
struct ChartLayout {
    private let chart: Chart
    private let horizontal: AxisLayout
    private let vertical: AxisLayout
    private let legendRows: [[Chart.Line]]
    private let plot: (left: Double, top: Double, right: Double, bottom: Double)
    private let height: Double
    static let width = 400.0
    private static let plotHeight = 190.0
    private static let legendRowHeight = 18.0

    init(_ chart: Chart) {
        self.chart = chart
        let drawn = chart.lines.flatMap(\.points).filter { point in
            AxisLayout.accepts(point.x, chart.horizontal) && AxisLayout.accepts(point.y, chart.vertical)
        }
        let ruleValues = chart.rules.map(\.value).filter { AxisLayout.accepts($0, chart.vertical) }
        vertical = AxisLayout(chart.vertical, values: drawn.map(\.y) + ruleValues)
        horizontal = AxisLayout(chart.horizontal, values: drawn.map(\.x))
        let labelWidth = vertical.ticks.map { Self.textWidth($0.label) }.max() ?? 0
        legendRows = Self.legend(chart.lines)
        let top = 30 + Double(legendRows.count) * Self.legendRowHeight + (legendRows.isEmpty ? 0 : 6)
        plot = (max(34, labelWidth + 28), top, Self.width - 16, top + Self.plotHeight)
        height = plot.bottom + 44
    }

    func svg() -> Markup {
        let content: Markup =
            horizontal.isEmpty || vertical.isEmpty
            ? SVG.text("no data", x: Self.width / 2, y: (plot.top + plot.bottom) / 2, anchor: "middle")
            : .fragment([grid(), clipped(chart.lines.map(line)), .fragment(chart.rules.map(rule))])
        return SVG.document(
            width: Self.width, height: height, title: chart.title, description: chart.description,
            [SVG.text(chart.title, x: 4, y: 16, class: "heading"), legend(), content])
    }

    private func x(_ value: Double) -> Double { plot.left + (plot.right - plot.left) * horizontal.position(value) }
    private func y(_ value: Double) -> Double { plot.bottom - (plot.bottom - plot.top) * vertical.position(value) }

    private func grid() -> Markup {
        var parts: [Markup] = []
        for tick in vertical.ticks {
            parts.append(SVG.line(plot.left, y(tick.value), plot.right, y(tick.value), class: "grid"))
            parts.append(SVG.text(tick.label, x: plot.left - 6, y: y(tick.value) + 4, anchor: "end"))
        }
        for tick in horizontal.ticks {
            parts.append(SVG.line(x(tick.value), plot.bottom, x(tick.value), plot.bottom + 4, class: "axis"))
            let position = min(x(tick.value), Self.width - 2 - Self.textWidth(tick.label) / 2)
            parts.append(SVG.text(tick.label, x: position, y: plot.bottom + 17, anchor: "middle"))
        }
        parts.append(SVG.line(plot.left, plot.bottom, plot.right, plot.bottom, class: "axis"))
        let middle = (plot.left + plot.right) / 2
        parts.append(
            SVG.text(chart.horizontal.label, x: middle, y: plot.bottom + 36, class: "label", anchor: "middle"))
        let center = (plot.top + plot.bottom) / 2
        parts.append(
            .element(
                "text",
                [
                    "class": "label", "text-anchor": "middle",
                    "transform": "translate(13 \(Format.coordinate(center))) rotate(-90)",
                ], text: chart.vertical.label))
        return .element("g", [:], parts)
    }

    /// Curves stay inside the plot where an axis shows a fixed range: a nested `svg` clips without needing an id that
    /// would have to be unique on the page.
    private func clipped(_ content: [Markup]) -> Markup {
        let margin = 5.0
        let (width, height) = (plot.right - plot.left + 2 * margin, plot.bottom - plot.top + 2 * margin)
        let (left, top) = (plot.left - margin, plot.top - margin)
        return .element(
            "svg",
            [
                "x": Format.coordinate(left), "y": Format.coordinate(top), "width": Format.coordinate(width),
                "height": Format.coordinate(height),
                "viewBox": [left, top, width, height].map(Format.coordinate).joined(separator: " "),
            ], content)
    }

    private func line(_ line: Chart.Line) -> Markup {
        var segments: [[(x: Double, y: Double)]] = [[]]
        for point in line.points {
            if AxisLayout.accepts(point.x, chart.horizontal) && AxisLayout.accepts(point.y, chart.vertical) {
                segments[segments.count - 1].append((x(point.x), y(point.y)))
            } else if !segments[segments.count - 1].isEmpty {
                segments.append([])
            }
        }
        let classes =
            "series \(Palette.series(line.color))" + (line.isDashed ? " dashed" : "") + (line.isFaint ? " faint" : "")
        // A segment of one point is drawn as a dot by its round cap.
        var parts = [SVG.path(segments.filter { !$0.isEmpty }, class: classes)]
        if line.hasMarkers {
            parts += segments.joined().map { point in
                .element(
                    "circle",
                    [
                        "class": "marker \(Palette.series(line.color))", "cx": Format.coordinate(point.x),
                        "cy": Format.coordinate(point.y), "r": "3",
                    ])
            }
        }
        return .fragment(parts)
    }

    private func rule(_ rule: Chart.Rule) -> Markup {
        guard AxisLayout.accepts(rule.value, chart.vertical), (0...1).contains(vertical.position(rule.value)) else {
            return .none
        }
        let height = y(rule.value)
        let isAtTop = height - plot.top < 14
        return .fragment([
            SVG.line(plot.left, height, plot.right, height, class: "rule"),
            SVG.text(
                rule.label, x: plot.right - 2, y: isAtTop ? height + 13 : height - 4, class: "note", anchor: "end"),
        ])
    }

    private func legend() -> Markup {
        var parts: [Markup] = []
        for (row, lines) in legendRows.enumerated() {
            var left = 4.0
            let baseline = 36 + Double(row) * Self.legendRowHeight
            for line in lines {
                let classes = "series \(Palette.series(line.color))" + (line.isDashed ? " dashed" : "")
                parts.append(SVG.path([[(left, baseline - 4), (left + 20, baseline - 4)]], class: classes))
                parts.append(SVG.text(line.name, x: left + 26, y: baseline, class: "label"))
                left += Self.legendWidth(line)
            }
        }
        return .element("g", [:], parts)
    }

    /// One entry for each name, in rows that fit.
    private static func legend(_ lines: [Chart.Line]) -> [[Chart.Line]] {
        var names: Set<String> = [""]
        var rows: [[Chart.Line]] = []
        var used = Double.infinity
        for line in lines where names.insert(line.name).inserted {
            if used + legendWidth(line) > width - 8 {
                rows.append([])
                used = 0
            }
            rows[rows.count - 1].append(line)
            used += legendWidth(line)
        }
        return rows
    }

    private static func legendWidth(_ line: Chart.Line) -> Double { 26 + textWidth(line.name) * 1.06 + 16 }

    /// About how wide a text of 12 units stands in a usual sans-serif face.
    static func textWidth(_ text: String) -> Double { 6.7 * Double(text.count) }
}

/// One axis with its range and ticks settled.
struct AxisLayout {
    let ticks: [(value: Double, label: String)]
    /// Whether nothing can be shown.
    let isEmpty: Bool
    private let scale: Ticks.Scale
    private let range: ClosedRange<Double>

    init(_ axis: Chart.Axis, values: [Double]) {
        let bounds = [axis.covering?.lowerBound, axis.covering?.upperBound].compactMap { $0 }
        let all = (values + bounds).filter { Self.accepts($0, axis) }
        guard !values.isEmpty, let low = all.min(), let high = all.max() else {
            (ticks, isEmpty, scale, range) = ([], true, axis.scale, 0...1)
            return
        }
        let found = Ticks(covering: axis.range ?? low...high, scale: axis.scale)
        range = axis.range ?? (found.values.first ?? low)...(found.values.last ?? high)
        let shown = range
        let marks =
            axis.ticks.map { values in values.map { (value: $0, label: Format.significant($0)) } }
            ?? zip(found.values, found.labels).map { (value: $0, label: $1) }
        ticks = marks.filter { shown.contains($0.value) }
        isEmpty = false
        scale = axis.scale
    }

    /// The value's place: 0 at the range's lower bound, 1 at its upper bound, held to a little more than that so that
    /// coordinates stay finite.
    func position(_ value: Double) -> Double {
        let place: Double
        switch scale {
        case .linear:
            // Halves, because the extent of a range of finite bounds may overflow.
            place = (value / 2 - range.lowerBound / 2) / (range.upperBound / 2 - range.lowerBound / 2)
        case .logarithmic:
            let low = log(range.lowerBound)
            place = (log(value) - low) / (log(range.upperBound) - low)
        }
        return min(max(place, -2), 3)
    }

    static func accepts(_ value: Double, _ axis: Chart.Axis) -> Bool {
        value.isFinite && (axis.scale == .linear || value > 0)
    }
}
