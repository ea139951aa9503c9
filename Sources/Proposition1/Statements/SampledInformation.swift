import AugmentationChannel
import Foundation
import GSLNumerics
import Tensors

/// A mean over samples, in nats, with its standard error: the standard deviation that the mean has from one seed to another,
/// estimated from the spread of independent replicates.
package struct SampledValue: Sendable, Equatable {
    /// The mean.
    package let value: Double
    /// Its standard error.
    package let standardError: Double
}

/// I(X;Z) by (2), the Jensen bound (16) and the mean approximation (17) of a channel at one β, in nats.
package struct SampledInformation: Sendable, Equatable {
    /// β.
    package let beta: Double
    /// I(X;Z), the mean of the integrand of (2).
    package let information: SampledValue
    /// (16): at most I(X;Z).
    package let jensenBound: SampledValue
    /// (17), with z = h(T(X)): neither a lower nor an upper bound of I(X;Z).
    package let meanApproximation: SampledValue
    /// The number of z at which p(z|x) was evaluated for every image.
    package let points: Int
    /// The number of further z at which it was evaluated for the surrogate's images alone; 0 without a surrogate.
    package let surrogatePoints: Int
}

/// Samples I(X;Z), (16) and (17) of a channel with more codes than quadrature, or a sample around each, could take.
///
/// z is drawn from the mixture p(z) itself: a component (``StratifiedComponents``), then a point around its code
/// (``VonMisesFisherSampler``). At each z all p(z|x) are known, so that the mean over x given z is taken exactly, and
/// I(X;Z) = E_z E_x[r log r], r = p(z|x)/p(z): an average of numbers that are never negative and of the size of I. (16) and
/// (17) need E log p(z) besides; their first terms are finite sums (``CodeMoments``). What is linear or quadratic in z is
/// removed by control variates, and what some of the images can tell by ``TwoLevelMean``: its surrogate is the same quantity of
/// the channel of ``surrogateImages`` of the images, at the same z.
///
/// The standard error is that of the means of ``replicates`` independent replicates, each stratified by itself; the
/// coefficients of the controls and the number of points come from a pilot sample that is not used again, so that neither
/// biases a mean. A sample whose error is above the wanted one is drawn anew, so the errors that are kept are a little small;
/// that of 32 replicates has a relative spread of 13%, and the pilot aims at 0.7 of the wanted error.
package struct InformationSampler<E: Equations>: Sendable {
    /// The channel.
    package let channel: WeightedCodes
    /// Its moments.
    package let moments: CodeMoments
    private let equations: E
    private let seed: UInt64
    private let components: StratifiedComponents
    private let evaluator: PosteriorEvaluator<E>
    /// Of some of the images; nil where there are too few for that to save anything.
    private let surrogate: PosteriorEvaluator<E>?

    /// The number of independent replicates.
    package static var replicates: Int { 32 }
    /// How many points a replicate of the pilot has.
    package static var pilotPoints: Int { 8 }
    /// How many points a replicate has at least: the means of fewer are so skewed that their spread misjudges the error.
    package static var leastPoints: Int { 32 }
    /// The images of the surrogate.
    package static var surrogateImages: Int { 256 }
    /// How many p(z|x) a replicate evaluates at most, and how many points it has at most.
    private static var most: (evaluations: Int, points: Int) { (1 << 24, 1 << 15) }

    /// Prepares to sample a channel.
    ///
    /// - Parameters:
    ///   - seed: fixes every point.
    ///   - surrogateImages: how many images the surrogate has; there is none where the channel has fewer than twice as many.
    package init(
        _ channel: WeightedCodes, seed: UInt64, equations: E = PaperEquations(),
        surrogateImages: Int = InformationSampler.surrogateImages
    ) {
        self.channel = channel
        self.seed = seed
        self.equations = equations
        moments = CodeMoments(channel)
        components = StratifiedComponents(channel, moments)
        evaluator = PosteriorEvaluator(channel: channel, equations: equations)
        surrogate =
            channel.images < 2 * surrogateImages
            ? nil : PosteriorEvaluator(channel: channel.thinned(to: surrogateImages), equations: equations)
    }

    /// What a pilot sample says of the main one.
    package struct Pilot: Sendable {
        fileprivate let information: TwoLevelMean
        fileprivate let logMarginal: TwoLevelMean
        fileprivate let logMarginalOfCodes: TwoLevelMean
        fileprivate let meanInformation: Double
    }

    /// The pilot sample at one β.
    ///
    /// - Parameter progress: called now and then with the number of p(z|x) evaluated since the last call.
    package func pilot(beta: Double, progress: (Int) throws -> Void = { _ in }) throws -> Pilot {
        let z = try sampleOfZ(beta, Self.pilotPoints, "pilot", progress)
        let codes = try sampleOfCodes(beta, Self.codes(points: Self.pilotPoints), "pilot", progress)
        let divergences = z.values(\.divergence)
        return Pilot(
            information: z.levels(\.divergence), logMarginal: z.levels(\.logMarginal),
            logMarginalOfCodes: codes.levels(\.logMarginal),
            meanInformation: divergences.reduce(0, +) / Double(divergences.count))
    }

    /// The standard error of I(X;Z) that is a share of its value; of a value below a trillionth of the most that the noise
    /// leaves, which is rounding, that share of the trillionth.
    private func wantedError(_ relativeError: Double, of information: Double, beta: Double) -> Double {
        let most = VonMisesFisherConstants.divergenceFromUniform(dimension: channel.dimension, beta: beta)
        return relativeError * max(information, 1e-12 * most)
    }

    /// How many points a replicate has for a standard error of I(X;Z) of this share of its value, as far as the pilot can
    /// tell.
    ///
    /// Stratification makes the error smaller than the residual's variance says.
    func points(_ pilot: Pilot, beta: Double, relativeError: Double) -> TwoLevelMean.Points {
        let images = (quantity: Double(channel.images), surrogate: Double(surrogate?.channel.images ?? 1))
        let needed = pilot.information.points(
            standardError: wantedError(relativeError, of: pilot.meanInformation, beta: beta),
            costs: (images.quantity + (surrogate == nil ? 0 : images.surrogate), images.surrogate))
        func limited(_ needed: Double) -> Int {
            Int(min(needed / Double(Self.replicates), Double(Int32.max)).rounded(.up))
        }
        return within(
            TwoLevelMean.Points(quantity: limited(needed.quantity), surrogate: limited(needed.surrogate)))
    }

    /// Numbers of points between the least and the most.
    private func within(_ points: TwoLevelMean.Points) -> TwoLevelMean.Points {
        func limited(_ points: Int, _ images: Int) -> Int {
            let most = min(Self.most.points, Self.most.evaluations / images)
            return max(Self.leastPoints, min(points, most))
        }
        return TwoLevelMean.Points(
            quantity: limited(points.quantity, channel.images),
            surrogate: surrogate.map { limited(points.surrogate, $0.channel.images) } ?? 0)
    }

    /// The quantities at one β.
    ///
    /// - Parameters:
    ///   - beta: β > 0.
    ///   - pilot: that of the same β.
    ///   - points: how many z a replicate has; see ``codes(points:)``.
    ///   - round: samples of different rounds are independent.
    ///   - progress: called now and then with the number of p(z|x) evaluated since the last call.
    func estimate(
        beta: Double, pilot: Pilot, points: TwoLevelMean.Points, round: Int = 0,
        progress: (Int) throws -> Void = { _ in }
    ) throws -> SampledInformation {
        let z = try sampleOfZ(beta, points.quantity, "round \(round)", progress)
        let codes = try sampleOfCodes(beta, Self.codes(points: points.quantity), "round \(round)", progress)
        var (furtherZ, furtherCodes): (Sample?, Sample?)
        if points.surrogate > 0 {
            furtherZ = try sampleOfZ(beta, points.surrogate, "surrogate, round \(round)", isFurther: true, progress)
            furtherCodes = try sampleOfCodes(
                beta, Self.codes(points: points.surrogate), "surrogate, round \(round)", isFurther: true, progress)
        }
        let meanLength = meanLength(beta)
        let expectations = expectationsOfZ(beta)
        let information = z.mean(\.divergence, pilot.information, expectations, furtherZ)
        let logMarginal = z.mean(\.logMarginal, pilot.logMarginal, expectations, furtherZ)
        let logMarginalOfCodes = codes.mean(
            \.logMarginal, pilot.logMarginalOfCodes, expectationsOfCodes(), furtherCodes)
        return SampledInformation(
            beta: beta, information: information,
            jensenBound: SampledValue(
                value: moments.firstTermOfJensenBound(beta: beta, meanLength: meanLength) - logMarginal.value,
                standardError: logMarginal.standardError),
            meanApproximation: SampledValue(
                value: moments.firstTermOfMeanApproximation(beta: beta) - logMarginalOfCodes.value,
                standardError: logMarginalOfCodes.standardError),
            points: z.weights.count, surrogatePoints: furtherZ?.weights.count ?? 0)
    }

    /// How many codes a replicate has in place of z for so many z. (17) varies less than I(X;Z) from one to the next.
    static func codes(points: Int) -> Int { max(2, points / 4) }

    /// A_d(β).
    private func meanLength(_ beta: Double) -> Double {
        equations.meanFactor(NoiseFamily(kind: .vonMisesFisher, dimension: channel.dimension, beta: beta))
    }

    /// The controls at each z: ⟨z, m⟩, zᵀΣ'z, zᵀΣz and 1, Σ' and Σ being the covariances between images and of all codes,
    /// and ⟨z, h⟩ with the code h that z was drawn around; each times the weight of z.
    ///
    /// As β → 0, log p(z) is linear in the first and third, and E_x[r log r] in the second.
    ///
    /// - Parameters:
    ///   - z: `[point, dimension]`.
    ///   - codes: h, `[point, dimension]`; nil where z is the code itself.
    private func controls(_ z: Tensor<Double>, around codes: Tensor<Double>?, weights: [Double]) -> [[Double]] {
        var products = [moments.covarianceBetweenImages, moments.covariance].map { z * z.matrixProduct($0) }
        if let codes { products.append(z * codes) }
        let sums = products.map { $0.sumAlongLastAxis().scalars }
        return z.withPointer { z in
            weights.indices.map { point in
                let weight = weights[point]
                let vector = UnsafeBufferPointer(start: z + point * channel.dimension, count: channel.dimension)
                return [weight * moments.productWithMean(vector), weight] + sums.map { weight * $0[point] }
            }
        }
    }

    /// The expectations of the controls for z ~ p(z).
    private func expectationsOfZ(_ beta: Double) -> [Double] {
        let meanLength = meanLength(beta)
        return [
            meanLength * moments.squaredNormOfMean, 1,
            moments.expectedSquare(moments.covarianceBetweenImages, beta: beta, meanLength: meanLength),
            moments.expectedSquare(moments.covariance, beta: beta, meanLength: meanLength), meanLength,
        ]
    }

    /// The expectations of the controls for z = h(T(X)).
    private func expectationsOfCodes() -> [Double] {
        [
            moments.squaredNormOfMean, 1, moments.expectedSquareOfCodes(moments.covarianceBetweenImages),
            moments.expectedSquareOfCodes(moments.covariance),
        ]
    }

    /// All replicates' points one after the other, with what was evaluated there.
    private struct Sample {
        typealias Value = PosteriorEvaluator<E>.Value
        let weights: [Double]
        let controls: [[Double]]
        /// Of the channel; nil in a further sample of the surrogate.
        let values: [Value]?
        /// Of the surrogate; nil without one.
        let surrogates: [Value]?

        /// A quantity at each point, times its weight.
        func values(_ quantity: KeyPath<Value, Double>) -> [Double] { weighted(values, quantity) ?? [] }

        private func weighted(_ values: [Value]?, _ quantity: KeyPath<Value, Double>) -> [Double]? {
            values.map { zip(weights, $0).map { $0 * $1[keyPath: quantity] } }
        }

        /// The coefficients for a quantity, if this is a pilot sample.
        func levels(_ quantity: KeyPath<Value, Double>) -> TwoLevelMean {
            TwoLevelMean(
                values: values(quantity), surrogates: weighted(surrogates, quantity), controls: controls)
        }

        /// The mean of a quantity with its standard error.
        ///
        /// - Parameter further: the further sample of the surrogate; nil without one.
        func mean(
            _ quantity: KeyPath<Value, Double>, _ levels: TwoLevelMean, _ expectations: [Double], _ further: Sample?
        ) -> SampledValue {
            let values = values(quantity)
            let surrogates = weighted(self.surrogates, quantity)
            let furtherValues = further?.weighted(further?.surrogates, quantity)
            let means = (0..<InformationSampler.replicates).map { replicate in
                let surrogateMean = furtherValues.flatMap { values in
                    further.flatMap { further in
                        let own = further.points(replicate)
                        return levels.surrogateMean(
                            surrogates: values[own], controls: further.controls[own], expectations: expectations)
                    }
                }
                let own = points(replicate)
                return levels.mean(
                    values: values[own], surrogates: surrogates?[own], controls: controls[own],
                    expectations: expectations, surrogateMean: surrogateMean)
            }
            let statistics = SampleStatistics(means)
            return SampledValue(value: statistics.mean, standardError: statistics.standardError)
        }

        private func points(_ replicate: Int) -> Range<Int> {
            let count = weights.count / InformationSampler.replicates
            return replicate * count..<(replicate + 1) * count
        }
    }

    private func sampleOfZ(
        _ beta: Double, _ points: Int, _ purpose: String, isFurther: Bool = false, _ progress: (Int) throws -> Void
    ) throws -> Sample {
        let noise = VonMisesFisherSampler(dimension: channel.dimension, beta: beta)
        return try sample(beta, points, "z, \(purpose)", noise, isFurther, progress)
    }

    private func sampleOfCodes(
        _ beta: Double, _ points: Int, _ purpose: String, isFurther: Bool = false, _ progress: (Int) throws -> Void
    ) throws -> Sample {
        try sample(beta, points, "codes, \(purpose)", nil, isFurther, progress)
    }

    /// - Parameters:
    ///   - noise: draws z around a code; nil where z is the code.
    ///   - isFurther: whether the surrogate alone is evaluated.
    private func sample(
        _ beta: Double, _ points: Int, _ purpose: String, _ noise: VonMisesFisherSampler?, _ isFurther: Bool,
        _ progress: (Int) throws -> Void
    ) throws -> Sample {
        let dimension = channel.dimension
        let total = Self.replicates * points
        var weights: [Double] = []
        var codes: [Double] = []
        var generators: [PhiloxGenerator] = []
        for replicate in 0..<Self.replicates {
            var generator = PhiloxGenerator(seed: seed, purpose: "information, \(purpose)", step: replicate)
            let drawn = components.draw(points, using: &generator)
            weights += drawn.weights
            codes += drawn.codes.scalars
            generators.append(generator)
        }
        let around = Tensor(shape: [total, dimension], scalars: codes)
        var z = around
        if let noise {
            around.withPointer { codes in
                z.withMutablePointer { z in
                    for point in 0..<total {
                        noise.draw(
                            around: codes + point * dimension, into: z + point * dimension,
                            using: &generators[point / points])
                    }
                }
            }
        }
        func values(_ evaluator: PosteriorEvaluator<E>) throws -> [PosteriorEvaluator<E>.Value] {
            try evaluator.values(at: z, beta: beta) { try progress($0 * evaluator.channel.images) }
        }
        return Sample(
            weights: weights, controls: controls(z, around: noise == nil ? nil : around, weights: weights),
            values: isFurther ? nil : try values(evaluator), surrogates: try surrogate.map(values))
    }
}

extension InformationSampler {
    /// What sampling at several β is doing.
    package struct Progress: Sendable {
        /// Whether these are pilot samples.
        package let isPilot: Bool
        /// Points done; one of the surrogate counts for as many as the surrogate has of the images.
        package fileprivate(set) var done = 0
        /// Points to do.
        package let total: Int
    }

    /// The quantities at several β, with a standard error of I(X;Z) below the wanted share of its value.
    ///
    /// The pilot aims at 0.7 of the wanted error, half of the variance. Where it was too small to tell, and the error is too
    /// large all the same, a new sample of four times as many points takes its place, as long as there may be more.
    ///
    /// - Parameters:
    ///   - betas: all above 0.
    ///   - relativeError: the wanted standard error of I(X;Z), as a share of its value.
    ///   - progress: told how far it is; a new `total` begins a new part of the work.
    /// - Throws: what `progress` throws.
    package func estimates(
        betas: [Double], relativeError: Double = 0.01, progress: (Progress) throws -> Void = { _ in }
    ) throws -> [SampledInformation] {
        /// The p(z|x) of a sample.
        func evaluations(_ points: TwoLevelMean.Points) -> Int {
            let (all, some) = (channel.images, surrogate?.channel.images ?? 0)
            return Self.replicates
                * ((points.quantity + Self.codes(points: points.quantity)) * (all + some)
                    + (points.surrogate == 0 ? 0 : points.surrogate + Self.codes(points: points.surrogate)) * some)
        }
        let pilotPoints = TwoLevelMean.Points(quantity: Self.pilotPoints, surrogate: 0)
        var (evaluated, all) = (0, betas.count * evaluations(pilotPoints))
        var state = Progress(isPilot: true, total: all / channel.images)
        func advance(_ evaluations: Int) throws {
            evaluated += evaluations
            // Whole points, all of them with the last evaluation and not before.
            state.done = Int(Double(state.total) * Double(evaluated) / Double(all))
            try progress(state)
        }
        let pilots = try betas.map { try pilot(beta: $0, progress: advance) }
        var points = zip(pilots, betas).map { self.points($0, beta: $1, relativeError: 0.7 * relativeError) }
        var results = [SampledInformation?](repeating: nil, count: betas.count)
        var open = Array(betas.indices)
        var round = 0
        while !open.isEmpty {
            (evaluated, all) = (0, open.reduce(0) { $0 + evaluations(points[$1]) })
            state = Progress(isPilot: false, total: all / channel.images)
            for index in open {
                results[index] = try estimate(
                    beta: betas[index], pilot: pilots[index], points: points[index], round: round, progress: advance)
            }
            open = open.filter { index in
                guard let information = results[index]?.information,
                    information.standardError
                        > wantedError(relativeError, of: information.value, beta: betas[index])
                else { return false }
                let old = points[index]
                points[index] = within(.init(quantity: 4 * old.quantity, surrogate: 4 * old.surrogate))
                return points[index] != old
            }
            round += 1
        }
        return results.compactMap { $0 }
    }
}
