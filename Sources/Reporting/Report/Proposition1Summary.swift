import Drawing

/// What the check of Proposition 1 by numerical integration found, as plain data for the report.
public struct Proposition1Summary: Sendable {
    /// One channel's quantities, in nats.
    public struct Row: Equatable, Sendable {
        /// The channel's name.
        public var channel: String
        /// I(X;Z) from the normalised densities.
        public var byDefinition: Double
        /// I(X;Z) by equation (2).
        public var byEquation2: Double
        /// The greatest difference between the two that their errors allow.
        public var error: Double
        /// What those errors are, in words: a rounding bound, a quadrature estimate or statistical.
        public var errorKind: String
        /// The Jensen lower bound (16).
        public var jensenBound: Double
        /// Whether every check of the channel passed.
        public var passes: Bool
        /// What the channel shows; empty where nobody said.
        public var purpose = ""
        /// What does not hold, a line each.
        public var failures: [String] = []

        /// The two routes' difference.
        public var difference: Double { byEquation2 - byDefinition }

        /// Describes a channel's result.
        public init(
            channel: String, byDefinition: Double, byEquation2: Double, error: Double, errorKind: String,
            jensenBound: Double, passes: Bool
        ) {
            self.channel = channel
            self.byDefinition = byDefinition
            self.byEquation2 = byEquation2
            self.error = error
            self.errorKind = errorKind
            self.jensenBound = jensenBound
            self.passes = passes
        }
    }

    /// A chart with what to see in it.
    public struct Figure: Sendable {
        /// The chart.
        public var chart: Chart
        /// What the reader should see.
        public var caption: String

        /// Pairs a chart with its caption.
        public init(_ chart: Chart, caption: String) {
            self.chart = chart
            self.caption = caption
        }
    }

    /// One row for each channel.
    public var rows: [Row]
    /// Density ratio, gaps against β and d.
    public var figures: [Figure]

    /// Collects rows and figures; either may be empty.
    public init(rows: [Row], figures: [Figure] = []) {
        self.rows = rows
        self.figures = figures
    }

    /// The section's content.
    func content() -> Markup {
        let failures = rows.filter { !$0.passes }.count
        let verdict =
            failures == 0
            ? (rows.count == 1 ? "The channel passes." : "All \(rows.count) channels pass.")
            : "\(failures) of \(rows.count) channels fail."
        let table = HTML.table(
            caption: "I(X;Z) in nats by two independent routes: from the normalised densities, and by equation (2) in "
                + "which the constant C has cancelled. A channel passes where they agree within the sum of their errors, "
                + "these are small enough to be of use, and the Jensen bound (16) is not above I(X;Z). \(verdict)",
            head: [
                "Channel", "I by definition", "I by (2)", "Difference", "Errors", "Jensen bound (16)",
                "What the errors are", "Verdict",
            ],
            numbers: 1...5,
            rows.map { row in
                [
                    .text(row.channel), .text(Format.significant(row.byDefinition, digits: 9)),
                    .text(Format.significant(row.byEquation2, digits: 9)),
                    .text(Format.significant(row.difference, digits: 2)),
                    .text(Format.significant(row.error, digits: 2)),
                    .text(Format.significant(row.jensenBound, digits: 9)), .text(row.errorKind),
                    HTML.mark(row.passes ? "pass" : "fail", text: row.passes ? "✓ pass" : "✗ fail"),
                ]
            })
        let drawn = figures.map { HTML.figure($0.chart.svg(), label: "", caption: $0.caption) }
        return .fragment(
            (rows.isEmpty ? [] : [table]) + rows.flatMap(Proposition1Summary.complaints)
                + (drawn.isEmpty ? [] : [HTML.charts(drawn)]) + [purposes()])
    }

    private static func complaints(_ row: Row) -> [Markup] {
        row.failures.map { .element("p", ["class": "notice", "role": "note"], text: "\(row.channel): \($0)") }
    }

    private func purposes() -> Markup {
        let known = rows.filter { !$0.purpose.isEmpty }
        guard !known.isEmpty else { return .none }
        return HTML.table(
            caption: "What the channels show.", head: ["Channel", "Purpose"], numbers: nil,
            known.map { [.text($0.channel), .text($0.purpose)] })
    }
}
