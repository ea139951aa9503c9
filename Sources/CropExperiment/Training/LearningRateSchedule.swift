import RealModule

extension ExperimentConfiguration.LearningRateSchedule {
    /// The factor of the learning rates at a step: 1, or ½(1 + cos πt/n), which falls from 1 at step 0 towards 0 at step n,
    /// the first that is no longer done. I. Loshchilov, F. Hutter, *SGDR: stochastic gradient descent with warm
    /// restarts*, ICLR 2017, equation (5) without restarts.
    ///
    /// - Parameters:
    ///   - step: t, counted from 0.
    ///   - steps: n, the number of steps of the run.
    func factor(at step: Int, of steps: Int) -> Double {
        switch self {
        case .constant: 1
        case .cosine: 0.5 * (1 + Double.cos(Double.pi * Double(step) / Double(steps)))
        }
    }
}
