import Foundation
import GSLNumerics
import Testing

/// Golden values by mpmath at 40 digits: `python3 bessel_golden.py`, mpmath 1.3.0 (Fixtures/GSLNumerics).
private struct Golden: Decodable {
    struct Row: Decodable {
        let dimension: Int
        let beta, logNormaliser, meanResultantLength, logReducedI: Double
    }
    let rows: [Row]

    static func load() throws -> Golden {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Fixtures/GSLNumerics/bessel_golden.json")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }
}

@Suite struct VonMisesFisherConstantsTests {
    @Test func goldenValues() throws {
        let rows = try Golden.load().rows
        #expect(rows.count == 63)
        for row in rows {
            let order = Double(row.dimension) / 2 - 1
            let length = VonMisesFisherConstants.meanResultantLength(dimension: row.dimension, beta: row.beta)
            // The recurrence contracts errors, so a few roundings remain.
            #expect(abs(length / row.meanResultantLength - 1) < 1e-14, "A_\(row.dimension)(\(row.beta))")
            // log I is β plus smaller terms; log, lgamma and GSL's scaled function are each good to about 1e-14 of it.
            let reduced = try ModifiedBessel.logReducedI(order: order, row.beta)
            #expect(abs(reduced / row.logReducedI - 1) < 4e-14, "log reduced I_\(order)(\(row.beta))")
            let logNormaliser = try VonMisesFisherConstants.logNormaliser(dimension: row.dimension, beta: row.beta)
            #expect(
                abs(logNormaliser - row.logNormaliser) < 4e-14 * (1 + row.beta + 100),
                "log C_\(row.beta) in dimension \(row.dimension)")
        }
    }

    @Test func ratioAgreesWithGSLsOwnFunctions() throws {
        for order in [0.0, 0.5, 1, 4, 24] {
            for x in [0.5, 3, 40, 700, 9000.0] {
                let upper = try ModifiedBessel.scaledI(order: order + 1, x)
                let lower = try ModifiedBessel.scaledI(order: order, x)
                let tolerance = upper.relativeError + lower.relativeError + 1e-15
                #expect(abs(ModifiedBessel.ratio(order: order, x) / (upper.value / lower.value) - 1) < tolerance)
            }
        }
    }

    /// Large x, where the recurrence would take √x steps: the asymptotic series 1 − (2ν+1)/2x + (4ν²−1)/8x², DLMF 10.40.1
    /// divided, whose next term is of order ν³/x³.
    @Test func ratioOfLargeArguments() {
        for order in [0.0, 0.5, 24, 500] {
            for x in [1e7, 9e7, 1e8, 1e10, 1e16, 1e20, 1e40, 1e200, .greatestFiniteMagnitude] {
                let series = 1 - (2 * order + 1) / (2 * x) + (4 * order * order - 1) / (8 * x) / x
                let ratio = ModifiedBessel.ratio(order: order, x)
                // The recurrence remembers the roundings of its last √x steps or so.
                let roundings = 2.3e-16 * (2 + (x < 1e10 ? x.squareRoot() : 0))
                #expect(abs(ratio - series) < roundings + pow((order + 1) / x, 3), "order \(order), x = \(x)")
            }
        }
    }

    @Test func betaZeroIsTheUniformDensity() throws {
        #expect(try VonMisesFisherConstants.logNormaliser(dimension: 2, beta: 0) == -log(2 * Double.pi))
        let sphere = try VonMisesFisherConstants.logNormaliser(dimension: 3, beta: 0)
        #expect(abs(sphere + log(4 * Double.pi)) < 1e-15)
        #expect(VonMisesFisherConstants.meanResultantLength(dimension: 50, beta: 0) == 0)
    }

    @Test func normaliserIntegratesToOneOnTheSphere() throws {
        for (dimension, beta) in [(3, 2.0), (7, 30), (50, 0.5), (50, 1000)] {
            let logConstant =
                try VonMisesFisherConstants.logNormaliser(dimension: dimension, beta: beta)
                + VonMisesFisherConstants.logSurface(dimension: dimension - 1)
            let mass = try AdaptiveQuadrature(relativeTolerance: 1e-12).integrate(over: 0...Double.pi) { angle in
                exp(logConstant + beta * cos(angle)) * pow(sin(angle), Double(dimension - 2))
            }
            #expect(abs(mass.value - 1) < mass.error + 1e-12, "dimension \(dimension), β = \(beta)")
        }
    }

    /// dlog I_reduced/dβ = A_d(β): the mean of z is the derivative of the log normaliser.
    @Test func meanIsTheDerivativeOfTheLogNormaliser() throws {
        for (dimension, beta) in [(2, 1.0), (3, 10), (50, 0.5)] {
            let derivative = try centralDerivative(
                of: { try -VonMisesFisherConstants.logNormaliser(dimension: dimension, beta: $0) }, at: beta,
                step: 0.01)
            let length = VonMisesFisherConstants.meanResultantLength(dimension: dimension, beta: beta)
            #expect(abs(derivative.value - length) <= derivative.error + 1e-12)
        }
    }
}
