import CropExperiment
import Diagnostics
import Digits
import Foundation
import NeuralNetworks
import Tensors

extension Format {
    /// Images and labels as MNIST has them.
    static let idx = Format(
        name: "idx", corpus: [idxFile([2, 3, 2], count: 12), idxFile([5], count: 5), idxFile([0, 28, 28], count: 0)],
        tokens: ["\u{0}\u{0}\u{8}\u{3}", "\u{0}\u{0}\u{8}\u{1}"], isText: false
    ) { bytes in
        for rank in [1, 3] {
            do { _ = try IDXFile(bytes, named: "input", rank: rank) } catch let failure as Failure {
                if rank == 3 { throw failure }
            }
        }
    }

    private static func idxFile(_ dimensions: [Int], count: Int) -> [UInt8] {
        [0, 0, 8, UInt8(dimensions.count)]
            + dimensions.flatMap { dimension in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: dimension >> $0) } }
            + (0..<count).map { UInt8(20 * $0) }
    }

    /// Gzip data, of which Fixtures/fuzz/gzip has some; at most 64 KiB of content are asked for.
    static let gzip = Format(
        name: "gzip", corpus: [[0x1f, 0x8b]], tokens: ["\u{1f}", "\u{8}\u{0}"], allowance: 1 << 20, isText: false
    ) { _ = try Gzip.decompress(Data($0), named: "input", limit: 1 << 16) }

    /// Tensors with their names.
    static func safetensors() throws -> Format {
        let file = SafetensorsFile(
            tensors: [
                "a": .float(Tensor(shape: [2, 2], scalars: [1, 2, 3, 4])),
                "b": .double(Tensor(shape: [1], scalars: [0.5])),
                "c": .float(Tensor(shape: [0, 3], scalars: [])),
            ], metadata: ["key": "value"])
        return Format(
            name: "safetensors", corpus: [Array(file.encoded()), Array(SafetensorsFile(tensors: [:]).encoded())],
            tokens: [
                "\"dtype\":\"F32\"", "\"dtype\":\"F64\"", "\"dtype\":\"BF16\"", "\"shape\":[", "\"data_offsets\":[0,",
                "__metadata__", "{\"a\":{", "}}", "18446744073709551615", "4611686018427387904", "9223372036854775807",
            ], isText: false
        ) { _ = try SafetensorsFile(decoding: Data($0), named: "input") }
    }

    /// The checkpoint of a training: as bytes, and with its state mutated inside an intact file.
    static func checkpoint() throws -> Format {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tac-fuzz-\(UUID().uuidString)")
        let data = DataProvenance(
            name: "MNIST", provenance: "made up", source: .mnist, variant: .derived, trainingCount: 60_000,
            testCount: 10_000, sha256: ["train": "ab"])
        let store = CheckpointStore(folder: folder, configuration: ExperimentConfiguration(), data: data)
        let tensor = Tensor<Float>(shape: [2], scalars: [1, 2])
        var state = TrainingState(step: 3, seconds: 0.5, tensors: ["h.weight": tensor])
        state.curves.points = [
            TrainingCurves.Point(
                step: 1, representationObjective: 0.25, augmentationObjective: 0.5, entropy: 1, nonBlankShare: 0.5)
        ]
        try store.save(state)
        let whole = try SafetensorsFile(contentsOf: store.file)
        let (bytes, fresh) = (Array(try Data(contentsOf: store.file)), state)
        try FileManager.default.removeItem(at: folder)
        let header = Array((whole.metadata["training"] ?? "").utf8)
        return Format(
            name: "checkpoint", corpus: [bytes, header],
            tokens: [
                "\"format\":2", "\"step\":", "\"seconds\":", "\"curves\":{", "\"points\":[", "\"configuration\":{",
                "\"data\":{",
                "\"sha256\":{", "\"training\":",
            ], isText: true
        ) { input in
            // An input that begins as JSON is the state alone.
            let isState = input.first == UInt8(ascii: "{")
            let text = isState ? String(validating: input, as: UTF8.self) : nil
            let content =
                text.map { SafetensorsFile(tensors: whole.tensors, metadata: ["training": $0]).encoded() }
                ?? Data(input)
            _ = try store.load(like: fresh, decoding: content)
        }
    }
}
