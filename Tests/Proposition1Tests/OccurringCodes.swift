import Foundation
import Proposition1

extension FiniteChannel {
    /// The codes of each image that occur, with the probability P(T|x) of the view; none for an image that does not occur.
    /// The sign of a zero does not count.
    var occurringCodes: [[(code: [Double], probability: Double)]] {
        zip(encoder, zip(augmentation, prior)).map { codes, image in
            let (row, prior) = image
            guard prior > 0 else { return [] }
            return zip(codes, row).filter { $0.1 > 0 }.map { code, probability in (code.map { $0 + 0 }, probability) }
        }
    }
}

func squaredDistance(_ left: [Double], _ right: [Double]) -> Double {
    zip(left, right).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
}

/// Entropy of unnormalised counts that sum to one, in nats.
func entropy(_ probabilities: some Sequence<Double>) -> Double {
    probabilities.reduce(0.0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
}
