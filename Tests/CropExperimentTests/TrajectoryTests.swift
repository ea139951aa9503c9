import AugmentationChannel
import Autodiff
import Digits
import Foundation
import NeuralNetworks
import Tensors
import Testing

@testable import CropExperiment

/// Ten steps of Algorithm 1 against PyTorch in float64: placements, initial weights, batches, crops, both objectives, the
/// entropy, and every parameter, moment of Adam and running mean of a normalised layer by name after every step. PyTorch
/// encodes every drawn crop, where this project encodes distinct ones and counts them.
///
/// `python3 trajectory.py`, torch 2.13.0, numpy 2.4.6 (Fixtures/Training), draws everything anew from the seed: the file holds
/// no inputs.
@Suite struct TrajectoryTests {
    private let golden: Golden

    init() throws { golden = try Golden.load() }

    @Test func everyStepIsPyTorchs() throws {
        #expect(golden.runs.map(\.records.count) == [10, 10, 4, 4, 3, 2])
        for run in golden.runs {
            try Self.check(run, Double.self)
            try Self.check(run, Float.self)
        }
    }

    /// Every draw, number, parameter and moment of a run, step by step.
    static func check<Scalar: TensorScalar>(_ run: Golden.Run, _ type: Scalar.Type) throws {
        let replay = try Replay<Scalar>(run)
        #expect(replay.cells == run.cells, "\(run.name)")
        #expect(replay.batches == run.records.map(\.batch), "\(run.name)")
        #expect(replay.viewsForH == run.records.map(\.viewsForH), "\(run.name)")
        #expect(replay.viewsForP == run.records.map { $0.viewsForP ?? [] }, "\(run.name)")
        let initial = Difference(replay.initial, run.initial)
        #expect(initial.share < Tolerance.of(type), "\(run.name), \(type), initial: \(initial)")
        for (step, record) in run.records.enumerated() {
            let found = replay.records[step]
            // Objectives are differences of numbers of the size of β, the entropy is a sum of 289 terms of the size of 6.
            let tolerance = Tolerance.of(type, run)
            let scale = max(1, run.beta) * tolerance
            #expect(abs(found.representationObjective - record.representationObjective) < scale, "\(run.name), \(type)")
            #expect((found.augmentationObjective == nil) == (record.augmentationObjective == nil))
            if let objective = found.augmentationObjective, let expected = record.augmentationObjective {
                #expect(abs(objective - expected) < scale, "\(run.name), \(type), step \(step)")
            }
            if let entropy = found.entropy, let expected = record.entropy {
                #expect(abs(entropy - expected) < 10 * tolerance, "\(run.name), \(type), step \(step)")
            }
            let difference = Difference(replay.tensors[step], record.tensors)
            #expect(difference.share < tolerance, "\(run.name), \(type), step \(step): \(difference)")
        }
    }

    /// Each fault of the reference's side is one that a programmer might make on this side; the comparison notices it, in the
    /// parameters and running means after three steps, by far more than the tolerance.
    @Test func everyFaultIsNoticed() throws {
        #expect(golden.faults.count == 12 && golden.normalizationFaults?.count == 8)
        try check(golden.faults, of: golden.runs[0])
        try check(golden.normalizationFaults ?? [], of: golden.runs[4])
    }

    private func check(_ faults: [Golden.Fault], of run: Golden.Run) throws {
        let replay = try Replay<Double>(run)
        let found = replay.tensors[2].filter { !$0.key.contains(".adam") }
        let control = Difference(found, run.records[2].tensors.filter { !$0.key.contains(".adam") })
        let tolerance = Tolerance.of(Double.self, run)
        #expect(control.share < tolerance, "the control: \(control)")
        for fault in faults {
            let difference = Difference(found, fault.tensors)
            #expect(difference.share > 1e6 * tolerance, "\(fault.fault): \(difference)")
        }
    }

    /// A single element off by ten tolerances, a NaN at either end of a tensor, or a name that is missing, is noticed.
    @Test func aSingleElementIsNoticed() throws {
        let expected = try #require(golden.runs.first?.records.last?.tensors)
        for name in expected.keys {
            var changed = expected
            let largest = expected[name]?.map(abs).max() ?? 0
            changed[name]?[0] += 10 * Tolerance.of(Double.self) * max(largest, Difference.floor(of: name))
            #expect(Difference(changed, expected).share > Tolerance.of(Double.self), "\(name)")
            for place in [0, (expected[name]?.count ?? 0) - 1] {
                var unknown = expected
                unknown[name]?[place] = .nan
                #expect(Difference(unknown, expected).share.isNaN, "\(name)[\(place)]")
            }
            changed[name] = nil
            #expect(Difference(changed, expected).share == .infinity, "\(name)")
        }
    }

    /// The factor of the learning rate: 1 at the first step, a half in the middle, 0 after the last, symmetric about the middle.
    @Test func theCosineScheduleHasItsKnownValues() {
        let cosine = ExperimentConfiguration.LearningRateSchedule.cosine
        #expect(cosine.factor(at: 0, of: 4_000) == 1)
        // cos of a rounded π/2 and π/4: an ulp of 1.
        #expect(abs(cosine.factor(at: 2_000, of: 4_000) - 0.5) < 2e-16)
        #expect(abs(cosine.factor(at: 1_000, of: 4_000) - (2 + 2.0.squareRoot()) / 4) < 2e-16)
        #expect(abs(cosine.factor(at: 1, of: 3) - 0.75) < 2e-16)
        #expect(cosine.factor(at: 4_000, of: 4_000) == 0)
        #expect(cosine.factor(at: 3_999, of: 4_000) > 0)
        for step in 0...10 {
            #expect(abs(cosine.factor(at: step, of: 10) + cosine.factor(at: 10 - step, of: 10) - 1) < 3e-16)
            #expect(ExperimentConfiguration.LearningRateSchedule.constant.factor(at: step, of: 10) == 1)
        }
    }
}

/// What differs between tensors by name.
struct Difference: CustomStringConvertible {
    /// The largest difference of an element, as a share of the largest element of its tensor; NaN where one is, infinite where
    /// names or sizes differ.
    private(set) var share = 0.0
    private var place = "nowhere"

    init(_ found: [String: [Double]], _ expected: [String: [Double]]) {
        for name in Set(found.keys).union(expected.keys).sorted() {
            guard let a = found[name], let b = expected[name], a.count == b.count else {
                (share, place) = (
                    .infinity, "\(name): \(found[name]?.count ?? 0) elements, not \(expected[name]?.count ?? 0)"
                )
                return
            }
            let size = max(b.map(abs).max() ?? 0, Self.floor(of: name))
            // Written so that a NaN is taken, and kept.
            for (index, (x, y)) in zip(a, b).enumerated() where !share.isNaN && !(abs(x - y) <= share * size) {
                (share, place) = (abs(x - y) / size, "\(name)[\(index)]: \(x), not \(y)")
            }
        }
    }

    /// The size below which elements are rounding errors: biases begin at 0 and move by about the learning rate, a hundredth.
    /// P's last bias moves all logits alike, which changes nothing; its gradient is rounding errors of terms of the size of 1,
    /// and Adam divides them by ε = 10⁻⁵.
    static func floor(of name: String) -> Double {
        if name == "augmentation.third.bias" { return 1 }
        return name.hasSuffix(".adamMean") ? 1e-4 : name.hasSuffix(".adamSquare") ? 1e-8 : 1e-2
    }

    var description: String { "\(share) at \(place)" }
}

/// How far rounding may take a trajectory.
enum Tolerance {
    /// A step's gradient carries some hundred roundings of the size of its largest terms, a hundred times larger than what is
    /// left after cancellation: 10⁴ · 2⁻⁵³, and in single precision 10⁴ · 2⁻²⁴. Adam's ratio of moments has no more of them,
    /// and ten steps leave it so: found are a tenth of it and less.
    static func of<Scalar: TensorScalar>(_ type: Scalar.Type) -> Double { 1e4 * Double(Scalar.ulpOfOne) / 2 }

    /// Ten times as far where layers are normalised: normalisation takes from a gradient its mean and its part along the
    /// standardised input, and the few channels of these networks leave little of it.
    static func of<Scalar: TensorScalar>(_ type: Scalar.Type, _ run: Golden.Run) -> Double {
        run.headNormalization == .batch ? 10 * of(type) : of(type)
    }
}

/// A run of the reference, repeated by this project's code.
struct Replay<Scalar: TensorScalar> {
    let cells: [Int]
    let initial: [String: [Double]]
    private(set) var batches: [[Int]] = []
    private(set) var viewsForH: [[Int]] = []
    private(set) var viewsForP: [[Int]] = []
    private(set) var records: [Algorithm1<Scalar>.Record] = []
    private(set) var tensors: [[String: [Double]]] = []

    /// - Parameter changed: a configuration in place of the run's.
    init(_ run: Golden.Run, _ changed: ExperimentConfiguration? = nil) throws {
        let configuration = try changed ?? run.configuration()
        let digits = try DigitImages(
            images: (0..<run.images).flatMap { Self.digit($0) }, labels: [UInt8](repeating: 0, count: run.images),
            named: "digits by a formula")
        let dataset = CanvasDataset(
            digits, geometry: configuration.geometry, seed: configuration.seed, split: .training)
        cells = dataset.cells.map { Int($0) }
        var algorithm = Algorithm1<Scalar>(configuration)
        initial = Self.parameters(of: algorithm)
        var schedule = BatchSchedule(
            seed: configuration.seed, images: run.images, batchSize: configuration.training.batchSize)
        for step in run.records.indices {
            let batch = schedule.batch(at: step)
            let logP = algorithm.distribution(algorithm.augmentation, at: step).logProbabilities(
                dataset, batch, scale: algorithm.scale)?.value
            batches.append(batch)
            let updatesP =
                algorithm.augmentation != nil && step >= configuration.training.augmentationStart
                && step < configuration.augmentationEndStep
            viewsForH.append(
                updatesP && configuration.training.alternation == .together
                    ? []
                    : algorithm.sampledViews(
                        for: "views for h", step: step, images: batch, dataset: dataset, logP: logP
                    ).crops)
            viewsForP.append(
                !updatesP
                    ? [] : algorithm.deferredDraws(step: step, images: batch, dataset: dataset).value.views.crops)
            records.append(algorithm.iterate(step: step, images: batch, dataset: dataset))
            tensors.append(
                [Self.moments(of: algorithm), Self.statistics(of: algorithm)]
                    .reduce(Self.parameters(of: algorithm)) { $0.merging($1) { first, _ in first } })
        }
    }

    /// 28 × 28 bytes, ink within a glyph of 20 × 20 as in MNIST: the formula of trajectory.py.
    private static func digit(_ image: Int) -> [UInt8] {
        (0..<784).map { pixel in
            let (row, column) = (pixel / 28, pixel % 28)
            let pattern: Int = 3 * row + 5 * column + 7 * image + row * column
            guard (4..<24).contains(row), (4..<24).contains(column), pattern % 11 < 5 else { return 0 }
            let ink: Int = 37 * image + 11 * row * row + 29 * column + 7 * row * column
            return UInt8(1 + ink % 255)
        }
    }

    private static func parameters(of algorithm: Algorithm1<Scalar>) -> [String: [Double]] {
        var result: [String: [Double]] = [:]
        for (name, value) in algorithm.representation.parameters {
            result["representation.\(name)"] = value.value.scalars.map { Double($0) }
        }
        for (name, value) in algorithm.augmentation?.parameters ?? [] {
            result["augmentation.\(name)"] = value.value.scalars.map { Double($0) }
        }
        return result
    }

    private static func statistics(of algorithm: Algorithm1<Scalar>) -> [String: [Double]] {
        var result: [String: [Double]] = [:]
        for (name, value) in algorithm.representation.statistics {
            result["representation.\(name)"] = value.scalars.map { Double($0) }
        }
        return result
    }

    private static func moments(of algorithm: Algorithm1<Scalar>) -> [String: [Double]] {
        var result: [String: [Double]] = [:]
        func add(_ names: [String], _ adam: Adam<Scalar>?) {
            guard let adam else { return }
            for (index, name) in names.enumerated() {
                result["\(name).adamMean"] = adam.means[index].scalars.map { Double($0) }
                result["\(name).adamSquare"] = adam.squares[index].scalars.map { Double($0) }
            }
        }
        add(algorithm.representation.parameters.map { "representation.\($0.name)" }, algorithm.representationOptimizer)
        add(algorithm.augmentation?.parameters.map { "augmentation.\($0.name)" } ?? [], algorithm.augmentationOptimizer)
        return result
    }
}

/// The file that trajectory.py writes.
struct Golden: Decodable {
    struct Record: Decodable {
        let batch: [Int]
        let viewsForH: [Int]
        let viewsForP: [Int]?
        let representationObjective: Double
        let augmentationObjective: Double?
        let entropy: Double?
        let tensors: [String: [Double]]
    }

    struct Run: Decodable {
        let name: String
        let method: RunMethod
        let seed: UInt64
        let images: Int
        let cellsPerSide: Int
        let pixelMean: Double
        let pixelDeviation: Double
        let channels: [Int]
        let features: Int
        let hidden: Int
        let dimension: Int
        let encoderNormalization: ExperimentConfiguration.Normalization?
        let headNormalization: ExperimentConfiguration.Normalization?
        let augmentationChannels: Int
        let beta: Double
        let lambda: Double
        let negatives: Negatives
        let augmentationNegatives: Negatives
        let steps: Int
        let batchSize: Int
        let views: Int
        let augmentationViews: Int
        let learningRate: Double
        let augmentationLearningRate: Double
        let learningRateSchedule: ExperimentConfiguration.LearningRateSchedule
        let adamBeta1: Double
        let adamBeta2: Double
        let adamEpsilon: Double
        let alternation: ExperimentConfiguration.Alternation?
        let augmentationTraining: ExperimentConfiguration.AugmentationTraining?
        let gaussianWidth: Double?, gaussianWidening: Double?, gaussianExponent: Double?
        let pooling: ExperimentConfiguration.Pooling?
        /// None where they are not named.
        let filterSide: Int?, padding: Int?, weightDecay: Double?
        let augmentationStart: Int?, augmentationEnd: Double?, augmentationWarmUp: Double?
        let representationRestart: Double?
        let augmentationPositives: Positives?
        let cells: [Int]
        let initial: [String: [Double]]
        let records: [Record]

        /// The run's settings under this project's names.
        func configuration() throws -> ExperimentConfiguration {
            var result = ExperimentConfiguration()
            result.method = method
            result.seed = seed
            result.canvas.cellsPerSide = cellsPerSide
            result.canvas.pixelMean = pixelMean
            result.canvas.pixelDeviation = pixelDeviation
            result.intermediateEncoder.channels = channels
            result.intermediateEncoder.features = features
            result.projectionHead.hidden = hidden
            result.projectionHead.dimension = dimension
            result.intermediateEncoder.normalization = encoderNormalization ?? .none
            result.projectionHead.normalization = headNormalization ?? .none
            result.augmentation.channels = augmentationChannels
            result.augmentation.initialScale = 1
            result.objective.beta = beta
            result.objective.lambda = lambda
            result.objective.negatives = negatives
            result.objective.augmentationNegatives = augmentationNegatives
            result.training.steps = steps
            result.training.batchSize = batchSize
            result.training.views = views
            result.training.augmentationViews = augmentationViews
            result.training.learningRate = learningRate
            result.training.augmentationLearningRate = augmentationLearningRate
            result.training.learningRateSchedule = learningRateSchedule
            result.training.adamBeta1 = adamBeta1
            result.training.adamBeta2 = adamBeta2
            result.training.adamEpsilon = adamEpsilon
            if let alternation { result.training.alternation = alternation }
            if let augmentationTraining { result.augmentation.training = augmentationTraining }
            if let gaussianWidth { result.augmentation.gaussianWidth = gaussianWidth }
            if let gaussianWidening { result.augmentation.gaussianWidening = gaussianWidening }
            if let gaussianExponent { result.augmentation.gaussianExponent = gaussianExponent }
            if let pooling { result.intermediateEncoder.pooling = pooling }
            if let filterSide { result.intermediateEncoder.filterSide = filterSide }
            result.intermediateEncoder.padding = padding ?? 0
            if let augmentationPositives { result.objective.augmentationPositives = augmentationPositives }
            result.training.weightDecay = weightDecay ?? 0
            if let augmentationStart { result.training.augmentationStart = augmentationStart }
            if let augmentationEnd { result.training.augmentationEnd = augmentationEnd }
            if let augmentationWarmUp { result.training.augmentationWarmUp = augmentationWarmUp }
            if let representationRestart { result.training.representationRestart = representationRestart }
            result.evaluation.topCrops = 1
            try result.validate(trainingCount: images)
            return result
        }
    }

    struct Fault: Decodable {
        /// The run that has it, where the file has faults of several.
        let run: String?
        let fault: String
        let tensors: [String: [Double]]
    }

    let runs: [Run]
    let faults: [Fault]
    /// Only where runs have normalisation.
    let normalizationFaults: [Fault]?

    static func load(_ name: String = "trajectory.json") throws -> Golden {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Fixtures/Training/\(name)")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }
}
