import Autodiff
import Foundation
import Tensors
import Testing

@Suite struct VariableTests {
    private func leaf(_ scalars: Double...) -> Variable<Double> {
        Variable(Tensor(shape: [scalars.count], scalars: scalars)).tracked()
    }

    @Test func constantsRecordNothing() {
        let constant = Variable(Tensor<Float>(2))
        #expect(!constant.isTracked && !(constant * constant).exponential().isTracked)
        #expect(constant.tracked().isTracked && (constant * constant.tracked()).isTracked)
        #expect(!constant.tracked().detached().isTracked)
    }

    @Test func aLeafThatIsNotUsedGetsZeros() {
        let (x, unused) = (leaf(1, 2), leaf(3, 4, 5))
        let gradients = x.sum().gradient(withRespectTo: [x, unused])
        #expect(gradients.map(\.value.scalars) == [[1, 1], [0, 0, 0]])
    }

    /// The full convolution is the one with padding, to the last bit where all sums are exact.
    @Test(arguments: [
        (1, [2, 5, 4, 3]), (2, [3, 2, 6, 1]), (3, [2, 7, 7, 16]), (3, [0, 4, 4, 2]), (4, [1, 1, 1, 2]),
    ])
    func fullConvolution(side: Int, input: [Int]) {
        var generator = PhiloxGenerator(seed: 3, purpose: "full convolution")
        func whole(_ shape: [Int]) -> Variable<Float> {
            Variable(
                Tensor(
                    shape: shape,
                    scalars: (0..<shape.reduce(1, *)).map { _ in Float(Int.random(in: -4...4, using: &generator)) }
                )
            ).tracked()
        }
        let (x, filters, bias) = (whole(input), whole([side, side, input[3], 5]), whole([5]))
        for rectified in [false, true] {
            let full = x.fullConvolution(filters, bias: bias, rectified: rectified)
            let padded = x.convolution(filters, bias: bias, padding: side - 1, rectified: rectified)
            #expect(full.value == padded.value && full.shape == padded.shape)
            let cotangent = whole(full.shape)
            let gradients = [full, padded].map {
                ($0 * cotangent).sum().gradient(withRespectTo: [x, filters, bias]).map(\.value)
            }
            #expect(gradients[0] == gradients[1])
        }
    }

    /// A filter may be longer than the image in one direction only.
    @Test func fullConvolutionByAColumn() {
        let x = Variable(Tensor<Double>(shape: [1, 1, 2, 1], scalars: [1, 10]))
        let filters = Variable(Tensor<Double>(shape: [3, 1, 1, 1], scalars: [1, 2, 3]))
        let full = x.fullConvolution(filters, bias: Variable(Tensor(shape: [1], scalars: [0.5]))).value
        #expect(full.shape == [1, 3, 2, 1] && full.scalars == [3.5, 30.5, 2.5, 20.5, 1.5, 10.5])
    }

    @Test func sharesOfOneVariableAreAdded() {
        let x = leaf(3)
        let y = x * x
        // x⁴ + x² by two paths through one node.
        #expect((y * y + y).sum().gradient(withRespectTo: [x])[0].value.scalars == [4 * 27 + 2 * 3])
    }

    /// x³ in the whole, and x₁², x₁x₂ and x₁ of single elements, in either order of use.
    @Test(arguments: [false, true]) func sharesOfSingleElementsAreAddedToThoseOfTheWhole(_ elementsFirst: Bool) {
        let x = leaf(2, 3, 5)
        let whole = { (x * x * x).sum() }
        let elements = {
            (x.gatheringElements([1, 1, 1], shape: [3]) * x.gatheringElements([1, 2, 0], shape: [3])).sum()
        }
        let y = elementsFirst ? elements() + whole() : whole() + elements()
        let gradient = y.gradient(withRespectTo: [x], differentiable: true)[0]
        #expect(gradient.value.scalars == [15, 40, 78])
        #expect(y.gradient(withRespectTo: [x, x]).map(\.value) == [gradient.value, gradient.value])
        // The sum of the Hessian's rows.
        let second = gradient.sum().gradient(withRespectTo: [x])[0].value.scalars
        #expect(second == [13, 22, 31])
    }

    /// A cotangent that another variable shares is not changed in place.
    @Test func sharesOfSingleElementsReachNobodyElse() {
        let (x, y) = (leaf(1, 2), leaf(3, 4))
        let total = (x + y).sum() + x.gatheringElements([1], shape: [])
        #expect(total.gradient(withRespectTo: [x, y]).map(\.value.scalars) == [[1, 2], [1, 1]])
    }

    @Test func theSameLeafMayBeAskedForTwice() {
        let x = leaf(3)
        #expect((x * x).sum().gradient(withRespectTo: [x, x]).map(\.value.scalars) == [[6], [6]])
    }

    @Test func intermediateResultsHaveGradients() {
        let x = leaf(2)
        let y = x * x
        let z = (y * y).sum()
        #expect(z.gradient(withRespectTo: [y, x, z]).map(\.value.scalars) == [[8], [32], [1]])
    }

    @Test func detachedPathsGiveNoGradient() {
        let x = leaf(3)
        #expect((x * x.detached()).sum().gradient(withRespectTo: [x])[0].value.scalars == [3])
    }

    @Test func derivativesOfAnyOrder() {
        let x = leaf(1.5)
        var derivative = (x * x * x * x).sum()
        for expected in [4 * 3.375, 12 * 2.25, 24 * 1.5, 24] {
            derivative = derivative.gradient(withRespectTo: [x], differentiable: true)[0].sum()
            #expect(abs(derivative.value.scalar - expected) < 1e-12)
        }
        #expect(derivative.gradient(withRespectTo: [x])[0].value.scalars == [0])
    }

    @Test func aGradientThatIsNotDifferentiableIsAConstant() {
        let x = leaf(2)
        #expect(!(x * x).sum().gradient(withRespectTo: [x])[0].isTracked)
        #expect((x * x).sum().gradient(withRespectTo: [x], differentiable: true)[0].isTracked)
    }

    @Test func aDiamondOfSharedNodesIsWalkedOnce() {
        // 2⁶⁰ paths: only a walk that visits each node once ends.
        let x = leaf(1)
        let y = (0..<60).reduce(x) { y, _ in (y + y).scaled(by: 0.5) }
        #expect(y.sum().gradient(withRespectTo: [x])[0].value.scalars == [1])
    }

    @Test func valuesAreUnaffectedByDifferentiation() {
        let x = leaf(1, 2)
        let y = x.exponential()
        let before = y.value
        _ = y.sum().gradient(withRespectTo: [x])
        #expect(y.value == before && x.value.scalars == [1, 2])
    }

    @Test func theRectifiersDerivativeAtZeroIsZero() {
        let x = leaf(-1, 0, -0.0, 2)
        #expect(x.rectified().sum().gradient(withRespectTo: [x])[0].value.scalars == [0, 0, 0, 1])
    }

    @Test func aRowOfZerosNormalisesToZerosWithAFiniteGradient() {
        let x = leaf(0, 0)
        let y = x.normalizedAlongLastAxis()
        #expect(y.value.scalars == [0, 0])
        #expect(y.sum().gradient(withRespectTo: [x])[0].value.isFinite)
    }

    @Test func anElementOfWeightZeroHasNoGradientInLogSumExp() {
        weightZero(Float.self, exponentLimit: 88)
        weightZero(Double.self, exponentLimit: 709)
    }

    /// The other elements have the gradient that they have without it, and none is NaN, to second order.
    private func weightZero<Scalar: TensorScalar>(_ type: Scalar.Type, exponentLimit: Scalar) {
        let count = 37
        var generator = PhiloxGenerator(seed: 1, purpose: "weight zero")
        let scores = Tensor<Scalar>.normal([2, count], using: &generator)
        for ignored in [exponentLimit + 10, 10 * exponentLimit, 1e30, .infinity, .nan] {
            // In whole vectors and in the rest.
            for place in [0, 8, count - 1] {
                var (large, none) = (scores, scores)
                var weights = Tensor<Scalar>(shape: [count], repeating: 0.25)
                weights[place] = 0
                for row in 0..<2 { (large[row, place], none[row, place]) = (ignored, -.infinity) }
                for weights in [weights, weights.repeatedAsRows(of: scores.shape)] {
                    for differentiable in [false, true] {
                        func gradient(_ scores: Tensor<Scalar>) -> (first: Tensor<Scalar>, second: Tensor<Scalar>?) {
                            let x = Variable(scores).tracked()
                            let value = x.logSumExpAlongLastAxis(weights: Variable(weights))
                            let first = (value * value).sum()
                                .gradient(withRespectTo: [x], differentiable: differentiable)[0]
                            guard differentiable else { return (first.value, nil) }
                            return (first.value, (first * first).sum().gradient(withRespectTo: [x])[0].value)
                        }
                        let (found, expected) = (gradient(large), gradient(none))
                        #expect(found.first == expected.first, "\(type), \(ignored) at \(place)")
                        #expect(found.second == expected.second, "\(type), \(ignored) at \(place), second order")
                        #expect(found.first[0, place] == 0 && found.first[1, place] == 0)
                        #expect(found.first.isFinite && found.second?.isFinite != false)
                    }
                }
            }
        }
    }

    @Test func wrongQuestionsAreErrors() async {
        let message = { (result: ExitTest.Result?) in
            String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        }
        let notScalar = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            signal(SIGILL, SIG_DFL)
            let x = Variable(Tensor<Float>.zeros([2, 3])).tracked()
            _ = x.gradient(withRespectTo: [x])
        }
        #expect(message(notScalar).contains("[2, 3]"))
        let notTracked = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            signal(SIGILL, SIG_DFL)
            _ = Variable(Tensor<Float>(1)).tracked().gradient(withRespectTo: [Variable(Tensor<Float>(1))])
        }
        #expect(message(notTracked).contains("not tracked"))
        let wrongPullback = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            signal(SIGILL, SIG_DFL)
            let x = Variable(Tensor<Float>.zeros([2, 3])).tracked()
            let y = Variable.operation(Tensor(0), of: [x]) { [$0.cotangent] }
            _ = y.gradient(withRespectTo: [x])
        }
        #expect(message(wrongPullback).contains("[] and [2, 3]"))
        let tooFew = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            signal(SIGILL, SIG_DFL)
            let x = Variable(Tensor<Float>(1)).tracked()
            _ = Variable.operation(Tensor(0), of: [x, x]) { [$0.cotangent] }.gradient(withRespectTo: [x])
        }
        #expect(message(tooFew).contains("1 cotangents for 2 inputs"))
        let none = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            signal(SIGILL, SIG_DFL)
            let x = Variable(Tensor<Float>(1)).tracked()
            _ = Variable.operation(Tensor(0), of: [x]) { _ in [nil] }.gradient(withRespectTo: [x])
        }
        #expect(message(none).contains("without the cotangent"))
    }
}
