import AugmentationChannel
import Foundation
import GSLNumerics
import TensorReference
import Tensors
import Testing

@testable import Proposition1

/// The words of a radius, of an angle of 0, which points a normal pair along its first axis, and of a proposal's acceptance.
private struct AlongTheFirstAxis: RandomNumberGenerator {
    private var draws = 0
    mutating func next() -> UInt64 {
        defer { draws += 1 }
        return [1 << 63, 0, .max][draws % 3]
    }
}

/// What the sampling of I(X;Z) is made of: points, components and control variates.
@Suite struct SamplingPartsTests {
    /// Opposite to the mean, the distance 1 − ⟨z, h⟩ is 2, and rounding would take it beyond for some β.
    @Test func theOppositePointIsAPoint() {
        for beta in stride(from: 0.0, through: 3, by: 0.01) {
            var generator = AlongTheFirstAxis()
            var point = [0.0, 0]
            VonMisesFisherSampler(dimension: 2, beta: beta).draw(around: [0, 1], into: &point, using: &generator)
            #expect(abs(product(point, point) - 1) < 1e-12, "β = \(beta): \(point)")
        }
    }

    /// ⟨z, h⟩ of drawn points follows its density ∝ e^{βt}(1 − t²)^{(d−3)/2}, by Kolmogorov and Smirnov's distance, and z is a
    /// unit vector whose directions round h are all alike.
    @Test(arguments: [(2, 0.5), (2, 300), (3, 5), (50, 0.5), (50, 50), (50, 500), (4, 1e6)] as [(Int, Double)])
    func pointsHaveTheirDensity(dimension: Int, beta: Double) throws {
        let sampler = VonMisesFisherSampler(dimension: dimension, beta: beta)
        var generator = PhiloxGenerator(seed: 11, purpose: "points", step: dimension)
        let mean = try unitVector(dimension, &generator)
        let side = try orthogonal(to: mean, &generator)
        let count = 20_000
        var point = [Double](repeating: 0, count: dimension)
        var (distances, sides): ([Double], [Double]) = ([], [])
        var excesses: [Double] = []
        for _ in 0..<count {
            sampler.draw(around: mean, into: &point, using: &generator)
            excesses.append(abs(product(point, point) - 1))
            // ‖z − h‖²/2 = 1 − t, with all its digits.
            distances.append(zip(point, mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 2)
            sides.append(product(point, side))
        }
        #expect(largest(excesses) < 1e-12)
        let cumulative = try CumulativeDistance(dimension: dimension, beta: beta)
        let deviation = largest(
            distances.sorted().enumerated().flatMap { index, distance in
                let share = cumulative(distance)
                return [abs(share - Double(index) / Double(count)), abs(share - Double(index + 1) / Double(count))]
            })
        // √n times the distance exceeds 2.5 with probability 2e^(−12.5) = 7e-6; a β off by a tenth makes it larger than 3.
        #expect(deviation * Double(count).squareRoot() < 2.5, "distance \(deviation)")
        // Along a direction orthogonal to h: mean 0 and variance A_d/β (``CodeMoments``).
        let variance = VonMisesFisherConstants.meanResultantLength(dimension: dimension, beta: beta) / beta
        let statistics = SampleStatistics(sides)
        #expect(abs(statistics.mean) < 5 * (variance / Double(count)).squareRoot())
        // The fourth moment is at most three times the squared variance (normal), or that of a sign: 5 standard deviations.
        #expect(abs(statistics.variance / variance - 1) < 5 * (2 / Double(count)).squareRoot())
    }

    /// The test above tells β from a β that is a tenth larger.
    @Test func anotherConcentrationIsNoticed() throws {
        let cumulative = try CumulativeDistance(dimension: 50, beta: 50)
        let other = try CumulativeDistance(dimension: 50, beta: 55)
        let points = (1..<200).map { Double($0) / 200 }
        #expect(
            largestDifference(points.map(cumulative.callAsFunction), points.map(other.callAsFunction))
                * 20_000.squareRoot() > 5)
    }

    private func unitVector(_ dimension: Int, _ generator: inout PhiloxGenerator) throws -> [Double] {
        let vector = Tensor<Double>.normal([dimension], using: &generator).scalars
        let norm = product(vector, vector).squareRoot()
        return vector.map { $0 / norm }
    }

    private func orthogonal(to mean: [Double], _ generator: inout PhiloxGenerator) throws -> [Double] {
        let vector = try unitVector(mean.count, &generator)
        let rest = zip(vector, mean).map { $0 - product(vector, mean) * $1 }
        let norm = product(rest, rest).squareRoot()
        return rest.map { $0 / norm }
    }

    /// Weighted, every component comes as often as its probability says, to within a draw or two; within its stratum at
    /// random; and none has a weight above 2.
    @Test func componentsComeInProportion() throws {
        let channel = try #require(try NamedChannel.all().first { $0.name == "blank-crops-uniform" }).channel
        let codes = WeightedCodes(channel)
        let components = StratifiedComponents(codes, CodeMoments(codes))
        var generator = PhiloxGenerator(seed: 2)
        let count = 1_000
        let drawn = components.draw(count, using: &generator)
        var sums: [[Double]: Double] = [:]
        var numbers: [[Double]: Double] = [:]
        for draw in 0..<count {
            let code = (0..<50).map { drawn.codes[draw, $0] }
            sums[code, default: 0] += drawn.weights[draw]
            numbers[code, default: 0] += 1
        }
        var probabilities: [[Double]: Double] = [:]
        for (prior, (weights, vectors)) in zip(channel.prior, zip(channel.augmentation, channel.encoder)) {
            for (weight, vector) in zip(weights, vectors) { probabilities[vector, default: 0] += prior * weight }
        }
        #expect(sums.count == probabilities.count)
        for (vector, probability) in probabilities {
            // A component's stretch of the unit interval may be in several pieces: those of the codes that lie as near.
            let difference = (sums[vector] ?? 0) - Double(count) * probability
            #expect(abs(difference) <= 4, "\(difference) draws too many")
        }
        #expect(drawn.weights.allSatisfy { $0 > 0 && $0 <= 2 })
        // The blank code, with 84% of the probability, leaves half of the draws to the others.
        let blank = [1] + [Double](repeating: 0, count: 49)
        #expect((400...600).contains(numbers[blank] ?? 0), "\(numbers[blank] ?? 0)")
    }

    /// What is linear in the controls vanishes; a control that others make up is left out, and nothing else depends on it.
    @Test func controlsRemoveWhatIsLinear() {
        var generator = PhiloxGenerator(seed: 4)
        func sample(_ count: Int) -> [[Double]] {
            (0..<count).map { _ in
                let x = Tensor<Double>.normal([2], using: &generator).scalars
                // The last is constant but for rounding, of either sign.
                return [x[0], x[1], 3 * x[0] - 2 * x[1], x[0] > 0 ? 1 : 1.nextUp]
            }
        }
        let pilot = sample(50)
        let noise = Tensor<Double>.normal([50], using: &generator).scalars
        func linear(_ x: [Double]) -> Double { 5 - 2 * x[0] + 0.5 * x[1] }
        let exact = ControlVariates(values: pilot.map(linear), controls: pilot)
        #expect(exact.residualVariance < 1e-25)
        for x in sample(20) {
            let adjusted = exact.adjusted(linear(x), controls: x, expectations: [0, 0, 0, 1])
            #expect(abs(adjusted - 5) < 1e-12)
        }
        #expect(exact.coefficients[2] == 0 && exact.coefficients[3] == 0)
        let noisy = ControlVariates(values: zip(pilot, noise).map { linear($0) + 0.1 * $1 }, controls: pilot)
        // 47 degrees of freedom: a standard deviation of a fifth of the variance.
        #expect(abs(noisy.residualVariance / 0.01 - 1) < 1)
        #expect(noisy.residualVariance > 1e-3)
    }

    /// A channel of some of its images keeps their codes, weights and proportions of p(x).
    @Test func thinnedChannelsKeepTheirImages() throws {
        let channel = try #require(try NamedChannel.all().first { $0.name == "blank-crops-uniform" }).channel
        let all = WeightedCodes(channel, imagesOfBlock: 2, copies: 3)
        for count in 1...all.images {
            let thinned = all.thinned(to: count)
            #expect(thinned.images == count && thinned.dimension == all.dimension && thinned.blocks.count == 1)
            let sources = (0..<count).map { $0 * all.images / count / 3 }
            let total = sources.reduce(0) { $0 + channel.prior[$1] }
            for (image, source) in sources.enumerated() {
                let block = thinned.blocks[0]
                let own = block.offsets[image]..<block.offsets[image + 1]
                #expect(own.count == channel.encoder[source].count)
                #expect(abs(thinned.prior[image] - channel.prior[source] / total) < 1e-15)
                for (row, (weight, code)) in zip(own, zip(channel.augmentation[source], channel.encoder[source])) {
                    #expect(abs(block.weights[row] - weight) < 1e-15)
                    #expect((0..<all.dimension).allSatisfy { abs(block.codes[row, $0] - code[$0]) < 1e-15 })
                }
            }
        }
    }

    /// With a surrogate the mean is that of the quantity, whatever the surrogate's own mean; a surrogate that is proportional
    /// leaves the quantity's sample nothing to add; and the numbers of points are those with the least work.
    @Test func twoLevelsAreOneMean() {
        var generator = PhiloxGenerator(seed: 6)
        func sample(_ count: Int) -> (x: [Double], controls: [[Double]]) {
            let x = Tensor<Double>.normal([count], using: &generator).scalars
            return (x, x.map { [$0] })
        }
        // ỹ = e^x − 7, y = 2ỹ + x + 3: the means are √e − 7 and 2√e − 11.
        func surrogate(_ x: Double) -> Double { exp(x) - 7 }
        func quantity(_ x: Double) -> Double { 2 * surrogate(x) + x + 3 }
        let pilot = sample(100)
        let levels = TwoLevelMean(
            values: pilot.x.map(quantity), surrogates: pilot.x.map(surrogate), controls: pilot.controls)
        let (few, many) = (sample(5), sample(100_000))
        let surrogateMean = levels.surrogateMean(
            surrogates: many.x.map(surrogate)[...], controls: many.controls[...], expectations: [0])
        let mean = levels.mean(
            values: few.x.map(quantity)[...], surrogates: few.x.map(surrogate)[...], controls: few.controls[...],
            expectations: [0], surrogateMean: surrogateMean)
        // e^x has the standard deviation 2.16, 1.4 of it without what is linear: 0.009 for twice the mean of 100,000.
        #expect(abs(mean - (2 * exp(0.5) - 11)) < 0.05, "\(mean)")
        #expect(levels.points(standardError: 0.01, costs: (10, 1)).quantity < 1e-3)

        // Neither formula is trusted with the optimum: numbers around it take more work for the same error.
        let noise = Tensor<Double>.normal([100], using: &generator).scalars
        let noisy = TwoLevelMean(
            values: zip(pilot.x, noise).map { quantity($0) + $1 }, surrogates: pilot.x.map(surrogate),
            controls: pilot.controls)
        let points = noisy.points(standardError: 0.1, costs: (10, 1))
        let share = noisy.quantity.coefficients[1]
        let variances = (
            quantity: noisy.quantity.residualVariance,
            surrogate: share * share * (noisy.surrogate?.residualVariance ?? .nan)
        )
        #expect(abs(variances.quantity / points.quantity + variances.surrogate / points.surrogate - 0.01) < 1e-12)
        let least = 10 * points.quantity + points.surrogate
        for factor in [0.5, 0.9, 1.1, 2] {
            let other = factor * points.quantity
            let left = 0.01 - variances.quantity / other
            #expect(left <= 0 || 10 * other + variances.surrogate / left > least)
        }
        let alone = TwoLevelMean(values: noise, surrogates: nil, controls: pilot.controls)
        let single = alone.points(standardError: 0.1, costs: (10, 1))
        #expect(single.surrogate == 0)
        #expect(abs(single.quantity - 100 * alone.quantity.residualVariance) < 1e-9)
    }
}

private func product(_ left: [Double], _ right: [Double]) -> Double {
    zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
}

/// The probability of 1 − t ≤ x for t of density ∝ e^{βt}(1 − t²)^{(d−3)/2}, by the trapezoidal rule in the angle, whose
/// density e^{β cos θ} sin^{d−2} θ is smooth.
private struct CumulativeDistance {
    private let angles: [Double]
    private let sums: [Double]

    init(dimension: Int, beta: Double) throws {
        // Beyond 12/√β the density is below e^(−70) of its peak's.
        let end = min(Double.pi, 12 / beta.squareRoot())
        let count = 20_000
        angles = (0...count).map { end * Double($0) / Double(count) }
        let densities = angles.map { angle in
            exp(-2 * beta * sin(angle / 2) * sin(angle / 2)) * pow(sin(angle), Double(dimension - 2))
        }
        var sum = 0.0
        sums =
            [0]
            + zip(densities, densities.dropFirst()).map { left, right in
                sum += (left + right) / 2
                return sum
            }
    }

    func callAsFunction(_ distance: Double) -> Double {
        let angle = 2 * asin(min(1, (max(0, distance) / 2).squareRoot()))
        guard let last = angles.last, angle < last else { return 1 }
        let position = angle / last * Double(angles.count - 1)
        let low = min(Int(position), angles.count - 2)
        let value = sums[low] + (position - Double(low)) * (sums[low + 1] - sums[low])
        return value / sums[sums.count - 1]
    }
}
