import Foundation

/// −Σ p log p, the entropy of a finite distribution in nats: from 0 to the logarithm of the number of probabilities.
func shannonEntropy(_ probabilities: [Double]) -> Double {
    probabilities.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
}
