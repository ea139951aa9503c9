import AugmentationChannel
import Tensors

/// Draws components of the mixture p(z) = Σ_c P(c) p(z|h_c), a code h_c with its probability P(c) = p(x)P(T|x), one from each
/// of n equal strata.
///
/// Half of the draws follow P(c), half P(c)·‖h_c − m‖²: codes near the mean code m, such as the blank crop's, say little of the
/// image, and one that is frequent would leave few points to those that do. A draw is weighted by P(c) over its probability,
/// at most 2.
///
/// Components are ordered by ⟨h, m⟩, and the k-th of n draws is that at a uniform point of the k-th n-th of the total
/// probability. So frequent codes come as often as they should to within one draw, and what differs between near and far
/// codes adds little to the variance.
struct StratifiedComponents: Sendable {
    private let channel: WeightedCodes
    /// The components, ordered.
    private let places: [Place]
    /// The sums of the first 1, 2, … probabilities of being drawn.
    private let cumulative: CumulativeWeights

    private struct Place {
        let block: Int32
        let row: Int32
        /// P(c) over the probability of being drawn.
        let weight: Double
    }

    init(_ channel: WeightedCodes, _ moments: CodeMoments) {
        self.channel = channel
        let centre = moments.squaredNormOfMean
        // E‖h − m‖²; where all codes are one, there is no other distribution than P(c).
        let spread = moments.betweenImages + moments.withinImages
        var components: [(nearness: Double, probability: Double, place: Place)] = []
        components.reserveCapacity(channel.count)
        var image = 0
        for (index, block) in channel.blocks.enumerated() {
            block.codes.withPointer { codes in
                for (own, next) in zip(block.offsets, block.offsets.dropFirst()) {
                    for row in own..<next {
                        let probability = channel.prior[image] * block.weights[row]
                        guard probability > 0 else { continue }
                        let code = UnsafeBufferPointer(start: codes + row * channel.dimension, count: channel.dimension)
                        let nearness = moments.productWithMean(code)
                        let distance = max(0, 1 - 2 * nearness + centre)
                        let factor = spread > 0 ? (1 + distance / spread) / 2 : 1
                        components.append(
                            (
                                nearness, probability * factor,
                                Place(block: Int32(index), row: Int32(row), weight: 1 / factor)
                            ))
                    }
                    image += 1
                }
            }
        }
        components.sort {
            ($0.nearness, $0.place.block, $0.place.row) < ($1.nearness, $1.place.block, $1.place.row)
        }
        places = components.map(\.place)
        cumulative = CumulativeWeights(components.map(\.probability))
    }

    /// The codes of `count` components, `[draw, dimension]`, with their weights, of mean 1 over all draws that might be made.
    func draw(
        _ count: Int, using generator: inout some RandomNumberGenerator
    ) -> (codes: Tensor<Double>, weights: [Double]) {
        let dimension = channel.dimension
        // 1 but for rounding.
        let total = cumulative.total
        var weights: [Double] = []
        let codes = Tensor<Double>(shape: [count, dimension]) { out in
            for draw in 0..<count {
                let share = (Double(draw) + generator.unitInterval()) / Double(count)
                let place = places[cumulative.index(atShare: share)]
                weights.append(place.weight * total)
                channel.blocks[Int(place.block)].codes.withPointer { codes in
                    (out + draw * dimension).update(from: codes + Int(place.row) * dimension, count: dimension)
                }
            }
        }
        return (codes, weights)
    }
}
