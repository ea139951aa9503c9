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
    /// How many z, and how many codes in place of z, were drawn.
    package let points: Int
}

/// Samples I(X;Z), (16) and (17) of a channel with more codes than quadrature, or a sample around each, could take.
///
/// z is drawn from p(z) itself: a component of the mixture, then a point around its code. At each z all p(z|x) are known, so
/// that the mean over x given z is taken exactly, and I(X;Z) = E_z E_x[r log r], r = p(z|x)/p(z): an average of numbers that
/// are never negative and of the size of I. (16) and (17) need E log p(z) besides; their first terms are finite sums
/// (``CodeMoments``). What is linear or quadratic in z is removed by ``ControlVariates``.
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
        let sample = try Sample(self, beta: beta, points: Self.leastPoints, purpose: "pilot", progress: progress)
        let divergences = sample.atPoints.map(\.divergence)
        return Pilot(
            information: ControlVariates(values: divergences, controls: sample.controlsOfPoints),
            logMarginal: ControlVariates(
                values: sample.atPoints.map(\.logMarginal), controls: sample.controlsOfPoints),
            logMarginalOfCodes: ControlVariates(
                values: sample.atCodes.map(\.logMarginal), controls: sample.controlsOfCodes),
            meanInformation: divergences.reduce(0, +) / Double(divergences.count))
    }

    /// The quantities at one β.
    ///
    /// - Parameters:
    ///   - beta: β > 0.
    ///   - pilot: that of the same β.
    ///   - points: how many a replicate has.
    ///   - round: samples of different rounds are independent.
    ///   - progress: called now and then with the number of points done since the last call.
    package func estimate(
        beta: Double, pilot: Pilot, points: Int, round: Int = 0, progress: (Int) throws -> Void = { _ in }
    ) rethrows -> SampledInformation {
        let sample = try Sample(self, beta: beta, points: points, purpose: "round \(round)", progress: progress)
        let meanLength = meanLength(beta)
        let expectations = expectationsOfPoints(beta)
        let expectationsOfCodes = expectationsOfCodes()
        func mean(_ term: (Int) -> Double) -> SampledValue {
            let statistics = SampleStatistics(
                (0..<Self.replicates).map { replicate in
                    (replicate * points..<(replicate + 1) * points).reduce(0) { $0 + term($1) } / Double(points)
                })
            return SampledValue(value: statistics.mean, standardError: statistics.standardError)
        }
        let information = mean {
            pilot.information.adjusted(
                sample.atPoints[$0].divergence, controls: sample.controlsOfPoints[$0], expectations: expectations)
        }
        let logMarginal = mean {
            pilot.logMarginal.adjusted(
                sample.atPoints[$0].logMarginal, controls: sample.controlsOfPoints[$0], expectations: expectations)
        }
        let logMarginalOfCodes = mean {
            pilot.logMarginalOfCodes.adjusted(
                sample.atCodes[$0].logMarginal, controls: sample.controlsOfCodes[$0], expectations: expectationsOfCodes)
        }
        return SampledInformation(
            beta: beta, information: information,
            jensenBound: SampledValue(
                value: moments.firstTermOfJensenBound(beta: beta, meanLength: meanLength) - logMarginal.value,
                standardError: logMarginal.standardError),
            meanApproximation: SampledValue(
                value: moments.firstTermOfMeanApproximation(beta: beta) - logMarginalOfCodes.value,
                standardError: logMarginalOfCodes.standardError),
            points: points * Self.replicates)
    }

    /// A_d(β).
    private func meanLength(_ beta: Double) -> Double {
        equations.meanFactor(NoiseFamily(kind: .vonMisesFisher, dimension: channel.dimension, beta: beta))
    }

    /// Of a z around a code h: ⟨z, m⟩, zᵀΣ'z, zᵀΣz and ⟨z, h⟩, Σ' and Σ being the covariances between images and of all codes.
    /// As β → 0, log p(z) is linear in the first and third, and E_x[r log r] in the second.
    private func controls(_ z: UnsafeBufferPointer<Double>, _ code: UnsafeBufferPointer<Double>) -> [Double] {
        controls(z) + [zip(z, code).reduce(0) { $0 + $1.0 * $1.1 }]
    }

    private func controls(_ z: UnsafeBufferPointer<Double>) -> [Double] {
        [
            moments.productWithMean(z), moments.square(z, moments.covarianceBetweenImages),
            moments.square(z, moments.covariance),
        ]
    }

    private func expectationsOfPoints(_ beta: Double) -> [Double] {
        let meanLength = meanLength(beta)
        return [
            meanLength * moments.squaredNormOfMean,
            moments.expectedSquare(moments.covarianceBetweenImages, beta: beta, meanLength: meanLength),
            moments.expectedSquare(moments.covariance, beta: beta, meanLength: meanLength), meanLength,
        ]
    }

    private func expectationsOfCodes() -> [Double] {
        [
            moments.squaredNormOfMean, moments.expectedSquareOfCodes(moments.covarianceBetweenImages),
            moments.expectedSquareOfCodes(moments.covariance),
        ]
    }

    /// All replicates' points one after the other, with what was evaluated there.
    private struct Sample {
        let atPoints: [PosteriorEvaluator<E>.Value]
        let atCodes: [PosteriorEvaluator<E>.Value]
        var controlsOfPoints: [[Double]] = []
        var controlsOfCodes: [[Double]] = []

        init(
            _ sampler: InformationSampler, beta: Double, points: Int, purpose: String, progress: (Int) throws -> Void
        ) rethrows {
            let dimension = sampler.channel.dimension
            let noise = VonMisesFisherSampler(dimension: dimension, beta: beta)
            var codes: [Double] = []
            var z: [Double] = []
            for replicate in 0..<InformationSampler.replicates {
                var generator = PhiloxGenerator(
                    seed: sampler.seed, purpose: "information, \(purpose)", step: replicate)
                let drawn = sampler.components.draw(points, using: &generator)
                codes += drawn.scalars
                drawn.withPointer { codes in
                    var point = [Double](repeating: 0, count: dimension)
                    for start in stride(from: 0, to: points * dimension, by: dimension) {
                        noise.draw(around: codes + start, into: &point, using: &generator)
                        z += point
                    }
                }
            }
            let shape = [points * InformationSampler.replicates, dimension]
            let evaluator = PosteriorEvaluator(channel: sampler.channel, equations: sampler.equations)
            atPoints = try evaluator.values(at: Tensor(shape: shape, scalars: z), beta: beta, progress: progress)
            atCodes = try evaluator.values(at: Tensor(shape: shape, scalars: codes), beta: beta, progress: progress)
            z.withUnsafeBufferPointer { z in
                codes.withUnsafeBufferPointer { codes in
                    for start in stride(from: 0, to: z.count, by: dimension) {
                        let range = start..<start + dimension
                        let code = UnsafeBufferPointer(rebasing: codes[range])
                        controlsOfPoints.append(sampler.controls(UnsafeBufferPointer(rebasing: z[range]), code))
                        controlsOfCodes.append(sampler.controls(code))
                    }
                }
            }
        }
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
        // A point is a z and a code in its place.
        let perPoint = 2 * Self.replicates
        var state = Progress(isPilot: true, total: betas.count * perPoint * Self.leastPoints)
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
            state = Progress(isPilot: false, total: open.reduce(0) { $0 + perPoint * points[$1] })
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
