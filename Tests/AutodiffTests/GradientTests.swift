import GradientChecking
import Testing

/// Every gradient against numerical derivatives, to second order, and in single against double precision.
@Suite struct GradientTests {
    @Test(arguments: Operation.allCases) func operation(_ operation: Operation) throws {
        try operation.checkGradient()
    }

    @Test(arguments: ConvolutionOperation.allCases) func convolution(_ operation: ConvolutionOperation) throws {
        try operation.checkGradient()
    }

    @Test(arguments: StandardizationOperation.allCases) func standardization(_ operation: StandardizationOperation)
        throws
    {
        try operation.checkGradient()
    }

    @Test(arguments: Composition.allCases) func composition(_ composition: Composition) throws {
        try composition.checkGradient()
    }

    /// The unit roundoff of `Float` is 6·10⁻⁸; sums of up to 100 terms and chains of up to 60 operations at points of
    /// condition 10 or better stay within 50 times that.
    private let singlePrecisionTolerance = 3e-6

    @Test func singlePrecisionFollowsDoublePrecision() {
        let functions: [any DifferentiableFunction] =
            Operation.allCases + ConvolutionOperation.allCases + StandardizationOperation.allCases
            + Composition.allCases
        for function in functions {
            #expect(function.singlePrecisionError() < singlePrecisionTolerance, "\(function)")
        }
    }
}
