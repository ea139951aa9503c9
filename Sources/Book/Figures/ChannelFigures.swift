import Diagnostics
import Drawing
import Foundation
import Proposition1

extension BookFigure {
    /// Chapter 2: what z says of the image, round the circle.
    static let densityRatio = BookFigure(
        description:
            "p(z|x)/p(z) round the circle for two images that share one code: 1 near the shared code, near 2 at the image's own, near 0 at the other's"
    ) { data in
        let ratios = PropositionFigures.densityRatio(try data.channels.channel("figure-1-soft"))
        let angles = ratios[0].indices.map { 2 * Double.pi * Double($0) / Double(ratios[0].count - 1) }
        return Chart(
            title: "What z says of the image", description: "p(z|x)/p(z) against the angle of z",
            horizontal: Chart.Axis("angle of z on the circle, radians", range: 0...2 * Double.pi),
            vertical: Chart.Axis("p(z|x) / p(z)"),
            lines: ratios.enumerated().map { image, ratio in
                Chart.Line("x\(image + 1)", zip(angles, ratio).map { Chart.Point($0, $1) }, color: image)
            }, rules: [Chart.Rule(1, "z says nothing")]
        ).svg()
    }

    /// Chapter 3: the entropies and their difference.
    static let entropies = BookFigure(
        description: "H(Z), H(Z|X) and their difference I(X;Z) as bars, for five channels of the book"
    ) { data in
        let names = [
            "orthogonal-codes", "antipodal-codes", "invariant-encoder", "figure-1-transitivity", "same-mixture",
        ]
        return Bars(
            title: "I(X;Z) = H(Z) − H(Z|X)", description: "Entropies of five channels", label: "nats",
            groups: try names.map { name in
                let evaluation = try data.channels.evaluation(name)
                return (
                    name,
                    [
                        Bars.Bar("H(Z)", evaluation.entropyZ.value, color: 4),
                        Bars.Bar("H(Z|X)", evaluation.entropyZGivenX.value, color: 2),
                        Bars.Bar("I(X;Z)", evaluation.informationByEquation2.value, color: 0),
                    ]
                )
            }, decimals: 3
        ).svg()
    }

    /// Chapter 4: I, (16) and the gap against the angle between the views of an image.
    static let gapAndAngle = BookFigure(
        description:
            "I(X;Z), the bound (16) and the gap against the angle between the two views of each image: I(X;Z) falls slowly, (16) soon lies below zero"
    ) { _ in
        let angles = stride(from: 0.0, through: 180, by: 10).map { $0 }
        let evaluations = try angles.map { angle in
            try Evaluation(
                onTheCircle(beta: 8, [[90 - angle / 2, 90 + angle / 2], [270 - angle / 2, 270 + angle / 2]]),
                settings: drawing)
        }
        func line(_ name: String, color: Int, _ value: (Evaluation) -> Double) -> Chart.Line {
            Chart.Line(name, zip(angles, evaluations).map { Chart.Point($0, value($1)) }, color: color)
        }
        return Chart(
            title: "The price of views that differ, β = 8",
            description: "I(X;Z), (16) and the gap",
            horizontal: Chart.Axis("angle between the two views of an image, degrees", range: 0...180),
            vertical: Chart.Axis("nats"),
            lines: [
                line("I(X;Z)", color: 0) { $0.informationByEquation2.value },
                line("bound (16)", color: 1) { $0.jensenBound.value },
                line("gap I − (16)", color: 2) { $0.jensenGap.value },
            ], rules: [Chart.Rule(log(2), "H(X) = log 2")]
        ).svg()
    }

    /// Chapter 5: I(X;Z) and what stands in for it, against β.
    static let standIns = BookFigure(
        description:
            "I(X;Z), its bound (16) and (17) with h and with the true mean against β, both axes logarithmic: (17) lies far above I(X;Z) for small β"
    ) { data in
        let opposite = try data.channels.channel("opposite-50")
        let betas = (0...15).map { pow(10, -1 + Double($0) / 5) }
        let evaluations = try betas.map { try Evaluation(opposite.with(beta: $0), settings: drawing) }
        func line(
            _ name: String, color: Int, isDashed: Bool = false, _ value: (Evaluation) -> Double
        ) -> Chart.Line {
            Chart.Line(
                name, zip(betas, evaluations).map { Chart.Point($0, value($1)) }, color: color, isDashed: isDashed)
        }
        return Chart(
            title: "I(X;Z) and what stands in for it, d = 50",
            description: "Two images with opposite codes, two views each, 10° apart",
            horizontal: Chart.Axis("β", scale: .logarithmic), vertical: Chart.Axis("nats", scale: .logarithmic),
            lines: [
                line("H(X)", color: 3, isDashed: true) { $0.entropyX },
                line("I(X;Z)", color: 0) { $0.informationByEquation2.value },
                line("bound (16)", color: 2, isDashed: true) { $0.jensenBound.value },
                line("(17), z = h", color: 1) { $0.meanApproximation },
                line("(17), z = A·h", color: 1, isDashed: true) { $0.trueMeanApproximation },
            ]
        ).svg()
    }

    /// Chapter 8: I, (16) and (17) against how much of P(T|x) falls on the blank crop.
    static let choosingCrops = BookFigure(
        description:
            "I(X;Z), (16) and (17) against the probability of the blank crop: I(X;Z) rises as the blank crop is left out"
    ) { _ in
        let masses = (0...12).map { Double($0) / 12.5 }
        let evaluations = try masses.map { mass -> Evaluation in
            let row = [mass, (1 - mass) / 2, (1 - mass) / 2]
            func padded(_ x: Double, _ y: Double) -> [Double] { [x, y] + [Double](repeating: 0, count: 48) }
            return try Evaluation(
                FiniteChannel(
                    family: NoiseFamily(kind: .vonMisesFisher, dimension: 50, beta: 20), prior: [0.5, 0.5],
                    augmentation: [row, row],
                    encoder: [
                        [padded(1, 0), padded(0, 1), padded(0.6, 0.8)],
                        [padded(1, 0), padded(0, -1), padded(0.6, -0.8)],
                    ]), settings: drawing)
        }
        func line(_ name: String, color: Int, _ value: (Evaluation) -> Double) -> Chart.Line {
            Chart.Line(name, zip(masses, evaluations).map { Chart.Point($0, value($1)) }, color: color)
        }
        return Chart(
            title: "What leaving out the blank crop buys", description: "Two images, three codes each",
            horizontal: Chart.Axis("probability of the blank crop", range: 0...0.96), vertical: Chart.Axis("nats"),
            lines: [
                line("I(X;Z)", color: 0) { $0.informationByEquation2.value },
                line("bound (16)", color: 2) { $0.jensenBound.value },
                line("(17)", color: 1) { $0.meanApproximation },
            ], rules: [Chart.Rule(log(2), "H(X) = log 2")]
        ).svg()
    }

    /// Chapter 10: the factor between (17) and I(X;Z), against the dimension.
    static let factor = BookFigure(
        description:
            "(17)/I(X;Z) at β = 0.5 against the dimension, on a line with the prediction 2d/β; both axes logarithmic"
    ) { data in
        let opposite = try data.channels.channel("opposite-50")
        let dimensions = [2, 4, 8, 16, 32, 50, 128]
        let factors = try dimensions.map { dimension -> Double in
            let channel = try FiniteChannel(
                family: NoiseFamily(kind: .vonMisesFisher, dimension: dimension, beta: 0.5), prior: opposite.prior,
                augmentation: opposite.augmentation,
                encoder: opposite.encoder.map { image in
                    image.map { $0.prefix(2) + [Double](repeating: 0, count: dimension - 2) }
                })
            let evaluation = try Evaluation(channel, settings: drawing)
            return evaluation.meanApproximation / evaluation.informationByEquation2.value
        }
        let points = zip(dimensions, factors).map { Chart.Point(Double($0), $1) }
        return Chart(
            title: "(17) as a multiple of I(X;Z), β = 0.5",
            description: "Measured by quadrature, and the prediction for small β",
            horizontal: Chart.Axis("dimension d", scale: .logarithmic),
            vertical: Chart.Axis("(17) / I(X;Z)", scale: .logarithmic),
            lines: [
                Chart.Line(
                    "2d/β", dimensions.map { Chart.Point(Double($0), 4 * Double($0)) }, color: 2, isDashed: true),
                Chart.Line("(17) / I(X;Z)", points, color: 1, hasMarkers: true),
            ], rules: [Chart.Rule(200, "200: d = 50")]
        ).svg()
    }

    /// Two equally likely images on the circle with two equally likely views each, by their angles in degrees.
    private static func onTheCircle(beta: Double, _ degrees: [[Double]]) throws -> FiniteChannel {
        try FiniteChannel(
            family: NoiseFamily(kind: .vonMisesFisher, dimension: 2, beta: beta), prior: [0.5, 0.5],
            augmentation: [[0.5, 0.5], [0.5, 0.5]],
            encoder: degrees.map { views in
                views.map { [cos($0 * Double.pi / 180), sin($0 * Double.pi / 180)] }
            })
    }

    /// Four digits are more than a drawing shows.
    private static var drawing: QuadratureSettings {
        var settings = QuadratureSettings()
        settings.relativeTolerance = 1e-6
        return settings
    }
}
