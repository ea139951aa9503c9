import Diagnostics

/// A dot for every number, a row for every group: numbers to be compared with each other, and with a reference.
package struct DotChart: Sendable {
    /// The numbers of one series in a row.
    package struct Mark: Sendable {
        /// Which series: its colour, and its name in the legend.
        package var series: Int
        /// The single values, drawn small; their mean is drawn large.
        package var values: [Double]
        /// What they are to be compared with; `nil` for nothing.
        package var reference: Double?

        /// Describes numbers.
        ///
        /// - Precondition: at least one value.
        package init(series: Int, values: [Double], reference: Double? = nil) {
            require(!values.isEmpty, "a mark without a value")
            (self.series, self.values, self.reference) = (series, values, reference)
        }

        /// Quotients first: their sum is finite where the values are.
        var mean: Double { values.reduce(0) { $0 + $1 / Double(values.count) } }
    }

    /// A group.
    package struct Row: Sendable {
        /// What stands before its numbers.
        package var label: String
        /// Its numbers, one below the other.
        package var marks: [Mark]

        /// Describes a group.
        package init(_ label: String, _ marks: [Mark]) { (self.label, self.marks) = (label, marks) }
    }

    /// The heading above the rows.
    package var title: String
    /// What the chart shows, for a reader who cannot see it.
    package var description: String
    /// The horizontal axis.
    package var axis: Chart.Axis
    /// The names of the series.
    package var series: [String]
    /// The name of the references in the legend.
    package var referenceName: String
    /// The groups, the first at the top.
    package var rows: [Row]

    /// Describes a chart.
    package init(
        title: String, description: String, axis: Chart.Axis, series: [String], referenceName: String, rows: [Row]
    ) {
        (self.title, self.description, self.axis) = (title, description, axis)
        (self.series, self.referenceName, self.rows) = (series, referenceName, rows)
    }

    private static let markHeight = 13.0
    private static let rowGap = 8.0
    private static let top = 48.0

    private static func height(of row: Row) -> Double { Double(max(row.marks.count, 1)) * markHeight + rowGap }

    /// The chart as an SVG element, 400 units wide.
    package func svg() -> Markup {
        let marks = rows.flatMap(\.marks)
        let layout = AxisLayout(axis, values: marks.flatMap { $0.values + ($0.reference.map { [$0] } ?? []) })
        let left = min((rows.map { ChartLayout.textWidth($0.label) }.max() ?? 0) * 1.1, 200) + 16
        let right = ChartLayout.width - 16
        let bottom = Self.top + rows.reduce(0) { $0 + Self.height(of: $1) }
        func x(_ value: Double) -> Double { left + (right - left) * layout.position(value) }

        var parts = [
            SVG.text(title, x: 4, y: 16, class: "heading"),
            legend(hasReference: marks.contains { $0.reference != nil }),
        ]
        for tick in layout.ticks {
            parts.append(SVG.line(x(tick.value), Self.top, x(tick.value), bottom, class: "grid"))
            let position = min(x(tick.value), ChartLayout.width - 2 - ChartLayout.textWidth(tick.label) / 2)
            parts.append(SVG.text(tick.label, x: position, y: bottom + 15, anchor: "middle"))
        }
        parts.append(SVG.text(axis.label, x: (left + right) / 2, y: bottom + 34, class: "label", anchor: "middle"))
        var y = Self.top
        for row in rows {
            let height = Self.height(of: row)
            parts.append(SVG.text(row.label, x: left - 8, y: y + height / 2 + 4, class: "label", anchor: "end"))
            for (index, mark) in row.marks.enumerated() {
                let center = y + Self.rowGap / 2 + (Double(index) + 0.5) * Self.markHeight
                parts += draw(mark, at: center, x)
            }
            y += height
        }
        return SVG.document(
            width: ChartLayout.width, height: bottom + 44, title: title, description: description, parts)
    }

    private func draw(_ mark: Mark, at y: Double, _ x: (Double) -> Double) -> [Markup] {
        // A number that is none has no place.
        guard mark.values.allSatisfy(\.isFinite) else { return [] }
        let color = Palette.series(mark.series)
        var parts: [Markup] = []
        if let reference = mark.reference, reference.isFinite {
            parts.append(SVG.line(x(reference), y - 6, x(reference), y + 6, class: "series \(color)"))
        }
        if mark.values.count > 1 { parts.append(SVG.dots(mark.values.map { (x($0), y) }, class: "small \(color)")) }
        parts.append(Self.dot(x(mark.mean), y, color))
        return parts
    }

    private func legend(hasReference: Bool) -> Markup {
        var parts: [Markup] = []
        var left = 8.0
        for (index, name) in series.enumerated() {
            parts.append(Self.dot(left, 32, Palette.series(index)))
            parts.append(SVG.text(name, x: left + 9, y: 36, class: "label"))
            left += 9 + ChartLayout.textWidth(name) * 1.06 + 16
        }
        if hasReference {
            parts.append(SVG.line(left, 26, left, 38, class: "axis"))
            parts.append(SVG.text(referenceName, x: left + 7, y: 36, class: "label"))
        }
        return .element("g", [:], parts)
    }

    private static func dot(_ x: Double, _ y: Double, _ color: String) -> Markup {
        .element(
            "circle", ["class": "marker \(color)", "cx": Format.coordinate(x), "cy": Format.coordinate(y), "r": "4"])
    }
}
