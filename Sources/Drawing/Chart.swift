/// A line chart as data: what is drawn, not how. `svg()` draws it.
public struct Chart: Sendable {
    /// A point in data coordinates. Points that are not finite, or not positive on a logarithmic axis, interrupt a line.
    public struct Point: Equatable, Sendable {
        /// The horizontal value.
        public var x: Double
        /// The vertical value.
        public var y: Double

        /// Places a point.
        public init(_ x: Double, _ y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// A curve.
    public struct Line: Sendable {
        /// The name in the legend; an empty one has no entry.
        public var name: String
        /// Points by ascending x.
        public var points: [Point]
        /// Which series colour: 0 is ours, 1 is simCLR.
        public var color: Int
        /// Whether the curve is dashed.
        public var isDashed: Bool
        /// Whether a dot marks every point.
        public var hasMarkers: Bool
        /// Whether the curve is one of many and drawn thin and pale.
        public var isFaint: Bool

        /// Describes a curve.
        public init(
            _ name: String, _ points: [Point], color: Int, isDashed: Bool = false, hasMarkers: Bool = false,
            isFaint: Bool = false
        ) {
            self.name = name
            self.points = points
            self.color = color
            self.isDashed = isDashed
            self.hasMarkers = hasMarkers
            self.isFaint = isFaint
        }
    }

    /// A horizontal line at a value worth comparing with.
    public struct Rule: Sendable {
        /// Where it stands.
        public var value: Double
        /// What it is, written above its right end.
        public var label: String

        /// Describes a rule.
        public init(_ value: Double, _ label: String) {
            self.value = value
            self.label = label
        }
    }

    /// One axis.
    public struct Axis: Sendable {
        /// What the axis measures, with its unit.
        public var label: String
        /// How positions follow from values.
        public var scale: Ticks.Scale
        /// The range to show exactly; `nil` for round numbers around the data.
        public var range: ClosedRange<Double>?
        /// A range that the axis covers at least, whatever the data.
        public var covering: ClosedRange<Double>?
        /// Where ticks stand; `nil` for round numbers. Ticks outside the range are not drawn.
        public var ticks: [Double]?

        /// Describes an axis.
        public init(
            _ label: String, scale: Ticks.Scale = .linear, range: ClosedRange<Double>? = nil,
            covering: ClosedRange<Double>? = nil, ticks: [Double]? = nil
        ) {
            self.label = label
            self.scale = scale
            self.range = range
            self.covering = covering
            self.ticks = ticks
        }
    }

    /// The heading above the plot.
    public var title: String
    /// What the chart shows, for a reader who cannot see it.
    public var description: String
    /// The horizontal axis.
    public var horizontal: Axis
    /// The vertical axis.
    public var vertical: Axis
    /// Curves, the first at the bottom.
    public var lines: [Line]
    /// Horizontal rules.
    public var rules: [Rule]

    /// Describes a chart.
    public init(
        title: String, description: String, horizontal: Axis, vertical: Axis, lines: [Line], rules: [Rule] = []
    ) {
        self.title = title
        self.description = description
        self.horizontal = horizontal
        self.vertical = vertical
        self.lines = lines
        self.rules = rules
    }

    /// The chart as an SVG element, 400 units wide.
    public func svg() -> Markup { ChartLayout(self).svg() }

    /// The chart as an SVG file that needs no other, on a background of its own.
    public func file() -> String { SVG.file(svg()) }
}
