import Diagnostics

/// Multinomial logistic regression: the linear evaluation of section 3.1.
///
/// The objective is that of scikit-learn's `LogisticRegression` with its defaults (C = 1, L2 penalty, free intercept):
///
///     F(W, b) = Σₙ −log softmax(W xₙ + b)[yₙ] + ½‖W‖²      (nats)
///
/// F is convex with one minimum up to a common shift of all intercepts.
public struct LogisticRegression: Sendable {
    /// The weights W, [class, column].
    public let coefficients: [Double]
    /// The intercepts b, [class]; their sum is 0.
    public let intercepts: [Double]
    /// Number of columns of the features.
    public let columnCount: Int
    /// F at the end, in nats.
    public let objective: Double
    /// ‖∇F‖₂ at the end.
    public let gradientNorm: Double
    /// Iterations of L-BFGS.
    public let iterations: Int
    /// Whether the stopping rule was met.
    public let converged: Bool

    /// Trains a classifier to the optimum.
    ///
    /// Beside its intercepts F is 1-strongly convex, so F exceeds its minimum by at most ½‖∇F‖² once the intercepts are
    /// optimal; training stops when that is below `tolerance` · F.
    ///
    /// - Parameters:
    ///   - features: the examples, [row, column].
    ///   - labels: a class a row.
    ///   - classCount: number of classes, 2...16.
    ///   - tolerance: the relative excess over the minimum at which to stop.
    ///   - iterationLimit: the most iterations.
    /// - Throws: `Failure` of kind `.badData` when a feature is not finite, or the sum of a column's squares is not.
    /// - Precondition: one label a row, each below `classCount`.
    public static func fit(
        _ features: some LinearFeatures, labels: [UInt8], classCount: Int, tolerance: Double = 1e-6,
        iterationLimit: Int = 10_000
    ) throws -> LogisticRegression {
        let moments = try finiteMoments(of: features)
        // The mean of p(1 − p) of a class: at the paper's accuracies between 0.001 and 0.02, and nothing depends on it but
        // the number of iterations, by a tenth.
        let preconditioner = CurvaturePreconditioner(
            consume moments, curvature: 0.005, classCount: classCount)
        return minimize(
            MultinomialObjective(features, labels: labels, classCount: classCount), columnCount: features.columnCount,
            by: LBFGS(iterationLimit: iterationLimit),
            until: { value, gradient in 0.5 * dot(gradient, gradient) <= tolerance * value },
            precondition: { preconditioner.apply(to: &$0) })
    }

    /// Trains a classifier for as long as scikit-learn's `LogisticRegression` does with its defaults: L-BFGS from zero without a
    /// preconditioner, until no component of ∇F/n exceeds 10⁻⁴ (`tol`) or for 100 iterations (`max_iter`).
    ///
    /// The method is scikit-learn's, with ten past steps too, the code is ours, not SciPy's L-BFGS-B: another line search, so the
    /// iterates are others. Where it stops depends on the scale of the features, which the optimum does only by way of the penalty.
    ///
    /// - Parameters: as of ``fit(_:labels:classCount:tolerance:iterationLimit:)``.
    /// - Throws: `Failure` of kind `.badData` when a feature is not finite.
    public static func fitBriefly(
        _ features: some LinearFeatures, labels: [UInt8], classCount: Int
    ) throws -> LogisticRegression {
        try requireFinite(features)
        let bound = briefTolerance * Double(labels.count)
        return minimize(
            MultinomialObjective(features, labels: labels, classCount: classCount), columnCount: features.columnCount,
            by: LBFGS(iterationLimit: briefIterations),
            until: { _, gradient in gradient.allSatisfy { abs($0) <= bound } }, precondition: { _ in })
    }

    /// scikit-learn's `max_iter`.
    public static let briefIterations = 100
    /// scikit-learn's `tol`.
    static let briefTolerance = 1e-4

    /// - Throws: `Failure` of kind `.badData` when a feature is not finite.
    private static func requireFinite(_ features: some LinearFeatures) throws {
        guard let (row, column) = features.nonFinitePosition else { return }
        throw Failure(
            .badData,
            "the features of a linear classifier: expected finite numbers, found another in row \(row), column "
                + "\(column); the training that made them has diverged, try a smaller learning rate")
    }

    /// The features' second moments.
    ///
    /// - Throws: `Failure` of kind `.badData` when a feature is not finite, or the sum of a column's squares is not.
    private static func finiteMoments(of features: some LinearFeatures) throws -> SecondMoments {
        try requireFinite(features)
        let moments = features.secondMoments
        guard moments.areFinite else {
            throw Failure(
                .badData,
                "the features of a linear classifier: expected sums of squares below 3e38, found a larger one; the "
                    + "training that made them has diverged, try a smaller learning rate")
        }
        return moments
    }

    /// The classifier where a minimisation of the objective from zero ends.
    private static func minimize(
        _ objective: MultinomialObjective<some LinearFeatures>, columnCount: Int, by optimizer: LBFGS,
        until isDone: (Double, [Double]) -> Bool, precondition: (inout [Double]) -> Void
    ) -> LogisticRegression {
        let classCount = objective.parameterCount / (columnCount + 1)
        let outcome = optimizer.minimize(
            from: [Double](repeating: 0, count: objective.parameterCount), until: isDone, precondition: precondition
        ) { point, gradient in objective.evaluate(point, gradient: &gradient) }
        let parameters = outcome.point
        let shift = parameters.suffix(classCount).reduce(0, +) / Double(classCount)
        return LogisticRegression(
            coefficients: (0..<classCount).flatMap { label in
                (0..<columnCount).map { parameters[$0 * classCount + label] }
            },
            intercepts: parameters.suffix(classCount).map { $0 - shift }, columnCount: columnCount,
            objective: outcome.value, gradientNorm: norm(outcome.gradient), iterations: outcome.iterations,
            converged: outcome.converged)
    }

    /// The most probable class of each row; of equal ones the least.
    ///
    /// - Precondition: the features have the columns that the classifier was trained on.
    public func predictions(for features: some LinearFeatures) -> [UInt8] {
        require(
            features.columnCount == columnCount, "\(features.columnCount) columns, expected \(columnCount)")
        let classCount = intercepts.count
        var weights = [ClassLanes](repeating: .zero, count: columnCount)
        var bias = ClassLanes(repeating: -.infinity)
        for label in 0..<classCount {
            bias[label] = intercepts[label]
            for column in 0..<columnCount { weights[column][label] = coefficients[label * columnCount + column] }
        }
        var scores = [ClassLanes](repeating: bias, count: features.rowCount)
        scores.withUnsafeMutableBufferPointer { scores in
            weights.withUnsafeBufferPointer { weights in
                guard let scores = scores.baseAddress, let weights = weights.baseAddress else { return }
                features.addScores(of: 0..<features.rowCount, weights: weights, to: scores)
            }
        }
        return scores.map { scores in
            let best = (1..<classCount).reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
            return UInt8(best)
        }
    }

    /// The share of rows whose most probable class is their label, in 0...1.
    ///
    /// - Precondition: at least one row, and one label a row.
    public func accuracy(on features: some LinearFeatures, labels: [UInt8]) -> Double {
        require(
            !labels.isEmpty && labels.count == features.rowCount,
            "\(labels.count) labels for \(features.rowCount) rows, expected as many and at least one")
        let correct = zip(predictions(for: features), labels).count { $0 == $1 }
        return Double(correct) / Double(labels.count)
    }
}
