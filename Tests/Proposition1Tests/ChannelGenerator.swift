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
    /// Most channels span one axis or a circle; an eighth spans two axes of a space of more dimensions.
    var maximumDimension = 6
}

extension Generator where Value == RandomChannel {
    /// Random channels: both families, priors and augmentations with zeros, codes that coincide now and then.
    static func channel(_ shape: ChannelShape = ChannelShape()) -> Generator {
        Generator { source in
            let kind = Generator<NoiseFamily.Kind>.element(of: shape.kinds).value(from: &source)
            let images = Generator<Int>.integer(in: shape.images).value(from: &source)
            let views = Generator<Int>.integer(in: shape.views).value(from: &source)
            let beta = Generator<Double>.logUniform(in: shape.betas).value(from: &source)
            let isWide = source.choose(weights: [7, 1]) == 1
            let least = kind == .vonMisesFisher ? 2 : 1
            let rank = kind == .vonMisesFisher || isWide ? 2 : 1
            let dimension =
                isWide
                ? Generator<Int>.integer(in: 2...max(2, shape.maximumDimension)).value(from: &source) : least
            let prior = Generator<[Double]>.probabilities(count: images).value(from: &source)
            let rows = Generator<[Double]>.probabilities(count: views)
            let augmentation = (0..<images).map { _ in
                shape.hasUniformAugmentation
                    ? [Double](repeating: 1 / Double(views), count: views) : rows.value(from: &source)
            }
            let isInvariant = shape.isInvariant ?? (source.choose(weights: [7, 1]) == 1)
            let scale = 2 / beta.squareRoot()
            let encoder = (0..<images).map { _ -> [[Double]] in
                let codes = (0..<(isInvariant ? 1 : views)).map { _ -> [Double] in
                    let code: [Double]
                    if kind == .vonMisesFisher {
                        code = Generator<[Double]>.unitVector(dimension: 2).value(from: &source)
                    } else {
                        // Means a few standard deviations apart, so that the information is neither 0 nor H(X).
                        code = Generator<Double>.real(in: -2...2).array(count: rank).value(from: &source)
                            .map { $0 * scale }
                    }
                    return code + [Double](repeating: 0, count: dimension - code.count)
                }
                return isInvariant ? [[Double]](repeating: codes[0], count: views) : codes
            }
            do {
                return RandomChannel(
                    channel: try FiniteChannel(
                        family: NoiseFamily(kind: kind, dimension: dimension, beta: beta), prior: prior,
                        augmentation: augmentation, encoder: encoder))
            } catch {
                preconditionFailure("the generator made a channel that is none: \(error)")
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
    }
}

/// The labels that every law over channels requires.
let channelLabels: [String: Double] = [
    "vonMisesFisher": 0.25, "gaussian": 0.25, "β ≥ 100": 0.05, "β ≤ 0.1": 0.05, "a probability of 0": 0.1,
    "several images": 0.3,
]
