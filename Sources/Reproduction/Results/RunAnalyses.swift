import CropExperiment
import Diagnostics
import Digits
import Foundation

/// What is measured on a trained run beyond its result, each in a file of its own in the run's folder.
public struct RunAnalyses: Equatable, Sendable {
    /// The linear evaluation by several protocols; `nil` where it was not made.
    public var protocols: ProtocolStudy?
    /// I(X;Z) of the trained channel; `nil` where it was not measured.
    public var information: TrainedInformation?

    /// Those of a run that has none.
    public init() {}

    /// Reads what a run's folder holds of them.
    ///
    /// - Throws: `Failure` of kind `.badData` for a file with other content.
    public init(in folder: URL) throws {
        protocols = try Self.read(.protocols, in: folder)
        information = try Self.read(.information, in: folder)
    }

    /// Whether there is one.
    public func has(_ analysis: RunGroup.Analysis) -> Bool {
        switch analysis {
        case .protocols: protocols != nil
        case .information: information != nil
        }
    }

    /// Those that a reproduction makes of a run: what lies in its folder may be of networks that were trained there before, and
    /// `information` may have been asked for other images or β.
    func of(_ result: RunResult, on data: DataProvenance) -> RunAnalyses {
        var own = self
        if let protocols, !protocols.isOf(result) { own.protocols = nil }
        if let information, !information.isOf(result, on: data) { own.information = nil }
        return own
    }

    /// Writes an analysis into a run's folder, whole or not at all.
    public static func write(_ study: ProtocolStudy, to folder: URL) throws {
        try AtomicFile.write(
            try StrictJSON.encoder(isPretty: true).encode(study) + Data("\n".utf8),
            to: folder.appendingPathComponent(RunGroup.Analysis.protocols.fileName))
    }

    /// Whether no analysis that both have differs.
    func agree(with other: RunAnalyses) -> Bool {
        (protocols == nil || other.protocols == nil || protocols == other.protocols)
            && (information == nil || other.information == nil || information == other.information)
    }

    /// Takes over what is not here.
    mutating func complete(from other: RunAnalyses) {
        protocols = protocols ?? other.protocols
        information = information ?? other.information
    }

    private static func read<Value: Decodable>(_ analysis: RunGroup.Analysis, in folder: URL) throws -> Value? {
        let file = folder.appendingPathComponent(analysis.fileName)
        guard try InputFile.exists(file) else { return nil }
        let (content, advice) = ("an analysis of a run", "delete it; the reproduction makes it again")
        return try StrictJSON.decode(
            Value.self, from: try InputFile.contents(of: file, expecting: content, advice: advice), named: file.path,
            expecting: content, advice: advice)
    }
}

extension ProtocolStudy {
    /// Whether it was made of this run, whose objective it has; without one, whether under the protocol of the result it has the
    /// result's scores.
    fileprivate func isOf(_ result: RunResult) -> Bool {
        if let objective { return objective == result.objective }
        return result.linearEvaluation.allSatisfy { evaluated in
            score(of: evaluated.layer, over: evaluated.crops, .unchanged, .optimum) == evaluated.classifier
        }
    }
}

extension TrainedInformation {
    /// Whether it was measured on this run, on all test images, at the β of the training among others. Networks that were trained
    /// otherwise have another objective.
    fileprivate func isOf(_ result: RunResult, on data: DataProvenance) -> Bool {
        method == result.method && seed == result.seed && steps == result.steps
            && trainingObjective.map { $0.value == result.objective } ?? true
            && trainingBeta == result.configuration.objective.beta && self.data.isSameMeasurement(as: data)
            && split == .test && images == data.testCount && rows.contains { $0.beta == trainingBeta }
    }
}

extension RunGroup.Analysis {
    /// The name of its file in a run's folder.
    public var fileName: String {
        switch self {
        case .protocols: "protocols.json"
        case .information: TrainedInformation.fileName
        }
    }
}
