import Tensors
import Testing

@Suite struct TargetFeaturesTests {
    @Test func theBuildHasFusedMultiplyAdd() {
        #expect(
            TargetFeatures.hasFusedMultiplyAdd,
            """
            The kernels were compiled without hardware fused multiply-add: they are correct and about a hundred times \
            too slow. Keep `-Xcc -march=native` in the `optimized` settings of Package.swift; if it is there, this \
            machine (or the container's virtual CPU) has no FMA: build on one that has, x86-64-v3 or later.
            """)
    }

    @Test func theVectorWidthIsOneOfThree() {
        #expect([16, 32, 64].contains(TargetFeatures.vectorBytes))
    }
}
