import TensorReference
import Tensors
import Testing

@Suite struct PoolingTests {
    @Test func randomShapesAgreeWithTheDefinition() {
        var generator = PhiloxGenerator(seed: 1, purpose: "pooling")
        for _ in 0..<60 {
            let (high, wide) = (Int.random(in: 1...4, using: &generator), Int.random(in: 1...4, using: &generator))
            let shape = [
                Int.random(in: 0...3, using: &generator), Int.random(in: high...9, using: &generator),
                Int.random(in: wide...9, using: &generator), Int.random(in: 0...5, using: &generator),
            ]
            // Few values, so that ties are common: the first of equals wins.
            let x = Tensor<Float>.integers(shape, bound: 2, using: &generator)
            let expected = pooledByDefinition(x, window: (high, wide))
            let (indices, pooled) = x.maximumIndices(windowRows: high, windowColumns: wide)
            #expect(pooled == expected.values.shape)
            #expect(indices == expected.indices, "shape \(shape), windows of \(high) × \(wide)")
        }
    }

    @Test(arguments: 0..<4) func aNaNWinsItsWindow(position: Int) {
        var x = Tensor<Double>(shape: [1, 2, 2, 1], scalars: [1, 3, 2, 4])
        x[0, position / 2, position % 2, 0] = .nan
        #expect(x.maximumIndices(windowRows: 2, windowColumns: 2).indices == [position])
    }
}
