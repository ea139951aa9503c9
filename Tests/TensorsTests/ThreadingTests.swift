import Foundation
import Synchronization
import TensorReference
import Testing

@testable import Tensors

@Suite struct ThreadingTests {
    /// Every kernel at a size that is cut into several blocks, with the same bits for any number of threads, also for more than there are
    /// processors.
    @Test func resultsHaveTheSameBitsForAnyNumberOfThreads() {
        check(Float.self)
        check(Double.self)
    }

    private func check<Scalar: TensorScalar>(_ type: Scalar.Type) {
        var generator = PhiloxGenerator(seed: 1, purpose: "threads")
        let tall = Tensor<Scalar>.normal([300, 311], using: &generator)
        let wide = Tensor<Scalar>.normal([311, 260], using: &generator)
        let low = Tensor<Scalar>.normal([50, 311], using: &generator)
        let wider = Tensor<Scalar>.normal([311, 700], using: &generator)
        let groups = Tensor<Scalar>.normal([300, 8, 50], using: &generator)
        let images = Tensor<Scalar>.normal([37, 9, 10, 3], using: &generator)
        let filters = Tensor<Scalar>.normal([3, 3, 3, 20], using: &generator)
        let deep = Tensor<Scalar>.normal([37, 9, 10, 16], using: &generator)
        let deepFilters = Tensor<Scalar>.normal([3, 3, 16, 20], using: &generator)
        let bias = Tensor<Scalar>.normal([20], using: &generator)
        let single = Tensor<Scalar>.normal([3, 3, 3, 1], using: &generator)
        let kernels: [(String, () -> [Tensor<Scalar>])] = [
            ("matrix product", { [tall.matrixProduct(wide)] }),
            ("matrix product, parts beside each other", { [low.matrixProduct(wider)] }),
            ("transposed", { [wide.matrixProduct(tall, left: .transposed, right: .transposed)] }),
            ("elementwise", { [tall + tall, tall - tall, tall * tall, tall.scaled(by: 2), tall.exponential()] }),
            (
                "rectifier",
                { [tall.rectified(), tall.keeping(wherePositive: tall * tall), (tall * tall).reciprocalSquareRoot()] }
            ),
            ("sums", { [Tensor(tall.sum()), tall.sumAlongLastAxis(), tall.sumOverRows()] }),
            ("rows", { [tall.addingToRows(tall.sumOverRows()), tall.multiplyingRows(by: tall.sumAlongLastAxis())] }),
            ("normalisation", { [tall.normalizedAlongLastAxis(epsilon: 1e-6)] }),
            ("moments and standardisation of columns", { Self.standardization(tall) + Self.standardization(deep) }),
            ("layer", { [tall.matrixProduct(wide, bias: wide.sumOverRows(), rectified: true)] }),
            (
                "layer, normalised",
                {
                    let (rows, norms) = tall.normalizedMatrixProduct(wide, bias: wide.sumOverRows(), epsilon: 1e-6)
                    return [rows, norms]
                }
            ),
            ("minimal filtering, 2 outputs", { Self.pooledConvolution(deep, deepFilters, bias, window: 2) }),
            ("minimal filtering, 3 outputs", { Self.pooledConvolution(deep, deepFilters, bias, window: 3) }),
            ("minimal filtering, four tiles", { Self.pooledConvolution(deep, deepFilters, bias, window: 5) }),
            ("logarithm", { [(tall * tall).logarithm()] }),
            ("softmax", { [tall.logSumExpAlongLastAxis(), tall.softmaxAlongLastAxis()] }),
            (
                "weighted softmax",
                {
                    [
                        tall.logSumExpAlongLastAxis(weights: tall * tall),
                        tall.softmaxAlongLastAxis(weights: tall * tall),
                    ]
                }
            ),
            (
                "Gram matrix",
                {
                    let (rows, weights) = (tall.normalizedAlongLastAxis(epsilon: 1e-6), tall.sumAlongLastAxis())
                    let sums = rows.gramLogSumExp(weights: weights * weights, scale: 2)
                    let gradient = rows.gramLogSumExpGradient(
                        weights: weights * weights, factors: weights, logSumExp: sums, scale: 2)
                    return [sums, gradient]
                }
            ),
            ("products of small matrices", { [groups.matrixProduct(groups, right: .transposed)] }),
            ("convolution, stride 1", { Self.convolution(images, filters, stride: 1, padding: 1) }),
            ("convolution, stride 2", { Self.convolution(images, filters, stride: 2, padding: 1) }),
            ("convolution, no padding", { Self.convolution(images, filters, stride: 1, padding: 0) }),
            ("convolution, one channel", { Self.convolution(images, single, stride: 1, padding: 0) }),
            ("pooled convolution", { Self.pooledConvolution(images, filters, bias, window: 2) }),
            ("standardised pooled convolution", { Self.standardizedPooledConvolution(deep, deepFilters, bias) }),
            ("pooled convolution, repeated windows", { Self.repeatedWindows(images, filters, bias) }),
            ("minimal filtering, repeated windows", { Self.repeatedWindows(deep, deepFilters, bias) }),
            ("globally pooled convolution", { Self.pooledConvolution(images, filters, bias, window: nil) }),
        ]
        for (name, kernel) in kernels {
            let serial = Parallel.$threadCount.withValue(1) { kernel() }
            for threads in [2, 3, 5, 8] {
                let parallel = Parallel.$threadCount.withValue(threads) { kernel() }
                for (left, right) in zip(serial, parallel) {
                    #expect(haveSameBits(left, right), "\(name), \(type), \(threads) threads")
                }
            }
        }
    }

    private static func standardization<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> [Tensor<Scalar>] {
        let weights = Tensor<Scalar>(shape: [x.shape[0]], scalars: (0..<x.shape[0]).map { Scalar(1 + $0 % 5) })
        let moments = x.columnMoments(weights: weights)
        let map = ColumnStandardization(
            mean: moments.mean, variance: moments.variance, epsilon: 1e-5, scale: moments.variance,
            shift: moments.mean, isRectified: true)
        let gradients = map.gradients(x, input: x, shares: weights.scaled(by: 1 / moments.count), wantsInput: true)
        return [moments.mean, moments.variance, Tensor(moments.count), map(x), gradients.scale, gradients.shift]
            + (gradients.input.map { [$0] } ?? [])
    }

    private static func convolution<Scalar: TensorScalar>(
        _ images: Tensor<Scalar>, _ filters: Tensor<Scalar>, stride: Int, padding: Int
    ) -> [Tensor<Scalar>] {
        let shape = ConvolutionShape(input: images.shape, filters: filters.shape, stride: stride, padding: padding)
        let output = images.convolution(filters, stride: stride, padding: padding)
        return [
            output, output.convolutionInputGradient(filters, of: shape),
            output.convolutionFilterGradient(images, of: shape),
        ]
    }

    private static func pooledConvolution<Scalar: TensorScalar>(
        _ images: Tensor<Scalar>, _ filters: Tensor<Scalar>, _ bias: Tensor<Scalar>, window: Int?
    ) -> [Tensor<Scalar>] {
        let pooled = PooledConvolution(input: images, filters: filters, bias: bias, padding: 1, window: window)
        let gradients = pooled.gradients(pooled.output, input: images, filters: filters, wantsInput: true)
        return [pooled.output, gradients.filters, gradients.bias] + (gradients.input.map { [$0] } ?? [])
    }

    /// Whole images that repeat the one before, in blocks of up to three.
    private static func repeatedWindows<Scalar: TensorScalar>(
        _ images: Tensor<Scalar>, _ filters: Tensor<Scalar>, _ bias: Tensor<Scalar>
    ) -> [Tensor<Scalar>] {
        let (count, windows) = (images.shape[0], (images.shape[1] / 2) * (images.shape[2] / 2))
        let blocks = stride(from: 0, to: count, by: 3).map { $0..<min(count, $0 + 3) }
        let repeated = RepeatedWindows(blocks: blocks, windowsPerImage: windows) { _, firsts in
            for window in firsts.indices { firsts[window] = Int32(window < 2 * windows ? window % windows : window) }
        }
        let input = images.gatheringRows((0..<count).map { $0 % 3 == 1 ? $0 - 1 : $0 })
        let pooled = PooledConvolution(
            input: input, filters: filters, bias: bias, padding: 1, window: 2, repeating: repeated)
        let gradients = pooled.gradients(pooled.output, input: input, filters: filters, wantsInput: true)
        return [pooled.output, gradients.filters, gradients.bias] + (gradients.input.map { [$0] } ?? [])
    }

    private static func standardizedPooledConvolution<Scalar: TensorScalar>(
        _ images: Tensor<Scalar>, _ filters: Tensor<Scalar>, _ bias: Tensor<Scalar>
    ) -> [Tensor<Scalar>] {
        let weights = Tensor<Scalar>(shape: [images.shape[0]], repeating: 2)
        let moments = images.columnMoments(weights: weights)
        let pooled = PooledConvolution(
            input: images,
            standardizedBy: ColumnStandardization(
                mean: moments.mean, variance: moments.variance, epsilon: 1e-5, scale: moments.variance,
                shift: moments.mean), filters: filters, bias: bias, padding: 1, window: 2)
        let gradients = pooled.gradients(
            pooled.output, input: images, shares: weights.scaled(by: 1 / moments.count), filters: filters,
            wantsInput: true)
        return [pooled.output, gradients.filters, gradients.bias] + (gradients.input.map { [$0] } ?? [])
            + (gradients.standardization.map { [$0.scale, $0.shift] } ?? [])
    }

    /// Hundreds of values, some asked for at once, some late, while loops keep the threads busy: each is computed once.
    @Test(arguments: [1, 2, 8]) func deferredValuesAreComputedOnce(threads: Int) {
        let computed = Atomic(0)
        Parallel.$threadCount.withValue(threads) {
            for round in 0..<300 {
                let values = (0..<3).map { place in
                    Deferred {
                        computed.add(1, ordering: .relaxed)
                        return round * 3 + place
                    }
                }
                let first = values[round % 3].value
                Parallel.forEach(round % 7) { _ in }
                if round % 10 == 0 { Thread.sleep(forTimeInterval: 0.001) }
                #expect(first == round * 3 + round % 3)
                #expect(values.map(\.value) == [0, 1, 2].map { round * 3 + $0 })
            }
        }
        #expect(computed.load(ordering: .relaxed) == 900)
    }

    @Test(arguments: [1, 2, 3, 5, 8]) func everyBlockRunsOnce(threads: Int) {
        Parallel.$threadCount.withValue(threads) {
            for count in [0, 1, 2, 3, 100] {
                let calls = Guarded([Int](repeating: 0, count: count))
                Parallel.forEach(count) { block in calls.withLock { $0[block] += 1 } }
                #expect(calls.withLock { $0.allSatisfy { $0 == 1 } })
            }
            for (count, grain) in [(0, 4), (1, 4), (4, 4), (5, 4), (103, 10)] {
                let seen = Guarded([Int](repeating: 0, count: count))
                Parallel.forRanges(count, grain: grain) { range in
                    seen.withLock { for i in range { $0[i] += 1 } }
                    #expect(range.lowerBound % grain == 0 && range.count <= grain && !range.isEmpty)
                }
                #expect(seen.withLock { $0.allSatisfy { $0 == 1 } })
            }
        }
    }

    /// Many short loops, from several tasks that compete for the workers, after pauses in which those fall asleep.
    @Test func competingLoopsAllFinish() async {
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<4 {
                group.addTask {
                    Parallel.$threadCount.withValue(2 + task % 2) {
                        (0..<500).allSatisfy { round in
                            if round % 100 == task { usleep(2000) }
                            let sum = Atomic(0)
                            Parallel.forEach(round % 7) { sum.add($0 + 1, ordering: .relaxed) }
                            return sum.load(ordering: .relaxed) == (round % 7) * (round % 7 + 1) / 2
                        }
                    }
                }
            }
            for await sumsAreRight in group { #expect(sumsAreRight) }
        }
    }

    @Test func aLoopInsideABlockStaysOnItsThread() {
        Parallel.$threadCount.withValue(2) {
            let counts = Guarded<[Int]>([])
            Parallel.forEach(4) { _ in counts.withLock { $0.append(Parallel.threadCount) } }
            #expect(counts.withLock { $0 } == [1, 1, 1, 1])
            #expect(Parallel.threadCount == 2)
        }
    }

    @Test func scratchIsMadeAtMostOncePerThread() {
        let made = Guarded(0)
        Parallel.$threadCount.withValue(2) {
            Parallel.forEach(50, scratch: { made.withLock { $0 += 1 } }, { _, _ in })
        }
        #expect((1...2).contains(made.withLock { $0 }))
    }

    // MARK: Values in order

    private struct Refusal: Error, Equatable {
        let index: Int
    }

    @Test(arguments: [1, 2, 3, 5, 8]) func valuesComeInOrder(threads: Int) {
        Parallel.$threadCount.withValue(threads) {
            for count in [0, 1, 2, 100] {
                // The first ones take longest.
                let values = Parallel.map(count) { index -> String in
                    if index < 3 { usleep(1000) }
                    return "\(index)"
                }
                #expect(values == (0..<count).map { "\($0)" })
            }
        }
    }

    /// Which index fails first in time depends on the threads; which error is thrown does not.
    @Test(arguments: [1, 2, 3, 5, 8]) func theErrorOfTheLowestIndexIsThrown(threads: Int) {
        Parallel.$threadCount.withValue(threads) {
            for _ in 0..<20 {
                let error = #expect(throws: Refusal.self) {
                    try Parallel.map(40) { index throws(Refusal) -> Int in
                        if index == 7 { usleep(500) }
                        if index >= 7 { throw Refusal(index: index) }
                        return index
                    }
                }
                #expect(error == Refusal(index: 7))
            }
        }
    }

    @Test func afterAFailureLittleMoreIsComputed() {
        let computed = Atomic(0)
        Parallel.$threadCount.withValue(2) {
            _ = try? Parallel.map(1000) { index throws(Refusal) in
                computed.add(1, ordering: .relaxed)
                if index == 3 { throw Refusal(index: index) }
                usleep(100)
            }
        }
        #expect(computed.load(ordering: .relaxed) < 500)
    }

    @Test func aMapInsideABlockStaysOnItsThread() {
        Parallel.$threadCount.withValue(2) {
            let counts = Parallel.map(4) { _ in Parallel.map(2) { _ in Parallel.threadCount } }
            #expect(counts == [[Int]](repeating: [1, 1], count: 4))
        }
    }

    // MARK: The pool

    /// With one thread nothing is started; a scope that wants more starts what is missing, once.
    @Test func threadsAreStartedWhenTheyAreWanted() {
        let pool = WorkerPool(processors: 2)
        #expect(pool.workerCount.load(ordering: .relaxed) == 0)
        pool.run(helpers: 0) {}
        pool.offer(helpers: 0) { Issue.record("nobody can do this") }
        #expect(pool.workerCount.load(ordering: .relaxed) == 0)
        for helpers in [2, 1, 4, 3] { pool.run(helpers: helpers) {} }
        #expect(pool.workerCount.load(ordering: .relaxed) == 4)
    }

    /// Blocks that wait for each other: only threads that really run at the same time finish them.
    @Test(arguments: [1, 4]) func asManyThreadsRunAsAreWanted(helpers: Int) {
        let pool = WorkerPool(processors: 2)
        for _ in 0..<3 {
            let deadline = Date(timeIntervalSinceNow: 20)
            let present = Atomic(0)
            pool.run(helpers: helpers) {
                present.add(1, ordering: .relaxed)
                while present.load(ordering: .relaxed) <= helpers, Date() < deadline { usleep(100) }
            }
            #expect(present.load(ordering: .relaxed) == helpers + 1)
        }
    }

    /// Loops that want four helpers and loops that want one in turn: who was about to enter one of the former as it ended is not
    /// one too many in the next, as happened once in a thousand loops.
    @Test func noMoreThreadsRunThanAreWanted() {
        let pool = WorkerPool(processors: 2)
        for round in 0..<20_000 {
            let helpers = round % 2 == 0 ? 4 : 1
            let callers = Atomic(0)
            pool.run(helpers: helpers) {
                callers.add(1, ordering: .relaxed)
                for _ in 0..<round % 50 { _ = callers.load(ordering: .relaxed) }
            }
            #expect(callers.load(ordering: .relaxed) <= helpers + 1)
        }
    }

    /// A worker that looks out takes processor time; where there is less of it than threads, it sleeps at once.
    @Test func threadsLookOutOnlyWhereEachHasAProcessor() {
        for (processors, helpers, looksOut) in [(2.0, 1, true), (1.5, 1, false), (2, 3, false), (8, 3, true)] {
            let pool = WorkerPool(processors: processors)
            pool.run(helpers: helpers) {}
            #expect((pool.patience > 1000) == looksOut, "\(helpers + 1) threads on \(processors) processors")
        }
    }
}
