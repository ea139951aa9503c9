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
    /// Where the pullback's cotangents belong among the elements of the input; everywhere, in order, if not said.
    ///
    /// The adjoint of a choice of elements puts their cotangents into a tensor of zeros, of the input's shape. In the loss of
    /// a training step the input is a Gram matrix of millions of scores, from which every image takes some dozens, and the
    /// matrix has a dense cotangent besides: making a second one of zeros and adding it would cost more than the choice.
    /// So the record of a choice says where its cotangents belong, and ``Accumulator`` adds them there, in place, once the
    /// dense part is known. Only ``Variable/gatheringElements(_:shape:)`` makes use of it; for every other operation it is
    /// `nil`, and the reader may forget it.
    let places: [Int]?

    init(inputs: [Variable<Scalar>], pullback: Pullback<Scalar>?, places: [Int]? = nil) {
        self.inputs = inputs
        self.pullback = pullback
        self.places = places
    }
}

/// The cotangent of a variable while its parts are being collected.
private struct Accumulator<Scalar: TensorScalar> {
    private var sum: Variable<Scalar>?
    /// Parts of a few elements. They come last, so that they are added in place.
    private var elements: [(cotangents: Variable<Scalar>, places: [Int])] = []

    mutating func add(_ part: Variable<Scalar>, at places: [Int]?) {
        if let places { elements.append((part, places)) } else { sum = sum.map { $0 + part } ?? part }
    }

    /// The sum of all parts, of the given shape; they are forgotten.
    mutating func take(_ shape: [Int]) -> Variable<Scalar> {
        var total = sum ?? Variable(.zeros(shape))
        sum = nil
        for part in elements { total.addElements(part.cotangents, at: part.places) }
        elements = []
        return total
    }
}

extension Variable {
    /// The result of an operation: `value`, with `pullback` recorded if an input is tracked.
    ///
    /// Every differentiable operation is made with this function, those of other modules too, but for the choice of single
    /// elements, whose record says where its cotangents belong.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func operation(
        _ value: Tensor<Scalar>, of inputs: [Variable], pullback: @escaping Pullback<Scalar>
    ) -> Variable {
        guard inputs.contains(where: { $0.isTracked }) else { return Variable(value) }
        return Variable(value, node: Node(inputs: inputs, pullback: pullback))
    }

    /// The elements at the given positions; see `Tensor.gatheringElements`.
    public func gatheringElements(_ indices: [Int], shape: [Int]) -> Variable {
        let chosen = value.gatheringElements(indices, shape: shape)
        guard isTracked else { return Variable(chosen) }
        return Variable(chosen, node: Node(inputs: [self], pullback: { [$0.cotangent] }, places: indices))
    }

    /// Adds elements at the given positions, in place if nothing is recorded.
    fileprivate mutating func addElements(_ elements: Variable, at places: [Int]) {
        guard isTracked || elements.isTracked else { return value.addElements(elements.value, at: places) }
        var sum = value
        sum.addElements(elements.value, at: places)
        self = Self.operation(sum, of: [self, elements]) { context in
            [context.cotangent, context.cotangent.gatheringElements(places, shape: context.inputs[1].shape)]
        }
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
        var cotangents: [ObjectIdentifier: Accumulator<Scalar>] = [:]
        if let node {
            cotangents[ObjectIdentifier(node), default: Accumulator()].add(
                Variable(Tensor(shape: shape, repeating: 1)), at: nil)
        }
        let kept = Set(leaves.compactMap { $0.node.map(ObjectIdentifier.init) })
        for output in recordsFromLastToFirst() {
            guard let node = output.node, let pullback = node.pullback else { continue }
            let identifier = ObjectIdentifier(node)
            guard let cotangent = cotangents[identifier]?.take(output.shape) else { continue }
            cotangents[identifier] = nil
            if kept.contains(identifier) { cotangents[identifier, default: Accumulator()].add(cotangent, at: nil) }
            let context = PullbackContext(
                cotangent: cotangent,
                inputs: differentiable ? node.inputs : node.inputs.map { $0.detached() },
                output: differentiable ? output : output.detached(),
                wanted: node.inputs.map { $0.isTracked }, isDifferentiable: differentiable)
            for (input, contribution) in zip(node.inputs, pullback(context)) {
                guard let target = input.node, let contribution else { continue }
                if node.places == nil {
                    requireSameShape(contribution.shape, input.shape, in: "cotangent and input of an operation")
                }
                cotangents[ObjectIdentifier(target), default: Accumulator()].add(contribution, at: node.places)
            }
        }
        return leaves.map { leaf in
            var parts = leaf.node.flatMap { cotangents[ObjectIdentifier($0)] } ?? Accumulator()
            return parts.take(leaf.shape)
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
