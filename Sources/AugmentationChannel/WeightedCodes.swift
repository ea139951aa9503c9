import Diagnostics
import Tensors

/// The channel X → T(X) → Z on the sphere for finitely many images, as their codes: for each image h(T(x)) of its views,
/// with P(T|x).
///
/// Views that are encoded alike may be one code with their total weight: (1) and all that follows depend on P(T|x) and h
/// through the distribution of the code alone.
public struct WeightedCodes: Sendable {
    /// Some images whose codes lie together, so that the scores of many z with them are one matrix product.
    public struct Block: Sendable {
        /// h(T(x)), unit vectors, image by image, `[code, dimension]`.
        public let codes: Tensor<Double>
        /// P(T|x) of each code, `[code]`; those of an image sum to 1.
        public let weights: [Double]
        /// Where each image's codes begin, and after the last image where they end, `[image + 1]`.
        public let offsets: [Int]

        /// How many images.
        public var images: Int { offsets.count - 1 }

        /// Collects the codes of some images. What rounding left of norms and sums is taken away: both become 1.
        ///
        /// - Parameters:
        ///   - codes: unit vectors, image by image, `[code, dimension]`.
        ///   - weights: P(T|x) of each code, not negative.
        ///   - counts: how many codes each image has, at least one.
        /// - Precondition: norms and the sums of each image's weights are 1 within ``tolerance``.
        public init(codes: Tensor<Double>, weights: [Double], counts: [Int]) {
            require(
                codes.rank == 2 && codes.shape[0] == weights.count && weights.count == counts.reduce(0, +)
                    && counts.allSatisfy { $0 > 0 },
                "codes of shape \(codes.shape) with \(weights.count) weights for \(counts.count) images")
            let dimension = codes.shape[1]
            let offsets = counts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
            self.offsets = offsets
            self.weights = counts.indices.flatMap { image in
                let own = weights[offsets[image]..<offsets[image + 1]]
                let sum = own.reduce(0, +)
                require(
                    (sum - 1).magnitude <= Self.tolerance && own.allSatisfy { $0 >= 0 },
                    "weights of an image that sum to \(sum), or with a negative one")
                return own.map { $0 / sum }
            }
            var unit = codes
            unit.withMutablePointer { codes in
                for row in 0..<weights.count {
                    let code = UnsafeMutableBufferPointer(start: codes + row * dimension, count: dimension)
                    let norm = code.reduce(0) { $0 + $1 * $1 }.squareRoot()
                    require((norm - 1).magnitude <= Self.tolerance, "a code of norm \(norm): expected a unit vector")
                    for k in 0..<dimension { code[k] /= norm }
                }
            }
            self.codes = unit
        }

        /// How far norms and sums of probabilities in single precision may be from 1.
        public static let tolerance = 1e-4
    }

    /// The codes, block by block.
    public let blocks: [Block]
    /// p(x), `[image]`; sums to 1.
    public let prior: [Double]
    /// d: the number of coordinates of z and h.
    public let dimension: Int

    /// N, the number of images.
    public var images: Int { prior.count }
    /// The number of codes, those that images share counted for each.
    public var count: Int { blocks.reduce(0) { $0 + $1.weights.count } }

    /// Puts blocks together.
    ///
    /// - Parameters:
    ///   - blocks: the codes of successive images.
    ///   - prior: p(x), not negative and summing to 1; uniform if not given.
    /// - Precondition: at least one block, all of one dimension of at least 2; one prior for each image.
    public init(_ blocks: [Block], prior: [Double]? = nil) {
        let images = blocks.reduce(0) { $0 + $1.images }
        dimension = blocks.first?.codes.lastExtent ?? 0
        let all = dimension
        require(
            all >= 2 && blocks.allSatisfy { $0.codes.lastExtent == all },
            "blocks of dimensions \(Set(blocks.map(\.codes.lastExtent)).sorted()): expected one, of at least 2")
        let given = prior ?? [Double](repeating: 1 / Double(images), count: images)
        let sum = given.reduce(0, +)
        require(
            given.count == images && given.allSatisfy { $0 >= 0 } && (sum - 1).magnitude <= Block.tolerance,
            "\(given.count) prior probabilities that sum to \(sum), for \(images) images")
        self.blocks = blocks
        self.prior = given.map { $0 / sum }
    }
}

extension WeightedCodes {
    /// The channel of some of the images, evenly spaced in their order, with p(x) in the same proportions.
    ///
    /// - Parameter count: how many, in 1...``images``.
    /// - Precondition: p(x) > 0 for one of them.
    public func thinned(to count: Int) -> WeightedCodes {
        require((1...images).contains(count), "\(count) of \(images) images")
        let places = blocks.indices.flatMap { block in (0..<blocks[block].images).map { (block: block, image: $0) } }
        let kept = (0..<count).map { $0 * images / count }
        var (codes, weights, counts): ([Double], [Double], [Int]) = ([], [], [])
        for place in kept.map({ places[$0] }) {
            let block = blocks[place.block]
            let own = block.offsets[place.image]..<block.offsets[place.image + 1]
            codes += block.codes.rows(own).scalars
            weights += block.weights[own]
            counts.append(own.count)
        }
        let sum = kept.reduce(0) { $0 + prior[$1] }
        let tensor = Tensor(shape: [weights.count, dimension], scalars: codes)
        return WeightedCodes(
            [Block(codes: tensor, weights: weights, counts: counts)], prior: kept.map { prior[$0] / sum })
    }
}
