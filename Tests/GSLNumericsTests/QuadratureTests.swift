import Foundation
import GSLNumerics
import Testing

private struct Refusal: Error, Equatable { let point: Double }

/// Whether the true value lies within the reported bound, and the bound is not idle.
private func isWithinBound(_ estimate: Estimate, _ truth: Double, _ usefulBound: Double = 1e-6) -> Bool {
    abs(estimate.value - truth) <= estimate.error + 4 * truth.ulp && estimate.error < usefulBound
}

@Suite struct QuadratureTests {
    let adaptive = AdaptiveQuadrature(relativeTolerance: 1e-10)

    @Test(arguments: AdaptiveQuadrature.Rule.allCases)
    func finiteInterval(rule: AdaptiveQuadrature.Rule) throws {
        var quadrature = adaptive
        quadrature.rule = rule
        #expect(isWithinBound(try quadrature.integrate(over: 0...Double.pi) { sin($0) }, 2))
    }

    @Test func infiniteIntervals() throws {
        let root = Double.pi.squareRoot()
        #expect(isWithinBound(try adaptive.integrate(over: ...) { exp(-$0 * $0) }, root))
        #expect(isWithinBound(try adaptive.integrate(over: 0...) { exp(-$0 * $0) }, root / 2))
        #expect(isWithinBound(try adaptive.integrate(over: ...0) { exp(-$0 * $0) }, root / 2))
    }

    @Test func singularPointsAndBreakpoints() throws {
        // ∫₀¹ |x − 1/3|^(−1/2) dx = 2 (√(1/3) + √(2/3)).
        let truth = 2 * ((1.0 / 3).squareRoot() + (2.0 / 3).squareRoot())
        let estimate = try adaptive.integrate(over: 0...1, breakpoints: [1.0 / 3]) {
            1 / abs($0 - 1.0 / 3).squareRoot()
        }
        #expect(isWithinBound(estimate, truth))
        #expect(throws: GSLError.self) { try adaptive.integrate(over: 0...1, breakpoints: [2]) { $0 } }
    }

    @Test func doublyAdaptive() throws {
        let estimate = try DoublyAdaptiveQuadrature(relativeTolerance: 1e-9).integrate(over: 0...1) { log($0 + 1e-300) }
        #expect(isWithinBound(estimate, -1))
    }

    @Test func gaussLegendreIsExactToItsDegree() throws {
        let rule = try GaussLegendreRule(count: 5)
        #expect(abs(rule.integrate(over: 0...1) { pow($0, 9) } - 0.1) < 1e-15)
        #expect(abs(rule.integrate(over: 0...1) { pow($0, 10) } - 1.0 / 11) > 1e-9)
        #expect(abs(rule.integrate(over: 0...1, 0...2) { $0 * $1 } - 1) < 1e-14)
        #expect(abs(rule.integrate(over: 0...1, 0...2, 0...1) { $0 * $1 + $2 } - 2) < 1e-14)
        #expect(throws: GSLError.self) { try GaussLegendreRule(count: 0) }
    }

    @Test func periodicTrapezoid() throws {
        // ∫ e^cos = 2π I₀(1).
        let truth = 2 * Double.pi * M_E * (try ModifiedBessel.scaledI(order: 0, 1).value)
        #expect(isWithinBound(try PeriodicTrapezoid().integrate(over: 0...2 * Double.pi) { exp(cos($0)) }, truth))
        var impatient = PeriodicTrapezoid(maximumNodes: 64)
        #expect(throws: GSLError.self) { try impatient.integrate(over: 0...1) { $0 } }
        impatient.acceptsUnreachedTolerance = true
        let rough = try impatient.integrate(over: 0...1) { $0 }
        #expect(abs(rough.value - 0.5) <= rough.error && rough.error < 0.02)
    }

    @Test func nestedOverRegionsWithCurvedBounds() throws {
        let nested = NestedQuadrature(AdaptiveQuadrature(relativeTolerance: 1e-7))
        let disc = try nested.integrate(
            over: -1...1,
            { x in
                let height = (1 - x * x).squareRoot()
                return -height...height
            }, { x, y in 1 + x + y * y })
        #expect(isWithinBound(disc, Double.pi * 1.25, 1e-4))
        let ball = try nested.integrate(
            over: -1...1,
            { x in
                let height = (1 - x * x).squareRoot()
                return -height...height
            },
            { x, y in
                let height = max(0, 1 - x * x - y * y).squareRoot()
                return -height...height
            }, { _, _, _ in 1 })
        #expect(isWithinBound(ball, 4 * Double.pi / 3, 1e-4))
    }

    @Test(arguments: MonteCarlo.Method.allCases)
    func monteCarlo(method: MonteCarlo.Method) throws {
        let integrator = MonteCarlo(method, calls: 50_000, seed: 7)
        let box = [ClosedRange](repeating: 0.0...1.0, count: 3)
        let estimate = try integrator.integrate(over: box) { $0[0] * $0[1] + exp(-$0[2]) }
        // Five standard errors: a false alarm in one seed of 1.7 million, and the seed is fixed.
        #expect(abs(estimate.value - (0.25 + 1 - exp(-1))) < 5 * estimate.error)
        #expect(estimate.error < 5e-3)
        #expect(try integrator.integrate(over: box) { $0[0] * $0[1] + exp(-$0[2]) } == estimate)
    }

    @Test func centralDerivativeOfSine() throws {
        let derivative = try centralDerivative(of: { sin($0) }, at: 0.4)
        #expect(abs(derivative.value - cos(0.4)) <= derivative.error)
        #expect(derivative.error < 1e-9)
        #expect(throws: GSLError.self) { try centralDerivative(of: { $0 }, at: 0, step: 0) }
        #expect(throws: Refusal.self) { try centralDerivative(of: { throw Refusal(point: $0) }, at: 0) }
    }
}

@Suite struct FailureTests {
    @Test func anErrorInsideTheIntegrandComesOut() throws {
        let refuse: (Double) throws -> Double = { x in
            if x > 0.25 { throw Refusal(point: 1) }
            return x
        }
        let adaptive = AdaptiveQuadrature()
        #expect(throws: Refusal(point: 1)) { try adaptive.integrate(over: 0...1, refuse) }
        #expect(throws: Refusal(point: 1)) { try adaptive.integrate(over: 0...1, breakpoints: [0.5], refuse) }
        #expect(throws: Refusal(point: 1)) { try adaptive.integrate(over: 0..., refuse) }
        #expect(throws: Refusal(point: 1)) { try adaptive.integrate(over: ...1, refuse) }
        #expect(throws: Refusal(point: 1)) { try adaptive.integrate(over: ..., refuse) }
        #expect(throws: Refusal(point: 1)) { try DoublyAdaptiveQuadrature().integrate(over: 0...1, refuse) }
        #expect(throws: Refusal(point: 1)) { try PeriodicTrapezoid().integrate(over: 0...1, refuse) }
        #expect(throws: Refusal(point: 1)) { try GaussLegendreRule(count: 9).integrate(over: 0...1, refuse) }
        #expect(throws: Refusal(point: 1)) {
            try NestedQuadrature().integrate(over: 0...1, { _ in 0...1 }, { x, _ in try refuse(x) })
        }
        for method in MonteCarlo.Method.allCases {
            #expect(throws: Refusal(point: 1)) {
                try MonteCarlo(method, calls: 1000, seed: 1).integrate(over: [0...1]) { try refuse($0[0]) }
            }
        }
    }

    @Test func valuesThatAreNotFiniteNameTheirPoint() throws {
        let error = #expect(throws: GSLError.self) { try AdaptiveQuadrature().integrate(over: -1...1) { 1 / $0 } }
        guard case .nonFiniteIntegrand(_, let point, _) = error else {
            Issue.record("expected a non-finite integrand, found \(String(describing: error))")
            return
        }
        #expect(point == [0])
    }

    @Test func everyStatusBecomesATypedError() throws {
        // A tolerance below what double precision allows.
        let demanding = AdaptiveQuadrature(relativeTolerance: 1e-30)
        #expect {
            try demanding.integrate(over: 0...1) { $0 }
        } throws: { error in
            guard case GSLError.status(.badTolerance, _, _) = error else { return false }
            return true
        }
        // Too few subintervals; the error carries what was reached.
        let short = AdaptiveQuadrature(relativeTolerance: 1e-12, maximumSubintervals: 3)
        #expect {
            try short.integrate(over: 0...1) { sin(200 * $0) }
        } throws: { error in
            guard case GSLError.status(.maximumIterations, _, let best) = error else { return false }
            return best != nil && "\(error)".contains("maxiter") || "\(error)".contains("best it reached")
        }
        #expect(throws: GSLError.self) { try ModifiedBessel.scaledI(order: -1, 1) }
        #expect(throws: GSLError.self) { try AdaptiveQuadrature(maximumSubintervals: 0).integrate(over: 0...1) { $0 } }
        #expect(throws: GSLError.self) { try MonteCarlo(.plain, calls: 10, seed: 1).integrate(over: []) { _ in 1 } }
        for status in GSLStatus.allCases { #expect(status.explanation != "unknown error code") }
    }

    @Test func worksFromSeveralThreadsAndInsideItself() async throws {
        let values = try await withThrowingTaskGroup(of: Double.self) { group in
            for power in 1...16 {
                group.addTask {
                    try AdaptiveQuadrature().integrate(over: 0...1) { x in
                        try AdaptiveQuadrature().integrate(over: 0...1) { y in pow(x * y, Double(power)) }.value
                    }.value * Double((power + 1) * (power + 1))
                }
            }
            return try await group.reduce(into: [Double]()) { $0.append($1) }
        }
        #expect(values.count == 16 && values.allSatisfy { abs($0 - 1) < 1e-12 })
    }
}
