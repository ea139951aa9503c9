import CropExperiment
import Digits

/// A number as the paper prints it.
public struct PaperValue: Equatable, Sendable {
    /// The mean over the paper's four seeds.
    public let mean: Double
    /// The text of the paper, with its number of digits.
    public let printed: String

    init(_ mean: Double, _ printed: String) {
        self.mean = mean
        self.printed = printed
    }
}

/// The representations that the paper's tables score, in their order.
public enum Representation: String, CaseIterable, Sendable {
    /// Pixels of the image.
    case rawPixels
    /// Projection head, learned P(T|X).
    case oursH
    /// Encoder, learned P(T|X).
    case oursF
    /// Projection head, eight most probable crops.
    case oursHTop8
    /// Encoder, eight most probable crops.
    case oursFTop8
    /// Projection head, uniform P(T|X).
    case simclrH
    /// Encoder, uniform P(T|X).
    case simclrF
    /// Projection head, simCLR averaged over the nine crops inside the digit's cell.
    case simclrHOracle
    /// Encoder, simCLR averaged over the nine crops inside the digit's cell.
    case simclrFOracle

    /// What stands in the table.
    package var label: String {
        switch self {
        case .rawPixels: "Raw pixels"
        case .oursH, .simclrH: "Projection head h"
        case .oursF, .simclrF: "Encoder f"
        case .oursHTop8: "h, top 8 crops"
        case .oursFTop8: "f, top 8 crops"
        case .simclrHOracle: "h, oracle crops"
        case .simclrFOracle: "f, oracle crops"
        }
    }

    /// The method whose runs it is measured on; `nil` for raw pixels.
    package var method: RunMethod? {
        switch self {
        case .rawPixels: nil
        case .oursH, .oursF, .oursHTop8, .oursFTop8: .ours
        case .simclrH, .simclrF, .simclrHOracle, .simclrFOracle: .simclr
        }
    }

    /// The run's accuracy for it.
    package func accuracy(_ accuracy: LinearAccuracy) -> Double? {
        switch self {
        case .rawPixels: nil
        case .oursH, .simclrH: accuracy.h
        case .oursF, .simclrF: accuracy.f
        case .oursHTop8: accuracy.hTop8
        case .oursFTop8: accuracy.fTop8
        case .simclrHOracle: accuracy.hOracle
        case .simclrFOracle: accuracy.fOracle
        }
    }
}

/// What the paper reports, for full MNIST.
public enum PaperResults {
    /// The accuracy in Table 1 (derived data) or Table 2 (original); `nil` where the table has no such entry.
    public static func accuracy(_ representation: Representation, _ variant: DataProvenance.Variant) -> PaperValue? {
        switch (variant, representation) {
        case (.derived, .rawPixels): PaperValue(0.8992, "0.8992 ± 0.0012")
        case (.derived, .oursH): PaperValue(0.95505, "0.95505 ± 0.0023")
        case (.derived, .oursF): PaperValue(0.9729, "0.9729 ± 0.0014")
        case (.derived, .oursHTop8): PaperValue(0.9552, "0.9552 ± 0.0037")
        case (.derived, .oursFTop8): PaperValue(0.9748, "0.9748 ± 0.0012")
        case (.derived, .simclrH): PaperValue(0.3156, "0.3156 ± 0.0044")
        case (.derived, .simclrF): PaperValue(0.4598, "0.4598 ± 0.0056")
        case (.derived, .simclrHOracle): PaperValue(0.5144, "0.5144 ± 0.011")
        case (.derived, .simclrFOracle): PaperValue(0.9354, "0.9354 ± 0.0029")
        case (.original, .rawPixels): PaperValue(0.9255, "0.9255 ± 0.0001")
        case (.original, .oursH): PaperValue(0.9642, "0.9642 ± 0.0025")
        case (.original, .oursF): PaperValue(0.9805, "0.9805 ± 0.0006")
        case (.original, .oursHTop8): PaperValue(0.9674, "0.9674 ± 0.0015")
        case (.original, .oursFTop8): PaperValue(0.9859, "0.9859 ± 0.0004")
        case (.original, .simclrH): PaperValue(0.9273, "0.9273 ± 0.0044")
        case (.original, .simclrF): PaperValue(0.9806, "0.9806 ± 0.0056")
        case (.original, .simclrHOracle), (.original, .simclrFOracle): nil
        }
    }

    /// The average pairwise Gaussian potential of the 50-dimensional representations (section 3.1, derived data).
    public static func uniformity(_ method: RunMethod, _ variant: DataProvenance.Variant) -> PaperValue? {
        switch (variant, method) {
        case (.derived, .ours): PaperValue(0.0845, "0.0845")
        case (.derived, .simclr): PaperValue(0.9757, "0.9757")
        case (.original, _): nil
        }
    }

    /// P(T|X)'s mass on non-trivial crops (section 3.2, derived data).
    public static func nonTrivialMass(_ method: RunMethod, _ variant: DataProvenance.Variant) -> PaperValue? {
        method == .ours && variant == .derived ? PaperValue(0.998, "0.998 ± 0.003") : nil
    }
}
