import AugmentationChannel
import Diagnostics
import Foundation
import Tensors

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

/// The figures of Proposition 1.
public enum PropositionFigures {
    /// All of them: the density ratio on the circle, I(X;Z) and its stand-ins against β, the gaps against β and against d.
    ///
    /// Takes about a second.
    ///
    /// - Throws: `GSLError` when an integral fails.
    public static func all() throws -> [FigureData] {
        let sweep = try Sweep.overBeta()
        return [try sharedCode(), standIns(sweep), gaps(sweep), gaps(try Sweep.overDimension())]
    }

    /// Figure 1's example on the circle: two images that share a code.
    static func sharedCode() throws -> FigureData {
        let channel = try FiniteChannel(
            family: NoiseFamily(kind: .vonMisesFisher, dimension: 2, beta: 8), prior: [0.5, 0.5],
            augmentation: [[0.5, 0.5], [0.5, 0.5]], encoder: [[[-1, 0], [0, 1]], [[-1, 0], [0, -1]]])
        let evaluation = try Evaluation(channel)
        let ratios = densityRatio(channel)
        let x = angles(ratios[0].count)
        return FigureData(
            title: "What z says of the image: p(z|x) / p(z)", xLabel: "angle of z on the circle (radians)",
            yLabel: "p(z|x) / p(z)", hasLogarithmicX: false, hasLogarithmicY: false,
            curves: ratios.enumerated().map { .init("x\($0 + 1)", x, $1, color: $0) },
            caption: """
                Figure 1 of the paper as a channel: each of two images has a crop of its own (codes at π/2 and at 3π/2) \
                and both have the blank one (code at π); β = 8. At the shared code the ratio is 1 for both, so that z says \
                nothing there; near an image's own code it tends to 2 = 1/p(x), the most that it can be, and for the other \
                image to 0. The mean of its logarithm over p(x, z) is I(X;Z) = \
                \(text(evaluation.informationByEquation2.value)) nats, of H(X) = \(text(evaluation.entropyX)): what the \
                shared code loses no noise level brings back, only another P(T|X).
                """)
    }

    private static func standIns(_ sweep: Sweep) -> FigureData {
        let x = sweep.abscissas
        func curve(
            _ name: String, color: Int, isDashed: Bool = false, _ value: (Evaluation) -> Double
        ) -> FigureData.Curve { .init(name, x, sweep.evaluations.map(value), color: color, isDashed: isDashed) }
        let crossing = zip(x, sweep.evaluations).first { $0.1.meanApproximation < $0.1.informationByEquation2.value }
        let below = crossing.map { " From β = \(text($0.0)) on it lies below." } ?? ""
        return FigureData(
            title: "I(X;Z) and what stands in for it, \(sweep.fixed)", xLabel: sweep.label, yLabel: "nats",
            hasLogarithmicX: true, hasLogarithmicY: true,
            curves: [
                curve("H(X)", color: 3, isDashed: true) { $0.entropyX },
                curve("I(X;Z)", color: 0) { $0.informationByEquation2.value },
                curve("bound (16)", color: 2, isDashed: true) { $0.jensenBound.value },
                curve("(17), z = h", color: 1) { $0.meanApproximation },
                curve("(17), z = A·h", color: 1, isDashed: true) { $0.trueMeanApproximation },
            ],
            caption: """
                Four images a quarter turn apart in a plane of S⁴⁹, with two views 10° apart. (17) with z = h is the limit \
                of simCLR's objective (20). It is not a bound on I(X;Z): for small β it lies far above, because p(z|h) is \
                nearly uniform and z hardly ever comes near h; even the true mean A·h does not make it a bound.\(below) \
                For large β (16) and (17) turn negative, where a logarithmic axis ends: Jensen's inequality pays \
                β(1 − cos 10°)/2 for views that are not equal.
                """)
    }

    private static func gaps(_ sweep: Sweep) -> FigureData {
        let x = sweep.abscissas
        func curve(
            _ name: String, color: Int, isDashed: Bool = false, _ value: (Evaluation) -> Double
        ) -> FigureData.Curve { .init(name, x, sweep.evaluations.map(value), color: color, isDashed: isDashed) }
        func excess(_ evaluation: Evaluation) -> Double {
            evaluation.meanApproximation - evaluation.informationByEquation2.value
        }
        var curves = [
            curve("(17) − I(X;Z)", color: 1, excess), curve("I(X;Z) − (16)", color: 2) { $0.jensenGap.value },
            curve("I(X;Z)", color: 0, isDashed: true) { $0.informationByEquation2.value },
        ]
        if sweep.evaluations.contains(where: { excess($0) < 0 }) {
            curves.insert(curve("I(X;Z) − (17)", color: 1, isDashed: true) { -excess($0) }, at: 1)
        }
        return FigureData(
            title: "The two gaps, \(sweep.fixed)", xLabel: sweep.label, yLabel: "nats", hasLogarithmicX: true,
            hasLogarithmicY: true, curves: curves, caption: sweep.caption)
    }

    private static func angles(_ count: Int) -> [Double] {
        (0..<count).map { 2 * Double.pi * Double($0) / Double(count - 1) }
    }

    /// Three significant digits.
    private static func text(_ value: Double) -> String { String(format: "%.3g", value) }

    /// p(z|x)/p(z) round the circle for each image of a two-dimensional von Mises–Fisher channel, `[image][angle]`, at
    /// equally spaced angles from 0 to 2π.
    ///
    /// The mean of its logarithm over p(x, z) is I(X;Z). At most 1/p(x), at least 0.
    ///
    /// - Precondition: the channel lives on the circle.
    public static func densityRatio(_ channel: FiniteChannel, points: Int = 361) -> [[Double]] {
        require(
            channel.family.kind == .vonMisesFisher && channel.family.dimension == 2,
            "expected a channel on the circle, found \(channel.family)")
        let embeddings = channel.encoder.flatMap { $0 }
        let weights = zip(channel.prior, channel.augmentation).flatMap { prior, row in row.map { prior * $0 } }
        var ratios = [[Double]](repeating: [], count: channel.images)
        for angle in angles(points) {
            let z = [cos(angle), sin(angle)]
            let scores = embeddings.map { embedding in
                z.withUnsafeBufferPointer { z in
                    embedding.withUnsafeBufferPointer {
                        channel.family.similarity.score(z, $0, beta: channel.family.beta)
                    }
                }
            }
            scores.withUnsafeBufferPointer { all in
                weights.withUnsafeBufferPointer { allWeights in
                    for image in 0..<channel.images {
                        let own = image * channel.views..<(image + 1) * channel.views
                        channel.augmentation[image].withUnsafeBufferPointer { ownWeights in
                            let information = pointwiseInformation(
                                own: ScoreRow(UnsafeBufferPointer(rebasing: all[own])), ownWeights: ownWeights,
                                all: ScoreRow(all), allWeights: allWeights)
                            ratios[image].append(exp(information))
                        }
                    }
                }
            }
        }
        return ratios
    }

    /// Evaluations of one example along one parameter.
    struct Sweep {
        let label: String
        let fixed: String
        let abscissas: [Double]
        let evaluations: [Evaluation]
        let caption: String

        static func overBeta(dimension: Int = 50, betas: [Double]? = nil) throws -> Sweep {
            let betas = betas ?? (0...24).map { pow(10, -1 + Double($0) / 6) }
            let evaluations = try evaluate(betas) { try example(dimension: dimension, beta: $0) }
            return Sweep(
                label: "β", fixed: "d = \(dimension)", abscissas: betas, evaluations: evaluations,
                caption: """
                    What each step of the paper costs, for the same channels. Jensen's inequality loses I(X;Z) − (16): \
                    little, as long as β is moderate and the views of an image are close together. Putting h for z changes \
                    the value by far more, upwards for small β and downwards (dashed) for large β.
                    """)
        }

        static func overDimension(beta: Double = 0.5, dimensions: [Int]? = nil) throws -> Sweep {
            let dimensions = dimensions ?? [2, 3, 4, 6, 8, 12, 16, 24, 32, 50, 64, 100, 128]
            let evaluations = try evaluate(dimensions.map(Double.init)) { try example(dimension: Int($0), beta: beta) }
            let paper = zip(dimensions, evaluations).first { $0.0 == 50 }?.1
            let atPaper =
                paper.map { evaluation in
                    let information = evaluation.informationByEquation2.value
                    let approximation = evaluation.meanApproximation
                    return " At d = 50, the paper's, (17) reads \(text(approximation)) nats and I(X;Z) is "
                        + "\(text(information)): \(String(format: "%.0f", approximation / information)) times less."
                } ?? ""
            return Sweep(
                label: "d", fixed: "β = \(beta)", abscissas: dimensions.map(Double.init), evaluations: evaluations,
                caption: """
                    The same at the paper's β, against the dimension. A density with this β is nearly uniform on a sphere of \
                    many dimensions, so that I(X;Z) falls like β²/2d; (17) sees only the angles between codes and does not \
                    fall at all.\(atPaper) Ascending the simCLR objective may well raise I(X;Z); its value neither bounds \
                    nor estimates it here.
                    """)
        }

        private static func evaluate(
            _ abscissas: [Double], _ channel: @Sendable (Double) throws -> FiniteChannel
        ) throws -> [Evaluation] {
            // Six digits are more than a drawing shows.
            var settings = QuadratureSettings()
            settings.relativeTolerance = 1e-6
            let chosen = settings
            return try Parallel.map(abscissas.count) { try Evaluation(channel(abscissas[$0]), settings: chosen) }
        }

        /// Four images at the corners of a square, two views of each 10° apart.
        private static func example(dimension: Int, beta: Double) throws -> FiniteChannel {
            let encoder = (0..<4).map { image in
                [-5.0, 5].map { offset -> [Double] in
                    let angle = (Double(image) * 90 + offset) * Double.pi / 180
                    return [cos(angle), sin(angle)] + [Double](repeating: 0, count: dimension - 2)
                }
            }
            return try FiniteChannel(
                family: NoiseFamily(kind: .vonMisesFisher, dimension: dimension, beta: beta),
                prior: [0.25, 0.25, 0.25, 0.25], augmentation: [[Double]](repeating: [0.5, 0.5], count: 4),
                encoder: encoder)
        }
    }
}
