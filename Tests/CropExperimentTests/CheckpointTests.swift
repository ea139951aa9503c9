import Autodiff
import Diagnostics
import Digits
import Foundation
import NeuralNetworks
import Tensors
import TestSupport
import Testing

@testable import CropExperiment

/// Stores of one small network in a folder of its own.
private struct Checkpoints {
    let folder: TemporaryFolder
    var configuration = ExperimentConfiguration()
    var data = DataProvenance(
        name: "MNIST, derived", provenance: "a test", source: .mnist, variant: .derived, trainingCount: 60_000,
        testCount: 10_000, sha256: ["train": "ab"])

    init() throws { folder = try TemporaryFolder() }

    var store: CheckpointStore { CheckpointStore(folder: folder.url, configuration: configuration, data: data) }

    func state(step: Int = 3, inputs: Int = 4, outputs: Int = 2, fill: Float = 0.1) -> TrainingState {
        var generator = PhiloxGenerator(seed: UInt64(step), purpose: "checkpoint")
        var layer = Dense<Float>(DenseDesign(inputs: inputs, outputs: outputs), using: &generator)
        layer.bias = Variable(Tensor(shape: [outputs], repeating: fill))
        var optimizer = Adam(for: layer)
        optimizer.means[0] = Tensor(shape: [inputs, outputs], repeating: -fill)
        var state = TrainingState(step: step, seconds: 0.1 + 0.2)
        state.store(layer, optimizer, named: "h.head")
        state.curves.points = [.init(step: 1, representationObjective: 0.1 + 0.2, entropy: 1 / 3, nonBlankShare: 0.5)]
        return state
    }

    /// Names of everything in the folder.
    func contents() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() }
}

@Suite("Checkpoint")
struct CheckpointTests {
    @Test("a state comes back bit for bit, also over a former one")
    func roundTrip() throws {
        let runs = try Checkpoints()
        let first = runs.state(step: 3)
        #expect(try runs.store.load(like: first) == nil)
        try runs.store.save(first)
        #expect(try runs.store.load(like: first) == first)
        let second = runs.state(step: 4, fill: .leastNonzeroMagnitude)
        try runs.store.save(second)
        #expect(try runs.store.load(like: first) == second)
        #expect(try runs.contents() == [CheckpointStore.fileName])
    }

    @Test("how far a checkpoint is can be read without its settings, and is 0 where nothing can be read")
    func progress() throws {
        let runs = try Checkpoints()
        #expect(CheckpointStore.steps(in: runs.folder.url.appendingPathComponent("none")) == 0)
        try runs.store.save(runs.state(step: 7))
        #expect(CheckpointStore.steps(in: runs.folder.url) == 7)
        try Data("half a file".utf8).write(to: runs.store.file)
        #expect(CheckpointStore.steps(in: runs.folder.url) == 0)
        for metadata in [["other": "{}"], ["training": #"{"step":\(Int.min)}"#], ["training": #"{"step":-1}"#]] {
            try SafetensorsFile(tensors: [:], metadata: metadata).write(to: runs.store.file)
            #expect(CheckpointStore.steps(in: runs.folder.url) == 0)
        }
    }

    @Test("a network and its optimiser come back out of a state")
    func restores() throws {
        var generator = PhiloxGenerator(seed: 1, purpose: "checkpoint")
        var layer = Dense<Float>(DenseDesign(inputs: 3, outputs: 2), using: &generator)
        var optimizer = Adam(for: layer)
        for _ in 0..<3 {
            let gradients = layer.parameters.map { Variable(Tensor<Float>.normal($0.value.shape, using: &generator)) }
            optimizer.update(&layer, along: gradients, learningRate: 0.1)
        }
        var state = TrainingState(step: 3)
        state.store(layer, optimizer, named: "p")
        var other = Dense<Float>(DenseDesign(inputs: 3, outputs: 2), using: &generator)
        var otherOptimizer = Adam(for: other)
        state.restore(&other, &otherOptimizer, named: "p")
        #expect(other.parameters.map(\.value.value) == layer.parameters.map(\.value.value))
        #expect(otherOptimizer.means == optimizer.means)
        #expect(otherOptimizer.squares == optimizer.squares)
        #expect(otherOptimizer.step == 3)
    }

    @Test("equal states give equal files")
    func deterministic() throws {
        let runs = try Checkpoints()
        let state = runs.state()
        try runs.store.save(state)
        let first = try Data(contentsOf: runs.store.file)
        try runs.store.save(state)
        #expect(try Data(contentsOf: runs.store.file) == first)
    }

    /// The parts of a replacement, in order: nothing yet; any part of the temporary file; the new checkpoint.
    @Test("killed at any point of a save, the former checkpoint is loaded and the leftovers go")
    func killedWhileSaving() throws {
        let runs = try Checkpoints()
        let former = runs.state(step: 3)
        try runs.store.save(former)
        let bytes = try Data(contentsOf: runs.store.file)
        for count in [0, 1, 8, 100, bytes.count - 1, bytes.count] {
            try runs.folder.write(bytes.prefix(count), as: ".\(CheckpointStore.fileName).4711.partial")
            #expect(try runs.store.load(like: former) == former)
            try FolderLock(runs.store.file.deletingLastPathComponent()).removeLeftovers(of: [CheckpointStore.fileName])
            #expect(try runs.contents() == [CheckpointStore.fileName])
        }
    }

    @Test("a diverged state is not saved, and the last good checkpoint is kept", arguments: [Float.nan, .infinity])
    func divergence(value: Float) throws {
        let runs = try Checkpoints()
        expectFailure(.usage, mentioning: "diverged at step 7", "no checkpoint yet", "learningRate") {
            try runs.store.save(runs.state(step: 7, fill: value))
        }
        #expect(try runs.contents().isEmpty)
        let good = runs.state(step: 3)
        try runs.store.save(good)
        expectFailure(.usage, mentioning: "diverged at step 7", "checkpoint of step 3 is kept in", "checkpoint.safe") {
            try runs.store.save(runs.state(step: 7, fill: value))
        }
        #expect(try runs.store.load(like: good) == good)
    }

    @Test("more steps and another evaluation are the same run, unless the learning rate or P(T|X) follows the steps")
    func continuing() throws {
        var runs = try Checkpoints()
        runs.configuration.training.learningRateSchedule = .constant
        let state = runs.state(step: 3)
        try runs.store.save(state)
        runs.configuration.training.steps = 10_000
        runs.configuration.evaluation.tolerance = 1e-4
        runs.data.provenance = "found elsewhere"
        #expect(try runs.store.load(like: state) == state)
        runs.configuration.training.steps = 3
        #expect(try runs.store.load(like: state) == state)
        runs.configuration.training.steps = 2
        expectFailure(.usage, mentioning: "at most 2 steps", "found one of 3", "training.steps") {
            _ = try runs.store.load(like: state)
        }
        runs.configuration.augmentation.training = .fixed
        for (rate, widening) in [(ExperimentConfiguration.LearningRateSchedule.cosine, 1.0), (.constant, 2)] {
            runs.configuration.training.steps = 4_000
            runs.configuration.training.learningRateSchedule = rate
            runs.configuration.augmentation.gaussianWidening = widening
            try runs.store.save(state)
            runs.configuration.training.steps = 10_000
            expectFailure(.usage, mentioning: "training.steps: expected 10000, found 4000") {
                _ = try runs.store.load(like: state)
            }
        }
        // Only a Gaussian has such a width.
        for (method, training) in [
            (RunMethod.ours, ExperimentConfiguration.AugmentationTraining.cooperative), (.simclr, .fixed),
        ] {
            runs.configuration.method = method
            runs.configuration.augmentation.training = training
            runs.configuration.training.steps = 4_000
            try runs.store.save(state)
            runs.configuration.training.steps = 10_000
            #expect(try runs.store.load(like: state) == state)
        }
        // Only a P(T|X) that is trained has a learning rate, and h anew belongs to every method.
        for (method, end, warmUp, restart, follows) in [
            (RunMethod.ours, 1.0, 0.5, 0.0, true), (.ours, 0.5, 0, 0, true), (.ours, 1, 0, 0, false),
            (.simclr, 0.5, 0.5, 0, false), (.simclr, 1, 0, 0.5, true),
        ] {
            runs.configuration.method = method
            runs.configuration.augmentation.training = .cooperative
            runs.configuration.training.augmentationEnd = end
            runs.configuration.training.augmentationWarmUp = warmUp
            runs.configuration.training.representationRestart = restart
            runs.configuration.training.steps = 4_000
            try runs.store.save(state)
            runs.configuration.training.steps = 10_000
            if follows {
                expectFailure(.usage, mentioning: "training.steps: expected 10000, found 4000") {
                    _ = try runs.store.load(like: state)
                }
            } else {
                #expect(try runs.store.load(like: state) == state)
            }
        }
    }

    @Test("another configuration: every key that differs, with both values")
    func otherConfiguration() throws {
        var runs = try Checkpoints()
        let state = runs.state()
        try runs.store.save(state)
        runs.configuration.objective.beta = 1
        runs.configuration.seed = 5
        expectFailure(
            .usage, mentioning: "another configuration", "seed: expected 5, found 0",
            "objective.beta: expected 1.0, found 0.5", "another folder"
        ) { _ = try runs.store.load(like: state) }
    }

    @Test("another architecture: the parameter, both shapes, and the setting")
    func otherArchitecture() throws {
        var runs = try Checkpoints()
        try runs.store.save(runs.state(outputs: 2))
        expectFailure(
            .usage, mentioning: "another architecture", "expected h.head.bias of shape [3], found it of shape [2]"
        ) { _ = try runs.store.load(like: runs.state(outputs: 3)) }
        runs.configuration.projectionHead.dimension = 3
        expectFailure(.usage, mentioning: "h.head.bias", "projectionHead.dimension: expected 3, found 50") {
            _ = try runs.store.load(like: runs.state(outputs: 3))
        }
        var fresh = runs.state(outputs: 2)
        fresh.tensors["p.first.bias"] = .zeros([1])
        expectFailure(.usage, mentioning: "expected p.first.bias of shape [1], found it absent") {
            _ = try runs.store.load(like: fresh)
        }
        fresh = runs.state(outputs: 2)
        fresh.tensors["h.head.bias"] = nil
        expectFailure(.usage, mentioning: "expected h.head.bias absent, found it of shape [2]") {
            _ = try runs.store.load(like: fresh)
        }
    }

    @Test("other data: counts, collection, checksums")
    func otherData() throws {
        let saved = try Checkpoints()
        let state = saved.state()
        try saved.store.save(state)
        var runs = saved
        runs.data.trainingCount = 1_000
        expectFailure(.usage, mentioning: "on 1000 images", "60000 images") { _ = try runs.store.load(like: state) }
        runs = saved
        runs.data.source = .embeddedDigits
        runs.data.name = "embedded UCI digits"
        expectFailure(.usage, mentioning: "embedded UCI digits", "MNIST, derived") {
            _ = try runs.store.load(like: state)
        }
        runs = saved
        runs.data.sha256 = ["train": "cd"]
        expectFailure(.usage, mentioning: "other checksums") { _ = try runs.store.load(like: state) }
    }
}

@Suite("Checkpoint: what bad files get")
struct CheckpointDamageTests {
    @Test("every truncation, zero bytes, and a length field that lies")
    func truncated() throws {
        let runs = try Checkpoints()
        let state = runs.state()
        try runs.store.save(state)
        let bytes = try Data(contentsOf: runs.store.file)
        for count in [0, 1, 7, 8, 9, 500, bytes.count - 1] {
            try runs.folder.write(bytes.prefix(count), as: CheckpointStore.fileName)
            expectFailure(.badData, mentioning: "checkpoint.safetensors", "delete the file to train from the start") {
                _ = try runs.store.load(like: state)
            }
        }
        for (index, byte) in [(0, UInt8(0)), (3, 0x01), (7, 0x80)] {
            var lying = bytes
            lying[index] = byte
            try runs.folder.write(lying, as: CheckpointStore.fileName)
            expectFailure(.badData, mentioning: "checkpoint.safetensors", "header", "delete the file") {
                _ = try runs.store.load(like: state)
            }
        }
    }

    @Test("a good parameter file that is no checkpoint, or one of another format, or with nonsense for a state")
    func foreignFile() throws {
        let runs = try Checkpoints()
        let state = runs.state()
        let tensors = state.tensors.mapValues(AnyTensor.float)
        func expect(
            _ metadata: [String: String], _ message: String, sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            try SafetensorsFile(tensors: tensors, metadata: metadata).write(to: runs.store.file)
            expectFailure(.badData, mentioning: message, "delete the file", sourceLocation: sourceLocation) {
                _ = try runs.store.load(like: state)
            }
        }
        try expect([:], "expected a checkpoint with \"training\" in its metadata")
        try expect(["training": "{"], "invalid JSON")
        try expect(["training": #"{"format": 1}"#], "expected a checkpoint of format 2, found 1")
        try expect(["training": #"{"format": 2}"#], "no key \"step\"")
        try runs.store.save(state)
        let good = try SafetensorsFile(contentsOf: runs.store.file).metadata["training"] ?? ""
        func altered(_ part: String, _ replacement: String) -> [String: String] {
            #expect(good.contains(part))
            return ["training": good.replacing(part, with: replacement)]
        }
        try expect(altered(#""step":3}"#, #""step":-3}"#), "found -3")
        try expect(altered(#""step":3}"#, #""step":3,"step":4}"#), "the key \"step\" twice")
        try expect(
            altered(#""step":3}"#, #""step":"many"}"#),
            "\"many\" instead of a whole number in the range of Int at step")
        try expect(altered(#""seconds":0"#, #""seconds":-0"#), "found 3 and -0.3")
        var file = SafetensorsFile(tensors: tensors, metadata: ["training": good])
        file.tensors["h.head.bias"] = .double(.zeros([2]))
        try file.write(to: runs.store.file)
        expectFailure(.badData, mentioning: "expected h.head.bias in F32, found F64") {
            _ = try runs.store.load(like: state)
        }
        file.tensors["h.head.bias"] = .float(Tensor(shape: [2], repeating: .nan))
        try file.write(to: runs.store.file)
        expectFailure(.badData, mentioning: "expected finite numbers") { _ = try runs.store.load(like: state) }
    }

    @Test("an unwritable folder")
    func unwritable() throws {
        let runs = try Checkpoints()
        let file = try runs.folder.write([0], as: "file")
        let store = CheckpointStore(
            folder: file.appendingPathComponent("run"), configuration: runs.configuration, data: runs.data)
        expectFailure(.inputOutput, mentioning: file.path, "choose a folder") { try store.save(runs.state()) }
    }

    /// A write that fails in the middle, as on a full disk: the system takes 8 MiB of the file and no more.
    @Test("a write that fails half-way leaves the former checkpoint and nothing else")
    func failingWrite() throws {
        let runs = try Checkpoints()
        let former = runs.state()
        try runs.store.save(former)
        var large = former
        large.tensors["h.head.weights"] = .zeros([2_200_000])
        try withFileSizeLimit(8 << 20) {
            expectFailure(.inputOutput, mentioning: "checkpoint.safetensors", "File too large", "free space") {
                try runs.store.save(large)
            }
        }
        #expect(try runs.contents() == [CheckpointStore.fileName])
        #expect(try runs.store.load(like: former) == former)
        try runs.store.save(large)
        #expect(try runs.store.load(like: large) == large)
    }
}

/// Runs `body` while this process cannot make files longer than `limit` bytes.
private func withFileSizeLimit(_ limit: UInt, _ body: () throws -> Void) throws {
    #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    #else
        let resource = RLIMIT_FSIZE
    #endif
    // Without this the system ends the process instead of failing the write.
    let handler = signal(SIGXFSZ, SIG_IGN)
    var former = rlimit()
    try #require(getrlimit(resource, &former) == 0)
    var limited = former
    limited.rlim_cur = .init(limit)
    try #require(setrlimit(resource, &limited) == 0)
    defer {
        setrlimit(resource, &former)
        signal(SIGXFSZ, handler)
    }
    try body()
}
