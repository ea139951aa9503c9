import Tensors
import Testing

@Suite struct ValueSemanticsTests {
    @Test func aCopyIsUnaffectedByChanges() {
        let original = Tensor<Float>(shape: [2, 2], scalars: [1, 2, 3, 4])
        var bySubscript = original
        bySubscript[1, 0] = 9
        var byPointer = original
        byPointer.withMutablePointer { $0[0] = 7 }
        var reshaped = original.reshaped([4])
        reshaped[3] = 8
        #expect(original.scalars == [1, 2, 3, 4])
        #expect(bySubscript.scalars == [1, 2, 9, 4])
        #expect(byPointer.scalars == [7, 2, 3, 4])
        #expect(reshaped.scalars == [1, 2, 3, 8])
    }

    @Test func aCopySharesStorageUntilItIsChanged() {
        let original = Tensor<Double>(shape: [1000], repeating: 1)
        var copy = original
        let reshaped = original.reshaped([10, 100])
        let address = { (x: Tensor<Double>) in x.withPointer { Int(bitPattern: $0) } }
        #expect(address(copy) == address(original) && address(reshaped) == address(original))
        copy[0] = 2
        #expect(address(copy) != address(original))
    }

    @Test func resultsDoNotAliasTheirOperands() {
        let x = Tensor<Float>(shape: [20], repeating: 1)
        for var result in [x + x, x.scaled(by: 1), x.rectified(), x.gatheringRows(Array(0..<20)), x.rows(0..<20)] {
            result.withMutablePointer { $0[0] = 100 }
        }
        #expect(x.scalars == [Float](repeating: 1, count: 20))
    }

    @Test func subscriptsAreRowMajor() {
        var x = Tensor<Double>(shape: [2, 3, 4], scalars: (0..<24).map(Double.init))
        #expect(x[1, 2, 3] == 23 && x[0, 1, 2] == 6 && x[1, 0, 0] == 12)
        x[1, 0, 2] = -1
        #expect(x.scalars[14] == -1)
        #expect(Tensor<Double>(5)[] == 5)
    }

    @Test func extentsOfEveryRank() {
        let scalar = Tensor<Float>(3)
        #expect((scalar.rank, scalar.count, scalar.lastExtent, scalar.rowCount, scalar.scalar) == (0, 1, 1, 1, 3))
        let vector = Tensor<Float>.zeros([5])
        #expect((vector.rank, vector.count, vector.lastExtent, vector.rowCount) == (1, 5, 5, 1))
        let empty = Tensor<Float>.zeros([4, 0, 3])
        #expect((empty.rank, empty.count, empty.lastExtent, empty.rowCount) == (3, 0, 3, 0))
    }

    @Test func equalityComparesShapeAndElements() {
        let x = Tensor<Float>(shape: [2, 3], repeating: 1)
        #expect(x != x.reshaped([3, 2]) && x == x.reshaped([6]).reshaped([2, 3]) && x != x.scaled(by: 2))
    }

    @Test func conversionRounds() {
        let x = Tensor<Double>(shape: [2], scalars: [0.1, 1e300])
        #expect(x.converted(to: Float.self).scalars == [Float(0.1), .infinity])
        #expect(x.converted(to: Float.self).converted(to: Double.self)[0] == Double(Float(0.1)))
    }

    @Test func descriptionShowsTheShapeAndTheFirstElements() {
        #expect("\(Tensor<Double>(shape: [1, 2], scalars: [1, 2]))" == "Tensor[1, 2][1.0, 2.0]")
        #expect("\(Tensor<Double>.zeros([10]))".hasSuffix(", …]"))
    }
}
