import AugmentationChannel
import Diagnostics
import Foundation
import Tensors

/// The figures of Proposition 1.
public enum PropositionFigures {
    /// All of them: the density ratio on the circle, I(X;Z) and its stand-ins against β, the gaps against β and against d.
    ///
    /// Takes about a second.
    ///
    /// - Throws: `GSLError` when an integral fails.
    public static func all() throws -> [FigureData] {
        let sweep = try Sweep.overBeta()
        return [
            try sharedCode(), standIns(sweep, caption: captionOfStandIns(sweep)), gaps(sweep),
            gaps(try Sweep.overDimension()),
        ]
    }

    /// Those of one channel: on the circle its density ratio, and for every channel I(X;Z), its stand-ins and the gaps
    /// against β around its own.
    ///
    /// Takes seconds for channels of three dimensions or more.
    ///
    /// - Throws: as ``Evaluation/init(_:settings:)``.
    public static func of(_ channel: FiniteChannel) throws -> [FigureData] {
        let own = try Evaluation(channel)
        let sweep = try Sweep.around(channel)
        var figures: [FigureData] = []
        if channel.family.kind == .vonMisesFisher && channel.family.dimension == 2 {
            figures.append(
                densityRatioFigure(
                    channel,
                    caption: """
                        At most 1/p(x) for each image x, and 1 where z says nothing of it. The mean of the logarithm over \
                        p(x, z) is I(X;Z) = \(text(own.informationByEquation2.value)) nats, of H(X) = \
                        \(text(own.entropyX)).
                        """))
        }
        guard sweep.abscissas.count > 1 else { return figures }
        let caption = """
            The channel of the file, with other β. At its own, β = \(text(channel.family.beta)), I(X;Z) is \
            \(text(own.informationByEquation2.value)) of H(X) = \(text(own.entropyX)) nats, the bound (16) \
            \(text(own.jensenBound.value)) and the mean approximation (17) \(text(own.meanApproximation)). Values that are \
            not positive have no place on the logarithmic axis.
            """
        return figures + [standIns(sweep, caption: caption), gaps(sweep)]
    }

    /// p(z|x)/p(z) of a channel on the circle, a curve for each image.
    private static func densityRatioFigure(_ channel: FiniteChannel, caption: String) -> FigureData {
        let ratios = densityRatio(channel)
        let x = angles(ratios[0].count)
        return FigureData(
            title: "What z says of the image: p(z|x) / p(z)", xLabel: "angle of z on the circle (radians)",
            yLabel: "p(z|x) / p(z)", hasLogarithmicX: false, hasLogarithmicY: false,
            curves: ratios.enumerated().map { .init("x\($0 + 1)", x, $1, color: $0) }, caption: caption)
    }

    /// Figure 1's example on the circle: two images that share a code.
    static func sharedCode() throws -> FigureData {
        let channel = try FiniteChannel(
            family: NoiseFamily(kind: .vonMisesFisher, dimension: 2, beta: 8), prior: [0.5, 0.5],
            augmentation: [[0.5, 0.5], [0.5, 0.5]], encoder: [[[-1, 0], [0, 1]], [[-1, 0], [0, -1]]])
        let evaluation = try Evaluation(channel)
        return densityRatioFigure(
            channel,
            caption: """
                Figure 1 of the paper as a channel: each of two images has a crop of its own (codes at π/2 and at 3π/2) \
                and both have the blank one (code at π); β = 8. At the shared code the ratio is 1 for both, so that z says \
                nothing there; near an image's own code it tends to 2 = 1/p(x), the most that it can be, and for the other \
                image to 0. The mean of its logarithm over p(x, z) is I(X;Z) = \
                \(text(evaluation.informationByEquation2.value)) nats, of H(X) = \(text(evaluation.entropyX)): what the \
                shared code loses no noise level brings back, only another P(T|X).
                """)
    }

    private static func captionOfStandIns(_ sweep: Sweep) -> String {
        let crossing = zip(sweep.abscissas, sweep.evaluations).first {
            $0.1.meanApproximation < $0.1.informationByEquation2.value
        }
        let below = crossing.map { " From β = \(text($0.0)) on it lies below." } ?? ""
        return """
            Four images a quarter turn apart in a plane of S⁴⁹, with two views 10° apart. (17) with z = h is the limit \
            of simCLR's objective (20). It is not a bound on I(X;Z): for small β it lies far above, because p(z|h) is \
            nearly uniform and z hardly ever comes near h; even the true mean A·h does not make it a bound.\(below) \
            For large β (16) and (17) turn negative, where a logarithmic axis ends: Jensen's inequality pays \
            β(1 − cos 10°)/2 for views that are not equal.
            """
    }

    private static func standIns(_ sweep: Sweep, caption: String) -> FigureData {
        func curve(
            _ name: String, color: Int, isDashed: Bool = false, _ value: (Evaluation) -> Double
        ) -> FigureData.Curve {
            .init(name, sweep.abscissas, sweep.evaluations.map(value), color: color, isDashed: isDashed)
        }
        return FigureData(
            title: "I(X;Z) and what stands in for it, \(sweep.fixed)", xLabel: sweep.label, yLabel: "nats",
            hasLogarithmicX: true, hasLogarithmicY: true,
            curves: [
                curve("H(X)", color: 3, isDashed: true) { $0.entropyX },
                curve("I(X;Z)", color: 0) { $0.informationByEquation2.value },
                curve("bound (16)", color: 2, isDashed: true) { $0.jensenBound.value },
                curve("(17), z = h", color: 1) { $0.meanApproximation },
                curve("(17), z = A·h", color: 1, isDashed: true) { $0.trueMeanApproximation },
            ], caption: caption)
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
    static func text(_ value: Double) -> String { String(format: "%.3g", value) }

    /// p(z|x)/p(z) round the circle for each image of a two-dimensional von Mises–Fisher channel, `[image][angle]`, at
    /// equally spaced angles from 0 to 2π.
    ///
    /// The mean of its logarithm over p(x, z) is I(X;Z). At most 1/p(x), at least 0.
    ///
    /// - Precondition: the channel lives on the circle; at least two points.
    public static func densityRatio(_ channel: FiniteChannel, points: Int = 361) -> [[Double]] {
        require(
            channel.family.kind == .vonMisesFisher && channel.family.dimension == 2,
            "expected a channel on the circle, found \(channel.family)")
        require(points >= 2, "\(points) points round the circle: expected both ends")
        let embeddings = channel.encoder.flatMap { $0 }
        let weights = channel.viewProbabilities
        var ratios = [[Double]](repeating: [], count: channel.images)
        for angle in angles(points) {
            let z = [cos(angle), sin(angle)]
            let scores = embeddings.map { channel.family.similarity.score(z, $0, beta: channel.family.beta) }
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
}
