import Foundation
import PropertyTesting
import Proposition1

/// A Gaussian channel whose codes are the corners of a rectangle: an image is an end of its short side, a view an end of its long
/// one, which says nothing of the image.
private struct Rectangle: Sendable, CustomStringConvertible {
    /// The length of the short side in standard deviations of the noise.
    var shortSide: Double
    /// The prior of the first image, and the probability of the first view.
    var shares: (image: Double, view: Double)
    /// The angle of the long side to the first axis.
    var angle: Double

    /// The length of the long side in standard deviations: no rule of integration sees both ends at once.
    static let longSide = 120.0

    var description: String {
        "sides of \(shortSide) and \(Rectangle.longSide) standard deviations, shares \(shares), at \(angle)"
    }

    static var generator: Generator<Rectangle> {
        Generator { source in
            func real(_ range: ClosedRange<Double>) -> Double { Generator<Double>.real(in: range).value(from: &source) }
            return Rectangle(
                shortSide: real(0.4...1.1), shares: (real(0.2...0.8), real(0.2...0.8)), angle: real(0...3))
        }
    }

    /// Both sides at once.
    func channel() throws -> FiniteChannel {
        try FiniteChannel(
            family: NoiseFamily(kind: .gaussian, dimension: 2, beta: 1), prior: [shares.image, 1 - shares.image],
            augmentation: [0, 1].map { _ in [shares.view, 1 - shares.view] },
            encoder: [0, shortSide].map { across in
                [0, Rectangle.longSide].map { along in
                    [along * cos(angle) - across * sin(angle), along * sin(angle) + across * cos(angle)]
                }
            })
    }

    /// The short side alone.
    func shortChannel() throws -> FiniteChannel {
        try FiniteChannel(
            family: NoiseFamily(kind: .gaussian, dimension: 1, beta: 1), prior: [shares.image, 1 - shares.image],
            augmentation: [[1], [1]], encoder: [[[0]], [[shortSide]]])
    }
}

extension Law {
    /// Channels that are put together from independent ones.
    static let products: [Law] = [independentAxes]

    /// The noise of two axes at right angles is independent. Where the view moves the code along one, and the image along the
    /// other, Z tells of the image what its coordinate along the second does, although that axis is a hundredth of the first, or
    /// less.
    static let independentAxes = Law.over(
        "what a view does along another axis costs nothing, however short the image's is"
    ) { subject, effort in
        Property("rectangles", Rectangle.generator, cases: effort == .thorough ? 60 : 6) { rectangle, trial in
            let both = try subject.evaluate(rectangle.channel(), trial)
            let short = try subject.evaluate(rectangle.shortChannel(), trial).informationByEquation2
            for information in [both.informationByDefinition, both.informationByEquation2] {
                trial.agree(information, short, "I(X;Z)")
            }
        }
    }
}
