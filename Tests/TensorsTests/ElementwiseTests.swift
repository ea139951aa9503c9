import TensorReference
import Tensors
import Testing

@Suite struct ElementwiseTests {
    /// Nothing, one, both sides of a vector (8, 16) and of one thread's share (2¹⁵).
    private static let counts = [0, 1, 7, 8, 9, 15, 16, 17, 31, 33, 1009, 32_767, 32_768, 32_769]

    @Test func everyElementIsTheScalarOperation() {
        check(Float.self)
        check(Double.self)
    }

    private func check<Scalar: TensorScalar>(_ type: Scalar.Type) {
        var generator = PhiloxGenerator(seed: 1, purpose: "elementwise")
        for count in Self.counts {
            let x = Tensor<Scalar>.normal([count], using: &generator)
            let y = Tensor<Scalar>.normal([count], using: &generator)
            let pairs = Array(zip(x.scalars, y.scalars))
            let positive = x * x
            // IEEE arithmetic is exactly rounded, so equal means equal.
            #expect((x + y).scalars == pairs.map { $0 + $1 }, "\(type) \(count)")
            #expect((x - y).scalars == pairs.map { $0 - $1 }, "\(type) \(count)")
            #expect((x * y).scalars == pairs.map { $0 * $1 }, "\(type) \(count)")
            #expect(x.scaled(by: 3, plus: -2).scalars == x.scalars.map { (-2 as Scalar).addingProduct($0, 3) })
            #expect(x.scaled(by: -0.5).scalars == x.scalars.map { $0 * -0.5 })
            #expect(x.exponential().scalars == x.scalars.map { .exponential($0) }, "\(type) \(count)")
            #expect(positive.logarithm().scalars == positive.scalars.map { .logarithm($0) }, "\(type) \(count)")
            #expect(positive.reciprocalSquareRoot().scalars == positive.scalars.map { 1 / $0.squareRoot() })
            #expect(x.rectified().scalars == x.scalars.map { max($0, 0) }, "\(type) \(count)")
            #expect(
                x.keeping(wherePositive: y).scalars == zip(x.scalars, y.scalars).map { $1 > 0 ? $0 : 0 },
                "\(type) \(count)")
        }
    }

    @Test func shapesAreKept() {
        let x = Tensor<Float>(shape: [2, 3, 1, 4], repeating: 1)
        for result in [x + x, x - x, x * x, x.scaled(by: 2), x.exponential(), x.logarithm(), x.rectified()] {
            #expect(result.shape == [2, 3, 1, 4])
        }
    }

    @Test func specialValues() {
        let x = Tensor<Double>(shape: [6], scalars: [.nan, .infinity, -.infinity, 0, -0.0, -1])
        let rectified = x.rectified().scalars
        #expect(rectified[0].isNaN && rectified[1] == .infinity && rectified[2...].allSatisfy { $0 == 0 })
        let ones = Tensor<Double>(shape: [6], repeating: 1)
        #expect(ones.keeping(wherePositive: x).scalars == [0, 1, 0, 0, 0, 0])
        let logarithm = x.logarithm().scalars
        #expect(logarithm[0].isNaN && logarithm[1] == .infinity && logarithm[2].isNaN && logarithm[5].isNaN)
        #expect(logarithm[3] == -.infinity && logarithm[4] == -.infinity)
        let roots = x.reciprocalSquareRoot().scalars
        #expect(roots[0].isNaN && roots[1] == 0 && roots[3] == .infinity && roots[5].isNaN)
    }

    @Test func finiteMeansEveryElement() {
        #expect(Tensor<Float>.zeros([0]).isFinite)
        #expect(Tensor<Float>(shape: [100], repeating: .greatestFiniteMagnitude).isFinite)
        for bad in [Float.nan, .infinity, -.infinity] {
            for position in [0, 37, 99] {
                var x = Tensor<Float>(shape: [100], repeating: 1)
                x[position] = bad
                #expect(!x.isFinite)
            }
        }
    }
}
