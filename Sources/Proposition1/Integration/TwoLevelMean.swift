import Diagnostics

/// The mean of a quantity that takes long to evaluate, by way of one that takes little and is nearly proportional to it.
///
/// With y the quantity, ỹ its surrogate and c controls whose means are known,
///
///     E y = E[y − bỹ − ⟨a, c − E c⟩] + b·E ỹ.
///
/// What is left of y in the first mean varies little and needs few evaluations of y. E ỹ is the mean over another and larger
/// sample, itself adjusted by the controls. Coefficients come from a pilot sample, so that the sum is unbiased; how many of
/// each to draw follows from the variances and the costs.
///
/// Reference: Giles, *Multilevel Monte Carlo path simulation*, Operations Research 56 (2008), with two levels.
struct TwoLevelMean: Sendable {
    /// Of y on the controls and then, if there is one, the surrogate.
    let quantity: ControlVariates
    /// Of ỹ on the controls; nil without a surrogate: E y is then estimated by control variates alone.
    let surrogate: ControlVariates?

    /// How many points a sample has.
    struct Points: Equatable, Sendable {
        /// At which y and ỹ are evaluated.
        var quantity: Int
        /// At which ỹ alone is; 0 without a surrogate.
        var surrogate: Int
    }

    /// Estimates the coefficients from a pilot sample.
    ///
    /// - Parameters:
    ///   - values: y.
    ///   - surrogates: ỹ at the same points, nil without one.
    ///   - controls: c at the same points, `[sample][control]`.
    init(values: [Double], surrogates: [Double]?, controls: [[Double]]) {
        quantity = ControlVariates(values: values, controls: Self.extended(controls, by: surrogates))
        surrogate = surrogates.map { ControlVariates(values: $0, controls: controls) }
    }

    /// The estimate of E y from one sample.
    ///
    /// - Parameters:
    ///   - expectations: E c.
    ///   - surrogateMean: E ỹ, from ``surrogateMean(surrogates:controls:expectations:)``; nil without a surrogate.
    func mean(
        values: ArraySlice<Double>, surrogates: ArraySlice<Double>?, controls: ArraySlice<[Double]>,
        expectations: [Double], surrogateMean: Double?
    ) -> Double {
        let all = Self.extended(Array(controls), by: surrogates.map(Array.init))
        return Self.mean(values, all, quantity, expectations + (surrogateMean.map { [$0] } ?? []))
    }

    /// The estimate of E ỹ from another sample; nil without a surrogate.
    func surrogateMean(
        surrogates: ArraySlice<Double>, controls: ArraySlice<[Double]>, expectations: [Double]
    ) -> Double? {
        surrogate.map { Self.mean(surrogates, Array(controls), $0, expectations) }
    }

    /// The numbers of points with the least work for a wanted standard error, as far as the pilot's variances can tell.
    ///
    /// The variance is V/n + Ṽ/ñ and the work C·n + C̃·ñ, so that n ∝ √(V/C).
    ///
    /// - Parameters:
    ///   - standardError: that of E y, above 0.
    ///   - costs: what y and ỹ take at one point, in the same unit.
    /// - Returns: not whole numbers.
    func points(
        standardError: Double, costs: (quantity: Double, surrogate: Double)
    ) -> (quantity: Double, surrogate: Double) {
        let variance = quantity.residualVariance
        let share = surrogate == nil ? 0 : quantity.coefficients.last ?? 0
        let surrogateVariance = share * share * (surrogate?.residualVariance ?? 0)
        let work = (variance * costs.quantity).squareRoot() + (surrogateVariance * costs.surrogate).squareRoot()
        let scale = work / (standardError * standardError)
        return (
            (variance / costs.quantity).squareRoot() * scale,
            surrogate == nil ? 0 : (surrogateVariance / costs.surrogate).squareRoot() * scale
        )
    }

    private static func extended(_ controls: [[Double]], by surrogates: [Double]?) -> [[Double]] {
        guard let surrogates else { return controls }
        require(
            surrogates.count == controls.count,
            "\(surrogates.count) surrogates with \(controls.count) vectors of controls")
        return zip(controls, surrogates).map { $0 + [$1] }
    }

    private static func mean(
        _ values: ArraySlice<Double>, _ controls: [[Double]], _ variates: ControlVariates, _ expectations: [Double]
    ) -> Double {
        zip(values, controls).reduce(0) {
            $0 + variates.adjusted($1.0, controls: $1.1, expectations: expectations)
        } / Double(values.count)
    }
}
