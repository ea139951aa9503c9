import AugmentationChannel
import CropExperiment
import Diagnostics
import Digits
import Foundation
import GSLNumerics
import Proposition1
import Tensors

/// A number in nats with its error.
public struct InformationValue: Codable, Equatable, Sendable {
    /// What an error is.
    public enum ErrorKind: String, Codable, Sendable {
        /// The standard error of a mean over samples: the true value lies within two of them about nineteen times of twenty.
        case standardError = "standard error"
        /// A finite sum in double precision: nothing but rounding, far below the digits that anyone reads.
        case rounding
    }

    /// The number, in nats.
    public var value: Double
    /// Its error, in nats; 0 where it is rounding alone.
    public var error: Double
    /// What the error is.
    public var kind: ErrorKind

    /// A mean over samples.
    public init(_ value: Double, standardError: Double) {
        (self.value, error, kind) = (value, standardError, .standardError)
    }

    /// A finite sum.
    public init(sum value: Double) {
        (self.value, error, kind) = (value, 0, .rounding)
    }
}

/// I(X;Z) of the channel that a run has learned, with what stands in for it, against β: h and P(T|x) held fixed, X uniform on
/// some images, Z von Mises–Fisher about h(T(X)). All in nats.
public struct TrainedInformation: Codable, Equatable, Sendable {
    /// The name of the file in a folder.
    public static let fileName = "information.json"
    /// The form of the file; one that says another is not this type.
    public static let currentFormat = 1

    /// The quantities at one β.
    public struct Row: Codable, Equatable, Sendable {
        /// β, the concentration of p(Z|T(X)).
        public var beta: Double
        /// I(X;Z) by (2), the mean of the pointwise information over p(x, z).
        public var information: InformationValue
        /// The Jensen bound (16), at most I(X;Z).
        public var jensenBound: InformationValue
        /// The mean approximation (17); no bound.
        public var meanApproximation: InformationValue
        /// β²/(2d) · E‖E[h|X] − E h‖², the leading term of I(X;Z) as β → 0.
        public var expansion: InformationValue
        /// The divergence of p(z|h) from the uniform density: no code and no P(T|x) has more I(X;Z) at this β.
        public var divergenceBound: InformationValue
        /// How many z all images were looked at for.
        public var points: Int
        /// How many further z some of the images were looked at for, to reduce the variance; 0 without.
        public var surrogatePoints: Int
    }

    /// ``currentFormat``.
    public var format: Int
    /// How h and P(T|x) were trained.
    public var method: RunMethod
    /// The run's seed.
    public var seed: UInt64
    /// Iterations of Algorithm 1.
    public var steps: Int
    /// What the run was trained on.
    public var data: DataProvenance
    /// Which images X is uniform on.
    public var split: Split
    /// N, how many of them.
    public var images: Int
    /// How many codes they have, those that images share counted for each.
    public var codes: Int
    /// d.
    public var dimension: Int
    /// log N = H(X), at least I(X;Z).
    public var entropyOfImages: Double
    /// E‖E[h|X] − E h‖²: how far the images' mean codes lie from the mean of all.
    public var betweenImages: Double
    /// E‖h − E[h|X]‖²: how far the views of an image lie from its mean code.
    public var withinImages: Double
    /// β of the training.
    public var trainingBeta: Double
    /// The objective (19) that training ended with, on batches of training images; absent for fewer than two records.
    public var trainingObjective: InformationValue?
    /// The quantities, by ascending β.
    public var rows: [Row]

    /// Which images.
    public enum Split: String, Codable, Sendable {
        /// Those that were trained on.
        case training
        /// Those that were not.
        case test
    }

    /// What is being done.
    public enum Stage: Equatable, Sendable {
        /// The crops of so many of so many images are encoded.
        case encoding(done: Int, of: Int)
        /// Of the points of the pilot samples so many of so many are done.
        case pilot(done: Int, of: Int)
        /// Of the points of the samples so many of so many are done; a new number of points begins a new part of the work.
        case sampling(done: Int, of: Int)
    }

    /// The wanted standard error of I(X;Z), as a share of its value.
    public static let relativeError = 0.01

    /// β from 0.5 to 500, four a decade, and that of the training, at which the objective can be compared.
    public static func defaultBetas(trainingBeta: Double) -> [Double] {
        (0...12).map { 0.5 * pow(10, Double($0) / 4) } + [trainingBeta]
    }

    /// Measures the channel of a trained run.
    ///
    /// - Parameters:
    ///   - run: the run, of the experiment's configuration.
    ///   - experiment: the data and the configuration.
    ///   - split: which images.
    ///   - images: how many of them, from the first one on; in 1... the number of the split's images.
    ///   - betas: values above 0, in any order.
    ///   - progress: told what is being done.
    /// - Throws: `Failure` for a run whose encoder has no unit vectors; what `progress` throws.
    public init(
        of run: TrainedRun, in experiment: Experiment, on split: Split, images: Int,
        betas: [Double], progress: (Stage) throws -> Void = { _ in }
    ) throws {
        let channel = try experiment.weightedCodes(
            of: run, on: split == .test ? .test : .training, imageCount: images
        ) { try progress(.encoding(done: $0, of: images)) }
        let sampler = InformationSampler(channel, seed: experiment.configuration.seed)
        let betas = Set(betas).sorted()
        let sampled = try sampler.estimates(betas: betas, relativeError: Self.relativeError) { part in
            try progress(
                part.isPilot
                    ? .pilot(done: part.done, of: part.total) : .sampling(done: part.done, of: part.total))
        }
        let configuration = experiment.configuration
        format = Self.currentFormat
        method = configuration.method
        seed = configuration.seed
        steps = run.state.step
        data = experiment.data
        self.split = split
        self.images = channel.images
        codes = channel.count
        dimension = channel.dimension
        entropyOfImages = log(Double(channel.images))
        betweenImages = sampler.moments.betweenImages
        withinImages = sampler.moments.withinImages
        trainingBeta = configuration.objective.beta
        let objectives = run.state.curves.lastObjectives
        if objectives.count > 1 {
            let statistics = SampleStatistics(objectives)
            trainingObjective = InformationValue(statistics.mean, standardError: statistics.standardError)
        }
        rows = sampled.map { sample in
            Row(
                beta: sample.beta, information: InformationValue(sample.information),
                jensenBound: InformationValue(sample.jensenBound),
                meanApproximation: InformationValue(sample.meanApproximation),
                expansion: InformationValue(sum: sampler.moments.leadingInformation(beta: sample.beta)),
                divergenceBound: InformationValue(
                    sum: VonMisesFisherConstants.divergenceFromUniform(
                        dimension: channel.dimension, beta: sample.beta)),
                points: sample.points, surrogatePoints: sample.surrogatePoints)
        }
    }

    /// Writes the file into a folder, which is created where it is missing.
    ///
    /// - Returns: the file.
    /// - Throws: `Failure` of kind `.inputOutput` that names the file and the system's reason.
    @discardableResult
    public func write(to folder: URL) throws -> URL {
        let file = folder.appendingPathComponent(Self.fileName)
        try AtomicFile.write(Data(try json().utf8), to: file)
        return file
    }

    /// The file's content: JSON with sorted keys.
    public func json() throws -> String {
        String(decoding: try StrictJSON.encoder(isPretty: true).encode(self), as: UTF8.self) + "\n"
    }
}

extension TrainedInformation {
    /// The first interval of the grid in which (17) passes from above I(X;Z) to below it.
    public var meanApproximationFallsBelow: ClosedRange<Double>? {
        crossing { ($0.meanApproximation, $0.information) }
    }

    /// The first interval of the grid in which (16) passes from above 0 to below it: beyond, it says nothing of I(X;Z).
    public var jensenBoundVanishes: ClosedRange<Double>? {
        crossing { ($0.jensenBound, InformationValue(sum: 0)) }
    }

    /// The interval from the last β at which one quantity is above the other to the next at which it is below, each by three
    /// standard errors of the difference or more.
    private func crossing(
        _ quantities: (Row) -> (InformationValue, InformationValue)
    ) -> ClosedRange<Double>? {
        var above: Double?
        for row in rows {
            let (left, right) = quantities(row)
            let difference = left.value - right.value
            guard difference.magnitude >= 3 * hypot(left.error, right.error) else { continue }
            if difference > 0 { above = row.beta } else if let above { return above...row.beta }
        }
        return nil
    }
}

extension InformationValue {
    /// A sampled value.
    init(_ sampled: SampledValue) { self.init(sampled.value, standardError: sampled.standardError) }
}
