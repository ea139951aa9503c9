import Tensors

extension Benchmark {
    /// The peak, matrix products, and the elementwise kernels of a step.
    func measureKernels(_ recorder: BenchmarkRecorder) {
        measureProducts(Float.self, "Float", recorder)
        measureProducts(Double.self, "Double", recorder)
        var generator = PhiloxGenerator(seed: 0, purpose: "benchmark")
        let scores = Tensor<Float>.normal([2048, 2048], using: &generator)
        let weights = Tensor<Float>(shape: [2048], repeating: 1 / 2048)
        let large = Tensor<Float>.zeros([1 << 24])
        recorder.memory("sum of two arrays of 64 MiB", threads: threadCounts, bytes: 3 << 26) { _ = large + large }
        recorder.work("exponential of 2048² numbers, Float", threads: threadCounts) { _ = scores.exponential() }
        recorder.work("weighted log-sum-exp of 2048 rows of 2048, Float", threads: threadCounts) {
            _ = scores.logSumExpAlongLastAxis(weights: weights)
        }
    }

    private func measureProducts<Scalar: TensorScalar>(
        _ type: Scalar.Type, _ name: String, _ recorder: BenchmarkRecorder
    ) {
        var generator = PhiloxGenerator(seed: 0, purpose: "benchmark")
        for threads in threadCounts {
            recorder.peak("peak of fused multiply-add, \(name)", type, threads: threads)
            for size in [512, 1024, 2048] {
                let a = Tensor<Scalar>.uniform([size, size], using: &generator)
                let b = Tensor<Scalar>.uniform([size, size], using: &generator)
                recorder.kernel(
                    "matrix product \(size)³, \(name)", type, threads: threads,
                    operations: 2 * Double(size * size * size), scalars: 3 * size * size
                ) { _ = a.matrixProduct(b) }
            }
        }
    }
}
