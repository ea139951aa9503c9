import Autodiff
import GradientChecking
import Tensors
import Testing

/// The checker checked: a wrong gradient, planted, must be found.
@Suite struct GradientCheckerTests {
    /// Ways to get a gradient wrong. Each is the correct operation with one slip in its pullback.
    enum Mutation: String, CaseIterable, DifferentiableFunction {
        case wrongSign, factorOffByAMillionth, missingTerm, transposedOperand, droppedBiasSum, oneElementWrong
        case wrongOperand, forgottenChain, zeroGradient, notANumber, shareNotAdded, secondOrderOnly
        case momentsTakenForConstants

        func callAsFunction<Scalar: TensorScalar>(_ x: [Variable<Scalar>]) -> Variable<Scalar> {
            switch self {
            case .wrongSign:
                // d(a − b) = da − db, planted: da + db
                .operation(x[0].value - x[1].value, of: x) { [$0.cotangent, $0.cotangent] }
            case .factorOffByAMillionth:
                .operation(x[0].value.exponential(), of: x) { [($0.cotangent * $0.output).scaled(by: 1 + 1e-6)] }
            case .missingTerm:
                // The softmax's p·(c − Σ c·p) without the sum.
                .operation(x[0].value.softmaxAlongLastAxis(), of: x) { [$0.cotangent * $0.output] }
            case .transposedOperand:
                // Square matrices, so that the shapes fit: Ā = C̄Bᵀ, planted: C̄B
                .operation(x[0].value.matrixProduct(x[1].value), of: x) {
                    [
                        $0.cotangent.matrixProduct($0.inputs[1]),
                        $0.inputs[0].matrixProduct($0.cotangent, left: .transposed),
                    ]
                }
            case .droppedBiasSum:
                // The bias's gradient from the first row only.
                .operation(x[0].value.addingToRows(x[1].value), of: x) {
                    [$0.cotangent, $0.cotangent.gatheringRows([0]).sumOverRows()]
                }
            case .oneElementWrong:
                // One of 60 elements a thousandth too large.
                .operation(x[0].value.exponential(), of: x) {
                    var factor = Tensor<Scalar>(shape: $0.cotangent.shape, repeating: 1)
                    factor.withMutablePointer { $0[37] = 1.001 }
                    return [$0.cotangent * $0.output * Variable(factor)]
                }
            case .wrongOperand:
                .operation(x[0].value * x[1].value, of: x) {
                    [$0.cotangent * $0.inputs[0], $0.cotangent * $0.inputs[1]]
                }
            case .forgottenChain:
                // The derivative of the operation, without the cotangent.
                .operation(x[0].value.exponential(), of: x) { [$0.output] }
            case .zeroGradient:
                .operation(x[0].value.exponential(), of: x) { [$0.cotangent.scaled(by: 0)] }
            case .notANumber:
                .operation(x[0].value.exponential(), of: x) { [$0.cotangent.scaled(by: .nan)] }
            case .shareNotAdded:
                // x·x with one of the two shares.
                .operation(x[0].value * x[0].value, of: x) { [$0.cotangent * $0.inputs[0]] }
            case .secondOrderOnly:
                // The gradient's value is right, but it was recorded as a constant.
                .operation(x[0].value.exponential(), of: x) { [$0.cotangent * $0.output.detached()] }
            case .momentsTakenForConstants:
                // Batch normalisation without the gradient that flows through mean and variance.
                Self.standardized(x)
            }
        }

        private static func standardized<Scalar: TensorScalar>(_ x: [Variable<Scalar>]) -> Variable<Scalar> {
            let moments = x[0].value.columnMoments(weights: Tensor(shape: [x[0].shape[0]], repeating: 1))
            return x[0].standardizingColumns(
                by: ColumnStandards(
                    mean: moments.mean, variance: moments.variance, scale: x[1], shift: x[2], epsilon: 0.01))
        }

        var point: [Tensor<Double>] {
            var generator = PhiloxGenerator(seed: 1, purpose: rawValue)
            func normal(_ shapes: [Int]...) -> [Tensor<Double>] { shapes.map { .normal($0, using: &generator) } }
            switch self {
            case .momentsTakenForConstants: return normal([4, 3], [3], [3])
            case .wrongSign, .wrongOperand: return normal([2, 3], [2, 3])
            case .transposedOperand: return normal([3, 3], [3, 3])
            case .droppedBiasSum: return normal([4, 3], [3])
            case .oneElementWrong: return normal([5, 12])
            default: return normal([2, 3])
            }
        }
    }

    @Test(arguments: Mutation.allCases) func aWrongGradientIsFound(_ mutation: Mutation) {
        #expect(throws: GradientDisagreement.self) { try mutation.checkGradient() }
    }

    @Test func firstOrderAloneDoesNotSeeAWrongSecondOrder() throws {
        try GradientChecker().checkFirstOrder(
            { contracted(Mutation.secondOrderOnly($0)) }, at: Mutation.secondOrderOnly.point)
    }

    @Test func theMessageNamesTheTensorAndBothValues() {
        let point = Mutation.droppedBiasSum.point
        let error = #expect(throws: GradientDisagreement.self) {
            try GradientChecker().checkFirstOrder(
                { contracted(Mutation.droppedBiasSum($0)) }, at: point, names: ["input", "bias"])
        }
        let text = error?.description ?? ""
        #expect(text.hasPrefix("first derivative in bias [3]: gradient · direction = "), "\(text)")
        #expect(text.contains("numerically") && text.contains("±"), "\(text)")
    }

    /// Values of 10⁹ leave a derivative of 1 with six digits: a check that would pass a factor 1 + 10⁻⁶ is none.
    @Test func anUnusableToleranceIsReported() {
        let error = #expect(throws: GradientDisagreement.self) {
            try GradientChecker().checkFirstOrder(
                { $0[0].exponential().sum().scaled(by: 1, plus: 1e9) }, at: [Tensor(shape: [1], scalars: [0.5])])
        }
        #expect(error?.description.contains("known to ±") == true, "\(error?.description ?? "")")
    }

    @Test func aKinkWithinTheStepIsNotAgreement() {
        #expect(throws: GradientDisagreement.self) {
            try GradientChecker().checkFirstOrder(
                { $0[0].rectified().sum() }, at: [Tensor(shape: [1], scalars: [1e-5])])
        }
    }

    @Test func aSinglePrecisionSlipIsMeasured() {
        struct Slip: DifferentiableFunction {
            func callAsFunction<Scalar: TensorScalar>(_ x: [Variable<Scalar>]) -> Variable<Scalar> {
                // Right in Double only: single precision loses 10⁸ + x.
                x[0].scaled(by: 1, plus: 1e8).scaled(by: 1, plus: -1e8).exponential()
            }
            var point: [Tensor<Double>] { [Tensor(shape: [3], scalars: [0.25, 0.5, -0.75])] }
        }
        #expect(Slip().singlePrecisionError() > 0.1)
    }

    @Test func differentSeedsGiveDifferentDirections() throws {
        // A gradient wrong only across the one direction that is tried would pass by luck; ten seeds all find it.
        for seed in 1...10 as ClosedRange<UInt64> {
            var checker = GradientChecker()
            checker.seed = seed
            #expect(throws: GradientDisagreement.self) {
                try checker.checkFirstOrder(
                    { contracted(Mutation.oneElementWrong($0)) }, at: Mutation.oneElementWrong.point)
            }
        }
    }
}
