import Diagnostics
import Tensors

/// A tensor whose history is remembered, so that results computed from it can be differentiated.
///
/// A variable is a value. Made by ``init(_:)`` it is a constant; ``tracked()`` makes it a leaf, and every operation on
/// a tracked variable records how its result came about. No tape and no mode exist outside the variables themselves.
public struct Variable<Scalar: TensorScalar>: Sendable {
    /// The numbers.
    public private(set) var value: Tensor<Scalar>
    /// How the value came about; none for a constant.
    let node: Node<Scalar>?

    /// A constant: nothing is recorded, and its gradient is nobody's concern.
    public init(_ value: Tensor<Scalar>) {
        self.value = value
        node = nil
    }

    init(_ value: Tensor<Scalar>, node: Node<Scalar>?) {
        self.value = value
        self.node = node
    }

    /// The same value as a new leaf that gradients can be asked for.
    public func tracked() -> Variable { Variable(value, node: Node(inputs: [], pullback: nil)) }

    /// The same value as a constant.
    public func detached() -> Variable { Variable(value) }

    /// Whether operations on this variable are recorded.
    public var isTracked: Bool { node != nil }

    /// The extents of the value's axes.
    public var shape: [Int] { value.shape }
}

/// What a pullback is given: the cotangent of the output, and the inputs and output it was recorded with.
///
/// A pullback computes with variables. For a first derivative they are constants, and nothing is recorded; to
/// differentiate the gradient itself they are the tracked ones, and the pullback's own operations are recorded.
public struct PullbackContext<Scalar: TensorScalar> {
    /// The derivative of the final result with respect to the output; of the output's shape.
    public let cotangent: Variable<Scalar>
    /// The operation's inputs.
    public let inputs: [Variable<Scalar>]
    /// The operation's output.
    public let output: Variable<Scalar>
    /// For each input whether its cotangent is asked for; the others may be left out.
    public let wanted: [Bool]
    /// Whether the gradient is itself to be differentiated.
    public let isDifferentiable: Bool
}

/// The cotangents of an operation's inputs, each of its input's shape; `nil` for one that was not wanted.
public typealias Pullback<Scalar: TensorScalar> = @Sendable (PullbackContext<Scalar>) -> [Variable<Scalar>?]

/// A record of one operation.
final class Node<Scalar: TensorScalar>: Sendable {
    let inputs: [Variable<Scalar>]
    let pullback: Pullback<Scalar>?

    init(inputs: [Variable<Scalar>], pullback: Pullback<Scalar>?) {
        self.inputs = inputs
        self.pullback = pullback
    }
}

extension Variable {
    /// The result of an operation: `value`, with `pullback` recorded if an input is tracked.
    ///
    /// Every differentiable operation is made with this function, those of other modules too.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func operation(
        _ value: Tensor<Scalar>, of inputs: [Variable], pullback: @escaping Pullback<Scalar>
    ) -> Variable {
        guard inputs.contains(where: { $0.isTracked }) else { return Variable(value) }
        return Variable(value, node: Node(inputs: inputs, pullback: pullback))
    }

    /// The gradient of this scalar with respect to each of `leaves`, by reverse accumulation.
    ///
    /// - Parameters:
    ///   - leaves: tracked variables; one that this result does not depend on gets zeros.
    ///   - differentiable: whether the gradients are recorded, so that they can be differentiated in turn.
    /// - Returns: one gradient for each leaf, of the leaf's shape.
    /// - Precondition: the value is a single element and every leaf is tracked.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func gradient(withRespectTo leaves: [Variable], differentiable: Bool = false) -> [Variable] {
        require(value.count == 1, "the gradient of a result of shape \(shape): only a scalar has one")
        require(
            leaves.allSatisfy { $0.isTracked }, "a gradient was asked with respect to a variable that is not tracked")
        var cotangents: [ObjectIdentifier: Variable] = [:]
        func add(_ part: Variable, to node: Node<Scalar>) {
            let identifier = ObjectIdentifier(node)
            cotangents[identifier] = cotangents[identifier].map { $0 + part } ?? part
        }
        if let node { add(Variable(Tensor(shape: shape, repeating: 1)), to: node) }
        let kept = Set(leaves.compactMap { $0.node.map(ObjectIdentifier.init) })
        for output in recordsFromLastToFirst() {
            guard let node = output.node, let pullback = node.pullback else { continue }
            let identifier = ObjectIdentifier(node)
            guard let cotangent = cotangents[identifier] else { continue }
            if !kept.contains(identifier) { cotangents[identifier] = nil }
            let context = PullbackContext(
                cotangent: cotangent,
                inputs: differentiable ? node.inputs : node.inputs.map { $0.detached() },
                output: differentiable ? output : output.detached(),
                wanted: node.inputs.map { $0.isTracked }, isDifferentiable: differentiable)
            let contributions = pullback(context)
            require(
                contributions.count == node.inputs.count,
                "a pullback with \(contributions.count) cotangents for \(node.inputs.count) inputs")
            for (input, contribution) in zip(node.inputs, contributions) {
                guard let target = input.node else { continue }
                require(
                    contribution != nil,
                    "a pullback without the cotangent of an input of shape \(input.shape), which was wanted")
                guard let contribution else { continue }
                requireSameShape(contribution.shape, input.shape, in: "cotangent and input of an operation")
                add(contribution, to: target)
            }
        }
        return leaves.map { leaf in
            leaf.node.flatMap { cotangents[ObjectIdentifier($0)] } ?? Variable(.zeros(leaf.shape))
        }
    }

    /// Every recorded variable that this one depends on, results before their inputs.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    private func recordsFromLastToFirst() -> [Variable] {
        var order: [Variable] = []
        var visited: Set<ObjectIdentifier> = []
        // Depth first without recursion: a variable is emitted once all its inputs have been.
        var stack: [(variable: Variable, expanded: Bool)] = [(self, false)]
        while let (variable, expanded) = stack.popLast() {
            guard let node = variable.node else { continue }
            if expanded {
                order.append(variable)
            } else if visited.insert(ObjectIdentifier(node)).inserted {
                stack.append((variable, true))
                for input in node.inputs { stack.append((input, false)) }
            }
        }
        return order.reversed()
    }
}
