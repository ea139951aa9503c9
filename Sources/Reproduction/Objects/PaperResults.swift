import CropExperiment
import Digits

/// A number as the paper prints it.
public struct PaperValue: Equatable, Sendable {
    /// The mean over the paper's four seeds.
    public let mean: Double
    /// The standard deviation over them; `nil` where the paper states none.
    public let deviation: Double?
    /// The text of the paper, with its number of digits.
    public let printed: String

    /// A number as it is printed: "0.9729 ± 0.0014", or without a spread.
    init(_ printed: String) {
        let parts = printed.split(separator: " ± ").map(String.init)
        guard let mean = parts.first.flatMap(Double.init) else { preconditionFailure("no number: \(printed)") }
        self.mean = mean
        deviation = parts.count > 1 ? Double(parts[1]) : nil
        self.printed = printed
    }

    /// Half a unit of the last digit that is printed.
    var halfDigit: Double {
        let digits = printed.split(separator: " ").first.flatMap { $0.split(separator: ".").last }?.count ?? 0
        return (0..<digits).reduce(0.5) { half, _ in half / 10 }
    }
}

/// A row of the paper's tables: what was scored.
public enum TableEntry: Hashable, Sendable {
    /// Pixels of the image.
    case rawPixels
    /// An output of the networks that a method trained, averaged over crops.
    case representation(RunMethod, RepresentationScore.Layer, CropWeighting)

    /// Every row of Tables 1 and 2, in their order.
    public static let all: [TableEntry] = [
        .rawPixels, .representation(.ours, .h, .expectation), .representation(.ours, .f, .expectation),
        .representation(.ours, .h, .mostProbable), .representation(.ours, .f, .mostProbable),
        .representation(.simclr, .h, .expectation), .representation(.simclr, .f, .expectation),
        .representation(.simclr, .h, .oracle), .representation(.simclr, .f, .oracle),
    ]

    /// What stands in the table.
    ///
    /// - Parameter topCrops: over how many crops the runs' ``CropWeighting/mostProbable`` averages.
    package func label(topCrops: Int) -> String {
        switch self {
        case .rawPixels: "Raw pixels"
        case .representation(_, .h, .expectation): "Projection head h"
        case .representation(_, .f, .expectation): "Encoder f"
        case .representation(_, let layer, .mostProbable): "\(layer.rawValue), top \(topCrops) crops"
        case .representation(_, let layer, .oracle): "\(layer.rawValue), oracle crops"
        }
    }

    /// The method whose runs it is measured on; `nil` for raw pixels.
    public var method: RunMethod? {
        switch self {
        case .rawPixels: nil
        case .representation(let method, _, _): method
        }
    }
}

/// What the paper reports, for full MNIST.
public enum PaperResults {
    /// The accuracy in Table 1 (derived data) or Table 2 (original); `nil` where the table has no such entry.
    public static func accuracy(_ entry: TableEntry, _ variant: DataProvenance.Variant) -> PaperValue? {
        switch (variant, entry) {
        case (.derived, .rawPixels): PaperValue("0.8992 ± 0.0012")
        case (.derived, .representation(.ours, .h, .expectation)): PaperValue("0.95505 ± 0.0023")
        case (.derived, .representation(.ours, .f, .expectation)): PaperValue("0.9729 ± 0.0014")
        case (.derived, .representation(.ours, .h, .mostProbable)): PaperValue("0.9552 ± 0.0037")
        case (.derived, .representation(.ours, .f, .mostProbable)): PaperValue("0.9748 ± 0.0012")
        case (.derived, .representation(.simclr, .h, .expectation)): PaperValue("0.3156 ± 0.0044")
        case (.derived, .representation(.simclr, .f, .expectation)): PaperValue("0.4598 ± 0.0056")
        case (.derived, .representation(.simclr, .h, .oracle)): PaperValue("0.5144 ± 0.011")
        case (.derived, .representation(.simclr, .f, .oracle)): PaperValue("0.9354 ± 0.0029")
        case (.original, .rawPixels): PaperValue("0.9255 ± 0.0001")
        case (.original, .representation(.ours, .h, .expectation)): PaperValue("0.9642 ± 0.0025")
        case (.original, .representation(.ours, .f, .expectation)): PaperValue("0.9805 ± 0.0006")
        case (.original, .representation(.ours, .h, .mostProbable)): PaperValue("0.9674 ± 0.0015")
        case (.original, .representation(.ours, .f, .mostProbable)): PaperValue("0.9859 ± 0.0004")
        case (.original, .representation(.simclr, .h, .expectation)): PaperValue("0.9273 ± 0.0044")
        case (.original, .representation(.simclr, .f, .expectation)): PaperValue("0.9806 ± 0.0056")
        case (_, .representation): nil
        }
    }

    /// The average pairwise Gaussian potential of the 50-dimensional representations (section 3.1, derived data).
    public static func uniformity(_ method: RunMethod, _ variant: DataProvenance.Variant) -> PaperValue? {
        switch (variant, method) {
        case (.derived, .ours): PaperValue("0.0845")
        case (.derived, .simclr): PaperValue("0.9757")
        case (.original, _): nil
        }
    }

    /// P(T|X)'s mass on non-trivial crops (section 3.2, derived data).
    ///
    /// "0.998 ± 0.003 on 10,000 test images" leaves open what the spread is over. It is taken to be over seeds, as in the tables.
    public static func nonTrivialMass(_ method: RunMethod, _ variant: DataProvenance.Variant) -> PaperValue? {
        method == .ours && variant == .derived ? PaperValue("0.998 ± 0.003") : nil
    }

    /// Every number of the paper that is compared with ours.
    public static var all: [PaperValue] {
        [DataProvenance.Variant.derived, .original].flatMap { variant in
            TableEntry.all.compactMap { accuracy($0, variant) }
                + RunMethod.allCases.flatMap { method in
                    [uniformity(method, variant), nonTrivialMass(method, variant)].compactMap { $0 }
                }
        }
    }
}
