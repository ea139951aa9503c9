import Autodiff
import CropExperiment
import Diagnostics
import NeuralNetworks
import Tensors
import TestSupport
import Testing

@Suite("The least memory of a step")
struct TrainingMemoryTests {
    /// Each would take more than 8 GB; the default fits into a small computer.
    @Test(
        "a step of training that the memory cannot hold",
        arguments: [
            (["intermediateEncoder.features=65536", "intermediateEncoder.channels=4096,4096"], "the parameters"),
            (["projectionHead.hidden=65536", "projectionHead.dimension=65536"], "the parameters"),
            (["training.batchSize=60000", "training.views=1024"], "the pairs of views; make training.views"),
            (["training.batchSize=100000"], "the scores of crops; make training.batchSize"),
            (
                ["training.batchSize=100000", "method=simclr", "objective.negatives=otherImages"],
                "the scores of crops; make training.batchSize"
            ),
            (
                ["training.batchSize=100000", "augmentation.training=fixed", "objective.negatives=otherViews"],
                "the scores of crops; make training.batchSize"
            ),
            (
                ["intermediateEncoder.channels=4096,1", "training.batchSize=20000"],
                "the activations; make training.batchSize"
            ),
        ])
    func memory(assignments: [String], message: String) throws {
        var configuration = ExperimentConfiguration()
        try configuration.requireMemory(within: ResourceLimits(processors: 1, memory: 1_000_000_000))
        for assignment in assignments { try configuration.set(assignment) }
        expectFailure(.usage, mentioning: "the 8.0 GB of memory", message, "smaller") {
            try configuration.requireMemory(within: ResourceLimits(processors: 1, memory: 8_000_000_000))
        }
        try configuration.requireMemory(within: ResourceLimits(processors: 1, memory: .max))
    }

    /// The scores of all views with each other are never held where no gradient of their weights is taken.
    @Test("a step that fits is not refused", arguments: ["method=simclr", "augmentation.training=fixed"])
    func whatFits(assignment: String) throws {
        var configuration = ExperimentConfiguration()
        for assignment in ["training.batchSize=60000", assignment] { try configuration.set(assignment) }
        try configuration.requireMemory(within: ResourceLimits(processors: 1, memory: 8_000_000_000))
    }

    @Test("the message says what sets the limit")
    func limits() throws {
        var configuration = ExperimentConfiguration()
        try configuration.set("training.batchSize=100000")
        for (limit, words) in [
            (ResourceLimits.MemoryLimit.machine, "the 0.5 GB of memory, found"),
            (.controlGroup, "the 0.5 GB of memory that the control group (container, batch system) allows, found"),
            (.process, "the 0.5 GB of memory that the limit of the process (ulimit) allows, found"),
        ] {
            expectFailure(.usage, mentioning: words) {
                try configuration.requireMemory(
                    within: ResourceLimits(processors: 1, memory: 500_000_000, memoryLimit: limit))
            }
        }
    }

    /// A small f.
    private static var settings: ExperimentConfiguration.IntermediateEncoderSettings {
        var settings = ExperimentConfiguration().intermediateEncoder
        (settings.channels, settings.features) = ([3, 5], 7)
        return settings
    }

    /// The estimate is made from designs; the networks are what they say.
    @Test("designs count the parameters and the outputs of f without pooling")
    func designsWithoutPooling() {
        var generator = PhiloxGenerator(seed: 1, purpose: "designs")
        var settings = Self.settings
        settings.pooling = .none
        let encoder = IntermediateEncoder<Float>(settings, using: &generator)
        let designs = IntermediateEncoder<Float>.designs(settings)
        #expect(encoder.parameterCount == designs.reduce(0) { $0 + $1.parameterCount })
        let crop = Variable(Tensor<Float>(shape: [1, 20, 20, 1], repeating: 1))
        let maps = [encoder.first(crop), encoder.second(encoder.first(crop)), encoder(crop)]
        #expect(maps.map(\.value.count) == [300, 125, 7])
        #expect(maps.reduce(0) { $0 + $1.value.count } == designs.outputCount(ofInput: 20))
    }

    @Test("designs count the parameters and the outputs that networks have", arguments: [20, 28])
    func designs(side: Int) {
        var generator = PhiloxGenerator(seed: 1, purpose: "designs")
        let encoder = IntermediateEncoder<Float>(Self.settings, using: &generator)
        let encoderDesigns = IntermediateEncoder<Float>.designs(Self.settings)
        #expect(encoder.parameterCount == encoderDesigns.reduce(0) { $0 + $1.parameterCount })
        let image = Variable(Tensor<Float>(shape: [1, side, side, 1], repeating: 1))
        let first = encoder.first.rectifiedAndPooled(image)
        let second = encoder.second.rectifiedAndPooled(first)
        let maps = [first, second, encoder(image)]
        #expect(maps.reduce(0) { $0 + $1.value.count } == encoderDesigns.outputCount(ofInput: side))

        let network = AugmentationNetwork<Float>(channels: 4, using: &generator)
        let designs = AugmentationNetwork<Float>.designs(channels: 4)
        #expect(network.parameterCount == designs.reduce(0) { $0 + $1.parameterCount })
        let inner = [network.first(image), network.second(network.first(image)), network(image)]
        #expect(inner.reduce(0) { $0 + $1.value.count } == designs.outputCount(ofInput: side))

        let head = ProjectionHead<Float>(features: 7, hidden: 6, dimension: 2, using: &generator)
        let headDesigns = ProjectionHead<Float>.designs(features: 7, hidden: 6, dimension: 2)
        #expect(head.parameterCount == headDesigns.reduce(0) { $0 + $1.parameterCount })
    }
}
