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
    /// How many z were drawn.
    package let points: Int
}

/// Samples I(X;Z), (16) and (17) of a channel with more codes than quadrature, or a sample around each, could take.
///
/// z is drawn from the mixture p(z) itself: a component (``StratifiedComponents``), then a point around its code
/// (``VonMisesFisherSampler``). At each z all p(z|x) are known, so that the mean over x given z is taken exactly, and
/// I(X;Z) = E_z E_x[r log r], r = p(z|x)/p(z): an average of numbers that are never negative and of the size of I. (16) and
/// (17) need E log p(z) besides; their first terms are finite sums (``CodeMoments``). What is linear or quadratic in z is
/// removed by ``ControlVariates``.
///
/// The standard error is that of the means of ``replicates`` independent replicates, each stratified by itself; the
/// coefficients of the controls and the number of points come from a pilot sample that is not used again, so that neither
/// biases a mean or its error.
package struct InformationSampler<E: Equations>: Sendable {
    /// The channel.
    package let channel: WeightedCodes
    /// Its moments.
    package let moments: CodeMoments
    private let equations: E
    private let seed: UInt64
    private let components: StratifiedComponents

    /// The number of independent replicates.
    package static var replicates: Int { 32 }
    /// How many points a replicate has at least, and in the pilot.
    package static var leastPoints: Int { 8 }
    /// How many points a replicate has at most.
    package static var mostPoints: Int { 1024 }

    /// Prepares to sample a channel.
    ///
    /// - Parameter seed: fixes every point.
    package init(_ channel: WeightedCodes, seed: UInt64, equations: E = PaperEquations()) {
        self.channel = channel
        self.seed = seed
        self.equations = equations
        moments = CodeMoments(channel)
        components = StratifiedComponents(channel, moments)
    }

    /// What a pilot sample says of the main one.
    package struct Pilot: Sendable {
        fileprivate let information: ControlVariates
        fileprivate let logMarginal: ControlVariates
        fileprivate let logMarginalOfCodes: ControlVariates
        fileprivate let meanInformation: Double

        /// How many points a replicate needs for a standard error of I(X;Z) of this share of its value, as far as so small a
        /// sample can tell.
        ///
        /// Stratification makes the error smaller than the residual's variance says.
        func points(relativeError: Double, replicates: Int, limits: ClosedRange<Int>) -> Int {
            let wanted = relativeError * meanInformation
            let needed = information.residualVariance / (wanted * wanted) / Double(replicates)
            // 0/0 where every z says the same, nothing.
            if needed.isNaN { return limits.lowerBound }
            return max(limits.lowerBound, Int(min(needed, Double(limits.upperBound)).rounded(.up)))
        }
    }

    /// The pilot sample at one β.
    ///
    /// - Parameter progress: called now and then with the number of points done since the last call.
    package func pilot(beta: Double, progress: (Int) throws -> Void = { _ in }) rethrows -> Pilot {
        let z = try sampleOfZ(beta, Self.leastPoints, "pilot", progress)
        let codes = try sampleOfCodes(beta, Self.leastPoints, "pilot", progress)
        let divergences = z.weighted(\.divergence)
        return Pilot(
            information: ControlVariates(values: divergences, controls: z.controls),
            logMarginal: ControlVariates(values: z.weighted(\.logMarginal), controls: z.controls),
            logMarginalOfCodes: ControlVariates(values: codes.weighted(\.logMarginal), controls: codes.controls),
            meanInformation: divergences.reduce(0, +) / Double(divergences.count))
    }

    /// The quantities at one β.
    ///
    /// - Parameters:
    ///   - beta: β > 0.
    ///   - pilot: that of the same β.
    ///   - points: how many z a replicate has; see ``codes(points:)``.
    ///   - round: samples of different rounds are independent.
    ///   - progress: called now and then with the number of points done since the last call.
    package func estimate(
        beta: Double, pilot: Pilot, points: Int, round: Int = 0, progress: (Int) throws -> Void = { _ in }
    ) rethrows -> SampledInformation {
        let z = try sampleOfZ(beta, points, "round \(round)", progress)
        let codes = try sampleOfCodes(beta, Self.codes(points: points), "round \(round)", progress)
        let meanLength = meanLength(beta)
        let expectations = expectationsOfZ(beta)
        let information = z.mean(\.divergence, pilot.information, expectations)
        let logMarginal = z.mean(\.logMarginal, pilot.logMarginal, expectations)
        let logMarginalOfCodes = codes.mean(\.logMarginal, pilot.logMarginalOfCodes, expectationsOfCodes())
        return SampledInformation(
            beta: beta, information: information,
            jensenBound: SampledValue(
                value: moments.firstTermOfJensenBound(beta: beta, meanLength: meanLength) - logMarginal.value,
                standardError: logMarginal.standardError),
            meanApproximation: SampledValue(
                value: moments.firstTermOfMeanApproximation(beta: beta) - logMarginalOfCodes.value,
                standardError: logMarginalOfCodes.standardError),
            points: z.values.count)
    }

    /// How many codes a replicate has in place of z for so many z. (17) varies less than I(X;Z) from one to the next.
    static func codes(points: Int) -> Int { max(leastPoints, points / 4) }

    /// A_d(β).
    private func meanLength(_ beta: Double) -> Double {
        equations.meanFactor(NoiseFamily(kind: .vonMisesFisher, dimension: channel.dimension, beta: beta))
    }

    /// ⟨z, m⟩, zᵀΣ'z, zᵀΣz and 1, Σ' and Σ being the covariances between images and of all codes; each times a weight.
    ///
    /// As β → 0, log p(z) is linear in the first and third, and E_x[r log r] in the second.
    private func controls(_ z: UnsafeBufferPointer<Double>, weight: Double) -> [Double] {
        [
            weight * moments.productWithMean(z), weight * moments.square(z, moments.covarianceBetweenImages),
            weight * moments.square(z, moments.covariance), weight,
        ]
    }

    /// The expectations of ``controls(_:weight:)`` for z ~ p(z), and that of ⟨z, h⟩ with the code h that z was drawn around.
    private func expectationsOfZ(_ beta: Double) -> [Double] {
        let meanLength = meanLength(beta)
        return [
            meanLength * moments.squaredNormOfMean,
            moments.expectedSquare(moments.covarianceBetweenImages, beta: beta, meanLength: meanLength),
            moments.expectedSquare(moments.covariance, beta: beta, meanLength: meanLength), 1, meanLength,
        ]
    }

    /// The expectations of ``controls(_:weight:)`` for z = h(T(X)).
    private func expectationsOfCodes() -> [Double] {
        [
            moments.squaredNormOfMean, moments.expectedSquareOfCodes(moments.covarianceBetweenImages),
            moments.expectedSquareOfCodes(moments.covariance), 1,
        ]
    }

    /// All replicates' points one after the other, with what was evaluated there.
    private struct Sample {
        let values: [PosteriorEvaluator<E>.Value]
        let weights: [Double]
        let controls: [[Double]]

        /// A value of each point, times its weight.
        func weighted(_ value: KeyPath<PosteriorEvaluator<E>.Value, Double>) -> [Double] {
            zip(weights, values).map { $0 * $1[keyPath: value] }
        }

        /// The mean of a value, adjusted by controls, with its standard error.
        func mean(
            _ value: KeyPath<PosteriorEvaluator<E>.Value, Double>, _ variates: ControlVariates, _ expectations: [Double]
        ) -> SampledValue {
            let adjusted = zip(weighted(value), controls).map {
                variates.adjusted($0, controls: $1, expectations: expectations)
            }
            let points = adjusted.count / InformationSampler.replicates
            let statistics = SampleStatistics(
                stride(from: 0, to: adjusted.count, by: points).map { start in
                    adjusted[start..<start + points].reduce(0, +) / Double(points)
                })
            return SampledValue(value: statistics.mean, standardError: statistics.standardError)
        }
    }

    private func sampleOfZ(
        _ beta: Double, _ points: Int, _ purpose: String, _ progress: (Int) throws -> Void
    ) rethrows -> Sample {
        let noise = VonMisesFisherSampler(dimension: channel.dimension, beta: beta)
        return try sample(beta, points, "z, \(purpose)", hasNoise: true, progress) { code, generator in
            var point = [Double](repeating: 0, count: code.count)
            if let code = code.baseAddress { noise.draw(around: code, into: &point, using: &generator) }
            return point
        }
    }

    private func sampleOfCodes(
        _ beta: Double, _ points: Int, _ purpose: String, _ progress: (Int) throws -> Void
    ) rethrows -> Sample {
        try sample(beta, points, "codes, \(purpose)", hasNoise: false, progress) { code, _ in Array(code) }
    }

    /// - Parameter point: the point that is drawn around a code.
    private func sample(
        _ beta: Double, _ points: Int, _ purpose: String, hasNoise: Bool, _ progress: (Int) throws -> Void,
        point: (UnsafeBufferPointer<Double>, inout PhiloxGenerator) -> [Double]
    ) rethrows -> Sample {
        let dimension = channel.dimension
        var all: [Double] = []
        var weights: [Double] = []
        var controls: [[Double]] = []
        for replicate in 0..<Self.replicates {
            var generator = PhiloxGenerator(seed: seed, purpose: "information, \(purpose)", step: replicate)
            let drawn = components.draw(points, using: &generator)
            drawn.codes.withPointer { codes in
                for (index, weight) in drawn.weights.enumerated() {
                    let code = UnsafeBufferPointer(start: codes + index * dimension, count: dimension)
                    let z = point(code, &generator)
                    var ofPoint = z.withUnsafeBufferPointer { self.controls($0, weight: weight) }
                    if hasNoise { ofPoint.append(weight * zip(z, code).reduce(0) { $0 + $1.0 * $1.1 }) }
                    controls.append(ofPoint)
                    all += z
                }
            }
            weights += drawn.weights
        }
        let evaluator = PosteriorEvaluator(channel: channel, equations: equations)
        let values = try evaluator.values(
            at: Tensor(shape: [weights.count, dimension], scalars: all), beta: beta, progress: progress)
        return Sample(values: values, weights: weights, controls: controls)
    }
}

extension InformationSampler {
    /// What sampling at several β is doing.
    package struct Progress: Sendable {
        /// Whether these are pilot samples.
        package let isPilot: Bool
        /// Points done.
        package fileprivate(set) var done = 0
        /// Points to do.
        package let total: Int
    }

    /// The quantities at several β, with a standard error of I(X;Z) below the wanted share of its value.
    ///
    /// The pilot aims at half the wanted error. Where it was too small to tell, and the error is too large all the same, a new
    /// sample of four times as many points takes its place, up to ``mostPoints``.
    ///
    /// - Parameters:
    ///   - betas: all above 0.
    ///   - relativeError: the wanted standard error of I(X;Z), as a share of its value.
    ///   - progress: told how far it is; a new `total` begins a new part of the work.
    /// - Throws: what `progress` throws.
    package func estimates(
        betas: [Double], relativeError: Double = 0.01, progress: (Progress) throws -> Void = { _ in }
    ) throws -> [SampledInformation] {
        func total(_ points: Int) -> Int { Self.replicates * (points + Self.codes(points: points)) }
        var state = Progress(isPilot: true, total: betas.count * total(Self.leastPoints))
        func advance(_ points: Int) throws {
            state.done += points
            try progress(state)
        }
        let pilots = try betas.map { try pilot(beta: $0, progress: advance) }
        var points = pilots.map {
            $0.points(
                relativeError: relativeError / 2, replicates: Self.replicates,
                limits: Self.leastPoints...Self.mostPoints)
        }
        var results = [SampledInformation?](repeating: nil, count: betas.count)
        var open = Array(betas.indices)
        var round = 0
        while !open.isEmpty {
            state = Progress(isPilot: false, total: open.reduce(0) { $0 + total(points[$1]) })
            for index in open {
                results[index] = try estimate(
                    beta: betas[index], pilot: pilots[index], points: points[index], round: round, progress: advance)
            }
            open = open.filter { index in
                guard let information = results[index]?.information else { return false }
                let isTooLarge = information.standardError > relativeError * information.value
                return isTooLarge && points[index] < Self.mostPoints
            }
            for index in open { points[index] = min(Self.mostPoints, 4 * points[index]) }
            round += 1
        }
        return results.compactMap { $0 }
    }
}
