import Foundation
import Tensors

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
                let times = String(format: "%.0f", approximation / information)
                return " At d = 50, the paper's, (17) reads \(PropositionFigures.text(approximation)) nats and I(X;Z) "
                    + "is \(PropositionFigures.text(information)): \(times) times less."
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

    /// A channel of the user's with β from a hundredth to a hundred times its own.
    ///
    /// Points that cannot be integrated to a digit, as where rounding takes over, are left out.
    static func around(_ channel: FiniteChannel) throws -> Sweep {
        let beta = channel.family.beta
        // Points of higher ranks take longer.
        let steps = ReducedChannel(channel).rank < 3 ? 6 : 3
        let betas = (-2 * steps...2 * steps).map { beta * pow(10, Double($0) / Double(steps)) }
        let evaluations = Parallel.map(betas.count) { index in
            try? Evaluation(channel.with(beta: betas[index]), settings: settings)
        }
        let useful = zip(betas, evaluations).compactMap { beta, evaluation -> (beta: Double, evaluation: Evaluation)? in
            guard let evaluation else { return nil }
            let information = evaluation.informationByEquation2
            return information.error <= max(0.1 * information.value, 1e-12) ? (beta, evaluation) : nil
        }
        return Sweep(
            label: "β", fixed: "d = \(channel.family.dimension)", abscissas: useful.map(\.beta),
            evaluations: useful.map(\.evaluation),
            caption: """
                What each step of the paper costs for this channel, with β from a hundredth to a hundred times its own, \
                \(PropositionFigures.text(beta)): Jensen's inequality loses I(X;Z) − (16), and h put for z changes the \
                value by (17) − I(X;Z), downwards where the curve is dashed.
                """)
    }

    /// Four digits are more than a drawing shows.
    private static var settings: QuadratureSettings {
        var settings = QuadratureSettings()
        settings.relativeTolerance = 1e-6
        settings.relativeToleranceOfRank3 = 1e-4
        settings.samplesPerReplicate = 1024
        return settings
    }

    private static func evaluate(
        _ abscissas: [Double], _ channel: @Sendable (Double) throws -> FiniteChannel
    ) throws -> [Evaluation] {
        return try Parallel.map(abscissas.count) { try Evaluation(channel(abscissas[$0]), settings: settings) }
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
