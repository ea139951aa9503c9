import TensorReference
import Testing

@testable import Tensors

/// A pooled convolution of images that are standardised on their way, against the two steps one after the other.
@Suite struct StandardizedPooledConvolutionTests {
    /// Padded or not; by minimal filtering with one tile and with four, and by other ways; whole vectors of channels, two strips of
    /// them that overlap, fewer than a vector, and so few that the gradients take another way; no images.
    @Test(
        arguments: [
            ([9, 10, 10, 16], 1, 2), ([40, 5, 5, 32], 2, nil), ([7, 5, 5, 32], 0, nil), ([3, 6, 5, 20], 1, 2),
            ([5, 4, 6, 7], 0, 2), ([5, 6, 6, 2], 1, 2), ([4, 5, 4, 1], 1, nil), ([0, 4, 4, 16], 1, 2),
        ] as [([Int], Int, Int?)])
    func agreesWithTheTwoSteps(images: [Int], padding: Int, window: Int?) {
        for isOfOwnMoments in [false, true] where images[0] > 0 || !isOfOwnMoments {
            check(Float.self, images, padding, window, isOfOwnMoments)
            check(Double.self, images, padding, window, isOfOwnMoments)
        }
    }

    private func check<Scalar: TensorScalar>(
        _ type: Scalar.Type, _ images: [Int], _ padding: Int, _ window: Int?, _ isOfOwnMoments: Bool
    ) {
        var generator = PhiloxGenerator(seed: 6, purpose: "standardised pooled convolution")
        let channels = images[3]
        let input = Tensor<Scalar>.normal(images, using: &generator).scaled(by: 2, plus: 1)
        let filters = Tensor<Scalar>.normal([3, 3, channels, 9], using: &generator)
        let bias = Tensor<Scalar>.normal([9], using: &generator)
        let (scale, shift) = (
            Tensor<Scalar>.normal([channels], using: &generator), Tensor<Scalar>.normal([channels], using: &generator)
        )
        var (mean, variance) = (Tensor(shape: [channels], repeating: Scalar(0.5)), scale * scale)
        var shares: Tensor<Scalar>?
        if isOfOwnMoments {
            let weights = Tensor<Scalar>(shape: [images[0]], scalars: (0..<images[0]).map { Scalar(1 + $0 % 3) })
            let moments = input.columnMoments(weights: weights)
            (mean, variance, shares) = (moments.mean, moments.variance, weights.scaled(by: 1 / moments.count))
        }
        let standardization = ColumnStandardization(
            mean: mean, variance: variance, epsilon: 0.01, scale: scale, shift: shift)
        let standard = standardization(input)
        func pooled(_ input: Tensor<Scalar>, _ standardization: ColumnStandardization<Scalar>?) -> PooledConvolution<
            Scalar
        > {
            PooledConvolution(
                input: input, standardizedBy: standardization, filters: filters, bias: bias, padding: padding,
                window: window)
        }
        let (one, two) = (pooled(input, standardization), pooled(standard, nil))
        let name: Comment =
            "\(type), \(images), padding \(padding), window \(window ?? 0), own moments: \(isOfOwnMoments)"
        // The same numbers reach the convolution.
        #expect(haveSameBits(one.output, two.output), name)
        let gradient = Tensor<Scalar>.normal(one.output.shape, using: &generator)
        let found = one.gradients(gradient, input: input, shares: shares, filters: filters, wantsInput: true)
        let ofStandard = two.gradients(gradient, input: standard, filters: filters, wantsInput: true)
        #expect(haveSameBits(found.filters, ofStandard.filters) && haveSameBits(found.bias, ofStandard.bias), name)
        guard let cotangent = ofStandard.input, let ofInput = found.input,
            let (ofScale, ofShift) = found.standardization
        else {
            Issue.record("a gradient is missing: \(name)")
            return
        }
        let expected = standardization.gradients(cotangent, input: input, shares: shares, wantsInput: true)
        // Sums of as many terms as there are pixels, in another order; and what is made of them.
        let pixels = input.count / channels
        let relative = Double(pixels + 16) * Double(Scalar.ulpOfOne)
        let unscaled = ColumnStandardization(
            mean: mean, variance: variance, epsilon: 0.01, scale: Tensor(shape: [channels], repeating: 1),
            shift: .zeros([channels]))(input).converted(to: Double.self).reshaped([pixels, channels])
        let magnitudes = cotangent.converted(to: Double.self).reshaped([pixels, channels]).map(\.magnitude)
        let sums = magnitudes.sumOverRows()
        let products = (magnitudes * unscaled.map(\.magnitude)).sumOverRows()
        func compare(_ what: String, _ found: Tensor<Scalar>, _ expected: Tensor<Scalar>, _ bound: (Int) -> Double) {
            let problem = firstDisagreement(found, expected.converted(to: Double.self), tolerance: bound)
            #expect(problem == nil, "\(what): \(problem ?? ""), \(name)")
        }
        compare("shift", ofShift, expected.shift) { relative * sums.scalars[$0] }
        compare("scale", ofScale, expected.scale) { relative * products.scalars[$0] }
        let factors = (scale * standardization.inverseDeviation).scalars.map { Double($0.magnitude) }
        let share = Double(shares?.scalars.max() ?? 0)
        compare("input", ofInput, expected.input ?? .zeros(images)) { index in
            let channel = index % channels
            let common =
                sums.scalars[channel] + unscaled.scalars[index].magnitude * products.scalars[channel]
            return factors[channel]
                * (2 * relative * share * common + 8 * Double(Scalar.ulpOfOne) * magnitudes.scalars[index])
        }
        // The input's gradient may be left out; the others are the same.
        let others = one.gradients(gradient, input: input, shares: shares, filters: filters, wantsInput: false)
        #expect(others.input == nil && haveSameBits(others.filters, found.filters), name)
        #expect(
            others.standardization.map { haveSameBits($0.scale, ofScale) && haveSameBits($0.shift, ofShift) } == true)
    }
}

extension Tensor {
    fileprivate func map(_ function: (Scalar) -> Scalar) -> Tensor {
        Tensor(shape: shape, scalars: scalars.map(function))
    }
}
