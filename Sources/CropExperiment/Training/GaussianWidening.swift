import RealModule

extension ExperimentConfiguration {
    /// The standard deviation, in strides, of a Gaussian P(T|X) at a step: from the width after the training divided by
    /// ``AugmentationSettings/gaussianWidening`` to that width, by an equal factor each step.
    ///
    /// - Parameter step: counted from 0; the number of steps for the width after the training.
    func gaussianWidth(at step: Int) -> Double {
        let left = 1 - Double(step) / Double(training.steps)
        return augmentation.gaussianWidth / Double.pow(augmentation.gaussianWidening, left)
    }

    /// A P(T|X) that is not trained, at a step.
    ///
    /// - Parameter step: as for ``gaussianWidth(at:)``.
    func gaussian(at step: Int) -> GaussianAugmentation {
        GaussianAugmentation(width: gaussianWidth(at: step), exponent: augmentation.gaussianExponent)
    }
}
