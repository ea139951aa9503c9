import AugmentationChannel
import Autodiff
import Foundation
import GradientChecking
import TensorReference
import Tensors
import Testing

/// Which denominator makes (17): X̃ and T'' are independent of the anchor's x and T. Errata, item 6.
@Suite struct NegativesTests {
    /// Orthonormal embeddings: every score is 0 but an anchor's own, β, so that (17) is 0 for all P.
    private func orthonormal<Scalar: TensorScalar>(_ images: Int, _ m: Int, _ type: Scalar.Type) -> EncodedViews<Scalar>
    {
        let count = images * m
        var scalars = [Scalar](repeating: 0, count: count * count)
        for index in 0..<count { scalars[index * count + index] = 1 }
        return EncodedViews(Variable(Tensor(shape: [images, m, count], scalars: scalars)))
    }

    private func objective<Scalar: TensorScalar>(
        _ views: EncodedViews<Scalar>, _ logWeights: [Double], _ negatives: Negatives, beta: Double
    ) -> (value: Double, gradient: [Double]) {
        let leaf = Variable(
            Tensor<Scalar>(shape: [views.images, views.views], scalars: logWeights.map { Scalar($0) })
        ).tracked()
        let value = multiViewObjective(views, logWeights: leaf, negatives: negatives, beta: Scalar(beta))
        return (
            Double(value.value.scalar), value.gradient(withRespectTo: [leaf])[0].value.scalars.map { Double($0) }
        )
    }

    /// Log-weights from uniform (sharpness 0) to all on one view, and the weights themselves.
    private func sharpened(_ images: Int, _ m: Int, _ sharpness: Double) -> (logWeights: [Double], weights: [[Double]])
    {
        var generator = PhiloxGenerator(seed: 9, purpose: "log-weights")
        let logWeights = (0..<images * m).map { _ in sharpness * generator.unitInterval() }
        let weights = (0..<images).map { image in
            let row = logWeights[image * m..<(image + 1) * m].map { exp($0) }
            return row.map { $0 / row.reduce(0, +) }
        }
        return (logWeights, weights)
    }

    /// With every view in the denominator the own term of an anchor of weight w makes it 1 + w(e^β − 1)/N where it should be
    /// 1: the objective falls by Σ w log(1 + w(e^β − 1)/N), and P(T|x) is pushed away from being sharp. The other two
    /// denominators know nothing of it: value and gradient are 0.
    @Test(arguments: [0.0, 1, 8, 200], [0.5, 5, 100]) func onlyTheAnchorItselfMakesAnEntropyTerm(
        sharpness: Double, beta: Double
    ) {
        check(sharpness, beta, Double.self, rounding: 1e-15)
        check(sharpness, beta, Float.self, rounding: 1e-6)
    }

    private func check<Scalar: TensorScalar>(
        _ sharpness: Double, _ beta: Double, _ type: Scalar.Type, rounding: Double
    ) {
        let (images, m) = (7, 4)
        let views = orthonormal(images, m, Scalar.self)
        let (logWeights, weights) = sharpened(images, m, sharpness)
        for negatives in [Negatives.otherImages, .otherViews] {
            let (value, gradient) = objective(views, logWeights, negatives, beta: beta)
            // Sums of 28 weights that round to 1, and their logarithm.
            #expect(abs(value) < 30 * rounding, "\(negatives), \(Scalar.self): \(value)")
            #expect(gradient.allSatisfy { abs($0) < 30 * rounding }, "\(negatives), \(Scalar.self): \(gradient)")
        }
        let own = (exp(beta) - 1) / Double(images)
        let predicted = -weights.joined().reduce(0) { $0 + $1 * log1p($1 * own) } / Double(images)
        let (value, gradient) = objective(views, logWeights, .allViews, beta: beta)
        #expect(abs(value - predicted) < 30 * rounding * max(1, beta), "\(Scalar.self): \(value), not \(predicted)")
        guard sharpness == 1 || sharpness == 8 else { return }
        // With c(w) = log(1 + w·own) + w·own/(1 + w·own), the derivative of w log(1 + w·own): a logit gets −w(c − Σ wc)/N.
        for (image, row) in weights.enumerated() {
            let c = row.map { log1p($0 * own) + $0 * own / (1 + $0 * own) }
            let mean = zip(row, c).reduce(0) { $0 + $1.0 * $1.1 }
            for view in 0..<m {
                let slope = -row[view] * (c[view] - mean) / Double(images)
                #expect(abs(gradient[image * m + view] - slope) < 30 * rounding * max(1, beta))
            }
        }
    }

    /// The size of the term in the paper's setting, β = 0.5 and eight views, in batches of 256: between uniform and sharp
    /// weights the objective differs by about 7/8 · (e^β − 1)/256 = 0.0022 nats, 43% of the difference of λH, 0.0025 · log 8.
    @Test func theTermIsNearlyHalfOfTheEntropyBonus() {
        let (images, m) = (256, 8)
        let views = orthonormal(images, m, Double.self)
        func value(_ logWeights: [Double], _ negatives: Negatives) -> Double {
            multiViewObjective(
                views, logWeights: Variable(Tensor(shape: [images, m], scalars: logWeights)), negatives: negatives,
                beta: 0.5
            ).value.scalar
        }
        let uniform = [Double](repeating: 0, count: images * m)
        let sharp = (0..<images * m).map { $0 % m == 0 ? 0.0 : -60 }
        let bonus = 0.0025 * log(Double(m))
        let share = (value(uniform, .allViews) - value(sharp, .allViews)) / bonus
        #expect(abs(share - 0.42591) < 1e-5, "\(share)")
        let free = (value(uniform, .otherImages) - value(sharp, .otherImages)) / bonus
        // Two thousand roundings of weights, over 0.005.
        #expect(abs(free) < 1e-9, "\(free)")
    }

    /// First and second derivatives, with embeddings that are shared by no, some and all images.
    @Test(arguments: Negatives.allCases) func derivativesAreRight(negatives: Negatives) throws {
        var generator = PhiloxGenerator(seed: 4, purpose: "derivatives")
        // Embedding 0 as the blank one: twice in the first image, once in the second; 3 twice in the second.
        let rows = [0, 1, 0, 2, 3, 0, 3, 4, 5, 1, 6, 7]
        let point = [Tensor<Double>.normal([8, 3], using: &generator), .normal([3, 4], using: &generator)]
        try GradientChecker().checkSecondOrder(
            { leaves in
                multiViewObjective(
                    EncodedViews(embeddings: leaves[0].normalizedAlongLastAxis(), rows: rows, views: 4),
                    logWeights: leaves[1], negatives: negatives, beta: 2)
            }, at: point, names: ["embeddings", "logWeights"])
    }

    /// β up to 100 and weights up to 1: finite in both scalars, and equal to each other.
    @Test(arguments: [0.5, 20, 100]) func sharpAndConcentratedStaysFinite(beta: Double) {
        var generator = PhiloxGenerator(seed: 5, purpose: "sharp")
        let (images, m) = (6, 4)
        let embeddings = Tensor<Double>.normal([10, 3], using: &generator).normalizedAlongLastAxis(epsilon: 0)
        // Embedding 0 has all the weight of the first image and none of any other.
        let rows = [0, 0, 0, 0] + (4..<images * m).map { _ in generator.uniformInteger(below: 10) }
        let logWeights = (0..<images * m).map { $0 < m ? 0.0 : rows[$0] == 0 ? -900 : -30 * generator.unitInterval() }
        func value<Scalar: TensorScalar>(_ type: Scalar.Type) -> (Double, [[Double]]) {
            let leaves = [
                Variable(embeddings.converted(to: Scalar.self)).tracked(),
                Variable(Tensor<Scalar>(shape: [images, m], scalars: logWeights.map { Scalar($0) })).tracked(),
            ]
            let value = multiViewObjective(
                EncodedViews(embeddings: leaves[0], rows: rows, views: m), logWeights: leaves[1],
                negatives: .otherImages, beta: Scalar(beta))
            return (
                Double(value.value.scalar),
                value.gradient(withRespectTo: leaves).map { $0.value.scalars.map { Double($0) } }
            )
        }
        let (double, float) = (value(Double.self), value(Float.self))
        // A hundred roundings of scores up to β, and the gradient in an embedding is β times as large.
        #expect(abs(double.0 - float.0) < 1e-5 * max(1, beta))
        #expect(largestDifference(double.1.joined(), float.1.joined()) < 1e-4 * max(1, beta))
    }

    /// A channel of eight images with three views each, whose (17) is a sum: how far the mean of the objective over batches
    /// of independent images, with uniformly drawn views, is from it.
    ///
    /// Whatever holds the anchor's own image with weight 1/N instead of its probability falls short by about
    /// (E exp βS(h(T(X)), h(T''(X)))/μ − 1)/N, 0.05 here; the mean over the other images has the right expectation, and
    /// what is left is the bias of a logarithm and of renormalised weights, of higher order in 1/N and 1/m.
    @Test(arguments: [0.0, 3, 8]) func onlyTheMeanOverOtherImagesIsUnbiased(sharpness: Double) {
        let (images, crops, batch, m, beta, batches) = (8, 3, 8, 24, 0.5, 400)
        var generator = PhiloxGenerator(seed: 17, purpose: "channel")
        let centres = Tensor<Double>.normal([images, 4], using: &generator)
        let spread = Tensor<Double>.normal([images * crops, 4], using: &generator)
        let points = centres.gatheringRows((0..<images * crops).map { $0 / crops }) + spread.scaled(by: 0.7)
        let h = points.normalizedAlongLastAxis(epsilon: 0)
        let (logWeights, weights) = sharpened(images, crops, sharpness)
        let exact = meanApproximation(h, weights, beta: beta)
        var differences: [Negatives: [Double]] = [:]
        for _ in 0..<batches {
            let chosen = (0..<batch).map { _ in generator.uniformInteger(below: images) }
            let rows = chosen.flatMap { image in
                (0..<m).map { _ in image * crops + generator.uniformInteger(below: crops) }
            }
            for negatives in Negatives.allCases {
                let value = multiViewObjective(
                    EncodedViews(embeddings: Variable(h), rows: rows, views: m),
                    logWeights: Variable(Tensor(shape: [batch, m], scalars: rows.map { logWeights[$0] })),
                    negatives: negatives, beta: beta
                ).value.scalar
                differences[negatives, default: []].append(value - exact)
            }
        }
        for (negatives, values) in differences {
            let mean = values.reduce(0, +) / Double(batches)
            let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(batches - 1)
            let error = (square / Double(batches)).squareRoot()
            // Four standard errors are 0.01 or so, a quarter of the others' shortfall; the seed is fixed.
            if negatives == .otherImages {
                #expect(abs(mean) < 4 * error && 4 * error < 0.015, "\(mean) ± \(error)")
            } else {
                #expect(mean < -8 * error && mean > -0.1, "\(negatives): \(mean) ± \(error)")
            }
        }
        #expect(differences.count == 3)
    }

    /// (17) by its definition, all images equally probable.
    private func meanApproximation(_ h: Tensor<Double>, _ weights: [[Double]], beta: Double) -> Double {
        let crops = weights[0].count
        func score(_ a: Int, _ b: Int) -> Double {
            var product = 0.0
            for k in 0..<h.lastExtent { product += h[a, k] * h[b, k] }
            return beta * product
        }
        var sum = 0.0
        for (image, own) in weights.enumerated() {
            for view in 0..<crops {
                let anchor = image * crops + view
                var (conditional, marginal) = (0.0, 0.0)
                for (other, ofOther) in weights.enumerated() {
                    for (crop, weight) in ofOther.enumerated() {
                        let s = score(anchor, other * crops + crop)
                        marginal += weight * exp(s) / Double(weights.count)
                        if other == image { conditional += weight * s }
                    }
                }
                sum += own[view] * (conditional - log(marginal))
            }
        }
        return sum / Double(weights.count)
    }
}
