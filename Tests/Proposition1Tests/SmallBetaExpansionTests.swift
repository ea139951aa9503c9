import AugmentationChannel
import Foundation
import GSLNumerics
import Synchronization
import Tensors
import Testing

@testable import Proposition1

private let evaluations = Mutex<[String: Evaluation]>([:])

/// The evaluation by quadrature of a channel of this name, made once for each β and all tests.
func evaluationMadeOnce(_ name: String, _ channel: FiniteChannel) throws -> Evaluation {
    let key = "\(name) \(channel.family.beta)"
    if let known = evaluations.withLock({ $0[key] }) { return known }
    let made = try Evaluation(channel)
    evaluations.withLock { $0[key] = made }
    return made
}

/// I(X;Z) = β²/(2d)·E‖E[h|X] − E h‖² + O(β⁴), against quadrature on the circle, on S² and in more dimensions.
@Suite struct SmallBetaExpansionTests {
    /// Channels on spheres whose codes span no more than three dimensions, so that they are integrated.
    private static func channels() throws -> [(name: String, channel: FiniteChannel)] {
        let circle = try FiniteChannel(
            family: NoiseFamily(kind: .vonMisesFisher, dimension: 2, beta: 1), prior: [0.2, 0.3, 0.5],
            augmentation: [[0.25, 0.75], [0.5, 0.5], [1, 0]],
            encoder: [[0.3, 1.9], [4.0, 5.1], [2.2, 0]].map { $0.map { [cos($0), sin($0)] } })
        let names = [
            "sphere-rank-3", "orthogonal-codes", "antipodal-codes", "paper-parameters", "invariant-encoder",
            "blank-crops-uniform",
        ]
        let named = try NamedChannel.all().filter { names.contains($0.name) }
        return [("three images on the circle", circle)] + named.map { ($0.name, $0.channel) }
    }

    /// The evaluation of a channel at another β.
    private func evaluation(_ name: String, _ channel: FiniteChannel, beta: Double) throws -> Evaluation {
        try evaluationMadeOnce(name, channel.with(beta: beta))
    }

    /// Whether a leading term is right: what remains, as a share of I(X;Z), vanishes with β².
    ///
    /// An even analytic function that begins with the leading term leaves a share that falls fourfold from β to β/2, to
    /// higher order.
    private func isLeading(
        _ name: String, _ channel: FiniteChannel, _ leading: (CodeMoments, _ beta: Double) -> Double
    ) throws -> Bool {
        let moments = CodeMoments(WeightedCodes(channel))
        func remainder(_ beta: Double) throws -> Double {
            let information = try evaluation(name, channel, beta: beta).informationByEquation2
            // Less would not tell a share of 1e-4 from its fourth part.
            #expect(information.error <= 1e-6 * information.value, "\(name)")
            return (leading(moments, beta) - information.value) / information.value
        }
        let (atBeta, atHalf) = (try remainder(0.2), try remainder(0.1))
        // The coefficient of β² is of the order of 1 or less, and the next one makes a few per cent of the ratio of 4.
        return atBeta.magnitude < 0.04 && (atBeta / atHalf - 4).magnitude < 0.2
    }

    @Test func theRemainderIsOfTheFourthOrder() throws {
        for (name, channel) in try Self.channels() {
            let isRight = try isLeading(name, channel) { $0.leadingInformation(beta: $1) }
            #expect(isRight, "\(name)")
        }
    }

    /// The wrong constant, the wrong dimension, the wrong order and the wrong variance are noticed wherever they differ.
    @Test func wrongLeadingTermsAreNoticed() throws {
        let faults: [(String, @Sendable (CodeMoments, Double) -> Double)] = [
            ("without the 2", { 2 * $0.leadingInformation(beta: $1) }),
            ("d − 1 for d", { $0.leadingInformation(beta: $1) * Double($0.dimension) / Double($0.dimension - 1) }),
            ("β for β²", { $0.leadingInformation(beta: $1) / $1 }),
            ("a cubic term", { $0.leadingInformation(beta: $1) * (1 + 0.05 * $1) }),
            ("E‖m_X‖²", { $0.leadingInformation(beta: $1) * $0.meanSquaredNorm / $0.betweenImages }),
            ("E‖h − m‖²", { $0.leadingInformation(beta: $1) * (1 + $0.withinImages / $0.betweenImages) }),
        ]
        for (fault, leading) in faults {
            var differing = 0
            for (name, channel) in try Self.channels() {
                let moments = CodeMoments(WeightedCodes(channel))
                guard abs(leading(moments, 0.1) / moments.leadingInformation(beta: 0.1) - 1) > 1e-6 else { continue }
                differing += 1
                let isRight = try isLeading(name, channel, leading)
                #expect(!isRight, "\(name): \(fault)")
            }
            #expect(differing >= 4, "\(fault) differs from the right term on \(differing) channels only")
        }
    }

    /// As β → 0, (16) is β²/(2d)·(E‖m_X − m‖² − E‖h − m_X‖²), and (17) is β·E‖m_X − m‖²: larger than I(X;Z) by the factor
    /// 2d/β, 200 at the paper's parameters, whatever the codes.
    @Test func whatTheStandInsTendTo() throws {
        for (name, channel) in try Self.channels() {
            let moments = CodeMoments(WeightedCodes(channel))
            let dimension = Double(channel.family.dimension)
            for beta in [1e-2, 1e-3] {
                let evaluation = try evaluation(name, channel, beta: beta)
                let information = evaluation.informationByEquation2.value
                let scale = beta * beta / (2 * dimension)
                let bound = scale * (moments.betweenImages - moments.withinImages)
                // The next order of (16), which is even in β, is β⁴, of (17) β²; codes are unit vectors, so that coefficients are of
                // order 1.
                let allowed = beta * beta * beta * beta + evaluation.jensenBound.error
                #expect(abs(evaluation.jensenBound.value - bound) <= allowed, "\(name)")
                // No term, or d − 1 for d, or the sum for the difference, is noticed wherever that is another number.
                for (fault, wrong) in [
                    ("none", 0), ("d − 1 for d", bound * dimension / (dimension - 1)),
                    ("the sum", scale * (moments.betweenImages + moments.withinImages)),
                ] where abs(wrong - bound) > 0.01 * scale {
                    #expect(abs(evaluation.jensenBound.value - wrong) > allowed, "\(name): \(fault)")
                }
                let ratio = evaluation.meanApproximation / information * beta / (2 * dimension)
                #expect(abs(ratio - 1) <= beta / moments.betweenImages, "\(name): \(ratio)")
            }
        }
    }

    /// No channel has more information than its noise leaves: I(X;Z) ≤ βA_d + log C_β − log C_0, about β²/2d.
    @Test func theDivergenceFromUniformBoundsTheInformation() throws {
        for (name, channel) in try Self.channels() {
            let dimension = channel.family.dimension
            for beta in [1e-3, 0.5, 3, 40] {
                let bound = VonMisesFisherConstants.divergenceFromUniform(dimension: dimension, beta: beta)
                let information = try evaluation(name, channel, beta: beta).informationByEquation2
                #expect(information.value <= bound + information.error, "\(name) at \(beta)")
            }
            let small = VonMisesFisherConstants.divergenceFromUniform(dimension: dimension, beta: 1e-3)
            #expect(abs(small * 2 * Double(dimension) / 1e-6 - 1) < 1e-6)
        }
        // On the circle and on S² in closed form: βI₁/I₀ − log I₀, and β coth β − 1 − log(sinh β/β).
        // mpmath: 2*besseli(1,2)/besseli(0,2) - log(besseli(0,2)); 2*coth(2) - 1 - log(sinh(2)/2)
        #expect(abs(VonMisesFisherConstants.divergenceFromUniform(dimension: 2, beta: 2) - 0.57155577444506) < 1e-13)
        #expect(abs(VonMisesFisherConstants.divergenceFromUniform(dimension: 3, beta: 2) - 0.479409249400874) < 1e-13)
    }
}

/// Moments of codes and of z.
@Suite struct CodeMomentsTests {
    private func channel(beta: Double) throws -> FiniteChannel {
        try FiniteChannel(
            family: NoiseFamily(kind: .vonMisesFisher, dimension: 3, beta: beta), prior: [0.4, 0.6],
            augmentation: [[0.3, 0.7], [0.5, 0.5]],
            encoder: [[[1, 0, 0], [0, 1, 0]], [[0, 0, 1], [0.6, 0, 0.8]]])
    }

    /// By hand.
    @Test func momentsAreTheirDefinitions() throws {
        let moments = CodeMoments(WeightedCodes(try channel(beta: 1), imagesOfBlock: 1))
        let means = [[0.3, 0.7, 0], [0.3, 0, 0.9]]
        let mean = [0.3, 0.28, 0.54]
        for k in 0..<3 { #expect(abs(moments.mean[k] - mean[k]) < 1e-15) }
        let squares = means.map { $0.reduce(0) { $0 + $1 * $1 } }
        let centre = mean.reduce(0) { $0 + $1 * $1 }
        #expect(abs(moments.betweenImages - (0.4 * squares[0] + 0.6 * squares[1] - centre)) < 1e-15)
        #expect(abs(moments.withinImages - (1 - 0.4 * squares[0] - 0.6 * squares[1])) < 1e-15)
        #expect(abs(moments.betweenImages + moments.withinImages + moments.squaredNormOfMean - 1) < 1e-15)
        // E h₁h₃ − E h₁·E h₃: only the last code has both coordinates.
        #expect(abs(moments.covariance[0, 2] - (0.3 * 0.48 - 0.3 * 0.54)) < 1e-15)
        #expect(abs(moments.covarianceBetweenImages[1, 2] - (0 - 0.28 * 0.54)) < 1e-15)
    }

    /// E zᵀBz in closed form is the integral over the sphere, by a product rule: Gauss–Legendre in z₃, the trapezoidal rule
    /// round the axis.
    @Test(arguments: [0.01, 1, 30]) func squaresOfZ(beta: Double) throws {
        let channel = try channel(beta: beta)
        let moments = CodeMoments(WeightedCodes(channel))
        let matrix = Tensor<Double>(shape: [3, 3], scalars: [2, 0.5, 0, 0.5, -1, 0.25, 0, 0.25, 3])
        let weights = zip(channel.prior, channel.augmentation).flatMap { prior, row in row.map { prior * $0 } }
        let codes = channel.encoder.flatMap { $0 }
        let (nodes, nodeWeights) = try GaussLegendreRule(count: 80).scaled(to: -1...1)
        var (integral, mass) = (0.0, 0.0)
        for (height, weight) in zip(nodes, nodeWeights) {
            for step in 0..<160 {
                let angle = 2 * Double.pi * Double(step) / 160
                let radius = (1 - height * height).squareRoot()
                let z = [radius * cos(angle), radius * sin(angle), height]
                let density = zip(weights, codes).reduce(0) { sum, component in
                    let product = zip(component.1, z).reduce(0) { $0 + $1.0 * $1.1 }
                    return sum + component.0 * exp(beta * (product - 1))
                }
                mass += weight * density
                integral += weight * density * z.withUnsafeBufferPointer { moments.square($0, matrix) }
            }
        }
        let found = moments.expectedSquare(matrix, beta: beta, meanLength: channel.family.meanFactor)
        #expect(abs(found - integral / mass) < 1e-12)
        // The formula's parts are both needed.
        #expect(abs(found - moments.expectedSquareOfCodes(matrix)) > 1e-3)
    }
}
