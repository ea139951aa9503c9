import NeuralNetworks
import Tensors

/// Everything that a run needs to go on as if it had never stopped: random numbers are functions of seed and step, so
/// no generator belongs to it.
public struct TrainingState: Equatable, Sendable {
    /// Iterations done.
    public var step: Int
    /// Seconds that they took, over all parts of an interrupted run.
    public var seconds: Double
    /// Parameters, statistics and Adam's moments by name, see ``store(_:_:named:)``.
    public var tensors: [String: Tensor<Float>]
    /// What was recorded on the way.
    public var curves: TrainingCurves

    /// A state with the given parts.
    public init(
        step: Int = 0, seconds: Double = 0, tensors: [String: Tensor<Float>] = [:],
        curves: TrainingCurves = TrainingCurves()
    ) {
        self.step = step
        self.seconds = seconds
        self.tensors = tensors
        self.curves = curves
    }

    /// Whether every number is finite.
    public var isFinite: Bool { seconds.isFinite && tensors.values.allSatisfy(\.isFinite) }

    /// Puts in a network's parameters and statistics as `prefix.name`, and its optimiser's moments as
    /// `prefix.name.adamMean` and `prefix.name.adamSquare`.
    public mutating func store(_ module: some Module<Float>, _ optimizer: Adam<Float>, named prefix: String) {
        for ((name, value), (mean, square)) in zip(module.parameters, zip(optimizer.means, optimizer.squares)) {
            tensors["\(prefix).\(name)"] = value.value
            tensors["\(prefix).\(name).adamMean"] = mean
            tensors["\(prefix).\(name).adamSquare"] = square
        }
        for (name, value) in module.statistics { tensors["\(prefix).\(name)"] = value }
    }

    /// Takes a network's parameters and statistics and its optimiser's moments out again.
    ///
    /// - Parameters:
    ///   - module: the network.
    ///   - optimizer: its optimiser.
    ///   - prefix: the name that they were stored under.
    ///   - start: the step of the network's first update: the optimiser has done the steps since.
    ///   - end: the step from which on the network is not updated any more.
    /// - Precondition: the state has all of them, in the shapes of the module's: ``CheckpointStore/load(like:)`` with a
    ///   state that the same module was stored in makes sure of it.
    public func restore(
        _ module: inout some Module<Float>, _ optimizer: inout Adam<Float>, named prefix: String, from start: Int = 0,
        to end: Int = .max
    ) {
        func tensor(_ name: String, like current: Tensor<Float>) -> Tensor<Float> {
            guard let tensor = tensors[name] else { preconditionFailure("the training state has no tensor \(name)") }
            requireSameShape(tensor.shape, current.shape, in: "restoring \(name)")
            return tensor
        }
        var index = 0
        module.visitParameters { name, parameter in
            parameter = .init(tensor("\(prefix).\(name)", like: parameter.value))
            optimizer.means[index] = tensor("\(prefix).\(name).adamMean", like: parameter.value)
            optimizer.squares[index] = tensor("\(prefix).\(name).adamSquare", like: parameter.value)
            index += 1
        }
        module.visitStatistics { name, statistic in statistic = tensor("\(prefix).\(name)", like: statistic) }
        optimizer.step = max(0, min(step, end) - start)
    }
}
