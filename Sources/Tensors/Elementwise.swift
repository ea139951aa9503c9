// Loops over all elements. Each public operation is specialised for both scalars; inside, one loop applies a
// vector function to whole vectors and, padded with zeros, to the rest.

/// Elements that one thread takes at a time; a multiple of every vector length.
private let grain = 1 << 15

@inline(__always)
private func map<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>, _ function: (Scalar.Vector64) -> Scalar.Vector64
) -> Tensor<Scalar> {
    zip(x, x) { a, _ in function(a) }
}

@inline(__always)
private func zip<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>, _ y: Tensor<Scalar>, _ function: (Scalar.Vector64, Scalar.Vector64) -> Scalar.Vector64
) -> Tensor<Scalar> {
    let lanes = Scalar.Vector64.scalarCount
    return Tensor(shape: x.shape) { out in
        x.withPointer { px in
            y.withPointer { py in
                Parallel.forRanges(x.count, grain: grain) { range in
                    var i = range.lowerBound
                    while i + lanes <= range.upperBound {
                        function(.init(loading: px + i), .init(loading: py + i)).store(out + i)
                        i += lanes
                    }
                    if i < range.upperBound {
                        var a = Scalar.Vector64.zero
                        var b = Scalar.Vector64.zero
                        for lane in 0..<range.upperBound - i {
                            a[lane] = px[i + lane]
                            b[lane] = py[i + lane]
                        }
                        let result = function(a, b)
                        for lane in 0..<range.upperBound - i { out[i + lane] = result[lane] }
                    }
                }
            }
        }
    }
}

/// For functions that are many instructions: `ranges` goes through a whole range by scalars, which the compiler cuts into
/// vectors, but only in a function of its own; inlined into a closure for another thread it would stay scalar.
@inline(__always)
private func mapRanges<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>,
    _ ranges: (_ source: UnsafePointer<Scalar>, _ out: UnsafeMutablePointer<Scalar>, _ count: Int) -> Void
) -> Tensor<Scalar> {
    Tensor(shape: x.shape) { out in
        x.withPointer { source in
            Parallel.forRanges(x.count, grain: grain) { range in
                ranges(source + range.lowerBound, out + range.lowerBound, range.count)
            }
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func elementwiseSum<Scalar: TensorScalar>(_ x: Tensor<Scalar>, _ y: Tensor<Scalar>) -> Tensor<Scalar> {
    zip(x, y) { $0 + $1 }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func elementwiseDifference<Scalar: TensorScalar>(_ x: Tensor<Scalar>, _ y: Tensor<Scalar>) -> Tensor<Scalar> {
    zip(x, y) { $0 - $1 }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func elementwiseProduct<Scalar: TensorScalar>(_ x: Tensor<Scalar>, _ y: Tensor<Scalar>) -> Tensor<Scalar> {
    zip(x, y) { $0 * $1 }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func keepWherePositive<Scalar: TensorScalar>(_ x: Tensor<Scalar>, _ gate: Tensor<Scalar>) -> Tensor<Scalar> {
    zip(x, gate) { $0.keeping(wherePositive: $1) }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func affine<Scalar: TensorScalar>(_ x: Tensor<Scalar>, _ factor: Scalar, _ offset: Scalar) -> Tensor<Scalar> {
    map(x) { Scalar.Vector64(repeating: offset).addingProduct($0, Scalar.Vector64(repeating: factor)) }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
@inline(never)
private func exponentials<Scalar: TensorScalar>(
    of source: UnsafePointer<Scalar>, into out: UnsafeMutablePointer<Scalar>, count: Int
) {
    for i in 0..<count { out[i] = Scalar.exponential(source[i]) }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
@inline(never)
private func logarithms<Scalar: TensorScalar>(
    of source: UnsafePointer<Scalar>, into out: UnsafeMutablePointer<Scalar>, count: Int
) {
    for i in 0..<count { out[i] = Scalar.logarithm(source[i]) }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func reciprocalRoots<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    map(x) { vector in
        var result = vector
        for lane in 0..<Scalar.Vector64.scalarCount { result[lane] = 1 / vector[lane].squareRoot() }
        return result
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func rectify<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    // NaN must stay NaN, or a diverging run would look healthy.
    map(x) { $0.rectified }
}

extension Tensor {
    /// Elementwise sum.
    ///
    /// - Precondition: equal shapes.
    public static func + (left: Tensor, right: Tensor) -> Tensor {
        requireSameShape(left.shape, right.shape, in: "+")
        return elementwiseSum(left, right)
    }

    /// Elementwise difference.
    ///
    /// - Precondition: equal shapes.
    public static func - (left: Tensor, right: Tensor) -> Tensor {
        requireSameShape(left.shape, right.shape, in: "-")
        return elementwiseDifference(left, right)
    }

    /// Elementwise (Hadamard) product.
    ///
    /// - Precondition: equal shapes.
    public static func * (left: Tensor, right: Tensor) -> Tensor {
        requireSameShape(left.shape, right.shape, in: "*")
        return elementwiseProduct(left, right)
    }

    /// Every element times `factor`, plus `offset`.
    public func scaled(by factor: Scalar, plus offset: Scalar = 0) -> Tensor { affine(self, factor, offset) }

    /// eˣ of every element.
    public func exponential() -> Tensor { mapRanges(self) { exponentials(of: $0, into: $1, count: $2) } }

    /// ln x of every element: −∞ of zero, NaN of a negative one.
    public func logarithm() -> Tensor { mapRanges(self) { logarithms(of: $0, into: $1, count: $2) } }

    /// 1/√x of every element.
    public func reciprocalSquareRoot() -> Tensor { reciprocalRoots(self) }

    /// max(x, 0) of every element; NaN stays NaN.
    public func rectified() -> Tensor { rectify(self) }

    /// Each element where that of another tensor is positive, else 0: what max(·, 0) lets through of a gradient.
    ///
    /// - Precondition: the shapes are equal.
    public func keeping(wherePositive other: Tensor) -> Tensor {
        requireSameShape(shape, other.shape, in: "elements kept where others are positive")
        return keepWherePositive(self, other)
    }
}
