import Diagnostics

/// A dense array of scalars with named-by-position axes, in row-major order: the last axis is contiguous.
///
/// A tensor is a value: a copy shares its storage until one of the two is changed. Nothing is broadcast and nothing is
/// promoted silently; operands whose shapes do not fit stop the program with both shapes in the message.
public struct Tensor<Scalar: TensorScalar>: Sendable {
    /// The extent of each axis, outermost first. The empty shape is that of a single scalar.
    public private(set) var shape: [Int]
    /// The elements in row-major order.
    public private(set) var scalars: [Scalar]

    /// Creates a tensor from its elements in row-major order.
    ///
    /// - Precondition: the extents are not negative and their product is the number of elements.
    public init(shape: [Int], scalars: [Scalar]) {
        require(
            shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == scalars.count,
            "shape \(shape) does not hold \(scalars.count) elements")
        self.shape = shape
        self.scalars = scalars
    }

    /// Creates a tensor with every element equal to `value`.
    ///
    /// - Precondition: no extent is negative.
    public init(shape: [Int], repeating value: Scalar) {
        self.init(shape: shape) { fill($0, shape.reduce(1, *), value) }
    }

    /// Creates the tensor of rank 0.
    public init(_ scalar: Scalar) { self.init(shape: [], scalars: [scalar]) }

    /// Creates a tensor whose elements `body` writes, all of them, without their being zeroed first.
    ///
    /// - Precondition: no extent is negative.
    @inlinable
    public init(shape: [Int], initializingWith body: (UnsafeMutablePointer<Scalar>) -> Void) {
        require(shape.allSatisfy { $0 >= 0 }, "a tensor of shape \(shape): no extent may be negative")
        let count = shape.reduce(1, *)
        self.init(
            shape: shape,
            scalars: [Scalar](unsafeUninitializedCapacity: count) { buffer, initialized in
                if let base = buffer.baseAddress { body(base) }
                initialized = count
            })
    }

    /// All zero, of the given shape.
    public static func zeros(_ shape: [Int]) -> Tensor { Tensor(shape: shape, repeating: 0) }

    /// The number of axes.
    public var rank: Int { shape.count }

    /// The number of elements.
    public var count: Int { scalars.count }

    /// The extent of the last axis; 1 for rank 0.
    public var lastExtent: Int { shape.last ?? 1 }

    /// The number of rows, the product of all extents but the last; 1 for ranks 0 and 1.
    public var rowCount: Int { shape.dropLast().reduce(1, *) }

    /// The only element.
    ///
    /// - Precondition: there is exactly one.
    public var scalar: Scalar {
        require(count == 1, "a scalar was asked of a tensor of shape \(shape)")
        return scalars[0]
    }

    /// The element at the given position, one index an axis.
    public subscript(_ indices: Int...) -> Scalar {
        get { scalars[offset(of: indices)] }
        set { scalars[offset(of: indices)] = newValue }
    }

    private func offset(of indices: [Int]) -> Int {
        require(
            indices.count == rank && zip(indices, shape).allSatisfy { $0 >= 0 && $0 < $1 },
            "index \(indices) is outside the shape \(shape)")
        return zip(indices, shape).reduce(0) { $0 * $1.1 + $1.0 }
    }

    /// The same elements in the same order under another shape; the storage is shared.
    ///
    /// - Precondition: both shapes hold the same number of elements.
    public func reshaped(_ shape: [Int]) -> Tensor {
        require(
            shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == count,
            "shape \(self.shape) cannot become \(shape): the counts differ")
        var result = self
        result.shape = shape
        return result
    }

    /// Calls `body` with the elements for reading.
    @inlinable
    public func withPointer<Result>(_ body: (UnsafePointer<Scalar>) throws -> Result) rethrows -> Result {
        try scalars.withUnsafeBufferPointer { try body($0.baseAddress ?? UnsafePointer(Self.nowhere)) }
    }

    /// Calls `body` with the elements for changing them in place; shared storage is copied first.
    public mutating func withMutablePointer<Result>(
        _ body: (UnsafeMutablePointer<Scalar>) throws -> Result
    ) rethrows -> Result {
        try scalars.withUnsafeMutableBufferPointer { try body($0.baseAddress ?? Self.nowhere) }
    }

    /// An address for the empty buffer, never read.
    @usableFromInline
    static var nowhere: UnsafeMutablePointer<Scalar> {
        UnsafeMutablePointer(bitPattern: MemoryLayout<Scalar>.alignment)!
    }

    /// The elements converted to another scalar type.
    public func converted<Other: TensorScalar>(to type: Other.Type) -> Tensor<Other> {
        Tensor<Other>(shape: shape, scalars: scalars.map { Other($0) })
    }

    /// Whether every element is finite.
    public var isFinite: Bool { allFinite(scalars) }
}

extension Tensor: Equatable {}

extension Tensor: CustomStringConvertible {
    /// The shape and the first elements.
    public var description: String {
        let head = scalars.prefix(8).map { "\($0)" }.joined(separator: ", ")
        return "Tensor\(shape)[\(head)\(count > 8 ? ", …" : "")]"
    }
}

/// Stops the program unless two shapes are equal; the message names the operation and both shapes.
@inlinable
public func requireSameShape(_ left: [Int], _ right: [Int], in operation: String) {
    require(left == right, "\(operation): the shapes \(left) and \(right) differ")
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func allFinite<Scalar: TensorScalar>(_ scalars: [Scalar]) -> Bool {
    scalars.withUnsafeBufferPointer { buffer in
        // 0·x is 0 for every finite x and NaN otherwise.
        var sum: Scalar = 0
        for x in buffer { sum += 0 * x }
        return sum == 0
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func fill<Scalar: TensorScalar>(_ target: UnsafeMutablePointer<Scalar>, _ count: Int, _ value: Scalar) {
    target.initialize(repeating: value, count: count)
}
