import Diagnostics

/// The channel X → T(X) → Z of section 2 with finitely many images and views: p(x), P(T|x), h(T(x)) and p(z|h).
///
/// p(z|x_i) = Σ_j P(T_j|x_i) C_β exp(βS(z, h(T_j(x_i)))), equation (1). A value of this type has passed every check of
/// its initialiser.
public struct FiniteChannel: Sendable, Equatable {
    /// The density of z around its mean direction or mean.
    public let family: NoiseFamily
    /// p(x), `[image]`.
    public let prior: [Double]
    /// P(T|x), `[image, view]`; each row sums to 1.
    public let augmentation: [[Double]]
    /// h(T(x)), `[image, view, dimension]`; unit vectors for von Mises–Fisher.
    public let encoder: [[[Double]]]

    /// How far a sum of probabilities may be from 1, and a norm from 1: what a file with nine decimals can hold.
    public static let sumTolerance = 1e-8
    /// See ``sumTolerance``.
    public static let normTolerance = 1e-6
    /// The largest β on the sphere: beyond it the rounding of a score is of the size of a nat.
    public static let largestConcentration = 1e16
    /// The largest coordinate of a code: its square is still far from the end of the doubles' range.
    public static let largestCoordinate = 1e150

    /// Checks and keeps a channel. Sums and norms that are off by no more than the tolerances are scaled to 1.
    ///
    /// - Throws: `Failure` of kind `.badData`: one line with the place, what was expected and what was found.
    public init(family: NoiseFamily, prior: [Double], augmentation: [[Double]], encoder: [[[Double]]]) throws {
        try FiniteChannel.check(family)
        guard !prior.isEmpty else { throw FiniteChannel.bad("\"prior\" is empty; expected one number per image") }
        let images = prior.count
        try FiniteChannel.checkCount("\"augmentation\"", "row per image", augmentation.count, images)
        try FiniteChannel.checkCount("\"encoder\"", "entry per image", encoder.count, images)
        let views = augmentation[0].count
        guard views > 0 else {
            throw FiniteChannel.bad("\"augmentation\"[0] is empty; expected one number per view, at least one")
        }
        self.family = family
        self.prior = try FiniteChannel.checkedProbabilities("\"prior\"", prior)
        self.augmentation = try augmentation.enumerated().map { image, row in
            try FiniteChannel.checkCount("\"augmentation\"[\(image)]", "number per view", row.count, views)
            return try FiniteChannel.checkedProbabilities("\"augmentation\"[\(image)]", row)
        }
        self.encoder = try encoder.enumerated().map { image, rows in
            try FiniteChannel.checkCount("\"encoder\"[\(image)]", "vector per view", rows.count, views)
            return try rows.enumerated().map { view, vector in
                try FiniteChannel.checkedVector("\"encoder\"[\(image)][\(view)]", vector, family)
            }
        }
    }

    /// n, the number of images.
    public var images: Int { prior.count }
    /// m, the number of views of an image.
    public var views: Int { augmentation[0].count }

    /// p(x)·P(T|x), `[image · view]`.
    var viewProbabilities: [Double] {
        zip(prior, augmentation).flatMap { prior, row in row.map { prior * $0 } }
    }

    /// Whether P(T|x) is the same for every T and x, as the second half of Proposition 1 assumes.
    public var hasUniformAugmentation: Bool {
        augmentation.allSatisfy { row in row.allSatisfy { ($0 * Double(views) - 1).magnitude <= 1e-12 } }
    }

    /// The same channel with another β.
    ///
    /// - Throws: `Failure` of kind `.badData` for a β that is not positive and finite, or beyond ``largestConcentration`` on the
    ///   sphere.
    public func with(beta: Double) throws -> FiniteChannel {
        try FiniteChannel(
            family: NoiseFamily(kind: family.kind, dimension: family.dimension, beta: beta), prior: prior,
            augmentation: augmentation, encoder: encoder)
    }

    private static func check(_ family: NoiseFamily) throws {
        let least = family.kind == .vonMisesFisher ? 2 : 1
        guard family.dimension >= least else {
            throw bad("\"dimension\" is \(family.dimension); expected \(least) or more for \(family.kind.rawValue)")
        }
        guard family.beta > 0, family.beta.isFinite else {
            throw bad("\"beta\" is \(family.beta); expected a finite number above 0")
        }
        guard family.kind != .vonMisesFisher || family.beta <= largestConcentration else {
            throw bad(
                "\"beta\" is \(family.beta); expected \(largestConcentration) at most for \(family.kind.rawValue), "
                    + "beyond which scores leave the digits of a double")
        }
    }

    private static func checkCount(_ place: String, _ what: String, _ found: Int, _ expected: Int) throws {
        guard found == expected else {
            throw bad("\(place) has \(found) elements; expected \(expected), one \(what)")
        }
    }

    private static func checkedProbabilities(_ place: String, _ values: [Double]) throws -> [Double] {
        for (index, value) in values.enumerated() {
            guard value.isFinite, value >= 0 else {
                throw bad("\(place)[\(index)] is \(value); expected a probability, 0 or more")
            }
        }
        let sum = values.reduce(0, +)
        guard (sum - 1).magnitude <= sumTolerance else {
            throw bad("\(place) sums to \(sum); expected 1, so divide it by its sum")
        }
        return values.map { $0 / sum }
    }

    private static func checkedVector(_ place: String, _ vector: [Double], _ family: NoiseFamily) throws -> [Double] {
        guard vector.count == family.dimension else {
            throw bad("\(place) has \(vector.count) coordinates; expected \"dimension\" = \(family.dimension)")
        }
        for (index, coordinate) in vector.enumerated() where !(coordinate.magnitude <= largestCoordinate) {
            throw bad("\(place)[\(index)] is \(coordinate); expected a finite number of at most \(largestCoordinate)")
        }
        guard family.kind == .vonMisesFisher else { return vector }
        let norm = compensatedDot(vector, vector).squareRoot()
        guard (norm - 1).magnitude <= normTolerance else {
            throw bad("\(place) has norm \(norm); expected a unit vector, so divide it by its norm")
        }
        return vector.map { $0 / norm }
    }

    private static func bad(_ message: String) -> Failure { Failure(.badData, "channel: " + message) }
}
