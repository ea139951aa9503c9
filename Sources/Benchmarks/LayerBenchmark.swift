import CropExperiment
import Tensors

extension Benchmark {
    /// Crops that a layer is measured on.
    private var crops: Int { 2048 }

    /// Each layer of the networks on 2,048 crops or examples, forward and gradients.
    func measureLayers(_ configuration: ExperimentConfiguration, _ recorder: BenchmarkRecorder) {
        let (f, g) = (configuration.intermediateEncoder, configuration.projectionHead)
        var generator = PhiloxGenerator(seed: 0, purpose: "benchmark")
        let channels = [1] + f.channels + [f.features]
        let paddings = [1, 1, f.padding]
        for (layer, side) in [20, 10, 5].enumerated() {
            measurePooled(
                "f, layer \(layer + 1)", side: side, channels: (channels[layer], channels[layer + 1]),
                padding: paddings[layer], isLast: layer == 2, recorder, using: &generator)
        }
        for (layer, side) in [20, 10, 5].enumerated() where layer > 0 {
            measurePooled(
                "f, layer \(layer + 1), normalised input", side: side, channels: (channels[layer], channels[layer + 1]),
                padding: paddings[layer], isLast: layer == 2, isNormalized: true, recorder, using: &generator)
        }
        for (layer, side) in [20, 10, 5].enumerated() where layer > 0 {
            measureConvolution(
                "f, layer \(layer + 1), without pooling", input: [crops, side, side, channels[layer]],
                filters: [3, 3, channels[layer], channels[layer + 1]], stride: 1, padding: paddings[layer],
                wantsInput: true, recorder, using: &generator)
        }
        measureDense(
            "g, layer 1", inputs: f.features, outputs: g.hidden, recorder, using: &generator)
        measureNormalization("g, normalisation of layer 1", [crops, g.hidden], recorder, using: &generator)
        measureDense(
            "g, layer 2", inputs: g.hidden, outputs: g.dimension, recorder, using: &generator)
        let width = configuration.augmentation.channels
        let batch = configuration.training.batchSize
        for (layer, (side, filter)) in [(60, [4, 4, 1, width]), (15, [3, 3, width, width]), (13, [3, 3, width, 1])]
            .enumerated()
        {
            measureConvolution(
                "P(T|X), layer \(layer + 1)", input: [batch, side, side, filter[2]], filters: filter,
                stride: layer == 0 ? 4 : 1, padding: 0, wantsInput: layer > 0, recorder, using: &generator)
        }
    }

    /// - Parameter isNormalized: whether the input is standardised by its own moments on its way, which are then taken, too.
    private func measurePooled(
        _ name: String, side: Int, channels: (Int, Int), padding: Int, isLast: Bool, isNormalized: Bool = false,
        _ recorder: BenchmarkRecorder, using generator: inout PhiloxGenerator
    ) {
        let input = Tensor<Float>.normal([crops, side, side, channels.0], using: &generator)
        let filters = Tensor<Float>.normal([3, 3, channels.0, channels.1], using: &generator)
        let bias = Tensor<Float>.zeros([channels.1])
        let weights = Tensor<Float>(shape: [crops], repeating: 1)
        let shares = isNormalized ? weights.scaled(by: 1 / Float(crops * side * side)) : nil
        let forward = {
            PooledConvolution(
                input: input, standardizedBy: isNormalized ? standardization(of: input, weights) : nil,
                filters: filters,
                bias: bias, padding: padding, window: isLast ? nil : 2)
        }
        let pooled = forward()
        let gradient = Tensor<Float>.normal(pooled.output.shape, using: &generator)
        let operations = 2 * Double(pooled.shape.multiplyAdds)
        let wantsInput = channels.0 > 1
        let scalars = input.count + filters.count + pooled.output.count
        let title = "\(name), \(channels.0) to \(channels.1) channels"
        for threads in threadCounts {
            recorder.kernel("\(title), forward", Float.self, threads: threads, operations: operations, scalars: scalars)
            {
                _ = forward()
            }
            recorder.kernel(
                "\(title), gradients", Float.self, threads: threads,
                operations: wantsInput ? 2 * operations : operations,
                scalars: 2 * (wantsInput ? scalars : scalars - input.count / 2)
            ) {
                _ = pooled.gradients(
                    gradient, input: input, shares: shares, filters: filters, wantsInput: wantsInput)
            }
        }
    }

    /// Normalisation moves memory and hardly computes; counted is what it reads and writes at least, were nothing cached.
    private func measureNormalization(
        _ name: String, _ shape: [Int], _ recorder: BenchmarkRecorder, using generator: inout PhiloxGenerator
    ) {
        let input = Tensor<Float>.normal(shape, using: &generator)
        let cotangent = Tensor<Float>.normal(shape, using: &generator)
        let weights = Tensor<Float>(shape: [shape[0]], repeating: 1)
        let bytes = input.count * MemoryLayout<Float>.stride
        // Read for the moments, read and written for the result.
        recorder.memory("\(name), forward", threads: threadCounts, bytes: 3 * bytes) {
            _ = standardization(of: input, weights)(input)
        }
        let map = standardization(of: input, weights)
        let shares = weights.scaled(by: 1 / Float(input.rowCount))
        // Input and cotangent read for their sums, both read and one written for the gradient.
        recorder.memory("\(name), gradients", threads: threadCounts, bytes: 5 * bytes) {
            _ = map.gradients(cotangent, input: input, shares: shares, wantsInput: true)
        }
    }

    /// By the input's own moments, with every scale and shift 1.
    private func standardization(
        of input: Tensor<Float>, _ weights: Tensor<Float>
    ) -> ColumnStandardization<Float> {
        let moments = input.columnMoments(weights: weights)
        let row = Tensor<Float>(shape: [input.lastExtent], repeating: 1)
        return ColumnStandardization(
            mean: moments.mean, variance: moments.variance, epsilon: 1e-5, scale: row, shift: row)
    }

    private func measureConvolution(
        _ name: String, input shape: [Int], filters filterShape: [Int], stride: Int, padding: Int, wantsInput: Bool,
        _ recorder: BenchmarkRecorder, using generator: inout PhiloxGenerator
    ) {
        let input = Tensor<Float>.normal(shape, using: &generator)
        let filters = Tensor<Float>.normal(filterShape, using: &generator)
        let convolution = ConvolutionShape(input: shape, filters: filterShape, stride: stride, padding: padding)
        let gradient = Tensor<Float>.normal(convolution.outputShape, using: &generator)
        let operations = 2 * Double(convolution.multiplyAdds)
        let scalars = input.count + filters.count + gradient.count
        let title = "\(name), \(filterShape[2]) to \(filterShape[3]) channels"
        for threads in threadCounts {
            recorder.kernel("\(title), forward", Float.self, threads: threads, operations: operations, scalars: scalars)
            {
                _ = input.convolution(filters, stride: stride, padding: padding)
            }
            recorder.kernel(
                "\(title), filter gradient", Float.self, threads: threads, operations: operations, scalars: scalars
            ) {
                _ = gradient.convolutionFilterGradient(input, of: convolution)
            }
            guard wantsInput else { continue }
            recorder.kernel(
                "\(title), input gradient", Float.self, threads: threads, operations: operations, scalars: scalars
            ) {
                _ = gradient.convolutionInputGradient(filters, of: convolution)
            }
        }
    }

    private func measureDense(
        _ name: String, inputs: Int, outputs: Int, _ recorder: BenchmarkRecorder,
        using generator: inout PhiloxGenerator
    ) {
        let input = Tensor<Float>.normal([crops, inputs], using: &generator)
        let weights = Tensor<Float>.normal([inputs, outputs], using: &generator)
        let gradient = Tensor<Float>.normal([crops, outputs], using: &generator)
        let operations = 2 * Double(crops * inputs * outputs)
        let scalars = input.count + weights.count + gradient.count
        let title = "\(name), \(inputs) to \(outputs)"
        for threads in threadCounts {
            recorder.kernel(
                "\(title), forward", Float.self, threads: threads, operations: operations, scalars: scalars
            ) { _ = input.matrixProduct(weights) }
            recorder.kernel(
                "\(title), gradients", Float.self, threads: threads, operations: 2 * operations, scalars: 2 * scalars
            ) {
                _ = gradient.matrixProduct(weights, right: .transposed)
                _ = input.matrixProduct(gradient, left: .transposed)
            }
        }
    }
}
