import Diagnostics

/// Removes from sampled values what is linear in quantities whose means are known.
///
/// With c a vector of controls and b any coefficients, y − ⟨b, c − E c⟩ has the mean of y. Coefficients that are estimated
/// from other samples than those that they are applied to leave it unbiased, and near the least-squares ones its variance is
/// that of the residual.
struct ControlVariates {
    /// b, one for each control.
    let coefficients: [Double]
    /// The variance of the residual.
    let residualVariance: Double

    /// The least-squares coefficients of a pilot sample.
    ///
    /// A control that is constant or a linear function of those before it, but for rounding, gets the coefficient zero: one
    /// fitted to rounding errors would be so large that they count.
    ///
    /// - Parameters:
    ///   - values: y, one for each sample.
    ///   - controls: c, `[sample][control]`.
    /// - Precondition: more samples than controls and one.
    init(values: [Double], controls: [[Double]]) {
        let count = controls.first?.count ?? 0
        require(
            values.count == controls.count && values.count > count + 1,
            "\(values.count) values with \(controls.count) vectors of \(count) controls")
        let samples = Double(values.count)
        func centred(_ column: [Double]) -> [Double] {
            let mean = column.reduce(0, +) / samples
            return column.map { $0 - mean }
        }
        var residual = centred(values)
        // Gram–Schmidt: the basis vectors, each a combination of controls.
        var basis: [(vector: [Double], combination: [Double])] = []
        var coefficients = [Double](repeating: 0, count: count)
        for index in 0..<count {
            let control = controls.map { $0[index] }
            let size = dot(control, control)
            var vector = centred(control)
            var combination = [Double](repeating: 0, count: count)
            combination[index] = 1
            // Twice: the second pass removes what rounding left.
            for _ in 0..<2 {
                for other in basis {
                    let share = dot(vector, other.vector) / dot(other.vector, other.vector)
                    vector = zip(vector, other.vector).map { $0 - share * $1 }
                    combination = zip(combination, other.combination).map { $0 - share * $1 }
                }
            }
            let rest = dot(vector, vector)
            guard rest > 1e-20 * size, rest > 0 else { continue }
            let share = dot(residual, vector) / rest
            residual = zip(residual, vector).map { $0 - share * $1 }
            coefficients = zip(coefficients, combination).map { $0 + share * $1 }
            basis.append((vector, combination))
        }
        self.coefficients = coefficients
        residualVariance = dot(residual, residual) / (samples - 1 - Double(basis.count))
    }

    /// y − ⟨b, c − E c⟩.
    func adjusted(_ value: Double, controls: [Double], expectations: [Double]) -> Double {
        var value = value
        for (index, coefficient) in coefficients.enumerated() {
            value -= coefficient * (controls[index] - expectations[index])
        }
        return value
    }
}

private func dot(_ left: [Double], _ right: [Double]) -> Double { zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }
