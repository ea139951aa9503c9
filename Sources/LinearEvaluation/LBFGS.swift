import Diagnostics

/// Minimisation of a smooth function by the limited-memory BFGS method.
///
/// J. Nocedal, S. Wright, *Numerical Optimization*, 2nd edition, algorithm 7.5, with a line search for the strong Wolfe
/// conditions.
struct LBFGS {
    /// Number of past steps that the approximation of the inverse Hessian remembers.
    var historySize = 10
    /// The most iterations, each a direction and a line search.
    var iterationLimit = 10_000

    /// A function and its gradient at a point; writes the gradient and returns the value.
    typealias Objective = (_ point: [Double], _ gradient: inout [Double]) -> Double

    /// Where the minimisation ended.
    struct Outcome {
        /// The point with the least value.
        var point: [Double]
        /// The function there.
        var value: Double
        /// The gradient there.
        var gradient: [Double]
        /// Iterations done.
        var iterations = 0
        /// Evaluations of the function, without those of a line search that found nothing.
        var evaluations = 1
        /// Whether the stopping rule was met; else the iterations ran out, or rounding hid any further descent.
        var converged = false
    }

    /// One remembered step.
    private struct Step {
        /// Change of the point.
        let point: [Double]
        /// Change of the gradient.
        let gradient: [Double]
        /// 1/⟨point, gradient⟩.
        let inverseCurvature: Double
    }

    /// Minimises a function.
    ///
    /// - Parameters:
    ///   - start: the first point.
    ///   - isOptimal: the stopping rule, of value and gradient.
    ///   - precondition: applies an approximation of the inverse Hessian, in place; it must be symmetric and positive
    ///     definite. The scale does not matter.
    ///   - objective: the function.
    func minimize(
        from start: [Double], until isOptimal: (_ value: Double, _ gradient: [Double]) -> Bool,
        precondition: (inout [Double]) -> Void = { _ in }, _ objective: Objective
    ) -> Outcome {
        var gradient = [Double](repeating: 0, count: start.count)
        let value = objective(start, &gradient)
        var state = Outcome(point: start, value: value, gradient: gradient)
        var history: [Step] = []
        while state.iterations < iterationLimit {
            if isOptimal(state.value, state.gradient) { break }
            let direction = descentDirection(state.gradient, history, precondition)
            let search = LineSearch(
                point: state.point, value: state.value, slope: dot(state.gradient, direction), direction: direction)
            // Nothing tells how long the first step should be: it begins with length one, and the search corrects it.
            let firstStep = history.isEmpty ? 1 / max(norm(direction), .leastNormalMagnitude) : 1
            guard let found = search.run(firstStep: firstStep, objective) else { break }
            state.iterations += 1
            state.evaluations += found.evaluations
            let pointChange = difference(found.point, state.point)
            let gradientChange = difference(found.gradient, state.gradient)
            let curvature = dot(pointChange, gradientChange)
            if curvature > 0 {
                if history.count == historySize { history.removeFirst() }
                history.append(Step(point: pointChange, gradient: gradientChange, inverseCurvature: 1 / curvature))
            }
            (state.point, state.value, state.gradient) = (found.point, found.value, found.gradient)
        }
        state.converged = isOptimal(state.value, state.gradient)
        return state
    }

    /// −H·gradient by the two-loop recursion, H the approximation of the inverse Hessian.
    private func descentDirection(
        _ gradient: [Double], _ history: [Step], _ precondition: (inout [Double]) -> Void
    ) -> [Double] {
        var direction = gradient
        var projections: [Double] = []
        for step in history.reversed() {
            let projection = step.inverseCurvature * dot(step.point, direction)
            add(-projection, step.gradient, to: &direction)
            projections.append(projection)
        }
        precondition(&direction)
        if let last = history.last {
            // The scale at which the preconditioner reproduces the last curvature (equation 7.20).
            var preconditioned = last.gradient
            precondition(&preconditioned)
            let scale = 1 / (last.inverseCurvature * dot(last.gradient, preconditioned))
            for index in direction.indices { direction[index] *= scale }
        }
        for (step, projection) in zip(history, projections.reversed()) {
            let correction = projection - step.inverseCurvature * dot(step.gradient, direction)
            add(correction, step.point, to: &direction)
        }
        for index in direction.indices { direction[index] = -direction[index] }
        return direction
    }
}

/// ⟨left, right⟩, summed in a fixed order.
func dot(_ left: [Double], _ right: [Double]) -> Double {
    require(left.count == right.count, "vectors of \(left.count) and \(right.count) elements")
    return left.withUnsafeBufferPointer { left in
        right.withUnsafeBufferPointer { right in
            guard let left = left.baseAddress, let other = right.baseAddress else { return 0 }
            return dot(left, other, count: right.count)
        }
    }
}

/// ⟨left, right⟩ of some neighbouring elements, over eight lanes, which the compiler may not reorder by itself.
func dot(_ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>, count: Int) -> Double {
    var lanes = SIMD8<Double>.zero
    let whole = count & ~7
    for index in stride(from: 0, to: whole, by: 8) {
        var x = SIMD8<Double>.zero
        var y = SIMD8<Double>.zero
        for lane in 0..<8 {
            x[lane] = left[index + lane]
            y[lane] = right[index + lane]
        }
        lanes.addProduct(x, y)
    }
    return (whole..<count).reduce(lanes.sum()) { $0 + left[$1] * right[$1] }
}

/// The Euclidean norm.
func norm(_ vector: [Double]) -> Double { dot(vector, vector).squareRoot() }

private func add(_ factor: Double, _ vector: [Double], to sum: inout [Double]) {
    for index in sum.indices { sum[index] += factor * vector[index] }
}

private func difference(_ left: [Double], _ right: [Double]) -> [Double] {
    left.indices.map { left[$0] - right[$0] }
}
