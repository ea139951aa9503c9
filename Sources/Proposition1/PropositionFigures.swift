import AugmentationChannel
import Foundation

/// Curves that the report draws, as numbers.
public struct FigureData: Sendable, Equatable {
    /// One curve.
    public struct Curve: Sendable, Equatable {
        /// Its name in the legend.
        public let name: String
        /// Abscissas.
        public let x: [Double]
        /// Ordinates, one for each abscissa.
        public let y: [Double]
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
}

/// The figures of Proposition 1.
public enum PropositionFigures {
    /// p(z|x)/p(z) round the circle for each image of a two-dimensional von Mises–Fisher channel.
    ///
    /// The mean of its logarithm over p(x, z) is I(X;Z).
    ///
    /// - Precondition: the channel lives on the circle.
    public static func densityRatio(_ channel: FiniteChannel, points: Int = 361) -> FigureData {
        precondition(
            channel.family.kind == .vonMisesFisher && channel.family.dimension == 2,
            "expected a channel on the circle, found \(channel.family)")
        let angles = (0..<points).map { 2 * Double.pi * Double($0) / Double(points - 1) }
        let embeddings = channel.encoder.flatMap { $0 }
        let weights = zip(channel.prior, channel.augmentation).flatMap { prior, row in row.map { prior * $0 } }
        var ratios = [[Double]](repeating: [], count: channel.images)
        for angle in angles {
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
        return FigureData(
            title: "Density ratio on the circle", xLabel: "angle of z (radians)", yLabel: "p(z|x) / p(z)",
            hasLogarithmicX: false, hasLogarithmicY: false,
            curves: ratios.enumerated().map { .init(name: "x\($0 + 1)", x: angles, y: $1) })
    }

    /// I(X;Z), its Jensen bound and the mean approximations against β, in a fixed dimension.
    public static func againstBeta(dimension: Int = 50, betas: [Double]? = nil) throws -> FigureData {
        let betas = betas ?? (0...24).map { pow(10, -1 + Double($0) / 6) }
        return try curves(
            title: "I(X;Z) and its stand-ins against β, d = \(dimension)", xLabel: "β", abscissas: betas
        ) { try example(dimension: dimension, beta: $0) }
    }

    /// The same against the dimension d, at a fixed β.
    public static func againstDimension(beta: Double = 0.5, dimensions: [Int]? = nil) throws -> FigureData {
        let dimensions = dimensions ?? [2, 3, 4, 6, 8, 12, 16, 24, 32, 50, 64, 100, 128]
        return try curves(
            title: "I(X;Z) and its stand-ins against d, β = \(beta)", xLabel: "d",
            abscissas: dimensions.map(Double.init)
        ) { try example(dimension: Int($0), beta: beta) }
    }

    private static func curves(
        title: String, xLabel: String, abscissas: [Double], _ channel: (Double) throws -> FiniteChannel
    ) throws -> FigureData {
        // Six digits are more than a drawing shows.
        var settings = QuadratureSettings()
        settings.relativeTolerance = 1e-6
        let evaluations = try abscissas.map { try Evaluation(channel($0), settings: settings) }
        func curve(_ name: String, _ value: (Evaluation) -> Double) -> FigureData.Curve {
            .init(name: name, x: abscissas, y: evaluations.map(value))
        }
        return FigureData(
            title: title, xLabel: xLabel, yLabel: "nats", hasLogarithmicX: true, hasLogarithmicY: false,
            curves: [
                curve("I(X;Z)") { $0.informationByEquation2.value },
                curve("Jensen bound (16)") { $0.jensenBound.value },
                curve("mean approximation (17), z = h") { $0.meanApproximation },
                curve("with the true mean, z = A·h") { $0.trueMeanApproximation },
                curve("H(X)") { $0.entropyX },
            ])
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
