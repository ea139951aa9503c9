import Diagnostics
import Foundation

extension ExperimentConfiguration {
    /// Checks every setting, and the settings against each other and the data.
    ///
    /// - Parameter trainingCount: the number of images to train on; `nil` where it is not known yet.
    /// - Throws: `Failure` of kind `.usage` that names the key, what was expected and what was found.
    public func validate(trainingCount: Int? = nil) throws {
        for setting in Self.settings {
            var copy = self
            let value = setting.value(in: self)
            guard setting.write(value, &copy) else {
                throw Self.unsuitable("\(value)", for: setting, place: "configuration")
            }
        }
        try requirePrecision()
        if let trainingCount, training.batchSize > trainingCount {
            throw Failure(
                .usage,
                "configuration: training.batchSize: expected at most the \(trainingCount) images of the training data, "
                    + "found \(training.batchSize); make the batch smaller or take more data")
        }
        try requireEffect()
        let cropCount = geometry.cropCount
        guard evaluation.topCrops <= cropCount else {
            throw Failure(
                .usage,
                "configuration: evaluation.topCrops: expected at most the \(cropCount) crops of an image, found "
                    + "\(evaluation.topCrops); average over fewer")
        }
    }

    /// Makes sure that no two settings together take back what a third one asks for.
    private func requireEffect() throws {
        if method == .ours, training.alternation == .together, augmentation.training != .cooperative {
            throw Failure(
                .usage,
                "configuration: training.alternation: expected inTurn with augmentation.training = "
                    + "\(augmentation.training), found together, which is one objective for h and P(T|X); change one of "
                    + "them")
        }
        if isAugmentationTrained, training.augmentationStart >= augmentationEndStep {
            throw Failure(
                .usage,
                "configuration: training.augmentationStart: expected a step before the last "
                    + (training.augmentationEnd < 1
                        ? "in which P(T|X) is updated, training.augmentationEnd · training.steps = \(augmentationEndStep)"
                        : "of training.steps = \(training.steps)")
                    + ", found \(training.augmentationStart), with which P(T|X) is never updated; begin "
                    + "earlier or train longer")
        }
        let firstWidth = gaussianWidth(at: 0)
        guard !isAugmentationGaussian || NumberRange.gaussianWidth.contains(firstWidth) else {
            throw Failure(
                .usage,
                "configuration: augmentation.gaussianWidening: expected a first width of 0.01 to 1000, found "
                    + "\(augmentation.gaussianWidth) / \(augmentation.gaussianWidening) = \(firstWidth); choose it nearer "
                    + "to 1")
        }
        guard training.learningRate * training.weightDecay < 1 else {
            throw Failure(
                .usage,
                "configuration: training.weightDecay: expected training.learningRate times it to be below 1, found "
                    + "\(training.learningRate) · \(training.weightDecay), which turns the sign of weights; make it "
                    + "smaller")
        }
    }

    /// Makes sure that no two settings together leave single precision: pixels stay finite and differ, and a step moves
    /// parameters, which have the size of a tenth, by more than they are rounded.
    private func requirePrecision() throws {
        let (blank, ink) = (-canvas.pixelMean / canvas.pixelDeviation, (1 - canvas.pixelMean) / canvas.pixelDeviation)
        guard Float(blank).isFinite, Float(ink).isFinite, Float(blank) < Float(ink) else {
            throw Failure(
                .usage,
                "configuration: canvas.pixelMean and canvas.pixelDeviation: expected blank and ink, (0 − mean)/deviation and "
                    + "(1 − mean)/deviation, to be two numbers of single precision, found \(Float(blank)) and "
                    + "\(Float(ink)); take a mean in [0, 1] and a deviation near 0.3")
        }
        let rates = [
            ("training.learningRate", training.learningRate),
            ("training.augmentationLearningRate", training.augmentationLearningRate),
        ]
        for (key, rate) in rates {
            // What Adam moves a parameter by at its first step along a gradient of 1.
            let step = rate / (1 + training.adamEpsilon)
            guard step >= Self.leastStep else {
                throw Failure(
                    .usage,
                    "configuration: \(key): expected a step of at least \(Self.leastStep) along a gradient of 1, found "
                        + "\(rate) / (1 + training.adamEpsilon) = \(step), which single precision rounds away; make the "
                        + "rate larger or training.adamEpsilon smaller")
            }
        }
    }

    /// Half of single precision's spacing at 0.01: a smaller step changes hardly any weight.
    private static let leastStep = 4e-10

    /// One setting that two configurations disagree on.
    public struct Difference: Equatable, Sendable {
        /// The setting's key.
        public let key: String
        /// Its value in the first configuration.
        public let value: ConfigurationValue
        /// Its value in the other.
        public let other: ConfigurationValue
    }

    /// The settings that differ from those of another configuration.
    public func differences(
        from other: ExperimentConfiguration, where isRelevant: (ConfigurationSetting) -> Bool = { _ in true }
    ) -> [Difference] {
        Self.settings.filter(isRelevant).compactMap { setting in
            let (value, otherValue) = (setting.value(in: self), setting.value(in: other))
            return value == otherValue ? nil : Difference(key: setting.key, value: value, other: otherValue)
        }
    }

    /// The configuration as JSON: every setting, sections as objects, keys sorted.
    public func encoded() throws -> Data {
        try StrictJSON.encoder(isPretty: true).encode(self) + Data("\n".utf8)
    }

    /// Writes `configuration.json` into a run's folder, whole or not at all.
    ///
    /// - Throws: `Failure` of kind `.inputOutput` that names the file and the system's reason.
    public func write(to folder: URL) throws {
        try AtomicFile.write(try encoded(), to: folder.appendingPathComponent(Self.fileName))
    }
}
