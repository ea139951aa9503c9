/// Curves that the report draws, as numbers.
public struct FigureData: Sendable, Equatable {
    /// One curve.
    public struct Curve: Sendable, Equatable {
        /// Its name in the legend.
        public let name: String
        /// Abscissas.
        public let x: [Double]
        /// Ordinates, one for each abscissa; those that are not positive have no place on a logarithmic axis.
        public let y: [Double]
        /// Which colour, from 0: curves that belong together share one.
        public let color: Int
        /// Whether the curve is dashed.
        public let isDashed: Bool

        init(_ name: String, _ x: [Double], _ y: [Double], color: Int, isDashed: Bool = false) {
            (self.name, self.x, self.y, self.color, self.isDashed) = (name, x, y, color, isDashed)
        }
    }

    /// The title.
    public let title: String
    /// What the abscissa is.
    public let xLabel: String
    /// What the ordinate is, with its unit.
    public let yLabel: String
    /// Whether the axes are logarithmic.
    public let hasLogarithmicX: Bool
    /// See ``hasLogarithmicX``.
    public let hasLogarithmicY: Bool
    /// The curves.
    public let curves: [Curve]
    /// What the reader should see.
    public let caption: String
}
