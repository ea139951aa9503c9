import Autodiff
import Tensors

/// Something with named parameters: a layer or a network of layers, a value.
///
/// The one requirement visits every parameter in a fixed order; saving, loading, tracking and updating follow from it.
public protocol Module<Scalar>: Sendable {
    /// The scalar of the parameters.
    associatedtype Scalar: TensorScalar

    /// Calls `body` with the name and value of each parameter, in a fixed order; `body` may replace the value.
    mutating func visitParameters(_ body: (_ name: String, _ parameter: inout Variable<Scalar>) throws -> Void) rethrows

    /// Calls `body` with the name and value of everything that the module learns otherwise than by gradients, in a fixed
    /// order; `body` may replace the value. Most modules have nothing of the kind.
    mutating func visitStatistics(_ body: (_ name: String, _ statistic: inout Tensor<Scalar>) throws -> Void) rethrows
}

extension Module {
    /// Visits nothing.
    public mutating func visitStatistics(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {}

    /// Name and value of everything that is learnt otherwise than by gradients, in order.
    public var statistics: [(name: String, value: Tensor<Scalar>)] {
        var copy = self
        var result: [(String, Tensor<Scalar>)] = []
        copy.visitStatistics { name, statistic in result.append((name, statistic)) }
        return result
    }

    /// Takes over what another module of the same layers has learnt otherwise than by gradients.
    public mutating func takeStatistics(of other: Self) {
        var values = other.statistics.map(\.value)[...]
        visitStatistics { _, statistic in statistic = values.removeFirst() }
    }

    /// Name and value of each parameter, in order.
    public var parameters: [(name: String, value: Variable<Scalar>)] {
        var copy = self
        var result: [(String, Variable<Scalar>)] = []
        copy.visitParameters { name, parameter in result.append((name, parameter)) }
        return result
    }

    /// The same module with every parameter a new leaf, so that gradients can be asked for.
    public func tracked() -> Self { mapParameters { $0.tracked() } }

    /// The same module with constant parameters.
    public func detached() -> Self { mapParameters { $0.detached() } }

    /// The number of scalars in all parameters.
    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.value.value.count } }

    private func mapParameters(_ transform: (Variable<Scalar>) -> Variable<Scalar>) -> Self {
        var copy = self
        copy.visitParameters { _, parameter in parameter = transform(parameter) }
        return copy
    }
}

extension Module {
    /// Visits the parameters of a part of this module, their names prefixed.
    public func visit<Part: Module<Scalar>>(
        _ part: inout Part, named prefix: String, _ body: (String, inout Variable<Scalar>) throws -> Void
    ) rethrows {
        try part.visitParameters { name, parameter in try body("\(prefix).\(name)", &parameter) }
    }

    /// Visits the statistics of a part of this module, their names prefixed.
    public func visitStatistics<Part: Module<Scalar>>(
        of part: inout Part, named prefix: String, _ body: (String, inout Tensor<Scalar>) throws -> Void
    ) rethrows {
        try part.visitStatistics { name, statistic in try body("\(prefix).\(name)", &statistic) }
    }
}
