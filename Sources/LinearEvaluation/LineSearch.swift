/// A line search for the strong Wolfe conditions.
///
/// J. Nocedal, S. Wright, *Numerical Optimization*, 2nd edition, algorithms 3.5 and 3.6, with the safeguarded cubic
/// interpolation of equation 3.59.
struct LineSearch {
    /// Where the search begins.
    let point: [Double]
    /// The function there.
    let value: Double
    /// The derivative along the direction there; negative.
    let slope: Double
    /// The direction.
    let direction: [Double]

    /// Sufficient decrease: φ(t) ≤ φ(0) + c₁·t·φ′(0).
    private let decrease = 1e-4
    /// Curvature: |φ′(t)| ≤ c₂·|φ′(0)|; 0.9 is usual for quasi-Newton methods.
    private let curvature = 0.9
    private let evaluationLimit = 40

    /// Creates a search.
    init(point: [Double], value: Double, slope: Double, direction: [Double]) {
        self.point = point
        self.value = value
        self.slope = slope
        self.direction = direction
    }

    /// A point that satisfies both conditions.
    struct Found {
        let point: [Double]
        let value: Double
        let gradient: [Double]
        let evaluations: Int
    }

    /// A trial step with φ and φ′.
    private struct Trial {
        var step: Double
        var value: Double
        var slope: Double
    }

    /// Searches.
    ///
    /// - Returns: `nil` when no step satisfies both conditions within the limit of evaluations, which happens when
    ///   rounding hides any further descent.
    func run(firstStep: Double, _ objective: LBFGS.Objective) -> Found? {
        guard slope < 0 else { return nil }
        var candidate = point
        var gradient = [Double](repeating: 0, count: point.count)
        var evaluations = 0

        func evaluate(_ step: Double) -> Trial {
            for index in candidate.indices { candidate[index] = point[index] + step * direction[index] }
            evaluations += 1
            let value = objective(candidate, &gradient)
            return Trial(step: step, value: value, slope: dot(gradient, direction))
        }
        func found(_ trial: Trial) -> Found {
            Found(point: candidate, value: trial.value, gradient: gradient, evaluations: evaluations)
        }
        /// Algorithm 3.6: `low` satisfies sufficient decrease, and a good step lies between it and `high`.
        func zoom(_ low: Trial, _ high: Trial) -> Found? {
            var (low, high) = (low, high)
            while evaluations < evaluationLimit {
                let trial = evaluate(interpolate(low, high))
                if !decreasesEnough(trial) || trial.value >= low.value {
                    high = trial
                } else {
                    if isFlatEnough(trial) { return found(trial) }
                    if trial.slope * (high.step - low.step) >= 0 { high = low }
                    low = trial
                }
            }
            return nil
        }

        var previous = Trial(step: 0, value: value, slope: slope)
        var step = firstStep
        while evaluations < evaluationLimit {
            let trial = evaluate(step)
            if !decreasesEnough(trial) || (previous.step > 0 && trial.value >= previous.value) {
                return zoom(previous, trial)
            }
            if isFlatEnough(trial) { return found(trial) }
            if trial.slope >= 0 { return zoom(trial, previous) }
            previous = trial
            step *= 4
        }
        return nil
    }

    private func decreasesEnough(_ trial: Trial) -> Bool {
        trial.value <= value + decrease * trial.step * slope
    }

    private func isFlatEnough(_ trial: Trial) -> Bool {
        abs(trial.slope) <= curvature * abs(slope)
    }

    /// The minimum of the cubic through two trials, kept away from both by a tenth of their distance; the middle where
    /// there is no such cubic.
    private func interpolate(_ first: Trial, _ second: Trial) -> Double {
        let width = second.step - first.step
        let middle = first.step + width / 2
        let d1 = first.slope + second.slope - 3 * (first.value - second.value) / (first.step - second.step)
        let radicand = d1 * d1 - first.slope * second.slope
        guard radicand >= 0, radicand.isFinite else { return middle }
        let d2 = radicand.squareRoot() * (width < 0 ? -1 : 1)
        let minimum = second.step - width * (second.slope + d2 - d1) / (second.slope - first.slope + 2 * d2)
        let fraction = (minimum - first.step) / width
        guard fraction.isFinite else { return middle }
        return first.step + width * min(max(fraction, 0.1), 0.9)
    }
}
