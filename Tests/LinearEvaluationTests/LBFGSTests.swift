import Foundation
import Testing

@testable import LinearEvaluation

@Suite("L-BFGS")
struct EvaluationLBFGSTests {
    private static func rosenbrock(_ point: [Double], _ gradient: inout [Double]) -> Double {
        let (x, y) = (point[0], point[1])
        gradient = [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]
        return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x)
    }

    /// Σ λₖ (xₖ − 1)²/2 with λ from 1 to 10⁸.
    private static let curvatures: [Double] = [1, 1e2, 1e4, 1e6, 1e8, 3, 5e3, 7e5]
    private static func quadratic(_ point: [Double], _ gradient: inout [Double]) -> Double {
        gradient = zip(curvatures, point).map { $0 * ($1 - 1) }
        return zip(curvatures, point).reduce(0) { $0 + 0.5 * $1.0 * ($1.1 - 1) * ($1.1 - 1) }
    }

    private func isFlat(_ value: Double, _ gradient: [Double]) -> Bool { norm(gradient) < 1e-9 }

    /// The classical start; SciPy's L-BFGS-B takes 37 iterations from it.
    @Test("Rosenbrock's valley")
    func rosenbrock() {
        let outcome = LBFGS().minimize(from: [-1.2, 1], until: isFlat, Self.rosenbrock)
        #expect(outcome.converged && outcome.iterations < 60)
        #expect(abs(outcome.point[0] - 1) < 1e-8 && abs(outcome.point[1] - 1) < 1e-8)
        #expect(outcome.evaluations < 3 * outcome.iterations)
    }

    @Test("a badly conditioned quadratic; with its inverse Hessian as preconditioner almost at once")
    func preconditioning() {
        let start = [Double](repeating: 0, count: 8)
        let plain = LBFGS().minimize(from: start, until: isFlat, Self.quadratic)
        let preconditioned = LBFGS().minimize(
            from: start, until: isFlat,
            precondition: { vector in
                for index in vector.indices { vector[index] /= Self.curvatures[index] }
            }, Self.quadratic)
        #expect(plain.converged && preconditioned.converged)
        #expect(preconditioned.iterations <= 3)
        #expect(preconditioned.iterations < plain.iterations)
        #expect(preconditioned.point.allSatisfy { abs($0 - 1) < 1e-9 })
    }

    @Test("a start at the minimum, a limit of iterations, a rule that cannot be met")
    func ends() {
        let atMinimum = LBFGS().minimize(from: [1, 1], until: isFlat, Self.rosenbrock)
        #expect(atMinimum.converged && atMinimum.iterations == 0 && atMinimum.evaluations == 1)
        let limited = LBFGS(iterationLimit: 3).minimize(from: [-1.2, 1], until: isFlat, Self.rosenbrock)
        #expect(!limited.converged && limited.iterations == 3)
        // As many iterations as it needs, and none to find out.
        let needed = LBFGS().minimize(from: [-1.2, 1], until: isFlat, Self.rosenbrock).iterations
        let enough = LBFGS(iterationLimit: needed).minimize(from: [-1.2, 1], until: isFlat, Self.rosenbrock)
        #expect(enough.converged && enough.iterations == needed)
        // Rounding hides the descent at some point; the search then ends at the minimum without claiming success.
        let impossible = LBFGS().minimize(from: [0.5, 0.25], until: { _, _ in false }) { point, gradient in
            gradient = [sinh(point[0]), point[1]]
            return 1 + (cosh(point[0]) - 1) + point[1] * point[1] / 2
        }
        #expect(!impossible.converged && abs(impossible.point[0]) < 1e-6 && abs(impossible.point[1]) < 1e-6)
    }

    @Test("the strong Wolfe conditions, for first steps that are far too short and far too long")
    func lineSearch() {
        func objective(_ point: [Double], _ gradient: inout [Double]) -> Double {
            gradient = [2 * (point[0] - 3)]
            return (point[0] - 3) * (point[0] - 3)
        }
        for firstStep in [1e-8, 0.1, 3, 5, 1e3, 1e8] {
            let search = LineSearch(point: [0], value: 9, slope: -6, direction: [1])
            guard let found = search.run(firstStep: firstStep, objective) else {
                Issue.record("nothing found from step \(firstStep)")
                continue
            }
            #expect(found.value <= 9 - 1e-4 * found.point[0] * 6)
            #expect(abs(found.gradient[0]) <= 0.9 * 6)
        }
        let uphill = LineSearch(point: [0], value: 9, slope: 6, direction: [-1])
        #expect(uphill.run(firstStep: 1, objective) == nil)
    }
}
