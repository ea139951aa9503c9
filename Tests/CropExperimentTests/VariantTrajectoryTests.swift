import Testing

@testable import CropExperiment

/// The variants of Algorithm 1 — both updates at once, an adversarial P(T|X), one that is fixed, f without pooling or padded, weight decay,
/// a later start or an earlier end of P(T|X), h anew — against PyTorch in float64, as ``TrajectoryTests`` does it for the algorithm itself.
@Suite struct VariantTrajectoryTests {
    private let golden: Golden

    init() throws { golden = try Golden.load("variants.json") }

    @Test func everyStepOfEveryVariantIsPyTorchs() throws {
        #expect(golden.runs.count == 20)
        for run in golden.runs {
            try TrajectoryTests.check(run, Double.self)
            try TrajectoryTests.check(run, Float.self)
        }
    }

    /// What a programmer might make of each variant is far from it after three steps.
    @Test func everyFaultOfAVariantIsNoticed() throws {
        #expect(golden.faults.count == 21)
        for fault in golden.faults {
            let run = try #require(golden.runs.first { $0.name == fault.run }, "\(fault.fault)")
            let found = try Replay<Double>(run).tensors[2].filter { !$0.key.contains(".adam") }
            let difference = Difference(found, fault.tensors)
            #expect(difference.share > 1e6 * Tolerance.of(Double.self), "\(fault.fault): \(difference)")
        }
    }

    /// Each variant is one: after its steps its parameters are not those of Algorithm 1 with the same seed.
    @Test func everyVariantDiffersFromAlgorithm1() throws {
        for run in golden.runs {
            var plain = try run.configuration()
            plain.training.alternation = .inTurn
            plain.augmentation.training = .cooperative
            plain.augmentation.gaussianWidening = 1
            plain.augmentation.gaussianExponent = 2
            plain.intermediateEncoder.pooling = .globalMax
            plain.intermediateEncoder.filterSide = 3
            plain.intermediateEncoder.padding = 0
            plain.objective.augmentationPositives = .otherViews
            plain.training.weightDecay = 0
            plain.training.augmentationStart = 0
            plain.training.augmentationEnd = 1
            plain.training.augmentationWarmUp = 0
            plain.training.representationRestart = 0
            let last = run.records.count - 1
            let found = try Replay<Double>(run).tensors[last]
            let difference = Difference(found, try Replay<Double>(run, plain).tensors[last])
            #expect(difference.share > 1e6 * Tolerance.of(Double.self), "\(run.name): \(difference)")
        }
    }
}
