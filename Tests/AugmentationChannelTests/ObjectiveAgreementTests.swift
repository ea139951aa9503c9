import AugmentationChannel
import Autodiff
import GradientChecking
import TensorReference
import Tensors
import Testing

/// The forms of the objective agree with each other where the paper says so.
@Suite struct ObjectiveAgreementTests {
    private func unitVectors(_ shape: [Int], seed: UInt64) -> Variable<Double> {
        var generator = PhiloxGenerator(seed: seed, purpose: "test embeddings")
        return Variable(Tensor.normal(shape, using: &generator)).normalizedAlongLastAxis()
    }

    private func views(_ h: Variable<Double>, _ view: Int) -> Variable<Double> {
        let (images, count, dimension) = (h.shape[0], h.shape[1], h.shape[2])
        return h.reshaped([images * count, dimension]).gatheringRows((0..<images).map { $0 * count + view })
    }

    private let uniform = { (images: Int, views: Int) in Variable(Tensor<Double>.zeros([images, views])) }

    /// m = 2 and uniform P: Algorithm 1's objective is (20), averaged over which view is the anchor. Both sides sum the
    /// same 2N terms in other orders: 1e-13 is a thousand roundings of numbers near 1.
    @Test(arguments: [2, 3, 17]) func twoUniformViewsGiveSimCLR(images: Int) {
        let h = unitVectors([images, 2, 5], seed: UInt64(images))
        let ours = multiViewObjective(
            EncodedViews(h), logWeights: uniform(images, 2), negatives: .otherViews, beta: 0.5)
        let forward = simCLRObjective(anchors: views(h, 0), positives: views(h, 1), beta: 0.5)
        let backward = simCLRObjective(anchors: views(h, 1), positives: views(h, 0), beta: 0.5)
        let mean = (forward.value.scalar + backward.value.scalar) / 2
        #expect(abs(ours.value.scalar - mean) < 1e-13)
        // With the anchor's own views among the negatives it is another estimate.
        let pooled = multiViewObjective(
            EncodedViews(h), logWeights: uniform(images, 2), negatives: .allViews, beta: 0.5)
        #expect(abs(pooled.value.scalar - mean) > 1e-6)
    }

    /// Listing a distinct embedding once changes nothing: neither the value nor the gradient of what it is made from.
    @Test(arguments: Negatives.allCases) func distinctEmbeddingsChangeNothing(negatives: Negatives) {
        let (images, m, distinct) = (6, 4, 9)
        var generator = PhiloxGenerator(seed: 5, purpose: "test rows")
        let rows = (0..<images * m).map { _ in generator.uniformInteger(below: distinct) }
        let logWeights = Variable(Tensor<Double>.normal([images, m], using: &generator)).tracked()
        let once = unitVectors([distinct, 5], seed: 6).tracked()
        let shared = multiViewObjective(
            EncodedViews(embeddings: once, rows: rows, views: m), logWeights: logWeights, negatives: negatives, beta: 2)
        let spread = multiViewObjective(
            EncodedViews(once.gatheringRows(rows).reshaped([images, m, 5])), logWeights: logWeights,
            negatives: negatives, beta: 2)
        #expect(abs(shared.value.scalar - spread.value.scalar) < 1e-13)
        let leaves = [once, logWeights]
        for (a, b) in zip(
            shared.gradient(withRespectTo: leaves), spread.gradient(withRespectTo: leaves))
        {
            #expect(largestDifference(a.value.scalars, b.value.scalars) < 1e-13)
        }
    }

    /// S of translated points is the same, also where their squares have no digit left for the distance.
    @Test func gaussianScoresDoNotCancel() {
        let far = 1e8
        let z = Variable(Tensor<Double>(shape: [2, 1], scalars: [far, far + 3]))
        let h = Variable(Tensor<Double>(shape: [2, 1], scalars: [far + 1, far - 2]))
        let scores = Similarity.negativeHalfSquaredDistance.scores(z, h, beta: 2).scores.value.scalars
        #expect(scores == [-1, -4, -4, -25])
    }

    /// Scores within groups are those of the whole matrix, for either similarity.
    @Test(arguments: Similarity.allCases) func scoresWithinGroupsAreThoseOfTheMatrix(similarity: Similarity) {
        let groups = unitVectors([3, 4, 5], seed: 10)
        let rows = groups.reshaped([12, 5])
        let all = similarity.scores(rows, rows, beta: 3).scores
        let within = similarity.scores(within: groups, beta: 3)
        #expect(within.shape == [3, 4, 4])
        let places = (0..<48).map { ($0 / 4) * 12 + $0 / 16 * 4 + $0 % 4 }
        let chosen = all.gatheringElements(places, shape: [3, 4, 4])
        #expect(largestDifference(within.value.scalars, chosen.value.scalars) < 1e-14)
    }

    /// Expectations over scores that are never written down are those over the matrix.
    @Test func gramScoresAgreeWithTheMatrix() {
        let h = unitVectors([9, 4], seed: 11)
        let weights = Variable(Tensor<Double>(shape: [9], scalars: [0.1, 0.2, 0, 0.3, 0.15, 0.05, 0.1, 0.06, 0.04]))
        let (gram, matrix) = (GramScores(h, beta: 5), Similarity.dotProduct.scores(h, h, beta: 5))
        for (ours, theirs) in [
            (gram.expectation(weights), matrix.expectation(weights)),
            (
                gram.logExpectationOfExponential(weights), matrix.logExpectationOfExponential(weights)
            ),
            (
                jensenPointwiseInformation(own: gram, ownWeights: weights, all: gram, allWeights: weights),
                jensenPointwiseInformation(own: matrix, ownWeights: weights, all: matrix, allWeights: weights)
            ),
        ] {
            #expect(ours.shape == [9])
            #expect(largestDifference(ours.value.scalars, theirs.value.scalars) < 1e-14)
        }
    }

    /// A representation that maps everything to one point carries no information, and the objective says 0.
    @Test func collapsedRepresentationsHaveObjectiveZero() {
        let point = unitVectors([1, 5], seed: 1)
        for negatives in Negatives.allCases {
            let objective = multiViewObjective(
                EncodedViews(embeddings: point, rows: [Int](repeating: 0, count: 24), views: 4),
                logWeights: uniform(6, 4), negatives: negatives, beta: 0.5)
            #expect(abs(objective.value.scalar) < 1e-14)
        }
    }

    /// A sharp P(T|x), whose naive pair weights would be 0/0, gives finite values and gradients.
    @Test func sharpDistributionsStayFinite() {
        let h = unitVectors([3, 4, 5], seed: 2)
        let logWeights = Variable(
            Tensor<Double>(shape: [3, 4], scalars: (0..<12).map { $0 % 4 == 0 ? 0 : -2_000 - Double($0) })
        ).tracked()
        for negatives in Negatives.allCases {
            let objective = multiViewObjective(
                EncodedViews(h), logWeights: logWeights, negatives: negatives, beta: 0.5)
            #expect(objective.value.isFinite)
            #expect(objective.gradient(withRespectTo: [logWeights])[0].value.isFinite)
        }
    }

    /// Jensen's form is at most the exact form at every z (16), with equality for one view.
    @Test func jensenIsALowerBound() {
        let h = unitVectors([7, 4], seed: 3)
        let z = unitVectors([20, 4], seed: 4)
        let scores = Similarity.dotProduct.scores(z, h, beta: 3)
        let own = ScoreMatrix(
            scores.scores.gatheringElements(
                (0..<20).flatMap { [$0 * 7, $0 * 7 + 1, $0 * 7 + 2] }, shape: [20, 3]))
        let ownWeights = Variable(Tensor<Double>(shape: [3], scalars: [0.2, 0.5, 0.3]))
        let allWeights = Variable(Tensor<Double>(shape: [7], repeating: 1.0 / 7))
        let exact = pointwiseInformation(own: own, ownWeights: ownWeights, all: scores, allWeights: allWeights)
        let jensen = jensenPointwiseInformation(own: own, ownWeights: ownWeights, all: scores, allWeights: allWeights)
        for (upper, lower) in zip(exact.value.scalars, jensen.value.scalars) { #expect(lower < upper) }
        let single = Variable(Tensor<Double>(shape: [3], scalars: [0, 1, 0]))
        let tight = pointwiseInformation(own: own, ownWeights: single, all: scores, allWeights: allWeights)
        let same = jensenPointwiseInformation(own: own, ownWeights: single, all: scores, allWeights: allWeights)
        #expect(largestDifference(tight.value.scalars, same.value.scalars) < 1e-13)
    }

    /// The row that is integrated and the matrix that is trained give the same number.
    /// At the smaller β all scores lie within 1/8 of each other, where the row's sum is of another form.
    @Test(arguments: [5.0, 0.01]) func rowsAndMatricesAgree(beta: Double) {
        let h = unitVectors([6, 4], seed: 8)
        let z = unitVectors([1, 4], seed: 9)
        let weights = Tensor<Double>(shape: [6], scalars: [0.1, 0.2, 0, 0.3, 0.15, 0.25])
        let matrix = Similarity.dotProduct.scores(z, h, beta: beta)
        let fromMatrix = pointwiseInformation(
            own: matrix, ownWeights: Variable(weights), all: matrix,
            allWeights: Variable(Tensor<Double>(shape: [6], repeating: 1.0 / 6)))
        let uniform = [Double](repeating: 1.0 / 6, count: 6)
        let fromRow = matrix.scores.value.scalars.withUnsafeBufferPointer { scores in
            weights.scalars.withUnsafeBufferPointer { own in
                uniform.withUnsafeBufferPointer { all in
                    pointwiseInformation(
                        own: ScoreRow(scores), ownWeights: own, all: ScoreRow(scores), allWeights: all)
                }
            }
        }
        #expect(abs(fromMatrix.value.scalar - fromRow) < 1e-15)
    }
}
