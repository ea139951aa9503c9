import Diagnostics
import Digits
import Foundation
import NeuralNetworks
import Tensors

/// The checkpoint of one run: a single safetensors file with the tensors, whose metadata holds all else as JSON.
///
/// One file that is replaced by `rename` cannot be inconsistent: whenever the process is killed, the folder holds the
/// former checkpoint or the new one.
public struct CheckpointStore: Sendable {
    /// The name of the file in a run's folder.
    public static let fileName = "checkpoint.safetensors"

    /// Where the checkpoint lies.
    public let file: URL
    private let configuration: ExperimentConfiguration
    private let data: DataProvenance

    private static let metadataKey = "training"
    private static let formatVersion = 2

    /// The checkpoint of a run; nothing is read or written yet.
    ///
    /// - Parameters:
    ///   - folder: the run's folder; it need not exist.
    ///   - configuration: the run's configuration, saved with each checkpoint.
    ///   - data: what the run trains on, saved with each checkpoint.
    public init(folder: URL, configuration: ExperimentConfiguration, data: DataProvenance) {
        file = folder.appendingPathComponent(Self.fileName)
        self.configuration = configuration
        self.data = data
    }

    /// Replaces the checkpoint.
    ///
    /// - Throws: `Failure` of kind `.inputOutput` where the file cannot be written, and ``divergence(at:)`` where the
    ///   state is not finite: a good checkpoint is never replaced by one that leads nowhere. The former checkpoint is
    ///   kept in both cases.
    public func save(_ state: TrainingState) throws {
        guard state.isFinite else { throw divergence(at: state.step) }
        let header = Header(
            format: Self.formatVersion, step: state.step, seconds: state.seconds, configuration: configuration,
            data: data, curves: state.curves)
        let json = String(decoding: try StrictJSON.encoder(isPretty: false).encode(header), as: UTF8.self)
        try SafetensorsFile(tensors: state.tensors.mapValues(AnyTensor.float), metadata: [Self.metadataKey: json])
            .write(to: file)
    }

    /// The saved state, or `nil` where there is none.
    ///
    /// - Parameter fresh: a state as the run would begin with, for the names and shapes of its tensors.
    /// - Throws: `Failure` of kind `.badData` for a damaged file, and `.usage` for the checkpoint of another
    ///   architecture, configuration or data set. More steps than before are not another configuration, as long as
    ///   nothing in the training depends on their number; nor is another evaluation.
    public func load(like fresh: TrainingState) throws -> TrainingState? {
        guard try InputFile.exists(file) else { return nil }
        let scalars = fresh.tensors.values.reduce(0) { $0 + $1.count }
        let limit = SafetensorsFile.largestSize(scalars: scalars)
        return try state(in: try read { try SafetensorsFile(contentsOf: file, limit: limit) }, like: fresh)
    }

    /// The state in the bytes of a checkpoint.
    ///
    /// - Throws: as ``load(like:)`` does.
    package func load(like fresh: TrainingState, decoding bytes: Data) throws -> TrainingState {
        try state(in: try read { try SafetensorsFile(decoding: bytes, named: file.path) }, like: fresh)
    }

    private func state(in content: (header: Header, tensors: [String: Tensor<Float>]), like fresh: TrainingState) throws
        -> TrainingState
    {
        let (header, tensors) = content
        try requireSameData(header.data)
        try requireSameArchitecture(tensors, fresh.tensors, header.configuration)
        try requireSameConfiguration(header)
        let state = TrainingState(
            step: header.step, seconds: header.seconds, tensors: tensors, curves: header.curves)
        guard state.isFinite else {
            throw Failure(.badData, "\(file.path): expected finite numbers, found others; \(Self.advice)")
        }
        return state
    }

    /// How far the checkpoint in a run's folder is, for an estimate of the time that is left.
    ///
    /// - Parameter folder: the run's folder; it need not exist.
    /// - Returns: iterations done; 0 where there is no checkpoint that can be read, for which resuming from it reports the reason,
    ///   or one of more than half a gigabyte.
    public static func steps(in folder: URL) -> Int {
        let file = try? SafetensorsFile(contentsOf: folder.appendingPathComponent(fileName), limit: 1 << 29)
        guard let json = file?.metadata[metadataKey] else { return 0 }
        return max(0, (try? JSONDecoder().decode(Progress.self, from: Data(json.utf8)))?.step ?? 0)
    }

    /// The failure of a run whose numbers are no longer finite.
    ///
    /// - Parameter step: iterations done when it was noticed.
    public func divergence(at step: Int) -> Failure {
        let saved = (try? read { try SafetensorsFile(contentsOf: file) })?.header.step
        let kept = saved.map { "the checkpoint of step \($0) is kept in \(file.path)" } ?? "there is no checkpoint yet"
        return Failure(
            .usage,
            "\(file.deletingLastPathComponent().relativePath): training diverged at step \(step): expected a finite objective and finite parameters, found others; "
                + "\(kept); start anew in another folder with a smaller training.learningRate or "
                + "training.augmentationLearningRate")
    }

    private struct Header: Codable {
        var format: Int
        var step: Int
        var seconds: Double
        var configuration: ExperimentConfiguration
        var data: DataProvenance
        var curves: TrainingCurves
    }

    private struct Version: Decodable {
        var format: Int
    }

    private struct Progress: Decodable {
        var step: Int
    }

    private static let advice = "delete the file to train from the start, or put a good copy in its place"

    private func read(_ open: () throws -> SafetensorsFile) throws -> (header: Header, tensors: [String: Tensor<Float>])
    {
        let content: SafetensorsFile
        do {
            content = try open()
        } catch let failure as Failure where failure.kind == .badData {
            throw Failure(.badData, "\(failure.message): \(Self.advice)")
        }
        guard let json = content.metadata[Self.metadataKey].map({ Data($0.utf8) }) else {
            throw Failure(
                .badData,
                "\(file.path): expected a checkpoint with \"\(Self.metadataKey)\" in its metadata, found "
                    + "\(content.metadata.keys.sorted()); \(Self.advice)")
        }
        let name = "\(file.path), metadata \"\(Self.metadataKey)\""
        func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            try StrictJSON.decode(
                type, from: json, named: name, expecting: "the state of a training run", advice: Self.advice)
        }
        let format = try decode(Version.self).format
        guard format == Self.formatVersion else {
            throw Failure(
                .badData,
                "\(file.path): expected a checkpoint of format \(Self.formatVersion), found \(format); continue with the "
                    + "version of this program that wrote it, or delete the file to train from the start")
        }
        let header = try decode(Header.self)
        guard header.step >= 0, header.seconds >= 0 else {
            throw Failure(
                .badData,
                "\(name): expected step and seconds of at least 0, found \(header.step) and \(header.seconds); "
                    + Self.advice)
        }
        var tensors: [String: Tensor<Float>] = [:]
        for (name, tensor) in content.tensors.sorted(by: { $0.key < $1.key }) {
            guard case .float(let tensor) = tensor else {
                throw Failure(.badData, "\(file.path): expected \(name) in F32, found F64; \(Self.advice)")
            }
            tensors[name] = tensor
        }
        return (header, tensors)
    }

    private static let otherRun = "continue that run with its own settings, or choose another folder for this one"

    private func requireSameData(_ found: DataProvenance) throws {
        guard
            found.source == data.source, found.trainingCount == data.trainingCount,
            found.sha256 == data.sha256
        else {
            throw Failure(
                .usage,
                "\(file.path): expected a checkpoint trained on \(data.trainingCount) images of \(data.name), found one "
                    + "trained on \(found.trainingCount) images of \(found.name)"
                    + "\(found.sha256 == data.sha256 ? "" : " with other checksums"); \(Self.otherRun)")
        }
    }

    private func requireSameArchitecture(
        _ found: [String: Tensor<Float>], _ expected: [String: Tensor<Float>], _ configuration: ExperimentConfiguration
    ) throws {
        for name in Set(found.keys).union(expected.keys).sorted() where found[name]?.shape != expected[name]?.shape {
            func description(_ tensor: Tensor<Float>?) -> String { tensor.map { "of shape \($0.shape)" } ?? "absent" }
            let differences = self.differences(from: configuration)
            let reason = differences.isEmpty ? "" : " (\(differences))"
            throw Failure(
                .usage,
                "\(file.path): a checkpoint of another architecture: expected \(name) \(description(expected[name])), "
                    + "found it \(description(found[name]))\(reason); \(Self.otherRun)")
        }
    }

    private func requireSameConfiguration(_ header: Header) throws {
        let differences = self.differences(from: header.configuration)
        guard differences.isEmpty else {
            throw Failure(
                .usage, "\(file.path): a checkpoint of another configuration (\(differences)); \(Self.otherRun)")
        }
        guard header.step <= configuration.training.steps else {
            throw Failure(
                .usage,
                "\(file.path): expected a checkpoint of at most \(configuration.training.steps) steps, found one of "
                    + "\(header.step); raise training.steps, or choose another folder")
        }
    }

    private func differences(from found: ExperimentConfiguration) -> String {
        let training = configuration.training
        let followsSteps =
            training.learningRateSchedule != .constant || training.representationRestart != 0
            || configuration.isAugmentationTrained
                && (training.augmentationWarmUp != 0 || training.augmentationEnd != 1)
            || configuration.isAugmentationGaussian && configuration.augmentation.gaussianWidening != 1
        return configuration.differences(from: found) { setting in
            setting.stage == .training && (setting.key != "training.steps" || followsSteps)
        }.map { "\($0.key): expected \($0.value), found \($0.other)" }.joined(separator: ", ")
    }
}
