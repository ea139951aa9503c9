import Diagnostics

/// A map of the columns of a tensor `[example, …, column]`: less a mean, divided by a deviation, times a scale plus a shift,
/// and max(·, 0) of that if asked. The forward pass of batch normalisation and its adjoint, each in as few passes over memory
/// as the definition allows.
public struct ColumnStandardization<Scalar: TensorScalar>: Sendable {
    /// 1/√(variance + ε), `[column]`.
    public let inverseDeviation: Tensor<Scalar>
    /// What is taken away from each column, `[column]`.
    public let mean: Tensor<Scalar>
    /// What each standardised column is multiplied by, `[column]`.
    public let scale: Tensor<Scalar>
    /// What is added in the end, `[column]`.
    public let shift: Tensor<Scalar>
    /// Whether negative results become 0.
    public let isRectified: Bool

    /// A map; all four tensors are `[column]`; ε is not negative, and variance + ε is positive.
    ///
    /// - Precondition: the four have the same shape, of rank 1.
    public init(
        mean: Tensor<Scalar>, variance: Tensor<Scalar>, epsilon: Scalar, scale: Tensor<Scalar>, shift: Tensor<Scalar>,
        isRectified: Bool = false
    ) {
        for row in [variance, scale, shift] {
            require(mean.rank == 1 && row.shape == mean.shape, "rows of shapes \(mean.shape) and \(row.shape)")
        }
        inverseDeviation = variance.scaled(by: 1, plus: epsilon).reciprocalSquareRoot()
        self.mean = mean
        self.scale = scale
        self.shift = shift
        self.isRectified = isRectified
    }

    /// The map of a tensor.
    ///
    /// - Parameter input: `[example, …, column]`.
    /// - Returns: of the input's shape; NaN stays NaN.
    public func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar> {
        standardize(input, strips(of: input), self)
    }

    /// What of the cotangent of a result reaches the input, the scale and the shift.
    ///
    /// - Parameters:
    ///   - cotangent: of the result, of the input's shape.
    ///   - input: of the map, `[example, …, column]`.
    ///   - shares: where mean and variance are the input's own weighted moments, the examples' weights divided by the sum of the
    ///     weights of all rows, `[example]`; `nil` where they are constants.
    ///   - wantsInput: whether the input's cotangent is needed.
    public func gradients(
        _ cotangent: Tensor<Scalar>, input: Tensor<Scalar>, shares: Tensor<Scalar>?, wantsInput: Bool
    ) -> (input: Tensor<Scalar>?, scale: Tensor<Scalar>, shift: Tensor<Scalar>) {
        requireSameShape(cotangent.shape, input.shape, in: "cotangent of standardised columns")
        let strips = strips(of: input)
        if let shares { requireSameShape(shares.shape, [strips.examples], in: "shares of the examples") }
        let (sum, product) = sums(input, cotangent, strips, self)
        return (
            wantsInput ? reducedCotangent(input, cotangent, sum, product, shares, strips, self) : nil, product, sum
        )
    }

    /// Reduces a cotangent to what of it reaches the input, where the cotangents of the scale and the shift are known.
    func reduce(
        _ cotangent: inout Tensor<Scalar>, input: Tensor<Scalar>, shares: Tensor<Scalar>?, scale: Tensor<Scalar>,
        shift: Tensor<Scalar>
    ) {
        let strips = strips(of: input)
        if !strips.overlap(of: Scalar.self) {
            return cotangent.withMutablePointer {
                reduceCotangent(UnsafePointer($0), input, shift, scale, shares, strips, self, into: $0)
            }
        }
        cotangent = reducedCotangent(input, cotangent, shift, scale, shares, strips, self)
    }

    private func strips(of input: Tensor<Scalar>) -> ColumnStrips {
        let strips = ColumnStrips(of: input.shape)
        require(
            [strips.columns] == mean.shape, "moments of \(mean.count) columns for a tensor of shape \(input.shape)")
        return strips
    }
}

/// The four rows of a standardisation, in one strip of columns.
private struct StandardizationVectors<Scalar: TensorScalar> {
    let mean: Scalar.Vector64
    let inverse: Scalar.Vector64
    let scale: Scalar.Vector64
    let shift: Scalar.Vector64
    let isRectified: Bool

    @inline(__always)
    init(_ rows: ColumnStandardization<Scalar>, _ strip: ColumnStrips.Strip) {
        mean = .init(rows.mean, strip)
        inverse = .init(rows.inverseDeviation, strip)
        scale = .init(rows.scale, strip)
        shift = .init(rows.shift, strip)
        isRectified = rows.isRectified
    }

    /// x̂, the standardised input.
    @inline(__always)
    func standard(_ x: Scalar.Vector64) -> Scalar.Vector64 { (x - mean) * inverse }

    /// The result, before max(·, 0).
    @inline(__always)
    func affine(_ standard: Scalar.Vector64) -> Scalar.Vector64 { shift.addingProduct(standard, scale) }

    /// The part of the cotangent that passes max(·, 0).
    @inline(__always)
    func passed(_ cotangent: Scalar.Vector64, _ standard: Scalar.Vector64) -> Scalar.Vector64 {
        isRectified ? cotangent.keeping(wherePositive: affine(standard)) : cotangent
    }
}

extension SIMD where Scalar: TensorScalar {
    /// The elements of a row in one strip of columns.
    @inline(__always)
    fileprivate init(_ row: Tensor<Scalar>, _ strip: ColumnStrips.Strip) {
        self = row.withPointer { Self(loading: $0 + strip.column, limit: strip.width) }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func standardize<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>, _ strips: ColumnStrips, _ rows: ColumnStandardization<Scalar>
) -> Tensor<Scalar> {
    Tensor(shape: x.shape) { out in
        x.withPointer { x in
            strips.forEachStrip(of: Scalar.self) { strip in
                let vectors = StandardizationVectors(rows, strip)
                strip.forEachRow { _, place in
                    let y = vectors.affine(vectors.standard(.init(loading: x + place, limit: strip.width)))
                    (rows.isRectified ? y.rectified : y).store(out + place, limit: strip.width)
                }
            }
        }
    }
}

/// Σ c and Σ c·x̂ over all rows, `[column]`: x̂ is the standardised input, c the part of the cotangent that passes.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func sums<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>, _ cotangent: Tensor<Scalar>, _ strips: ColumnStrips, _ rows: ColumnStandardization<Scalar>
) -> (sum: Tensor<Scalar>, product: Tensor<Scalar>) {
    typealias Vector = Scalar.Vector64
    let columns = strips.columns
    let partial = Tensor<Scalar>(shape: [strips.blocks, 2 * columns]) { partial in
        x.withPointer { x in
            cotangent.withPointer { cotangent in
                strips.forEachStrip(of: Scalar.self) { strip in
                    let vectors = StandardizationVectors(rows, strip)
                    var (sum, product) = (Vector.zero, Vector.zero)
                    strip.forEachRow { _, place in
                        let standard = vectors.standard(Vector(loading: x + place, limit: strip.width))
                        let c = vectors.passed(Vector(loading: cotangent + place, limit: strip.width), standard)
                        sum += c
                        product.addProduct(c, standard)
                    }
                    let target = partial + (strip.block * 2 * columns + strip.column)
                    sum.store(target, limit: strip.width)
                    product.store(target + columns, limit: strip.width)
                }
            }
        }
    }
    let total = partial.sumOverRows().scalars
    return (
        Tensor(shape: [columns], scalars: Array(total[..<columns])),
        Tensor(shape: [columns], scalars: Array(total[columns...]))
    )
}

private func reducedCotangent<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>, _ cotangent: Tensor<Scalar>, _ sum: Tensor<Scalar>, _ product: Tensor<Scalar>,
    _ shares: Tensor<Scalar>?, _ strips: ColumnStrips, _ rows: ColumnStandardization<Scalar>
) -> Tensor<Scalar> {
    Tensor(shape: x.shape) { out in
        cotangent.withPointer { reduceCotangent($0, x, sum, product, shares, strips, rows, into: out) }
    }
}

/// (γ/σ)·(c − w·(Σ c + x̂·Σ c·x̂)), where the sums are those of ``sums`` and w are the examples' shares; (γ/σ)·c without shares.
/// In place where strips do not overlap.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func reduceCotangent<Scalar: TensorScalar>(
    _ cotangent: UnsafePointer<Scalar>, _ x: Tensor<Scalar>, _ sum: Tensor<Scalar>, _ product: Tensor<Scalar>,
    _ shares: Tensor<Scalar>?, _ strips: ColumnStrips, _ rows: ColumnStandardization<Scalar>,
    into out: UnsafeMutablePointer<Scalar>
) {
    typealias Vector = Scalar.Vector64
    x.withPointer { x in
        strips.forEachStrip(of: Scalar.self) { strip in
            let vectors = StandardizationVectors(rows, strip)
            let factor = vectors.scale * vectors.inverse
            let (sum, product) = (Vector(sum, strip), Vector(product, strip))
            @inline(__always)
            func walk(_ reduced: (_ c: Vector, _ standard: Vector, _ example: Int) -> Vector) {
                strip.forEachRow { example, place in
                    let standard = vectors.standard(Vector(loading: x + place, limit: strip.width))
                    let c = vectors.passed(Vector(loading: cotangent + place, limit: strip.width), standard)
                    (factor * reduced(c, standard, example)).store(out + place, limit: strip.width)
                }
            }
            guard let shares else { return walk { c, _, _ in c } }
            shares.withPointer { shares in
                walk { c, standard, example in c - shares[example] * sum.addingProduct(standard, product) }
            }
        }
    }
}
