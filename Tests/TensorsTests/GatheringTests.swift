import TensorReference
import Tensors
import Testing

@Suite struct GatheringTests {
    @Test func gatheringTakesRowsInOrder() {
        let x = Tensor<Float>(shape: [3, 2], scalars: [0, 1, 10, 11, 20, 21])
        #expect(x.gatheringRows([2, 0, 2]) == Tensor(shape: [3, 2], scalars: [20, 21, 0, 1, 20, 21]))
        #expect(x.gatheringRows([]) == .zeros([0, 2]))
        #expect(x.reshaped([3, 1, 2]).gatheringRows([1]).shape == [1, 1, 2])
        #expect(x.gatheringElements([5, 0, 0, 3], shape: [2, 2]) == Tensor(shape: [2, 2], scalars: [21, 0, 0, 11]))
    }

    /// Beyond 4,096 elements the work is cut into blocks: every third row or element, by the definition, on both sides of that.
    @Test(arguments: [(4096, 1), (4097, 1), (50_001, 1), (1365, 3), (1366, 3), (3, 20_000)])
    func largeSelections(rows: Int, length: Int) {
        let x = Tensor<Float>(shape: [rows, length], scalars: (0..<rows * length).map { Float($0) })
        let selected = (0..<rows).map { 3 * $0 % rows }
        let expected = selected.flatMap { row in (0..<length).map { Float(row * length + $0) } }
        #expect(x.gatheringRows(selected).scalars == expected)
        if length == 1 { #expect(x.gatheringElements(selected, shape: [rows]).scalars == expected) }
    }

    @Test func scatteringAddsRepetitions() {
        let x = Tensor<Float>(shape: [3, 2], scalars: [1, 2, 10, 20, 100, 200])
        #expect(x.scatteringRows([1, 3, 1], count: 4).scalars == [0, 0, 101, 202, 0, 0, 10, 20])
        #expect(x.scatteringElements([0, 0, 0, 2, 2, 3], shape: [2, 2]).scalars == [13, 0, 120, 200])
        #expect(x.scatteringElements([3, 0, 3, 3, 0, 3], shape: [2, 2]).scalars == [102, 0, 0, 231])
    }

    @Test func elementsAreAddedInPlace() {
        var sum = Tensor<Float>(shape: [2, 2], scalars: [1, 2, 3, 4])
        let before = sum
        sum.addElements(Tensor(shape: [4], scalars: [10, 20, 30, 40]), at: [1, 3, 3, 1])
        #expect(sum.scalars == [1, 52, 3, 54] && before.scalars == [1, 2, 3, 4])
        sum.addElements(Tensor(shape: [0], scalars: []), at: [])
        #expect(sum.scalars == [1, 52, 3, 54])
    }

    /// ⟨Ax, y⟩ = ⟨x, Aᵀy⟩, exactly, on integers.
    @Test func scatteringIsTheAdjointOfGathering() {
        adjointness(Float.self)
        adjointness(Double.self)
    }

    private func adjointness<Scalar: TensorScalar>(_ type: Scalar.Type) {
        var generator = PhiloxGenerator(seed: 1, purpose: "gathering")
        for _ in 0..<100 {
            let count = generator.integer(in: 0...9)
            let inner = [[], [1], [4], [0], [2, 3]][generator.uniformInteger(below: 5)]
            let picks = count == 0 ? 0 : generator.integer(in: 0...20)
            let rows = (0..<picks).map { _ in generator.uniformInteger(below: count) }
            let x = Tensor<Scalar>.integers([count] + inner, using: &generator)
            let y = Tensor<Scalar>.integers([picks] + inner, using: &generator)
            let scattered = y.scatteringRows(rows, count: count)
            #expect(scattered.shape == x.shape)
            #expect(innerProduct(x.gatheringRows(rows), y) == innerProduct(x, scattered), "\(x.shape) \(rows)")
            let indices = (0..<(x.count == 0 ? 0 : 12)).map { _ in generator.uniformInteger(below: x.count) }
            let z = Tensor<Scalar>.integers([indices.count], using: &generator)
            #expect(
                innerProduct(x.gatheringElements(indices, shape: [indices.count]), z)
                    == innerProduct(x, z.scatteringElements(indices, shape: x.shape)))
        }
    }

    @Test func rowsAndConcatenationAreInverse() {
        var generator = PhiloxGenerator(seed: 2, purpose: "gathering")
        for inner in [[], [3], [2, 0], [2, 2]] {
            let x = Tensor<Double>.normal([5] + inner, using: &generator)
            for split in 0...5 {
                let (head, tail) = (x.rows(0..<split), x.rows(split..<5))
                #expect(head.shape == [split] + inner && tail.shape == [5 - split] + inner)
                #expect(head.concatenated(with: tail) == x)
                #expect(head == x.gatheringRows(Array(0..<split)))
            }
        }
    }
}
