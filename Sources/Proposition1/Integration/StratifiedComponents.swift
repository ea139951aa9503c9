import AugmentationChannel
import Tensors

/// Draws components of the mixture p(z) = Σ_c P(c) p(z|h_c), a code h_c with its probability P(c) = p(x)P(T|x), one from each
/// of n equal strata.
///
/// Components are ordered by ⟨h, m⟩, their nearness to the mean code, and the k-th of n draws is that at a uniform point of
/// the k-th n-th of the total probability. So codes of many images, such as the blank crop's, come as often as they should
/// to within one draw, and what differs between near and far codes adds nothing to the variance.
struct StratifiedComponents: Sendable {
    private let channel: WeightedCodes
    /// The block and the row of each component, ordered.
    private let places: [(block: Int32, row: Int32)]
    /// The sums of the first 1, 2, … probabilities.
    private let cumulative: [Double]

    init(_ channel: WeightedCodes, _ moments: CodeMoments) {
        self.channel = channel
        var components: [(nearness: Double, probability: Double, block: Int32, row: Int32)] = []
        components.reserveCapacity(channel.count)
        var image = 0
        for (index, block) in channel.blocks.enumerated() {
            block.codes.withPointer { codes in
                for (own, next) in zip(block.offsets, block.offsets.dropFirst()) {
                    for row in own..<next {
                        let probability = channel.prior[image] * block.weights[row]
                        guard probability > 0 else { continue }
                        let code = UnsafeBufferPointer(start: codes + row * channel.dimension, count: channel.dimension)
                        components.append((moments.productWithMean(code), probability, Int32(index), Int32(row)))
                    }
                    image += 1
                }
            }
        }
        components.sort { ($0.nearness, $0.block, $0.row) < ($1.nearness, $1.block, $1.row) }
        places = components.map { ($0.block, $0.row) }
        var sum = 0.0
        cumulative = components.map {
            sum += $0.probability
            return sum
        }
    }

    /// The codes of `count` components, `[draw, dimension]`.
    func draw(_ count: Int, using generator: inout some RandomNumberGenerator) -> Tensor<Double> {
        let dimension = channel.dimension
        let total = cumulative[cumulative.count - 1]
        return Tensor(shape: [count, dimension]) { out in
            for draw in 0..<count {
                let target = (Double(draw) + generator.unitInterval()) / Double(count) * total
                let (block, row) = places[component(at: target)]
                channel.blocks[Int(block)].codes.withPointer { codes in
                    (out + draw * dimension).update(from: codes + Int(row) * dimension, count: dimension)
                }
            }
        }
    }

    /// The first component whose cumulative probability exceeds `target`; the last one at the end.
    private func component(at target: Double) -> Int {
        var (low, high) = (0, cumulative.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] > target { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
