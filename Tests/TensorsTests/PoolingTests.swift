import TensorReference
import Tensors
import Testing

@Suite struct PoolingTests {
    @Test func randomShapesAgreeWithTheDefinition() {
        var generator = PhiloxGenerator(seed: 1, purpose: "pooling")
        for _ in 0..<60 {
            let (high, wide) = (generator.integer(in: 1...4), generator.integer(in: 1...4))
            let shape = [
                generator.integer(in: 0...3), generator.integer(in: high...9),
                generator.integer(in: wide...9), generator.integer(in: 0...5),
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
