// Winograd's minimal filtering: m neighbouring outputs of a filter of three taps by m + 2 products instead of 3m, and
// in two directions m² outputs by (m + 2)² products instead of 9m².
//
// Input and filter are seen as values of polynomials at m + 1 small whole numbers and at infinity; their products are
// values of the product polynomial, of which the outputs are found by interpolation. Winograd, Arithmetic Complexity of
// Computations, 1980; Lavin and Gray, Fast algorithms for convolutional neural networks, CVPR 2016.

/// The three linear maps of F(m, 3) for one direction: y = outputs(products of inputs(x) and filter(g)) / scale.
///
/// The coefficients are whole numbers, with what remains in ``scale``, so that whole numbers are filtered exactly.
protocol MinimalFiltering {
    /// m, outputs in one direction; m + 2 inputs are needed for them.
    static var outputs: Int { get }
    /// What the result has to be divided by.
    static var scale: Int { get }

    /// Reads the m + 2 inputs `x` and hands over the m + 2 factors that belong to them.
    static func transformInputs<Vector: SIMD>(_ x: (Int) -> Vector, _ put: (Int, Vector) -> Void)
    where Vector.Scalar: TensorScalar

    /// Reads the three taps `g` and hands over the m + 2 factors that belong to them.
    static func transformFilter<Vector: SIMD>(_ g: (Int) -> Vector, _ put: (Int, Vector) -> Void)
    where Vector.Scalar: TensorScalar

    /// Reads the m + 2 products and hands over the m outputs, `scale` times too large.
    static func transformProducts<Vector: SIMD>(_ x: (Int) -> Vector, _ put: (Int, Vector) -> Void)
    where Vector.Scalar: TensorScalar
}

extension MinimalFiltering {
    /// Inputs, and products, in one direction: m + 2.
    @inline(__always)
    static var side: Int { outputs + 2 }
}

/// F(2, 3): values at 0, 1, −1 and infinity.
enum TwoOutputs: MinimalFiltering {
    @inline(__always)
    static var outputs: Int { 2 }
    @inline(__always)
    static var scale: Int { 2 }

    @inline(__always)
    static func transformInputs<Vector: SIMD>(_ x: (Int) -> Vector, _ put: (Int, Vector) -> Void)
    where Vector.Scalar: TensorScalar {
        let (x0, x1, x2, x3) = (x(0), x(1), x(2), x(3))
        put(0, x0 - x2)
        put(1, x1 + x2)
        put(2, x2 - x1)
        put(3, x3 - x1)
    }

    @inline(__always)
    static func transformFilter<Vector: SIMD>(_ g: (Int) -> Vector, _ put: (Int, Vector) -> Void)
    where Vector.Scalar: TensorScalar {
        let (g0, g1, g2) = (g(0), g(1), g(2))
        put(0, 2 * g0)
        put(1, g0 + g1 + g2)
        put(2, g0 - g1 + g2)
        put(3, 2 * g2)
    }

    @inline(__always)
    static func transformProducts<Vector: SIMD>(_ x: (Int) -> Vector, _ put: (Int, Vector) -> Void)
    where Vector.Scalar: TensorScalar {
        let (x0, x1, x2, x3) = (x(0), x(1), x(2), x(3))
        put(0, x0 + x1 + x2)
        put(1, x1 - x2 + x3)
    }
}

/// F(3, 3): values at 0, 1, −1, 2 and infinity.
enum ThreeOutputs: MinimalFiltering {
    @inline(__always)
    static var outputs: Int { 3 }
    @inline(__always)
    static var scale: Int { 6 }

    @inline(__always)
    static func transformInputs<Vector: SIMD>(_ x: (Int) -> Vector, _ put: (Int, Vector) -> Void)
    where Vector.Scalar: TensorScalar {
        let (x0, x1, x2, x3, x4) = (x(0), x(1), x(2), x(3), x(4))
        let difference = x3 - x1
        put(0, x0 + x0 - x2 - x2 + difference)
        put(1, x1 + x1 + x2 - x3)
        put(2, x1 + x1 - x2 - x2 - x2 + x3)
        put(3, difference)
        put(4, x4 - x2 - difference - difference)
    }

    @inline(__always)
    static func transformFilter<Vector: SIMD>(_ g: (Int) -> Vector, _ put: (Int, Vector) -> Void)
    where Vector.Scalar: TensorScalar {
        let (g0, g1, g2) = (g(0), g(1), g(2))
        put(0, 3 * g0)
        put(1, 3 * (g0 + g1 + g2))
        put(2, g1 - g0 - g2)
        put(3, g0 + 2 * g1 + 4 * g2)
        put(4, 6 * g2)
    }

    @inline(__always)
    static func transformProducts<Vector: SIMD>(_ x: (Int) -> Vector, _ put: (Int, Vector) -> Void)
    where Vector.Scalar: TensorScalar {
        let (x0, x1, x2, x3, x4) = (x(0), x(1), x(2), x(3), x(4))
        let twice = x3 + x3
        put(0, x0 + x1 + x2 + x3)
        put(1, x1 - x2 + twice)
        put(2, x1 + x2 + twice + twice + x4)
    }
}

/// F(4, 3): values at 0, 1, −1, 2, −2 and infinity.
enum FourOutputs: MinimalFiltering {
    @inline(__always)
    static var outputs: Int { 4 }
    @inline(__always)
    static var scale: Int { 24 }

    @inline(__always)
    static func transformInputs<Vector: SIMD>(_ x: (Int) -> Vector, _ put: (Int, Vector) -> Void)
    where Vector.Scalar: TensorScalar {
        let (x0, x1, x2, x3, x4, x5) = (x(0), x(1), x(2), x(3), x(4), x(5))
        let (even, odd) = (x4 - 4 * x2, x3 - 4 * x1)
        let (evenOfTwo, oddOfTwo) = (x4 - x2, x3 - x1)
        put(0, 4 * x0 - 4 * x2 + evenOfTwo)
        put(1, even + odd)
        put(2, even - odd)
        put(3, evenOfTwo + oddOfTwo + oddOfTwo)
        put(4, evenOfTwo - oddOfTwo - oddOfTwo)
        put(5, x5 - x3 - 4 * oddOfTwo)
    }

    @inline(__always)
    static func transformFilter<Vector: SIMD>(_ g: (Int) -> Vector, _ put: (Int, Vector) -> Void)
    where Vector.Scalar: TensorScalar {
        let (g0, g1, g2) = (g(0), g(1), g(2))
        put(0, 6 * g0)
        put(1, -4 * (g0 + g1 + g2))
        put(2, -4 * (g0 - g1 + g2))
        put(3, g0 + 2 * g1 + 4 * g2)
        put(4, g0 - 2 * g1 + 4 * g2)
        put(5, 24 * g2)
    }

    @inline(__always)
    static func transformProducts<Vector: SIMD>(_ x: (Int) -> Vector, _ put: (Int, Vector) -> Void)
    where Vector.Scalar: TensorScalar {
        let (x0, x1, x2, x3, x4, x5) = (x(0), x(1), x(2), x(3), x(4), x(5))
        let (sum, difference) = (x1 + x2, x1 - x2)
        let (sumOfTwo, differenceOfTwo) = (x3 + x4, x3 - x4)
        put(0, x0 + sum + sumOfTwo)
        put(1, difference + 2 * differenceOfTwo)
        put(2, sum + 4 * sumOfTwo)
        put(3, difference + 8 * differenceOfTwo + x5)
    }
}

/// F(7, 3) where all inputs but the five in the middle are zero, as where five rows are padded by two.
///
/// The outputs are then all sums of products of one of five inputs and one of three taps: a product of polynomials, the taps in
/// reverse order. It is taken in two parts, the first two inputs by values at 0, 1, −1 and infinity, the other three by values at
/// 0, 1, −1, 2 and infinity: nine products for fifteen. Without parts there would be seven, of values at larger numbers,
/// which round more.
enum SevenOutputsOfFive: MinimalFiltering {
    @inline(__always)
    static var outputs: Int { 7 }
    @inline(__always)
    static var scale: Int { 6 }

    @inline(__always)
    static func transformInputs<Vector: SIMD>(_ x: (Int) -> Vector, _ put: (Int, Vector) -> Void)
    where Vector.Scalar: TensorScalar {
        let (x0, x1, x2, x3, x4) = (x(2), x(3), x(4), x(5), x(6))
        put(0, x0)
        put(1, x0 + x1)
        put(2, x0 - x1)
        put(3, x1)
        let (even, odd) = (x2 + x4, x3)
        put(4, x2)
        put(5, even + odd)
        put(6, even - odd)
        put(7, x2 + odd + odd + 4 * x4)
        put(8, x4)
    }

    @inline(__always)
    static func transformFilter<Vector: SIMD>(_ g: (Int) -> Vector, _ put: (Int, Vector) -> Void)
    where Vector.Scalar: TensorScalar {
        let (g0, g1, g2) = (g(0), g(1), g(2))
        let (sum, alternating) = (g0 + g1 + g2, g0 - g1 + g2)
        put(0, 6 * g2)
        put(1, 3 * sum)
        put(2, 3 * alternating)
        put(3, 6 * g0)
        put(4, 3 * g2)
        put(5, 3 * sum)
        put(6, alternating)
        put(7, g2 + 2 * g1 + 4 * g0)
        put(8, 6 * g0)
    }

    @inline(__always)
    static func transformProducts<Vector: SIMD>(_ x: (Int) -> Vector, _ put: (Int, Vector) -> Void)
    where Vector.Scalar: TensorScalar {
        let (a0, a1, a2, a3) = (x(0), x(1), x(2), x(3))
        let (b0, b1, b2, b3, b4) = (x(4), x(5), x(6), x(7), x(8))
        put(0, a0)
        put(1, a1 - a2 - a3)
        put(2, a1 + a2 - a0 + (b0 + b0))
        let (odd, rest) = (b1 - b2, b3 + b0 - b4 - b4)
        put(3, a3 + (odd + odd) - rest)
        put(4, b1 + b2 + b2 + b2 - b0 - b0 - b4)
        put(5, rest - b1 - b2)
        put(6, b4)
    }
}
