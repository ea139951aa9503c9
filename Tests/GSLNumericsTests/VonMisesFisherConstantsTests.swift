import Foundation
import GSLNumerics
import Testing

/// Golden values by mpmath at 60 digits: `python3 bessel_golden.py`, mpmath 1.3.0 (Fixtures/GSLNumerics).
private struct Golden: Decodable {
    struct Row: Decodable {
        let dimension: Int
        let beta, logNormaliser, meanResultantLength, logReducedI, logSurface: Double
    }
    let rows: [Row]

    static func load() throws -> Golden {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Fixtures/GSLNumerics/bessel_golden.json")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }
}

@Suite struct VonMisesFisherConstantsTests {
    /// From d = 2 to 100,000 and β from 1e-6 to 1e16, across the crossing at β = 500 and where log C_β changes its sign.
    @Test func goldenValues() throws {
        let rows = try Golden.load().rows
        #expect(rows.count == 348)
        for row in rows {
            let (dimension, beta) = (row.dimension, row.beta)
            let order = Double(dimension) / 2 - 1
            let length = VonMisesFisherConstants.meanResultantLength(dimension: dimension, beta: beta)
            // The recurrence contracts errors, so that a few roundings remain, and where A_d is close to 1 those of √β steps.
            let roundings = 1e-14 + 2.3e-16 * min(1e4, beta).squareRoot()
            #expect(abs(length / row.meanResultantLength - 1) < roundings, "A_\(dimension)(\(beta))")
            // A few roundings of the sum of the series or of the expansion's terms, which have one size.
            let reduced = ModifiedBessel.logReducedI(order: order, beta)
            #expect(abs(reduced / row.logReducedI - 1) < 8e-16, "log reduced I_\(order)(\(beta)): \(reduced)")
            let surface = VonMisesFisherConstants.logSurface(dimension: dimension)
            let ofSurface = VonMisesFisherConstants.errorOfLogSurface(dimension: dimension)
            #expect(abs(surface - row.logSurface) <= ofSurface, "log surface in dimension \(dimension)")
            let normaliser = VonMisesFisherConstants.logNormaliser(dimension: dimension, beta: beta)
            let ofNormaliser = VonMisesFisherConstants.errorOfLogNormaliser(dimension: dimension, beta: beta)
            #expect(abs(normaliser - row.logNormaliser) <= ofNormaliser, "log C_\(beta) in dimension \(dimension)")
            // A bound that could not be missed would be worth nothing: eight ulps of terms that cancel at most.
            #expect(ofNormaliser <= 2e-15 * (4 + 2 * abs(row.logSurface) + 30 * order + row.logReducedI))
        }
    }

    /// The rounding errors of d = 16…25 at β = 1e-6 exceed eight ulps of log C_β, which its terms' cancellation leaves small.
    @Test func theBoundScalesWithTheTerms() throws {
        let rows = try Golden.load().rows.filter { $0.beta == 1e-6 && [18, 19].contains($0.dimension) }
        #expect(rows.count == 2)
        for row in rows {
            let bound = VonMisesFisherConstants.errorOfLogNormaliser(dimension: row.dimension, beta: row.beta)
            #expect(bound > 20 * 8 * Double.ulpOfOne * abs(row.logNormaliser), "d = \(row.dimension)")
        }
    }

    /// The two halves of log I meet at 500: a step there would be the error of one of them.
    @Test func theSeriesMeetsTheExpansion() {
        for order in [0, 0.5, 1, 7, 24, 63, 255, 1023, 4999.0] {
            let (below, above) = (500.0, 500.0.nextUp)
            let step = ModifiedBessel.logReducedI(order: order, above) - ModifiedBessel.logReducedI(order: order, below)
            // dlog I_reduced/dx = A, at most 1; the rest is rounding of values of up to 500.
            #expect(abs(step) < 500.0.ulp + 4 * ModifiedBessel.logReducedI(order: order, below).ulp, "order \(order)")
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

    @Test func betaZeroIsTheUniformDensity() {
        #expect(VonMisesFisherConstants.logNormaliser(dimension: 2, beta: 0) == -log(2 * Double.pi))
        let sphere = VonMisesFisherConstants.logNormaliser(dimension: 3, beta: 0)
        #expect(abs(sphere + log(4 * Double.pi)) < 1e-15)
        #expect(VonMisesFisherConstants.meanResultantLength(dimension: 50, beta: 0) == 0)
    }

    @Test func normaliserIntegratesToOneOnTheSphere() throws {
        for (dimension, beta) in [(3, 2.0), (7, 30), (50, 0.5), (50, 1000)] {
            let logConstant =
                VonMisesFisherConstants.logNormaliser(dimension: dimension, beta: beta)
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
                of: { -VonMisesFisherConstants.logNormaliser(dimension: dimension, beta: $0) }, at: beta,
                step: 0.01)
            let length = VonMisesFisherConstants.meanResultantLength(dimension: dimension, beta: beta)
            #expect(abs(derivative.value - length) <= derivative.error + 1e-12)
        }
    }
}
