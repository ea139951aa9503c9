import Drawing

/// Horizontal bars in groups, with their values.
struct Bars {
    /// A bar.
    struct Bar {
        let name: String
        /// `nil` where there is none yet.
        let value: Double?
        let color: Int

        init(_ name: String, _ value: Double?, color: Int) {
            (self.name, self.value, self.color) = (name, value, color)
        }
    }

    let title: String
    let description: String
    /// What the values are, with their unit.
    let label: String
    let groups: [(name: String, bars: [Bar])]
    /// Digits behind the point.
    let decimals: Int

    private static let width = 560.0
    private static let rowHeight = 17.0
    private static let textWidth = 6.7

    /// The picture.
    func svg() -> Markup {
        let values = groups.flatMap { $0.bars.compactMap(\.value) }
        let (low, high) = (min(0, values.min() ?? 0), max(0, values.max() ?? 1))
        let names = groups.flatMap { [$0.name] + $0.bars.map(\.name) }
        let left = (names.map { Double($0.count) }.max() ?? 0) * Bars.textWidth + 16
        let right = Bars.width - 60
        // Values of negative bars stand on their left.
        let start = low < 0 ? left + 50 : left
        func x(_ value: Double) -> Double { start + (right - start) * (value - low) / max(high - low, 1e-300) }
        var parts: [Markup] = [SVG.text(title, x: 4, y: 16, class: "heading")]
        var y = 30.0
        for group in groups {
            if !group.name.isEmpty {
                parts.append(SVG.text(group.name, x: 4, y: y + 13, class: "label"))
                y += Bars.rowHeight
            }
            for bar in group.bars {
                parts.append(SVG.text(bar.name, x: left - 8, y: y + 13, anchor: "end"))
                parts.append(contentsOf: drawn(bar, y, x))
                y += Bars.rowHeight
            }
            y += 8
        }
        parts.append(SVG.line(x(0), 26, x(0), y, class: "axis"))
        parts.append(SVG.text(label, x: (start + right) / 2, y: y + 18, class: "label", anchor: "middle"))
        return SVG.document(width: Bars.width, height: y + 28, title: title, description: description, parts)
    }

    private func drawn(_ bar: Bar, _ y: Double, _ x: (Double) -> Double) -> [Markup] {
        guard let value = bar.value else {
            return [SVG.text("not measured yet", x: x(0) + 6, y: y + 13, class: "note")]
        }
        let ends = [x(0), x(value)].sorted()
        return [
            SVG.rect(
                x: ends[0], y: y + 3, width: max(1, ends[1] - ends[0]), height: Bars.rowHeight - 5, class: "bar",
                fill: "var(--\(Palette.series(bar.color)))"),
            SVG.text(
                Format.fixed(value, decimals: decimals), x: value < 0 ? ends[0] - 5 : ends[1] + 5, y: y + 13,
                class: "tick", anchor: value < 0 ? "end" : "start"),
        ]
    }
}
