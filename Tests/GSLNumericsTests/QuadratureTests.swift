import Foundation
import GSLNumerics
import Testing

private struct Refusal: Error, Equatable { let point: Double }

/// Whether the true value lies within the reported error, and the error is of use.
private func isWithinError(_ estimate: Estimate, _ truth: Double, _ usefulError: Double = 1e-6) -> Bool {
    abs(estimate.value - truth) <= estimate.error + 4 * truth.ulp && estimate.error < usefulError
}

@Suite struct QuadratureTests {
    let adaptive = AdaptiveQuadrature(relativeTolerance: 1e-10)

    @Test(arguments: AdaptiveQuadrature.Rule.allCases)
    func finiteInterval(rule: AdaptiveQuadrature.Rule) throws {
        var quadrature = adaptive
        quadrature.rule = rule
        #expect(isWithinError(try quadrature.integrate(over: 0...Double.pi) { sin($0) }, 2))
    }

    @Test func gaussLegendreIsExactToItsDegree() throws {
        func integral(_ count: Int, _ power: Double) throws -> Double {
            let (nodes, weights) = try GaussLegendreRule(count: count).scaled(to: 0...1)
            return zip(nodes, weights).reduce(0) { $0 + $1.1 * pow($1.0, power) }
        }
        #expect(abs(try integral(5, 9) - 0.1) < 1e-15)
        #expect(abs(try integral(5, 10) - 1.0 / 11) > 1e-9)
        // The longest rule in use, which is not in GSL's tables.
        for power in [0.0, 1, 17, 400, 2185] {
            // A few roundings of the sum, and as many of the nodes' as the power has factors.
            let tolerance = (10 + power) * Double.ulpOfOne
            #expect(abs(try integral(1093, power) * (power + 1) - 1) < tolerance, "x^\(power)")
        }
        #expect(throws: GSLError.self) { try GaussLegendreRule(count: 0) }
    }

    /// The weight of the outermost node, which a rule in the variable x has to eight digits only; by mpmath at 30 digits:
    /// Newton's iteration on legendre(n, x), weight 2/((1 − x²) P_n'(x)²).
    @Test(arguments: [(64, 0.001783280721696433), (324, 7.047169947981453e-05), (1093, 6.205981993632397e-06)])
    func weightsAtTheEndsKeepTheirDigits(count: Int, expected: Double) throws {
        let rule = try GaussLegendreRule(count: count)
        for weight in [rule.weights[0], rule.weights[count - 1]] {
            #expect(abs(weight / expected - 1) < 3e-12, "\(count) nodes: \(weight)")
        }
        #expect(abs(rule.weights.reduce(0, +) - 2) < 4e-15)
    }

    @Test func periodicTrapezoid() throws {
        // ∫ e^cos = 2π I₀(1).
        let truth = 2 * Double.pi * exp(ModifiedBessel.logReducedI(order: 0, 1))
        #expect(isWithinError(try PeriodicTrapezoid().integrate(over: 0...2 * Double.pi) { exp(cos($0)) }, truth))
        var impatient = PeriodicTrapezoid(maximumNodes: 64)
        #expect(throws: GSLError.self) { try impatient.integrate(over: 0...1) { $0 } }
        impatient.acceptsUnreachedTolerance = true
        let rough = try impatient.integrate(over: 0...1) { $0 }
        #expect(abs(rough.value - 0.5) <= rough.error && rough.error < 0.02)
    }

    @Test func centralDerivativeOfSine() throws {
        let derivative = try centralDerivative(of: { sin($0) }, at: 0.4)
        #expect(abs(derivative.value - cos(0.4)) <= derivative.error)
        #expect(derivative.error < 1e-9 && derivative.kind == .quadratureEstimate)
        #expect(throws: GSLError.self) { try centralDerivative(of: { $0 }, at: 0, step: 0) }
        #expect(throws: Refusal.self) { try centralDerivative(of: { throw Refusal(point: $0) }, at: 0) }
    }
}

@Suite struct EstimateTests {
    private func estimate(_ kind: ErrorKind) -> Estimate { Estimate(value: 1, error: 0.1, kind: kind) }

    /// Sums carry the weaker kind, whichever side it is on.
    @Test func theWeakestKindOfASumWins() {
        let kinds: [ErrorKind] = [.roundingBound, .quadratureEstimate, .statistical(confidence: 0.99)]
        for (left, first) in kinds.enumerated() {
            for (right, second) in kinds.enumerated() where (left, right) != (2, 2) {
                let sum = estimate(first) + estimate(second)
                #expect(sum.kind == kinds[max(left, right)] && sum.value == 2 && sum.error == 0.2)
                #expect((estimate(first) - estimate(second)).kind == kinds[max(left, right)])
            }
        }
        #expect((2 * estimate(.quadratureEstimate)).kind == .quadratureEstimate)
        #expect(estimate(kinds[2]).widened(byRounding: 1).kind == kinds[2])
        #expect(estimate(.roundingBound).widened(byRounding: 1).error == 1.1)
    }

    /// Two errors that are exceeded one time in a hundred each are exceeded, one or the other, two times in a hundred at most.
    @Test func confidencesOfASumAddTheirDoubts() throws {
        let sum = estimate(.statistical(confidence: 0.99)) - estimate(.statistical(confidence: 0.98))
        guard case .statistical(let confidence) = sum.kind else {
            Issue.record("expected a statistical error, found \(sum.kind)")
            return
        }
        #expect(abs(confidence - 0.97) < 1e-15 && abs(sum.error - 0.2) < 1e-15 && sum.value == 0)
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
        #expect(throws: Refusal(point: 1)) { try PeriodicTrapezoid().integrate(over: 0...1, refuse) }
    }

    @Test func valuesThatAreNotFiniteNameTheirPoint() throws {
        let error = #expect(throws: GSLError.self) { try AdaptiveQuadrature().integrate(over: -1...1) { 1 / $0 } }
        guard case .nonFiniteIntegrand(_, let point, _) = error else {
            Issue.record("expected a non-finite integrand, found \(String(describing: error))")
            return
        }
        #expect(point == 0)
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
        #expect(throws: GSLError.self) { try AdaptiveQuadrature(maximumSubintervals: 0).integrate(over: 0...1) { $0 } }
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
