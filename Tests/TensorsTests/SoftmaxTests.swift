import TensorReference
import Tensors
import Testing

@Suite struct SoftmaxTests {
    private static let lengths = [1, 2, 7, 8, 9, 15, 16, 17, 33, 289, 1021, 4099]

    @Test func randomRowsAgreeWithTheDefinition() {
        randomRows(Float.self)
        randomRows(Double.self)
    }

    private func randomRows<Scalar: TensorScalar>(_ type: Scalar.Type) {
        var generator = PhiloxGenerator(seed: 1, purpose: "softmax")
        for length in Self.lengths {
            for spread in [0.01, 1, 30] {
                let x = Tensor<Scalar>.normal([3, length], using: &generator).scaled(by: Scalar(spread))
                check(x, "\(type), \(length) elements, spread \(spread)")
            }
        }
    }

    /// Against the definition with the largest element factored out, term by term in Double.
    private func check<Scalar: TensorScalar>(_ x: Tensor<Scalar>, _ what: String) {
        let (logSumExp, softmax) = (x.logSumExpAlongLastAxis(), x.softmaxAlongLastAxis())
        #expect(logSumExp.shape == [x.shape[0]] && softmax.shape == x.shape)
        let length = x.shape[1]
        let epsilon = Double(Scalar.ulpOfOne)
        for row in 0..<x.shape[0] {
            let values = (0..<length).map { Double(x[row, $0]) }
            let largest = values.max() ?? 0
            let terms = values.map { Double.exp($0 - largest) }
            let sum = terms.reduce(0, +)
            // The sum of positive terms is good to (length + 2)·ε relative: 2 units for each exponential, one for each
            // addition. The subtraction x − largest adds |x − largest|·ε/2 to an exponent; a term e^−d counts d·e^−d < 1.
            let sumError = Double(length + 4) * epsilon
            let expected = largest + Double.log(sum)
            let allowed = sumError + 2 * epsilon * (largest.magnitude + expected.magnitude)
            #expect((Double(logSumExp[row]) - expected).magnitude <= allowed, "\(what): \(logSumExp[row])")
            for i in 0..<length {
                let probability = terms[i] / sum
                let error = probability * (sumError + epsilon * (3 + (values[i] - largest).magnitude))
                // Below the normal numbers results are rounded to zero.
                let smallest = Double(Scalar.leastNormalMagnitude)
                #expect(
                    (Double(softmax[row, i]) - probability).magnitude <= error + smallest, "\(what): [\(row), \(i)]")
            }
        }
    }

    @Test(arguments: [1, 3, 8, 16, 17, 40]) func extremes(length: Int) {
        extremes(Float.self, length)
        extremes(Double.self, length)
    }

    private func extremes<Scalar: TensorScalar>(_ type: Scalar.Type, _ length: Int) {
        func logSumExp(_ row: [Scalar]) -> Scalar {
            Tensor(shape: [row.count], scalars: row).logSumExpAlongLastAxis().scalar
        }
        func softmax(_ row: [Scalar]) -> [Scalar] {
            Tensor(shape: [row.count], scalars: row).softmaxAlongLastAxis().scalars
        }
        let same = { (value: Scalar) in [Scalar](repeating: value, count: length) }
        // Equal elements, however large: log n above them, and uniform.
        let huge = Scalar.greatestFiniteMagnitude
        for value: Scalar in [0, 1e4, -1e4, 1e30, -1e30, huge, -huge] {
            let shifted = value + Scalar.log(Scalar(length))
            #expect((logSumExp(same(value)) - shifted).magnitude <= 4 * max(shifted.ulp, Scalar.ulpOfOne), "\(value)")
            #expect(
                softmax(same(value)).allSatisfy { ($0 * Scalar(length) - 1).magnitude <= 2 * .ulpOfOne }, "\(value)")
        }
        // No mass at all.
        #expect(logSumExp(same(-.infinity)) == -.infinity)
        #expect(softmax(same(-.infinity)).allSatisfy { $0.isNaN })
        for position in Set([0, length / 2, length - 1]) {
            // One finite element takes all the mass.
            var row = same(-.infinity)
            row[position] = 3
            #expect(logSumExp(row) == 3)
            #expect(softmax(row).enumerated().allSatisfy { $1 == ($0 == position ? 1 : 0) })
            row = same(-1e30)
            row[position] = 1e30
            #expect(logSumExp(row) == 1e30)
            #expect(softmax(row).enumerated().allSatisfy { $1 == ($0 == position ? 1 : 0) })
            // Infinite mass.
            row[position] = .infinity
            #expect(logSumExp(row) == .infinity)
            #expect(softmax(row).contains { $0.isNaN })
            // A NaN is never lost, whatever stands beside it and wherever.
            for other in [0, -Scalar.infinity, .infinity, 1e30] {
                row = same(other)
                row[position] = .nan
                #expect(logSumExp(row).isNaN, "NaN at \(position) of \(length) among \(other)")
                #expect(softmax(row).contains { $0.isNaN }, "NaN at \(position) of \(length) among \(other)")
            }
        }
    }

    @Test func weightedRowsAgreeWithTheDefinition() {
        weightedRows(Float.self)
        weightedRows(Double.self)
    }

    private func weightedRows<Scalar: TensorScalar>(_ type: Scalar.Type) {
        var generator = PhiloxGenerator(seed: 2, purpose: "softmax")
        for length in Self.lengths {
            var x = Tensor<Scalar>.normal([3, length], using: &generator).scaled(by: 5)
            var weights = Tensor<Scalar>.uniform([3, length], using: &generator)
            // An element of weight zero counts for nothing, whatever it is.
            for (row, value) in zip(0..<3, [Scalar.infinity, .nan, 1e30]) where length > 1 {
                x[row, length / 2] = value
                weights[row, length / 2] = 0
            }
            let found = x.logSumExpAlongLastAxis(weights: weights)
            let softmax = x.softmaxAlongLastAxis(weights: weights)
            for row in 0..<3 {
                let terms = (0..<length).filter { weights[row, $0] != 0 }
                    .map { Double(x[row, $0]) + Double.log(Double(weights[row, $0])) }
                let largest = terms.max() ?? 0
                let expected = largest + Double.log(terms.reduce(0) { $0 + Double.exp($1 - largest) })
                // As for the sum without weights: 2 units for each exponential, one for each product and addition.
                let allowed = Double(Scalar.ulpOfOne) * (Double(length + 5) + 4 * expected.magnitude + 40)
                #expect((Double(found[row]) - expected).magnitude <= allowed, "\(type), \(length)")
                for i in 0..<length {
                    let weight = Double(weights[row, i])
                    let probability = weight == 0 ? 0 : weight * Double.exp(Double(x[row, i]) - expected)
                    // The same errors, relative; the smallest numbers are rounded to zero.
                    let error = probability * allowed + Double(Scalar.leastNormalMagnitude)
                    #expect((Double(softmax[row, i]) - probability).magnitude <= error, "\(type): [\(row), \(i)]")
                    #expect(weight != 0 || softmax[row, i] == 0, "\(type): [\(row), \(i)]")
                }
            }
        }
        let x = Tensor<Scalar>.normal([2, 17], using: &generator)
        let shared = Tensor<Scalar>.uniform([17], using: &generator)
        #expect(
            x.logSumExpAlongLastAxis(weights: shared)
                == x.logSumExpAlongLastAxis(weights: shared.repeatedAsRows(of: [2, 17])))
        #expect(x.logSumExpAlongLastAxis(weights: .zeros([17])).scalars == [-.infinity, -.infinity])
        #expect(
            x.softmaxAlongLastAxis(weights: shared)
                == x.softmaxAlongLastAxis(weights: shared.repeatedAsRows(of: [2, 17])))
        // Equal weights cancel; a power of two is exact.
        #expect(x.softmaxAlongLastAxis(weights: Tensor(shape: [17], repeating: 0.25)) == x.softmaxAlongLastAxis())
        #expect(x.softmaxAlongLastAxis(weights: .zeros([17])).scalars.allSatisfy { $0.isNaN })
        // A weight so small that one over it overflows, on the element that has all the mass.
        let least = Tensor<Scalar>(shape: [2], scalars: [.leastNonzeroMagnitude, 0])
        #expect(Tensor<Scalar>.zeros([1, 2]).softmaxAlongLastAxis(weights: least).scalars == [1, 0])
        // The same for the factor over the sum: the product is what counts, and overflows in one row only.
        let factors = Tensor<Scalar>(shape: [2], scalars: [-3, 0.1])
        let both = Tensor<Scalar>.zeros([2, 2]).softmaxAlongLastAxis(weights: least, times: factors)
        #expect(both.scalars == [-3, 0, 0.1, 0])
        for (scaled, plain) in [
            (x.softmaxAlongLastAxis(times: factors), x.softmaxAlongLastAxis()),
            (
                x.softmaxAlongLastAxis(weights: shared, times: factors), x.softmaxAlongLastAxis(weights: shared)
            ),
        ] {
            for row in 0..<2 {
                for i in 0..<17 {
                    // A quotient and a product are rounded here, and there too: half a unit each.
                    let expected = plain[row, i] * factors[row]
                    #expect((scaled[row, i] - expected).magnitude <= 2 * Scalar.ulpOfOne * expected.magnitude)
                }
            }
        }
        var broken = x
        broken[1, 16] = .nan
        #expect(broken.softmaxAlongLastAxis(weights: shared)[1, 0].isNaN)
        #expect(broken.logSumExpAlongLastAxis(weights: shared)[1].isNaN)
        let empty = Tensor<Scalar>.zeros([2, 0]).logSumExpAlongLastAxis(weights: .zeros([0]))
        #expect(empty.scalars == [-.infinity, -.infinity])
    }

    @Test func emptyRows() {
        #expect(Tensor<Float>.zeros([2, 0]).logSumExpAlongLastAxis().scalars == [-.infinity, -.infinity])
        #expect(Tensor<Float>.zeros([3, 0]).softmaxAlongLastAxis().shape == [3, 0])
        #expect(Tensor<Float>.zeros([0, 3]).logSumExpAlongLastAxis().shape == [0])
        #expect(Tensor<Float>.zeros([0, 3]).softmaxAlongLastAxis().shape == [0, 3])
    }

    @Test func scalarFunctionIsTheTensorsOwn() {
        let row: [Double] = [1, 2, 3, -4, 5, 6, 7, 8, 9.5]
        let tensor = Tensor(shape: [9], scalars: row)
        let value = tensor.withPointer { logSumExp($0, count: 9) }
        #expect(value == tensor.logSumExpAlongLastAxis().scalar)
    }
}
