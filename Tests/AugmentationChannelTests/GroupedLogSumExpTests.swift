import Autodiff
import Foundation
import Tensors
import Testing

@testable import AugmentationChannel

/// log Σ eˣ over groups of scattered elements, of which the marginal over the other images is made.
@Suite struct GroupedLogSumExpTests {
    private func sums(_ x: [Double], _ groups: [Int], count: Int) -> [Double] {
        Variable(Tensor(shape: [x.count], scalars: x)).logSumExp(byGroup: groups, count: count).value.scalars
    }

    @Test func itIsTheLogarithmOfTheSum() {
        let found = sums([0.5, -2, 800, 0, 800, -1], [0, 2, 1, 0, 1, 0], count: 4)
        let expected: [Double] = [log(exp(0.5) + 1 + exp(-1)), 800 + log(2.0), -2, -.infinity]
        for (a, b) in zip(found, expected) {
            let difference = abs(a - b)
            #expect(a == b || difference <= 4 * b.ulp, "\(a), not \(b)")
        }
        #expect(found.count == 4)
    }

    /// As the log-sum-exp of a row has it: ∞ stays, and NaN is not lost wherever it stands and whatever is beside it.
    @Test func notFiniteElementsAreNotLost() {
        #expect(sums([-.infinity, 1, -.infinity], [0, 1, 0], count: 2) == [-.infinity, 1])
        #expect(sums([3, 1, .infinity], [0, 1, 0], count: 2) == [.infinity, 1])
        for others in [[0.0, 1], [-.infinity, -.infinity], [.infinity, 2]] {
            for position in 0...2 {
                var x = others
                x.insert(.nan, at: position)
                let found = sums([5] + x, [1, 0, 0, 0], count: 2)
                #expect(found[0].isNaN && found[1] == 5, "NaN at \(position) among \(others): \(found)")
            }
        }
    }

    /// A weight that is no number makes the marginal none; dropped, its image would be left out of the other images' mean.
    @Test func aBrokenWeightBreaksTheMarginal() {
        let embeddings = Tensor<Double>(shape: [6, 2], scalars: [1, 0, 0, 1, -1, 0, 0, -1, 0.6, 0.8, 0.8, 0.6])
        let views = EncodedViews(embeddings: Variable(embeddings), rows: Array(0..<6), views: 2)
        let pairs = Variable(Tensor<Double>(shape: [3, 4], scalars: [0, 0.5, 0.5, 0, 0, 0.5, 0.5, 0, 0, 0.5, 0.5, 0]))
        func marginal(_ logWeight: Double) -> Double {
            marginalOverOtherImages(
                views, ScoreMatrix(Variable(embeddings.matrixProduct(embeddings, right: .transposed))),
                Variable(Tensor(shape: [3, 2], scalars: [0, logWeight, 0, 0, 0, 0])), pairWeights: pairs
            ).value.scalar
        }
        #expect(marginal(0).isFinite && marginal(.nan).isNaN)
    }
}
