import Foundation

/// A channel with a name, a reason, and what is known of it beforehand.
public struct NamedChannel: Sendable {
    /// A statement about the evaluation that is known beforehand.
    public enum Expectation: Sendable, Equatable {
        /// I(X;Z) is this, up to the reported error and the given absolute deviation, which is what the literal's last
        /// digits leave open.
        case information(Double, within: Double)
        /// I(X;Z) lies in this interval.
        case informationIn(ClosedRange<Double>)
        /// The Jensen bound equals I(X;Z).
        case jensenIsTight
        /// The mean approximation exceeds I(X;Z) by this factor or more.
        case meanApproximationExceedsBy(factor: Double)
    }

    /// A short name, in words separated by hyphens.
    public let name: String
    /// What the channel shows, in one sentence.
    public let purpose: String
    /// The channel.
    public let channel: FiniteChannel
    /// What must come out.
    public let expectations: [Expectation]

    private init(_ name: String, _ purpose: String, _ channel: FiniteChannel, _ expectations: [Expectation]) {
        self.name = name
        self.purpose = purpose
        self.channel = channel
        self.expectations = expectations
    }

    /// All named channels.
    ///
    /// Values of I(X;Z) that have no closed form are those of Fixtures/Proposition1/named_channels.py (mpmath 1.3.0,
    /// numpy 2.4.6), which shares no code with this project and names the derivation of each.
    ///
    /// - Throws: never for the channels as they stand; the checks of ``FiniteChannel`` run.
    public static func all() throws -> [NamedChannel] {
        try degenerate() + tight() + paper() + general()
    }

    private static func sphere(
        _ dimension: Int, _ beta: Double, _ prior: [Double], _ augmentation: [[Double]], _ encoder: [[[Double]]]
    ) throws -> FiniteChannel {
        try FiniteChannel(
            family: NoiseFamily(kind: .vonMisesFisher, dimension: dimension, beta: beta), prior: prior,
            augmentation: augmentation, encoder: encoder.map { $0.map { padded($0, dimension) } })
    }

    private static func gaussian(
        _ dimension: Int, _ beta: Double, _ prior: [Double], _ augmentation: [[Double]], _ encoder: [[[Double]]]
    ) throws -> FiniteChannel {
        try FiniteChannel(
            family: NoiseFamily(kind: .gaussian, dimension: dimension, beta: beta), prior: prior,
            augmentation: augmentation, encoder: encoder.map { $0.map { padded($0, dimension) } })
    }

    private static func padded(_ vector: [Double], _ dimension: Int) -> [Double] {
        vector + [Double](repeating: 0, count: dimension - vector.count)
    }

    private static func direction(_ degrees: Double) -> [Double] {
        [cos(degrees * Double.pi / 180), sin(degrees * Double.pi / 180)]
    }

    private static func degenerate() throws -> [NamedChannel] {
        [
            NamedChannel(
                "collapsed", "Every view has the same code, so Z says nothing of X: I = 0.",
                try sphere(3, 2, [0.5, 0.5], [[0.3, 0.7], [1, 0]], [[[1], [1]], [[1], [1]]]),
                [.information(0, within: 1e-25), .jensenIsTight]),
            NamedChannel(
                "collapsed-gaussian", "The same on the plane: the means span no dimension at all.",
                try gaussian(2, 1, [0.25, 0.75], [[1], [1]], [[[3, 1]], [[3, 1]]]),
                [.information(0, within: 1e-25), .jensenIsTight]),
            NamedChannel(
                "same-mixture", "Two images with different crops but the same distribution of codes: I = 0.",
                try sphere(
                    3, 4, [0.5, 0.5], [[0.25, 0.75], [0.75, 0.25]],
                    [[[1, 0], [0, 1]], [[0, 1], [1, 0]]]),
                [.information(0, within: 1e-25)]),
            NamedChannel(
                "disjoint-supports", "At β = 1e4 the codes of three images do not overlap: I reaches H(X) = log 3.",
                try sphere(
                    3, 1e4, [1.0 / 3, 1.0 / 3, 1.0 / 3], [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]],
                    [
                        [direction(0), direction(20)], [direction(120), direction(140)],
                        [direction(240), direction(260)],
                    ]),
                [.information(log(3.0), within: 1e-14)]),
        ]
    }

    private static func tight() throws -> [NamedChannel] {
        [
            NamedChannel(
                "invariant-encoder", "All views of an image have one code: Jensen's inequality is an equality.",
                try sphere(3, 3, [0.4, 0.6], [[0.5, 0.5], [0.1, 0.9]], [[[1], [1]], [[0, 1], [0, 1]]]),
                [.jensenIsTight, .information(0.353584055278, within: 5e-13)]),
            NamedChannel(
                "one-view", "m = 1: there is nothing for Jensen's inequality to lose.",
                try sphere(5, 2, [0.2, 0.3, 0.5], [[1], [1], [1]], [[[1]], [[0, 1]], [[-0.6, 0.8]]]),
                [.jensenIsTight, .information(0.160955783328, within: 5e-13)]),
            NamedChannel(
                "identity-augmentation", "P(T|X) is certain of the identity; the other view has no say.",
                try gaussian(1, 4, [0.5, 0.5], [[1, 0], [1, 0]], [[[-1], [9]], [[1], [9]]]),
                // ±1 with Gaussian noise of standard deviation 1/2, the binary-input channel: log 2 − E log(1 + e^(−8 − 4t)),
                // t standard normal; mpmath: log(2) - quad(lambda t: npdf(t)*log1p(exp(-8-4*t)), range(-20, 21))
                [.jensenIsTight, .information(0.632720193737, within: 5e-13)]),
            NamedChannel(
                "orthogonal-codes", "Two images, one code each, at a right angle on the circle.",
                try sphere(2, 1, [0.5, 0.5], [[1], [1]], [[direction(0)], [direction(90)]]),
                // log 2 − E log(1 + e^(sin α − cos α)), α of density e^(cos α)/2πI₀(1).
                [.jensenIsTight, .information(0.105235466762, within: 5e-13)]),
            NamedChannel(
                "antipodal-codes", "Two images with opposite codes: of all pairs this one tells them apart best.",
                try sphere(3, 1, [0.5, 0.5], [[1], [1]], [[[1]], [[-1]]]),
                // log 2 − E log(1 + e^(−2u)), u in [−1, 1] of density e^u/(2 sinh 1).
                [.jensenIsTight, .information(0.142555506851, within: 5e-13)]),
        ]
    }

    private static func paper() throws -> [NamedChannel] {
        // 84% of the crops are blank, 21 of 25: on average over MNIST's test images about 242 of 289.
        let blank = [Double](repeating: 1.0 / 25, count: 25)
        func crops(_ digits: [[Double]]) -> [[Double]] {
            [[Double]](repeating: [1], count: 21) + digits
        }
        return [
            NamedChannel(
                "paper-parameters",
                "β = 0.5 and d = 50: the simCLR form reads two orders of magnitude above I, which is at most β²/2d.",
                try sphere(
                    50, 0.5, [Double](repeating: 1.0 / 3, count: 3), [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]],
                    [
                        [direction(0), direction(10)], [direction(120), direction(130)],
                        [direction(240), direction(250)],
                    ]),
                [
                    .information(0.00247776974809, within: 5e-15), .informationIn(0...0.0025),
                    .meanApproximationExceedsBy(factor: 150),
                ]),
            NamedChannel(
                "figure-1-transitivity",
                "T'(x₂) = T(x₁): two images share a code, so that I stays below H(X) at any β.",
                try sphere(
                    2, 50, [0.5, 0.5], [[0.5, 0.5], [0.5, 0.5]],
                    [[direction(0), direction(90)], [direction(180), direction(0)]]),
                // log 2 / 2 = 0.346573590 for β → ∞: given the shared code (probability 1/2) nothing is known, else everything.
                [.information(0.346573517458, within: 5e-13), .informationIn(0...log(2.0) / 2)]),
            NamedChannel(
                "blank-crops-uniform", "21 of 25 uniform crops are blank and share a code: little of X is left.",
                try sphere(
                    50, 20, [0.5, 0.5], [blank, blank],
                    [
                        crops([[0, 1], [0, 1], [0.6, 0.8], [0.6, 0.8]]),
                        crops([[0, -1], [0, -1], [0.6, -0.8], [0.6, -0.8]]),
                    ]),
                [.information(0.0709893260918, within: 5e-14), .informationIn(0...0.16 * log(2.0))]),
            NamedChannel(
                "blank-crops-avoided", "The same codes, with P(T|X) on the four crops that show the digit.",
                try sphere(
                    50, 20, [0.5, 0.5],
                    [[Double](repeating: 0, count: 21) + [0.25, 0.25, 0.25, 0.25]]
                        + [[Double](repeating: 0, count: 21) + [0.25, 0.25, 0.25, 0.25]],
                    [
                        crops([[0, 1], [0, 1], [0.6, 0.8], [0.6, 0.8]]),
                        crops([[0, -1], [0, -1], [0.6, -0.8], [0.6, -0.8]]),
                    ]),
                [.information(0.668493951920, within: 5e-13), .informationIn(0.16 * log(2.0)...log(2.0))]),
        ]
    }

    private static func general() throws -> [NamedChannel] {
        let three: [[[Double]]] = [[[1, 0, 0], [0, 1, 0]], [[0, 0, 1], [0.6, 0, 0.8]]]
        let four: [[[Double]]] = [[[1, 0, 0, 0], [0, 1, 0, 0]], [[0, 0, 1, 0], [0, 0, 0, 1]]]
        let weights = [[0.3, 0.7], [0.5, 0.5]]
        return [
            NamedChannel(
                "sphere-rank-3", "Three spanned dimensions on S².", try sphere(3, 5, [0.4, 0.6], weights, three),
                [.information(0.411572336503, within: 5e-13)]),
            NamedChannel(
                "high-dimension-rank-3", "Three spanned dimensions on S⁴⁹, at β = 60.",
                try sphere(50, 60, [0.4, 0.6], weights, three), [.information(0.6709304578635, within: 5e-13)]),
            NamedChannel(
                "gaussian-rank-3", "Three spanned dimensions of ℝ³, the Gaussian family.",
                try gaussian(3, 2, [0.4, 0.6], weights, [[[1, 0, 0], [0, 2, 0]], [[0, 0, 1], [0.6, 0, -0.8]]]),
                [.information(0.3191607703563, within: 5e-13)]),
            NamedChannel(
                "sampled-rank-4", "Four spanned dimensions on S⁷: integrated by sampling, with a standard error.",
                try sphere(8, 10, [0.5, 0.5], weights, four), [.information(0.5880802283237, within: 5e-13)]),
            NamedChannel(
                "almost-uniform", "β = 1e-6: I is about 1e-13, and still has nine digits.",
                try sphere(4, 1e-6, [0.5, 0.5], weights, [[[1], [0, 1]], [[-1], [0, 1]]]),
                // β² |m_i − m|²/2d with the images' mean codes m_i and their mean m, |m_i − m|² = 0.17; the next term is smaller
                // by a factor of β².
                [.information(0.17e-12 / 8, within: 1e-24)]),
        ]
    }
}
