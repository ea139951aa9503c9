import Foundation
import PropertyTesting
import Proposition1

/// A random channel, described by numbers that shrink well; printed as the channel file that makes it.
struct RandomChannel: CustomStringConvertible {
    let channel: FiniteChannel

    /// The channel in the form of a channel file, to be pasted into one.
    var description: String {
        let family = channel.family
        return """
            {"family": {"kind": "\(family.kind.rawValue)", "dimension": \(family.dimension), "beta": \(family.beta)}, \
            "prior": \(channel.prior), "augmentation": \(channel.augmentation), "encoder": \(channel.encoder)}
            """
    }
}

/// What a law asks of its random channels.
struct ChannelShape {
    var images = 1...3
    var views = 1...3
    var betas = 1e-2...1e3
    var hasUniformAugmentation = false
    var isInvariant: Bool?
    var kinds: [NoiseFamily.Kind] = [.vonMisesFisher, .gaussian]
    /// Most channels span one axis or a circle; this share, in eighths, spans two axes of a space of more dimensions.
    var wideShare = 1
    var maximumDimension = 6
    /// How often a code is a new one, and how often that of a former view, of the same image or of another, as in Figure 1.
    var newAndSharedCodes = [7, 1]
    /// Whether codes have three coordinates that matter, in a space of three dimensions or more.
    var isSpatial = false

    /// Whether a channel that was not drawn meets what the law asks for.
    func accepts(_ channel: FiniteChannel) -> Bool {
        images.contains(channel.images) && views.contains(channel.views) && kinds.contains(channel.family.kind)
            && (!hasUniformAugmentation || channel.hasUniformAugmentation) && isInvariant == nil && !isSpatial
    }
}

extension Generator where Value == RandomChannel {
    /// Random channels: both families, priors and augmentations with zeros, codes that coincide now and then.
    static func channel(_ shape: ChannelShape = ChannelShape()) -> Generator {
        Generator { source in
            let kind = Generator<NoiseFamily.Kind>.element(of: shape.kinds).value(from: &source)
            // Integrals over two dimensions take as long as a hundred others: they get fewer codes.
            let isWide = source.choose(weights: [8 - shape.wideShare, shape.wideShare]) == 1
            // One image, or one view of each, leaves little to get wrong: half as often as any other number.
            func count(_ range: ClosedRange<Int>) -> Int {
                let upper = isWide ? max(range.lowerBound, min(2, range.upperBound)) : range.upperBound
                let weights = [1] + [Int](repeating: 2, count: upper - range.lowerBound)
                return range.lowerBound + source.choose(weights: weights)
            }
            let (images, views) = (count(shape.images), count(shape.views))
            let beta = Generator<Double>.logUniform(in: shape.betas).value(from: &source)
            let least = kind == .vonMisesFisher ? 2 : 1
            let rank = shape.isSpatial ? 3 : kind == .vonMisesFisher || isWide ? 2 : 1
            let dimension =
                shape.isSpatial
                ? Generator<Int>.integer(in: 3...max(3, shape.maximumDimension)).value(from: &source)
                : isWide
                    ? Generator<Int>.integer(in: 2...max(2, shape.maximumDimension)).value(from: &source) : least
            let prior = Generator<[Double]>.probabilities(count: images).value(from: &source)
            let rows = Generator<[Double]>.probabilities(count: views)
            let augmentation = (0..<images).map { _ in
                shape.hasUniformAugmentation
                    ? [Double](repeating: 1 / Double(views), count: views) : rows.value(from: &source)
            }
            let isInvariant = shape.isInvariant ?? (source.choose(weights: [7, 1]) == 1)
            let scale = 2 / beta.squareRoot()
            var drawn: [[Double]] = []
            let encoder = (0..<images).map { _ -> [[Double]] in
                let codes = (0..<(isInvariant ? 1 : views)).map { _ -> [Double] in
                    if source.choose(weights: shape.newAndSharedCodes) == 1, !drawn.isEmpty {
                        return drawn[Int(source.choose(upTo: UInt64(drawn.count - 1)))]
                    }
                    let code: [Double]
                    if kind == .vonMisesFisher {
                        code = Generator<[Double]>.unitVector(dimension: max(2, rank)).value(from: &source)
                    } else {
                        // Means a few standard deviations apart, so that the information is neither 0 nor H(X).
                        code = Generator<Double>.real(in: -2...2).array(count: rank).value(from: &source)
                            .map { $0 * scale }
                    }
                    drawn.append(code + [Double](repeating: 0, count: dimension - code.count))
                    return drawn[drawn.count - 1]
                }
                return isInvariant ? [[Double]](repeating: codes[0], count: views) : codes
            }
            do {
                return RandomChannel(
                    channel: try FiniteChannel(
                        family: NoiseFamily(kind: kind, dimension: dimension, beta: beta), prior: prior,
                        augmentation: augmentation, encoder: encoder))
            } catch {
                fatalError("the generator made a channel that is none: \(error)")
            }
        }
    }
}

extension Trial {
    /// Counts a channel under its kind, and under what makes it a borderline case.
    func label(_ channel: FiniteChannel) {
        label(channel.family.kind.rawValue)
        label("β ≥ 100", if: channel.family.beta >= 100)
        label("β ≤ 0.1", if: channel.family.beta <= 0.1)
        label("a probability of 0", if: channel.augmentation.contains { $0.contains(0) } || channel.prior.contains(0))
        label("several images", if: channel.prior.count { $0 > 0 } > 1)
        label("more dimensions than codes span", if: channel.family.dimension > 3)
    }
}

extension ChannelShape {
    /// Channels whose codes span up to three dimensions of as many or more.
    static let spatial = ChannelShape(images: 1...2, views: 2...2, maximumDimension: 12, isSpatial: true)
}

/// Channels on which an earlier version of the library, or of a test, was wrong; every law that applies checks them first.
enum RegressionChannels {
    /// Each with what went wrong.
    static let all: [RandomChannel] = {
        do { return try makeAll().map(RandomChannel.init) } catch {
            fatalError("a regression channel is no channel: \(error)")
        }
    }()

    private static func makeAll() throws -> [FiniteChannel] {
        let weights = [[0.3, 0.7], [0.5, 0.5]]
        func sphere(_ dimension: Int, _ beta: Double, _ degrees: [[Double]]) throws -> FiniteChannel {
            let rest = [Double](repeating: 0, count: dimension - 2)
            return try FiniteChannel(
                family: NoiseFamily(kind: .vonMisesFisher, dimension: dimension, beta: beta),
                prior: degrees.count == 1 ? [1] : [0.4, 0.6], augmentation: Array(weights.prefix(degrees.count)),
                encoder: degrees.map { $0.map { [cos($0 * .pi / 180), sin($0 * .pi / 180)] + rest } })
        }
        return [
            // Rounding of scores of size β exceeded the reported error of the bound (16).
            try sphere(2, 1e4, [[11, 73], [153, 276]]),
            // The information is 5e-15: log-sum-exp, right to an ulp of 1, left four digits of it.
            try sphere(50, 1e-6, [[0, 50], [130, 260]]),
            // One image: I = 0, and the refinement never settled on a relative change of a rounding error.
            try sphere(5, 0.29, [[20, 110]]),
            // Codes that are equal up to the sign of a zero are one code.
            try FiniteChannel(
                family: NoiseFamily(kind: .vonMisesFisher, dimension: 3, beta: 2), prior: [0.5, 0.5],
                augmentation: weights, encoder: [[[1, 0, 0], [1, -0.0, 0]], [[0, 1, 0], [-0.0, 1, 0]]]),
            // Codes so close that their gap is below the smallest double, or their distance below an ulp of the others'.
            try FiniteChannel(
                family: NoiseFamily(kind: .gaussian, dimension: 1, beta: 1), prior: [0.5, 0.5],
                augmentation: [[0.5, 0.5], [0.5, 0.5]], encoder: [[[0], [0]], [[2e-300], [0]]]),
            try FiniteChannel(
                family: NoiseFamily(kind: .gaussian, dimension: 1, beta: 1), prior: [0.5, 0.5],
                augmentation: [[0.5, 0.5], [1, 0]], encoder: [[[0], [2e-300]], [[0x1p-51], [0]]]),
            // Means far from the origin: scores keep their digits only around the centroid.
            try FiniteChannel(
                family: NoiseFamily(kind: .gaussian, dimension: 1, beta: 4), prior: [0.5, 0.5], augmentation: weights,
                encoder: [[[1000], [1000.5]], [[1001], [999.25]]]),
        ]
    }
}

/// The labels that the laws in three dimensions require.
let spatialLabels: [String: Double] = [
    "vonMisesFisher": 0.25, "gaussian": 0.25, "β ≥ 100": 0.05, "β ≤ 0.1": 0.05, "several images": 0.2,
    "more dimensions than codes span": 0.3,
]

/// The labels that every law over channels requires.
let channelLabels: [String: Double] = [
    "vonMisesFisher": 0.25, "gaussian": 0.25, "β ≥ 100": 0.05, "β ≤ 0.1": 0.05, "a probability of 0": 0.1,
    "several images": 0.3,
]
